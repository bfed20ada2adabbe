"""Orders of a Shopify shop through its GraphQL Admin API.

Source: shopify.dev/docs/api/admin-graphql (QueryRoot.orders, Order, OrderDisplayFinancialStatus,
OrderDisplayFulfillmentStatus, ReturnStatus; the mutations orderUpdate and orderCancel, MailingAddressInput, the query
job) and shopify.dev/docs/api/usage/limits for the cost of queries. Without the scope read_all_orders the shop shows
the last 60 days; acts need write_orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from csdesk.domain import addresses, shopacts
from csdesk.domain.orders import Dispute, Order, OrderItem, Refund, Return, Shipment
from csdesk.domain.ports import ChannelError, Check, MaybeSent, Rejected
from csdesk.domain.sources import Call, Limit, OrderBatch
from csdesk.i18n import _
from csdesk.orders.shops import reading
from csdesk.orders.shops.reading import Page, States, amount, get, instant, joined, listed, text
from csdesk.text import clean

VERSION = "2026-07"
TAKE = 10
"""Orders a page: with all that hangs on them, a query may cost 1,000 points."""
LIMIT = Limit(per_second=2, burst=4)
PATIENCE = 8
_PAYMENT = {
    "PENDING": "pending", "AUTHORIZED": "authorized", "PARTIALLY_PAID": "pending", "PAID": "paid",
    "PARTIALLY_REFUNDED": "part_refunded", "REFUNDED": "refunded", "VOIDED": "failed", "EXPIRED": "failed",
}  # fmt: skip
_FULFILMENT = {
    "UNFULFILLED": "unshipped", "OPEN": "unshipped", "IN_PROGRESS": "unshipped", "PENDING_FULFILLMENT": "unshipped",
    "REQUEST_DECLINED": "unshipped", "SCHEDULED": "on_hold", "ON_HOLD": "on_hold", "PARTIALLY_FULFILLED": "partial",
    "FULFILLED": "shipped", "RESTOCKED": "cancelled",
}  # fmt: skip
_RETURN = {
    "OPEN": "open",
    "REQUESTED": "open",
    "CLOSED": "closed",
    "CANCELED": "closed",
    "DECLINED": "closed",
}
_DISPUTE = {
    "NEEDS_RESPONSE": "open", "UNDER_REVIEW": "open", "WARNING_NEEDS_RESPONSE": "open", "WON": "closed",
    "WARNING_UNDER_REVIEW": "open", "LOST": "closed", "ACCEPTED": "closed", "CHARGE_REFUNDED": "closed",
    "PREVENTED": "closed", "WARNING_CLOSED": "closed",
}  # fmt: skip
_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_ORDERS = f"""query($take: Int!, $after: String, $query: String!) {{
  orders(first: $take, after: $after, query: $query, sortKey: UPDATED_AT) {{
  pageInfo {{ hasNextPage endCursor }} nodes {{
    id legacyResourceId name createdAt updatedAt processedAt cancelledAt note tags email
    displayFinancialStatus displayFulfillmentStatus totalPriceSet {_MONEY}
    customer {{ id legacyResourceId displayName }}
    shippingAddress {{ name firstName lastName company address1 address2 city province provinceCode zip country
      countryCodeV2 phone }}
    lineItems(first: 25) {{ nodes {{ title variantTitle sku quantity originalUnitPriceSet {_MONEY} }} }}
    fulfillments(first: 5) {{ id status displayStatus createdAt trackingInfo(first: 3) {{ company number }} }}
    refunds(first: 5) {{ id createdAt note totalRefundedSet {_MONEY} }}
    returns(first: 5) {{ nodes {{ id name status }} }}
    disputes {{ id status initiatedAs }}
  }} }} }}"""


_ORDER = """query($id: ID!) { order(id: $id) { id name note cancelledAt displayFulfillmentStatus
  shippingAddress { name firstName lastName company address1 address2 city province provinceCode zip countryCodeV2
    phone }
  fulfillments(first: 5) { id status } } }"""
_UPDATE = """mutation($input: OrderInput!) { orderUpdate(input: $input) {
  order { id } userErrors { field message } } }"""
_CANCEL = """mutation($id: ID!, $note: String) { orderCancel(orderId: $id, reason: OTHER, restock: true,
  notifyCustomer: false, refundMethod: { originalPaymentMethodsRefund: false }, staffNote: $note) {
  job { id done } orderCancelUserErrors { field message code } } }"""
_JOB = "query($id: ID!) { job(id: $id) { id done } }"
STAFF_NOTE = 255
_WAITING = frozenset(("UNFULFILLED", "SCHEDULED", "ON_HOLD", "OPEN"))
"""Nobody packs it yet."""


class Shopify(reading.Source):
    """One shop; the secret is the Admin API access token of an app of the shop's own."""

    kind = "shopify"
    acts = frozenset((shopacts.NOTE, shopacts.CANCEL, shopacts.ADDRESS))

    def check(self) -> list[Check]:
        """The shop's name, then one order."""
        done: list[Check] = []
        try:
            shop = text(self._graphql("query { shop { name } }", {}), "shop", "name", limit=80)
            done.append(Check("sign in", True, _("The shop {name} takes our keys.").format(name=shop)))
            self._graphql(_ORDERS, {"take": 1, "after": None, "query": ""})
            done.append(Check("orders", True, _("Orders can be read.")))
        except ChannelError as error:
            done.append(Check("orders" if done else "sign in", False, error.message, error.code))
        return done

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """See domain.sources.OrderSource."""
        start = reading.since(cursor, self._account, self._web)
        return reading.walk(
            self._page, lambda item: instant(item["updatedAt"]), self._order, start, self._web
        )

    def act(self, source_id: str, kind: str, words: Mapping[str, str]) -> None:
        """A line more in the order's note, which only staff see; a cancellation without a refund and without a mail
        to the buyer; another address."""
        if kind == shopacts.CANCEL:
            self._cancel(source_id, words.get("reason", "")[:STAFF_NOTE])
            return
        now = get(self._graphql(_ORDER, {"id": source_id}), "order")
        if kind == shopacts.NOTE:
            old = str(get(now, "note") or "").rstrip()
            given: dict[str, Any] = {"note": f"{old}\n{words['text']}".lstrip()}
        else:
            gone = any(text(one, "status") != "CANCELLED" for one in listed(now, "fulfillments"))
            if gone or text(now, "displayFulfillmentStatus") not in _WAITING or get(now, "cancelledAt"):
                raise reading.under_way(text(now, "name", limit=80))
            given = {"shippingAddress": _mailing(words, get(now, "shippingAddress"))}
        found = self._graphql(_UPDATE, {"input": {"id": source_id, **given}}, safe=False)
        self._refuse(listed(found, "orderUpdate", "userErrors"))

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """The order itself tells: cancelled, going to that address, or with the text in its note."""
        now = get(self._graphql(_ORDER, {"id": source_id}), "order")
        if kind == shopacts.CANCEL:
            return bool(get(now, "cancelledAt"))
        if kind == shopacts.ADDRESS:
            return addresses.same(self.address(now), words)
        return words["text"] in clean(str(get(now, "note") or ""))

    def address(self, answer: Any) -> dict[str, str]:
        """The shipping address; the province by its code, which is how the shop takes it back."""
        to = get(answer, "shippingAddress")
        return {ours: text(to, theirs, limit=200) for ours, theirs in _ADDRESS.items()}

    def _cancel(self, source_id: str, note: str) -> None:
        """The shop cancels later, in a job of its own."""
        found = get(self._graphql(_CANCEL, {"id": source_id, "note": note}, safe=False), "orderCancel")
        self._refuse(listed(found, "orderCancelUserErrors"))
        job = get(found, "job")
        try:
            for _try in range(PATIENCE):
                if get(job, "done"):
                    break
                self._web.rest("job", 1.0)
                job = get(self._graphql(_JOB, {"id": text(job, "id", limit=200)}), "job")
            done = bool(get(self._graphql(_ORDER, {"id": source_id}), "order", "cancelledAt"))
        except ChannelError as error:
            raise MaybeSent(error.code, error.message) from error
        if not done:
            raise MaybeSent("slow", _("The shop is still at work on the cancellation."))

    def _refuse(self, errors: list[Any]) -> None:
        if errors:
            words = reading.joined(*(text(one, "message", limit=200) for one in errors), by=" ")
            raise Rejected("refused", words[:300])

    def _page(self, since: datetime, after: str) -> Page:
        query = f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'"
        found = self._graphql(_ORDERS, {"take": TAKE, "after": after or None, "query": query})
        told = get(found, "orders", "pageInfo") or {}
        return Page(listed(found, "orders", "nodes"), text(told, "endCursor"), bool(told.get("hasNextPage")))

    def _graphql(self, query: str, variables: dict[str, Any], *, safe: bool = True) -> Any:
        """The `data` of an answer. A query that cost too much for now is asked again when the shop says so."""
        version = self._account.settings.get("api_version", "") or VERSION
        url = f"{reading.base_url(self._account)}/admin/api/{version}/graphql.json"
        headers = {"X-Shopify-Access-Token": self._keys.secret()}
        call = Call(
            "graphql",
            "POST",
            url,
            headers=headers,
            json={"query": query, "variables": variables},
            safe=safe,
            limit=LIMIT,
        )
        failure = ChannelError if safe else Rejected
        for _try in range(PATIENCE):
            answer = self._web.ask(call)
            if answer.status != 200:
                error = reading.refused(self._account, answer)
                raise failure(error.code, error.message)
            codes = {text(one, "extensions", "code") for one in listed(answer.body, "errors")}
            if "THROTTLED" not in codes:
                break
            self._web.rest("graphql", _seconds(get(answer.body, "extensions", "cost")))
        if listed(answer.body, "errors") or get(answer.body, "data") is None:
            words = text(answer.body, "errors", 0, "message", limit=200) or answer.said[:160]
            sentence = _("The shop of account {name} refused this: {words}").format(
                name=self._account.name, words=words
            )
            kind = reading.failure(answer.body, safe=safe)
            raise kind("permission" if "ACCESS_DENIED" in codes else "protocol", sentence)
        return answer.body["data"]

    def _order(self, item: Any) -> Order | None:
        states = States()
        payment = states.read("financial", item["displayFinancialStatus"], _PAYMENT, "verifying")
        fulfilment = states.read("fulfilment", item["displayFulfillmentStatus"], _FULFILMENT, "on_hold")
        total, currency = _money(item["totalPriceSet"], "presentmentMoney")
        own, shop = _money(item["totalPriceSet"], "shopMoney")
        refunds = tuple(
            Refund(_money(one["totalRefundedSet"], "presentmentMoney")[0], reading.maybe_instant(get(one, "createdAt")),
                   text(one, "note", limit=300))
            for one in listed(item, "refunds")
        )  # fmt: skip
        returns = tuple(
            Return(text(one, "id", limit=80), states.read("return", get(one, "status"), _RETURN, "open"),
                   text(one, "status", limit=80), text(one, "name", limit=80))
            for one in listed(item, "returns", "nodes")
        )  # fmt: skip
        disputes = tuple(_dispute(one, states) for one in listed(item, "disputes"))
        address, customer = item.get("shippingAddress") or {}, item.get("customer") or {}
        return Order(
            source=self.kind,
            number=text(item, "name", limit=80),
            email=text(item, "email", limit=254),
            customer_name=text(customer, "displayName", limit=200) or text(address, "name", limit=200),
            currency=currency,
            total=total,
            placed_at=instant(item.get("processedAt") or item["createdAt"]),
            payment=payment,
            fulfilment="cancelled" if get(item, "cancelledAt") else fulfilment,
            after_sale=_after_sale(disputes, returns, bool(refunds)),
            country=reading.country(address.get("countryCodeV2")),
            city=text(address, "city", limit=200),
            address=joined(
                text(address, "company"), text(address, "address1"), text(address, "address2"),
                joined(text(address, "zip"), text(address, "city"), text(address, "province"), by=" "),
                text(address, "country"),
            ),
            note=text(item, "note"),
            items=tuple(_item(line) for line in listed(item, "lineItems", "nodes")),
            shipments=_parcels(item),
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "id", limit=120),
            buyer_id=text(customer, "legacyResourceId", limit=80),
            changed_at=instant(item["updatedAt"]),
            shop_currency=shop,
            shop_total=own,
            refunds=refunds,
            returns=returns,
            disputes=disputes,
            tags=tuple(filter(None, (text({"t": tag}, "t", limit=60) for tag in listed(item, "tags")))),
            payload=reading.payload(item),
        )  # fmt: skip


_ADDRESS = {
    "name": "name", "street": "address1", "street2": "address2", "city": "city", "postcode": "zip",
    "province": "provinceCode", "country": "countryCodeV2", "phone": "phone",
}  # fmt: skip


def _mailing(words: Mapping[str, str], old: Any) -> dict[str, str]:
    """MailingAddressInput. It overwrites the address as a whole, so the company goes along; a name that did not change
    keeps its two halves."""
    first, _space, last = words["name"].rpartition(" ")
    if words["name"] == text(old, "name"):
        first, last = text(old, "firstName"), text(old, "lastName")
    made = {
        "firstName": first, "lastName": last, "company": text(old, "company"), "address1": words["street"],
        "address2": words["street2"], "city": words["city"], "zip": words["postcode"],
        "provinceCode": words["province"], "countryCode": words["country"], "phone": words["phone"],
    }  # fmt: skip
    return {part: said for part, said in made.items() if said or part in ("address2", "company")}


def _seconds(cost: Any) -> float:
    """Until a query of this cost may be asked again (usage/limits: the bucket refills at restoreRate a second)."""
    wanted, left = get(cost, "requestedQueryCost"), get(cost, "throttleStatus", "currentlyAvailable")
    rate = get(cost, "throttleStatus", "restoreRate")
    if not all(isinstance(one, int | float) for one in (wanted, left, rate)) or not rate:
        return 2.0
    return max((float(wanted) - float(left)) / float(rate), 0.1)


def _money(node: Any, which: str) -> tuple[Any, str]:
    return amount(node[which]["amount"]), reading.currency(node[which]["currencyCode"])


def _item(line: Any) -> OrderItem:
    variant = text(line, "variantTitle", limit=200)
    return OrderItem(
        text(line, "title", limit=300),
        text(line, "sku", limit=100),
        int(line["quantity"]),
        _money(line["originalUnitPriceSet"], "presentmentMoney")[0],
        "" if variant == "Default Title" else variant,
    )


def _dispute(one: Any, states: States) -> Dispute:
    kind = "chargeback" if text(one, "initiatedAs") == "CHARGEBACK" else "dispute"
    status = states.read("dispute", get(one, "status"), _DISPUTE, "open")
    return Dispute(text(one, "id", limit=120), kind, status, text(one, "status", limit=80))


def _after_sale(disputes: tuple[Dispute, ...], returns: tuple[Return, ...], refunded: bool) -> str:
    """The word that presses most."""
    for one in disputes:
        if one.status == "open":
            return one.kind
    if any(one.status == "open" for one in returns):
        return "return"
    return "refund" if refunded else "none"


def _parcels(item: Any) -> tuple[Shipment, ...]:
    found: dict[str, Shipment] = {}
    for one in listed(item, "fulfillments"):
        if text(one, "status") == "CANCELLED":
            continue
        said = text(one, "displayStatus", limit=80)
        for track in listed(one, "trackingInfo"):
            if number := text(track, "number", limit=80):
                made = reading.parcel(
                    number, text(track, "company", limit=80), shipped=reading.maybe_instant(get(one, "createdAt")),
                    delivered=said == "DELIVERED", said=said,
                )  # fmt: skip
                found.setdefault(made.number, made)
    return tuple(found.values())
