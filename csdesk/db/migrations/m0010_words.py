"""Migration 10: the longer words of the index by themselves, so that the beginning of one is looked up as the few words
that begin so.

SQLite only: its index has beginnings of up to four characters, and for a longer one it would put together all the
messages of all the words before it gave the newest. PostgreSQL's looks words up in their order as it is.
"""

from __future__ import annotations

SQLITE = (
    "CREATE TABLE message_fts_words (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE temp.words_there USING fts5vocab('main', 'message_fts', 'row')",
    # From five characters on; what begins with a digit is a number that few messages hold.
    "INSERT INTO message_fts_words SELECT term FROM temp.words_there WHERE term > ':' AND length(term) >= 5",
    "DROP TABLE temp.words_there",
)
