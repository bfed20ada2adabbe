"""Orders of a Vendure shop through its Admin API.

Sources: docs.vendure.io, reference/graphql-api/admin (Order, OrderListOptions, addNoteToOrder, cancelOrder), and
guides/core-concepts/orders for the states. Amounts are whole hundredths in every currency (DefaultMoneyStrategy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from csdesk.domain import addresses, shopacts
from csdesk.domain.orders import Order, OrderItem, OrderNote, Refund, Shipment
from csdesk.domain.ports import ChannelError, Check, Rejected
from csdesk.domain.shopacts import Goods
from csdesk.domain.sources import Call, Limit, OrderBatch, Renewed
from csdesk.i18n import _
from csdesk.orders.shops import reading, vendure_acts, vendure_again
from csdesk.orders.shops.reading import Page, States, get, instant, joined, listed, text

TAKE = 50
LIMIT = Limit(per_second=10, burst=20)
_PAID = {"Settled": "paid", "Authorized": "authorized", "Declined": "failed", "Error": "failed",
         "Cancelled": "failed", "Created": "pending"}  # fmt: skip
_FULFILMENT = {
    "AddingItems": "unshipped", "ArrangingPayment": "unshipped", "Draft": "unshipped", "Created": "unshipped",
    "PaymentAuthorized": "unshipped", "PaymentSettled": "unshipped", "PartiallyShipped": "partial",
    "Shipped": "shipped", "PartiallyDelivered": "partial", "Delivered": "delivered", "Cancelled": "cancelled",
    "Modifying": "on_hold", "ArrangingAdditionalPayment": "on_hold",
}  # fmt: skip
_ORDERS = """query($options: OrderListOptions) { orders(options: $options) { totalItems items {
  id code state active createdAt updatedAt orderPlacedAt currencyCode totalWithTax couponCodes
  customer { id firstName lastName emailAddress }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode country countryCode phoneNumber }
  lines { id quantity proratedUnitPriceWithTax productVariant { sku name options { name group { name } } } }
  payments { id state method amount refunds { id state total reason createdAt } }
  fulfillments { id state method trackingCode createdAt updatedAt }
  history(options: { take: 50, sort: { createdAt: DESC }, filter: { type: { eq: "ORDER_NOTE" } } }) {
    items { id type createdAt isPublic data administrator { firstName lastName } } }
} } }"""
_LOGIN = """mutation($user: String!, $password: String!) { login(username: $user, password: $password) {
  __typename ... on CurrentUser { id } ... on ErrorResult { message } } }"""
_NOTE = "mutation($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"
_NOTES = """query($id: ID!) { order(id: $id) { id
  history(options: { take: 100, sort: { createdAt: DESC }, filter: { type: { eq: "ORDER_NOTE" } } }) {
    items { createdAt data } } } }"""
_CANCEL = """mutation($input: CancelOrderInput!) { cancelOrder(input: $input) {
  __typename ... on Order { id state } ... on ErrorResult { errorCode message } } }"""
_STATE = "query($id: ID!) { order(id: $id) { id state } }"


class Vendure(reading.Source):
    """One shop. With the setting `user` it signs in with a password; without it the secret is an API token."""

    kind = "vendure"
    acts = frozenset((shopacts.NOTE, shopacts.CANCEL, shopacts.ADDRESS, shopacts.RESEND))

    def check(self) -> list[Check]:
        """Signing in, then reading one order."""
        done: list[Check] = []
        try:
            self._token("")
            done.append(Check("sign in", True, _("The shop takes our keys.")))
            found = self._graphql(_ORDERS, {"options": {"take": 1}}, "orders")
            count = text(found, "orders", "totalItems") or "0"
            done.append(Check("orders", True, _("{count} orders can be read.").format(count=count)))
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
        """A note that only the shop's own people see, a whole cancellation, or another address."""
        if kind == shopacts.NOTE:
            given = {"id": source_id, "note": words["text"], "isPublic": False}
            self._graphql(_NOTE, {"input": given}, "note", safe=False)
            return
        if kind == shopacts.ADDRESS:
            vendure_acts.readdress(self._graphql, source_id, words)
            return
        if kind == shopacts.RESEND:
            vendure_again.resend(self._graphql, source_id, words, self._coupon())
            return
        given = {"orderId": source_id, "reason": words.get("reason", ""), "cancelShipping": True}
        found = self._graphql(_CANCEL, {"input": given}, "cancel", safe=False)
        if text(found, "cancelOrder", "errorCode"):
            raise Rejected("refused", text(found, "cancelOrder", "message", limit=300))

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """The shop's history has every note; a cancelled order says so."""
        if kind == shopacts.CANCEL:
            return text(self._graphql(_STATE, {"id": source_id}, "orders"), "order", "state") == "Cancelled"
        if kind == shopacts.ADDRESS:
            now = vendure_acts.state(self._graphql, source_id)
            return text(now, "state") != "Modifying" and addresses.same(self.address(now), words)
        if kind == shopacts.RESEND:
            return vendure_again.placed(self._graphql, source_id, words["reference"])
        found = self._graphql(_NOTES, {"id": source_id}, "orders")
        return any(
            get(item, "data", "note") == words["text"]
            and instant(item["createdAt"]) >= since - timedelta(seconds=5)
            for item in listed(found, "order", "history", "items")
        )

    def address(self, answer: Any) -> dict[str, str]:
        """The shipping address."""
        to = get(answer, "shippingAddress")
        return {ours: text(to, theirs, limit=200) for ours, theirs in vendure_acts.ADDRESS.items()}

    def goods(self, answer: Any) -> tuple[Goods, ...]:
        """All lines, once a coupon is named that makes an order free."""
        self._coupon()
        return tuple(
            Goods(text(one, "id", limit=40), text(one, "productVariant", "name", limit=200), int(one["quantity"]),
                  text(one, "productVariant", "sku", limit=100))
            for one in listed(answer, "lines") if get(one, "quantity")
        )  # fmt: skip

    def _coupon(self) -> str:
        """The shop has no other way to an order over nothing: a draft cannot be given prices."""
        if code := self._account.settings.get("replacement_coupon", "").strip():
            return code
        words = _(
            "Make a promotion in the shop that takes off 100 % and the shipping with a coupon, then name the coupon: "
            "csdesk account set {name} replacement_coupon=..."
        )
        raise Rejected("not_configured", words.format(name=self._account.name))

    def _page(self, since: datetime, after: str) -> Page:
        # `after` of the shop's filter is exclusive, and instants there have whole milliseconds.
        options = {
            "take": TAKE,
            "skip": int(after or 0),
            "sort": {"updatedAt": "ASC", "id": "ASC"},
            "filter": {"updatedAt": {"after": (since - timedelta(milliseconds=1)).isoformat()}},
        }
        found = self._graphql(_ORDERS, {"options": options}, "orders")
        items = listed(found, "orders", "items")
        return Page(items, str(int(after or 0) + TAKE), len(items) == TAKE)

    def _graphql(self, query: str, variables: dict[str, Any], operation: str, *, safe: bool = True) -> Any:
        """The `data` of an answer. A session that ended in between is made anew once."""
        token = self._token("")
        found = self._ask(query, variables, operation, token, safe)
        if found is None:
            found = self._ask(query, variables, operation, self._token(token), safe)
        if found is None:
            words = _(
                "The user of account {name} may not do this in the shop. Give it the rights to read and change orders."
            )
            raise (ChannelError if safe else Rejected)("permission", words.format(name=self._account.name))
        return found

    def _ask(self, query: str, variables: dict[str, Any], operation: str, token: str, safe: bool) -> Any:
        """None where the shop says that we are nobody."""
        headers = {"Authorization": f"Bearer {token}"}
        if channel := self._account.settings.get("channel", ""):
            headers["vendure-token"] = channel
        body = {"query": query, "variables": variables}
        url = f"{reading.base_url(self._account)}/admin-api"
        answer = self._web.ask(
            Call(operation, "POST", url, headers=headers, json=body, safe=safe, limit=LIMIT)
        )
        codes = {text(error, "extensions", "code") for error in listed(answer.body, "errors")}
        if answer.status in (401, 403) or codes & {"FORBIDDEN", "UNAUTHORIZED"}:
            return None
        if codes or listed(answer.body, "errors") or get(answer.body, "data") is None:
            words = text(answer.body, "errors", 0, "message", limit=200) or answer.said[:160]
            sentence = _("The shop of account {name} refused this: {words}").format(
                name=self._account.name, words=words
            )
            raise reading.failure(answer.body, safe=safe)("protocol", sentence)
        return answer.body["data"]

    def _token(self, refused: str) -> str:
        if not self._account.settings.get("user"):
            token = self._keys.secret()
            if token == refused:
                words = _(
                    "The shop of account {name} does not take its token any more. Make a new one there."
                )
                raise ChannelError("wrong_password", words.format(name=self._account.name))
            return token
        return self._keys.token(self._sign_in, refused=refused)

    def _sign_in(self, _refresh: str) -> Renewed:
        url = f"{reading.base_url(self._account)}/admin-api"
        who = {"user": self._account.settings["user"], "password": self._keys.secret()}
        call = Call("sign in", "POST", url, json={"query": _LOGIN, "variables": who}, limit=Limit(0.2, 5))
        answer = self._web.ask(call)
        token = answer.headers.get("vendure-auth-token", "")
        if get(answer.body, "data") is None:
            raise reading.refused(self._account, answer)
        if not token or text(answer.body, "data", "login", "message"):
            words = _("The shop of account {name} refused the sign-in: {words}")
            said = text(answer.body, "data", "login", "message", limit=200) or answer.said[:160]
            raise ChannelError("wrong_password", words.format(name=self._account.name, words=said))
        return Renewed(token, seconds=86400.0)

    def _order(self, item: Any) -> Order | None:
        if not item.get("orderPlacedAt"):
            return None  # a basket
        states = States()
        fulfilment = states.read("state", item["state"], _FULFILMENT, "on_hold")
        refunds = _refunds(item)
        address = item.get("shippingAddress") or {}
        place = joined(text(address, "postalCode"), text(address, "city"), text(address, "province"), by=" ")
        customer = item.get("customer") or {}
        name = joined(text(customer, "firstName"), text(customer, "lastName"), by=" ")
        notes = tuple(_note(note) for note in listed(item, "history", "items"))
        if replaced := vendure_again.replaced(notes):
            states.raw["replaces"] = replaced
        return Order(
            source=self.kind,
            number=text(item, "code", limit=80),
            email=text(customer, "emailAddress", limit=254),
            customer_name=(name or text(address, "fullName"))[:200],
            currency=reading.currency(item["currencyCode"]),
            total=_money(item["totalWithTax"]),
            placed_at=instant(item["orderPlacedAt"]),
            payment=_payment(item, states, sum((r.amount for r in refunds), Decimal(0))),
            fulfilment=fulfilment,
            after_sale="refund" if refunds else "none",
            country=reading.country(address.get("countryCode")),
            city=text(address, "city", limit=200),
            address=joined(
                text(address, "company"), text(address, "streetLine1"), text(address, "streetLine2"), place,
                text(address, "country"),
            ),
            items=tuple(_item(line) for line in listed(item, "lines") if get(line, "quantity")),
            shipments=_parcels(item, states),
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "id", limit=80),
            buyer_id=text(customer, "id", limit=80),
            changed_at=instant(item["updatedAt"]),
            refunds=refunds,
            tags=tuple(clean for code in listed(item, "couponCodes") if (clean := text({"c": code}, "c", limit=60))),
            notes=notes,
            payload=reading.payload(item),
        )  # fmt: skip


def _money(value: Any) -> Decimal:
    return (reading.amount(value) / 100).quantize(Decimal("0.01"))


def _item(line: Any) -> OrderItem:
    options = joined(
        *(f"{text(one, 'group', 'name')}: {text(one, 'name')}".removeprefix(": ") for one in
          listed(line, "productVariant", "options"))
    )  # fmt: skip
    return OrderItem(
        text(line, "productVariant", "name", limit=300),
        text(line, "productVariant", "sku", limit=100),
        int(line["quantity"]),
        _money(line["proratedUnitPriceWithTax"]),
        options[:200],
    )


def _refunds(item: Any) -> tuple[Refund, ...]:
    return tuple(
        Refund(
            _money(one["total"]), reading.maybe_instant(get(one, "createdAt")), text(one, "reason", limit=300)
        )
        for payment in listed(item, "payments")
        for one in listed(payment, "refunds")
        if text(one, "state") != "Failed"
    )


def _payment(item: Any, states: States, refunded: Decimal) -> str:
    """Many payments, one word: what was settled against the total, less what went back."""
    total = _money(item["totalWithTax"])
    settled, words = Decimal(0), set()
    for number, one in enumerate(listed(item, "payments"), 1):
        word = states.read(f"payment {number}", get(one, "state"), _PAID, "verifying")
        words.add(word)
        settled += _money(one["amount"]) if word == "paid" else 0
    if settled and refunded:
        return "refunded" if refunded >= settled else "part_refunded"
    if settled >= total:
        return "paid"
    if "authorized" in words:
        return "authorized"
    if words == {"failed"}:
        return "failed"
    return "verifying" if "verifying" in words else "pending"


def _parcels(item: Any, states: States) -> tuple[Shipment, ...]:
    found: dict[str, Shipment] = {}
    for one in listed(item, "fulfillments"):
        number, state = text(one, "trackingCode", limit=80), text(one, "state", limit=40)
        if not number or state == "Cancelled":
            continue
        gone = state in ("Shipped", "Delivered")
        at = reading.maybe_instant(get(one, "updatedAt")) if gone else None
        made = reading.parcel(
            number, text(one, "method", limit=80), shipped=at, delivered=state == "Delivered", said=state
        )
        found.setdefault(made.number, made)
    return tuple(found.values())


def _note(one: Any) -> OrderNote:
    author = joined(text(one, "administrator", "firstName"), text(one, "administrator", "lastName"), by=" ")
    return OrderNote(
        text(one, "id", limit=80), text(one, "data", "note"), author[:120],
        reading.maybe_instant(get(one, "createdAt")), bool(get(one, "isPublic")),
    )  # fmt: skip
