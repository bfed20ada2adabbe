"""House hours. A failure here tells customers at noon that nobody is there, or tells nobody at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csdesk.domain.hours import parse_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)


def at(words: str, zone: str = "UTC", *, fold: int = 0) -> datetime:
    """'mon 08:00' in the week of 2026-11-16, or an ISO local time, in a zone."""
    if words[:3] in DAYS:
        day = datetime(2026, 11, 16) + timedelta(days=DAYS.index(words[:3]))
        hour, minute = map(int, words[4:].split(":"))
        return day.replace(hour=hour, minute=minute, tzinfo=ZoneInfo(zone), fold=fold)
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("hours", "when", "open"),
    [
        ("mon-fri 8:00-17:00", "mon 07:59", False),
        ("mon-fri 8:00-17:00", "mon 08:00", True),
        ("mon-fri 8:00-17:00", "fri 16:59", True),
        ("mon-fri 8:00-17:00", "fri 17:00", False),
        ("mon-fri 8:00-17:00", "sat 12:00", False),
        ("MON - FRI 08:00 - 17:00", "wed 12:00", True),
        ("sat 20:00-4:00", "sat 23:59", True),
        ("sat 20:00-4:00", "sun 03:59", True),
        ("sat 20:00-4:00", "sun 04:00", False),
        ("sat 20:00-4:00", "sat 03:00", False),
        ("sun 22:00-6:00", "sun 22:00", True),
        ("sun 22:00-6:00", "mon 05:59", True),
        ("sun 22:00-6:00", "mon 06:00", False),
        ("sun 22:00-6:00", "tue 05:00", False),
        ("fri-mon 22:00-2:00", "tue 01:59", True),
        ("fri-mon 22:00-2:00", "fri 01:59", False),
        ("fri-mon 22:00-2:00", "mon 01:00", True),
        ("mon 0:00-24:00", "mon 00:00", True),
        ("mon 0:00-24:00", "mon 23:59", True),
        ("mon 0:00-24:00", "tue 00:00", False),
        ("mon 8:00-8:00", "tue 07:59", True),
        ("mon 8:00-8:00", "tue 08:00", False),
        ("mon 8:00-12:00, mon 14:00-18:00", "mon 13:00", False),
        ("mon 8:00-12:00, mon 14:00-18:00", "mon 14:00", True),
        ("", "mon 12:00", False),
        (" , ", "mon 12:00", False),
    ],
)
def test_a_week_of_hours(hours: str, when: str, open: bool) -> None:
    assert parse_hours(hours, "UTC").open_at(at(when)) is open


@pytest.mark.parametrize("hours", ["sun 1:00-5:00", "sat 22:00-5:00"])
def test_a_change_of_the_clocks_moves_no_opening_time(hours: str) -> None:
    """Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00 once more."""
    berlin = parse_hours(hours, "Europe/Berlin")
    for day in ("2026-03-29", "2026-10-25"):
        for clock, open in (("01:30", True), ("04:59", True), ("05:00", False)):
            assert berlin.open_at(at(f"{day}T{clock}", "Europe/Berlin")) is open, (day, clock)
    for fold in (0, 1):  # the hour that comes twice
        assert berlin.open_at(at("2026-10-25T02:30", "Europe/Berlin", fold=fold))
    assert berlin.open_at(datetime(2026, 3, 29, 2, 59, tzinfo=UTC)), "04:59 in summer time"
    assert not berlin.open_at(datetime(2026, 3, 29, 3, 0, tzinfo=UTC)), "05:00 in summer time"
    assert berlin.open_at(datetime(2026, 10, 25, 3, 59, tzinfo=UTC)), "04:59 in winter time"


def test_the_customers_night_is_the_shops_day() -> None:
    shanghai = parse_hours("mon-fri 8:00-17:00", "Asia/Shanghai")
    assert shanghai.open_at(datetime(2026, 11, 16, 0, 0, tzinfo=UTC))
    assert shanghai.open_at(at("sun 19:00", "America/New_York"))
    assert not shanghai.open_at(at("mon 12:00", "Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("monday 8:00-17:00", "UTC"), ("mon", "UTC"), ("mon 8-17", "UTC"), ("mon 25:00-26:00", "UTC"),
        ("mon 8:60-9:00", "UTC"), ("mon 8:00-24:01", "UTC"), ("mon 8:00-9:00; tue 8:00-9:00", "UTC"),
        ("foo-fri 8:00-9:00", "UTC"), ("mon 8:00-9:00 x", "UTC"), ("mon 8:00-9:00", "Mars/Base"),
        ("mon 8:00-9:00", "../../etc/passwd"), ("mon 8:00-9:00", "/etc/localtime"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(text: str, zone: str) -> None:
    with pytest.raises(ValueError):
        parse_hours(text, zone)


@given(
    first=st.integers(0, 6), days=st.integers(0, 6), start=st.integers(0, 1439), length=st.integers(1, 1440),
    minute=st.integers(0, 7 * 1440 - 1),
)  # fmt: skip
def test_a_span_is_open_for_exactly_as_long_as_it_says(
    first: int, days: int, start: int, length: int, minute: int
) -> None:
    """Each day's span covers [start, start + length) and nothing else, wherever the week begins."""
    end = (start + length) % 1440
    hours = parse_hours(
        f"{DAYS[first]}-{DAYS[(first + days) % 7]} {start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}",
        "UTC",
    )
    when = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=minute)
    begins = [((first + n) % 7) * 1440 + start for n in range(days + 1)]
    wanted = any((minute - begin) % (7 * 1440) < length for begin in begins)
    assert hours.open_at(when) is wanted
    assert hours.open_at(when + WEEK) is wanted
