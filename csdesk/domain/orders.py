"""Orders and shipments on their four axes, the derived stage, and what links them to a conversation. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

PAYMENT = ("pending", "verifying", "authorized", "paid", "part_refunded", "refunded", "failed")
FULFILMENT = ("unshipped", "on_hold", "partial", "shipped", "delivered", "cancelled")
PROTECTION = ("none", "running", "extended", "expired")
AFTER_SALE = ("none", "cancel_requested", "return", "refund", "dispute", "chargeback")

STAGES = (
    "payment_check",
    "before_dispatch",
    "in_transit",
    "timing_out",
    "delivered",
    "after_sale",
    "cancelled",
)

SHIPMENT_STATUSES = (
    "unregistered",
    "not_found",
    "info_received",
    "in_transit",
    "customs",
    "out_for_delivery",
    "ready_for_pickup",
    "delivery_failed",
    "delivered",
    "exception",
    "returning",
    "returned",
    "lost",
    "expired",
    "cancelled",
)


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order. `price` is for one piece in the order's currency."""

    title: str
    sku: str = ""
    quantity: int = 1
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One event of a parcel, as the carrier tells it. `at` aware UTC."""

    at: datetime
    status: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel. `status` is one of SHIPMENT_STATUSES; `raw_status` what the source said. `events` newest first."""

    number: str
    carrier: str
    status: str
    events: tuple[TrackingEvent, ...] = ()
    eta_from: datetime | None = None
    eta_to: datetime | None = None
    raw_status: str = ""
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as a shop tells it. `source` names the shop or file kind, `number` what the customer quotes
    (with its '#', if the shop prints one). Money is Decimal in `currency` (ISO 4217). Instants aware UTC."""

    source: str
    number: str
    email: str
    customer_name: str
    currency: str
    total: Decimal
    placed_at: datetime
    payment: str = "paid"
    fulfilment: str = "unshipped"
    protection: str = "none"
    protection_until: datetime | None = None
    after_sale: str = "none"
    country: str = ""
    city: str = ""
    address: str = ""
    tax_number: str = ""
    note: str = ""
    items: tuple[OrderItem, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    id: int = 0
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order beside a conversation. `state` is 'linked' (address agrees or an agent confirmed),
    'suggested' (a number in the text) or 'rejected'. `reason` says why in words for the agent."""

    order: Order
    state: str
    reason: str


def stage(order: Order, now: datetime) -> str:
    """The order stage that follows from the four axes; one of STAGES."""
    if order.fulfilment == "cancelled":
        return "cancelled"
    if order.after_sale != "none":
        return "after_sale"
    if order.payment in ("pending", "verifying", "authorized", "failed"):
        return "payment_check"
    if order.fulfilment == "delivered" or (
        order.shipments and all(s.status == "delivered" for s in order.shipments)
    ):
        return "delivered"
    if order.fulfilment in ("unshipped", "on_hold"):
        return "before_dispatch"
    if order.protection_until is not None and (order.protection_until - now).days < 3:
        return "timing_out"
    return "in_transit"


_S10 = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})(\d{8})(\d)([A-Z]{2})(?![A-Za-z0-9])")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def s10_valid(number: str) -> bool:
    """Whether a number is a well-formed UPU S10 item number (check digit by UPU standard S10)."""
    found = _S10.fullmatch(number)
    if not found:
        return False
    left = 11 - sum(w * int(d) for w, d in zip(_WEIGHTS, found[2], strict=True)) % 11
    return int(found[3]) == {10: 0, 11: 5}.get(left, left)


_DIGITS = re.compile(r"\d{3}")
_AMAZON = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_HASHED = re.compile(r"#\s?([A-Za-z]{0,4}-?\d{3,12}(?:-\d{1,6})?)(?![A-Za-z0-9]|-\d)")
_NAMED = re.compile(
    r"(?:order|bestellung|bestellnummer|auftrag|pedido|commande|ordine|encomenda|заказ[а-я]*|订单|訂單|単号|单号|注文|注文番号|zamówieni\w*)"
    r"\s*(?:no|nr|number|nummer|número|numero|номер|号|番号)?\s*(?:is|ist|es|est|è|是|为|為|は)?\s*[.:#№：]*\s*([A-Z]{0,4}-?\d{3,12}(?:-\d{1,6})?)(?![A-Za-z0-9]|-\d)",
    re.IGNORECASE,
)


def numbers_in(text: str) -> tuple[str, ...]:
    """Order and parcel numbers that a text quotes, in order of appearance, without '#'. A quoted number only
    suggests: who writes it may not be who ordered."""
    if _DIGITS.search(text) is None:
        return ()  # every pattern below asks for three digits in a row, and most mails have none
    found: list[tuple[int, str]] = []
    found += [(m.start(), m[0]) for m in _AMAZON.finditer(text)]
    found += [(m.start(), m[0]) for m in _S10.finditer(text)]
    found += [(m.start(1), m[1]) for m in _HASHED.finditer(text)]
    found += [(m.start(1), m[1]) for m in _NAMED.finditer(text)]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))
