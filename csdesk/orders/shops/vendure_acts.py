"""What takes several steps in a Vendure shop. Each step leaves the order in a state from which the same act, asked for
again, goes on.

Source: docs.vendure.io, guides/core-concepts/orders ('Order modification') and reference/graphql-api/admin/mutations
(transitionOrderToState, modifyOrder). An order is modified in the state Modifying only, and then has to be led back to
the state that it came from, which its history tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from csdesk.domain import addresses
from csdesk.domain.ports import Rejected
from csdesk.i18n import _
from csdesk.orders.shops import reading
from csdesk.orders.shops.reading import get, listed, text

ADDRESS = {
    "name": "fullName", "street": "streetLine1", "street2": "streetLine2", "city": "city", "postcode": "postalCode",
    "province": "province", "country": "countryCode", "phone": "phoneNumber",
}  # fmt: skip
MODIFYING = "Modifying"
_OPEN = frozenset(("PaymentAuthorized", "PaymentSettled"))
"""From these the shop lets an order be modified, and nothing was sent yet."""
_STATE = """query($id: ID!) { activeAdministrator { id } order(id: $id) { id code state totalWithTax
  shippingAddress { fullName streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  fulfillments { id state }
  history(options: { take: 100, sort: { createdAt: DESC }, filter: { type: { eq: "ORDER_STATE_TRANSITION" } } }) {
    items { createdAt data administrator { id } } } } }"""
_MOVE = """mutation($id: ID!, $to: String!) { transitionOrderToState(id: $id, state: $to) {
  __typename ... on Order { id state } ... on ErrorResult { errorCode message }
  ... on OrderStateTransitionError { transitionError } } }"""
_MODIFY = """mutation($input: ModifyOrderInput!) { modifyOrder(input: $input) {
  __typename ... on Order { id state totalWithTax } ... on ErrorResult { errorCode message } } }"""


class Ask(Protocol):
    """Asks the Admin API and gives `data`."""

    def __call__(self, query: str, variables: dict[str, Any], operation: str, *, safe: bool = True) -> Any:
        """Raises ChannelError; where `safe` is false NotSent, Rejected or MaybeSent."""
        ...


def state(ask: Ask, order: str) -> Any:
    """The order as it is now; {} where there is none. `mine` is who we are in the shop."""
    found = ask(_STATE, {"id": order}, "orders")
    return {**(get(found, "order") or {}), "mine": text(found, "activeAdministrator", "id")}


def readdress(ask: Ask, order: str, words: Mapping[str, str]) -> None:
    """Send an order to another address. A change of the price is refused: somebody would have to pay or be paid."""
    now = state(ask, order)
    if any(text(one, "state") != "Cancelled" for one in listed(now, "fulfillments")):
        raise reading.under_way(text(now, "code", limit=80))
    if text(now, "state") == MODIFYING:
        back = _came_from(now)
        if not back:
            said = _(
                "Somebody is changing order {number} in the shop right now. Try again when that is done."
            )
            raise Rejected("refused", said.format(number=text(now, "code", limit=80)))
    else:
        back = text(now, "state")
        if back not in _OPEN:
            said = _("The shop does not let order {number} be changed in its state {state}.")
            raise Rejected("refused", said.format(number=text(now, "code", limit=80), state=back))
        _move(ask, order, MODIFYING)
    there = {ours: text(get(now, "shippingAddress"), theirs) for ours, theirs in ADDRESS.items()}
    if not addresses.same(there, words):
        try:
            _modify(ask, order, words, get(now, "totalWithTax"))
        except Rejected:
            _move(ask, order, back)
            raise
    _move(ask, order, back)


def _came_from(now: Any) -> str:
    """The state from which we ourselves led an order into Modifying; '' where somebody else did."""
    moves = [one for one in listed(now, "history", "items") if get(one, "data", "to") == MODIFYING]
    moves.sort(
        key=lambda one: text(one, "createdAt")
    )  # the shop does not keep to the order that it is asked for
    last = moves[-1] if moves else None
    mine = last is not None and text(last, "administrator", "id") == now["mine"] != ""
    back = text(last, "data", "from") if mine else ""
    return back if back in _OPEN else ""


def _modify(ask: Ask, order: str, words: Mapping[str, str], total: Any) -> None:
    given = {
        "orderId": order,
        "updateShippingAddress": {ADDRESS[part]: words.get(part, "") for part in ADDRESS},
        "options": {"recalculateShipping": False, "freezePromotions": True},
    }
    for dry in (True, False):
        found = ask(_MODIFY, {"input": {**given, "dryRun": dry}}, "address", safe=False)
        if text(found, "modifyOrder", "errorCode"):
            raise Rejected("refused", text(found, "modifyOrder", "message", limit=300))
        if dry and get(found, "modifyOrder", "totalWithTax") != total:
            said = _("With that address the order would cost another amount. Change it in the shop itself.")
            raise Rejected("refused", said)


def _move(ask: Ask, order: str, to: str) -> None:
    found = ask(_MOVE, {"id": order, "to": to}, "address", safe=False)
    if text(found, "transitionOrderToState", "errorCode"):
        why = text(found, "transitionOrderToState", "transitionError", limit=300)
        raise Rejected("refused", why or text(found, "transitionOrderToState", "message", limit=300))
