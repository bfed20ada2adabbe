"""How far somebody has read, and what of a long conversation is at hand. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from csdesk.domain.conversation import Message, Note, Thread

WINDOW = 120
"""Entries of a conversation that are at hand at once; the others are counted and fetched when one comes near them."""
STEP = 60
BEFORE = 10
"""Entries kept above the first new one, so that what it answers is there."""

Key = tuple[str, int]
"""An entry of a conversation: ('message' | 'note', id)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest message and note that an agent has seen in a conversation, by their ids, which grow as they come
    in: a mail that was long on its way is new all the same."""

    message: int = 0
    note: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation with what is at hand of it, and how far the agent had read it; None where it was never
    opened."""

    thread: Thread
    mark: Mark | None = None


def key_of(entry: Message | Note) -> Key:
    """What tells an entry from all others."""
    return ("note" if isinstance(entry, Note) else "message", entry.id)


def is_new(entry: Message | Note, mark: Mark | None, agent: str) -> bool:
    """Whether it came since the agent looked. Own words are never new, and nothing is in what was never opened."""
    if mark is None or entry.agent == agent:
        return False
    return entry.id > (mark.note if isinstance(entry, Note) else mark.message)


def first_new(thread: Thread, mark: Mark | None, agent: str) -> int | None:
    """The place of the first new entry among those at hand."""
    return next((at for at, one in enumerate(thread.entries) if is_new(one, mark, agent)), None)


def newest(thread: Thread) -> Mark:
    """The mark that says: all that is at hand was seen."""
    return Mark(
        max((one.id for one in thread.entries if isinstance(one, Message)), default=0),
        max((one.id for one in thread.entries if isinstance(one, Note)), default=0),
    )


def window(total: int, *, start: int | None = None, first_new: int | None = None) -> tuple[int, int]:
    """Which entries to have at hand, as (first, behind the last): those from `start` on; without it, those from a
    little above the first new one, or the last ones."""
    if start is None:
        start = total - WINDOW if first_new is None else first_new - BEFORE
    start = max(0, min(start, total - WINDOW))
    return start, min(start + WINDOW, total)
