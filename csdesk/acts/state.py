"""What an action is, and what the screen tells about itself so that an action can say whether it is available.

Knows no screen library, no service and no particular action.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DESK = frozenset({"queue", "thread", "side"})
PINNED = frozenset({"pinned"})
"""The pane of a conversation that is only read, beside the open one."""
PANES = DESK | PINNED
ANYWHERE = PANES | {"composer", "filter"}


@dataclass(frozen=True, slots=True)
class State:
    """What decides whether an action is available now. `pane` is the place of the cursor: queue, thread, side, pinned,
    composer or filter. `status` and `assignee` are those of the conversation an action would touch; with `marked` ones
    triage touches these instead. `beside` is where the pinned conversation is: '' none is pinned, 'hidden' for want of
    room, 'shown'; `other` when another one is open; `orders` is how many
    linked orders came from a connected shop, `parcels` how many parcels stand beside it and `own_parcels` those of
    linked orders; `columns` is the width of the terminal."""

    pane: str = "queue"
    ready: bool = False
    target: int | None = None
    status: str = ""
    assignee: str | None = None
    agent: str = ""
    opened: bool = False
    composing: str = ""
    stale: bool = False
    sending: bool = False
    suggestions: int = 0
    orders: int = 0
    parcels: int = 0
    own_parcels: int = 0
    messages: int = 0
    attachments: int = 0
    quotes: int = 0
    marked: int = 0
    repeats: bool = False
    filtered: bool = False
    saved: int = 0
    translated: int = 0
    beside: str = ""
    other: bool = False
    columns: int = 0


Check = Callable[[State], str | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `keys` are key names ('e', 'ctrl+s', 'enter', '/'); `where` the panes in which they
    work; `check` gives None or the sentence why not now."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    where: frozenset[str]
    check: Check

    def available(self, state: State) -> str | None:
        """None when it can be done now, else the reason as a sentence."""
        return self.check(state)
