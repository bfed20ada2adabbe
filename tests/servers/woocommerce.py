"""WooCommerce's REST API v3 as its documentation tells it (woocommerce.github.io/woocommerce-rest-api-docs: 'List all
orders', 'Create an order note', 'List all order notes'): orders by their last change, notes, Basic authentication."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.servers.shop import Asked, Said, ShopServer

KEY, SECRET = "ck_1", "cs_1"


def order(number: int, changed: str, **fields: Any) -> dict[str, Any]:
    """An order as the documentation shows it, shortened to what is said about it."""
    return {
        "id": number, "number": str(number), "status": "processing", "currency": "USD",
        "date_created_gmt": "2026-11-10T08:00:00", "date_modified_gmt": changed, "date_paid_gmt": None,
        "total": "29.35", "customer_id": 26, "customer_note": "Leave it at the door",
        "billing": {"first_name": "Ana", "last_name": "López", "email": "ana@buyer.example", "country": "ES",
                    "address_1": "Calle 1", "address_2": "", "city": "Madrid", "state": "M", "postcode": "28001",
                    "company": ""},
        "shipping": {"first_name": "Ana", "last_name": "López", "address_1": "Calle 2", "address_2": "4A",
                     "city": "Madrid", "state": "M", "postcode": "28002", "country": "ES", "company": ""},
        "line_items": [
            {"id": 315, "product_id": 93, "variation_id": 94, "name": "Mug", "sku": "MUG-B", "quantity": 2,
             "total": "20.00", "total_tax": "4.20",
             "meta_data": [{"id": 1, "key": "pa_colour", "value": "blue", "display_key": "Colour",
                            "display_value": "blue"}]}
        ],
        "refunds": [], "meta_data": [],
        **fields,
    }  # fmt: skip


class WooCommerce(ShopServer):
    """`orders` by id; `notes` by order. `lost` answers go missing after what was asked is done; `refused`
    requests are answered 401."""

    def __init__(self, *orders: dict[str, Any]) -> None:
        super().__init__(self._serve)
        self.orders = {one["id"]: one for one in orders}
        self.notes: dict[int, list[dict[str, Any]]] = {}
        self.lost = 0
        self.refused = 0
        self.hides_notes = False

    @property
    def settings(self) -> dict[str, str]:
        """What an account needs."""
        return {"url": self.url, "key": KEY, "password_env": "WOO_SECRET"}

    def _serve(self, asked: Asked) -> Said | Any:
        wanted = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.refused or asked.headers.get("Authorization") != f"Basic {wanted}":
            self.refused = max(self.refused - 1, 0)
            return Said(
                {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot list resources."}, 401
            )
        path = asked.path.removeprefix("/wp-json/wc/v3/orders").strip("/").split("/")
        if path == [""] and asked.method == "POST":
            return self._create(asked.body)
        if path == [""]:
            return self._list(asked.query)
        number = int(path[0])
        if path[1:] == ["notes"]:
            return self._notes(number, asked)
        if asked.method == "PUT":
            given = dict(asked.body)
            if "shipping" in given:  # only what is named changes
                given["shipping"] = {**self.orders[number]["shipping"], **given["shipping"]}
            self.orders[number] = {**self.orders[number], **given}
            if self.lost:
                self.lost -= 1
                return Said(hang_up=True)
        return self.orders[number]

    def _create(self, given: dict[str, Any]) -> Said:
        """'Create an order': totals are reckoned from the lines, `set_paid` makes it processing."""
        assert given["set_paid"] and all(line["product_id"] for line in given["line_items"])
        number = max(self.orders) + 1
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        lines = [
            {**line, "id": 900 + n, "name": "Mug", "sku": "MUG-B", "total_tax": "0.00", "meta_data": []}
            for n, line in enumerate(given["line_items"])
        ]
        total = f"{sum(float(line['total']) for line in lines):.2f}"
        told = {part: given[part] for part in ("customer_id", "currency", "billing", "shipping", "meta_data")}
        made = order(number, at, date_created_gmt=at, customer_note="", total=total, **told) | {
            "line_items": lines
        }
        self.orders[number] = made
        if self.lost:
            self.lost -= 1
            return Said(hang_up=True)
        return Said(made, 201)

    def _list(self, query: dict[str, str]) -> Said:
        assert query.get("orderby", "modified") in ("modified", "date") and query.get("order", "asc") == "asc"
        found = sorted(self.orders.values(), key=lambda one: (one["date_modified_gmt"], one["id"]))
        if after := query.get("modified_after"):
            assert query["dates_are_gmt"] == "true"
            found = [one for one in found if one["date_modified_gmt"] > after]
        if after := query.get("after"):
            assert query["dates_are_gmt"] == "true"
            found = [one for one in found if one["date_created_gmt"] > after]
        size, page = int(query["per_page"]), int(query.get("page", "1"))
        return Said(found[(page - 1) * size : page * size], headers={"X-WP-Total": str(len(found))})

    def _notes(self, number: int, asked: Asked) -> Said | Any:
        kept = self.notes.setdefault(number, [])
        if asked.method == "GET" and self.hides_notes:
            return Said({"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot list."}, 403)
        if asked.method == "GET":
            only = asked.query.get("type") == "internal"
            return [one for one in kept if not (only and one["customer_note"])]
        at = datetime.now(UTC)
        kept.append(
            {
                "id": len(kept) + 1,
                "author": "desk",
                "date_created_gmt": f"{at:%Y-%m-%dT%H:%M:%S}",
                **asked.body,
            }
        )
        if self.lost:
            self.lost -= 1
            return Said(hang_up=True)
        return Said(kept[-1], 201)


def later(changed: str, seconds: int) -> str:
    """An instant of the API moved on."""
    return f"{datetime.fromisoformat(changed) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"
