"""Migration 8: how far each agent has read each conversation."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE seen (
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    note_id BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, agent_id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
)
