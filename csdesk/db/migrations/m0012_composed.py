"""Migration 12: replies that were written in another language: what the agent wrote stays with the message and with
the draft; and a conversation's language that somebody chose."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN own_text TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE message ADD COLUMN own_language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE draft ADD COLUMN translation TEXT NOT NULL DEFAULT '{{}}'",
    "ALTER TABLE discarded ADD COLUMN translation TEXT NOT NULL DEFAULT '{{}}'",
    "ALTER TABLE conversation ADD COLUMN language_chosen BOOLEAN NOT NULL DEFAULT FALSE",
)
