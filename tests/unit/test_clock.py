"""The one clock: aware, UTC, and fixed when a test or a dump says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from csdesk import clock
from csdesk.errors import Usage


def test_the_systems_clock_is_aware() -> None:
    """Lost otherwise: every deadline, by the hours of a zone."""
    before = datetime.now(UTC)
    now = clock.SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_a_fixed_clock_stands_still_in_utc() -> None:
    """Lost otherwise: dumps that can be compared."""
    fixed = clock.FixedClock(datetime(2026, 11, 21, 22, 41, tzinfo=timezone(timedelta(hours=8))))
    assert fixed.now() == fixed.now() == datetime(2026, 11, 21, 14, 41, tzinfo=UTC)
    assert fixed.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "written",
    ["2026-11-21T22:41:00+00:00", "2026-11-21T22:41:00Z", "2026-11-21T22:41:00", "2026-11-22T06:41+08:00"],
)
def test_the_environment_can_stop_it(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """Lost otherwise: reproducible demos; a time without a zone is read as UTC."""
    monkeypatch.setenv("CSDESK_NOW", written)
    assert clock.from_environment().now() == datetime(2026, 11, 21, 22, 41, tzinfo=UTC)


def test_without_it_the_system_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a desk whose time stands still in production."""
    monkeypatch.delenv("CSDESK_NOW", raising=False)
    assert isinstance(clock.from_environment(), clock.SystemClock)


def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: the reason why nothing starts."""
    monkeypatch.setenv("CSDESK_NOW", "yesterday")
    with pytest.raises(Usage, match="yesterday"):
        clock.from_environment()
