"""Writing a notice: its text, its conversation, its draft or what goes to the outbox."""

from __future__ import annotations

from dataclasses import replace

from csdesk.domain.conversation import Draft
from csdesk.domain.events import State
from csdesk.domain.mail import Address
from csdesk.domain.orders import Order
from csdesk.domain.template import Rendered
from csdesk.errors import NotFound, Usage
from csdesk.i18n import _
from csdesk.mail.build import reply_subject
from csdesk.services.freezing import Envelope
from csdesk.services.notice_cases import Case
from csdesk.services.notice_rules import book
from csdesk.services.templates import Templates
from csdesk.store import Tx
from csdesk.templating.context import current_parcel


def envelope(tx: Tx, case: Case, conversation: int, text: Rendered) -> Envelope:
    """What leaves by itself, marked as such."""
    thread = tx.inbox.thread(conversation)
    before = [m for m in thread.messages if m.message_id and m.state not in ("failed", "bounced")]
    to = tx.messages.answer_to(conversation)
    return Envelope(
        account=tx.accounts.by_id(tx.conversations.state(conversation).account_id),
        to=tuple(to) or (Address(case.proposal.order.email, case.customer.name),),
        subject=reply_subject(thread.own_subject) if before else text.subject,
        text=text.text,
        references=tuple(m.message_id for m in before),
        in_reply_to=before[-1].message_id if before else "",
        language=text.language,
        template=text.name,
        now=True,
        automatic="notice",
    )


def rendered(templates: Templates, shop: str, case: Case, agent: str) -> Rendered:
    """The text of a notice in its customer's language; what nobody knows is listed in `missing`."""
    template = templates.get(case.proposal.rule.template)
    order, account = case.proposal.order, case.account
    language = case.language if case.language in template.texts else "en"
    name = shop or account.display_name or account.address
    return templates.fill(
        template.name,
        customer=case.customer,
        order=order,
        shop=name,
        agent=agent or name,  # what leaves by itself is signed by the shop
        language=language,
        answers=answers_for(order, language),
    )


def answers_for(order: Order, language: str) -> dict[str, str]:
    """What the templates ask for and the order or the rules tell."""
    told = {variable: book().answer(variable, language) for variable in book().answers}
    told["platform"] = order.source.capitalize() if order.source != "csv" else ""
    told["address"] = order.address or ", ".join(part for part in (order.city, order.country) if part)
    told["tax_name"] = book().tax_names.get(order.country, "")
    if parcel := current_parcel(order):
        from csdesk.orders.carriers import tracking_page

        told["tracking_page"] = tracking_page(parcel.number, parcel.carrier)
    return {name: text for name, text in told.items() if text}


def order_of(tx: Tx, number: str) -> Order:
    """The one order of a number, or of a parcel's. Raises NotFound, Usage where there are several."""
    found = tx.orders.by_number(number)
    if not found:
        raise NotFound(_("No order or parcel {number} is known.").format(number=number))
    if len({one.id for one in found}) > 1:
        words = _("Several orders have the number {number}: {sources}. Look them up in their shops.")
        raise Usage(words.format(number=number, sources=", ".join(one.source for one in found)))
    return found[0]


def begin(tx: Tx, case: Case, subject: str, agent: int | None) -> int:
    """A new conversation with who ordered."""
    order = case.proposal.order
    tx.customers.alone()
    known = tx.customers.by_values("mail", [order.email])
    customer = known.get(order.email) or (case.customer.id or None)
    if customer is None:
        fields = {
            "channel": "mail",
            "value": order.email,
            "name": case.customer.name,
            "language": case.customer.language,
            "country": case.customer.country,
            "timezone": case.customer.timezone,
            "utc_offset": None,
            "created_at": tx.now,
        }
        customer = tx.customers.add_all([fields])[0]
        tx.orders.adopt([(order.email, customer)])
    conversation = tx.conversations.allocate(1)[0]
    state = State(
        account_id=case.account.id,
        customer_id=customer,
        created_at=tx.now,
        last_message_at=tx.now,
        assignee_id=agent,
        language=case.language,
    )
    changes = tx.conversations.batch()
    data = {"agent": agent, "identity": ["mail", order.email]}
    changes.create(conversation, subject, "", state, data=data)
    changes.flush()
    return conversation


def put_draft(tx: Tx, conversation: int, agent: int, text: Rendered) -> None:
    """The notice as this agent's draft, below what is being written there."""
    rev = tx.conversations.state(conversation).rev
    known = tx.drafts.get(conversation, agent, "reply")
    words = "\n\n".join(part for part in (known.text if known else "", text.text) if part.strip())
    draft = Draft(
        conversation,
        agent,
        "reply",
        words,
        rev,
        tx.now,
        template=text.name,
        language=text.language,
        cursor=len(words),
    )
    if known is not None:
        draft = replace(known, text=words, cursor=len(words), rev=rev)
    tx.drafts.put(draft)
