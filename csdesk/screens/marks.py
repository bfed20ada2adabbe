"""Marks in the queue: on rows, on a range, on all that the view and its filter hold. What is done to them is triage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


class Marks:
    """Puts marks on rows of the queue and takes them away. `anchor` is where the last one was put."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.anchor: int | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {
            "mark.row": self._row,
            "mark.range": self._range,
            "mark.all": lambda: self.screen.run(self._all(), "marks", exclusive=True),
            "mark.invert": lambda: self.screen.run(self._invert(), "marks", exclusive=True),
            "mark.none": self.clear,
        }

    def clear(self) -> None:
        """No row is marked."""
        self.anchor = None
        self._show(set())

    def _show(self, marked: set[int]) -> None:
        self.screen.queue.mark(marked)
        self.screen.draw_marks()

    def _row(self) -> None:
        """Mark as many rows as were asked for, from the cursor on; the cursor goes behind them."""
        queue, count = self.screen.queue, self.screen.hand.take_count() or 1
        ids = self.rows_from(queue.cursor, count)
        if not ids:
            return
        self._show(queue.marked - set(ids) if set(ids) <= queue.marked else queue.marked | set(ids))
        self.anchor = queue.cursor
        queue.move(len(ids))

    def _range(self) -> None:
        """From the last mark to the cursor, both included; from the cursor alone where there is none."""
        queue = self.screen.queue
        low, high = sorted((queue.cursor if self.anchor is None else self.anchor, queue.cursor))
        self._show(queue.marked | set(self.rows_from(low, high - low + 1)))
        self.anchor = queue.cursor

    def rows_from(self, number: int, count: int) -> list[int]:
        """The conversations of so many rows from this one on, as far as they are known; those that left the view are
        left out."""
        queue = self.screen.queue
        rows = (queue.rows.row(one) for one in range(number, min(number + count, len(queue.rows))))
        return [row.id for row in rows if row is not None and row.id not in queue.gone]

    async def _matching(self) -> set[int]:
        view, text = self.screen.shelf.asked()
        return set(await self.screen.call(lambda d: d.inbox.ids(view, text=text)))

    async def _all(self) -> None:
        found = await self._matching()
        self._show(found)
        words = ngettext("{n} conversation is marked.", "{n} conversations are marked.", len(found))
        self.screen.say(words.format(n=len(found)))

    async def _invert(self) -> None:
        marked = self.screen.queue.marked
        self._show(await self._matching() - marked)
        self.screen.say(_("The marks are the other way round."))
