"""The desk's own order CSV, documented in docs/orders-csv.md: for shops that can export a table and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from csdesk.domain.orders import AFTER_SALE, FULFILMENT, PAYMENT, Dispute, Order, OrderItem, Shipment
from csdesk.i18n import _
from csdesk.orders import fields
from csdesk.orders.carriers import carrier_of
from csdesk.orders.csvfile import Row, Table
from csdesk.orders.records import Problem
from csdesk.orders.rows import WrongRow, at_row, each_order

REQUIRED = ("number", "email", "placed_at", "currency", "total")
OPTIONAL = (
    *("name", "payment", "fulfilment", "country", "city", "address", "tax_number", "note"),
    *("item", "sku", "quantity", "price", "parcel", "carrier", "protection_until", "options"),
    *("source", "after_sale", "respond_by"),
)
COLUMNS = frozenset((*REQUIRED, *OPTIONAL))
"""Columns with a meaning; a file may have others, which are not read."""

_PER_ROW = frozenset(("item", "sku", "quantity", "price", "options", "parcel", "carrier"))


def orders(file: Table) -> Iterator[Order | Problem]:
    """The orders of a file. `source` is what the column says, else 'csv'."""
    return each_order(file.rows(), "number", build)


def build(number: str, group: list[Row]) -> Order:
    """One order from its rows. Raises WrongRow."""
    first = group[0]
    for row in group[1:]:
        for column, value in row.cells.items():
            if column in COLUMNS and column not in _PER_ROW and value != first.cells.get(column):
                sentence = _("column '{column}' says something else than line {line}")
                raise WrongRow(row.line, sentence.format(column=column, line=first.line))
    currency = at_row(first, lambda row: row.read("currency", fields.currency_code))
    items = [at_row(row, partial(_item, currency)) for row in group if "item" in row.cells]
    for row in group:
        for column in ("sku", "quantity", "price", "options"):
            if column in row.cells and "item" not in row.cells:
                raise WrongRow(row.line, _("column 'item' is empty"))
    return at_row(first, partial(_head, number, currency, tuple(items), _parcels(group)))


def _head(
    number: str, currency: str, items: tuple[OrderItem, ...], parcels: tuple[Shipment, ...], row: Row
) -> Order:
    until = row.read("protection_until", fields.instant) if "protection_until" in row.cells else None
    after = row.read("after_sale", partial(fields.one_of, allowed=AFTER_SALE), "none")
    respond = row.read("respond_by", fields.instant) if "respond_by" in row.cells else None
    return Order(
        source=row.read("source", _source, "csv"),
        number=number,
        email=row.read("email", fields.email, ""),
        customer_name=row.text("name", limit=200),
        currency=currency,
        total=row.read("total", partial(fields.amount, currency=currency)),
        placed_at=row.read("placed_at", fields.instant),
        payment=row.read("payment", partial(fields.one_of, allowed=PAYMENT), "paid"),
        fulfilment=row.read("fulfilment", partial(fields.one_of, allowed=FULFILMENT), "unshipped"),
        protection="running" if until else "none",
        protection_until=until,
        after_sale=after,
        disputes=(Dispute(number, after, "open", respond_by=respond),) if respond and after != "none" else (),
        country=row.read("country", fields.country_code, ""),
        city=row.text("city", limit=200),
        address=row.text("address"),
        tax_number=row.text("tax_number", limit=80),
        note=row.text("note"),
        items=items,
        shipments=parcels,
    )


def _source(text: str) -> str:
    """The market where it was sold: 'aliexpress', 'amazon' ... Raises WrongCell."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{1,29}", text):
        raise fields.WrongCell(_("a market is named in letters, as in aliexpress or amazon"))
    return text.lower()


def _item(currency: str, row: Row) -> OrderItem:
    money = partial(fields.amount, currency=currency)
    return OrderItem(
        row.text("item", limit=300),
        row.text("sku", limit=100),
        row.read("quantity", fields.count, 1),
        row.read("price", money) if "price" in row.cells else None,
        row.text("options", limit=200),
    )


def _parcels(group: list[Row]) -> tuple[Shipment, ...]:
    """One shipment per parcel number; where it is only tracking will tell, so far it is not registered."""
    found: dict[str, Shipment] = {}
    for row in group:
        number = row.text("parcel", limit=80)
        if number and number not in found:
            found[number] = Shipment(
                number, row.text("carrier", limit=80) or carrier_of(number), "unregistered"
            )
    return tuple(found.values())
