"""Goods of a WooCommerce order sent again as an order of their own, over nothing.

Source: woocommerce.github.io/woocommerce-rest-api-docs (Orders, 'Create an order', 'Order - Meta data properties').
Line items may be given their totals, and `set_paid` has the order packed like any other. The API cannot look for
metadata, so whether an order was made is told by reading the orders that were made since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csdesk.domain.ports import Rejected
from csdesk.domain.shopacts import Goods, unpacked
from csdesk.i18n import _
from csdesk.orders.shops.reading import get, listed, text

REPLACES, REFERENCE = "_csdesk_replaces", "_csdesk_reference"
"""What we write into the metadata of such an order: the number of the first one, and the act."""


def meta(item: Any, key: str) -> str:
    """A text of an order's metadata; '' where there is none."""
    found = (text(one, "value", limit=80) for one in listed(item, "meta_data") if text(one, "key") == key)
    return next(found, "")


def goods(answer: Any) -> tuple[Goods, ...]:
    """Lines whose product the shop still has."""
    return tuple(
        Goods(
            text(one, "id", limit=40),
            text(one, "name", limit=200),
            int(one["quantity"]),
            text(one, "sku", limit=100),
        )
        for one in listed(answer, "line_items")
        if get(one, "product_id") and get(one, "quantity")
    )


def replacement(now: Any, words: Mapping[str, str], to: Mapping[str, Any]) -> dict[str, Any]:
    """The new order: for the same person, to the address `to`. Raises Rejected."""
    wanted = unpacked(words["lines"])
    lines = [
        {"product_id": get(one, "product_id"), "variation_id": get(one, "variation_id") or 0,
         "quantity": wanted[text(one, "id", limit=40)], "subtotal": "0.00", "total": "0.00"}
        for one in listed(now, "line_items") if wanted.get(text(one, "id", limit=40))
    ]  # fmt: skip
    if len(lines) != len(wanted) or not all(one["product_id"] for one in lines):
        raise Rejected("refused", _("The shop does not have all of these goods any more."))
    told = [
        {"key": REPLACES, "value": f"#{text(now, 'number', limit=79)}"},
        {"key": REFERENCE, "value": words["reference"]},
    ]
    return {
        "customer_id": get(now, "customer_id") or 0, "currency": get(now, "currency"), "set_paid": True,
        "billing": {part: said for part, said in (get(now, "billing") or {}).items() if said},
        "shipping": {part: said for part, said in to.items() if part != "email"}, "line_items": lines,
        "meta_data": told,
    }  # fmt: skip
