"""Writing first: which notices are due, made drafts of, skipped, and sent by themselves where a person wanted that.

A notice is made once for an order and a rule: its key is written in the transaction that writes the draft or the
outbox row, so two agents, or an agent and the sync process, cannot both write to the same customer.
"""

from __future__ import annotations

import logging

from csdesk.domain.notices import Notice, Policy, Rule, RuleState
from csdesk.domain.people import Account
from csdesk.domain.template import Rendered
from csdesk.errors import Conflict, DeskError, NotFound, Refused
from csdesk.i18n import _
from csdesk.noticewords import blocked_word, rule_word
from csdesk.services.context import Context
from csdesk.services.freezing import freeze
from csdesk.services.notice_cases import Case, cases, is_day, is_linked, notice
from csdesk.services.notice_rules import book
from csdesk.services.notice_writing import begin, envelope, order_of, put_draft, rendered
from csdesk.services.shops import is_shop
from csdesk.services.templates import Templates
from csdesk.store import Tx
from csdesk.templating.marks import unresolved

log = logging.getLogger(__name__)


class Notices:
    """What the acting agent sees and decides of notices."""

    def __init__(self, context: Context, templates: Templates) -> None:
        self.context = context
        self.store = context.store
        self.templates = templates

    def list(self, *, blocked: bool = False) -> tuple[Notice, ...]:
        """Notices that are due, the longest due first; with `blocked` only those that something stands in the way
        of."""
        with self.store.read() as tx:
            found = [one for one in cases(tx) if bool(one.proposal.blocked) == blocked]
            return tuple(notice(one, tx.now) for one in found)

    def draft(self, number: str, rule: str) -> int:
        """Make a draft of a notice; gives its conversation, a new one where the customer has none about this order.
        Raises NotFound, Refused when it is not due or not allowed, Conflict when somebody was faster."""
        agent = self.context.agent
        with self.store.read() as tx:
            case = self._case(tx, number, rule)
        text = self._text(case, agent.name)
        with self.store.write() as tx:
            conversation = case.proposal.conversation
            if conversation is None:
                conversation = begin(tx, case, text.subject, agent.id)
            else:
                conversation = tx.conversations.root(conversation)
            order = case.proposal.order
            if not tx.notices.mark(order.id, rule, "drafted", agent=agent.id, conversation=conversation):
                raise Conflict(
                    _("The notice {rule} for order {number} was made already.").format(
                        rule=rule_word(rule), number=order.number
                    ),
                    code="notified",
                )
            if case.proposal.conversation is None:
                # Whoever began it is sure whose order it is: the mail goes to the address on it.
                tx.orders.decide(conversation, order.id, "linked", agent.id)
            put_draft(tx, conversation, agent.id, text)
        return conversation

    def skip(self, number: str, rule: str) -> None:
        """Not this time: the notice is not proposed again. Raises NotFound, Conflict."""
        agent = self.context.agent
        self._rule(rule)
        with self.store.write() as tx:
            order = order_of(tx, number)
            if not tx.notices.mark(order.id, rule, "skipped", agent=agent.id):
                raise Conflict(
                    _("The notice {rule} for order {number} was made already.").format(
                        rule=rule_word(rule), number=order.number
                    ),
                    code="notified",
                )

    def unskip(self, number: str, rule: str) -> None:
        """Propose a skipped notice again. Raises NotFound, Refused for one that was written."""
        agent = self.context.agent
        self._rule(rule)
        with self.store.write() as tx:
            order = order_of(tx, number)
            if tx.notices.forget(order.id, rule) != "skipped":
                raise Refused(
                    _("The notice {rule} for order {number} was not skipped.").format(
                        rule=rule_word(rule), number=order.number
                    ),
                    code="not_skipped",
                )
            data = {"order": order.id, "rule": rule, "state": "proposed"}
            tx.log.append("notice", agent=agent.id, data=data)

    def preview(self, number: str, rule: str) -> Rendered:
        """What a notice would say. Raises NotFound, Refused."""
        with self.store.read() as tx:
            case = self._case(tx, number, rule)
        return self._text(case, self.context.agent.name)

    def rules(self) -> tuple[RuleState, ...]:
        """All rules, and where they send by themselves."""
        with self.store.read() as tx:
            switches = tx.notices.switches()
            names = {one.id: one.name for one in tx.accounts.all()}
        return tuple(
            RuleState(
                rule, tuple(sorted(names[a] for a, name in switches if name == rule.name and a in names))
            )
            for rule in book().rules
        )

    def policies(self) -> tuple[Policy, ...]:
        """What markets forbid, and where that is written."""
        return book().policies

    def switch(self, rule: str, account: str, *, on: bool) -> None:
        """Let a rule's notices leave by themselves through an account, or not any more. Raises NotFound, Refused."""
        found = self._rule(rule)
        if on and not found.by_itself:
            words = _("The notice {rule} can't leave by itself: a person has to act in the shop first.")
            raise Refused(words.format(rule=rule_word(rule)), code="needs_person")
        with self.context.acting() as tx:
            chosen = tx.accounts.get(account)
            if is_shop(chosen.kind):
                words = _("{account} is a shop; notices leave through the account that writes mails.")
                raise Refused(words.format(account=account), code="no_mail")
            tx.notices.switch(chosen.id, rule, self.context.agent.id, on=on)

    def _rule(self, name: str) -> Rule:
        found = book().rule(name)
        if found is None:
            known = ", ".join(rule.name for rule in book().rules)
            raise NotFound(
                _("There is no notice {name!r}; there are {known}.").format(name=name, known=known)
            )
        return found

    def _case(self, tx: Tx, number: str, rule: str) -> Case:
        """One proposal of now. Raises NotFound, Refused with the reason why it cannot be written."""
        self._rule(rule)
        order = order_of(tx, number)
        state = tx.notices.done([order.id]).get(order.id, {}).get(rule)
        found = next((one for one in cases(tx, order.id) if one.proposal.rule.name == rule), None)
        if found is None:
            words = (
                _("The notice {rule} for order {number} was made already.")
                if state
                else _("The notice {rule} isn't due for order {number}.")
            )
            raise Refused(
                words.format(rule=rule_word(rule), number=order.number),
                code=(state and "notified") or "not_due",
            )
        if found.proposal.blocked:
            raise Refused(blocked_word(found.proposal), code=found.proposal.blocked)
        return found

    def _text(self, case: Case, agent: str) -> Rendered:
        return rendered(self.templates, self.context.config.shop.name, case, agent)


def send_due(context: Context, account: Account) -> int:
    """Queue what a person let leave by itself through this account and what it is now the time for in the customer's
    day; returns how many. A notice with a place that nobody can fill in stays a proposal."""
    with context.store.read() as tx:
        rules = {rule for one, rule in tx.notices.switches() if one == account.id}
        if not rules:
            return 0
        due = [
            one
            for one in cases(tx)
            if one.proposal.rule.name in rules
            and one.account.id == account.id
            and not one.proposal.blocked
            and is_day(one, tx.now)
        ]
    templates, done = Templates(context), 0
    for case in due:
        try:
            done += _send(context, templates, case)
        except DeskError as error:
            log.warning(
                "notice %s, order %s: %s", case.proposal.rule.name, case.proposal.order.id, error.code
            )
    return done


def _send(context: Context, templates: Templates, case: Case) -> int:
    text = rendered(templates, context.config.shop.name, case, "")
    if text.missing or unresolved(text.text) or not case.proposal.rule.by_itself:
        return 0
    proposal = case.proposal
    with context.store.write() as tx:
        if (case.account.id, proposal.rule.name) not in tx.notices.switches():
            return 0  # somebody switched it off meanwhile
        conversation = proposal.conversation
        if conversation is None:
            conversation = begin(tx, case, text.subject, None)
        else:
            conversation = tx.conversations.root(conversation)
            if tx.conversations.state(conversation).waiting_since is not None or not is_linked(
                tx, conversation, proposal.order.id
            ):
                return 0
        if not tx.notices.mark(proposal.order.id, proposal.rule.name, "sent", conversation=conversation):
            raise Conflict("", code="notified")  # takes back what was begun
        freeze(tx, conversation, envelope(tx, case, conversation, text), None)
    return 1
