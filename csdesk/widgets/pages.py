"""Rows of a queue that may have a million: pages in the order of their keys, the far ones forgotten again. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csdesk.domain.conversation import QueuePage, QueueRow

SIZE = 100
KEEP = 12
Key = tuple[int, int]


@dataclass(slots=True)
class _Page:
    after: Key | None
    start: int
    rows: list[QueueRow] | None
    length: int


class Pages:
    """What is known of one view. Row numbers count from 0; a row of a forgotten page is None until it is loaded
    again with the key in front of it."""

    def __init__(self, first: QueuePage | None = None) -> None:
        self._pages: list[_Page] = []
        self.next: Key | None = None
        if first is not None:
            self.append(first)

    def __len__(self) -> int:
        return self._pages[-1].start + self._pages[-1].length if self._pages else 0

    def append(self, page: QueuePage) -> None:
        """Rows behind all that are known."""
        self._pages.append(_Page(self.next, len(self), list(page.rows), len(page.rows)))
        self.next = page.next

    def row(self, number: int) -> QueueRow | None:
        """The row with this number, or None where there is none or its page was forgotten."""
        page = self._page_of(number)
        if page is None or page.rows is None or number - page.start >= len(page.rows):
            return None
        return page.rows[number - page.start]

    def missing(self, number: int) -> tuple[bool, Key | None]:
        """Whether the page of this row has to be loaded, and the key to load it with."""
        page = self._page_of(number)
        return (page is not None and page.rows is None, page.after if page is not None else None)

    def put_back(self, after: Key | None, rows: tuple[QueueRow, ...]) -> None:
        """The rows of a forgotten page, loaded again. The page keeps its length so that nothing moves."""
        for page in self._pages:
            if page.after == after and page.rows is None:
                page.rows = list(rows[: page.length])

    def forget_far_from(self, number: int) -> None:
        """Keep the pages around a row only."""
        here = self._index(number)
        for index, page in enumerate(self._pages):
            if abs(index - here) > KEEP // 2:
                page.rows = None

    def find(self, conversation: int) -> int | None:
        """The number of the row of a conversation, where it is loaded."""
        return next((number for number, row in self.loaded() if row.id == conversation), None)

    def replace(self, number: int, row: QueueRow) -> None:
        """Other facts in the same place; the place's own key stays."""
        page = self._page_of(number)
        if page is not None and page.rows is not None:
            page.rows[number - page.start] = replace(row, rank=page.rows[number - page.start].rank)

    def add(self, row: QueueRow) -> None:
        """One more row at the end."""
        if self._pages and self._pages[-1].rows is not None:
            self._pages[-1].rows.append(row)
            self._pages[-1].length += 1

    def loaded(self) -> Iterator[tuple[int, QueueRow]]:
        """Row numbers and rows that are at hand."""
        for page in self._pages:
            for offset, row in enumerate(page.rows or ()):
                yield page.start + offset, row

    def _index(self, number: int) -> int:
        return bisect_right(self._pages, number, key=lambda page: page.start) - 1

    def _page_of(self, number: int) -> _Page | None:
        if not 0 <= number < len(self):
            return None
        return self._pages[self._index(number)]
