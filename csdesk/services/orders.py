"""Orders beside conversations, and importing them from files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from csdesk.domain.orders import Order, OrderLink, Shipment
from csdesk.errors import NotFound
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean_line


@dataclass(slots=True)
class ImportReport:
    """What an import did. `skipped` are (line, sentence) of what could not be taken; the rest was."""

    kind: str = ""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)


class Orders:
    """Looks orders up, links them, takes them in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def beside(self, conversation: int) -> tuple[OrderLink, ...]:
        """Orders beside a conversation: linked ones first, then suggestions; rejected ones are left out."""
        with self.store.read() as tx:
            return tuple(link for link in linked(tx, conversation) if link.state != "rejected")

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

    def import_file(self, path: Path, *, kind: str = "auto") -> ImportReport:
        """Take in a file of orders or tracking events, all in one transaction: after a failure nothing of it is
        there. Lines that cannot be read are skipped and named. Raises Refused, Usage, NotFound."""
        from csdesk.orders.files import read_orders

        found = read_orders(path, kind)
        report = ImportReport(kind=found.kind, skipped=[(p.line, p.sentence) for p in found.problems])
        with self.context.acting() as tx:
            for order in found.orders:
                self._count(report, tx.orders.upsert(order))
            for parcel in found.parcels:
                orders = tx.orders.by_number(parcel.order) if parcel.order else []
                owner = orders[0].id if orders else None
                self._count(report, tx.orders.put_shipment(parcel.shipment, owner))
            data = {"file": path.name, "added": report.added, "updated": report.updated}
            tx.log.append("order_imported", agent=self.context.agent.id, data=data)
        return report

    @staticmethod
    def _count(report: ImportReport, what: str) -> None:
        setattr(report, what, getattr(report, what) + 1)


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
        elif owner == customer:
            out.append(OrderLink(order, "suggested", _("the last message came from another address")))
        elif quoted:
            out.append(OrderLink(order, "suggested", _("only its number is in the text")))
    rank = {"linked": 0, "suggested": 1, "rejected": 2}
    return sorted(out, key=lambda link: rank[link.state])


def _goes_to_customer(tx: Tx, conversation: int, customer: int) -> bool:
    """Whether an answer to the last message goes to the customer alone: after a merge, a mail from a third person
    or a foreign Reply-To it would carry one person's order to another."""
    to = {address.address for address in tx.messages.answer_to(conversation)}
    own = {i.value for i in tx.customers.identities(customer) if i.channel == "mail"}
    return to <= own
