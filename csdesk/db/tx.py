"""One transaction and the query groups that work inside it. Made by csdesk.store only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from csdesk.db import bulk

if TYPE_CHECKING:
    from pathlib import Path

    from csdesk.db.accounts import Accounts
    from csdesk.db.blobs import Blobs
    from csdesk.db.conversations import Conversations
    from csdesk.db.customers import Customers
    from csdesk.db.drafts import Drafts
    from csdesk.db.filtered import Filtered
    from csdesk.db.inbox import Inbox
    from csdesk.db.leases import Leases
    from csdesk.db.log import Log
    from csdesk.db.memory import MemoryStore, Terms
    from csdesk.db.messages import Messages
    from csdesk.db.notices import Notices
    from csdesk.db.orders import Orders
    from csdesk.db.outbox import Outbox
    from csdesk.db.parcels import Parcels
    from csdesk.db.phrases import Phrases
    from csdesk.db.recents import Recents
    from csdesk.db.reports import Reports
    from csdesk.db.search import Search
    from csdesk.db.seen import SeenMarks
    from csdesk.db.shops import Shops
    from csdesk.db.translations import Translations
    from csdesk.db.unions import Unions
    from csdesk.db.uses import Uses
    from csdesk.db.webhooks import Webhooks
    from csdesk.domain.filters import Filter


class Tx:
    """A read or write transaction. `now` is the one instant that everything written in it carries."""

    def __init__(
        self, conn: Connection, now: datetime, blob_dir: Path | None, *, writing: bool = False
    ) -> None:
        self.conn = conn
        self.now = now
        self.blob_dir = blob_dir
        self.writing = writing
        self.sqlite = conn.dialect.name == "sqlite"
        self.changed = False

    def rows(self, statement: Any, params: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """All rows of a statement."""
        return self.conn.execute(statement, params or {}).all()

    def one(self, statement: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The first row of a statement, or None."""
        return self.conn.execute(statement, params or {}).first()

    def run(self, statement: Any, params: Any = None) -> int:
        """Run a write; returns the number of rows it touched."""
        return self.conn.execute(statement, params if params is not None else {}).rowcount

    def add_all(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows with the same columns."""
        bulk.insert_all(self.conn, table, rows)

    def change_all(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change many rows in the same columns; each row names its id as `b_id`."""
        bulk.update_all(self.conn, table, rows)

    def insert(self, statement: Any) -> int:
        """Run a single-row INSERT and return its new id."""
        return int(self.conn.execute(statement).inserted_primary_key[0])  # type: ignore[index]

    def alone(self, what: int) -> None:
        """Wait until no other PostgreSQL transaction that asked for the same number runs. SQLite has one writer
        at a time anyway."""
        if not self.sqlite:
            self.conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({what:d})")

    def allocate(self, table: Any, count: int) -> list[int]:
        """`count` fresh ids of a table, so that rows which refer to each other go in by bulk."""
        if count == 0:
            return []
        if self.sqlite:
            last = self.conn.execute(select(func.max(table.c.id))).scalar() or 0
            return list(range(last + 1, last + 1 + count))
        sequence = f"{table.name}_id_seq"
        found = self.conn.exec_driver_sql(
            f"SELECT nextval('{sequence}') FROM generate_series(1, %(count)s)", {"count": count}
        )
        return [int(row[0]) for row in found]

    @cached_property
    def log(self) -> Log:
        """The event log."""
        from csdesk.db.log import Log

        return Log(self)

    @cached_property
    def conversations(self) -> Conversations:
        """States, changes, counters."""
        from csdesk.db.conversations import Conversations

        return Conversations(self)

    @cached_property
    def inbox(self) -> Inbox:
        """Pages, counts and threads for reading."""
        from csdesk.db.inbox import Inbox

        return Inbox(self)

    def filtered(self, view: str, agent: int, wanted: Filter, among: Sequence[int] | None) -> Filtered:
        """Pages of a view under a filter."""
        from csdesk.db.filtered import Filtered

        return Filtered(self, view, agent, wanted, among)

    @cached_property
    def messages(self) -> Messages:
        """Messages, attachments, receipts, notes."""
        from csdesk.db.messages import Messages

        return Messages(self)

    @cached_property
    def customers(self) -> Customers:
        """Customers and identities."""
        from csdesk.db.customers import Customers

        return Customers(self)

    @cached_property
    def recents(self) -> Recents:
        """Customers by when they wrote or were looked at."""
        from csdesk.db.recents import Recents

        return Recents(self)

    @cached_property
    def unions(self) -> Unions:
        """Who may be one customer, and what moves when two become one."""
        from csdesk.db.unions import Unions

        return Unions(self)

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts, agents, cursors and the store's own facts."""
        from csdesk.db.accounts import Accounts

        return Accounts(self)

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts."""
        from csdesk.db.drafts import Drafts

        return Drafts(self)

    @cached_property
    def uses(self) -> Uses:
        """How often templates are used."""
        from csdesk.db.uses import Uses

        return Uses(self)

    @cached_property
    def outbox(self) -> Outbox:
        """The outbox."""
        from csdesk.db.outbox import Outbox

        return Outbox(self)

    @cached_property
    def orders(self) -> Orders:
        """Orders, parcels, links."""
        from csdesk.db.orders import Orders

        return Orders(self)

    @cached_property
    def parcels(self) -> Parcels:
        """Which parcels are asked about, and when."""
        from csdesk.db.parcels import Parcels

        return Parcels(self)

    @cached_property
    def shops(self) -> Shops:
        """What is done to orders in their shops, rates, and accounts that have to wait."""
        from csdesk.db.shops import Shops

        return Shops(self)

    @cached_property
    def phrases(self) -> Phrases:
        """What carriers say, translated."""
        from csdesk.db.phrases import Phrases

        return Phrases(self)

    @cached_property
    def notices(self) -> Notices:
        """What is written to customers unasked."""
        from csdesk.db.notices import Notices

        return Notices(self)

    @cached_property
    def reports(self) -> Reports:
        """The views that other programs read."""
        from csdesk.db.reports import Reports

        return Reports(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """How far each webhook came."""
        from csdesk.db.webhooks import Webhooks

        return Webhooks(self)

    @cached_property
    def search(self) -> Search:
        """The full-text index."""
        from csdesk.db.search import Search

        return Search(self)

    @cached_property
    def seen(self) -> SeenMarks:
        """What each agent has read."""
        from csdesk.db.seen import SeenMarks

        return SeenMarks(self)

    @cached_property
    def blobs(self) -> Blobs:
        """Bytes by their hash."""
        from csdesk.db.blobs import Blobs

        return Blobs(self)

    @cached_property
    def translations(self) -> Translations:
        """What is translated."""
        from csdesk.db.translations import Translations

        return Translations(self)

    @cached_property
    def memory(self) -> MemoryStore:
        """What was translated before."""
        from csdesk.db.memory import MemoryStore

        return MemoryStore(self)

    @cached_property
    def terms(self) -> Terms:
        """The words of the trade."""
        from csdesk.db.memory import Terms

        return Terms(self)

    @cached_property
    def leases(self) -> Leases:
        """Who works on what."""
        from csdesk.db.leases import Leases

        return Leases(self)
