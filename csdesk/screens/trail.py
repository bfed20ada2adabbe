"""Back and forward through the conversations that were opened, as in a browser. Previews leave no trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen

KEPT = 200


class Trail:
    """The opened conversations, oldest first, and where among them one is."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.visited: list[int] = []
        self.at = -1

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {"trail.back": lambda: self.step(-1), "trail.forward": lambda: self.step(1)}

    def add(self, conversation: int) -> None:
        """One was opened; what lay ahead is forgotten."""
        if self.visited and self.visited[self.at] == conversation:
            return
        self.visited = [*self.visited[: self.at + 1], conversation][-KEPT:]
        self.at = len(self.visited) - 1

    def step(self, by: int) -> None:
        """So many opened conversations back or forward. Away from them, back is the last one that was open."""
        opened = self.screen.reader.opened
        here = self.visited[self.at] if self.visited else None
        away = opened is None or opened.id != here
        goal = self.at + by * (self.screen.hand.take_count() or 1) + (1 if by < 0 and away and here else 0)
        if not 0 <= goal < len(self.visited):
            self.screen.say(
                _("No conversation was opened before.") if by < 0 else _("No conversation lies ahead.")
            )
            return
        self.at = goal
        self.screen.reader.open(self.visited[goal])
