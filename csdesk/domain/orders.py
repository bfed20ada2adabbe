"""Orders and shipments on their four axes, the derived stage, and what links them to a conversation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csdesk.domain.parcels import Usual
    from csdesk.domain.shopacts import ShopAct

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
    """One line of an order. `price` is for one piece in the order's currency; `options` what the buyer chose, such
    as 'Colour: blue, Size: M'."""

    title: str
    sku: str = ""
    quantity: int = 1
    price: Decimal | None = None
    options: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back, in the order's currency. `at` aware UTC, None where the shop does not say."""

    amount: Decimal
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """Goods on their way back. `status` is 'open' or 'closed', `raw_status` what the shop said."""

    id: str
    status: str
    raw_status: str = ""
    reason: str = ""
    respond_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A case that the buyer opened. `kind` is one of AFTER_SALE, `status` 'open' or 'closed'."""

    id: str
    kind: str
    status: str
    raw_status: str = ""
    amount: Decimal | None = None
    reason: str = ""
    respond_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderNote:
    """A note that the shop keeps with an order; `public` where the buyer can read it. `at` aware UTC."""

    id: str
    text: str
    author: str = ""
    at: datetime | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One event of a parcel, as the carrier tells it. `at` aware UTC; `milestone` is one of parcels.MILESTONES, or ''
    where the carrier names none."""

    at: datetime
    status: str
    text: str
    place: str = ""
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel. `status` is one of SHIPMENT_STATUSES; `raw_status` and `raw_substatus` what the source said. `events`
    newest first. `reason` is one of parcels.REASONS or ''; `action_required` when somebody has to do something before
    it goes on; `eta_source` one of parcels.ETA_SOURCES; `origin` and `destination` countries (ISO 3166) or ''.
    `polled_at` is when a source was last asked, which says nothing about the parcel itself."""

    number: str
    carrier: str
    status: str
    events: tuple[TrackingEvent, ...] = ()
    eta_from: datetime | None = None
    eta_to: datetime | None = None
    raw_status: str = ""
    shipped_at: datetime | None = None
    reason: str = ""
    action_required: bool = False
    eta_source: str = ""
    raw_substatus: str = ""
    origin: str = ""
    destination: str = ""
    polled_at: datetime | None = None

    @property
    def last_event_at(self) -> datetime | None:
        """When the parcel itself was last heard of."""
        return self.events[0].at if self.events else None

    @property
    def delivered_at(self) -> datetime | None:
        """When it was delivered, None before."""
        if self.status != "delivered":
            return None
        return next((event.at for event in self.events if event.status == "delivered"), None)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as a shop tells it. `source` names the shop or file kind, `number` what the customer quotes
    (with its '#', if the shop prints one). Money is Decimal in `currency` (ISO 4217), what the customer paid in.
    Instants aware UTC.

    An order that was pulled from a shop also has: `account`, through which; `source_id`, the shop's own id; `buyer_id`,
    the buyer's id there; `changed_at`, when the shop changed it last; `shop_total` in `shop_currency`, where the shop
    itself converted. `raw` are the shop's own words for states, by field; `raw['unknown']` those that nothing here
    stands for; raw['replaces'] is the number of the order whose goods this one sends again. `payload` is the shop's
    answer as JSON; it is stored and not read back with the order. `untold` names the fields that this answer says
    nothing of: what is stored of them stays."""

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
    account: int | None = None
    source_id: str = ""
    buyer_id: str = ""
    changed_at: datetime | None = None
    shop_currency: str = ""
    shop_total: Decimal | None = None
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    tags: tuple[str, ...] = ()
    notes: tuple[OrderNote, ...] = ()
    payload: str = ""
    untold: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order beside a conversation. `state` is 'linked' (address agrees or an agent confirmed),
    'suggested' (a number in the text) or 'rejected'. `reason` says why in words for the agent. `acts` are what was done
    to it in its shop from here, oldest first; `usual` is how long parcels on the lane of each parcel number take. Where
    the shop reckons in another currency than the order's, `into` is that one and `worth` the total in it, None where no
    rate is known; `rated` is the day of the rate, None where the shop converted by itself."""

    order: Order
    state: str
    reason: str
    acts: tuple[ShopAct, ...] = ()
    usual: Mapping[str, Usual] = field(default_factory=dict)
    into: str = ""
    worth: Decimal | None = None
    rated: date | None = None


def respond_by(order: Order) -> datetime | None:
    """The earliest date by which somebody waits for the shop's answer; None where nobody does."""
    cases: tuple[Return | Dispute, ...] = (*order.returns, *order.disputes)
    return min((c.respond_by for c in cases if c.status == "open" and c.respond_by is not None), default=None)


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


def s10_country(number: str) -> str:
    """The country (ISO 3166) whose post gave an S10 number out; '' for any other number."""
    return number[-2:] if s10_valid(number) else ""


_DIGITS = re.compile(r"\d{3}")
_AMAZON = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_HASHED = re.compile(r"#\s?([A-Za-z]{0,4}-?\d{3,12}(?:-\d{1,6})?)(?![A-Za-z0-9]|-\d)")
_SEVEN = re.compile(r"\d{7}")
_ODD_CASE = re.compile("[\u0131\u017f\u1c80-\u1c8f]")
"""Letters that a pattern takes for others when case does not count."""
_WORDS = (
    "order", "bestellung", "bestellnummer", "auftrag", "pedido", "commande", "ordine", "encomenda", "заказ", "订单",
    "訂單", "単号", "单号", "注文", "zamówieni",
)  # fmt: skip
"""How the words before a number begin; looking for each is far quicker than one pattern with all of them."""
_NAMED = re.compile(
    r"(?:order|bestellung|bestellnummer|auftrag|pedido|commande|ordine|encomenda|заказ[а-я]*|订单|訂單|単号|单号|注文|注文番号|zamówieni\w*)"
    r"\s*(?:no|nr|number|nummer|número|numero|номер|号|番号)?\s*(?:is|ist|es|est|è|是|为|為|は)?\s*[.:#№：]*\s*([A-Z]{0,4}-?\d{3,12}(?:-\d{1,6})?)(?![A-Za-z0-9]|-\d)",
    re.IGNORECASE,
)


def _named(text: str) -> Iterator[re.Match[str]]:
    """What _NAMED finds."""
    lowered = text.lower()
    if not text.isascii() and (len(lowered) != len(text) or _ODD_CASE.search(text)):
        yield from _NAMED.finditer(text)
        return
    starts: list[int] = []
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0:
            starts.append(at)
            at = lowered.find(word, at + 1)
    end = 0
    for start in sorted(starts):
        if start >= end and (found := _NAMED.match(text, start)) is not None:
            end = found.end()
            yield found


def numbers_in(text: str) -> tuple[str, ...]:
    """Order and parcel numbers that a text quotes, in order of appearance, without '#'. A quoted number only
    suggests: who writes it may not be who ordered."""
    if _DIGITS.search(text) is None:
        return ()  # every pattern below asks for three digits in a row, and most mails have none
    found: list[tuple[int, str]] = []
    if _SEVEN.search(text) is not None:
        found += [(m.start(), m[0]) for m in _AMAZON.finditer(text)]
        found += [(m.start(), m[0]) for m in _S10.finditer(text)]
    if "#" in text:
        found += [(m.start(1), m[1]) for m in _HASHED.finditer(text)]
    found += [(m.start(1), m[1]) for m in _named(text)]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))
