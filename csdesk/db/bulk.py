"""Many rows of one shape into or onto one table, without the ORM's and the compiler's work for each of them.

The statement is put together once per table and set of columns; the values are turned column by column into what
the column types store. Knows tables and types, no subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.engine import Dialect

KEY = "b_id"
"""The name under which update_all() finds the id of the row to change."""

_Convert = Callable[[Any], Any]


def insert_all(conn: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the columns of the first."""
    if not rows:
        return
    names = tuple(rows[0])
    if any(column.default is not None and column.name not in names for column in table.c):
        conn.execute(insert(table), list(rows))  # it fills in what is left out
    else:
        _run(conn, rows, *_inserting(table, names, conn.dialect))


def update_all(conn: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns of the rows whose ids stand under KEY; all have the columns of the first."""
    if rows:
        _run(conn, rows, *_updating(table, tuple(rows[0]), conn.dialect))


def _run(
    conn: Connection,
    rows: Sequence[Mapping[str, Any]],
    statement: str,
    names: tuple[str, ...],
    positional: bool,
    converters: tuple[_Convert | None, ...],
) -> None:
    columns: list[Any] = []
    for name, convert in zip(names, converters, strict=True):
        values = map(itemgetter(name), rows)
        columns.append(values if convert is None else map(convert, values))
    lines = zip(*columns, strict=True)
    if positional:
        conn.exec_driver_sql(statement, list(lines))
    else:
        conn.exec_driver_sql(statement, [dict(zip(names, line, strict=True)) for line in lines])


_Plan = tuple[str, tuple[str, ...], bool, tuple[_Convert | None, ...]]


@lru_cache(maxsize=128)
def _inserting(table: Any, names: tuple[str, ...], dialect: Dialect) -> _Plan:
    return _plan(insert(table), table, names, dialect)


@lru_cache(maxsize=128)
def _updating(table: Any, names: tuple[str, ...], dialect: Dialect) -> _Plan:
    return _plan(update(table).where(table.c.id == bindparam(KEY)), table, names, dialect)


def _plan(statement: Any, table: Any, names: tuple[str, ...], dialect: Dialect) -> _Plan:
    """The statement's words, its parameters in their order, whether they go by place, and what turns each value
    into what is stored."""
    compiled = statement.compile(dialect=dialect, column_keys=[name for name in names if name != KEY])
    order = tuple(compiled.positiontup or names)
    converters = tuple(
        table.c["id" if name == KEY else name].type.dialect_impl(dialect).bind_processor(dialect)
        for name in order
    )
    return compiled.string, order, bool(compiled.positiontup), converters
