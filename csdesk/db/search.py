"""The full-text index: what goes in are domain.tokens, what comes out are search ids, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from csdesk.db.tx import Tx
from csdesk.domain.tokens import index_words, phrases

PUT = {
    ("message", "sqlite"): text("INSERT INTO message_fts (rowid, tokens) VALUES (:id, :tokens)"),
    ("message", "postgresql"): text(
        "INSERT INTO message_fts (search_id, tokens) VALUES (:id, CAST(:tokens AS tsvector))"
    ),
    ("note", "sqlite"): text("INSERT INTO note_fts (rowid, tokens) VALUES (:id, :tokens)"),
    ("note", "postgresql"): text(
        "INSERT INTO note_fts (search_id, tokens) VALUES (:id, CAST(:tokens AS tsvector))"
    ),
}
_FIND = {
    ("message", "sqlite"): text(
        "SELECT rowid FROM message_fts WHERE message_fts MATCH :query ORDER BY rowid DESC LIMIT :limit"
    ),
    ("message", "postgresql"): text(
        "SELECT search_id FROM message_fts WHERE tokens @@ CAST(:query AS tsquery) "
        "ORDER BY search_id DESC LIMIT :limit"
    ),
    ("note", "sqlite"): text(
        "SELECT rowid FROM note_fts WHERE note_fts MATCH :query ORDER BY rowid DESC LIMIT :limit"
    ),
    ("note", "postgresql"): text(
        "SELECT search_id FROM note_fts WHERE tokens @@ CAST(:query AS tsquery) "
        "ORDER BY search_id DESC LIMIT :limit"
    ),
}

LONG = 5
"""Characters from which on SQLite's index knows no beginnings; see migrations 2 and 10."""
MOST_WORDS = 300
_DIGITS, _LAST = ":", "\U0010ffff"
_ADD_WORD = text("INSERT INTO message_fts_words (word) VALUES (:word) ON CONFLICT DO NOTHING")
_BEGINNING = text(
    "SELECT word FROM message_fts_words WHERE word >= :low AND word < :high ORDER BY word LIMIT :most"
)


class Search:
    """Index and find messages, and notes in an index of their own."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.dialect = "sqlite" if tx.sqlite else "postgresql"

    def add_all(self, entries: Sequence[tuple[int, str]]) -> None:
        """Index (search id, prepared text) pairs of messages; domain.tokens.index_words() makes the text."""
        if not entries:
            return
        self.tx.run(PUT["message", self.dialect], put(entries, self.dialect))
        if self.tx.sqlite:
            words = {word for _place, prepared in entries for word in prepared.split(" ") if _is_long(word)}
            if words:
                self.tx.run(_ADD_WORD, [{"word": word} for word in sorted(words)])

    def add_note(self, place: int, words: str) -> None:
        """Index one note by its text."""
        self.tx.run(PUT["note", self.dialect], put([(place, index_words(words))], self.dialect))

    def remove(self, place: int) -> None:
        """Take one message out of the index."""
        column = "rowid" if self.tx.sqlite else "search_id"
        self.tx.run(text(f"DELETE FROM message_fts WHERE {column} = :id"), {"id": place})

    def find(self, query: str, limit: int) -> list[int]:
        """Search ids of the newest messages that hold every word of the query; [] for a query with no word."""
        return self._find("message", query, limit)

    def find_notes(self, query: str, limit: int) -> list[int]:
        """Search ids of the newest notes that hold every word of the query."""
        return self._find("note", query, limit)

    def _find(self, kind: str, query: str, limit: int) -> list[int]:
        parts = phrases(query)
        if not parts:
            return []
        if self.tx.sqlite:
            asked = " AND ".join(self._matching(kind, words, prefix) for words, prefix in parts)
        else:
            asked = _tsquery(parts)
        return [row[0] for row in self.tx.rows(_FIND[kind, self.dialect], {"query": asked, "limit": limit})]

    def _matching(self, kind: str, words: Sequence[str], prefix: bool) -> str:
        """One phrase as FTS5 wants it. The beginning of a longer word is asked for as the words that begin so, as
        long as they are not too many: the index gives the newest messages of a word at once, those of such a beginning
        only when it has read them all."""
        if prefix and kind == "message" and _is_long(words[-1]):
            asked = {"low": words[-1], "high": words[-1] + _LAST, "most": MOST_WORDS + 1}
            known = [row[0] for row in self.tx.rows(_BEGINNING, asked)]
            if 0 < len(known) <= MOST_WORDS:
                return "(" + " OR ".join(f'"{" ".join((*words[:-1], word))}"' for word in known) + ")"
        return f'"{" ".join(words)}"' + ("*" if prefix else "")


def _is_long(word: str) -> bool:
    """Whether a word is among those of message_fts_words."""
    return len(word) >= LONG and word > _DIGITS


def put(entries: Sequence[tuple[int, str]], dialect: str) -> list[dict[str, object]]:
    """The parameters of PUT for (search id, prepared text) pairs."""
    return [
        {"id": place, "tokens": prepared if dialect == "sqlite" else _vector(prepared)}
        for place, prepared in entries
    ]


def _tsquery(parts: Sequence[tuple[Sequence[str], bool]]) -> str:
    return " & ".join(
        "("
        + " <-> ".join(
            f"'{word}'" + (":*" if prefix and at == len(words) - 1 else "") for at, word in enumerate(words)
        )
        + ")"
        for words, prefix in parts
    )


def _vector(prepared: str) -> str:
    """Index words as a tsvector literal with positions, bypassing PostgreSQL's own dictionaries."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(prepared.split(" "), start=1):
        if word:
            places.setdefault(word, []).append(at)
    return " ".join(f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items())
