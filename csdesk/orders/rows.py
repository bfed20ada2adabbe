"""Rows that belong together made into one thing, all of it or none: the walk that all order files share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from csdesk.domain.orders import Order
from csdesk.i18n import _
from csdesk.orders.csvfile import Row
from csdesk.orders.fields import WrongCell
from csdesk.orders.records import Problem

T = TypeVar("T")


class WrongRow(Exception):
    """A line that spoils the thing it belongs to."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def each_order(
    rows: Iterable[Row], key: str, build: Callable[[str, list[Row]], Order]
) -> Iterator[Order | Problem]:
    """An order, or what is wrong with it, for every run of rows with the same number in the column `key`.

    A row without a number belongs to the order above it. The rows of one order stand together: an order number
    that comes back later is a mistake, or two orders would be mixed.
    """
    seen: set[str] = set()
    number, group = "", list[Row]()
    for row in rows:
        said = row.text(key, limit=80)
        if said and said != number:
            if group:
                yield _built(number, group, seen, build)
            number, group = said, []
        elif not said and not number:
            yield Problem(row.line, _("column '{column}' is empty.").format(column=key))
            continue
        group.append(row)
    if group:
        yield _built(number, group, seen, build)


def _built(
    number: str, group: list[Row], seen: set[str], build: Callable[[str, list[Row]], Order]
) -> Order | Problem:
    if number in seen:
        sentence = _("Order {number} stands in the file a second time; its rows must follow one another.")
        return Problem(group[0].line, sentence.format(number=number))
    seen.add(number)
    try:
        for row in group:
            if row.surplus:
                raise WrongRow(row.line, _("there are more cells than columns"))
        return build(number, group)
    except WrongRow as error:
        sentence = _("Order {number} is left out: {why}.")
        return Problem(error.line, sentence.format(number=number, why=error.sentence))


def at_row(row: Row, read: Callable[[Row], T]) -> T:
    """What is read from a row; a wrong cell names the row's line. Raises WrongRow."""
    try:
        return read(row)
    except WrongCell as error:
        raise WrongRow(row.line, str(error)) from error
