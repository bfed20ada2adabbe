"""Orders beside conversations, and importing them from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.domain.orders import Order, OrderLink, Shipment
from csdesk.domain.parcels import Usual, lane
from csdesk.errors import NotFound, Usage
from csdesk.i18n import _
from csdesk.mail.relays import market_of
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.services.order_files import ImportReport


class Orders:
    """Looks orders up, links them, takes them in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def beside(self, conversation: int) -> tuple[OrderLink, ...]:
        """Orders beside a conversation: linked ones first, then suggestions; rejected ones are left out."""
        with self.store.read() as tx:
            found = [link for link in linked(tx, conversation) if link.state != "rejected"]
            return tuple(self._full(tx, link) for link in found)

    def _full(self, tx: Tx, link: OrderLink) -> OrderLink:
        """With what the panel says of it besides."""
        from csdesk.services.shops import worth

        order = link.order
        into, total, rate = worth(tx, order, self.context.here)
        acts = tuple(tx.shops.acts_of(order.id)) if order.account else ()
        return replace(
            link, acts=acts, usual=_usual(tx, order), into=into, worth=total, rated=rate.day if rate else None
        )

    def confirm(self, conversation: int, order: int) -> None:
        """The agent confirmed who asks: the order's facts may be used in a reply."""
        self._decide(conversation, order, "linked")

    def reject(self, conversation: int, order: int) -> None:
        """Not this customer's order."""
        self._decide(conversation, order, "rejected")

    def _decide(self, conversation: int, order: int, state: str) -> None:
        agent = self.context.agent.id
        with self.store.write() as tx:
            tx.conversations.state(conversation)
            if not any(link.order.id == order for link in linked(tx, conversation)):
                raise NotFound(
                    _("Order {order} does not stand beside conversation {id}.").format(
                        order=order, id=conversation
                    )
                )
            tx.orders.decide(conversation, order, state, agent)
            data = {"order": order, "state": state}
            tx.conversations.change(conversation, "order_linked", {}, agent=agent, data=data)

    def show(self, number: str) -> Order:
        """An order by its number or a parcel's. Raises NotFound."""
        number = clean_line(number, limit=80)
        with self.store.read() as tx:
            found = tx.orders.by_number(number)
        if not found:
            raise NotFound(_("No order or parcel {number} is known.").format(number=number))
        return found[0]

    def one(self, number: str, account: str = "") -> Order:
        """The one order of this number, of this account where one is named: what is to be changed must not be a guess.
        Raises NotFound, Usage naming the accounts where several shops have such an order."""
        number = clean_line(number, limit=80)
        with self.store.read() as tx:
            found = tx.orders.by_number(number)
            names = {one.id: one.name for one in tx.accounts.all()}
            if account:
                wanted = tx.accounts.get(account).id
                found = [one for one in found if one.account == wanted]
        if not found:
            raise NotFound(_("No order or parcel {number} is known.").format(number=number))
        if len(found) > 1:
            there = ", ".join(names.get(one.account or 0, one.source) for one in found)
            words = _("Several orders are called {number}: in {shops}. Say in which with --account.")
            raise Usage(words.format(number=number, shops=there))
        return found[0]

    def track(self, number: str) -> Shipment:
        """A parcel by its number, or the first parcel of an order. Raises NotFound."""
        number = clean_line(number, limit=80)
        with self.store.read() as tx:
            parcel = tx.orders.parcel(number)
            orders = [] if parcel else tx.orders.by_number(number)
        if parcel:
            return parcel
        for order in orders:
            if order.shipments:
                return order.shipments[0]
        if orders:
            raise NotFound(_("Order {number} has no parcel yet.").format(number=orders[0].number))
        raise NotFound(_("No order or parcel {number} is known.").format(number=number))

    def import_file(
        self, path: Path, *, kind: str = "auto", names: Mapping[str, str] | None = None, called: str = ""
    ) -> ImportReport:
        """Take in a file of orders or tracking events; see OrderFiles.take()."""
        from csdesk.services.order_files import OrderFiles

        return OrderFiles(self.context).take(path, kind=kind, names=names, called=called)


def _usual(tx: Tx, order: Order) -> dict[str, Usual]:
    """Parcel number to how long parcels on its lane take, for those that are on their way."""
    found = {}
    for parcel in order.shipments:
        if parcel.status != "delivered" and (where := lane(parcel, order.country)) is not None:
            found[parcel.number] = tx.orders.usual(where)
    return {number: one for number, one in found.items() if one is not None}


def linked(tx: Tx, conversation: int) -> list[OrderLink]:
    """Every order beside a conversation with its state and why. An address that agrees links, as long as an
    answer goes to that address; a quoted number only suggests, because who writes it may not be who ordered."""
    customer = tx.conversations.state(conversation).customer_id
    own = _goes_to_customer(tx, conversation, customer)
    out = []
    for order, owner, decision, quoted in tx.orders.beside(conversation):
        if decision == "linked":
            out.append(OrderLink(order, "linked", _("confirmed by an agent")))
        elif decision == "rejected":
            out.append(OrderLink(order, "rejected", _("rejected by an agent")))
        elif owner == customer and own:
            out.append(OrderLink(order, "linked", _("same mail address")))
        elif owner == customer and order.buyer_id and _through_market(tx, conversation, order.source):
            out.append(OrderLink(order, "linked", _("same buyer at {market}").format(market=order.source)))
        elif owner == customer:
            out.append(OrderLink(order, "suggested", _("the last message came from another address")))
        elif quoted:
            out.append(OrderLink(order, "suggested", _("only its number is in the text")))
    rank = {"linked": 0, "suggested": 1, "rejected": 2}
    return sorted(out, key=lambda link: rank[link.state])


def _through_market(tx: Tx, conversation: int, market: str) -> bool:
    """Whether an answer goes through the market whose buyer this is, which passes it on to that buyer alone."""
    to = [address.address for address in tx.messages.answer_to(conversation)]
    return bool(to) and all(market_of(one) == market for one in to)


def _goes_to_customer(tx: Tx, conversation: int, customer: int) -> bool:
    """Whether an answer to the last message goes to the customer alone: after a merge, a mail from a third person
    or a foreign Reply-To it would carry one person's order to another."""
    to = {address.address for address in tx.messages.answer_to(conversation)}
    own = {i.value for i in tx.customers.identities(customer) if i.channel == "mail"}
    return to <= own
