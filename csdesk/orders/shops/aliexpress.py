"""Orders of an AliExpress seller through the TOP gateway.

Source: openservice.aliexpress.com, 'HTTP request sample' and 'Signature algorithm' (HMAC-SHA256 over the sorted
parameters), and the APIs aliexpress.trade.seller.orderlist.get and
aliexpress.trade.redefining.extendsbuyeracceptgoodstime (param0 the order, param1 the days, and its error codes).
Written from recordings: no test account could be had. Times without an offset are Pacific time, as the API's
description says.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from csdesk.domain import shopacts
from csdesk.domain.orders import Dispute, Order, OrderItem
from csdesk.domain.ports import ChannelError, Check, MaybeSent, Rejected
from csdesk.domain.sources import Call, Limit, OrderBatch, Renewed
from csdesk.i18n import _
from csdesk.orders.shops import reading
from csdesk.orders.shops.reading import Odd, Span, States, amount, get, listed, text

TAKE = 50
LIMIT = Limit(per_second=2, burst=5)
GATEWAY = "https://api-sg.aliexpress.com"
_METHOD = "aliexpress.trade.seller.orderlist.get"
_EXTEND = "aliexpress.trade.redefining.extendsbuyeracceptgoodstime"
_PAYMENT = {
    "PLACE_ORDER_SUCCESS": "pending", "NOT_PAY": "pending", "RISK_CONTROL": "verifying",
    "WAIT_SELLER_EXAMINE_MONEY": "verifying", "WAIT_SELLER_CHECK": "verifying", "WAIT_SELLER_SEND_GOODS": "paid",
    "SELLER_PART_SEND_GOODS": "paid", "SELLER_SEND_PART_GOODS": "paid", "SELLER_SEND_GOODS": "paid",
    "WAIT_BUYER_ACCEPT_GOODS": "paid", "BUYER_ACCEPT_GOODS": "paid", "FUND_PROCESSING": "paid", "IN_ISSUE": "paid",
    "IN_FROZEN": "verifying", "IN_CANCEL": "paid", "FINISH": "paid",
}  # fmt: skip
_FULFILMENT = {
    "PLACE_ORDER_SUCCESS": "unshipped", "NOT_PAY": "unshipped", "RISK_CONTROL": "on_hold",
    "WAIT_SELLER_EXAMINE_MONEY": "on_hold", "WAIT_SELLER_CHECK": "on_hold", "WAIT_SELLER_SEND_GOODS": "unshipped",
    "SELLER_PART_SEND_GOODS": "partial", "SELLER_SEND_PART_GOODS": "partial", "SELLER_SEND_GOODS": "shipped",
    "WAIT_BUYER_ACCEPT_GOODS": "shipped", "BUYER_ACCEPT_GOODS": "delivered", "FUND_PROCESSING": "delivered",
    "IN_ISSUE": "shipped", "IN_FROZEN": "on_hold", "IN_CANCEL": "unshipped", "FINISH": "delivered",
}  # fmt: skip
_ENDED = {
    "buyer_confirm_goods": "delivered",
    "cancel_order_close_trade": "cancelled",
    "pay_timeout": "cancelled",
}
_TOKEN_ENDED = frozenset(("IllegalAccessToken", "InvalidToken", "27"))


class AliExpress(reading.Source):
    """One seller; `key` and the secret are the app's, beside the refresh token of the seller."""

    kind = "aliexpress"
    acts = frozenset((shopacts.EXTEND,))

    def check(self) -> list[Check]:
        """Signing in, then one page."""
        done: list[Check] = []
        try:
            self._keys.token(self._renew)
            done.append(Check("sign in", True, _("AliExpress renewed our token.")))
            now = self._web.now()
            count = self._span(now, now, 0).total
            done.append(Check("orders", True, _("{count} orders can be read.").format(count=count)))
        except ChannelError as error:
            done.append(Check("orders" if done else "sign in", False, error.message, error.code))
        return done

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """See domain.sources.OrderSource."""
        start = reading.since(cursor, self._account, self._web)
        return reading.spans(self._span, self._order, start, self._web)

    def act(self, source_id: str, kind: str, words: Mapping[str, str]) -> None:
        """More days for the buyer to confirm."""
        found = self._method(_EXTEND, {"param0": source_id, "param1": words["days"]}, safe=False)
        said = get(found, _EXTEND.replace(".", "_") + "_response")
        said = get(said, "result") or said
        if str(get(said, "is_success")).lower() == "true":
            return
        code = text(said, "sub_error_code", limit=20)
        why = {
            "100": _("AliExpress does not know this order."),
            "201": _("So many days are more than AliExpress allows."),
            "210": _("AliExpress does not extend an order in this state."),
            "601": _("The account may not change this order."),
        }.get(code, "")
        raise Rejected("refused", why or reading.joined(code, text(said, "memo", limit=200)) or "-")

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """The marketplace tells how much time is left, not who gave it: nothing proves an extension."""
        return None

    def _span(self, begin: datetime, end: datetime, offset: int) -> Span:
        asked = {
            "current_page": offset // TAKE + 1,
            "page_size": TAKE,
            "modified_date_start": _local(begin),
            "modified_date_end": _local(end),
        }
        found = self._method(_METHOD, {"param_aeop_order_query": json.dumps(asked, separators=(",", ":"))})
        result = get(found, "aliexpress_trade_seller_orderlist_get_response", "result")
        items = get(result, "target_list", "aeop_order_item_dto")
        return Span(items if isinstance(items, list) else [], int(get(result, "total_count") or 0))

    def _method(self, name: str, given: dict[str, str], *, safe: bool = True) -> Any:
        """An answer of the gateway; one refused token is renewed."""
        token = self._keys.token(self._renew)
        for _try in range(2):
            form = self._signed("", given | {"method": name, "session": token})
            answer = self._web.ask(
                Call(name, "POST", f"{self._url()}/sync", form=form, safe=safe, limit=LIMIT)
            )
            error = get(answer.body, "error_response")
            code = text(error, "code")
            if code == "ApiCallLimit":
                self._web.rest(name, 1.0)
                continue
            if code not in _TOKEN_ENDED:
                break
            token = self._keys.token(self._renew, refused=token)
        if answer.status != 200 or error is not None or answer.body is None:
            failure = reading.refused(self._account, answer)
            if safe:
                raise failure
            # "isp." names faults of the gateway and behind it, "isv." ours: the first may come after the deed.
            unsure = answer.body is None or text(error, "sub_code").startswith("isp.")
            raise (MaybeSent if unsure else Rejected)(failure.code, failure.message)
        return answer.body

    def _renew(self, refresh: str) -> Renewed:
        if not refresh:
            self._keys.secret("refresh")  # says what is missing
        path = "/auth/token/refresh"
        form = self._signed(path, {"refresh_token": refresh})
        answer = self._web.ask(Call("token", "POST", f"{self._url()}/rest{path}", form=form))
        return reading.renewed(self._account, answer)

    def _url(self) -> str:
        return reading.base_url(self._account, GATEWAY)

    def _signed(self, path: str, given: Mapping[str, str]) -> dict[str, str]:
        """With who asks, when by the server's clock, and the signature."""
        found = {
            **given,
            "app_key": reading.setting(self._account, "key"),
            "timestamp": str(int(self._web.now().timestamp() * 1000)),
            "sign_method": "sha256",
        }
        return {**found, "sign": sign(path, found, self._keys.secret())}

    def _order(self, item: Any) -> Order | None:
        states = States()
        payment = states.read("status", item["order_status"], _PAYMENT, "verifying")
        fulfilment = states.read("status", item["order_status"], _FULFILMENT, "on_hold")
        if text(item, "order_status") == "FINISH" and text(item, "end_reason"):
            fulfilment = states.read("end", item["end_reason"], _ENDED, "delivered")
        after = "cancel_requested" if text(item, "order_status") == "IN_CANCEL" else "none"
        issue = text(item, "issue_status") == "IN_ISSUE" or text(item, "order_status") == "IN_ISSUE"
        until = self._until(item) if fulfilment == "shipped" else None
        paid = get(item, "pay_amount")
        if not paid:
            raise Odd(_("it has no amount"))
        return Order(
            source=self.kind,
            number=text(item, "order_id", limit=80),
            email="",
            customer_name=text(item, "buyer_signer_fullname", limit=200),
            currency=reading.currency(paid["currency_code"]),
            total=amount(paid["amount"]),
            placed_at=_utc(item["gmt_create"]),
            payment="failed" if fulfilment == "cancelled" else payment,
            fulfilment=fulfilment,
            protection="running" if until else "none",
            protection_until=until,
            after_sale="dispute" if issue else after,
            items=tuple(_item(line) for line in listed(item, "product_list", "aeop_order_product_dto")),
            raw=states.raw,
            account=self._account.id,
            source_id=text(item, "order_id", limit=80),
            buyer_id=text(item, "buyer_login_id", limit=80),
            changed_at=_utc(get(item, "gmt_update") or item["gmt_create"]),
            disputes=(Dispute(text(item, "order_id", limit=80), "dispute", "open", "IN_ISSUE"),)
            if issue
            else (),
            payload=reading.payload(item),
        )

    def _until(self, item: Any) -> datetime | None:
        """Until when the buyer may confirm, to the hour: `timeout_left_time` counts milliseconds from now on."""
        left = text(item, "timeout_left_time")
        if not left.isdecimal() or not 0 < len(left) < 12:
            return None
        at = self._web.now() + timedelta(milliseconds=int(left))
        return at.replace(minute=0, second=0, microsecond=0)


def sign(path: str, given: Mapping[str, str], secret: str) -> str:
    """The signature of a request: HMAC-SHA256 over the path (empty for /sync) and the parameters, sorted by name,
    names and values one behind the other; capitals."""
    told = path + "".join(f"{name}{given[name]}" for name in sorted(given))
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest().upper()


def _pacific() -> ZoneInfo:
    return ZoneInfo("America/Los_Angeles")


def _local(at: datetime) -> str:
    return f"{at.astimezone(_pacific()):%Y-%m-%d %H:%M:%S}"


def _utc(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise Odd(_("'{text}' is no date").format(text=text({"v": value}, "v", limit=40))) from error
    return (at.replace(tzinfo=_pacific()) if at.tzinfo is None else at).astimezone(UTC)


def _item(line: Any) -> OrderItem:
    return OrderItem(
        text(line, "product_name", limit=300),
        text(line, "sku_code", limit=100),
        int(line["product_count"]),
        reading.maybe_amount(get(line, "product_unit_price", "amount")),
        text(line, "product_standard", limit=200),
    )
