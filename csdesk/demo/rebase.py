"""Moves the sample shop in time, so that its newest mail arrived just now. Pure: bytes and text in, bytes and text out.

Only what a program reads as a date moves: the dates of the header section of a mail and ISO dates in CSV.
Quoted dates inside a message stay as the customer's mail program wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_DATED_FIELD = re.compile(rb"^(?:date|received):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_DATE_FIELD = re.compile(rb"^date:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_DATE_TIME = re.compile(
    rb"(?P<weekday>[A-Z][a-z]{2}), (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})"
    rb" (?P<time>\d{2}:\d{2}:\d{2})(?= [+-]\d{4})"
)
_ISO = re.compile(r"(?<![\d-])(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2}:\d{2}:\d{2}))?(?![\d-])")

# Names in mail headers are English whatever the locale says (RFC 5322, section 3.3), so strftime will not do.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def newest(mails: Iterable[bytes]) -> datetime:
    """The latest Date header among raw mails, as an aware instant. ValueError when no mail has one."""
    return max(when for raw in mails if (when := _sent_at(raw)) is not None)


def delta(mails: Iterable[bytes], now: datetime) -> timedelta:
    """How far to move everything so that the newest mail was sent at `now` (aware), in whole seconds."""
    return timedelta(seconds=int((now - newest(mails)).total_seconds()))


def rebase_mail(raw: bytes, by: timedelta) -> bytes:
    """The mail with its Date and Received headers moved; zone offsets and every other byte stay as they are."""
    end = _HEADER_END.search(raw)
    cut = end.start() if end else len(raw)
    head = _DATED_FIELD.sub(lambda field: _move_header_dates(field[0], by), raw[:cut])
    return head + raw[cut:]


def rebase_csv(text: str, by: timedelta) -> str:
    """The text with its ISO dates moved, with or without a time of day; zones stay as they are written.

    A date without a time moves by the nearest number of whole days.
    """

    def moved(found: re.Match[str]) -> str:
        date, between, time = found.groups()
        if time is None:
            return f"{datetime.fromisoformat(date) + timedelta(days=round(by / timedelta(days=1))):%Y-%m-%d}"
        return f"{datetime.fromisoformat(f'{date}T{time}') + by:%Y-%m-%d{between}%H:%M:%S}"

    return _ISO.sub(moved, text)


def _sent_at(raw: bytes) -> datetime | None:
    end = _HEADER_END.search(raw)
    found = _DATE_FIELD.search(raw[: end.start()] if end else raw)
    return parsedate_to_datetime(found[1].decode("ascii")) if found else None


def _move_header_dates(field: bytes, by: timedelta) -> bytes:
    """The wall time of a fixed offset moves like the instant does, so the offset itself is never touched."""

    def moved(found: re.Match[bytes]) -> bytes:
        part = {name: value.decode("ascii") for name, value in found.groupdict().items()}
        month = _MONTHS.index(part["month"]) + 1
        wall = (
            datetime.fromisoformat(f"{part['year']}-{month:02d}-{int(part['day']):02d}T{part['time']}") + by
        )
        day = f"{wall.day:02d}" if part["day"].startswith("0") or len(part["day"]) == 2 else str(wall.day)
        name = f"{_WEEKDAYS[wall.weekday()]}, {day} {_MONTHS[wall.month - 1]} {wall.year:04d}"
        return f"{name} {wall:%H:%M:%S}".encode("ascii")

    return _DATE_TIME.sub(moved, field)
