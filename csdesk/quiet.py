"""Quiet hours: spans of the clock in which nothing may make a noise. Whose clock it is, the caller says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})\s*")


class Span(NamedTuple):
    """From `begin` up to, not including, `end`, in somebody's local time; over midnight where `end` comes first. A
    span that ends when it begins is the whole day."""

    begin: time
    end: time


def span(text: str) -> Span | None:
    """'22:00-07:00' as a Span, 24:00 being midnight; None where it is no such thing."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    hours = [int(part) for part in found.groups()]
    ends = [(hours[0], hours[1]), (hours[2], hours[3])]
    ends = [(0, 0) if end == (24, 0) else end for end in ends]
    try:
        begin, end = (time(hour, minute) for hour, minute in ends)
    except ValueError:
        return None
    return Span(begin, end)


def within(at: time, spans: Iterable[Span]) -> bool:
    """Whether a local time lies in one of the spans."""
    at = at.replace(tzinfo=None)
    return any(begin <= at < end if begin < end else (at >= begin or at < end) for begin, end in spans)
