"""Rows of the views that other programs read, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from csdesk.db.report_views import View
from csdesk.db.tx import Tx

AT_ONCE = 1000


class Reports:
    """Reads views."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def rows(self, view: View) -> Iterator[tuple[Any, ...]]:
        """All rows, alike from both databases: numbers, texts, true or false; instants as 2026-11-20T12:00:00Z, days as
        2026-11-20, amounts as texts with a decimal point; None where there is nothing. Only while the transaction
        lasts."""
        names = ", ".join(one.name for one in view.columns)
        query = text(f"SELECT {names} FROM {view.name} ORDER BY 1, 2").execution_options(yield_per=AT_ONCE)
        kinds = [one.kind for one in view.columns]
        for row in self.tx.conn.execute(query):
            yield tuple(_plain(kind, value) for kind, value in zip(kinds, row, strict=True))

    def some(self, view: View, key: str, value: int | str, limit: int) -> list[dict[str, Any]]:
        """The rows that have a value in the column `key`, by the names of their columns; at most `limit`."""
        names = ", ".join(one.name for one in view.columns)
        query = text(f"SELECT {names} FROM {view.name} WHERE {key} = :value ORDER BY 1 LIMIT {limit:d}")
        return [
            {one.name: _plain(one.kind, cell) for one, cell in zip(view.columns, row, strict=True)}
            for row in self.tx.rows(query, {"value": value})
        ]


def _plain(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "yesno":
        return bool(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value
