"""The Textual app: themes, signals, a clean way out. The rest is in screens/.

Importing it loads no store, no network and no template engine: the desk is opened after the first frame.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette, Provider
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from csdesk import themes
from csdesk.clock import Clock, SystemClock
from csdesk.config import Config
from csdesk.i18n import _
from csdesk.screens.first import TWO, WIDE, FirstScreen
from csdesk.screens.looks import Taste, recall
from csdesk.terminal import has_few_colours, leave_at, wants_no_colour
from csdesk.widgets.colours import textual_theme, variables
from csdesk.widgets.linefilter import Harmless

if TYPE_CHECKING:
    from pathlib import Path

    from csdesk.screens.alerts import Alerts
    from csdesk.screens.calls import Calls
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk

LEAVE_WITHIN = 3.0
"""Seconds that keeping the draft may take when the terminal goes away."""


def _commands() -> type[Provider]:
    from csdesk.screens.palette import DeskCommands

    return DeskCommands


class DeskApp(App[None]):
    """The desk on a terminal. `open_desk` is called on a worker thread, after the first frame. `remember` finds again
    how the desk looked when it was left, and keeps it."""

    CSS_PATH: ClassVar[list[str]] = ["app.tcss", "screens/desk.tcss"]  # type: ignore[assignment]
    """What the first frame needs; every other screen brings its own, see screens/over.py."""
    TITLE = "csdesk"
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_commands}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (TWO, "-two"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        *,
        config: Config | None = None,
        clock: Clock | None = None,
        remember: bool = False,
    ) -> None:
        super().__init__()
        self.config = config or Config()
        self.desk_clock = clock or SystemClock()
        self.animation_level = "full" if self.config.animation else "none"
        self._open_desk = open_desk
        self.taste = recall() if remember else Taste()
        self.remember = remember
        self.palettes, self.theme_problems = themes.beside(self.config.source, remember)
        for palette in self.palettes:
            self.register_theme(textual_theme(palette))
        self._framed = False
        self.no_colour = wants_no_colour()
        self.few_colours = self.no_colour or has_few_colours()
        self.theme = themes.named("ansi" if self.few_colours else self.config.theme, self.palettes).name
        self._styled_for = self.get_css_variables()
        self.stylesheet.set_variables(self._styled_for)
        self._harmless = Harmless(
            reorder=self.config.bidi == "desk", whole_emoji=self.config.emoji == "whole"
        )
        self._leaving = False
        self.rescued: Path | None = None
        self._desk: DeskScreen | None = None

    @cached_property
    def calls(self) -> Calls:
        """Where services are run."""
        from csdesk.screens.calls import Calls

        return Calls(self._open_desk)

    def get_default_screen(self) -> Screen[None]:
        """The frame, which is there before the desk is loaded; where nobody looks at a terminal, the desk at once."""
        if self.is_headless:
            return self._make_desk()
        return FirstScreen(self._furnish, share=self.taste.share, side=self.taste.side)

    def _make_desk(self) -> DeskScreen:
        from csdesk.screens.desk import DeskScreen
        from csdesk.screens.ownkeys import Keyboard

        keys = Keyboard(self.config, remember=self.remember)
        self._desk = DeskScreen(
            self.calls, self.config, self.desk_clock, keys, self.taste, remember=self.remember
        )
        self._desk.palettes, self._desk.theme_problems = self.palettes, self.theme_problems
        return self._desk

    async def _furnish(self) -> None:
        """The desk covers its frame, and gets the keys that were pressed meanwhile."""
        first = self.screen
        self._framed = True
        await self.push_screen(self._make_desk())
        for event in first.typed if isinstance(first, FirstScreen) else ():
            self.post_message(events.Key(event.key, event.character))  # what was handled is not again

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The desk's screen, whatever lies over it; None while only its frame is there."""
        return self._desk

    def get_driver_class(self) -> type[Driver]:
        """A driver that survives a terminal that goes away; Textual's own where there is no poll(2)."""
        try:
            from csdesk.widgets.driver import DeskDriver
        except ImportError:
            return super().get_driver_class()
        return DeskDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and behind them the wall that lets nothing harmful out."""
        if not self.no_colour:
            return [*super().get_line_filters(), self._harmless]
        from csdesk.widgets.nocolour import NoColour

        return [self._harmless, NoColour()]

    def refresh_css(self, animate: bool = True) -> None:
        """Another theme is other styles. The theme of the start is in the styles from their first reading on: reading
        them again would cost the first frame a tenth."""
        variables = self.get_css_variables()
        if self._framed or variables != self._styled_for:
            self._styled_for = variables
            super().refresh_css(animate)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette offers what the registry has."""
        return ()

    def action_command_palette(self) -> None:
        """The palette, in the interface's language."""
        from csdesk.screens.palette import command_palette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(command_palette())

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """Ask, from a worker; see screens/asking.py."""
        from csdesk.screens.asking import answer

        return await answer(self, screen, partial(super().push_screen_wait, screen, mode=mode))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Names that the styles use, for themes that are not ours."""
        return variables(themes.DARK)

    def on_mount(self) -> None:
        """Listen to signals, and say what is wrong with the person's own keys."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            try:
                if self.is_headless:
                    loop.add_signal_handler(number, self.leave)
                else:
                    leave_at(number, loop, self._hurry, self.leave)
            except (RuntimeError, ValueError):
                break  # not the main thread, as in some tests
        self.set_interval(1.0, self._watch_terminal)

    def _hurry(self, code: int) -> None:
        hurry = getattr(self._driver, "hurry", None)
        if hurry is not None:
            hurry(LEAVE_WITHIN + 1, code)

    def on_unmount(self) -> None:
        """Stop to follow changes."""
        if (desk := self.desk_screen) is not None:
            desk.reader.live.end()

    async def action_quit(self) -> None:
        """Textual's own way out keeps the draft too."""
        self.leave()

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """A key that comes while the last screen goes has come too late."""
        return bool(self._screen_stack) and await super()._check_bindings(key, priority)

    def action_help_quit(self) -> None:
        """ctrl+c copies and never ends the desk: say what does."""
        if (desk := self.desk_screen) is not None:
            desk.say(_("ctrl+q leaves the desk; drafts are kept."))

    def _handle_exception(self, error: Exception) -> None:
        """Who leaves while a screen opens takes away what it is made of (Textual 8.2 mounts nothing then): that is
        no failure, and no trace of it belongs on the terminal."""
        if isinstance(error, NoMatches) and (self._exit or not self.is_running):
            return
        super()._handle_exception(error)

    def leave(self) -> None:
        """Keep the draft and go; for signals and a terminal that is gone."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._leave(), exit_on_error=False)

    async def _leave(self) -> None:
        try:
            if (desk := self.desk_screen) is not None:
                self.rescued = await desk.writer.keep_last(LEAVE_WITHIN)
        finally:
            self.exit()

    def _watch_terminal(self) -> None:
        """A terminal that vanished without a signal (SIGHUP ignored) must not leave us running."""
        if not self.is_headless and getattr(self._driver, "hung_up", bool)():
            self._hurry(128 + signal.SIGHUP)
            self.leave()

    def on_desk_screen_waiting(self, event: DeskScreen.Waiting) -> None:
        """Somebody waits or burns: title, bell and desktop notice, as far as they are wanted."""
        self._alerts.tell(event)

    @cached_property
    def _alerts(self) -> Alerts:
        from csdesk.screens.alerts import Alerts

        return Alerts(self, self.config, self.desk_clock)
