"""How the desk looks: theme, density, and how the panes share the room. What a person changes here is found again at
the next start; config.toml says how it looks before anybody changed it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from csdesk.i18n import _
from csdesk.screens import statefile
from csdesk.screens.first import usual_panel

if TYPE_CHECKING:
    from textual.widget import Widget

    from csdesk.screens.desk import DeskScreen

FILE = "looks.json"
STEP = 5
LEAST, MOST = 25, 75
"""Percent of the room of queue and conversation that the queue may take."""
SIDE_LEAST, SIDE_MOST, SIDE_STEP = 24, 70, 4
"""Cells of the side panel."""


class Taste(NamedTuple):
    """What a person chose on the screen; '' and 0 leave it to config.toml and the style sheet. `share` is the queue's
    percent of the room that it has together with the conversation, `side` the panel's width in cells."""

    theme: str = ""
    density: str = ""
    share: int = 0
    side: int = 0


def recall() -> Taste:
    """What was chosen last; values that make no sense are left out."""
    found = statefile.read(FILE)
    usual = Taste()._asdict()
    kept = {name: found[name] for name, value in usual.items() if type(found.get(name)) is type(value)}
    taste = Taste(**kept)  # type: ignore[arg-type]
    return taste._replace(
        density=taste.density if taste.density in ("comfortable", "compact") else "",
        share=taste.share if LEAST <= taste.share <= MOST else 0,
        side=taste.side if SIDE_LEAST <= taste.side <= SIDE_MOST else 0,
    )


class Looks:
    """Changes how the desk looks, at once and without moving the cursor."""

    def __init__(self, screen: DeskScreen, taste: Taste, *, remember: bool) -> None:
        self.screen = screen
        self.remember = remember
        self.taste = taste

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {
            "place.theme": lambda: self.screen.run(self._theme(), "visit"),
            "look.density": self._density,
            "look.wider": lambda: self._wider(1),
            "look.narrower": lambda: self._wider(-1),
            "look.even": self._even,
        }

    def begin(self) -> None:
        """Look as it was left."""
        app = self.screen.app
        if self.taste.theme in app.available_themes and not getattr(app, "few_colours", False):
            app.theme = self.taste.theme
        if self.taste.density:
            self.screen.queue.be_tall(2 if self.taste.density == "comfortable" else 1)
        self.lay_out()

    def lay_out(self) -> None:
        """Give the panes their room; a narrow terminal shows one pane at a time, as the style sheet says."""
        screen, taste = self.screen, self.taste
        beside = not screen.has_class("-narrow")
        # Two panes beside each other: the panel stands where the queue stood.
        swapped = screen.has_class("-side") and not screen.has_class("-wide")
        share = taste.share if beside and not swapped else 0
        self._width(screen.query_one("#left"), f"{share}fr" if share else None)
        self._width(screen.query_one("#middle"), f"{100 - share}fr" if share else None)
        # A share of a hundred beside the panel's five parts would leave it nothing: it gets its cells by number.
        side = (
            (taste.side or (usual_panel(screen.size.width) if share else 0))
            if screen.has_class("-wide")
            else 0
        )
        self._width(screen.side, str(side) if side else None)
        screen.side.styles.max_width = side if side else None
        screen.pins.lay_out(f"{100 - share}fr" if share else None)

    def _width(self, pane: Widget, width: str | None) -> None:
        pane.styles.width = width

    def _keep(self, **changes: object) -> None:
        self.taste = self.taste._replace(**changes)  # type: ignore[arg-type]
        if self.remember:
            statefile.write(FILE, self.taste._asdict())

    def _colourless(self) -> bool:
        return bool(getattr(self.screen.app, "no_colour", False))

    def _density(self) -> None:
        tall = 1 if self.screen.queue.tall == 2 else 2
        self.screen.queue.be_tall(tall)
        self._keep(density="compact" if tall == 1 else "comfortable")
        self.screen.say(_("One line a conversation.") if tall == 1 else _("Two lines a conversation."))

    def _wider(self, by: int) -> None:
        """The pane with the cursor takes a step more, or less, of the room."""
        screen = self.screen
        if screen.has_class("-narrow"):
            screen.say(_("One pane at a time is shown here; it has all the room."), "soon")
            return
        if screen.pane() == "side":
            width = self.taste.side or screen.side.outer_size.width
            self._keep(side=max(SIDE_LEAST, min(width + by * SIDE_STEP, SIDE_MOST)))
        else:
            left, middle = screen.query_one("#left"), screen.query_one("#middle")
            both = left.outer_size.width + middle.outer_size.width
            share = self.taste.share or round(100 * left.outer_size.width / both if both else 50)
            grow = by if screen.pane() in ("queue", "filter") else -by
            self._keep(share=max(LEAST, min(share + grow * STEP, MOST)))
        self.lay_out()

    def _even(self) -> None:
        self._keep(share=0, side=0)
        self.lay_out()
        self.screen.say(_("The panes are as wide as they come."))

    def choose(self, name: str) -> None:
        """These colours, by the name that config.toml uses."""
        from csdesk import themes

        if self._colourless():
            self.screen.say(_("NO_COLOR is set in this terminal: there are no colours to choose."), "soon")
            return
        self.screen.app.theme = themes.named(name, self.screen.palettes).name
        self._keep(theme=self.screen.app.theme)

    async def _theme(self) -> None:
        from csdesk.screens.theme import ChooseTheme

        screen = self.screen
        if self._colourless():
            screen.say(_("NO_COLOR is set in this terminal: there are no colours to choose."), "soon")
            return
        if (
            chosen := await screen.app.push_screen_wait(ChooseTheme(screen.app.theme, screen.palettes))
        ) is not None:
            self._keep(theme=chosen)
