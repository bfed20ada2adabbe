"""Orders of an Amazon seller through the Selling Partner API, Orders 2026-01-01.

Source: amzn/selling-partner-api-models, orders_2026-01-01.json (searchOrders, getOrder) and developer-docs.amazon.com,
'Connecting to the Selling Partner API' (Login with Amazon). searchOrders may be asked once in three minutes after the
first twenty times, so what is known of paging is kept in the cursor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from csdesk.domain.orders import Order, OrderItem, Shipment
from csdesk.domain.ports import ChannelError, Check
from csdesk.domain.sources import Call, Limit, OrderBatch, Renewed, WebAnswer
from csdesk.i18n import _
from csdesk.orders.shops import reading
from csdesk.orders.shops.reading import States, amount, get, instant, joined, listed, text

SEARCH = Limit(per_second=0.0056, burst=20)
TAKE = 100
NO_CURRENCY = 3 * "X"
"""What ISO 4217 writes where no currency is meant."""
_LATE = timedelta(minutes=2)
"""lastUpdatedBefore has to lie at least two minutes back."""
_HOSTS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
_EU = frozenset(
    "A1PA6795UKMFR9 A13V1IB3VIYZZH APJ6JRA9NG5V4 A1RKKUPIHCS9HS A1F83G8C2ARO7P A1805IZSGTT6HS A2NODRKZP88ZB9 "
    "A1C3SOZRARQ6R3 AMEN7PMS3EDWL A28R8C7NBKEWEA AE08WJ6YKNBMC A2VIGQ35RCS4UG A17E79C6D8DWNP A33AVAJ2PDY3EV "
    "ARBP9OOSHTCHU A21TJRUUN4KGV".split()
)
_FAR_EAST = frozenset(("A1VC38T7YXB528", "A39IBJ37TRP1C6", "A19VAU5U5O7RUS"))
"""Marketplace ids by region (developer-docs, 'Marketplace IDs'); every other one is in North America."""
_PAYMENT = {
    "PENDING": "pending", "PENDING_AVAILABILITY": "pending", "UNSHIPPED": "paid", "PARTIALLY_SHIPPED": "paid",
    "SHIPPED": "paid", "UNFULFILLABLE": "paid", "CANCELLED": "failed",
}  # fmt: skip
_FULFILMENT = {
    "PENDING": "unshipped", "PENDING_AVAILABILITY": "on_hold", "UNSHIPPED": "unshipped",
    "PARTIALLY_SHIPPED": "partial", "SHIPPED": "shipped", "CANCELLED": "cancelled", "UNFULFILLABLE": "on_hold",
}  # fmt: skip
_GONE = frozenset(("SHIPPED", "IN_TRANSIT", "DELIVERED", "UNDELIVERABLE"))
_INCLUDED = ("BUYER", "RECIPIENT", "PROCEEDS", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX")


class Amazon(reading.OnlyRead):
    """One seller; `key` and the secret are the app's LWA credentials, beside the refresh token of the seller."""

    kind = "amazon"
    market = "Amazon"

    def check(self) -> list[Check]:
        """Signing in, then the newest orders; the search counts towards the allowance."""
        done: list[Check] = []
        try:
            self._keys.token(self._renew)
            done.append(Check("sign in", True, _("Amazon renewed our token.")))
            since = self._web.now() - timedelta(days=1)
            self._search([("lastUpdatedAfter", _stamp(since)), ("maxResultsPerPage", "1")])
            done.append(Check("orders", True, _("Orders can be read.")))
        except ChannelError as error:
            done.append(Check("orders" if done else "sign in", False, error.message, error.code))
        return done

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """See domain.sources.OrderSource. A page's token leads to the next one also after a restart; one that has
        ended begins the question anew."""
        since = reading.since(cursor, self._account, self._web)
        token = reading.resumed(cursor)
        while True:
            query = [("paginationToken", token)] if token else []
            # The same question has to go along with every token.
            query += [("lastUpdatedAfter", _stamp(since)), ("maxResultsPerPage", str(TAKE))]
            answer = self._search(query, may_end=bool(token))
            if answer is None:
                token = ""
                continue
            orders, unread = reading.read_all(listed(answer.body, "orders"), self._order)
            token = text(answer.body, "pagination", "nextToken", limit=4000)
            if token:
                yield OrderBatch(orders, json.dumps({"since": since.isoformat(), "token": token}), unread)
                continue
            until = reading.maybe_instant(get(answer.body, "lastUpdatedBefore")) or self._web.now() - _LATE
            yield OrderBatch(orders, reading.cursor_at(max(since, until)), unread)
            return

    def _base(self) -> str:
        first = reading.setting(self._account, "marketplace").partition(",")[0].strip()
        region = "eu" if first in _EU else "fe" if first in _FAR_EAST else "na"
        return reading.base_url(self._account, _HOSTS[region])

    def _search(self, query: list[tuple[str, str]], *, may_end: bool = False) -> WebAnswer | None:
        """None where a page's token has ended, if that `may_end`."""
        places = [
            one.strip() for one in reading.setting(self._account, "marketplace").split(",") if one.strip()
        ]
        query = [*query, ("marketplaceIds", ",".join(places)), ("includedData", ",".join(_INCLUDED))]
        token = self._keys.token(self._renew)
        for _try in range(2):
            headers = {"x-amz-access-token": token}
            url = f"{self._base()}/orders/2026-01-01/orders"
            answer = self._web.ask(Call("searchOrders", "GET", url, query, headers, limit=SEARCH))
            # An ended access token comes back as 403 (developer-docs, 'Authorization errors').
            if answer.status not in (401, 403):
                break
            token = self._keys.token(self._renew, refused=token)
        if answer.status == 400 and may_end:
            return None
        if answer.status != 200:
            raise reading.refused(self._account, answer)
        return answer

    def _renew(self, refresh: str) -> Renewed:
        if not refresh:
            self._keys.secret("refresh")  # says what is missing
        url = self._account.settings.get("token_url", "") or "https://api.amazon.com/auth/o2/token"
        form = {
            "grant_type": "refresh_token", "refresh_token": refresh,
            "client_id": reading.setting(self._account, "key"), "client_secret": self._keys.secret(),
        }  # fmt: skip
        return reading.renewed(self._account, self._web.ask(Call("token", "POST", url, form=form)))

    def _order(self, item: Any) -> Order | None:
        states = States()
        said = get(item, "fulfillment", "fulfillmentStatus")
        fulfilment = states.read("fulfilment", said, _FULFILMENT, "on_hold")
        payment = states.read("fulfilment", said, _PAYMENT, "verifying")
        parcels, all_there = _parcels(item)
        items = tuple(_item(line) for line in listed(item, "orderItems"))
        total, currency = _total(item)
        address = get(item, "recipient", "deliveryAddress") or {}
        wish = any(get(line, "cancellation", "cancellationRequest") for line in listed(item, "orderItems"))
        if fulfilment == "shipped" and all_there:
            fulfilment = "delivered"
        until = reading.maybe_instant(get(item, "fulfillment", "shipByWindow", "latestDateTime"))
        if until is not None:
            states.raw["ship by"] = f"{until:%Y-%m-%d %H:%M} UTC"
        return Order(
            source=self.kind,
            number=text(item, "orderId", limit=80),
            email=text(item, "buyer", "buyerEmail", limit=254),
            customer_name=text(item, "buyer", "buyerName", limit=200) or text(address, "name", limit=200),
            currency=currency,
            total=total,
            placed_at=instant(item["createdTime"]),
            payment=payment,
            fulfilment=fulfilment,
            after_sale="cancel_requested" if wish and fulfilment != "cancelled" else "none",
            country=reading.country(address.get("countryCode")),
            city=text(address, "city", limit=200),
            address=joined(
                text(address, "companyName"), text(address, "addressLine1"), text(address, "addressLine2"),
                joined(text(address, "postalCode"), text(address, "city"), text(address, "stateOrRegion"), by=" "),
                text(address, "countryCode"),
            ),
            tax_number=text(item, "tax", "taxRegistrations", 0, "taxRegistrationNumber", limit=80),
            items=items,
            shipments=parcels,
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "orderId", limit=80),
            changed_at=instant(item["lastUpdatedTime"]),
            tags=tuple(filter(None, (text({"t": one}, "t", limit=60) for one in listed(item, "programs")))),
            payload=reading.payload(item),
        )  # fmt: skip


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _total(item: Any) -> tuple[Decimal, str]:
    """The grand total; a pending order has none yet, then what its items say."""
    if told := get(item, "proceeds", "grandTotal"):
        return amount(told["amount"]), reading.currency(told["currencyCode"])
    prices = [
        (get(line, "product", "price", "unitPrice"), int(get(line, "quantityOrdered") or 0))
        for line in listed(item, "orderItems")
    ]
    known = [(one, count) for one, count in prices if one]
    if not known:
        # The marketplace's own sum comes later; until then nothing is owed that we could name.
        return Decimal(0), NO_CURRENCY
    total = sum((amount(one["amount"]) * count for one, count in known), Decimal(0))
    return total, reading.currency(known[0][0]["currencyCode"])


def _item(line: Any) -> OrderItem:
    return OrderItem(
        text(line, "product", "title", limit=300),
        text(line, "product", "sellerSku", limit=100),
        int(line["quantityOrdered"]),
        reading.maybe_amount(get(line, "product", "price", "unitPrice", "amount")),
        text(line, "product", "condition", "conditionType", limit=60).removeprefix("NEW"),
    )


def _parcels(item: Any) -> tuple[tuple[Shipment, ...], bool]:
    """The parcels with a number, and whether every package was delivered."""
    found: dict[str, Shipment] = {}
    states = [text(one, "packageStatus", "status") for one in listed(item, "packages")]
    for one in listed(item, "packages"):
        number, said = text(one, "trackingNumber", limit=80), text(one, "packageStatus", "status", limit=80)
        if not number or said == "CANCELLED":
            continue
        made = reading.parcel(
            number, text(one, "carrier", limit=80),
            shipped=reading.maybe_instant(get(one, "shipTime")) if said in _GONE else None,
            delivered=said == "DELIVERED", said=text(one, "packageStatus", "detailedStatus", limit=80) or said,
        )  # fmt: skip
        found.setdefault(made.number, made)
    live = [one for one in states if one != "CANCELLED"]
    return tuple(found.values()), bool(live) and all(one == "DELIVERED" for one in live)
