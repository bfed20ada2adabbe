"""The queue: a virtual list that draws only what is seen and, when the cursor moves, only its mark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from csdesk.i18n import _
from csdesk.widgets.cells import Line, line, one_line, wrap
from csdesk.widgets.lines import LineView
from csdesk.widgets.pages import Key, Pages
from csdesk.widgets.queue_row import MARK, Columns, Sight, first, second

if TYPE_CHECKING:
    from csdesk.domain.conversation import QueuePage, QueueRow

RIGHT = 3
"""The right mouse button."""


class QueueList(LineView):
    """Rows of one view. Says `Moved` when the cursor stands on another row, `Wanted` when a page is missing."""

    class Moved(Message):
        """The cursor stands on this conversation now."""

        def __init__(self, row: QueueRow) -> None:
            super().__init__()
            self.row = row

    class Picked(Message):
        """A row was clicked a second time, or double-clicked."""

        def __init__(self, row: QueueRow) -> None:
            super().__init__()
            self.row = row

    class Wanted(Message):
        """The page behind this key is needed; `again` when it was known and forgotten."""

        def __init__(self, after: Key | None, again: bool) -> None:
            super().__init__()
            self.after, self.again = after, again

    def __init__(self, *, id: str | None = None, compact: bool = False, here: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self.rows = Pages()
        self.cursor = 0
        self.tall = 1 if compact else 2
        self.here = here
        self.now: datetime | None = None
        self.agent = ""
        self.words = ""
        self.gone: set[int] = set()
        self.marked: set[int] = set()
        self.accounts: dict[str, str] = {}
        self.translated: dict[int, tuple[str, str]] = {}
        """By conversation a preview and what it says in the agent's language."""
        self._asked: set[tuple[Key | None, bool]] = set()
        self._columns = Columns.of(80)

    @property
    def row(self) -> QueueRow | None:
        """The row under the cursor."""
        return self.rows.row(self.cursor)

    def show(self, page: QueuePage, *, keep: int | None = None, words: str = "") -> None:
        """Another list. The cursor goes to the conversation `keep` where it is in it, else to the top; `words`
        are shown when there is nothing. A row that has the same number as before stays where it is seen."""
        before, self.rows = self.cursor, Pages(page)
        self.words = words
        self.gone.clear()
        self._asked.clear()
        found = self.rows.find(keep) if keep is not None else None
        self.cursor = found or 0
        self._measure()
        if not found or found != before:
            self.scroll_to(y=max(0, (self.cursor - 2) * self.tall) if found else 0, animate=False, force=True)
        self._into_sight()
        self.refresh()

    def add_page(self, page: QueuePage, after: Key | None, *, again: bool) -> None:
        """A page that was wanted."""
        self._asked.discard((after, again))
        if again:
            self.rows.put_back(after, page.rows)
        elif after == self.rows.next:
            self.rows.append(page)
        self.rows.forget_far_from(self.cursor)
        self._measure()
        self._look_ahead()
        self.refresh()

    def update(self, fresh: dict[int, QueueRow], gone: set[int]) -> None:
        """New facts of rows that are shown, each in its place. Those that are `gone` from the view are marked,
        and stay where they are until the list is asked for anew."""
        for number, row in list(self.rows.loaded()):
            new = fresh.get(row.id)
            if new is None:
                continue
            self.rows.replace(number, new)
            (self.gone.add if row.id in gone else self.gone.discard)(row.id)
            self.redraw(number * self.tall, self.tall)

    def translate(self, lines: Mapping[int, str]) -> None:
        """The previews of these conversations in the agent's language; each is drawn where it stands."""
        for number, row in self.rows.loaded():
            said = lines.get(row.id)
            if said is not None and self.translated.get(row.id) != (row.preview, said):
                self.translated[row.id] = (row.preview, said)
                if self.tall > 1:
                    self.redraw(number * self.tall + 1)

    def in_sight(self) -> list[QueueRow]:
        """The rows that are seen."""
        top = self.scroll_offset.y // self.tall
        numbers = range(top, top + self.size.height // self.tall + 1)
        return [row for number in numbers if (row := self.rows.row(number)) is not None]

    def be_tall(self, tall: int) -> None:
        """Take one line or two for a conversation; the cursor stays on its row and in sight."""
        self.tall = tall
        self._measure()
        self._into_sight()
        self.refresh()

    def append_rows(self, rows: list[QueueRow]) -> None:
        """Rows that sort behind all that are shown."""
        for row in rows:
            self.rows.add(row)
        self._measure()
        self.refresh()

    def mark(self, marked: set[int]) -> None:
        """These conversations are marked, and no others; only the rows that differ are drawn, and of them the mark."""
        before, self.marked = self.marked, marked
        for number, row in self.rows.loaded():
            if (row.id in before) != (row.id in marked):
                self.redraw(number * self.tall, width=3)

    def move(self, by: int) -> None:
        """The cursor up or down by so many rows; stays within what is known."""
        self.go(self.cursor + by)

    def go(self, number: int) -> None:
        """The cursor to this row."""
        number = max(0, min(number, len(self.rows) - 1))
        if number == self.cursor or not len(self.rows):
            return
        for y in (self.cursor, number):
            self.redraw(y * self.tall, self.tall, width=1)
        self.cursor = number
        self._into_sight()
        if (row := self.row) is not None:
            self.post_message(self.Moved(row))

    def page(self, by: int) -> None:
        """The cursor by windows up or down."""
        self.move(by * max(1, self.size.height // self.tall - 1))

    def layout_lines(self, width: int) -> tuple[Line, ...]:
        """Only measures: rows are drawn as they are seen."""
        self._columns = Columns.of(width)
        return ()

    def relayout(self) -> None:
        """Measure for the width there is now."""
        self._laid_out_for = self.scrollable_content_region.width or self.size.width
        self.layout_lines(self._laid_out_for)
        self._measure()
        self.refresh()

    def tick(self, now: datetime) -> None:
        """Another minute: the clocks change."""
        self.now = now
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of one row."""
        number, part = divmod(y + self.scroll_offset.y, self.tall)
        if number >= len(self.rows) or self.now is None:
            return self.strip_of(self._behind(number, part))
        row = self.rows.row(number)
        if row is None:
            self._want(number)
            return self.strip_of(line(("   …", "faint")) if part == 0 else Line())
        preview, said = self.translated.get(row.id, ("", ""))
        sight = Sight(
            self.now,
            self.here,
            self.agent,
            row.id in self.gone,
            row.id in self.marked,
            self.accounts,
            said if preview == row.preview else "",
        )
        pieces = (first if part == 0 else second)(row, self._columns, sight)
        mark = (MARK, "mark" if self.has_focus else "dim") if number == self.cursor else (" ", "")
        return self.strip_of(Line((mark, *pieces)))

    def _behind(self, number: int, part: int) -> Line:
        """What stands behind the last row."""
        if len(self.rows) == 0:
            said = wrap(one_line(self.words), self.size.width - 4)[number * self.tall + part :][:1]
            return line((f"   {''.join(said)}", "dim"))
        if number == len(self.rows) and part == 0 and self.rows.next is not None:
            return line(("   " + _("more below"), "faint"))
        return Line()

    def _measure(self) -> None:
        more = 1 if self.rows.next is not None else 0
        self.virtual_size = Size(self.size.width, (len(self.rows) + more) * self.tall)

    def _into_sight(self) -> None:
        """Scroll by a window, not by a line: a line costs as much to draw."""
        top, rows = self.scroll_offset.y // self.tall, max(1, self.size.height // self.tall)
        if self.cursor < top:
            self.scroll_to(y=max(0, self.cursor - rows + 2) * self.tall, animate=False, force=True)
        elif self.cursor >= top + rows:
            self.scroll_to(y=max(0, self.cursor - 1) * self.tall, animate=False, force=True)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Ask for the next page before the cursor comes to the end of what is known; a filtered page may be short."""
        rows = max(1, self.size.height // self.tall)
        if self.rows.next is not None and self.cursor + 2 * rows >= len(self.rows):
            self._ask(self.rows.next, again=False)

    def _want(self, number: int) -> None:
        missing, after = self.rows.missing(number)
        if missing:
            self._ask(after, again=True)

    def _ask(self, after: Key | None, *, again: bool) -> None:
        if (after, again) not in self._asked:
            self._asked.add((after, again))
            self.post_message(self.Wanted(after, again))

    def on_focus(self) -> None:
        """The mark is bright where the keys go."""
        self.redraw(self.cursor * self.tall, self.tall, width=1)

    def on_blur(self) -> None:
        """And quiet where they do not."""
        self.redraw(self.cursor * self.tall, self.tall, width=1)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens; the right button only moves it, for the menu."""
        number = (event.y + self.scroll_offset.y) // self.tall
        if number >= len(self.rows):
            return
        if event.button != RIGHT and number == self.cursor and (row := self.row) is not None:
            self.post_message(self.Picked(row))
        self.go(number)
