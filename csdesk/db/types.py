"""Column types that SQLite and PostgreSQL store alike: instants as whole microseconds UTC, JSON as text."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from csdesk.db.rows import EPOCH
from csdesk.domain.views import micros
from csdesk.i18n import stored, told


def from_micros(value: int | None) -> datetime | None:
    """Whole microseconds since 1970 UTC as an aware instant; None stays None."""
    return None if value is None else EPOCH + timedelta(0, 0, value)


def search_place(at: int, row: int) -> int:
    """A text's place in time as one growing integer: milliseconds of `at` (microseconds), then the low bits of its
    row's id. The full-text index is walked in this order, so newest first needs no sort."""
    return (max(at, 0) // 1000 << 20) | (row & 0xFFFFF)


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as BIGINT microseconds UTC: eight bytes, sorts right, the same in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to microseconds."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Microseconds to aware UTC datetime."""
        return from_micros(value)


class Said(TypeDecorator[str]):
    """A sentence for a person. It is kept as what it was made of, and everybody reads it in their own language; plain
    text stays as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Sentence to what it was made of."""
        return None if value is None else stored(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """In the reader's language."""
        return None if value is None else told(value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Value to compact JSON."""
        return None if value is None else dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """JSON to value."""
        return None if value is None else json.loads(value)


def loads(value: str) -> Any:
    """What dumps() wrote."""
    return json.loads(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dumps(value: Any) -> str:
    """Compact JSON, keys sorted, letters of every script left readable."""
    if not value and isinstance(value, list | tuple | dict):
        return "{}" if isinstance(value, dict) else "[]"  # most are empty
    return _ENCODER.encode(value)
