"""Migration 15: notices that are written unasked, each once for an order, and where they leave by themselves."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE notice (
    order_id BIGINT NOT NULL,
    rule TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    agent_id BIGINT,
    conversation_id BIGINT,
    PRIMARY KEY (order_id, rule),
    FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE,
    FOREIGN KEY(agent_id) REFERENCES agent (id),
    FOREIGN KEY(conversation_id) REFERENCES conversation (id)
)""",
    """CREATE TABLE notice_switch (
    account_id BIGINT NOT NULL,
    rule TEXT NOT NULL,
    agent_id BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, rule),
    FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE,
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)""",
    "CREATE INDEX orders_placed ON orders (placed_at)",
)
