"""Migration 5: how often templates are used, and drafts that were thrown away and can still be had back."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE templateuse (
    template TEXT NOT NULL,
    agent_id BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (template, agent_id),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
    """CREATE TABLE discarded (
    id {pk},
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    text TEXT NOT NULL,
    cc TEXT NOT NULL,
    attachments TEXT NOT NULL,
    template TEXT NOT NULL,
    language TEXT NOT NULL,
    discarded_at BIGINT NOT NULL,
    FOREIGN KEY(conversation_id) REFERENCES conversation (id),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
    "CREATE INDEX discarded_agent ON discarded (agent_id, discarded_at)",
    "CREATE INDEX discarded_conversation ON discarded (conversation_id)",
    "CREATE INDEX draft_agent ON draft (agent_id, conversation_id)",
)
