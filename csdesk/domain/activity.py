"""What an agent did, and what happened while the agent was away, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ACTS = frozenset(
    {"assigned", "snoozed", "closed", "reopened", "spammed", "tagged", "language", "unread", "merged_away", "queued",
     "note", "forwarded", "undone", "bulk", "split", "customer_edited", "customer_merged",
     "draft_discarded"}
)  # fmt: skip
"""Kinds of events that are acts of a person; reading is none."""

TROUBLE = frozenset({"send_failed", "send_uncertain", "bounced"})


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an agent. `at` aware UTC; `undoable` says that it can be taken back now. An act on many conversations
    has no `conversation`, and `count` says how many were chosen; one on a customer has `customer` instead."""

    id: int
    at: datetime
    kind: str
    conversation: int | None
    who: str
    subject: str
    undoable: bool
    count: int = 1
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A conversation in which something happened. `kinds` are the kinds of its events, `mine` that it is assigned to
    whoever asks."""

    conversation: int
    who: str
    subject: str
    kinds: frozenset[str]
    messages: int
    mine: bool
    fresh: bool
    status: str


@dataclass(frozen=True, slots=True)
class Away:
    """What others did since an instant (aware UTC). `missed` has what needs the agent first; `more` says that there is
    more than was looked at."""

    since: datetime
    messages: int = 0
    fresh: int = 0
    answered: int = 0
    closed: int = 0
    trouble: int = 0
    missed: tuple[Missed, ...] = ()
    more: bool = False

    @property
    def quiet(self) -> bool:
        """Nothing happened."""
        return not (self.messages or self.fresh or self.answered or self.closed or self.trouble)
