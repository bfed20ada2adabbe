"""Migration 6: notes are found by search, in an index of their own; and mails whose acknowledgement is still to be
written wait in a table, so that no kill loses one.

Notes that are there already get their words in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import Connection

_COMMON = (
    "ALTER TABLE note ADD COLUMN search_id BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX note_search ON note (search_id)",
    """CREATE TABLE acknowledgement (
    message_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (message_id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
)""",
    "CREATE INDEX acknowledgement_account ON acknowledgement (account_id, message_id)",
)
SQLITE = (
    *_COMMON,
    """CREATE VIRTUAL TABLE note_fts USING fts5(
    tokens, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0", prefix='1 2 3 4'
)""",
)
POSTGRESQL = (
    *_COMMON,
    "CREATE TABLE note_fts (search_id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)",
    "CREATE INDEX note_fts_tokens ON note_fts USING GIN (tokens)",
)


def fill(conn: Connection) -> None:
    """Index the notes that were written before."""
    from csdesk.db.search import PUT, put
    from csdesk.db.types import search_place
    from csdesk.domain.tokens import index_words

    rows = conn.exec_driver_sql("SELECT id, text, created_at FROM note ORDER BY id").all()
    for number, words, at in rows:
        place = search_place(at, number)
        conn.exec_driver_sql(f"UPDATE note SET search_id = {place:d} WHERE id = {number:d}")
        conn.execute(PUT["note", conn.dialect.name], put([(place, index_words(words))], conn.dialect.name))
