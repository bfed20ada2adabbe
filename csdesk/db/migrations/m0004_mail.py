"""Migration 4: what is known of who sent a mail, and whether it is signed or encrypted."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN findings TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE message ADD COLUMN protection TEXT NOT NULL DEFAULT ''",
)
