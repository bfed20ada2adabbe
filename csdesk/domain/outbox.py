"""The outbox's state machine and its waiting times. Pure: what may follow what, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# draft -> queued -> sending -> sent | failed | uncertain; a person or a look-up decides what is uncertain.
# What was sent may later be reported delivered, or bounced.
TRANSITIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"sending", "cancelled", "failed"}),
    "sending": frozenset({"sent", "failed", "uncertain", "queued"}),
    "uncertain": frozenset({"sent", "queued", "failed", "cancelled"}),
    "failed": frozenset({"queued", "cancelled"}),
    "sent": frozenset({"delivered", "bounced"}),
    "delivered": frozenset({"bounced"}),
    "bounced": frozenset({"queued"}),
    "cancelled": frozenset(),
}
MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message handed over for sending and its fate. `key` is the idempotency key and mail Message-ID;
    recipients and body (blob `raw_hash`) were frozen when it was queued. Instants aware UTC."""

    id: int
    conversation_id: int
    message_id: int
    account_id: int
    account: str
    state: str
    key: str
    envelope_from: str
    recipients: tuple[str, ...]
    raw_hash: str
    attempts: int
    due_at: datetime
    created_at: datetime
    next_attempt_at: datetime | None
    error: str
    agent: str | None
    subject: str = ""


def may(before: str, after: str) -> bool:
    """Whether the state machine allows this step."""
    return after in TRANSITIONS.get(before, frozenset())


def backoff(attempts: int) -> timedelta:
    """How long to wait after this many attempts that surely did not send: 15 s, 30 s, 1 min ... at most 1 h."""
    return timedelta(seconds=min(15 * 2 ** max(attempts - 1, 0), 3600))
