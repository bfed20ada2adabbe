"""What a template may know: the shape of its context, made of plain dicts from customer, order and parcel.

Whose order it is must be settled before it gets here; this module does not ask.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order, Shipment, stage

KNOWN: dict[str, str] = {
    "customer.name": "the customer's full name",
    "customer.first_name": "the name to address the customer by",
    "customer.country": "ISO 3166 code, for conditions; also steers how dates and numbers are written",
    "customer.timezone": "IANA name; also the zone in which dates and times are written",
    "agent.name": "who answers",
    "shop.name": "the shop's name from config.toml",
    "order.number": "the order number as the shop prints it",
    "order.total": "money: {amount, currency}; printed in the customer's format, with or without |money",
    "order.placed_at": "instant; |date or |datetime",
    "order.items": "list of {title, sku, quantity, price}; printed as '2 x Kettle, Lamp'",
    "order.stage": "code of the order stage, for conditions: 'in_transit', 'delivered' ...",
    "parcel.number": "the tracking number",
    "parcel.carrier": "the carrier's name",
    "parcel.status": "code of the parcel's status, for conditions: 'customs', 'delivered' ...",
    "parcel.eta": "instant by which the carrier expects to deliver; |date",
    "parcel.last_event": "the carrier's words for the newest event",
    "parcel.last_event_at": "instant of the newest event; |date or |datetime",
    "parcel.days": "whole days since the parcel was handed over",
}
"""Every variable with what it holds. A value that is None or blank counts as missing."""

ROOTS = frozenset(name.partition(".")[0] for name in KNOWN)

_HAN_KANA_HANGUL = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SERVANT = "عبد"
"""The Arabic 'servant of': half a name, which without the word that follows calls its bearer a slave."""
_TITLE = re.compile(r"(?:mr|mrs|ms|miss|dr|herr|frau|sr|sra|m|mme)\.?", re.IGNORECASE)


def context(
    *, customer: Customer | None, agent: str, shop: str, order: Order | None, now: datetime
) -> dict[str, Any]:
    """The context of one conversation. What is unknown is left out, so that the template asks for it."""
    out: dict[str, Any] = {"agent": {"name": agent}, "shop": {"name": shop}}
    if customer is not None:
        name = "" if "@" in customer.name else customer.name
        out["customer"] = {
            "name": name,
            "first_name": first_name(name),
            "country": customer.country,
            "timezone": customer.timezone,
        }
    if order is not None:
        out["order"] = _order(order, now)
        if parcel := current_parcel(order):
            out["parcel"] = _parcel(parcel, now)
    return out


def first_name(name: str) -> str:
    """The part of a name to address its bearer by: all of a Chinese, Japanese or Korean name, what follows the
    comma in 'Weber, Anna', else the first word that is no title, in Arabic with the word that 'abd' belongs to."""
    if _HAN_KANA_HANGUL.search(name):
        return name.strip()
    words = (name.partition(",")[2] or name).split()
    rest = [word for word in words if not _TITLE.fullmatch(word)]
    if len(rest) > 1 and rest[0] == _SERVANT:
        return " ".join(rest[:2])
    return (rest or words or [""])[0]


def current_parcel(order: Order) -> Shipment | None:
    """The parcel a customer most likely asks about: the first that has not arrived, else the first."""
    waiting = [parcel for parcel in order.shipments if parcel.status not in ("delivered", "cancelled")]
    return next(iter((*waiting, *order.shipments)), None)


def _order(order: Order, now: datetime) -> dict[str, Any]:
    return {
        "number": order.number,
        "total": {"amount": order.total, "currency": order.currency},
        "placed_at": order.placed_at,
        "stage": stage(order, now),
        "items": [
            {
                "title": item.title,
                "sku": item.sku,
                "quantity": item.quantity,
                "price": {"amount": item.price, "currency": order.currency},
            }
            for item in order.items
        ],
    }


def _parcel(parcel: Shipment, now: datetime) -> dict[str, Any]:
    newest = max(parcel.events, key=lambda event: event.at, default=None)
    began = parcel.shipped_at or min((event.at for event in parcel.events), default=None)
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "status": parcel.status,
        "eta": parcel.eta_to or parcel.eta_from,
        "last_event": newest.text if newest else None,
        "last_event_at": newest.at if newest else None,
        "days": max((now - began).days, 0) if began else None,
    }
