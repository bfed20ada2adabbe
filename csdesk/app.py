"""The Textual app: themes, signals, the terminal's title and bell, a clean way out. The rest is in screens/.

Importing it loads no store, no network and no template engine: the desk is opened after the first frame.
"""

from __future__ import annotations

import asyncio
import contextvars
import signal
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES, Theme

from csdesk import actions, themes
from csdesk.clock import Clock, SystemClock
from csdesk.config import Config
from csdesk.i18n import _
from csdesk.screens.calls import Calls
from csdesk.screens.desk import DeskScreen
from csdesk.screens.palette import DeskCommands, command_palette
from csdesk.terminal import wants_no_colour
from csdesk.text import clean_line
from csdesk.widgets.linefilter import Harmless

if TYPE_CHECKING:
    from csdesk.screens.face import Desk

LEAVE_WITHIN = 3.0
"""Seconds that keeping the draft may take when the terminal goes away."""


class DeskApp(App[None]):
    """The desk on a terminal. `open_desk` is called on a worker thread, after the first frame."""

    CSS_PATH: ClassVar[list[str]] = [  # type: ignore[assignment]
        "app.tcss", "screens/desk.tcss", "screens/prompts.tcss", "screens/places.tcss",
    ]  # fmt: skip
    TITLE = "csdesk"
    COMMANDS: ClassVar[set[type[DeskCommands]]] = {DeskCommands}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = []
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-two"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]

    def __init__(
        self, open_desk: Callable[[], Desk], *, config: Config | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__()
        self.config = config or Config()
        self.desk_clock = clock or SystemClock()
        self.calls = Calls(open_desk)
        self.animation_level = "full" if self.config.animation else "none"
        for palette in themes.ALL:
            self.register_theme(_theme(palette))
        no_colour = wants_no_colour()
        self.theme = themes.named("ansi" if no_colour else self.config.theme).name
        self._harmless = Harmless(reorder=self.config.bidi == "desk")
        self._own_actions, self._key_problems = actions.with_keys(self.config.keys)
        self._leaving = False

    def get_default_screen(self) -> Screen[None]:
        """The desk itself."""
        return DeskScreen(self.calls, self.config, self.desk_clock, self._own_actions)

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The desk's screen, whatever lies over it."""
        return next((one for one in self.screen_stack if isinstance(one, DeskScreen)), None)

    def get_driver_class(self) -> type[Driver]:
        """A driver that survives a terminal that goes away; Textual's own where there is no poll(2)."""
        try:
            from csdesk.widgets.driver import DeskDriver
        except ImportError:
            return super().get_driver_class()
        return DeskDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and behind them the wall that lets nothing harmful out."""
        return [*super().get_line_filters(), self._harmless]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette offers what the registry has."""
        return ()

    def action_command_palette(self) -> None:
        """The palette, in the interface's language."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(command_palette())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Names that the styles use, for themes that are not ours."""
        return _variables(themes.DARK)

    def on_mount(self) -> None:
        """Listen to signals, and say what is wrong with the person's own keys."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            try:
                if self.is_headless:
                    loop.add_signal_handler(number, self.leave)
                else:
                    self._listen(number, loop)
            except (RuntimeError, ValueError):
                break  # not the main thread, as in some tests
        self.set_interval(1.0, self._watch_terminal)
        if self._key_problems and self.desk_screen is not None:
            self.desk_screen.say(" ".join(self._key_problems), "soon", 20)

    def _listen(self, number: signal.Signals, loop: asyncio.AbstractEventLoop) -> None:
        """Leave at a signal even while the loop waits for a terminal that takes no bytes: a handler of the loop
        itself would wait with it."""

        context = contextvars.copy_context()  # a handler starts with whatever runs at the moment

        def signalled(got: int, _frame: object) -> None:
            self._hurry(128 + got)
            try:
                loop.call_soon_threadsafe(self.leave, context=context)
            except RuntimeError:  # the loop is closed: we are past all that was to be kept
                raise SystemExit(128 + got) from None

        signal.signal(number, signalled)

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

    def action_help_quit(self) -> None:
        """ctrl+c copies and never ends the desk: say what does."""
        if (desk := self.desk_screen) is not None:
            desk.say(_("ctrl+q leaves the desk; drafts are kept."))

    def leave(self) -> None:
        """Keep the draft and go; for signals and a terminal that is gone."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._leave(), exit_on_error=False)

    async def _leave(self) -> None:
        desk = self.desk_screen
        try:
            if desk is not None:
                await asyncio.wait_for(desk.writer.keep(), LEAVE_WITHIN)
        except TimeoutError:
            self.calls.report(TimeoutError("the draft could not be kept in time"))
        finally:
            self.exit()

    def _watch_terminal(self) -> None:
        """A terminal that vanished without a signal (SIGHUP ignored) must not leave us running."""
        if not self.is_headless and getattr(self._driver, "hung_up", bool)():
            self._hurry(128 + signal.SIGHUP)
            self.leave()

    def on_desk_screen_waiting(self, event: DeskScreen.Waiting) -> None:
        """Somebody waits: the title says how many, the bell rings for a new one."""
        if self.config.title:
            self._say_title(
                _("csdesk: {n} waiting, {burning} burning").format(n=event.count, burning=event.burning)
            )
        if event.more and self.config.bell != "off":
            self.bell()

    def _say_title(self, title: str) -> None:
        """The terminal's title, in cleaned words."""
        say = getattr(self._driver, "say_title", None)
        if say is not None:
            say(clean_line(title, limit=80))


def _variables(palette: themes.Palette) -> dict[str, str]:
    own = {
        "dim": palette.dim,
        "faint": palette.faint,
        "rule": palette.rule,
        "burn": palette.burn,
        "soon": palette.soon,
        "done": palette.done,
        "note": palette.note,
        "note-ground": palette.note_ground,
        "reply-ground": palette.reply_ground,
        "bar": palette.bar,
        "purple": palette.purple,
        "teal": palette.teal,
    }
    if palette.ansi:
        own = {**BUILTIN_THEMES["ansi-dark"].variables, **own}
    return own


def _theme(palette: themes.Palette) -> Theme:
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        warning=palette.soon,
        error=palette.burn,
        success=palette.done,
        foreground=palette.ink,
        background=palette.ground,
        surface=palette.panel,
        panel=palette.panel,
        dark=palette.dark,
        ansi=palette.ansi,
        variables=_variables(palette),
    )
