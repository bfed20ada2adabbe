"""The full-text index: what goes in are domain.tokens, what comes out are search ids, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from csdesk.db.tx import Tx
from csdesk.domain.tokens import phrases

_PUT_SQLITE = text("INSERT INTO message_fts (rowid, tokens) VALUES (:id, :tokens)")
_PUT_PG = text("INSERT INTO message_fts (search_id, tokens) VALUES (:id, CAST(:tokens AS tsvector))")
_FIND_SQLITE = text(
    "SELECT rowid FROM message_fts WHERE message_fts MATCH :query ORDER BY rowid DESC LIMIT :limit"
)
_FIND_PG = text(
    "SELECT search_id FROM message_fts WHERE tokens @@ CAST(:query AS tsquery) ORDER BY search_id DESC LIMIT :limit"
)


class Search:
    """Index and find messages."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def add_all(self, entries: Sequence[tuple[int, str]]) -> None:
        """Index (search id, prepared text) pairs; domain.tokens.index_words() makes the text."""
        if not entries:
            return
        if self.tx.sqlite:
            self.tx.run(_PUT_SQLITE, [{"id": i, "tokens": prepared} for i, prepared in entries])
        else:
            self.tx.run(_PUT_PG, [{"id": i, "tokens": _vector(prepared)} for i, prepared in entries])

    def remove(self, place: int) -> None:
        """Take one message out of the index."""
        column = "rowid" if self.tx.sqlite else "search_id"
        self.tx.run(text(f"DELETE FROM message_fts WHERE {column} = :id"), {"id": place})

    def find(self, query: str, limit: int) -> list[int]:
        """Search ids of the newest messages that hold every word of the query; [] for a query with no word."""
        parts = phrases(query)
        if not parts:
            return []
        if self.tx.sqlite:
            match = " AND ".join(f'"{" ".join(words)}"' + ("*" if prefix else "") for words, prefix in parts)
            return [row[0] for row in self.tx.rows(_FIND_SQLITE, {"query": match, "limit": limit})]
        asked = " & ".join(
            "("
            + " <-> ".join(
                f"'{word}'" + (":*" if prefix and at == len(words) - 1 else "")
                for at, word in enumerate(words)
            )
            + ")"
            for words, prefix in parts
        )
        return [row[0] for row in self.tx.rows(_FIND_PG, {"query": asked, "limit": limit})]


def _vector(prepared: str) -> str:
    """Index words as a tsvector literal with positions, bypassing PostgreSQL's own dictionaries."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(prepared.split(" "), start=1):
        if word:
            places.setdefault(word, []).append(at)
    return " ".join(f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items())
