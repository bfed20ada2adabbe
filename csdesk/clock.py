"""The one place where the time is read. Domain code is given instants, it never asks for them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Protocol

from csdesk.errors import Usage


class Clock(Protocol):
    """Anything that can say what instant it is."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set; for tests, dumps and CSDESK_NOW."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to, aware, UTC."""
        return self.at


def from_environment() -> Clock:
    """The system clock, or the fixed one that CSDESK_NOW (ISO 8601 with zone) names.

    Raises Usage when CSDESK_NOW cannot be read.
    """
    value = os.environ.get("CSDESK_NOW")
    if not value:
        return SystemClock()
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise Usage(f"CSDESK_NOW is {value!r}; write it as 2026-11-21T22:41:00+00:00.") from error
    return FixedClock(at if at.tzinfo else at.replace(tzinfo=UTC))
