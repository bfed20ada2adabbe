"""The order export of Shopify's admin: one row per item, what concerns the order on its first row only.

Statuses as in shopify.dev, OrderDisplayFinancialStatus and OrderDisplayFulfillmentStatus, in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from csdesk.domain.orders import Order, OrderItem
from csdesk.orders import fields
from csdesk.orders.csvfile import Row, Table
from csdesk.orders.records import Problem
from csdesk.orders.rows import at_row, each_order
from csdesk.text import clean_line

REQUIRED = ("name", "email", "financial status", "fulfillment status", "currency", "total", "created at")

_PAYMENT = {
    "pending": "pending",
    "authorized": "authorized",
    "partially_paid": "pending",
    "paid": "paid",
    "partially_refunded": "part_refunded",
    "refunded": "refunded",
    "voided": "failed",
    "expired": "failed",
}
_FULFILMENT = {
    "unfulfilled": "unshipped",
    "open": "unshipped",
    "in_progress": "unshipped",
    "pending_fulfillment": "unshipped",
    "scheduled": "on_hold",
    "on_hold": "on_hold",
    "partial": "partial",
    "partially_fulfilled": "partial",
    "fulfilled": "shipped",
    "restocked": "cancelled",
}
_TAX = re.compile(r"(?:tax|vat|cpf|cnpj|nif|rfc|eori|gst|ioss)[\w ]*", re.IGNORECASE)
_KEPT = ("id", "financial status", "fulfillment status", "shipping method", "refunded amount", "tags")


def orders(file: Table) -> Iterator[Order | Problem]:
    """The orders of an export. `source` is 'shopify', `number` the Name column with its '#'."""
    return each_order(file.rows(), "name", _order)


def _order(number: str, group: list[Row]) -> Order:
    first = group[0]
    head = at_row(first, partial(_head, number))
    items = tuple(at_row(row, partial(_item, head.currency)) for row in group if "lineitem name" in row.cells)
    return replace(head, items=items)


def _head(number: str, row: Row) -> Order:
    currency = row.read("currency", fields.currency_code)
    money = partial(fields.amount, currency=currency)
    refunded = row.read("refunded amount", money, Decimal(0))
    payment = row.read("financial status", partial(fields.mapped, table=_PAYMENT), "pending")
    fulfilment = row.read("fulfillment status", partial(fields.mapped, table=_FULFILMENT), "unshipped")
    to = "shipping" if "shipping name" in row.cells or "shipping city" in row.cells else "billing"
    country = row.text(f"{to} country", limit=80).upper()
    return Order(
        source="shopify",
        number=number,
        email=row.read("email", fields.email, ""),
        customer_name=row.text("billing name", limit=200) or row.text("shipping name", limit=200),
        currency=currency,
        total=row.read("total", money),
        placed_at=row.read("created at", fields.instant),
        payment=payment,
        fulfilment="cancelled" if "cancelled at" in row.cells else fulfilment,
        after_sale="refund" if refunded or payment in ("part_refunded", "refunded") else "none",
        country=country if len(country) == 2 else "",
        city=row.text(f"{to} city", limit=200),
        address=_address(row, to),
        tax_number=_tax_number(row.cells.get("note attributes", "")),
        note=row.text("notes"),
        raw={name: row.text(name) for name in _KEPT if name in row.cells},
    )


def _item(currency: str, row: Row) -> OrderItem:
    return OrderItem(
        row.text("lineitem name", limit=300),
        row.text("lineitem sku", limit=100),
        row.read("lineitem quantity", fields.count, 1),
        row.read("lineitem price", partial(fields.amount, currency=currency))
        if "lineitem price" in row.cells
        else None,
    )


def _address(row: Row, to: str) -> str:
    """Street, postcode and city, province, country; Shopify puts an apostrophe before a postcode of digits."""
    street = row.text(f"{to} street") or ", ".join(
        part for part in (row.text(f"{to} address1"), row.text(f"{to} address2")) if part
    )
    place = " ".join(
        part
        for part in (row.text(f"{to} zip").lstrip("'"), row.text(f"{to} city"), row.text(f"{to} province"))
        if part
    )
    parts = (row.text(f"{to} company"), street, place, row.text(f"{to} country"))
    return clean_line(", ".join(part for part in parts if part))


def _tax_number(attributes: str) -> str:
    """The first 'name: value' line of the order's attributes whose name says tax, VAT, CPF and the like."""
    for line in attributes.splitlines():
        name, colon, value = line.partition(":")
        if colon and value.strip() and _TAX.fullmatch(name.strip()):
            return clean_line(value, limit=80)
    return ""
