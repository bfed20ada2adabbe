"""What a repairer asks of a store: is it whole, how old is it, who holds leases, which files are gone, a copy of it.
Knows no words for people."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from csdesk.db.tables import Blob, Lease, table
from csdesk.db.tx import Tx

_BLOB = table(Blob)
_LEASE = table(Lease)
SHOWN = 20


def version(conn: Connection) -> str:
    """The database program and its version."""
    if conn.dialect.name == "sqlite":
        return f"SQLite {conn.exec_driver_sql('SELECT sqlite_version()').scalar()}"
    return f"PostgreSQL {conn.exec_driver_sql('SHOW server_version').scalar()}"


def damages(conn: Connection) -> list[str]:
    """What an integrity check finds, at most a few lines; PostgreSQL looks after its pages by itself."""
    if conn.dialect.name != "sqlite":
        return []
    rows = conn.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})").all()
    found = [str(row[0]) for row in rows if row[0] != "ok"]
    foreign = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(SHOWN)
    return [*found, *(f"{row[0]} {row[1]} -> {row[2]}" for row in foreign)]


def leases(tx: Tx) -> list[tuple[str, str]]:
    """Leases that have not ended: (name, owner)."""
    rows = tx.rows(select(_LEASE.c.name, _LEASE.c.owner).where(_LEASE.c.until >= tx.now))
    return [(row[0], row[1]) for row in rows]


def missing_files(tx: Tx) -> tuple[int, list[str]]:
    """How many blobs lie in files, and the hashes of those whose file is gone or has another size."""
    if tx.blob_dir is None:
        return 0, []
    total = int(tx.conn.execute(select(func.count()).where(_BLOB.c.data.is_(None))).scalar() or 0)
    gone = []
    for row in tx.conn.execute(select(_BLOB.c.hash, _BLOB.c.size).where(_BLOB.c.data.is_(None))):
        path = tx.blob_dir / row[0][:2] / row[0]
        if not path.is_file() or path.stat().st_size != row[1]:
            gone.append(row[0])
    return total, gone


def copy_into(engine: Engine, path: Path) -> None:
    """A consistent copy of a SQLite store in use, into an empty or missing file."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()
