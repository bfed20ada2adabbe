"""The exceptions: orders and parcels that somebody should look at, the most urgent first, and what to write about
each."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from csdesk.domain.notices import Rule
from csdesk.domain.orders import Order
from csdesk.domain.rates import convert
from csdesk.domain.template import Rendered
from csdesk.domain.troubles import Trouble, TroubleLine, ranked, troubles
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.services.lateness import days_late
from csdesk.services.notice_cases import Case, single, talk_of
from csdesk.services.notice_writing import begin, order_of, put_draft, rendered
from csdesk.services.templates import Templates
from csdesk.store import Tx
from csdesk.troublewords import trouble_word

BACK = timedelta(days=120)
"""Older orders are settled one way or the other."""


class Troubles:
    """What is out of the ordinary, for the acting agent."""

    def __init__(self, context: Context, templates: Templates) -> None:
        self.context = context
        self.store = context.store
        self.templates = templates

    def list(self) -> tuple[TroubleLine, ...]:
        """All of them: the least time left first, then the most money."""
        with self.store.read() as tx:
            found = [
                (one, customer)
                for order, customer in tx.notices.candidates(tx.now - BACK)
                for one in _of(tx, order)
            ]
            usual = Counter(one.order.currency for one, _customer in found).most_common(1)
            base = usual[0][0] if usual else ""
            lines = []
            for one, customer in found:
                talk = talk_of(tx, one.order.id) if customer is not None else None
                who = one.order.customer_name or one.order.email
                lines.append(TroubleLine(one, who, talk, self._worth(tx, one.order, base)))
            return ranked(lines, tx.now)

    def draft(self, number: str, kind: str) -> int:
        """Make a draft of the template for a trouble; gives its conversation, a new one where there is none. Raises
        NotFound when the order has no such trouble, Refused when nobody can be written to."""
        agent = self.context.agent
        with self.store.read() as tx:
            case = self._case(tx, number, kind)
        text = self._text(case)
        with self.store.write() as tx:
            conversation = case.proposal.conversation
            if conversation is None:
                conversation = begin(tx, case, text.subject, agent.id)
                tx.orders.decide(conversation, case.proposal.order.id, "linked", agent.id)
            else:
                conversation = tx.conversations.root(conversation)
            put_draft(tx, conversation, agent.id, text)
        return conversation

    def preview(self, number: str, kind: str) -> Rendered:
        """What the draft would say. Raises what draft() raises."""
        with self.store.read() as tx:
            case = self._case(tx, number, kind)
        return self._text(case)

    def _text(self, case: Case) -> Rendered:
        return rendered(self.templates, self.context.config.shop.name, case, self.context.agent.name)

    def _case(self, tx: Tx, number: str, kind: str) -> Case:
        order = order_of(tx, number)
        found = next((one for one in _of(tx, order) if not kind or one.kind == kind), None)
        if found is None:
            words = (
                _("Order {number} has no trouble {kind}.")
                if kind
                else _("Nothing is wrong with order {number}.")
            )
            raise NotFound(words.format(number=order.number, kind=trouble_word(kind)))
        rule = Rule(found.kind, (), "placed", 0, 0, found.template, "shipment", by_itself=False)
        case = single(tx, order, rule)
        if case is None:
            words = _("Order {number}: its customer can only be reached in the market's own messages.")
            raise Refused(words.format(number=order.number), code="no_recipient")
        return case

    def _worth(self, tx: Tx, order: Order, base: str) -> Decimal:
        """The order's total in one currency, where a rate is known; else the figure itself."""
        if order.currency == base:
            return order.total
        if order.shop_total is not None and order.shop_currency == base:
            return order.shop_total
        day = order.placed_at.astimezone(self.context.here).date()
        made = convert(order.total, order.currency, base, day, tx.shops.rates(order.currency, base))
        return made.amount if made else order.total


def _of(tx: Tx, order: Order) -> tuple[Trouble, ...]:
    late = {parcel.number: days_late(tx, order, parcel) for parcel in order.shipments}
    return troubles(order, tx.now, late)
