"""The tables as SQLModel classes. They stay behind the store: queries return domain dataclasses.

Instants are UTC microseconds (db.types.Instant). The DDL that makes them is in the migrations; a test
compares both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from csdesk.db.types import Instant, Json, Said

Id = BigInteger().with_variant(Integer, "sqlite")


def _pk() -> Any:
    return Field(default=None, primary_key=True, sa_type=Id)


def _ref(target: str, **kw: Any) -> Any:
    return Field(foreign_key=target, sa_type=Id, **kw)


def _at(**kw: Any) -> Any:
    return Field(sa_type=Instant, **kw)


def _said(**kw: Any) -> Any:
    return Field(sa_type=Said, **kw)


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
    health: str = _said(default="")
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
    tags: list[str] = _json(default=[])


class CustomerKey(SQLModel, table=True):
    """A word by which a customer is found, or a name with a country by which two are likely one
    (domain.customer.keys_of)."""

    __tablename__ = "customer_key"
    key: str = Field(primary_key=True)
    customer_id: int = _ref("customer.id", primary_key=True)


class Visit(SQLModel, table=True):
    """When an agent last looked at a customer."""

    agent_id: int = _ref("agent.id", primary_key=True)
    customer_id: int = _ref("customer.id", primary_key=True)
    at: datetime = _at()


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
    subject: str = _said()
    preview: str = _said(default="")
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
    language_chosen: bool = False
    rank: int = Field(sa_type=BigInteger)


class Message(SQLModel, table=True):
    """One inbound or outbound text. `raw_hash` is the blob of its original bytes. `own_text` is what the agent wrote
    where `text` is its translation."""

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
    broken: str = _said(default="")
    content_hash: str = ""
    raw_hash: str = ""
    findings: list[Any] = _json(default=[])
    protection: str = ""
    own_text: str = ""
    own_language: str = ""
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
    search_id: int = Field(default=0, sa_type=BigInteger)


class Acknowledgement(SQLModel, table=True):
    """A customer's mail that came out of hours and is still to be acknowledged, or found to need none."""

    message_id: int = _ref("message.id", primary_key=True)
    account_id: int = _ref("account.id")


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
    translation: dict[str, Any] = _json(default={})


class Seen(SQLModel, table=True):
    """How far an agent has read a conversation: the newest message and note that were there."""

    conversation_id: int = _ref("conversation.id", primary_key=True)
    agent_id: int = _ref("agent.id", primary_key=True)
    message_id: int = Field(sa_type=BigInteger)
    note_id: int = Field(sa_type=BigInteger)


class Discarded(SQLModel, table=True):
    """A draft that was thrown away; it can be had back for a while."""

    id: int | None = _pk()
    conversation_id: int = _ref("conversation.id")
    agent_id: int = _ref("agent.id")
    mode: str
    text: str
    cc: list[str] = _json()
    attachments: list[str] = _json()
    template: str = ""
    language: str = ""
    discarded_at: datetime = _at()
    translation: dict[str, Any] = _json(default={})


class TemplateUse(SQLModel, table=True):
    """How often an agent's replies were made with a template."""

    template: str = Field(primary_key=True)
    agent_id: int = _ref("agent.id", primary_key=True)
    uses: int = Field(sa_type=BigInteger)
    last_at: datetime = _at()


class MessageTranslation(SQLModel, table=True):
    """A message in a language that it was not written in; goes with the message."""

    __tablename__ = "message_translation"
    message_id: int = _ref("message.id", primary_key=True, ondelete="CASCADE")
    language: str = Field(primary_key=True)
    source_language: str
    engine: str
    demo: bool = False
    sentences: list[Any] = _json()
    created_at: datetime = _at()


class PreviewTranslation(SQLModel, table=True):
    """The line of a conversation in the queue, and the preview whose translation it is: another one has come when
    they differ."""

    __tablename__ = "preview_translation"
    conversation_id: int = _ref("conversation.id", primary_key=True, ondelete="CASCADE")
    language: str = Field(primary_key=True)
    preview: str
    text: str


class Memory(SQLModel, table=True):
    """A sentence and how somebody translated it; `hash` is that of what it says (domain.memory)."""

    id: int | None = _pk()
    source_language: str
    target_language: str
    hash: str
    source: str
    target: str
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    uses: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = _at()


class MemoryKey(SQLModel, table=True):
    """By which letters a remembered sentence is found when one like it is looked for."""

    __tablename__ = "memory_key"
    pair: str = Field(primary_key=True)
    key: int = Field(primary_key=True, sa_type=BigInteger)
    memory_id: int = _ref("memory.id", primary_key=True, ondelete="CASCADE")


class Term(SQLModel, table=True):
    """A word of the trade: how it is said in another language, how it is not, or that it stays as it is."""

    id: int | None = _pk()
    source_language: str
    target_language: str
    term: str
    translation: str = ""
    status: str
    note: str = ""


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
    error: str = _said(default="")
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
    account_id: int | None = _ref("account.id", default=None, nullable=True)
    source_id: str = ""
    buyer_id: str = ""
    changed_at: datetime | None = _at(default=None)
    shop_currency: str = ""
    shop_total: str = ""
    cases: dict[str, Any] = _json(default={})
    tags: list[str] = _json(default=[])
    notes: list[Any] = _json(default=[])


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
    reason: str = ""
    action_required: bool = False
    eta_source: str = ""
    raw_substatus: str = ""
    origin: str = ""
    destination: str = ""
    last_event_at: datetime | None = _at(default=None)
    polled_at: datetime | None = _at(default=None)
    days: int | None = None


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
    customer_id: int | None = Field(default=None, sa_type=Id)


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
