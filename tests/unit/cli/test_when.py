"""Until when: the times that `snooze --until` understands, in the agent's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from csdesk.cli.triage import when
from csdesk.errors import Usage

NOW = datetime(2026, 11, 21, 14, 41, tzinfo=UTC)  # a Saturday, 22:41 in Shanghai
HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2h", "2026-11-21T16:41"),
        ("30m", "2026-11-21T15:11"),
        ("3d", "2026-11-24T14:41"),
        ("tomorrow 9:00", "2026-11-22T01:00"),
        ("monday", "2026-11-23T01:00"),
        ("23:15", "2026-11-21T15:15"),
        ("9:00", "2026-11-22T01:00"),
        ("2026-12-01", "2026-12-01T01:00"),
        ("2026-12-01T09:00", "2026-12-01T01:00"),
        ("2026-12-01 09:00", "2026-12-01T01:00"),
        ("2026-12-01T09:00Z", "2026-12-01T09:00"),
        ("2026-12-01T09:00:00+01:00", "2026-12-01T08:00"),
    ],
)
def test_times_are_understood(words: str, at: str) -> None:
    """Lost otherwise: a conversation that wakes at the wrong hour."""
    assert when(words, NOW, HERE) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize("words", ["", "soon", "25:00", "-1h", "2026-13-01", "\x1b[31m"])
def test_nonsense_is_answered_with_examples(words: str) -> None:
    """Lost otherwise: the way to write a time."""
    with pytest.raises(Usage, match="tomorrow 9:00"):
        when(words, NOW, HERE)
