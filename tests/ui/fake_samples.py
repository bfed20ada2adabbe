"""Conversations, orders and templates for the desk in memory: what it shows, not what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from csdesk.domain.conversation import Attachment, Draft, Message, Note, QueueRow, Thread
from csdesk.domain.mail import Address, Quote
from csdesk.domain.orders import Order, OrderItem, OrderLink, Shipment, TrackingEvent
from csdesk.domain.people import Account
from csdesk.domain.template import Template, TemplateText
from csdesk.domain.views import micros

NOW = datetime(2026, 11, 21, 14, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = (
    ("Ana López", "es", "ES", "Europe/Madrid", "Where is my parcel?", "我的包裹 #1042 还没到,跟踪号已经九天没有更新了,请问什么时候能到?"),  # noqa: E501
    ("山田花子", "ja", "JP", "Asia/Tokyo", "商品が違います", "青いマグカップを注文しましたが、赤いものが届きました。交換できますか。"),  # noqa: E501
    ("J. Weber", "de", "DE", "Europe/Berlin", "Rückgabe", "Guten Tag, ich möchte die Tasse zurückgeben. Wohin soll ich sie schicken?"),  # noqa: E501
    ("Marie Dubois", "fr", "FR", "Europe/Paris", "Taille trop petite", "Bonjour, la taille 38 est trop petite, puis-je échanger contre un 40 ?"),  # noqa: E501
    ("أحمد صالح", "ar", "AE", "Asia/Dubai", "استفسار عن الطلب", "مرحبا، متى يصل طلبي؟ شكرا"),
    ("Olga Kowalska", "pl", "PL", "Europe/Warsaw", "Faktura", "Dzień dobry, proszę o fakturę VAT do zamówienia 1077."),
    ("John Smith", "en", "US", "America/New_York", "Damaged on arrival", "Hi, the box was crushed and one mug is broken. Photos attached."),  # noqa: E501
)  # fmt: skip


@dataclass
class Found:
    conversation: int
    message: int | None
    score: float
    snippet: str
    subject: str
    who: str
    at: datetime
    note: int | None = None


@dataclass
class To:
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()


@dataclass
class Status:
    accounts: tuple[Account, ...]
    outbox_waiting: int = 0
    running: bool = True
    offline: bool = False
    last_at: datetime | None = NOW - timedelta(seconds=12)
    fetched: tuple[int, int] | None = None


@dataclass
class Change:
    event: int
    kind: str
    conversation: int | None


def make_thread(n: int) -> Thread:
    """Conversation number n; the first ones are the richest."""
    who, language, _country, _zone, subject, text = PEOPLE[(n - 1) % len(PEOPLE)]
    sender = Address(f"c{n}@example.com", who)
    at = NOW - timedelta(minutes=9 * n + 300)
    quoted = "\n".join(["", "El 12 nov 2026, Nordlicht escribió:", *[f"> línea {i}" for i in range(13)]])
    files = (Attachment(n * 10, "foto del paquete.jpg", "image/jpeg", 240_000, "h"),) if n in (1, 7) else ()
    first = Message(
        n * 100, n, "in", sender, (Address("support@nordlicht.example"),), (), subject,
        text + (quoted if n == 1 else ""), (Quote(1, 15),) if n == 1 else (), at - HOUR * 20, f"a{n}@example.com",
        language, "received", attachments=files,
    )  # fmt: skip
    reply = Message(
        n * 100 + 1, n, "out", Address("support@nordlicht.example", "Nordlicht"), (sender,), (), subject,
        "Hola Ana: su pedido está en la aduana de Madrid. Le escribimos en cuanto salga.\n\nUn saludo,\nLin", (),
        at - HOUR * 2, f"b{n}@nordlicht.example", language, "sent", agent="Lin", outbox_id=n * 100,
    )  # fmt: skip
    again = replace(
        first, id=n * 100 + 2, text="¿Y ahora? Lo necesito el viernes.", quotes=(), sent_at=at, attachments=()
    )
    note = Note(n, n, "Mei", "海关要求税号,已发模板", at - HOUR)
    entries: tuple[Message | Note, ...] = (first, reply, note, again) if n == 1 else (first,)
    due = at + timedelta(minutes=302 + 45 * n) if n % 5 else None
    return Thread(
        n, subject, "open", "support", "mail", "support@nordlicht.example", n, who, language,
        "Mei" if n % 4 == 2 else None, n % 3 == 1, at if n % 5 else None, due, None, at, len(entries), ("vip",) if n == 1 else (),  # noqa: E501
        entries,
    )  # fmt: skip


def row_of(thread: Thread, drafts: Mapping[tuple[int, str], Draft]) -> QueueRow:
    last = thread.messages[-1] if thread.messages else None
    rank = micros(thread.due_at or thread.last_message_at + timedelta(days=9000))
    return QueueRow(
        thread.id, thread.subject, thread.who, thread.customer_id, thread.channel, thread.account, thread.status,
        thread.language, thread.unread, thread.assignee, thread.waiting_since, thread.due_at, thread.snoozed_until,
        thread.last_message_at, last.text.split("\n")[0] if last else "", len(thread.messages),
        sum(m.state == "failed" for m in thread.messages), (thread.id, "reply") in drafts, thread.tags, rank,
    )  # fmt: skip


def link(n: int, state: str = "linked") -> OrderLink:
    """An order that is at customs."""
    at = NOW - timedelta(days=11)
    events = (
        TrackingEvent(NOW - HOUR * 30, "customs", "held by customs, papers asked for", "Madrid"),
        TrackingEvent(NOW - HOUR * 100, "in_transit", "arrived", "Madrid"),
        TrackingEvent(at, "in_transit", "left the country", "Shenzhen"),
    )
    order = Order(
        "shopify", f"#{1041 + n}", f"c{n}@example.com", "Ana López", "EUR", Decimal("38.00"), at - HOUR * 40,
        fulfilment="shipped", protection="running", protection_until=NOW + timedelta(days=6, hours=4), country="ES",
        items=(OrderItem("Mug, blue", "MUG-B", 2, Decimal("14.00")), OrderItem("Tea, 100 g", "TEA-1", 1, Decimal("10.00"))),  # noqa: E501
        shipments=(Shipment("RB123456785CN", "China Post", "customs", events, NOW + HOUR * 60, NOW + HOUR * 110,
                            shipped_at=at),), id=n,
    )  # fmt: skip
    return OrderLink(order, state, "the text names this number" if state == "suggested" else "same address")


TEMPLATES = (
    Template("greeting", {"en": TemplateText("en", "Hello {name},", "Greeting"), "es": TemplateText("es", "Hola {name}:", "Saludo")}, "general"),  # noqa: E501
    Template("delayed", {"en": TemplateText("en", "Sorry, {days} more days.", "Parcel is late"), "es": TemplateText("es", "Disculpe, {days} días más.", "Retraso", avoid="No promises about dates.")}, "parcel", asks={"days": {"en": "How many days?"}}),  # noqa: E501
    Template("customs", {"en": TemplateText("en", "Held by customs.", "Held by customs")}, "parcel"),
)  # fmt: skip
