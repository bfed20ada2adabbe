"""Shops by the answers that their documentation shows, over a real connection. A failure here reads an order as what it
is not, skips one, or asks for what the platform does not have.

Vendors' pages: shopify.dev/docs/api/admin-graphql/latest/queries/orders and /docs/api/usage/limits;
developer-docs.amazon.com (Orders API 2026-01-01, searchOrders); developer.ebay.com/api-docs/sell/fulfillment/resources
(order: getOrders, payment_dispute: getPaymentDisputeSummaries); openservice.aliexpress.com (signature algorithm,
aliexpress.trade.seller.orderlist.get)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from csdesk.channels.shop_keys import ShopKeys
from csdesk.channels.web import Bucket, WebClient
from csdesk.clock import FixedClock
from csdesk.domain.orders import Order, respond_by
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, MaybeSent, Rejected
from csdesk.domain.sources import OrderBatch, OrderSource
from csdesk.orders.shops import open_source
from csdesk.orders.shops.aliexpress import sign
from csdesk.secrets import Secrets
from tests.servers.shop import Asked, Said, Shop, ShopServer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Bench:
    """A source of one kind against a server; `tokens` are access tokens that were given out."""

    def __init__(self, stack: ExitStack, folder: Path, kind: str, shop: Shop, **settings: str) -> None:
        self.tokens: list[str] = []
        self.server = stack.enter_context(ShopServer(lambda asked: self._serve(asked, shop)))
        given = {"url": self.server.url, "token_url": f"{self.server.url}/token", "key": "client", **settings}
        account = Account(
            7, kind, kind, "", settings={**given, "password_env": "SECRET", "refresh_env": "REFRESH"}
        )
        self.web = WebClient(f"{kind}{folder}", account.settings, FixedClock(NOW), sleep=self._slept)
        stack.callback(self.web.close)
        keys = ShopKeys(account, Secrets(folder, use_keyring=False), FixedClock(NOW))
        self.source: OrderSource = open_source(account, self.web, keys)
        self.slept: list[float] = []

    def _slept(self, seconds: float) -> None:
        self.slept.append(seconds)

    def _serve(self, asked: Asked, shop: Shop) -> Said | Any:
        self.server.date = "Fri, 20 Nov 2026 12:00:00 GMT"
        if asked.path.endswith(("/token", "/token/refresh")):
            assert asked.body["refresh_token"] == ("r0" if not self.tokens else f"r{len(self.tokens)}")
            self.tokens.append(f"a{len(self.tokens) + 1}")
            return {
                "access_token": self.tokens[-1],
                "refresh_token": f"r{len(self.tokens)}",
                "expires_in": 3600,
            }
        return shop(asked)

    def all(self, cursor: str = "") -> tuple[list[Order], list[OrderBatch]]:
        """Every order, and the batches."""
        batches = list(self.source.fetch(cursor))
        return [order for batch in batches for order in batch.orders], batches


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitStack]:
    monkeypatch.setattr(Bucket, "take", lambda _self: 0.0)  # published limits are slow; test_web.py has them
    monkeypatch.setenv("SECRET", "s3cret")
    monkeypatch.setenv("REFRESH", "r0")
    with ExitStack() as made:
        yield made


def _both(amount: str, currency: str, own: str) -> dict[str, Any]:
    return {
        "presentmentMoney": {"amount": amount, "currencyCode": currency},
        "shopMoney": {"amount": own, "currencyCode": "EUR"},
    }


def _shopify(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}", "legacyResourceId": str(number), "name": f"#{number}",
        "createdAt": "2026-11-10T08:00:00Z", "processedAt": "2026-11-10T08:00:01Z",
        "updatedAt": f"2026-11-15T10:00:{number % 60:02d}Z", "cancelledAt": None, "note": "", "tags": ["vip"],
        "email": "ana@buyer.example", "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "FULFILLED", "totalPriceSet": _both("41.00", "USD", "38.00"),
        "customer": {"id": "gid://shopify/Customer/5", "legacyResourceId": "5", "displayName": "Ana López"},
        "shippingAddress": {"name": "Ana", "company": None, "address1": "Calle 1", "address2": None, "city": "Madrid",
                            "province": "Madrid", "zip": "28001", "country": "Spain", "countryCodeV2": "ES"},
        "lineItems": {"nodes": [{"title": "Mug", "variantTitle": "Blue / 300 ml", "sku": "MUG-B", "quantity": 2,
                                 "originalUnitPriceSet": _both("20.50", "USD", "19.00")}]},
        "fulfillments": [{"id": "f", "status": "SUCCESS", "displayStatus": "DELIVERED",
                          "createdAt": "2026-11-11T08:00:00Z",
                          "trackingInfo": [{"company": "China Post", "number": "rb123456785cn"}]}],
        "refunds": [{"id": "r", "createdAt": "2026-11-14T08:00:00Z", "note": "broken",
                     "totalRefundedSet": _both("10.00", "USD", "9.00")}],
        "returns": {"nodes": []},
        "disputes": [{"id": "d", "status": "NEEDS_RESPONSE", "initiatedAs": "CHARGEBACK"}],
        **fields,
    }  # fmt: skip


def test_shopify_is_read_in_both_currencies_and_waits_when_it_cost_too_much(
    stack: ExitStack, tmp_path: Path
) -> None:
    orders = [_shopify(n) for n in range(1, 26)] + [_shopify(26, displayFulfillmentStatus="TELEPORTED")]
    costly = [
        {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
         "extensions": {"cost": {"requestedQueryCost": 650,
                                 "throttleStatus": {"currentlyAvailable": 50, "restoreRate": 100}}}}
    ]  # fmt: skip

    def shop(asked: Asked) -> Any:
        assert (
            asked.headers["X-Shopify-Access-Token"] == "s3cret"
            and asked.path == "/admin/api/2026-07/graphql.json"
        )
        if costly:
            return costly.pop()
        since = asked.body["variables"]["query"].removeprefix("updated_at:>='").rstrip("'")
        found = [one for one in orders if one["updatedAt"] >= since]
        take, after = asked.body["variables"]["take"], int(asked.body["variables"]["after"] or 0)
        page = {"hasNextPage": len(found) > after + take, "endCursor": str(after + take)}
        return {"data": {"orders": {"pageInfo": page, "nodes": found[after : after + take]}}}

    bench = Bench(stack, tmp_path, "shopify", shop)
    found, batches = bench.all()
    assert {one.number for one in found} == {f"#{n}" for n in range(1, 27)} and bench.slept[0] == 6.0
    one = found[0]
    assert (one.total, one.currency, one.shop_total, one.shop_currency) == (
        Decimal("41.00"), "USD", Decimal("38.00"), "EUR",
    )  # fmt: skip
    assert (one.payment, one.fulfilment, one.after_sale) == ("part_refunded", "shipped", "chargeback")
    assert [(s.number, s.status) for s in one.shipments] == [("RB123456785CN", "delivered")]
    assert (one.refunds[0].amount, one.items[0].options, one.tags) == (
        Decimal("10.00"),
        "Blue / 300 ml",
        ("vip",),
    )
    odd = next(each for each in found if each.number == "#26")
    assert odd.fulfilment == "on_hold" and "TELEPORTED" in odd.raw["unknown"]
    again, _more = bench.all(batches[-1].cursor)
    assert {each.number for each in again} == {"#26"}


def _amazon(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "orderId": f"902-1845936-54358{number:02d}", "createdTime": "2026-11-10T08:00:00Z",
        "lastUpdatedTime": "2026-11-15T10:00:00Z", "programs": ["PRIME"],
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
        "buyer": {"buyerName": "Ana", "buyerEmail": "x1y2@marketplace.amazon.de"},
        "recipient": {"deliveryAddress": {"name": "Ana", "addressLine1": "Weg 1", "city": "Köln", "postalCode": "50667",
                                          "countryCode": "DE"}},
        "proceeds": {"grandTotal": {"amount": "57.80", "currencyCode": "EUR"}},
        "fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "MERCHANT",
                        "shipByWindow": {"latestDateTime": "2026-11-12T22:59:59Z"}},
        "orderItems": [{"orderItemId": "1", "quantityOrdered": 2,
                        "product": {"asin": "B0", "title": "Kettle", "sellerSku": "KET-1",
                                    "price": {"unitPrice": {"amount": "28.90", "currencyCode": "EUR"}}}}],
        "packages": [{"packageReferenceId": "1", "carrier": "DHL", "trackingNumber": "JJD1",
                      "shipTime": "2026-11-12T10:00:00Z",
                      "packageStatus": {"status": "DELIVERED", "detailedStatus": "DELIVERED"}}],
        **fields,
    }  # fmt: skip


def test_amazon_goes_on_where_it_stopped_and_renews_in_mid_page(stack: ExitStack, tmp_path: Path) -> None:
    refused = ["a1"]  # this token ends between two pages

    def shop(asked: Asked) -> Any:
        assert asked.path == "/orders/2026-01-01/orders" and asked.query["marketplaceIds"] == "A1PA6795UKMFR9"
        token, page = asked.headers["x-amz-access-token"], asked.query.get("paginationToken", "")
        if page == "ended":
            return Said({"errors": [{"code": "InvalidInput", "message": "token"}]}, 400)
        if page and token in refused:
            return Said({"errors": [{"code": "Unauthorized", "message": "expired"}]}, 403)
        if not page:
            return {"orders": [_amazon(1)], "pagination": {"nextToken": "p2"}}
        assert page == "p2"
        pending = _amazon(
            2, fulfillment={"fulfillmentStatus": "PENDING"}, proceeds=None, packages=[],
            orderItems=[{"orderItemId": "1", "quantityOrdered": 1, "product": {"title": "Lid"}}],
        )  # fmt: skip
        return {"orders": [pending], "lastUpdatedBefore": "2026-11-20T11:58:00Z"}

    bench = Bench(stack, tmp_path, "amazon", shop, marketplace="A1PA6795UKMFR9")
    found, batches = bench.all()
    assert (bench.tokens, json.loads(batches[0].cursor)["token"]) == (["a1", "a2"], "p2")
    assert json.loads(batches[-1].cursor) == {"since": "2026-11-20T11:58:00+00:00"}
    one, pending = found
    assert (one.number, one.fulfilment, one.payment, one.email) == (
        "902-1845936-5435801", "delivered", "paid", "x1y2@marketplace.amazon.de",
    )  # fmt: skip
    assert [(s.number, s.carrier, s.status) for s in one.shipments] == [("JJD1", "DHL", "delivered")]
    assert (pending.payment, pending.total) == ("pending", 0)
    # A page's token leads on after a restart, and one that has ended begins anew.
    assert [each.number for each in bench.all(batches[0].cursor)[0]] == [pending.number]
    ended = json.dumps({"since": "2026-11-01T00:00:00+00:00", "token": "ended"})
    assert len(bench.all(ended)[0]) == 2


def _ebay(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "orderId": f"12-{number:05d}-00001", "creationDate": "2026-11-10T08:00:00.000Z",
        "lastModifiedDate": "2026-11-15T10:00:00.000Z", "orderFulfillmentStatus": "FULFILLED",
        "orderPaymentStatus": "PAID", "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "buyer": {"username": "ana_es",
                  "buyerRegistrationAddress": {"fullName": "Ana López", "email": "a1@members.ebay.com"}},
        "pricingSummary": {"total": {"value": "38.00", "currency": "EUR", "convertedFromValue": "41.00",
                                     "convertedFromCurrency": "USD"}},
        "paymentSummary": {"refunds": [], "payments": []},
        "fulfillmentStartInstructions": [{"shippingStep": {"shipTo": {"fullName": "Ana", "contactAddress": {
            "addressLine1": "Calle 1", "city": "Madrid", "postalCode": "28001", "countryCode": "ES"}}}}],
        "lineItems": [{"lineItemId": "1", "title": "Mug", "sku": "MUG-B", "quantity": 2,
                       "lineItemCost": {"value": "38.00", "currency": "EUR"},
                       "variationAspects": [{"name": "Colour", "value": "blue"}]}],
        "fulfillmentHrefs": ["https://api.ebay.com/sell/fulfillment/v1/order/1/shipping_fulfillment/RB123456785CN",
                             "https://api.ebay.com/sell/fulfillment/v1/order/1/shipping_fulfillment/999"],
        **fields,
    }  # fmt: skip


def test_ebay_reads_a_span_again_when_orders_left_it_and_brings_disputes(
    stack: ExitStack, tmp_path: Path
) -> None:
    orders = [_ebay(n) for n in range(1, 61)]
    moved = [False]

    def shop(asked: Asked) -> Any:
        assert asked.headers["Authorization"].startswith("Bearer a")
        if asked.path.endswith("payment_dispute_summary"):
            return {"paymentDisputeSummaries": [
                {"paymentDisputeId": "5", "orderId": "99-00099-00001", "paymentDisputeStatus": "ACTION_NEEDED",
                 "reason": "ITEM_NOT_RECEIVED", "amount": {"value": "41.00", "currency": "USD"},
                 "respondByDate": "2026-11-23T10:00:00.000Z"}]}  # fmt: skip
        if ids := asked.query.get("orderIds"):
            return {"orders": [_ebay(99, orderId=ids)], "total": 1}
        begin, end = asked.query["filter"].removeprefix("lastmodifieddate:[").rstrip("]").split("..")
        inside = [one for one in orders if begin <= one["lastModifiedDate"] <= end]
        offset = int(asked.query["offset"])
        said = {"orders": inside[offset : offset + 50], "total": len(inside)}
        if inside and not moved[0]:
            moved[0] = True  # the first order changes after the first page: all others move up by one
            orders[0] = {**orders[0], "lastModifiedDate": "2026-11-20T11:59:59.000Z"}
        return said

    bench = Bench(stack, tmp_path, "ebay", shop)
    found, batches = bench.all()
    numbers = {one.number for one in found}
    assert {f"12-{n:05d}-00001" for n in range(2, 61)} <= numbers
    one = next(each for each in found if each.number == "12-00002-00001")
    assert (one.total, one.currency, one.shop_total, one.shop_currency, one.buyer_id) == (
        Decimal("41.00"), "USD", Decimal("38.00"), "EUR", "ana_es",
    )  # fmt: skip
    assert [s.number for s in one.shipments] == ["RB123456785CN"] and one.items[0].options == "Colour: blue"
    case = next(each for each in found if each.number == "99-00099-00001")
    assert case.after_sale == "dispute" and respond_by(case) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert json.loads(batches[-1].cursor)["since"] >= "2026-11-20T11:59:00"


def test_aliexpress_signs_with_the_servers_time_and_reads_pacific_time(
    stack: ExitStack, tmp_path: Path
) -> None:
    def shop(asked: Asked) -> Any:
        form = dict(asked.body)
        assert form.pop("sign") == sign("", form, "s3cret") and form["session"] == "a1"
        query = json.loads(form["param_aeop_order_query"])
        there = query["modified_date_start"] <= "2026-11-15 02:00:00" < query["modified_date_end"]
        item = {"order_id": 8001, "order_status": "WAIT_SELLER_SEND_GOODS", "issue_status": "NO_ISSUE",
                "gmt_create": "2026-11-10 00:30:00", "gmt_update": "2026-11-15 02:00:00", "buyer_login_id": "es123",
                "buyer_signer_fullname": "Ana", "timeout_left_time": 5937329001,
                "pay_amount": {"amount": "12.30", "currency_code": "USD"},
                "product_list": {"aeop_order_product_dto": [
                    {"product_name": "Mug", "product_count": 1, "sku_code": "MUG-B",
                     "product_unit_price": {"amount": "12.30", "currency_code": "USD"}}]}}  # fmt: skip
        found = (
            [
                item,
                {**item, "order_id": 8002, "order_status": "IN_ISSUE"},
                {**item, "order_id": 8003, "order_status": "WAIT_BUYER_ACCEPT_GOODS"},
            ]
            if there
            else []
        )
        result = {"total_count": len(found), "target_list": {"aeop_order_item_dto": found}}
        return {"aliexpress_trade_seller_orderlist_get_response": {"result": result}}

    bench = Bench(stack, tmp_path, "aliexpress", shop)
    one, issue, sent = bench.all()[0]
    assert (one.number, one.payment, one.fulfilment, one.after_sale, one.buyer_id) == (
        "8001", "paid", "unshipped", "none", "es123",
    )  # fmt: skip
    assert one.placed_at == datetime(2026, 11, 10, 8, 30, tzinfo=UTC)
    assert issue.after_sale == "dispute" and issue.disputes[0].status == "open"
    # 68 days, 17 hours and some minutes from now on, to the hour.
    assert one.protection_until is None and sent.protection == "running"
    assert sent.protection_until == datetime(2027, 1, 28, 5, tzinfo=UTC)
    # The published example of the algorithm's form: names sorted, names and values joined, capitals.
    assert (
        sign("/x", {"b": "2", "a": "1"}, "k") == sign("/x", {"a": "1", "b": "2"}, "k")
        and len(sign("", {}, "k")) == 64
    )


class Admin:
    """Shopify's mutations as their pages tell them (docs/api/admin-graphql/latest/mutations/orderUpdate, orderCancel;
    queries/job): a note is replaced as a whole, a cancellation is a job that ends later."""

    def __init__(self) -> None:
        self.order: dict[str, Any] = {
            **_shopify(1), "note": "Gift", "displayFulfillmentStatus": "UNFULFILLED", "fulfillments": [],
            "shippingAddress": {
                "name": "Ana López", "firstName": "Ana", "lastName": "López", "company": "Taller",
                "address1": "Calle 1", "address2": "", "city": "Madrid", "provinceCode": "M",
                "zip": "28001", "countryCodeV2": "ES",
                "phone": "+34600000000",
            },
        }  # fmt: skip
        self.polls = 2
        self.errors: list[dict[str, str]] = []
        self.asked: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Any:
        query, given = asked.body["query"], asked.body["variables"]
        if "orderUpdate" in query:
            self.asked.append(given["input"])
            if not self.errors:
                change = {part: said for part, said in given["input"].items() if part != "id"}
                if "shippingAddress" in change:
                    sent = change["shippingAddress"]
                    change["shippingAddress"] = {
                        **sent, "name": f"{sent['firstName']} {sent['lastName']}", "countryCodeV2": sent["countryCode"],
                    }  # fmt: skip
                self.order |= change
            return {"data": {"orderUpdate": {"order": {"id": "x"}, "userErrors": self.errors}}}
        if "orderCancel(" in query:
            assert "originalPaymentMethodsRefund: false" in query and "notifyCustomer: false" in query
            self.asked.append(given)
            return {
                "data": {
                    "orderCancel": {"job": {"id": "j1", "done": False}, "orderCancelUserErrors": self.errors}
                }
            }
        if "job(" in query:
            self.polls -= 1
            if self.polls <= 0:
                self.order["cancelledAt"] = "2026-11-20T12:00:00Z"
            return {"data": {"job": {"id": "j1", "done": self.polls <= 0}}}
        return {"data": {"order": self.order}}


def test_shopify_notes_addresses_and_cancellations(stack: ExitStack, tmp_path: Path) -> None:
    admin = Admin()
    bench = Bench(stack, tmp_path, "shopify", admin)
    act, done = bench.source.act, bench.source.has_done
    assert bench.source.acts == {"note", "cancel", "address"}
    assert done("g", "note", {"text": "Tax B123"}, NOW) is False
    act("g", "note", {"text": "Tax B123"})
    assert admin.order["note"] == "Gift\nTax B123" and done("g", "note", {"text": "Tax B123"}, NOW) is True

    words = {**bench.source.address(admin.order), "street": "Calle 9", "postcode": "28002"}
    assert done("g", "address", words, NOW) is False
    act("g", "address", words)
    sent = admin.asked[-1]["shippingAddress"]
    assert (sent["address1"], sent["zip"], sent["company"], sent["firstName"], sent["provinceCode"]) == (
        "Calle 9", "28002", "Taller", "Ana", "M",
    )  # fmt: skip
    assert done("g", "address", words, NOW) is True
    admin.errors = [{"field": "zip", "message": "Zip is not valid for Spain"}]
    with pytest.raises(Rejected, match="not valid for Spain"):
        act("g", "address", words)
    admin.errors = []
    admin.order["displayFulfillmentStatus"] = "IN_PROGRESS"  # it is being packed
    count = len(admin.asked)
    with pytest.raises(Rejected, match="packed or on its way"):
        act("g", "address", words)
    assert len(admin.asked) == count

    assert done("g", "cancel", {}, NOW) is False
    act("g", "cancel", {"reason": "wish"})
    assert admin.asked[-1] == {"id": "g", "note": "wish"} and bench.slept == [1.0, 1.0]
    assert done("g", "cancel", {}, NOW) is True
    admin.order["cancelledAt"], admin.polls = None, 99
    with pytest.raises(MaybeSent, match="still at work"):
        act("g", "cancel", {"reason": ""})
    admin.errors = [{"field": "", "message": "Order has been fulfilled"}]
    with pytest.raises(Rejected, match="has been fulfilled"):
        act("g", "cancel", {"reason": ""})


_SAID = [{"message": "Field 'x' does not exist", "extensions": {"code": "undefinedField"}}]


@pytest.mark.parametrize(
    ("answer", "sure"),
    [
        ({"errors": _SAID}, True),  # refused before it ran
        ({"data": {"orderUpdate": None}, "errors": [{"message": "No", "extensions": {"code": "ACCESS_DENIED"}}]}, True),
        ({"data": {"orderUpdate": None}, "errors": [{"message": "Something broke"}]}, False),
        ({"errors": [{"message": "Internal", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}, False),
        ({"data": None, "errors": [{"message": "Late", "extensions": {"code": "TIMEOUT"}}]}, False),
        ({"data": None}, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["shopify", "vendure"])
def test_what_broke_inside_a_shop_may_have_been_done(
    stack: ExitStack, tmp_path: Path, kind: str, answer: dict[str, Any], sure: bool
) -> None:
    """Asked again unsure, a note stands twice, and a cancellation that happened is called a failure."""

    def shop(asked: Asked) -> Any:
        query = asked.body["query"]
        if "login" in query:
            return {"data": {"login": {"__typename": "CurrentUser", "id": "1"}}}
        if "mutation" in query and "login" not in query:
            return answer
        return {"data": {"order": {"id": "1", "note": ""}}}

    bench = Bench(stack, tmp_path, kind, shop)
    with pytest.raises(Rejected if sure else MaybeSent):
        bench.source.act("1", "note", {"text": "Tax B123"})


def test_aliexpress_extends_and_says_why_not(stack: ExitStack, tmp_path: Path) -> None:
    """The method's page: aliexpress.trade.redefining.extendsbuyeracceptgoodstime, its parameters and error codes."""
    answer: dict[str, Any] = {"is_success": True}
    asked_for: list[tuple[str, str]] = []

    def shop(asked: Asked) -> Any:
        assert asked.body["method"] == "aliexpress.trade.redefining.extendsbuyeracceptgoodstime"
        asked_for.append((asked.body["param0"], asked.body["param1"]))
        return {"aliexpress_trade_redefining_extendsbuyeracceptgoodstime_response": answer}

    bench = Bench(stack, tmp_path, "aliexpress", shop)
    bench.source.act("8001", "extend", {"days": "7"})
    assert asked_for == [("8001", "7")]
    assert bench.source.has_done("8001", "extend", {"days": "7"}, NOW) is None
    for code, said in ((201, "more than AliExpress allows"), (210, "in this state"), (999, "999, odd")):
        answer = {"is_success": False, "sub_error_code": code, "memo": "odd"}
        with pytest.raises(Rejected, match=said):
            bench.source.act("8001", "extend", {"days": "99"})


@pytest.mark.parametrize(
    ("sub", "failure"), [("isv.invalid-parameter", Rejected), ("isp.service-timeout", MaybeSent)]
)
def test_aliexpress_tells_its_own_faults_from_ours(
    stack: ExitStack, tmp_path: Path, sub: str, failure: type[Exception]
) -> None:
    said = {
        "error_response": {"code": "15", "msg": "Remote service error", "sub_code": sub, "sub_msg": "odd"}
    }
    bench = Bench(stack, tmp_path, "aliexpress", lambda asked: said)
    with pytest.raises(failure):
        bench.source.act("8001", "extend", {"days": "7"})


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "vendure", "amazon", "ebay", "aliexpress"])
def test_refused_keys_and_missing_settings_are_said(stack: ExitStack, tmp_path: Path, kind: str) -> None:
    bench = Bench(
        stack, tmp_path, kind, lambda _asked: Said({"message": "nobody"}, 401), marketplace="A1PA6795UKMFR9"
    )
    failed = bench.source.check()[-1]
    assert not failed.ok and failed.code in ("wrong_password", "permission", "protocol") and failed.detail
    bare = open_source(Account(8, "bare", kind, "", settings={"password_env": "SECRET"}), bench.web, ShopKeys(
        Account(8, "bare", kind, "", settings={"password_env": "SECRET"}), Secrets(tmp_path, use_keyring=False),
        FixedClock(NOW)))  # fmt: skip
    failed = bare.check()[-1]
    assert not failed.ok and failed.code == "not_configured" and "bare" in failed.detail
    with pytest.raises(ChannelError):
        list(bench.source.fetch("not a cursor"))
