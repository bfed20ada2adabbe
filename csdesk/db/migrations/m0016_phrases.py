"""Migration 16: what carriers say of parcels, in other languages, each text once."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE phrase_translation (
    language TEXT NOT NULL,
    hash TEXT NOT NULL,
    source TEXT NOT NULL,
    source_language TEXT NOT NULL,
    engine TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    sentences TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (language, hash)
)""",
)
