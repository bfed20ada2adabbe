"""The change feed: what happened in the store since we last looked, whoever did it.

SQLite is asked for data_version, a counter in shared memory that costs microseconds; PostgreSQL notifies, and is
polled as well because transaction-mode poolers swallow LISTEN.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from csdesk.db.engine import spoken

if TYPE_CHECKING:
    from csdesk.store import Store

POLL_SECONDS = 0.15
PG_POLL_SECONDS = 2.0
_PAGE = 1000
_BEFORE = 5000
_MOST_SKIPPED = 200
LATE_SECONDS = 600.0
"""Longer than any transaction of the desk takes: what was not committed by then never will be."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event seen by the feed."""

    event: int
    kind: str
    conversation: int | None


class ChangeFeed(Protocol):
    """Waits for changes. One thread waits; close() from another ends the wait."""

    def wait(self, timeout: float) -> tuple[Change, ...]:
        """Blocks until something changed or `timeout` seconds passed; the changes, oldest first."""
        ...

    def close(self) -> None:
        """End the feed and its connection."""
        ...


def make_feed(store: Store) -> ChangeFeed:
    """The feed that fits the store."""
    return SqliteFeed(store) if store.path is not None else PostgresFeed(store)


class SqliteFeed:
    """Polls PRAGMA data_version on a connection of its own, which sees every other connection's commits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._conn = store.raw()
        self._closed = threading.Event()
        self._busy = threading.Lock()
        self._more = False
        self._version = self._data_version()
        with store.read() as tx:
            self._last = tx.log.last_id()

    def _data_version(self) -> int:
        cursor = self._conn.connection.cursor()
        version = cursor.execute("PRAGMA data_version").fetchone()[0]
        cursor.close()
        return int(version)

    def wait(self, timeout: float) -> tuple[Change, ...]:
        """See ChangeFeed."""
        end = time.monotonic() + timeout
        while True:
            with self._busy:
                if self._closed.is_set():
                    break
                if found := self._look():
                    return found
            left = end - time.monotonic()
            if left <= 0:
                break
            self._closed.wait(min(POLL_SECONDS, left))
        return ()

    def _look(self) -> tuple[Change, ...]:
        with spoken():
            version = self._data_version()
        if version == self._version and not self._more:
            return ()
        self._version = version
        with self._store.read() as tx:
            found = tx.log.since(self._last, _PAGE)
        self._more = len(found) == _PAGE
        if found:
            self._last = found[-1][0]
        return tuple(Change(*row) for row in found)

    def close(self) -> None:
        """See ChangeFeed."""
        self._closed.set()
        with self._busy:
            self._conn.close()


class PostgresFeed:
    """LISTEN on a connection of its own, and a look every two seconds whatever was heard.

    Ids of events are given out when they are written and may be committed in another order, so every id that was
    skipped is asked for again until it comes or until no transaction can be that old: then it was rolled back.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed = threading.Event()
        self._listener: Any = None
        with store.read() as tx:
            self._last = tx.log.last_id()
            first = max(self._last - _BEFORE, 0)
            seen = [row[0] for row in tx.log.since(first, limit=_BEFORE)]
        self._skipped = [(low, high, _give_up()) for low, high in skipped(first + 1, self._last, seen)]
        self._listen()

    def _listen(self) -> None:
        import psycopg

        try:
            url = self._store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._listener = psycopg.connect(url, autocommit=True)
            self._listener.execute("LISTEN csdesk")
        except psycopg.Error:
            self._listener = None

    def wait(self, timeout: float) -> tuple[Change, ...]:
        """See ChangeFeed."""
        end = time.monotonic() + timeout
        while not self._closed.is_set():
            found = self._look()
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            self._doze(min(PG_POLL_SECONDS, left))
        return ()

    def _doze(self, seconds: float) -> None:
        import psycopg

        if self._listener is None:
            self._closed.wait(seconds)
            self._listen()
            return
        try:
            for _note in self._listener.notifies(timeout=seconds, stop_after=1):
                return
        except (psycopg.Error, ValueError):
            self._listener = None

    def _look(self) -> tuple[Change, ...]:
        with self._store.read() as tx:
            rows = tx.log.since(self._last, _PAGE)
            late = tx.log.between([(low, high) for low, high, _until in self._skipped])
        now = time.monotonic()
        came = [row[0] for row in late]
        self._skipped = [
            (low, high, until)
            for first, last, until in self._skipped
            if until > now
            for low, high in skipped(first, last, came)
        ]
        if rows:
            fresh = skipped(self._last + 1, rows[-1][0], [row[0] for row in rows])
            self._skipped += [(low, high, _give_up()) for low, high in fresh]
            self._last = rows[-1][0]
        del self._skipped[:-_MOST_SKIPPED]
        return tuple(Change(*row) for row in (*late, *rows))

    def close(self) -> None:
        """See ChangeFeed."""
        self._closed.set()
        if self._listener is not None:
            self._listener.close()


def skipped(first: int, last: int, seen: Iterable[int]) -> list[tuple[int, int]]:
    """The ranges of ids from `first` to `last`, both included, of which none is among `seen` (ascending)."""
    out = []
    for number in seen:
        if first <= number <= last:
            if first < number:
                out.append((first, number - 1))
            first = number + 1
    return [*out, (first, last)] if first <= last else out


def _give_up() -> float:
    return time.monotonic() + LATE_SECONDS
