"""The event log: what an event is, and the fold that turns events into a conversation's state. Pure.

An event carries the fields it set and what they were before. The live write and `doctor --rebuild` use the same
fold, so every derived column can be computed again from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from csdesk.domain.views import Place, micros

# What an agent did that `undo` can take back. Reading is not among them: it happens when a conversation is opened,
# and taking back a close that opened the next one must not take back the reading.
UNDOABLE = frozenset(
    {
        "assigned",
        "snoozed",
        "closed",
        "reopened",
        "spammed",
        "tagged",
        "unread",
        "language",
        "merged_away",
        "customer_edited",
        "customer_merged",
    }
)

_INSTANTS = frozenset({"waiting_since", "due_at", "snoozed_until", "created_at", "last_message_at"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """All of a conversation that follows from its events. Instants are aware UTC."""

    account_id: int
    customer_id: int
    created_at: datetime
    last_message_at: datetime
    status: str = "open"
    assignee_id: int | None = None
    language: str = ""
    unread: bool = False
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
    messages: int = 0
    rev: int = 0
    failed: int = 0
    tags: tuple[str, ...] = ()
    merged_into: int | None = None
    language_chosen: bool = False

    @property
    def place(self) -> Place:
        """What decides its views and rank."""
        return Place(
            self.status,
            self.assignee_id,
            self.due_at,
            self.waiting_since,
            self.snoozed_until,
            self.last_message_at,
            self.failed,
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log. `set` holds conversation fields after it, `was` the same before, both
    encoded (see encode). `at` is aware UTC; `agent_id` None is the desk itself. An event of a customer has
    `customer_id` and no conversation."""

    id: int
    at: datetime
    kind: str
    conversation_id: int | None
    agent_id: int | None
    set: Mapping[str, Any]
    was: Mapping[str, Any]
    data: Mapping[str, Any]
    customer_id: int | None = None


def encode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """State fields as JSON values: instants become microseconds UTC, tuples lists."""
    return {
        name: micros(value)
        if isinstance(value, datetime)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in fields.items()
    }


def decode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as State fields; the inverse of encode."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _INSTANTS and value is not None:
            out[name] = _EPOCH + timedelta(microseconds=value)
        else:
            out[name] = tuple(value) if isinstance(value, list) else value
    return out


def advance(state: State, fields: Mapping[str, Any]) -> State:
    """The state after one event that set these (decoded) fields."""
    return replace(state, **fields)


def fold(events: Iterable[Event]) -> State | None:
    """The state of one conversation after all its events, oldest first; None when none of them made it."""
    fields: dict[str, Any] = {}
    for event in events:
        fields.update(event.set)
    return State(**decode(fields)) if "created_at" in fields else None


def still_holds(event: Event, state: State) -> bool:
    """Whether everything an event set is still so; only then can it be taken back."""
    return all(getattr(state, name) == value for name, value in decode(event.set).items())
