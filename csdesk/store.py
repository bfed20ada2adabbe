"""The store's face: open it, read in a transaction, write in a transaction, follow its changes.

The one module that services see of the database. It knows no use case; it says what went wrong in a sentence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from csdesk.clock import Clock
from csdesk.db import engine as engines
from csdesk.db import migrations
from csdesk.db.feed import Change, ChangeFeed, make_feed
from csdesk.db.tx import Tx
from csdesk.paths import sqlite_path

__all__ = ["Change", "ChangeFeed", "Store", "Tx"]
T = TypeVar("T")


class Store:
    """One SQLite file or PostgreSQL database. Safe to use from several threads."""

    def __init__(self, url: str, clock: Clock, key: str = "", *, patience: float = engines.PATIENCE) -> None:
        """Prepares, touches nothing. `url` is sqlite:///PATH or postgresql://...; `key` encrypts SQLite;
        `patience` is how many seconds a SQLite write waits for another process."""
        self.url = url
        self.clock = clock
        self.patience = patience
        self._key = key
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        path = sqlite_path(url)
        self.path: Path | None = path
        self.blob_dir = path.with_name(path.name + ".files") if path and path.name else None

    @property
    def engine(self) -> Engine:
        """The engine of a migrated store; the first use opens and migrates it. Raises StoreFailure."""
        with self._lock:
            if self._engine is None:
                made = engines.make_engine(self.url, self._key, self.patience)
                try:
                    with engines.spoken():
                        _migrate(made)
                except BaseException:
                    made.dispose()
                    raise
                self._engine = made
            return self._engine

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one state of the store and changes nothing."""
        engine = self.engine
        with engines.spoken(), engine.connect() as conn:
            conn = engines.one_state(conn)
            with conn.begin():
                yield Tx(conn, self.clock.now(), self.blob_dir)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction whose changes and events are committed together, or not at all."""
        engine = self.engine
        with engines.spoken(), engine.connect() as conn:
            conn = conn.execution_options(csdesk_write=True)
            with conn.begin():
                tx = Tx(conn, self.clock.now(), self.blob_dir, writing=True)
                yield tx
                if tx.changed:
                    engines.notify(conn)

    def reading(self, work: Callable[[Tx], T]) -> T:
        """Run a function in a read transaction and return its result."""
        with self.read() as tx:
            return work(tx)

    def feed(self) -> ChangeFeed:
        """A feed of what changes from now on."""
        return make_feed(self)

    def raw(self) -> Connection:
        """A plain connection for the feed and the doctor; the caller closes it."""
        return self.engine.connect()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None


def _migrate(engine: Engine) -> None:
    """Bring the schema up, one transaction a step, and then the views. A current store is only read."""
    with engine.connect() as conn, conn.begin():
        found = migrations.version(conn)
        viewed = migrations.views(conn) if found == migrations.LATEST else 0
    migrations.check(found)
    more = found < migrations.LATEST
    while more:
        with engine.connect() as conn:
            conn = conn.execution_options(csdesk_write=True)
            with conn.begin():
                more = migrations.step(conn)
    if viewed < migrations.VIEWS:
        with engine.connect() as conn:
            conn = conn.execution_options(csdesk_write=True)
            with conn.begin():
                migrations.put_views(conn)
