"""Goods of a Vendure order sent again as an order of their own, free of charge.

Source: docs.vendure.io, guides/core-concepts/orders ('Draft orders') and reference/graphql-api/admin/mutations
(createDraftOrder, addItemToDraftOrder, setCustomerForDraftOrder, setDraftOrderShippingAddress,
setDraftOrderShippingMethod, applyCouponCodeToDraftOrder). A draft takes the catalogue's prices, so only a coupon of the
shop's own makes it free; an order over nothing is settled without a payment.

Nothing is sent twice: a draft is only a draft until it is settled, and before that the first order gets a note that
names it and the act. Whoever does the act again finds the note and goes on with that draft. A draft that was lost
before its note stays behind as a draft, which nobody packs.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from csdesk.domain.orders import OrderNote
from csdesk.domain.ports import ChannelError, Rejected
from csdesk.domain.shopacts import unpacked
from csdesk.i18n import _
from csdesk.orders.shops.reading import get, listed, text
from csdesk.orders.shops.vendure_acts import Ask

_RESULT = "{ __typename ... on Order { id state totalWithTax } ... on ErrorResult { errorCode message } }"
_FIRST = """query($id: ID!) { order(id: $id) { id code customer { id } shippingLines { shippingMethod { id } }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  lines { id quantity productVariant { id } }
  history(options: { take: 100, sort: { createdAt: DESC }, filter: { type: { eq: "ORDER_NOTE" } } }) {
    items { data } } } }"""
_AGAIN = "query($id: ID!) { order(id: $id) { id code state totalWithTax orderPlacedAt } }"
_DRAFT = "mutation { createDraftOrder { id code } }"
_DROP = "mutation($id: ID!) { deleteDraftOrder(orderId: $id) { result } }"
_ITEM = (
    "mutation($id: ID!, $variant: ID!, $count: Int!) { addItemToDraftOrder(orderId: $id, "
    f"input: {{ productVariantId: $variant, quantity: $count }}) {_RESULT} }}"
)
_WHO = (
    "mutation($id: ID!, $who: ID!) { setCustomerForDraftOrder(orderId: $id, customerId: $who) "
    "{ __typename ... on Order { id } ... on ErrorResult { errorCode message } } }"
)
_WHERE = (
    "mutation($id: ID!, $to: CreateAddressInput!) { "
    "setDraftOrderShippingAddress(orderId: $id, input: $to) { id } }"
)
_HOW = (
    "mutation($id: ID!, $way: ID!) { setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $way) "
    f"{_RESULT} }}"
)
_FREE = (
    "mutation($id: ID!, $code: String!) { applyCouponCodeToDraftOrder(orderId: $id, couponCode: $code) "
    f"{_RESULT} }}"
)
_NOTE = "mutation($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"
_MOVE = """mutation($id: ID!, $to: String!) { transitionOrderToState(id: $id, state: $to) {
  __typename ... on Order { id state totalWithTax } ... on ErrorResult { errorCode message }
  ... on OrderStateTransitionError { transitionError } } }"""


def placed(ask: Ask, order: str, reference: str) -> bool:
    """Whether the order of this act is there and no draft any more."""
    again = _again(ask, _first(ask, order), reference)
    return bool(get(again, "orderPlacedAt"))


def replaced(notes: Iterable[OrderNote]) -> str:
    """The number of the order whose goods one sends again, by the note that resend() wrote; ''."""
    for note in notes:
        if found := re.search(r"\[csdesk-[0-9a-f]{16} for ([A-Za-z0-9_-]{1,80})\]", note.text):
            return found[1]
    return ""


def resend(ask: Ask, order: str, words: Mapping[str, str], coupon: str) -> None:
    """A draft is made and noted, or the one that is noted is gone on with; then it is settled."""
    first = _first(ask, order)
    again = _again(ask, first, words["reference"])
    if again is None:
        again = _draft(ask, first, words, coupon)
    if get(again, "orderPlacedAt"):
        return
    number = text(again, "id", limit=40)
    if get(again, "totalWithTax") != 0:
        raise Rejected("refused", _not_free(coupon))
    if text(again, "state") == "Draft":
        _move(ask, number, "ArrangingPayment")
    _move(ask, number, "PaymentSettled")


def _first(ask: Ask, order: str) -> Any:
    found = get(ask(_FIRST, {"id": order}, "orders"), "order")
    if found is None:
        raise Rejected("refused", _("The shop does not have this order any more."))
    return found


def _again(ask: Ask, first: Any, reference: str) -> Any:
    """The order that a note of the first one names for this act, or None."""
    for item in listed(first, "history", "items"):
        if found := re.search(rf"\[{re.escape(reference)}/(\w{{1,40}})\]", text(item, "data", "note")):
            return get(ask(_AGAIN, {"id": found[1]}, "orders"), "order")
    return None


def _draft(ask: Ask, first: Any, words: Mapping[str, str], coupon: str) -> Any:
    wanted = unpacked(words["lines"])
    goods = {text(one, "id", limit=40): text(one, "productVariant", "id") for one in listed(first, "lines")}
    if not all(goods.get(key) for key in wanted):
        raise Rejected("refused", _("The shop does not have all of these goods any more."))
    made = get(ask(_DRAFT, {}, "resend", safe=False), "createDraftOrder")
    number = text(made, "id", limit=40)
    try:
        for key, count in wanted.items():
            _ok(ask(_ITEM, {"id": number, "variant": goods[key], "count": count}, "resend", safe=False))
        _ok(ask(_WHO, {"id": number, "who": text(first, "customer", "id")}, "resend", safe=False))
        to = {part: said for part, said in (get(first, "shippingAddress") or {}).items() if said}
        ask(_WHERE, {"id": number, "to": to}, "resend", safe=False)
        way = text(first, "shippingLines", 0, "shippingMethod", "id")
        _ok(ask(_HOW, {"id": number, "way": way}, "resend", safe=False))
        if _ok(ask(_FREE, {"id": number, "code": coupon}, "resend", safe=False)) != 0:
            raise Rejected("refused", _not_free(coupon))
    except Rejected:
        with contextlib.suppress(ChannelError):  # a draft that stays harms nobody
            ask(_DROP, {"id": number}, "resend", safe=False)
        raise
    code, reference = text(first, "code", limit=80), words["reference"]
    says = _("Goods of order {number} sent again").format(number=code)
    _note(ask, number, f"{says} [{reference} for {code}]")
    says = _("Sent again as order {number}").format(number=text(made, "code", limit=80))
    _note(ask, text(first, "id", limit=40), f"{says} [{reference}/{number}]")
    return get(ask(_AGAIN, {"id": number}, "orders"), "order")


def _not_free(coupon: str) -> str:
    words = _("With the coupon {code} the order would not be free of charge; see to it in the shop.")
    return words.format(code=coupon)


def _note(ask: Ask, order: str, said: str) -> None:
    ask(_NOTE, {"input": {"id": order, "note": said, "isPublic": False}}, "resend", safe=False)


def _move(ask: Ask, order: str, to: str) -> None:
    _ok(ask(_MOVE, {"id": order, "to": to}, "resend", safe=False))


def _ok(found: Any) -> Any:
    """The total that a step left. Raises Rejected for what the shop refused."""
    ((_name, result),) = found.items()
    if text(result, "errorCode"):
        why = text(result, "transitionError", limit=300) or text(result, "message", limit=300)
        raise Rejected("refused", why)
    return get(result, "totalWithTax")
