"""What an agent does to conversations, one or many, as values: which fields an act sets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csdesk.domain.events import State

KINDS = ("assigned", "snoozed", "closed", "reopened", "spammed", "tagged", "read", "unread")
"""Kinds of acts, named as the events that they write."""

_DONE = {"snoozed_until": None, "waiting_since": None, "due_at": None, "unread": False}


@dataclass(frozen=True, slots=True)
class Deed:
    """One act. `agent` is whom 'assigned' gives it to (None: nobody), `until` (aware) is for 'snoozed', `add` and
    `remove` are the tags of 'tagged'."""

    kind: str
    agent: str | None = None
    until: datetime | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an act on many conversations is: `done` of `total` were looked at, `changed` of them were changed."""

    done: int
    changed: int
    total: int


def fields(deed: Deed, state: State, *, assignee: int | None = None) -> dict[str, Any]:
    """What the act sets in a conversation of this state. `assignee` is the id of `deed.agent`. The clock of a
    reopened conversation is for whoever can read its messages to add."""
    match deed.kind:
        case "assigned":
            return {"assignee_id": assignee}
        case "snoozed":
            return {"status": "snoozed", "snoozed_until": deed.until}
        case "closed":
            return {"status": "closed", **_DONE}
        case "spammed":
            return {"status": "spam", **_DONE}
        case "reopened":
            return {"status": "open", "snoozed_until": None}
        case "tagged":
            kept = [tag for tag in state.tags if tag not in deed.remove]
            return {"tags": tuple(dict.fromkeys([*kept, *deed.add]))}
        case "read":
            return {"unread": False}
        case "unread":
            return {"unread": True}
    raise ValueError(deed.kind)


def changes(state: State, set_: dict[str, Any]) -> bool:
    """Whether these fields are not so already."""
    return any(getattr(state, name) != value for name, value in set_.items())
