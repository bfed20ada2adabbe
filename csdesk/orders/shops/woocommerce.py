"""Orders of a WooCommerce shop through its REST API v3.

Source: woocommerce.github.io/woocommerce-rest-api-docs (Orders, Order notes, Authentication). `modified_after` leaves
out the second that it names, and instants ending in _gmt carry no offset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from csdesk.domain import addresses, shopacts
from csdesk.domain.orders import Order, OrderItem, OrderNote, Refund, Shipment
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, Check, Rejected
from csdesk.domain.shopacts import Goods
from csdesk.domain.sources import Call, Keys, Limit, OrderBatch, Web, WebAnswer
from csdesk.i18n import _
from csdesk.orders.shops import reading, woo_again
from csdesk.orders.shops.reading import Page, States, amount, get, instant, joined, listed, text
from csdesk.text import clean

TAKE = 50
LIMIT = Limit(per_second=4, burst=8)
"""Shops run on small machines."""
_PAYMENT = {
    "pending": "pending", "on-hold": "verifying", "processing": "paid", "completed": "paid", "cancelled": "failed",
    "refunded": "refunded", "failed": "failed", "trash": "failed",
}  # fmt: skip
_FULFILMENT = {
    "pending": "unshipped", "on-hold": "unshipped", "processing": "unshipped", "completed": "shipped",
    "cancelled": "cancelled", "refunded": "unshipped", "failed": "unshipped", "trash": "cancelled",
}  # fmt: skip
PAGES = 5
NOTED = timedelta(days=7)
_OPEN = frozenset(("pending", "on-hold", "processing"))
"""Nothing was sent yet."""
_BASKETS = frozenset(("checkout-draft", "auto-draft"))
_TRACKING = "_wc_shipment_tracking_items"
"""Where the shipment tracking extension keeps numbers (its documentation, 'Order meta')."""


class WooCommerce(reading.Source):
    """One shop; `key` and the secret are a REST key with the right to read and write."""

    kind = "woocommerce"
    acts = frozenset((shopacts.NOTE, shopacts.CANCEL, shopacts.ADDRESS, shopacts.RESEND))

    def __init__(self, account: Account, web: Web, keys: Keys) -> None:
        super().__init__(account, web, keys)
        self._noted: dict[tuple[str, str], list[Any] | None] = {}

    def check(self) -> list[Check]:
        """Reading one order."""
        try:
            answer = self._get("orders", [("per_page", "1")])
        except ChannelError as error:
            return [Check("orders", False, error.message, error.code)]
        count = answer.headers.get("x-wp-total", "") or str(len(answer.body or ()))
        return [Check("orders", True, _("{count} orders can be read.").format(count=count))]

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """See domain.sources.OrderSource."""
        start = reading.since(cursor, self._account, self._web)
        return reading.walk(
            self._page, lambda item: instant(item["date_modified_gmt"]), self._order, start, self._web
        )

    def act(self, source_id: str, kind: str, words: Mapping[str, str]) -> None:
        """A note that the buyer is not told of (`customer_note` would mail it), another status, or another address;
        the last only while the shop itself says that nothing is sent."""
        if kind == shopacts.NOTE:
            given: dict[str, Any] = {"note": words["text"], "customer_note": False, "added_by_user": True}
            answer = self._ask("POST", f"orders/{source_id}/notes", json=given, safe=False)
        elif kind == shopacts.RESEND:
            now = self._get(f"orders/{source_id}", []).body
            answer = self._ask("POST", "orders", json=woo_again.replacement(now, words, _to(now)), safe=False)
        elif kind == shopacts.ADDRESS:
            now = self._get(f"orders/{source_id}", []).body
            if text(now, "status") not in _OPEN or _parcels(now):
                raise reading.under_way(text(now, "number", limit=79))
            given = {"shipping": _shipping(words)}
            answer = self._ask("PUT", f"orders/{source_id}", json=given, safe=False)
        else:
            now = self._get(f"orders/{source_id}", []).body
            if text(now, "status") not in (*_OPEN, "cancelled") or _parcels(now):
                # What was completed since would be cancelled without a question, goods on their way or not.
                words_ = _("Order {number} is on its way already; it cannot be cancelled any more.")
                raise Rejected("too_late", words_.format(number=text(now, "number", limit=79)))
            answer = self._ask("PUT", f"orders/{source_id}", json={"status": "cancelled"}, safe=False)
        if answer.status not in (200, 201):
            raise Rejected("refused", reading.refused(self._account, answer).message)

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """The shop lists every note; a cancelled order says so."""
        if kind == shopacts.CANCEL:
            return text(self._get(f"orders/{source_id}", []).body, "status") == "cancelled"
        if kind == shopacts.ADDRESS:
            return addresses.same(self.address(self._get(f"orders/{source_id}", []).body), words)
        if kind == shopacts.RESEND:
            return self._made(words["reference"], since)
        notes = self._get(f"orders/{source_id}/notes", [("type", "internal")]).body
        return any(
            clean(str(get(one, "note") or "")).strip() == words["text"]
            and instant(one["date_created_gmt"]) >= since - timedelta(seconds=5)
            for one in (notes if isinstance(notes, list) else [])
        )

    def address(self, answer: Any) -> dict[str, str]:
        """The shipping address; where the shop sends to the billing address, that."""
        to = _to(answer)
        names = ("street", "address_1"), ("street2", "address_2"), ("city", "city"), ("postcode", "postcode")
        more = ("province", "state"), ("country", "country"), ("phone", "phone")
        return {"name": _name(to), **{ours: text(to, theirs, limit=200) for ours, theirs in (*names, *more)}}

    def goods(self, answer: Any) -> tuple[Goods, ...]:
        """Lines whose product the shop still has."""
        return woo_again.goods(answer)

    def _made(self, reference: str, since: datetime) -> bool | None:
        """Whether an order with this reference was made since then. The API cannot look for it, so all new orders are
        read; where they are too many, nobody can tell."""
        after = (since - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S")
        query = [
            ("after", after),
            ("dates_are_gmt", "true"),
            ("orderby", "date"),
            ("order", "asc"),
            ("status", "any"),
        ]
        for page in range(1, PAGES + 1):
            found = self._get("orders", [*query, ("per_page", "100"), ("page", str(page))]).body
            items = found if isinstance(found, list) else []
            if any(woo_again.meta(one, woo_again.REFERENCE) == reference for one in items):
                return True
            if len(items) < 100:
                return False
        return None

    def _with_notes(self, item: Any) -> Any:
        """An order with its notes, where it changed within a week: each costs a question, and a first look would ask
        too many. An order whose notes cannot be read comes without them, and those that are known stay."""
        try:
            recent = instant(item["date_modified_gmt"]) >= self._web.now() - NOTED
            key = text(item, "id", limit=80), text(item, "date_modified_gmt")
        except (reading.Odd, KeyError, TypeError):
            return item
        if not recent:
            return item
        if key not in self._noted:
            answer = self._ask("GET", f"orders/{key[0]}/notes")
            self._noted[key] = answer.body if answer.status == 200 and isinstance(answer.body, list) else None
        found = self._noted[key]
        return item if found is None else {**item, "order_notes": found}

    def _page(self, since: datetime, after: str) -> Page:
        query = [
            ("modified_after", (since - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")),
            ("dates_are_gmt", "true"), ("orderby", "modified"), ("order", "asc"), ("status", "any"),
            ("per_page", str(TAKE)), ("page", after or "1"),
        ]  # fmt: skip
        items = self._get("orders", query).body
        if not isinstance(items, list):
            raise ChannelError(
                "protocol", _("The shop of account {name} gave no list.").format(name=self._account.name)
            )
        return Page([self._with_notes(one) for one in items], str(int(after or 1) + 1), len(items) == TAKE)

    def _get(self, path: str, query: list[tuple[str, str]]) -> WebAnswer:
        answer = self._ask("GET", path, query=query)
        if answer.status != 200:
            raise reading.refused(self._account, answer)
        return answer

    def _ask(
        self, method: str, path: str, *, query: Any = (), json: Any = None, safe: bool = True
    ) -> WebAnswer:
        url = f"{reading.base_url(self._account)}/wp-json/wc/v3/{path}"
        headers = reading.basic(reading.setting(self._account, "key"), self._keys.secret())
        operation = "orders" if safe else "write"
        return self._web.ask(Call(operation, method, url, query, headers, json=json, safe=safe, limit=LIMIT))

    def _order(self, item: Any) -> Order | None:
        if text(item, "status") in _BASKETS:
            return None
        states = States()
        fulfilment = states.read("status", item["status"], _FULFILMENT, "on_hold")
        payment = states.read("status", item["status"], _PAYMENT, "verifying")
        refunds = tuple(
            Refund(abs(amount(one["total"])), None, text(one, "reason", limit=300))
            for one in listed(item, "refunds")
        )
        total, back = amount(item["total"]), sum((r.amount for r in refunds), Decimal(0))
        if payment == "failed" and get(item, "date_paid_gmt"):
            payment = "paid"
        if payment == "paid" and back:
            payment = "refunded" if back >= total else "part_refunded"
        billing, shipping, to = item.get("billing") or {}, item.get("shipping") or {}, _to(item)
        number = text(item, "number", limit=79) or text(item, "id", limit=79)
        buyer = text(item, "customer_id", limit=80)
        if replaced := woo_again.meta(item, woo_again.REPLACES):
            states.raw["replaces"] = replaced
        return Order(
            source=self.kind,
            number=f"#{number}",
            email=text(billing, "email", limit=254),
            customer_name=_name(billing) or _name(shipping),
            currency=reading.currency(item["currency"]),
            total=total,
            placed_at=instant(item["date_created_gmt"]),
            payment=payment,
            fulfilment=fulfilment,
            after_sale="refund" if refunds or payment == "refunded" else "none",
            country=reading.country(to.get("country")),
            city=text(to, "city", limit=200),
            address=joined(
                text(to, "company"), text(to, "address_1"), text(to, "address_2"),
                joined(text(to, "postcode"), text(to, "city"), text(to, "state"), by=" "), text(to, "country"),
            ),
            note=text(item, "customer_note"),
            items=tuple(_item(line) for line in listed(item, "line_items")),
            shipments=_parcels(item),
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "id", limit=80),
            buyer_id="" if buyer == "0" else buyer,
            changed_at=instant(item["date_modified_gmt"]),
            refunds=refunds,
            notes=tuple(_note(one) for one in listed(item, "order_notes") if _by_people(one)),
            untold=frozenset() if "order_notes" in item else frozenset({"notes"}),
            payload=reading.payload(item),
        )  # fmt: skip


def _by_people(note: Any) -> bool:
    """Not what the shop writes about itself, such as a change of status."""
    return text(note, "author").casefold() not in ("", "system", "woocommerce")


def _note(one: Any) -> OrderNote:
    return OrderNote(
        text(one, "id", limit=80), clean(str(get(one, "note") or ""))[:2000].strip(), text(one, "author", limit=120),
        reading.maybe_instant(get(one, "date_created_gmt")), bool(get(one, "customer_note")),
    )  # fmt: skip


def _to(item: Any) -> Any:
    """The address that an order goes to."""
    shipping = get(item, "shipping")
    return shipping if text(shipping, "address_1") or text(shipping, "city") else get(item, "billing") or {}


def _shipping(words: Mapping[str, str]) -> dict[str, str]:
    """An address as the API takes it (Orders, 'Order - Shipping properties'); the company stays as it is. A phone that
    is empty is left out: older shops know none here."""
    first, _space, last = words["name"].rpartition(" ")
    made = {
        "first_name": first or last, "last_name": last if first else "", "address_1": words["street"],
        "address_2": words["street2"], "city": words["city"], "state": words["province"],
        "postcode": words["postcode"], "country": words["country"],
    }  # fmt: skip
    return made | ({"phone": words["phone"]} if words["phone"] else {})


def _name(address: Any) -> str:
    return joined(text(address, "first_name"), text(address, "last_name"), by=" ")[:200]


def _item(line: Any) -> OrderItem:
    count = int(line["quantity"])
    price = amount(line["total"]) + amount(get(line, "total_tax") or 0)
    options = [
        f"{text(one, 'display_key')}: {text(one, 'display_value')}"
        for one in listed(line, "meta_data")
        if text(one, "display_key")
        and not text(one, "display_key").startswith("_")
        and text(one, "display_value")
    ]
    return OrderItem(
        text(line, "name", limit=300),
        text(line, "sku", limit=100),
        count,
        (price / count).quantize(Decimal("0.01")) if count else None,
        joined(*options)[:200],
    )


def _parcels(item: Any) -> tuple[Shipment, ...]:
    """Numbers that the tracking extension keeps; WooCommerce itself has none."""
    found: dict[str, Shipment] = {}
    for meta in listed(item, "meta_data"):
        if text(meta, "key") != _TRACKING:
            continue
        for one in listed(meta, "value"):
            number = text(one, "tracking_number", limit=80)
            told = text(one, "date_shipped")
            at = datetime.fromtimestamp(int(told), UTC) if told.isdecimal() and len(told) < 12 else None
            if number:
                carrier = text(one, "tracking_provider", limit=80) or text(
                    one, "custom_tracking_provider", limit=80
                )
                made = reading.parcel(number, carrier, shipped=at)
                found.setdefault(made.number, made)
    return tuple(found.values())
