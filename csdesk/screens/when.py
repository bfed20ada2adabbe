"""Until when: what a person means by '4 h', 'tomorrow', 'mon 9:00' or a date. Pure; zones and the instant are given."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from csdesk.i18n import _
from csdesk.patterns import pattern

MORNING = time(9, 0)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZH_WEEKDAYS = "一二三四五六日"
_AMOUNT = pattern(r"(\d{1,4})\s*(min|m|h|d|w|分钟|小时|天|周)")
_TIME = pattern(r"(\d{1,2})(?::(\d{2}))?")


def offers(now: datetime, here: tzinfo | None, there: tzinfo | None) -> list[tuple[str, datetime]]:
    """The times a menu offers, with their words. The customer's morning is offered where the zone is known."""
    out = [
        (_("in 1 hour"), now + timedelta(hours=1)),
        (_("in 4 hours"), now + timedelta(hours=4)),
        (_("tomorrow 9:00"), _at(now, here, 1, MORNING)),
        (_("Monday 9:00"), _weekday(now, here, 0, MORNING)),
    ]
    if there is not None:
        out.append((_("when the customer's day begins, 9:00 there"), _next_morning(now, there)))
    return out


def parse(text: str, now: datetime, here: tzinfo | None) -> datetime | None:
    """The instant (aware UTC) that the words mean, or None. Understood: '90 min', '4 h', '2 d', '1 w', '14:30',
    'tomorrow', 'tomorrow 14:30', 'mon', 'mon 9:00', '2026-11-25', '2026-11-25 09:00'. Past times are None."""
    words = text.strip().lower()
    found = _amount(words, now) or _date(words, here) or _day(words, now, here)
    return found if found is not None and found > now else None


def _amount(words: str, now: datetime) -> datetime | None:
    match = _AMOUNT.fullmatch(words)
    if not match:
        return None
    unit = {"分钟": "m", "小时": "h", "天": "d", "周": "w", "min": "m"}.get(match[2], match[2])
    minutes = {"m": 1, "h": 60, "d": 1440, "w": 10_080}[unit]
    return now + timedelta(minutes=int(match[1]) * minutes)


def _date(words: str, here: tzinfo | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(words.replace("/", "-"))
    except ValueError:
        return None
    if len(words) <= 10:
        at = datetime.combine(at.date(), MORNING)
    return (at if at.tzinfo else _local(at, here)).astimezone(UTC)


def _day(words: str, now: datetime, here: tzinfo | None) -> datetime | None:
    head, _space, tail = words.partition(" ")
    if head in ("tomorrow", "tom", "明天"):
        at = _time(tail, MORNING)
        return _at(now, here, 1, at) if at else None
    number = _WEEKDAYS.index(head[:3]) if head[:3] in _WEEKDAYS else -1
    if head.startswith(("周", "星期")) and head[-1] in _ZH_WEEKDAYS:
        number = _ZH_WEEKDAYS.index(head[-1])
    if number >= 0:
        at = _time(tail, MORNING)
        return _weekday(now, here, number, at) if at else None
    at = _time(words, None)
    if at is None:
        return None
    today = _at(now, here, 0, at)
    return today if today > now else _at(now, here, 1, at)


def _time(words: str, default: time | None) -> time | None:
    if not words:
        return default
    match = _TIME.fullmatch(words.strip())
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _local(at: datetime, here: tzinfo | None) -> datetime:
    return at.replace(tzinfo=here) if here is not None else at.astimezone()


def _at(now: datetime, where: tzinfo | None, days: int, at: time) -> datetime:
    day = now.astimezone(where).date() + timedelta(days=days)
    return _local(datetime.combine(day, at), where).astimezone(UTC)


def _weekday(now: datetime, where: tzinfo | None, number: int, at: time) -> datetime:
    ahead = (number - now.astimezone(where).weekday()) % 7 or 7
    return _at(now, where, ahead, at)


def _next_morning(now: datetime, there: tzinfo) -> datetime:
    today = _at(now, there, 0, MORNING)
    return today if today > now else _at(now, there, 1, MORNING)
