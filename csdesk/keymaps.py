"""The built-in sets of keys: what differs from the desk's own. Arrows, enter, escape and the function keys work in all.

A key written as two with a space between is a sequence: 'g i' is g, then i. Knows only ids of actions.
"""

from __future__ import annotations

from collections.abc import Mapping

DESK = "desk"
VI: Mapping[str, tuple[str, ...]] = {
    "move.top": ("home", "g g"),
    "move.bottom": ("end", "G"),
    "move.page_down": ("pagedown", "ctrl+f", "space"),
    "move.page_up": ("pageup", "ctrl+b"),
    "pane.next": ("tab", "l"),
    "pane.before": ("shift+tab", "h"),
    "place.search": ("/", "S"),
    "write.template": ('"',),
    "queue.undo": ("u",),
    "send.undo": ("z",),
    "mark.row": ("v",),
    "mark.range": ("V",),
    "view.choose": ("g v",),
    "view.next": ("]", "g t"),
    "view.before": ("[", "g T"),
    "queue.close": ("e", "d d"),
    "thread.save": ("g f",),
    "place.drafts": ("b",),
    "trail.forward": ("ctrl+i", "ctrl+y", "alt+right"),
    "thread.unread": ("g n",),
    "thread.fold": ("g h",),
    "go.open": ("g o",),
    "go.mine": ("g m",),
    "go.unassigned": ("g u",),
    "go.waiting": ("g w",),
    "go.snoozed": ("g z",),
    "go.closed": ("g c",),
    "go.failed": ("g x",),
    "go.spam": ("g !",),
    "go.lists": ("g l",),
    "go.all": ("g a",),
}
GMAIL: Mapping[str, tuple[str, ...]] = {
    "move.top": ("home",),
    "queue.open": ("enter", "o"),
    "pane.queue": ("escape", "u"),
    "send.undo": ("Z",),
    "place.activity": ("g h",),
    "reply.all": ("a",),
    "queue.mine": ("A",),
    "queue.unassign": ("ctrl+a",),
    "write.forward": ("f",),
    "queue.filter": ("F",),
    "queue.snooze": ("b",),
    "queue.tag": ("l",),
    "place.search": ("/", "S"),
    "write.template": ("t",),
    "place.theme": ("T",),
    "mark.row": ("x",),
    "mark.all": ("* a",),
    "mark.none": ("* n",),
    "mark.invert": ("* i",),
    "place.outbox": ("g t",),
    "queue.read": ("I",),
    "queue.unread": ("U",),
    "thread.unread": ("g n",),
    "thread.translation": ("O",),
    "order.shop": ("$",),
    "go.open": ("g i",),
    "go.mine": ("g m",),
    "go.unassigned": ("g u",),
    "go.waiting": ("g w",),
    "go.snoozed": ("g b",),
    "go.closed": ("g c",),
    "go.failed": ("g f",),
    "go.spam": ("g s",),
    "go.lists": ("g l",),
    "go.all": ("g a",),
}
SETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {DESK: {}, "vi": VI, "gmail": GMAIL}
"""Action ids with their keys, by the name of the set; an action that is not named has the keys of the registry."""

GUARDED: Mapping[str, tuple[str, ...]] = {
    "move.down": ("down",),
    "move.up": ("up",),
    "queue.open": ("enter",),
    "pane.queue": ("escape",),
    "write.leave": ("escape",),
    "place.palette": ("ctrl+p",),
    "place.help": ("f1",),
    "place.quit": ("ctrl+q",),
}
"""Keys that nobody can give away: with them every action can still be found and done."""
