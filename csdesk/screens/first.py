"""The first frame: the desk's lines and borders with their words, drawn before anything else of the desk is loaded.

Keys that are pressed meanwhile are kept for the desk. Its borders stand where those of the desk will (a test holds the
two together). Imports nothing of the desk but its smallest leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.color import Color
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from csdesk.i18n import _

TWO, WIDE = 100, 140
"""Columns from which two panes stand side by side, and from which three do; the app's breakpoints are the same."""


def usual_panel(width: int) -> int:
    """The cells that the side panel has on a wide screen when nobody changed it: 5 of 23 parts, 46 at most."""
    return min(width - width * 18 // 23, 46)


def borders(width: int, share: int = 0, side: int = 0) -> tuple[int, ...]:
    """The columns of the lines between the panes. `share` and `side` are what looks.Taste says, 0 for the usual."""
    if width < TWO:
        return ()
    if width < WIDE:
        return (width * share // 100 if share else width * 5 // 11,)
    panel = side or usual_panel(width)
    rest = width - panel
    return (
        rest * share // 100 if share else width * 9 // 23 if panel < 46 and not side else rest // 2,
        width - panel,
    )


class Frame(Widget, can_focus=True):
    """All of the first frame."""

    def __init__(self, share: int, side: int) -> None:
        super().__init__()
        self.share, self.side = share, side

    def render_line(self, y: int) -> Strip:
        """One line: words in their ink, borders, nothing else."""
        width, height = self.size
        colours = self.app.theme_variables
        ground = self.rich_style

        def ink(name: str, *, on: str = "") -> Style:
            back = Color.parse(colours[on]).rich_color if on else None
            return ground + Style(color=Color.parse(colours[name]).rich_color, bgcolor=back)

        if y == 0:
            words = [
                Segment(" csdesk", ink("accent", on="bar")),
                Segment("   " + _("opening the store"), ink("dim", on="bar")),
            ]
            return Strip(words).adjust_cell_length(width, ink("dim", on="bar"))
        if y == height - 1:
            return Strip([]).adjust_cell_length(width, ink("dim", on="bar"))
        lines = borders(width, self.share, self.side)
        left = lines[0] if lines else width
        said = {3: "   " + _("The queue is being read.")}.get(y, "")
        first = Segment("─" * left, ink("rule")) if y == 2 else Segment(said, ink("dim"))
        parts = Strip([first]).adjust_cell_length(left, ground)
        for at, end in zip(lines, (*lines[1:], width)[: len(lines)], strict=True):
            parts = Strip.join(
                [parts, Strip([Segment("│", ink("rule"))]).adjust_cell_length(end - at, ground)]
            )
        return parts


class FirstScreen(Screen[None]):
    """Shows the frame, and tells `shown` once it is on the terminal."""

    def __init__(self, shown: Callable[[], Awaitable[None]], *, share: int = 0, side: int = 0) -> None:
        super().__init__()
        self._told = shown
        self._sizes = share, side
        self.typed: list[events.Key] = []

    def compose(self) -> ComposeResult:
        """One widget is all."""
        yield Frame(*self._sizes)

    def on_mount(self) -> None:
        """The frame first, then the rest."""
        self.call_after_refresh(self._told)

    def on_key(self, event: events.Key) -> None:
        """Somebody is faster than the desk: nothing of it is lost."""
        self.typed.append(event)
        event.stop()
