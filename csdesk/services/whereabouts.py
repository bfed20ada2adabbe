"""Answering "where is it?": a draft with what is really known of the linked order, in the customer's language; for
whoever only quotes a number, the question who they are."""

from __future__ import annotations

from csdesk.domain.whereis import IDENTITY, Answer, asks_where, template_for, unanswered, whose
from csdesk.services.context import Context
from csdesk.services.lateness import is_late
from csdesk.services.notice_writing import answers_for, put_draft
from csdesk.services.orders import linked
from csdesk.services.templates import Templates
from csdesk.services.tongue import spoken
from csdesk.store import Tx
from csdesk.templating import best_language
from csdesk.templating.context import current_parcel


class Whereabouts:
    """Answers about parcels, for the acting agent."""

    def __init__(self, context: Context, templates: Templates) -> None:
        self.context = context
        self.store = context.store
        self.templates = templates

    def answer(self, conversation: int) -> Answer:
        """The answer as it would be drafted; changes nothing. Raises NotFound."""
        with self.store.read() as tx:
            conversation = tx.conversations.root(conversation)
            thread = tx.inbox.thread(conversation)
            last = tx.messages.last_asked(conversation)
            said = unanswered(thread.newest) or (last.visible_text if last else "")
            order = whose(linked(tx, conversation), said)
            late = order is not None and is_late(tx, order)
            language = spoken(tx, thread, last) or "en"
            customer = tx.customers.card(thread.customer_id)
            shop = self._shop(tx, conversation)
        parcel = current_parcel(order) if order is not None else None
        name = template_for(order, parcel, late=late)
        agent = self.context.agent.name
        if order is None or name == IDENTITY:
            text = self.templates.render(name, conversation=conversation, language=language)
        else:
            told = best_language(self.templates.get(name), language)
            text = self.templates.fill(
                name, customer=customer, order=order, shop=shop, agent=agent, language=told,
                answers=answers_for(order, told),
            )  # fmt: skip
        number = order.number if order is not None else ""
        return Answer(conversation, asks_where(said), name, number, language, text)

    def draft(self, conversation: int) -> Answer:
        """Make it this agent's draft, below what is being written there. Raises NotFound."""
        made = self.answer(conversation)
        with self.store.write() as tx:
            put_draft(tx, made.conversation, self.context.agent.id, made.text)
        return made

    def _shop(self, tx: Tx, conversation: int) -> str:
        account = tx.accounts.by_id(tx.conversations.state(conversation).account_id)
        return self.context.config.shop.name or account.display_name or account.address
