"""The columns of a queue page as a row, and the head of the queue by the database's driver alone.

SQLAlchemy takes a third of a second to load. Whoever opens the desk sees the first rows, and moves among them, before
it is there: this module imports none of it. It reads a SQLite file and nothing else, and where something is not as it
should be it says nothing: the desk that is opened after it finds the same, and has the words.
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from csdesk.db.versions import LATEST
from csdesk.domain.conversation import Glance, QueuePage, QueueRow
from csdesk.paths import sqlite_path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PATIENCE = 0.25
"""Seconds that the glance waits for another process; the desk itself waits longer."""

CHANNEL_WORDS = {"imap": "mail", "maildir": "mail", "mbox": "mail"}
"""How account kinds are shown: three ways to hold a mailbox are one channel."""

OPEN_PAGE = (
    "SELECT conversation.id, conversation.subject, customer.name AS who, conversation.customer_id, "
    "account.kind AS channel, account.name AS account, conversation.status, conversation.language, "
    "conversation.unread, agent.name AS assignee, conversation.waiting_since AS waiting_since, "
    "conversation.due_at AS due_at, conversation.snoozed_until AS snoozed_until, "
    "conversation.last_message_at AS last_message_at, conversation.preview, conversation.messages, "
    "conversation.failed, EXISTS (SELECT draft.mode FROM draft WHERE draft.conversation_id = conversation.id) "
    "AS draft, conversation.tags AS tags, conversation.rank "
    "FROM conversation JOIN customer ON customer.id = conversation.customer_id "
    "JOIN account ON account.id = conversation.account_id "
    "LEFT OUTER JOIN agent ON agent.id = conversation.assignee_id "
    "JOIN (SELECT conversation.id AS id FROM conversation WHERE conversation.status = 'open' "
    "ORDER BY conversation.rank, conversation.id LIMIT :limit OFFSET 0) AS page ON page.id = conversation.id"
)
"""The statement of db.inbox for the head of the view 'open', written out; a test holds the two together."""


def row_of(values: Any) -> QueueRow:
    """_COLUMNS as a QueueRow. Instants are made here: a page has four hundred, and a call for each costs more."""
    (conversation, subject, who, customer, channel, account, status, language, unread, assignee, waiting, due,
     snoozed, latest, preview, messages, failed, draft, tags, rank) = values  # fmt: skip
    return QueueRow(
        conversation, subject, who, customer, CHANNEL_WORDS.get(channel, channel), account, status, language, unread,
        assignee, None if waiting is None else EPOCH + timedelta(0, 0, waiting),
        None if due is None else EPOCH + timedelta(0, 0, due),
        None if snoozed is None else EPOCH + timedelta(0, 0, snoozed), EPOCH + timedelta(0, 0, latest), preview,
        messages, failed, bool(draft), () if tags == "[]" else tuple(json.loads(tags)), rank,
    )  # fmt: skip


def keyed(key: str) -> str:
    """The statement that opens an encrypted file; the first of its connection."""
    return "PRAGMA key = '{}'".format(key.replace("'", "''"))


def glance(url: str, key: str = "", *, limit: int = 100) -> Glance | None:
    """The first `limit` rows of the view 'open' of a SQLite store with this schema. None for every other store, and
    where it cannot be read at once. Writes nothing, makes nothing."""
    path = sqlite_path(url)
    if path is None or not path.is_file():
        return None
    from sqlcipher3 import dbapi2

    try:
        with closing(
            dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
        ) as found:
            found.isolation_level = None
            if key:
                found.execute(keyed(key))
            found.execute("BEGIN")
            schema = found.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
            if schema is None or int(schema[0]) != LATEST:
                return None
            rows = [row_of(values) for values in found.execute(OPEN_PAGE, {"limit": limit})]
            accounts = found.execute("SELECT name, settings FROM account ORDER BY id").fetchall()
    except (dbapi2.Error, ValueError):
        return None
    rows.sort(key=lambda row: (row.rank, row.id))
    following = (rows[-1].rank, rows[-1].id) if rows and len(rows) == limit else None
    return Glance(QueuePage("open", tuple(rows), following), {name: _colour(kept) for name, kept in accounts})


def _colour(settings: str | None) -> str:
    found = json.loads(settings or "{}")
    return str(found.get("colour", "")) if isinstance(found, dict) else ""
