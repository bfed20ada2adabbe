"""The tables of what has to do with shops that orders are pulled from; the orders themselves are in tables.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from csdesk.db.tables import _at, _json, _pk, _ref, _said


class OrderPayload(SQLModel, table=True):
    """What a shop answered about an order, as JSON; apart, so that lists of orders do not read it."""

    __tablename__ = "order_payload"
    order_id: int = _ref("orders.id", primary_key=True)
    payload: str


class OrderAct(SQLModel, table=True):
    """What was done to an order in its shop (domain.shopacts); never deleted."""

    __tablename__ = "order_act"
    id: int | None = _pk()
    order_id: int = _ref("orders.id")
    account_id: int = _ref("account.id")
    kind: str
    words: dict[str, str] = _json()
    state: str
    agent_id: int | None = _ref("agent.id", default=None, nullable=True)
    created_at: datetime = _at()
    begun_at: datetime | None = _at(default=None)
    error: str = _said(default="")


class Rate(SQLModel, table=True):
    """One currency in another from a day on (YYYY-MM-DD), as the shop wrote it down."""

    currency: str = Field(primary_key=True)
    into_currency: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    value: str


class AccountHold(SQLModel, table=True):
    """Until when an account is left alone, because its server asked for that."""

    __tablename__ = "account_hold"
    account_id: int = _ref("account.id", primary_key=True)
    until: datetime = _at()


class ParcelWatch(SQLModel, table=True):
    """Which account asks about a parcel, and when next (None: no more)."""

    __tablename__ = "parcel_watch"

    shipment_id: int = _ref("shipment.id", primary_key=True)
    account_id: int = _ref("account.id")
    registered: bool = False
    next_at: datetime | None = _at(default=None)
    error: str = ""


class PhraseTranslation(SQLModel, table=True):
    """What a carrier said of a parcel, in a language that it was not said in; `hash` is that of the text. It belongs to
    no parcel: carriers say the same of all of them."""

    __tablename__ = "phrase_translation"
    language: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    source: str
    source_language: str
    engine: str
    demo: bool = False
    sentences: list[Any] = _json()
    created_at: datetime = _at()


class Webhook(SQLModel, table=True):
    """How far a webhook came: everything up to `event`, and `part` happenings of the next one, was taken."""

    name: str = Field(primary_key=True)
    event: int = Field(sa_type=BigInteger)
    part: int = Field(sa_type=BigInteger)
    paused: str = _said(default="")
    error: str = _said(default="")
    failing_since: datetime | None = _at(default=None)
    attempts: int = Field(default=0, sa_type=BigInteger)
    next_at: datetime | None = _at(default=None)
    delivered_at: datetime | None = _at(default=None)
