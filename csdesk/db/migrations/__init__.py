"""Numbered migrations. Each runs whole in one transaction together with the version it leads to, so a process
killed at any statement leaves either the old schema or the new one, never something between."""

from __future__ import annotations

from sqlalchemy import Connection

from csdesk.db.migrations import m0001_ground, m0002_search, m0003_awaited, m0004_mail
from csdesk.errors import StoreFailure
from csdesk.i18n import _

LATEST = 4


def statements(number: int, dialect: str) -> tuple[str, ...]:
    """The DDL of one migration for 'sqlite' or 'postgresql'."""
    if number == 1:
        spelt = (
            {"pk": "INTEGER PRIMARY KEY", "blob": "BLOB"}
            if dialect == "sqlite"
            else {"pk": "BIGSERIAL PRIMARY KEY", "blob": "BYTEA"}
        )
        return tuple(text.format(**spelt) for text in m0001_ground.STATEMENTS)
    if number == 3:
        return m0003_awaited.STATEMENTS
    if number == 4:
        return m0004_mail.STATEMENTS
    return m0002_search.SQLITE if dialect == "sqlite" else m0002_search.POSTGRESQL


def version(conn: Connection) -> int:
    """The schema's version in this store; 0 for an empty one."""
    if conn.dialect.name == "sqlite":
        there = conn.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'meta'").scalar()
    else:
        there = conn.exec_driver_sql("SELECT to_regclass('meta')").scalar()
    if there is None:
        return 0
    return int(conn.exec_driver_sql("SELECT value FROM meta WHERE name = 'schema'").scalar() or 0)


def check(found: int) -> None:
    """Raises StoreFailure when a newer csdesk made this store."""
    if found > LATEST:
        raise StoreFailure(
            _(
                "This store was made by a newer csdesk (schema {found}, this one knows {known}). "
                "Update csdesk on this machine; nothing was changed."
            ).format(found=found, known=LATEST),
            code="store_newer",
        )


def step(conn: Connection) -> bool:
    """Run the next migration inside the caller's write transaction. False when there is none left."""
    if conn.dialect.name == "postgresql":
        # Two processes that open a new store at once: the second waits and then finds nothing to do.
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7203114)")
    found = version(conn)
    check(found)
    if found == LATEST:
        return False
    for statement in statements(found + 1, conn.dialect.name):
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql("DELETE FROM meta WHERE name = 'schema'")
    conn.exec_driver_sql(f"INSERT INTO meta (name, value) VALUES ('schema', '{found + 1}')")
    return True
