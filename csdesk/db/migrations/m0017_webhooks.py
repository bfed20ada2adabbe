"""Migration 17: how far each webhook came."""

from __future__ import annotations

STATEMENTS = (
    """CREATE TABLE webhook (
    name TEXT NOT NULL,
    event BIGINT NOT NULL,
    part BIGINT NOT NULL,
    paused TEXT NOT NULL,
    error TEXT NOT NULL,
    failing_since BIGINT,
    attempts BIGINT NOT NULL,
    next_at BIGINT,
    delivered_at BIGINT,
    PRIMARY KEY (name)
)""",
)
