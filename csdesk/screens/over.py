"""What every screen that lies over the desk has in common: it closes once, however fast keys come, and its styles are
read when it is first opened."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.renderables.background_screen import BackgroundScreen
from textual.renderables.blank import Blank
from textual.screen import ModalScreen, Screen

if TYPE_CHECKING:
    from textual.worker import Worker

T = TypeVar("T")


class Over(Screen[T]):
    """A screen over the desk. A second escape, typed before the first has taken effect, does nothing: it would
    answer twice whoever asked, and close the desk beneath."""

    CSS_PATH = "places.tcss"
    _answered = False

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with a result; only the first call counts. One over which another came meanwhile stays: Textual closes
        whatever is on top, and this one would lie there for ever."""
        if self._answered or not self.is_active:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)

    def run_worker(self, work: Any, *args: Any, **how: Any) -> Worker[Any]:
        """What was asked for here and comes when the screen has closed finds nothing to be shown on: that is no
        failure of the desk."""
        return super().run_worker(
            partial(self._unless_closed, work) if isawaitable(work) else work, *args, **how
        )

    async def _unless_closed(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except NoMatches:
            if self in self.app.screen_stack:
                raise
            return None

    def render(self) -> BackgroundScreen | Blank:  # type: ignore[override]
        """What lies right beneath this screen shows through. Textual takes the next of a list that it makes for each
        update; once one of several screens has kept what it drew, the others find the wrong one there, in the end each
        other, and draw without end."""
        background = self.styles.background
        stack = self.app.screen_stack
        at = stack.index(self) if self in stack else 0
        return BackgroundScreen(stack[at - 1], background) if at and background.a < 1 else Blank(background)


class ModalOver(ModalScreen[T], Over[T]):
    """The same for a screen that lets the desk show through. ModalScreen stands first: the styles know a screen by its
    first base, and theirs begin with that name."""

    CSS_PATH = "prompts.tcss"
