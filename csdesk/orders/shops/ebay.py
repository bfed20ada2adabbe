"""Orders of an eBay seller through the Sell Fulfillment API, with payment disputes and their dates.

Source: developer.ebay.com/api-docs/sell/fulfillment (getOrders, getPaymentDisputeSummaries, OrderFulfillmentStatus,
OrderPaymentStatusEnum) and developer.ebay.com/api-docs/static/oauth-refresh-token-request.html. getOrders does not sort
by the last change, so whole spans of time are read; a span whose count changed meanwhile is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from csdesk.domain.orders import Dispute, Order, OrderItem, Refund, Shipment
from csdesk.domain.ports import ChannelError, Check
from csdesk.domain.sources import Call, Limit, OrderBatch, Renewed, WebAnswer
from csdesk.i18n import _
from csdesk.orders.shops import reading
from csdesk.orders.shops.reading import Span, States, amount, get, instant, joined, listed, text

TAKE = 50
LIMIT = Limit(per_second=2, burst=5)
SCOPES = (
    "https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly "
    "https://api.ebay.com/oauth/api_scope/sell.payment.dispute"
)
DISPUTES = timedelta(days=90)
_PAYMENT = {
    "PENDING": "pending", "PAID": "paid", "FAILED": "failed", "PARTIALLY_REFUNDED": "part_refunded",
    "FULLY_REFUNDED": "refunded",
}  # fmt: skip
_FULFILMENT = {"NOT_STARTED": "unshipped", "IN_PROGRESS": "partial", "FULFILLED": "shipped"}
_CANCEL = {"NONE_REQUESTED": "none", "IN_PROGRESS": "cancel_requested", "CANCELED": "cancelled"}
_DISPUTE = {"OPEN": "open", "ACTION_NEEDED": "open", "CLOSED": "closed"}
_NO_NUMBER = frozenset(("9", "99", "999"))
"""What stands in the place of a tracking number where a parcel has none (fulfillmentId)."""


class EBay(reading.OnlyRead):
    """One seller; `key` and the secret are the app's client id and secret, beside the refresh token of the seller."""

    kind = "ebay"
    market = "eBay"

    def check(self) -> list[Check]:
        """Signing in, one order, the disputes."""
        done: list[Check] = []
        try:
            self._keys.token(self._renew)
            done.append(Check("sign in", True, _("eBay renewed our token.")))
            found = self._get("order", [("limit", "1")])
            count = text(found.body, "total") or "0"
            done.append(Check("orders", True, _("{count} orders can be read.").format(count=count)))
            self._disputes()
            done.append(Check("disputes", True, _("Disputes can be read.")))
        except ChannelError as error:
            step = ("sign in", "orders", "disputes")[len(done)]
            done.append(Check(step, False, error.message, error.code))
        return done

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """See domain.sources.OrderSource. Orders with a dispute of the last months come along whenever they changed,
        because a dispute that opens or closes does not count as a change of the order."""
        start = reading.since(cursor, self._account, self._web)
        disputes = self._disputes()
        seen: set[str] = set()

        def read(item: Any) -> Order | None:
            order = self._order(item)
            seen.add(order.source_id)
            mine = disputes.get(order.source_id, ())
            pressing = any(one.status == "open" for one in mine)
            return replace(order, disputes=mine, after_sale="dispute" if pressing else order.after_sale)

        last = ""
        for batch in reading.spans(self._span, read, start, self._web):
            last = batch.cursor
            yield batch
        missing = [one for one in disputes if one not in seen][:TAKE]
        if missing:
            found = self._get("order", [("orderIds", ",".join(missing))])
            orders, unread = reading.read_all(listed(found.body, "orders"), read)
            yield OrderBatch(orders, last, unread)

    def _span(self, begin: datetime, end: datetime, offset: int) -> Span:
        window = f"lastmodifieddate:[{_stamp(begin)}..{_stamp(end)}]"
        query = [("filter", window), ("limit", str(TAKE)), ("offset", str(offset))]
        found = self._get("order", query)
        return Span(listed(found.body, "orders"), int(get(found.body, "total") or 0))

    def _disputes(self) -> dict[str, tuple[Dispute, ...]]:
        """Payment disputes of the last months by order id."""
        found: dict[str, tuple[Dispute, ...]] = {}
        query = [("open_date_from", _stamp(self._web.now() - DISPUTES)), ("limit", "200")]
        answer = self._get("payment_dispute_summary", query, "https://apiz.ebay.com")
        for one in listed(answer.body, "paymentDisputeSummaries"):
            made = Dispute(
                text(one, "paymentDisputeId", limit=80), "dispute",
                _DISPUTE.get(text(one, "paymentDisputeStatus"), "open"),
                text(one, "paymentDisputeStatus", limit=80), reading.maybe_amount(get(one, "amount", "value")),
                text(one, "reason", limit=120), reading.maybe_instant(get(one, "respondByDate")),
            )  # fmt: skip
            number = text(one, "orderId", limit=80)
            found[number] = (*found.get(number, ()), made)
        return found

    def _get(self, path: str, query: list[tuple[str, str]], host: str = "https://api.ebay.com") -> WebAnswer:
        token = self._keys.token(self._renew)
        for _try in range(2):
            url = f"{reading.base_url(self._account, host)}/sell/fulfillment/v1/{path}"
            headers = {"Authorization": f"Bearer {token}"}
            answer = self._web.ask(Call(path, "GET", url, query, headers, limit=LIMIT))
            if answer.status != 401:
                break
            token = self._keys.token(self._renew, refused=token)
        if answer.status == 204:
            return answer
        if answer.status != 200:
            raise reading.refused(self._account, answer)
        return answer

    def _renew(self, refresh: str) -> Renewed:
        if not refresh:
            self._keys.secret("refresh")  # says what is missing
        url = f"{reading.base_url(self._account, 'https://api.ebay.com')}/identity/v1/oauth2/token"
        headers = reading.basic(reading.setting(self._account, "key"), self._keys.secret())
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": SCOPES}
        return reading.renewed(
            self._account, self._web.ask(Call("token", "POST", url, headers=headers, form=form))
        )

    def _order(self, item: Any) -> Order:
        states = States()
        payment = states.read("payment", get(item, "orderPaymentStatus"), _PAYMENT, "verifying")
        fulfilment = states.read("fulfilment", get(item, "orderFulfillmentStatus"), _FULFILMENT, "on_hold")
        cancel = states.read(
            "cancel", get(item, "cancelStatus", "cancelState") or "NONE_REQUESTED", _CANCEL, "none"
        )
        refunds = tuple(
            Refund(amount(one["amount"]["value"]), reading.maybe_instant(get(one, "refundDate")))
            for one in listed(item, "paymentSummary", "refunds")
            if get(one, "amount", "value") and text(one, "refundStatus") != "FAILED"
        )
        total = item["pricingSummary"]["total"]
        # What the buyer paid stands in converted...From where the site reckons in another currency.
        paid = total.get("convertedFromValue") or total["value"]
        paid_in = total.get("convertedFromCurrency") or total["currency"]
        to = get(item, "fulfillmentStartInstructions", 0, "shippingStep", "shipTo") or {}
        address = to.get("contactAddress") or {}
        buyer = get(item, "buyer", "buyerRegistrationAddress") or {}
        email = text(buyer, "email", limit=254) or text(to, "email", limit=254)
        after = "cancel_requested" if cancel == "cancel_requested" else "refund" if refunds else "none"
        return Order(
            source=self.kind,
            number=text(item, "orderId", limit=80),
            email=email if "@" in email else "",
            customer_name=text(buyer, "fullName", limit=200) or text(to, "fullName", limit=200),
            currency=reading.currency(paid_in),
            total=amount(paid),
            placed_at=instant(item["creationDate"]),
            payment=payment,
            fulfilment="cancelled" if cancel == "cancelled" else fulfilment,
            after_sale=after,
            country=reading.country(address.get("countryCode")),
            city=text(address, "city", limit=200),
            address=joined(
                text(address, "addressLine1"), text(address, "addressLine2"),
                joined(text(address, "postalCode"), text(address, "city"), text(address, "stateOrProvince"), by=" "),
                text(address, "countryCode"),
            ),
            note=text(item, "buyerCheckoutNotes"),
            items=tuple(_item(line) for line in listed(item, "lineItems")),
            shipments=_parcels(item),
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "orderId", limit=80),
            buyer_id=text(item, "buyer", "username", limit=80),
            changed_at=instant(item["lastModifiedDate"]),
            shop_currency=reading.currency(total["currency"]) if paid_in != total["currency"] else "",
            shop_total=amount(total["value"]) if paid_in != total["currency"] else None,
            refunds=refunds,
            payload=reading.payload(item),
        )  # fmt: skip


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _item(line: Any) -> OrderItem:
    count = int(line["quantity"])
    cost = reading.maybe_amount(get(line, "lineItemCost", "value"))
    options = joined(
        *(f"{text(one, 'name')}: {text(one, 'value')}" for one in listed(line, "variationAspects"))
    )
    return OrderItem(
        text(line, "title", limit=300),
        text(line, "sku", limit=100),
        count,
        None if cost is None or not count else (cost / count).quantize(amount("0.01")),
        options[:200],
    )


def _parcels(item: Any) -> tuple[Shipment, ...]:
    """The last part of a fulfilment's address is its tracking number (Order.fulfillmentHrefs)."""
    found: dict[str, Shipment] = {}
    for href in listed(item, "fulfillmentHrefs"):
        number = text({"h": href}, "h").rstrip("/").rpartition("/")[2][:80]
        if number and number not in _NO_NUMBER:
            made = reading.parcel(number)
            found.setdefault(made.number, made)
    return tuple(found.values())
