"""Agents and accounts: who answers, and through which configured mailbox or shop. Secrets are never here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers. `languages` are ISO 639-1 codes that this person reads, best first."""

    id: int
    name: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An address that a copy may go to. `why` is 'customer', 'conversation', 'colleague' or 'before'."""

    address: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Account:
    """One configured mailbox, shop or bot. `settings` are the kind's own keys (paths, URLs without passwords).
    `undo_seconds` is how long a queued message can still be taken back. `health` is '' or a sentence."""

    id: int
    name: str
    kind: str
    address: str
    display_name: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    signature: str = ""
    undo_seconds: int = 10
    first_reply_minutes: int = 1440
    paused: bool = False
    last_sync_at: datetime | None = None
    health: str = ""
