"""Engines for the two databases, and the words for what can go wrong with them. Knows no table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import create_engine

from csdesk.db.rows import keyed
from csdesk.errors import StoreFailure, Usage
from csdesk.i18n import N_, _
from csdesk.paths import sqlite_path

PATIENCE = 5.0
"""How many seconds a SQLite write waits for another process before it gives up with a sentence."""


def make_engine(url: str, key: str = "", patience: float = PATIENCE) -> Engine:
    """An engine for `sqlite:///PATH` (encrypted when `key` is set) or `postgresql://...`. Raises Usage."""
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url)
    path = sqlite_path(url)
    if path is None or str(path) in ("", "."):
        raise Usage(_("The store {url!r} must be sqlite:///PATH or postgresql://...").format(url=url))
    return _sqlite(path, key, patience)


def _sqlite(path: Path, key: str, patience: float) -> Engine:
    from sqlcipher3 import dbapi2

    _private(path)
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        pool_use_lifo=True,
        connect_args={"check_same_thread": False, "timeout": patience},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver's own transaction control would begin deferred; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        if key:
            cursor.execute(keyed(key))
        cursor.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: outbox, claims and audit must survive a power cut; sync writes in batches, so it costs little.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -8000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once under contention; IMMEDIATE waits.
        write = connection.get_execution_options().get("csdesk_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _private(path: Path) -> None:
    """Make the file 0600 before the database writes a byte into it; WAL files inherit the mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            if not path.is_file():
                raise StoreFailure(
                    _("The store {path} is not a file; name a file.").format(path=path),
                    code="store_unreachable",
                )
            if path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
                path.chmod(0o600)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreFailure(
            _("The store {path} cannot be made: {reason}.").format(path=path, reason=error.strerror),
            code="store_unreachable",
        ) from error


def _postgresql(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_pre_ping=True,
        # A line that went dead without a word is noticed within half a minute; TCP alone would wait for two hours.
        connect_args={
            "connect_timeout": 10,
            "application_name": "csdesk",
            "options": "-c timezone=UTC",
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )


_SQLITE_WORDS = (
    (
        "locked",
        "store_locked",
        N_("The store is locked by another program; nothing was changed. Try again in a moment."),
    ),
    ("full", "store_full", N_("The disk is full; nothing was changed. Make room and try again.")),
    ("readonly", "store_readonly", N_("The store cannot be written: file or folder is read-only.")),
    ("unable to open", "store_unreachable", N_("The store's file cannot be opened.")),
    (
        "not a database",
        "store_damaged",
        N_("The store's file is not a csdesk database, or its key is wrong. Nothing was changed."),
    ),
    ("malformed", "store_damaged", N_("The store is damaged. Stop csdesk and restore the last backup.")),
    (
        "vtable constructor",
        "store_damaged",
        N_("The store is damaged. Stop csdesk and restore the last backup."),
    ),
    ("disk i/o", "store_damaged", N_("The disk reports an error while the store was read or written.")),
)


@contextmanager
def spoken() -> Iterator[None]:
    """Turn database errors that a person can act on into StoreFailure with a sentence; the rest pass."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig).lower()
        for mark, code, sentence in _SQLITE_WORDS:
            if mark in text and "psycopg" not in type(error.orig).__module__:
                raise StoreFailure(_(sentence), code=code) from error
        if "deadlock" in text or (isinstance(error, IntegrityError) and "unique constraint" in text):
            sentence = _("Someone else changed the same conversations at the same moment; try again.")
            raise StoreFailure(sentence, code="store_locked") from error
        if isinstance(error, OperationalError):
            first = str(error.orig).strip().split("\n")[0]
            raise StoreFailure(
                _("The store cannot be reached: {reason}").format(reason=first), code="store_unreachable"
            ) from error
        raise


def one_state(conn: Connection) -> Connection:
    """A connection whose next transaction sees one state throughout and cannot write. In SQLite every transaction
    does; PostgreSQL must be asked."""
    if conn.dialect.name == "postgresql":
        return conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return conn


def notify(conn: Connection) -> None:
    """Wake the other processes of a PostgreSQL store when this transaction commits. SQLite needs no call."""
    if conn.dialect.name == "postgresql":
        with suppress(DBAPIError):
            conn.exec_driver_sql("NOTIFY csdesk")
