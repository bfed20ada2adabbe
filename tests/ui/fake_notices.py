"""Notices for the desk in memory: two that are proposed, one that a market forbids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from csdesk.domain.conversation import Draft
from csdesk.domain.notices import Notice, Policy, Proposal, Rule
from csdesk.domain.template import Rendered
from csdesk.domain.troubles import Trouble, TroubleLine
from csdesk.domain.whereis import Answer
from tests.ui.fake_samples import NOW, link

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


def _notice(n: int, rule: str, who: str, blocked: str = "") -> Notice:
    order = replace(link(n).order, source="amazon" if blocked else "aliexpress")
    policy = (
        Policy("amazon", date(2020, 11, 6), ("receipt",), "Communication guidelines, G1701")
        if blocked
        else None
    )
    made = Rule(rule, ("delivered",), "delivered", 1, 7, "confirm_receipt", "receipt")
    proposal = Proposal(made, order, NOW - timedelta(days=n), n, blocked, policy)
    return Notice(proposal, who, "support", "es", NOW, True)


class FakeNotices:
    """Lists, writes and skips."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.due = [_notice(1, "confirm_receipt", "Ana López"), _notice(2, "extend", "山田花子")]
        self.kept = [_notice(3, "confirm_receipt", "J. Weber", "policy")]

    def list(self, *, blocked: bool = False) -> tuple[Notice, ...]:
        return tuple(self.kept if blocked else self.due)

    def preview(self, number: str, rule: str) -> Rendered:
        text = f"Hola:\n\nSu pedido {number} ha llegado.\n\nUn saludo,\nLin"
        return Rendered("confirm_receipt", "es", text, "Su pedido ha llegado")

    def draft(self, number: str, rule: str) -> int:
        self.desk.note_call("draft_notice", (number, rule))
        one = self._taken(number, rule)
        conversation = one.proposal.conversation or 1
        text = self.preview(number, rule).text
        self.desk.drafts[conversation, "reply"] = Draft(conversation, 1, "reply", text, 1, NOW)
        return conversation

    def skip(self, number: str, rule: str) -> None:
        self.desk.note_call("skip_notice", (number, rule))
        self._taken(number, rule)

    def _taken(self, number: str, rule: str) -> Notice:
        found = next(o for o in self.due if (o.proposal.order.number, o.proposal.rule.name) == (number, rule))
        self.due.remove(found)
        return found


class FakeWhereabouts:
    """Answers from the first order that is linked."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def draft(self, conversation: int) -> Answer:
        self.desk.note_call("where", conversation)
        known = [one.order.number for one in self.desk.links.get(conversation, ()) if one.state == "linked"]
        text = (
            f"Su pedido {known[0]} está en camino."
            if known
            else "Please write from the address of the order."
        )
        self.desk.drafts[conversation, "reply"] = Draft(conversation, 1, "reply", text, 1, NOW)
        name, number = ("where_is_my_order", known[0]) if known else ("identity_check", "")
        return Answer(conversation, True, name, number, "es", Rendered(name, "es", text))


class FakeTroubles:
    """A dispute of a customer who wrote, and a lost parcel of one who did not."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk

    def list(self) -> tuple[TroubleLine, ...]:
        order = link(1).order
        dispute = Trouble("dispute", order, None, NOW + timedelta(hours=20))
        lost = Trouble("lost", link(2).order, next(iter(order.shipments), None), None, 9)
        return TroubleLine(dispute, "Ana López", 1), TroubleLine(lost, "山田花子", None)

    def draft(self, number: str, kind: str) -> int:
        self.desk.note_call("draft_trouble", (number, kind))
        self.desk.drafts[2, "reply"] = Draft(2, 1, "reply", "お荷物が紛失しました。", 1, NOW)
        return 2
