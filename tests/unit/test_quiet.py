"""Quiet hours: a bell in them wakes a household."""

from __future__ import annotations

from datetime import time

import pytest

from csdesk.quiet import Span, span, within


@pytest.mark.parametrize(
    ("text", "at", "inside"),
    [
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("12:30 – 13:15", "13:00", True),
        ("12:30 to 13:15", "13:15", False),
        ("18:00-24:00", "23:59", True),
        ("18:00-24:00", "00:00", False),
        ("00:00-24:00", "12:00", True),
    ],
)
def test_a_span_holds_from_its_begin_to_its_end(text: str, at: str, inside: bool) -> None:
    """The end is not part of it; midnight lies inside a span that passes it."""
    found = span(text)
    assert found is not None
    assert within(time.fromisoformat(at), [found]) is inside


@pytest.mark.parametrize(
    "text", ["", "22-7", "25:00-07:00", "22:60-07:00", "22:00", "night", "22:00-07:00 x"]
)
def test_what_is_no_span_is_none(text: str) -> None:
    """The configuration then names it; a guess would ring at night."""
    assert span(text) is None


def test_no_spans_are_never_quiet() -> None:
    """Else a fresh desk would be mute."""
    assert not within(time(3, 0), [])
    assert within(time(3, 0), [Span(time(9), time(10)), Span(time(2), time(4))])
