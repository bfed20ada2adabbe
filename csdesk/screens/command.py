"""The command line over the lowest line of the desk: a command, what may come next, what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from csdesk.commandline import Offer
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.text import clean_line
from csdesk.widgets.cells import Line, fit, line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList

SHOWN = 8


class CommandLine(ModalOver[str | None]):
    """Asks for a command. Tab takes the offer under the cursor, up and down go through what was said before; escape
    gives None."""

    def __init__(self, complete: Callable[[str], list[Offer]], history: Sequence[str]) -> None:
        super().__init__()
        self.complete = complete
        self.history = history
        self.back = 0
        self.begun = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="command"):
            yield PickList()
            with Horizontal():
                yield plain(":", "colon")
                yield CleanInput(compact=True)

    def on_mount(self) -> None:
        """Everything is offered."""
        self.query_one(Input).focus()
        self._offer("")

    def _offer(self, text: str) -> None:
        pick = self.query_one(PickList)
        found = self.complete(text)
        pick.styles.height = min(len(found), SHOWN)
        pick.display = bool(found)
        wide = min(max((cell_len(one.line) for one in found), default=0), 26)
        pick.show([Choice(one.line, (_row(one, wide),)) for one in found])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another letter."""
        self._offer(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: this is it."""
        self.dismiss(event.value.strip() or None)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """An offer was clicked: a command that takes something is waited for, another is done."""
        self._put(event.value)
        if not event.value.endswith(" "):
            self.dismiss(event.value)
        self.query_one(Input).focus()

    def _put(self, text: str) -> None:
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def on_key(self, event: events.Key) -> None:
        """Offers, history, leaving."""
        pick, field = self.query_one(PickList), self.query_one(Input)
        if event.key == "escape" or (event.key == "backspace" and not field.value):
            self.dismiss(None)
        elif event.key == "tab":
            if pick.value is not None:
                self._put(pick.value)
        elif event.key in ("shift+tab", "ctrl+n", "pagedown"):
            pick.move(1)
        elif event.key in ("ctrl+p", "pageup"):
            pick.move(-1)
        elif event.key in ("up", "down"):
            self._remember(1 if event.key == "up" else -1)
        else:
            return
        event.stop()
        event.prevent_default()

    def _remember(self, by: int) -> None:
        """What was said so many commands ago; at 0 what was begun now."""
        if self.back == 0:
            self.begun = self.query_one(Input).value
        self.back = max(0, min(self.back + by, len(self.history)))
        self._put(self.history[-self.back] if self.back else self.begun)


def _row(one: Offer, wide: int) -> Line:
    return line((fit(clean_line(one.line), wide) + "  ", ""), (clean_line(one.hint), "dim"))
