"""The language of filters. A failure here shows an agent other conversations than were asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from csdesk.domain.filters import Filter, parse
from csdesk.errors import Usage

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Filter()),
        ("blue mug", Filter(words="blue mug")),
        ("tag:VIP -tag:#late parcel", Filter(words="parcel", tags=("vip",), without=("late",))),
        ('from:"Ana López" lang:ES', Filter(sender="Ana López", language="es")),
        ("account:support assigned:me", Filter(account="support", assigned="me")),
        ("is:unread is:waiting", Filter(unread=True, waiting=True)),
        ("is:read is:failed is:draft", Filter(unread=False, failed=True, draft=True)),
        ("in:mine sort:oldest", Filter(view="mine", sort="oldest")),
        ("after:3d", Filter(after=NOW - timedelta(days=3))),
        ("before:today", Filter(before=datetime(2026, 11, 21, 16, tzinfo=UTC))),
        ("after:2026-11-01", Filter(after=datetime(2026, 10, 31, 16, tzinfo=UTC))),
        ('"tag:vip" "re: two words"', Filter(words="tag:vip re: two words")),
        ("https://shop.example/x 12:30 :)", Filter(words="https://shop.example/x 12:30 :)")),
        ("包裹 tag:加急", Filter(words="包裹", tags=("加急",))),
    ],
)
def test_what_a_filter_means(text: str, meant: Filter) -> None:
    assert parse(text, NOW, SHANGHAI) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("form:ana", "A filter knows no form:; did you mean from:?"),
        ("subject:x", "A filter knows no subject:."),
        ("tag:", "Nothing stands behind tag:"),
        ("tag: vip", "Nothing stands behind tag:"),
        ("-from:ana", "Only tags can be left out"),
        ("is:open", "is:open is not known; there are is:unread, is:read"),
        ("in:nowhere", "in:nowhere is not known; there are in:mine"),
        (
            "sort:size",
            "sort:size is not known; there are sort:due, sort:newest, sort:oldest, sort:unanswered.",
        ),
        ("before:soon", "before:soon is no day; write before:3d"),
        ("after:2026-13-01", "after:2026-13-01 is no day"),
        ("x" * 1001, "A filter has at most 1000 characters."),
    ],
)
def test_a_bad_filter_gets_a_sentence_that_helps(text: str, said: str) -> None:
    with pytest.raises(Usage) as error:
        parse(text, NOW, SHANGHAI)
    assert error.value.message.startswith(said)
