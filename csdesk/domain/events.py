"""The event log: kinds, and the fold that turns events into a conversation's state. Pure.

An event carries the fields it set and what they were. The live write and `doctor --rebuild` use the same
fold, so a derived column can always be computed again from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# What an agent did that `undo` can take back, with the word for it.
UNDOABLE = frozenset({"assigned", "snoozed", "closed", "reopened", "spammed", "tagged", "read", "unread", "merged"})


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log. `set` are the conversation's fields after it, `was` the same before.
    Values are JSON: instants are whole microseconds UTC. `at` is aware UTC; `agent_id` None is the desk itself."""

    id: int
    at: datetime
    kind: str
    conversation_id: int | None
    agent_id: int | None
    set: Mapping[str, Any]
    was: Mapping[str, Any]
    data: Mapping[str, Any]


def fold(events: Iterable[Event]) -> dict[str, Any]:
    """The state of one conversation after all its events, oldest first."""
    state: dict[str, Any] = {}
    for event in events:
        state.update(event.set)
    return state


def still_holds(event: Event, state: Mapping[str, Any]) -> bool:
    """Whether everything an event set is still so; only then can it be taken back."""
    return all(state.get(name) == value for name, value in event.set.items())
