"""What the screens need of the desk, as Protocols: every call is made from a worker thread, none from the UI loop.

Instants are aware UTC. Refusals are csdesk.errors.DeskError with a sentence in `.message`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from csdesk.domain.conversation import Draft, Note, QueuePage, QueueRow, Thread, Today
from csdesk.domain.customer import Customer
from csdesk.domain.mail import Address
from csdesk.domain.orders import OrderLink
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account, Agent
from csdesk.domain.template import Rendered, Template


class Inbox(Protocol):
    """Queue, threads and triage."""

    def page(
        self, view: str = "open", *, after: tuple[int, int] | None = None, limit: int = 100, text: str = ""
    ) -> QueuePage: ...
    def row(self, conversation: int) -> QueueRow: ...
    def counts(self) -> dict[str, int]: ...
    def today(self, since: datetime) -> Today: ...
    def thread(self, conversation: int) -> Thread: ...
    def mark_read(self, conversation: int) -> None: ...
    def mark_unread(self, conversation: int) -> None: ...
    def assign(self, conversation: int, agent: str | None, *, if_unassigned: bool = False) -> None: ...
    def snooze(self, conversation: int, until: datetime) -> None: ...
    def close(self, conversation: int) -> None: ...
    def reopen(self, conversation: int) -> None: ...
    def spam(self, conversation: int) -> None: ...
    def tag(
        self, conversation: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]: ...
    def merge(self, conversation: int, into: int) -> None: ...
    def undo(self) -> str: ...
    def save_attachment(self, attachment: int, folder: Path) -> Path: ...
    def save_original(self, message: int, folder: Path) -> Path: ...


class Recipients(Protocol):
    """Whom a reply goes to."""

    @property
    def sender(self) -> Address: ...
    @property
    def to(self) -> tuple[Address, ...]: ...
    @property
    def cc(self) -> tuple[Address, ...]: ...


class Replies(Protocol):
    """Drafts, replies, notes."""

    def draft(self, conversation: int, mode: str = "reply") -> Draft | None: ...
    def save_draft(self, draft: Draft) -> None: ...
    def discard_draft(self, conversation: int, mode: str = "reply") -> None: ...
    def recipients(self, conversation: int, *, everyone: bool = False) -> Recipients: ...
    def send(
        self,
        conversation: int,
        text: str,
        *,
        rev: int | None = None,
        cc: Sequence[str] = (),
        attachments: Sequence[str] = (),
        language: str = "",
        template: str = "",
        now: bool = False,
        at: datetime | None = None,
        quote: bool | None = None,
    ) -> OutboxRow: ...
    def undo_send(self, outbox_id: int) -> Draft: ...
    def note(self, conversation: int, text: str) -> Note: ...
    def new(
        self,
        account: str,
        to: str,
        subject: str,
        text: str,
        *,
        cc: Sequence[str] = (),
        attachments: Sequence[str] = (),
        now: bool = False,
        template: str = "",
        language: str = "",
    ) -> OutboxRow: ...
    def forward(self, conversation: int, to: str, *, text: str = "", now: bool = False) -> OutboxRow: ...


class Customers(Protocol):
    """Customer cards."""

    def card(self, customer: int) -> Customer: ...


class Orders(Protocol):
    """Orders beside a conversation."""

    def beside(self, conversation: int) -> tuple[OrderLink, ...]: ...
    def confirm(self, conversation: int, order: int) -> None: ...
    def reject(self, conversation: int, order: int) -> None: ...


class Templates(Protocol):
    """Reply templates."""

    def find(
        self, query: str, *, language: str = "", conversation: int | None = None
    ) -> tuple[Template, ...]: ...
    def render(
        self,
        name: str,
        *,
        conversation: int | None = None,
        language: str = "",
        answers: Mapping[str, str] = ...,
    ) -> Rendered: ...
    def asks(
        self, name: str, *, conversation: int | None = None, language: str = ""
    ) -> tuple[tuple[str, str], ...]: ...


class Hit(Protocol):
    """One thing that was found."""

    @property
    def conversation(self) -> int: ...
    @property
    def snippet(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Search(Protocol):
    """Full-text search."""

    def find(self, query: str, *, limit: int = 50) -> Sequence[Hit]: ...


class Outbox(Protocol):
    """What was handed over for sending."""

    def list(self, *, states: Sequence[str] = ()) -> tuple[OutboxRow, ...]: ...
    def retry(self, id: int) -> OutboxRow: ...
    def resolve(self, id: int, decision: str) -> OutboxRow: ...


class Accounts(Protocol):
    """Configured mailboxes and shops."""

    def list(self) -> tuple[Account, ...]: ...


class Agents(Protocol):
    """Who answers."""

    def list(self) -> tuple[Agent, ...]: ...


class SyncStatus(Protocol):
    """Whether mail flows."""

    @property
    def running(self) -> bool: ...
    @property
    def last_at(self) -> datetime | None: ...
    @property
    def offline(self) -> bool: ...
    @property
    def outbox_waiting(self) -> int: ...
    @property
    def accounts(self) -> tuple[Account, ...]: ...


class Sync(Protocol):
    """The background's standing."""

    def status(self) -> SyncStatus: ...


class Change(Protocol):
    """Something happened in the store."""

    @property
    def kind(self) -> str: ...
    @property
    def conversation(self) -> int | None: ...


class ChangeFeed(Protocol):
    """Wakes whoever waits for changes."""

    def wait(self, timeout: float) -> Sequence[Change]: ...
    def close(self) -> None: ...


class Desk(Protocol):
    """The services behind the screen. `store_url` tells desks apart; an empty one is not remembered."""

    @property
    def store_url(self) -> str: ...
    @property
    def agent(self) -> Agent: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def templates(self) -> Templates: ...
    @property
    def search(self) -> Search: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def agents(self) -> Agents: ...
    @property
    def sync(self) -> Sync: ...
    def changes(self) -> ChangeFeed: ...
    def close(self) -> None: ...
