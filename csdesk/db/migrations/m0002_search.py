"""Migration 2: the full-text index, fed by the desk with tokens it made itself (domain.tokens).

SQLite: a contentless FTS5 table whose rowid is the message's search_id, so that newest first is a walk along the
index. Prefix indexes of one to four characters keep short words flat. PostgreSQL: a tsvector with positions.
"""

from __future__ import annotations

SQLITE = (
    """CREATE VIRTUAL TABLE message_fts USING fts5(
    tokens, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0", prefix='1 2 3 4'
)""",
)
POSTGRESQL = (
    "CREATE TABLE message_fts (search_id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)",
    "CREATE INDEX message_fts_tokens ON message_fts USING GIN (tokens)",
)
