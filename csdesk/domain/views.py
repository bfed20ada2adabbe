"""The views of the queue, which conversations they hold and how these are ordered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

VIEWS = (
    "mine",
    "unassigned",
    "open",
    "waiting",
    "snoozed",
    "closed",
    "failed",
    "drafts",
    "spam",
    "lists",
    "all",
)
DEFAULT_VIEW = "open"

STATUSES = ("open", "snoozed", "closed", "spam", "lists", "merged")

# A conversation in which nobody waits sorts behind every clock: FAR microseconds is the year 2255.
FAR = 9_000_000_000_000_000


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """An aware instant as whole microseconds since 1970 UTC."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@dataclass(frozen=True, slots=True)
class Place:
    """What decides where a conversation stands: its status, clock and last message."""

    status: str
    assignee_id: int | None
    due_at: datetime | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    failed: int = 0


def rank(place: Place) -> int:
    """The one ascending sort key of a conversation within its status.

    Open: who waits comes by deadline, the rest newest first behind them. Snoozed: who wakes first.
    Closed, spam, merged: newest first.
    """
    if place.status == "snoozed" and place.snoozed_until is not None:
        return micros(place.snoozed_until)
    if place.status == "open" and place.waiting_since is not None:
        return micros(place.due_at or place.waiting_since)
    return 2 * FAR - micros(place.last_message_at)


def views_of(place: Place) -> frozenset[str]:
    """The counters that a conversation counts in. 'mine' is spelled 'mine:<agent id>'."""
    if place.status == "merged":
        return frozenset()
    found = {"all"}
    if place.status in ("open", "snoozed", "closed", "spam", "lists"):
        found.add(place.status)
    if place.status == "open":
        if place.waiting_since is not None:
            found.add("waiting")
        found.add("unassigned" if place.assignee_id is None else f"mine:{place.assignee_id}")
    if place.failed:
        found.add("failed")
    return frozenset(found)
