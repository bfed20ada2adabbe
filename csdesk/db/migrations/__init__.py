"""Numbered migrations. Each runs whole in one transaction together with the version it leads to, so a process
killed at any statement leaves either the old schema or the new one, never something between."""

from __future__ import annotations

from sqlalchemy import Connection

from csdesk.db.migrations import (
    m0001_ground,
    m0002_search,
    m0003_awaited,
    m0004_mail,
    m0005_writing,
    m0006_notes,
    m0007_customers,
    m0008_seen,
    m0009_orders,
    m0010_words,
    m0011_translations,
    m0012_composed,
    m0013_shops,
    m0014_parcels,
    m0015_notices,
    m0016_phrases,
    m0017_webhooks,
)
from csdesk.db.versions import LATEST, VIEWS
from csdesk.errors import StoreFailure
from csdesk.i18n import _

__all__ = ["LATEST", "VIEWS", "check", "put_views", "statements", "step", "version", "views"]

_PLAIN = {
    1: m0001_ground.STATEMENTS,
    3: m0003_awaited.STATEMENTS,
    4: m0004_mail.STATEMENTS,
    5: m0005_writing.STATEMENTS,
    8: m0008_seen.STATEMENTS,
    9: m0009_orders.STATEMENTS,
    11: m0011_translations.STATEMENTS,
    12: m0012_composed.STATEMENTS,
    13: m0013_shops.STATEMENTS,
    14: m0014_parcels.STATEMENTS,
    15: m0015_notices.STATEMENTS,
    16: m0016_phrases.STATEMENTS,
    17: m0017_webhooks.STATEMENTS,
}
"""Alike on both databases, but for {pk} and {blob}."""
_DIFFERENT = {
    (2, "sqlite"): m0002_search.SQLITE,
    (2, "postgresql"): m0002_search.POSTGRESQL,
    (6, "sqlite"): m0006_notes.SQLITE,
    (6, "postgresql"): m0006_notes.POSTGRESQL,
    (7, "sqlite"): m0007_customers.STATEMENTS,
    (7, "postgresql"): m0007_customers.STATEMENTS + m0007_customers.POSTGRESQL,
    (10, "sqlite"): m0010_words.SQLITE,
    (10, "postgresql"): (),
}
_THEN = {6: m0006_notes.fill, 7: m0007_customers.fill, 14: m0014_parcels.fill}
"""What is done with the rows that are there, in the same transaction."""
_SPELT = {
    "sqlite": {"pk": "INTEGER PRIMARY KEY", "blob": "BLOB"},
    "postgresql": {"pk": "BIGSERIAL PRIMARY KEY", "blob": "BYTEA"},
}


def statements(number: int, dialect: str) -> tuple[str, ...]:
    """The DDL of one migration for 'sqlite' or 'postgresql'."""
    spelt = _SPELT[dialect]
    if number in _PLAIN:
        return tuple(text.format(**spelt) for text in _PLAIN[number])
    return _DIFFERENT[number, dialect]


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
    if (then := _THEN.get(found + 1)) is not None:
        then(conn)
    conn.exec_driver_sql("DELETE FROM meta WHERE name = 'schema'")
    conn.exec_driver_sql(f"INSERT INTO meta (name, value) VALUES ('schema', '{found + 1}')")
    return True


def views(conn: Connection) -> int:
    """The version of the views in this store of the newest schema; 0 where they have to be made."""
    return int(conn.exec_driver_sql("SELECT value FROM meta WHERE name = 'report_views'").scalar() or 0)


def put_views(conn: Connection) -> None:
    """Make the views for other programs anew inside the caller's write transaction, unless somebody just did. A newer
    csdesk's views stay."""
    from csdesk.db import report_views

    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(7203114)")
    if views(conn) >= VIEWS:
        return
    for statement in report_views.statements(conn.dialect.name, VIEWS):
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql("DELETE FROM meta WHERE name = 'report_views'")
    conn.exec_driver_sql(f"INSERT INTO meta (name, value) VALUES ('report_views', '{VIEWS}')")
