"""What every screen that lies over the desk has in common: it closes once, however fast keys come."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

T = TypeVar("T")


class Over(Screen[T]):
    """A screen over the desk. A second escape, typed before the first has taken effect, does nothing: it would
    answer twice whoever asked, and close the desk beneath."""

    _answered = False

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with a result; only the first call counts."""
        if self._answered:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)


class ModalOver(Over[T], ModalScreen[T]):
    """The same for a screen that lets the desk show through."""
