"""A short list to choose from: templates, hits, menus. Rows are lines that others made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from csdesk.widgets.cells import Line, cut_pieces, line
from csdesk.widgets.lines import LineView
from csdesk.widgets.queue_row import MARK


@dataclass(frozen=True, slots=True)
class Choice:
    """One row to choose: its lines, and the value that is handed back."""

    value: Any
    lines: tuple[Line, ...]


class PickList(LineView):
    """Choices of equal height, one of them under the cursor."""

    @dataclass
    class Moved(Message):
        """Another choice is under the cursor."""

        value: Any

    @dataclass
    class Picked(Message):
        """This one is chosen."""

        value: Any

    def __init__(self, *, id: str | None = None, tall: int = 1) -> None:
        super().__init__(id=id)
        self.choices: Sequence[Choice] = ()
        self.cursor = 0
        self.tall = tall
        self.words = ""
        self.quick = False

    @property
    def value(self) -> Any:
        """What is under the cursor; None when there is nothing."""
        return self.choices[self.cursor].value if self.choices else None

    def show(self, choices: Sequence[Choice], words: str = "", *, keep: bool = False) -> None:
        """Other choices; `words` are shown when there are none. `keep` leaves the cursor on the same value."""
        before = self.value
        self.choices, self.words = choices, words
        values = [choice.value for choice in choices]
        self.cursor = values.index(before) if keep and before in values else 0
        self.virtual_size = Size(self.size.width, len(choices) * self.tall)
        self._into_sight()
        self.refresh()
        self.post_message(self.Moved(self.value))

    def move(self, by: int) -> None:
        """The cursor up or down, within the list."""
        number = max(0, min(self.cursor + by, len(self.choices) - 1))
        if number == self.cursor:
            return
        for one in (self.cursor, number):
            self.redraw(one * self.tall, self.tall)
        self.cursor = number
        self._into_sight()
        self.post_message(self.Moved(self.value))

    def pick(self) -> None:
        """Choose what is under the cursor."""
        if self.choices:
            self.post_message(self.Picked(self.value))

    def press(self, key: str) -> bool:
        """Do what a key means in a list; False when it means nothing here."""
        steps = {"down": 1, "up": -1, "pagedown": self._rows() - 1, "pageup": 1 - self._rows()}
        if key in steps:
            self.move(steps[key])
        elif key in ("home", "end"):
            self.move(len(self.choices) * (1 if key == "end" else -1))
        elif key == "enter":
            self.pick()
        else:
            return False
        return True

    def relayout(self) -> None:
        """Rows are given; only the width is new."""
        self._laid_out_for = self.size.width
        self.virtual_size = Size(self.size.width, len(self.choices) * self.tall)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of one choice."""
        number, part = divmod(y + self.scroll_offset.y, self.tall)
        if number >= len(self.choices):
            return self.strip_of(line((f"   {self.words}", "dim")) if number == part == 0 else Line())
        lines = self.choices[number].lines
        shown = lines[part] if part < len(lines) else Line()
        mark = (MARK, "mark") if number == self.cursor else (" ", "")
        return self.strip_of(
            Line((mark, (" ", ""), *cut_pieces(shown.pieces, self.size.width - 3)), shown.ground)
        )

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one chooses; in a `quick` list the first does both."""
        number = (event.y + self.scroll_offset.y) // self.tall
        if self.quick and number < len(self.choices):
            self.move(number - self.cursor)
        if number == self.cursor:
            self.pick()
        elif number < len(self.choices):
            self.move(number - self.cursor)

    def _rows(self) -> int:
        return max(self.size.height // self.tall, 2)

    def _into_sight(self) -> None:
        top, rows = self.scroll_offset.y // self.tall, max(1, self.size.height // self.tall)
        if self.cursor < top:
            self.scroll_to(y=self.cursor * self.tall, animate=False, force=True)
        elif self.cursor >= top + rows:
            self.scroll_to(y=(self.cursor - rows + 1) * self.tall, animate=False, force=True)
