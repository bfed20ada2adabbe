"""The hand on the keys: which action a key means where the cursor is, and what was typed before it: a count, or the
first key of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.actions import key_word
from csdesk.acts.state import PANES
from csdesk.i18n import _
from csdesk.screens.ahead import Ahead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events

    from csdesk.screens.desk import DeskScreen
    from csdesk.widgets.cells import Piece

MOST = 99_999
"""A longer count is a slip of the hand."""


class Hand:
    """Keeps what was typed and is not an action yet."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.ahead = Ahead(screen)
        self._count = 0
        self._first = ""
        self._begin: tuple[Mapping[str, str], frozenset[str]] = {}, frozenset()

    def _firsts(self, keys: Mapping[str, str]) -> frozenset[str]:
        """Keys with which a sequence begins, looked for once for each set of keys: every press asks."""
        if self._begin[0] is not keys:
            self._begin = keys, frozenset(one.split(" ", 1)[0] for one in keys if " " in one)
        return self._begin[1]

    def press(self, event: events.Key) -> bool:
        """Take a key; False where it means nothing here. Where another screen has come over the desk since it was
        pressed, the key is for that one."""
        if not self.screen.is_active:
            self.screen.app.post_message(type(event)(event.key, event.character))
            return True
        if self.ahead.follows(event):
            return True
        pane = self.screen.pane()
        keys = self.screen.bindings_by_pane.get(pane, {})
        first, key = self._first, event.key
        if key == "escape" and (first or self._count or self.screen.stop_work()):
            self.forget()
            return True
        if first:
            key = f"{first} {key}"
            if key not in keys:
                self.screen.say(_("{key} means nothing here.").format(key=key_word(key)), "soon")
                self.forget()
                return True
        elif key in self._firsts(keys):
            self._first = key
            self.screen.draw_footer()
            return True
        name = keys.get(key)
        if name is None and pane in PANES and key.isdecimal() and len(key) == 1:
            if self._count or key != "0":
                self._count = min(self._count * 10 + int(key), MOST)
                self.screen.draw_footer()
            return True
        if name is None:
            self.forget()
            return self._only_read(pane, key)
        if not self.ahead.begins(event, name):
            self.screen.act(name)
            self.forget()
        return True

    def _only_read(self, pane: str, key: str) -> bool:
        """Say why a key of the open conversation does nothing in the pinned one."""
        if pane != "pinned" or key not in self.screen.bindings_by_pane["thread"]:
            return False
        keys = self.screen.actions["pin.open"].keys
        said = _("The pinned conversation is only read; {key} opens it.")
        self.screen.say(
            said.format(key=key_word(keys[0])) if keys else _("The pinned conversation is only read."), "soon"
        )
        return True

    def take_count(self) -> int | None:
        """The count that was typed before this action; an action that asks for it has it."""
        count, self._count = self._count, 0
        return count or None

    def forget(self) -> None:
        """Nothing is typed."""
        if self._count or self._first:
            self._count, self._first = 0, ""
            self.screen.draw_footer()

    def typed(self) -> Piece | None:
        """What to show of keys that wait, or of a count."""
        if self.ahead.holds:
            return _("done as soon as the store is open; escape takes it back"), "accent"
        return (_("{n} times …").format(n=self._count), "accent") if self._count else None

    def following(self) -> tuple[Piece, list[Piece], list[str]] | None:
        """What may follow the first key of two: that key, then key and label of each, and the actions they are; None
        when none was pressed."""
        if not self._first or self.ahead.holds:
            return None
        pieces: list[Piece] = []
        ids: list[str] = []
        for key, name in sorted(self.screen.bindings_by_pane.get(self.screen.pane(), {}).items()):
            start, _space, rest = key.partition(" ")
            if start == self._first and rest:
                pieces += [(f" {key_word(rest)}", "accent"), (f" {self.screen.actions[name].label}  ", "dim")]
                ids.append(name)
        return (f" {key_word(self._first)} ", "strong"), pieces, ids
