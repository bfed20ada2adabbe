"""Times, clocks, sizes and money in short words. Takes instants and zones, never reads a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.cells import cell_len

from csdesk.i18n import _, language, ngettext
from csdesk.widgets.cells import Piece, one_line

BURNING = timedelta(hours=1)
SOON = timedelta(hours=4)
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$"}


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo | None:
    """The time zone of an IANA name; None where it is empty, unknown, or 'local', which is the machine's own."""
    if name in ("", "local"):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def joined(parts: Iterable[str]) -> str:
    """Parts of a sentence one after the other, with the comma of the interface's language."""
    out = ""
    for part in parts:
        out = _("{one}, {other}").format(one=out, other=part) if out else part
    return out


def zone_word(name: str, at: datetime, where: tzinfo | None) -> str:
    """A zone in a word: the place of an IANA name, else its abbreviation ('UTC')."""
    if "/" in name:
        return name.rsplit("/", 1)[1].replace("_", " ")
    return at.astimezone(where).tzname() or "UTC"


def hours(delta: timedelta) -> str:
    """Hours and minutes as a clock: 0:42, 3:20; from two days on '2 d 4 h'."""
    minutes = int(delta.total_seconds() // 60)
    if minutes >= 48 * 60:
        return _("{days} d {hours} h").format(days=minutes // 1440, hours=minutes % 1440 // 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def span(delta: timedelta) -> str:
    """A length of time in words: '40 s', '12 min', '3 h 12', '5 d'."""
    seconds = max(int(delta.total_seconds()), 0)
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    if seconds < 3600:
        return _("{n} min").format(n=seconds // 60)
    if seconds < 172_800:
        return _("{h} h {m:02}").format(h=seconds // 3600, m=seconds % 3600 // 60)
    return _("{n} d").format(n=seconds // 86_400)


def clock(
    due: datetime | None, waiting: datetime | None, last: datetime, now: datetime, here: tzinfo | None
) -> Piece:
    """What the clock column shows: time left, how late, or when the last word was said where nobody waits."""
    if due is not None and waiting is not None:
        left = due - now
        if left < timedelta(0):
            return _("late {time}").format(time=_late(-left)), "burn"
        ink = "burn" if left < BURNING else "soon" if left < SOON else ""
        return hours(left), ink
    if waiting is not None:
        return hours(now - waiting), "dim"
    return day_or_time(last, now, here), "faint"


def _late(delta: timedelta) -> str:
    days = delta.days
    return _("{n} d").format(n=days) if days >= 2 else hours(delta)


def channel(name: str) -> str:
    """A channel in a word; names of platforms are their own word."""
    return _("mail") if name == "mail" else one_line(name)


def day_or_time(at: datetime, now: datetime, here: tzinfo | None) -> str:
    """16:40 for today, Fri 16:40 within the last days, 20 Nov before that."""
    local, today = at.astimezone(here), now.astimezone(here)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if timedelta(0) <= today.date() - local.date() < timedelta(days=6):
        return (
            f"{weekday(local.weekday())[:3]} {local:%H:%M}"
            if weekday(0).isascii()
            else (f"{weekday(local.weekday())} {local:%H:%M}")
        )
    return short_date(local)


def short_date(local: datetime) -> str:
    """20 Nov, in the interface's language."""
    return _("{day} {month}").format(day=local.day, month=month(local.month))


def long_date(local: datetime) -> str:
    """20 Nov 2025, in the interface's language."""
    return _("{day} {month} {year}").format(day=local.day, month=month(local.month), year=local.year)


@lru_cache(maxsize=4)
def _date_width(_language: str) -> int:
    return max(cell_len(short_date(datetime(2000, number, 28, tzinfo=UTC))) for number in range(1, 13))


def date_width() -> int:
    """How many cells the widest short date takes in the interface's language."""
    return _date_width(language())


def day(at: datetime, now: datetime, here: tzinfo | None) -> str:
    """A day separator: Today, Yesterday, Saturday 21 November ..."""
    local, today = at.astimezone(here), now.astimezone(here)
    apart = (today.date() - local.date()).days
    if apart == 0:
        return _("Today")
    if apart == 1:
        return _("Yesterday")
    date = short_date(local) if local.year == today.year else long_date(local)
    return _("{weekday} {date}").format(weekday=weekday(local.weekday()), date=date)


def weekday(number: int) -> str:
    """The name of a weekday, 0 is Monday."""
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")
    )[number]  # fmt: skip


def month(number: int) -> str:
    """The short name of a month, 1 is January."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )[number - 1]  # fmt: skip


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago the last sync was, by whole minutes so that the words stand still."""
    if at is None:
        return _("not synced yet")
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return _("synced just now")
    return _("synced {span} ago").format(span=span(timedelta(seconds=seconds)))


def size(count: int) -> str:
    """Bytes for people: 812 B, 24 kB, 3.1 MB, 42.0 GB."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: €38.00, 38.00 PLN."""
    sign = _SIGNS.get(currency)
    places = 0 if currency in ("JPY", "KRW") else 2
    number = f"{amount:,.{places}f}"
    return f"{sign}{number}" if sign else f"{number} {currency}"


def lines_word(count: int) -> str:
    """'1 quoted line', '14 quoted lines'."""
    return ngettext("{n} quoted line", "{n} quoted lines", count).format(n=count)
