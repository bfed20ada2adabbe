"""The sample shop moves to today: without it every visitor would find a mailbox that has been silent for years."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csdesk.demo.content import mails, orders_csv, tracking_csv
from csdesk.demo.rebase import delta, newest, rebase_csv, rebase_mail

RAW = [raw for _, raw in mails()]
NOW = datetime(2028, 2, 29, 4, 5, 6, tzinfo=UTC)
MAIL = (
    b"Received: by mx1.nordlicht.example id x;\r\n\tSat, 21 Nov 2026 23:59:59 +0000 (UTC)\r\n"
    b"Subject: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
    b"date: Sun,  1 Nov 2026 08:09:10 -0300\r\n\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\xff\xfe\r\n"
)


def test_the_newest_mail_arrives_now() -> None:
    """A mail from the future or a queue of old ones would make every clock on the screen wrong."""
    moved = [rebase_mail(raw, delta(RAW, NOW)) for raw in RAW]
    assert newest(moved) == NOW


def test_only_dates_of_the_header_move() -> None:
    """What the customer wrote, quoted dates too, must stay byte for byte."""
    by = timedelta(days=9, seconds=1)
    plain = MAIL.replace(b"Sun,  1 Nov", b"Sun, 1 Nov")
    assert rebase_mail(plain, by) == (
        b"Received: by mx1.nordlicht.example id x;\r\n\tTue, 01 Dec 2026 00:00:00 +0000 (UTC)\r\n"
        b"Subject: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
        b"date: Tue, 10 Nov 2026 08:09:11 -0300\r\n\r\n"
        b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\xff\xfe\r\n"
    )


@pytest.mark.parametrize(("name", "raw"), mails())
def test_every_sample_mail_keeps_its_body_zone_and_length_of_head(name: str, raw: bytes) -> None:
    """A sample damaged by moving it would be shown as broken."""
    by = delta(RAW, NOW)
    moved = rebase_mail(raw, by)
    assert moved.partition(b"\r\n\r\n")[2] == raw.partition(b"\r\n\r\n")[2]
    before, after = message_from_bytes(raw), message_from_bytes(moved)
    assert before.keys() == after.keys()
    for field in ("Date", "Received"):
        for old, new in zip(before.get_all(field, []), after.get_all(field, []), strict=True):
            was = parsedate_to_datetime(old.rsplit(";", 1)[-1].strip())
            now = parsedate_to_datetime(new.rsplit(";", 1)[-1].strip())
            assert now - was == by and now.utcoffset() == was.utcoffset()
    same = [key for key in before if key not in ("Date", "Received")]
    assert [str(before[key]) for key in same] == [str(after[key]) for key in same]


@settings(max_examples=25, deadline=None)
@given(st.timedeltas(min_value=timedelta(days=-900), max_value=timedelta(days=9000)))
def test_moving_there_and_back_changes_nothing(by: timedelta) -> None:
    """If a date were lost on the way, the second look at the sample would differ from the first."""
    whole = timedelta(seconds=int(by.total_seconds()))
    for raw in RAW[:6]:
        back = rebase_mail(rebase_mail(raw, whole), -whole)
        assert message_from_bytes(back)["Date"] == message_from_bytes(raw)["Date"]
    assert rebase_csv(rebase_csv(tracking_csv(), whole), -whole) == tracking_csv()


def test_csv_dates_move_and_nothing_else() -> None:
    """A postcode or an order id that looks like a date must not move with it."""
    text = "at,a,zip\n2026-11-21T23:00:00Z,2026-11-21 23:00:00 +0800,980-0801\n2026-11-21,12026-11-210,2026-11-21-3\n"
    assert rebase_csv(text, timedelta(days=1, hours=2)) == (
        "at,a,zip\n2026-11-23T01:00:00Z,2026-11-23 01:00:00 +0800,980-0801\n2026-11-22,12026-11-210,2026-11-22-3\n"
    ).replace("2026-11-22-3", "2026-11-21-3")


def test_the_sample_files_move_in_their_date_columns_only() -> None:
    """A price or a name changed by the move would contradict the mails."""
    by = delta(RAW, NOW)
    dated = {"Created at", "Paid at", "Fulfilled at", "Cancelled at", "at", "eta_from", "eta_to"}
    for text in (orders_csv(), tracking_csv()):
        before = list(csv.DictReader(io.StringIO(text)))
        after = list(csv.DictReader(io.StringIO(rebase_csv(text, by))))
        for old, new in zip(before, after, strict=True):
            for key, value in old.items():
                if key in dated and value:
                    assert datetime.fromisoformat(new[key]) - datetime.fromisoformat(value) == by
                else:
                    assert new[key] == value


def test_a_mailbox_without_dates_is_refused() -> None:
    """Silence here would move the whole sample by a nonsense amount."""
    with pytest.raises(ValueError):
        newest([b"Subject: no date\r\n\r\nhello\r\n"])
