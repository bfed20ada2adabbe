"""Migration 9: indexes for the other orders of the queue. Those of who waits hold only who
waits, and serve every view: nearly all of them are open."""

from __future__ import annotations

STATEMENTS = (
    "CREATE INDEX conversation_status_latest ON conversation (status, last_message_at, id)",
    "CREATE INDEX conversation_oldest ON conversation (waiting_since, id) WHERE waiting_since IS NOT NULL",
    "CREATE INDEX conversation_unanswered ON conversation (last_message_at, id) "
    "WHERE waiting_since IS NOT NULL",
)
