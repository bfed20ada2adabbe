"""Migration 11: translations of what customers wrote, what people translated before, and the words of the trade.

A translation goes with its message. A remembered sentence is found by the hash of what it says (domain.memory), one
that is like it by the keys of its letters.
"""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE message_translation (
    message_id BIGINT NOT NULL,
    language TEXT NOT NULL,
    source_language TEXT NOT NULL,
    engine TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    sentences TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, language),
    FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
)""",
    """CREATE TABLE preview_translation (
    conversation_id BIGINT NOT NULL,
    language TEXT NOT NULL,
    preview TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (conversation_id, language),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id) ON DELETE CASCADE
)""",
    """CREATE TABLE memory (
    id {pk},
    source_language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    hash TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    agent_id BIGINT,
    uses BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (source_language, target_language, hash),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
    """CREATE TABLE memory_key (
    pair TEXT NOT NULL,
    key BIGINT NOT NULL,
    memory_id BIGINT NOT NULL,
    PRIMARY KEY (pair, key, memory_id),
    FOREIGN KEY(memory_id) REFERENCES memory (id) ON DELETE CASCADE
)""",
    "CREATE INDEX memory_key_memory ON memory_key (memory_id)",
    """CREATE TABLE term (
    id {pk},
    source_language TEXT NOT NULL,
    target_language TEXT NOT NULL,
    term TEXT NOT NULL,
    translation TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (source_language, target_language, term, translation)
)""",
)
