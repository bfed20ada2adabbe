"""Files of orders in words: the same on the screen and from a command. Knows neither."""

from __future__ import annotations

from datetime import tzinfo

from csdesk.domain.orders import Order, Shipment
from csdesk.i18n import _, ngettext, pgettext
from csdesk.text import clean_line


def field_word(name: str) -> str:
    """What a field of an order is, in a word or two."""
    words = {
        "number": _("order number"),
        "email": _("buyer's mail"),
        "placed_at": _("placed on"),
        "currency": pgettext("order", "currency"),
        "total": _("total"),
        "name": _("buyer's name"),
        "payment": _("payment"),
        "fulfilment": _("fulfilment"),
        "country": pgettext("order", "country"),
        "city": pgettext("order", "city"),
        "address": pgettext("order", "address"),
        "tax_number": _("tax number"),
        "note": _("buyer's note"),
        "item": pgettext("order", "item"),
        "sku": "SKU",
        "quantity": _("quantity"),
        "price": _("price of one"),
        "options": _("what was chosen"),
        "parcel": _("parcel's number"),
        "carrier": _("carrier"),
        "protection_until": _("protection until"),
        "source": _("market"),
        "after_sale": _("after sale"),
        "respond_by": _("to be answered by"),
    }
    return words.get(name, name)


def kind_word(kind: str) -> str:
    """What kind of file it is."""
    words = {
        "shopify": _("Shopify's order export"),
        "generic": _("a table of orders"),
        "tracking": _("a table of parcel events"),
        "json": _("JSON lines"),
    }
    return words.get(kind, kind)


def payment_word(payment: str) -> str:
    """How the payment stands."""
    words = {
        "pending": _("payment pending"),
        "verifying": _("payment being checked"),
        "authorized": _("payment authorised"),
        "paid": _("paid"),
        "part_refunded": _("partly refunded"),
        "refunded": _("refunded"),
        "failed": _("payment failed"),
    }
    return words.get(payment, payment)


def fulfilment_word(fulfilment: str) -> str:
    """How far the goods are."""
    words = {
        "unshipped": _("not sent yet"),
        "on_hold": _("on hold"),
        "partial": _("partly sent"),
        "shipped": pgettext("order", "sent"),
        "delivered": _("delivered"),
        "cancelled": _("cancelled"),
    }
    return words.get(fulfilment, fulfilment)


def order_words(one: Order | Shipment, here: tzinfo | None) -> str:
    """An order or a parcel on one line, as it would be read."""
    if isinstance(one, Shipment):
        return "  ".join(filter(None, (clean_line(one.number), clean_line(one.carrier), one.status)))
    items = sum(item.quantity for item in one.items)
    many = ngettext("{n} piece", "{n} pieces", items).format(n=items) if items else ""
    parts = (
        one.number,
        one.customer_name or one.email,
        f"{one.placed_at.astimezone(here):%Y-%m-%d %H:%M}",
        f"{one.total} {one.currency}",
        one.country,
        payment_word(one.payment),
        fulfilment_word(one.fulfilment),
        many,
    )
    return "  ".join(clean_line(part, limit=40) for part in parts if part)
