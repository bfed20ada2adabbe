"""The tables as SQLModel classes. They stay behind the store: queries return domain dataclasses.

Instants are UTC microseconds (db.types.Instant). The DDL that makes them is in the migrations; a test
compares both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from csdesk.db.types import Instant, Json

Id = BigInteger().with_variant(Integer, "sqlite")


def _pk() -> Any:
    return Field(default=None, primary_key=True, sa_type=Id)


def _ref(target: str, **kw: Any) -> Any:
    return Field(foreign_key=target, sa_type=Id, **kw)


def _at(**kw: Any) -> Any:
    return Field(sa_type=Instant, **kw)


def _json(**kw: Any) -> Any:
    return Field(sa_type=Json, **kw)


class Meta(SQLModel, table=True):
    """Facts about the store itself: schema version, secret for Message-IDs."""

    name: str = Field(primary_key=True)
    value: str


class Agent(SQLModel, table=True):
    """A person who answers."""

    id: int | None = _pk()
    name: str = Field(unique=True)
    languages: list[str] = _json()
    created_at: datetime = _at()


class Account(SQLModel, table=True):
    """One configured mailbox, shop or bot. Secrets are elsewhere."""

    id: int | None = _pk()
    name: str = Field(unique=True)
    kind: str
    address: str
    display_name: str = ""
    settings: dict[str, str] = _json()
    signature: str = ""
    undo_seconds: int = 10
    first_reply_minutes: int = 1440
    paused: bool = False
    last_sync_at: datetime | None = _at(default=None)
    health: str = ""
    created_at: datetime = _at()


class Customer(SQLModel, table=True):
    """A person or company."""

    id: int | None = _pk()
    name: str
    language: str = ""
    country: str = ""
    timezone: str = ""
    utc_offset: int | None = None
    notes: str = ""
    created_at: datetime = _at()
    merged_into: int | None = _ref("customer.id", default=None, nullable=True)


class Identity(SQLModel, table=True):
    """One address, buyer id or phone on one channel."""

    id: int | None = _pk()
    customer_id: int = _ref("customer.id")
    channel: str
    value: str
    name: str = ""
    verified: bool = False


class Conversation(SQLModel, table=True):
    """The unit of the queue. Every column but subject and preview follows from the event log."""

    id: int | None = _pk()
    account_id: int = _ref("account.id")
    customer_id: int = _ref("customer.id")
    subject: str
    preview: str = ""
    status: str = "open"
    assignee_id: int | None = _ref("agent.id", default=None, nullable=True)
    language: str = ""
    unread: bool = True
    waiting_since: datetime | None = _at(default=None)
    due_at: datetime | None = _at(default=None)
    snoozed_until: datetime | None = _at(default=None)
    created_at: datetime = _at()
    last_message_at: datetime = _at()
    messages: int = 0
    rev: int = 0
    failed: int = 0
    tags: list[str] = _json()
    merged_into: int | None = _ref("conversation.id", default=None, nullable=True)
    rank: int = Field(sa_type=BigInteger)


class Message(SQLModel, table=True):
    """One inbound or outbound text. `raw_hash` is the blob of its original bytes."""

    id: int | None = _pk()
    conversation_id: int = _ref("conversation.id")
    account_id: int = _ref("account.id")
    direction: str
    message_id: str
    sender_name: str
    sender_address: str
    recipients: dict[str, Any] = _json()
    subject: str
    text: str
    quotes: list[Any] = _json()
    language: str = ""
    sent_at: datetime = _at()
    received_at: datetime = _at()
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    template: str = ""
    automatic: str = ""
    broken: str = ""
    content_hash: str = ""
    raw_hash: str = ""
    findings: list[Any] = _json(default=[])
    protection: str = ""
    search_id: int = Field(sa_type=BigInteger)


class Receipt(SQLModel, table=True):
    """Every external id that was taken in, also of duplicates: UNIQUE(account, external_id)."""

    account_id: int = _ref("account.id", primary_key=True)
    external_id: str = Field(primary_key=True)
    message_id: int = _ref("message.id")


class Awaited(SQLModel, table=True):
    """A message id that stored mails refer to and that has not come yet; mail that carries it, or refers to it as
    well, belongs to `conversation_id`."""

    account_id: int = _ref("account.id", primary_key=True)
    message_id: str = Field(primary_key=True)
    conversation_id: int = _ref("conversation.id")


class Note(SQLModel, table=True):
    """An internal note: a table of its own, with no column that any channel reads."""

    id: int | None = _pk()
    conversation_id: int = _ref("conversation.id")
    agent_id: int = _ref("agent.id")
    text: str
    created_at: datetime = _at()


class Attachment(SQLModel, table=True):
    """A file of a message; its bytes are the blob `hash`."""

    id: int | None = _pk()
    message_id: int = _ref("message.id")
    name: str
    mime: str
    size: int = Field(sa_type=BigInteger)
    hash: str
    content_id: str = ""
    inline: bool = False


class Blob(SQLModel, table=True):
    """Bytes by their SHA-256. `data` is NULL when they lie in a file beside the database."""

    hash: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    data: bytes | None = Field(default=None, sa_type=LargeBinary)


class Draft(SQLModel, table=True):
    """What an agent is writing in a conversation; reply and note are two drafts."""

    conversation_id: int = _ref("conversation.id", primary_key=True)
    agent_id: int = _ref("agent.id", primary_key=True)
    mode: str = Field(primary_key=True)
    text: str
    rev: int
    cc: list[str] = _json()
    attachments: list[str] = _json()
    template: str = ""
    language: str = ""
    cursor: int = 0
    updated_at: datetime = _at()


class Outbox(SQLModel, table=True):
    """What was handed over for sending and its fate. Frozen but for state, attempts, times, lease, error."""

    id: int | None = _pk()
    conversation_id: int = _ref("conversation.id")
    message_id: int = _ref("message.id")
    account_id: int = _ref("account.id")
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    state: str
    key: str = Field(unique=True)
    envelope_from: str
    recipients: list[str] = _json()
    raw_hash: str
    draft: dict[str, Any] = _json()
    attempts: int = 0
    due_at: datetime = _at()
    next_attempt_at: datetime | None = _at(default=None)
    attempted_at: datetime | None = _at(default=None)
    lease_owner: str = ""
    lease_until: datetime | None = _at(default=None)
    error: str = ""
    filed: bool = False
    created_at: datetime = _at()
    sent_at: datetime | None = _at(default=None)


class Tag(SQLModel, table=True):
    """One tag on one conversation."""

    conversation_id: int = _ref("conversation.id", primary_key=True)
    name: str = Field(primary_key=True)


class Order(SQLModel, table=True):
    """An order as its source tells it, with its items; axes as in domain.orders."""

    __tablename__ = "orders"
    id: int | None = _pk()
    source: str
    number: str
    number_key: str
    customer_id: int | None = _ref("customer.id", default=None, nullable=True)
    email: str
    customer_name: str
    currency: str
    total: str
    placed_at: datetime = _at()
    payment: str
    fulfilment: str
    protection: str
    protection_until: datetime | None = _at(default=None)
    after_sale: str
    country: str
    city: str
    address: str
    tax_number: str
    note: str
    items: list[Any] = _json()
    raw: dict[str, str] = _json()
    hash: str
    updated_at: datetime = _at()


class Shipment(SQLModel, table=True):
    """One parcel with its events, newest first."""

    id: int | None = _pk()
    order_id: int | None = _ref("orders.id", default=None, nullable=True)
    number: str = Field(unique=True)
    carrier: str
    status: str
    raw_status: str = ""
    eta_from: datetime | None = _at(default=None)
    eta_to: datetime | None = _at(default=None)
    shipped_at: datetime | None = _at(default=None)
    events: list[Any] = _json()
    updated_at: datetime = _at()


class Mention(SQLModel, table=True):
    """A number quoted in a conversation's text; it suggests an order, nothing more."""

    conversation_id: int = _ref("conversation.id", primary_key=True)
    number: str = Field(primary_key=True)


class OrderLink(SQLModel, table=True):
    """What an agent decided about an order beside a conversation: 'linked' or 'rejected'."""

    conversation_id: int = _ref("conversation.id", primary_key=True)
    order_id: int = _ref("orders.id", primary_key=True)
    state: str
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)


class Event(SQLModel, table=True):
    """The append-only log (domain.events)."""

    id: int | None = _pk()
    at: datetime = _at()
    kind: str
    conversation_id: int | None = Field(default=None, sa_type=Id)
    agent_id: int | None = Field(default=None, sa_type=Id)
    after: dict[str, Any] = _json()
    before: dict[str, Any] = _json()
    data: dict[str, Any] = _json()


class Cursor(SQLModel, table=True):
    """How far an account has been read."""

    account_id: int = _ref("account.id", primary_key=True)
    value: str


class Lease(SQLModel, table=True):
    """Who works on what until when: sync, accounts."""

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = _at()


class Counter(SQLModel, table=True):
    """How many conversations a view holds, kept in the transaction that changes them."""

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


def table(model: type[SQLModel]) -> Any:
    """The Core table of a class, for the bulk and hot paths."""
    return model.__table__  # type: ignore[attr-defined]
