"""All keys by group, made from the registry, and what the signs of the screen mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from csdesk import actions
from csdesk.actions import Action, key_word
from csdesk.i18n import _
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.widgets.cells import Line, fit, line, wrap
from csdesk.widgets.lines import LineView

HEAD = 18
"""Cells for the keys of an action: two of the longest stand beside each other."""
NAME = 18
"""Cells for the id of an action, behind what it does."""


class HelpLines(LineView):
    """The groups, one under the other."""

    def __init__(self, known: Sequence[Action]) -> None:
        super().__init__()
        self.known = known

    def layout_lines(self, width: int) -> list[Line]:
        """Keys, label and help of each action; then the legend."""
        out: list[Line] = []
        for group, members in actions.grouped(self.known):
            out.append(line((f" {group}", "accent")))
            for one in members:
                keys = [key_word(key) for key in dict.fromkeys(one.keys)]
                out += _entry(_stacked(keys), one.help, one.id, width)
            out.append(Line())
        out.append(line((" " + _("Signs"), "accent")))
        for sign, meaning in actions.legend():
            out += _entry([sign], meaning, "", width)
        return out


def _stacked(keys: Sequence[str]) -> list[str]:
    """Keys beside each other, and under each other where they are too many for the column."""
    out = [""]
    for key in keys:
        beside = f"{out[-1]}  {key}" if out[-1] else key
        if cell_len(beside) > HEAD and out[-1]:
            out.append(key)
        else:
            out[-1] = beside
    return out


def _entry(heads: Sequence[str], text: str, name: str, width: int) -> list[Line]:
    tail = NAME if width >= HEAD + NAME + 50 and name else 0
    room = max(width - HEAD - 6 - tail, 10)
    rows = list(zip_longest(heads, wrap(text, room - 2 if tail else room), fillvalue=""))
    return [
        line((f"   {fit(head, HEAD)}  ", "strong"), fit(part, room), (name if number == 0 else "", "faint"))
        if tail else line((f"   {fit(head, HEAD)}  ", "strong"), part)
        for number, (head, part) in enumerate(rows)
    ]  # fmt: skip


class HelpScreen(ModalOver[None]):
    """Help over the desk; escape or ? closes it."""

    def __init__(self, known: Sequence[Action]) -> None:
        super().__init__()
        self.known = known

    def compose(self) -> ComposeResult:
        with Vertical(classes="box help"):
            yield plain(_("KEYS"), "title")
            yield HelpLines(self.known)
            yield plain(_("down, up scroll   esc close"), "quiet keys")

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(HelpLines).focus()

    def on_key(self, event: events.Key) -> None:
        """Scroll or close."""
        view = self.query_one(HelpLines)
        page = max(view.size.height - 2, 1)
        by = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "space": page, "pageup": -page,
              "home": -(1 << 30), "end": 1 << 30}.get(event.key)  # fmt: skip
        if by is not None:
            view.scroll_to(y=max(view.scroll_offset.y + by, 0), animate=False, force=True)
        elif event.key in ("escape", "question_mark", "q", "f1"):
            self.dismiss(None)
        else:
            return
        event.stop()
