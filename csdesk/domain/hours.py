"""House hours: the weekly hours in which somebody answers, as a person writes them. Pure.

A week is a list of spans in minutes from Monday 00:00 local time, so a night shift across midnight, also the one from
Sunday to Monday, is one span like any other. Instants are compared in the calendar's own zone, so a change of the
clocks moves no opening time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

WEEK = 7 * 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+"
    r"(?P<from>\d{1,2}:\d{2})\s*-\s*(?P<to>\d{1,2}:\d{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans (start, end) in minutes of the local week; `end` may pass WEEK where a span runs into Monday. `zone` is
    an IANA name."""

    spans: tuple[tuple[int, int], ...]
    zone: str

    def open_at(self, at: datetime) -> bool:
        """Whether somebody answers at an aware instant."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.weekday() * 1440 + local.hour * 60 + local.minute
        return any(start <= m < end for start, end in self.spans for m in (minute, minute + WEEK))


def parse_hours(text: str, zone: str) -> Hours:
    """'mon-fri 8:00-17:00, sat 20:00-4:00' as Hours; '' is never open. Raises ValueError for anything else, and
    for a zone that this machine does not know."""
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(zone) from error
    spans = [span for part in text.split(",") if part.strip() for span in _spans(part.strip())]
    return Hours(tuple(sorted(spans)), zone)


def _spans(part: str) -> list[tuple[int, int]]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(part)
    first, last = _day(found["first"]), _day(found["last"] or found["first"])
    start, end = _minutes(found["from"]), _minutes(found["to"])
    if end <= start:
        end += 1440
    days = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    return [(day * 1440 + start, day * 1440 + end) for day in days]


def _day(word: str) -> int:
    try:
        return _DAYS.index(word.lower())
    except ValueError:
        raise ValueError(word) from None


def _minutes(clock: str) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise ValueError(clock)
    return hours * 60 + minutes
