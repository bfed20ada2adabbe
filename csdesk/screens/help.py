"""All keys by group, made from the registry, and what the signs of the screen mean."""

from __future__ import annotations

from collections.abc import Sequence

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
                keys = "  ".join(key_word(key) for key in dict.fromkeys(one.keys))
                out += _entry(keys, one.help, one.id, width)
            out.append(Line())
        out.append(line((" " + _("Signs"), "accent")))
        for sign, meaning in actions.legend():
            out += _entry(sign, meaning, "", width)
        return out


def _entry(head: str, text: str, name: str, width: int) -> list[Line]:
    tail = 18 if width >= 84 and name else 0
    parts = wrap(text, max(width - 22 - tail, 10))
    first = line(
        (f"   {fit(head, 16)}  ", "strong"), fit(parts[0], max(width - 22 - tail, 10)), (name, "faint")
    )
    return [first if tail else line((f"   {fit(head, 16)}  ", "strong"), parts[0]),
            *(line((" " * 21, ""), part) for part in parts[1:])]  # fmt: skip


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
