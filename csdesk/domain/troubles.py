"""What is out of the ordinary about orders and their parcels, what is at stake, until when, and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from csdesk.domain.orders import Order, Shipment, respond_by

TEMPLATES: Mapping[str, str] = {
    "dispute": "dispute_opened",
    "protection": "extend_protection",
    "lost": "lost_parcel",
    "returning": "parcel_returning",
    "delivery_failed": "delivery_failed",
    "customs": "customs",
    "expired": "delayed",
    "late": "delayed",
}
"""Each kind of trouble, the gravest first, and the template that tells the customer."""
KINDS = tuple(TEMPLATES)
_OF_STATUS = {
    "customs": "customs",
    "delivery_failed": "delivery_failed",
    "returning": "returning",
    "returned": "returning",
    "lost": "lost",
    "expired": "expired",
}
HELD = timedelta(days=3)
"""Customs take so long without anything being wrong; where papers are asked for, at once."""
ENDING = timedelta(days=5)
PAST = timedelta(days=30)
"""What came back or was lost so long ago is settled, or nobody's any more."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One order's trouble. `kind` is one of KINDS; `parcel` the one it is about, None for the order itself; `until`
    (aware) when it gets worse by itself, None where nobody knows; `late` how many days behind what is usual."""

    kind: str
    order: Order
    parcel: Shipment | None = None
    until: datetime | None = None
    late: int = 0

    @property
    def template(self) -> str:
        """What tells the customer."""
        return TEMPLATES[self.kind]


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """A trouble in the list: whose, and the conversation about it where there is one. `worth` is what is at stake, by
    which lines of equal haste are compared."""

    trouble: Trouble
    who: str
    conversation: int | None = None
    worth: Decimal = Decimal(0)


def troubles(order: Order, now: datetime, late: Mapping[str, int]) -> tuple[Trouble, ...]:
    """What is wrong with an order, the gravest first; `late` are days by parcel number."""
    if order.fulfilment == "cancelled":
        return ()
    found = []
    answer = respond_by(order)
    if answer is not None or order.after_sale in ("dispute", "chargeback"):
        found.append(Trouble("dispute", order, None, answer))
    ends = order.protection_until if order.protection in ("running", "extended") else None
    if ends is not None and now < ends <= now + ENDING and order.fulfilment not in ("delivered", "unshipped"):
        found.append(Trouble("protection", order, None, ends))
    closed = order.payment == "refunded"
    for parcel in order.shipments if not closed else ():
        kind = _kind(parcel, now, late.get(parcel.number, 0))
        if kind:
            until = ends if ends is not None and ends > now else None
            found.append(Trouble(kind, order, parcel, until, max(late.get(parcel.number, 0), 0)))
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


def _kind(parcel: Shipment, now: datetime, late: int) -> str:
    last = parcel.last_event_at
    quiet = now - last if last is not None else timedelta(0)
    kind = _OF_STATUS.get(parcel.status, "")
    if kind == "customs" and not (parcel.action_required or parcel.reason == "customs_docs" or quiet > HELD):
        kind = ""
    if kind in ("lost", "returning", "expired") and quiet > PAST:
        return ""
    return kind or ("late" if late > 0 else "")


def haste(until: datetime | None, now: datetime) -> int:
    """How near the end is: 0 within a day or over, 1 within three, 2 within a week, 3 later or not known."""
    if until is None:
        return 3
    days = (until - now) / timedelta(days=1)
    return 0 if days <= 1 else 1 if days <= 3 else 2 if days <= 7 else 3


def ranked(lines: Iterable[TroubleLine], now: datetime) -> tuple[TroubleLine, ...]:
    """What is to be done first: the least time left, then the most money, then the gravest kind."""

    def rank(one: TroubleLine) -> tuple[int, Decimal, int, str]:
        trouble = one.trouble
        return haste(trouble.until, now), -one.worth, KINDS.index(trouble.kind), trouble.order.number

    return tuple(sorted(lines, key=rank))
