"""Two customers who are one: who it may be, what would move, moving it, and taking that back. Every act is one
transaction of the caller's: it happens whole or not at all."""

from __future__ import annotations

from csdesk.domain.customer import Move, Proposal, united
from csdesk.domain.tokens import tokens
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.services import customer_acts
from csdesk.store import Tx

LOOKED_AT = 200
"""The newest customers, among whom pairs are looked for."""


def proposals(tx: Tx, customer: int | None) -> tuple[Proposal, ...]:
    """Pairs that may be one customer, the surest reason of each. The one with the lower number is kept: it was there
    first."""
    if customer is not None:
        alive = tx.customers.facts(customer)["merged_into"] is None
        people = [customer] if alive else []
    else:
        people = [row.id for row in tx.recents.written(None, LOOKED_AT).rows]
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for one in people:
        for other, address in tx.unions.same_mailbox(one):
            _note(found, one, other, "address", address)
    for one in people:
        for other, number in tx.unions.same_order(one):
            if _related(tx, one, other):
                _note(found, one, other, "order", number)
    facts = {one: tx.customers.facts(one) for one in people}
    named = [(one, facts[one]["name"], facts[one]["country"]) for one in people]
    for one, other in tx.unions.namesakes(named):
        _note(found, one, other, "name", facts[one]["name"])
    out = []
    for (keep, gone), (why, what) in found.items():
        names = []
        for one in (keep, gone):
            known = facts.get(one) or tx.customers.facts(one)
            names.append(known["name"] if known["merged_into"] is None else None)
        if names[0] is not None and names[1] is not None:
            out.append(Proposal(keep, names[0], gone, names[1], why, what))
    return tuple(out)


def _related(tx: Tx, one: int, other: int) -> bool:
    """Whether two names share a word. Anybody can quote a number: made one with who ordered, a stranger would be told
    whatever that customer may know."""
    first, second = (set(tokens(tx.customers.facts(who)["name"])) for who in (one, other))
    return bool(first & second)


def _note(found: dict[tuple[int, int], tuple[str, str]], one: int, other: int, why: str, what: str) -> None:
    found.setdefault((min(one, other), max(one, other)), (why, what))


def preview(tx: Tx, keep: int, gone: int) -> Move:
    """What would move when `gone` becomes part of `keep`. Raises NotFound, Refused."""
    if keep == gone:
        raise Refused(_("Name two customers: one that stays and one that becomes part of it."), code="same")
    for one in (keep, gone):
        into = tx.customers.facts(one)["merged_into"]
        if into is not None:
            words = _("Customer {id} is part of customer {into} already.")
            raise Refused(words.format(id=one, into=tx.customers.root(one)), code="merged")
    stays, goes = tx.customers.card(keep), tx.customers.card(gone)
    return Move(stays, goes, goes.conversations, tx.unions.orders(gone), united(stays, goes))


def merge(tx: Tx, keep: int, gone: int, agent: int) -> Move:
    """`gone` becomes part of `keep`. Raises NotFound, Refused."""
    tx.customers.alone()  # no mail of either comes in between
    for one in sorted((keep, gone)):
        tx.customers.facts(one)
    found = preview(tx, keep, gone)
    tx.unions.merge(found.keep, found.gone, agent)
    return found


def part(tx: Tx, keep: int, gone: int, agent: int) -> str:
    """Take the merge of `gone` into `keep` back; returns a sentence. Raises NotFound, Refused."""
    tx.customers.facts(gone)
    tx.customers.facts(keep)
    merges = tx.log.of_customer(keep, frozenset({"customer_merged"}))
    event = next((one for one in merges if one.data["gone"] == gone), None)
    if event is None:
        words = _("Customer {gone} was never merged into {keep}.")
        raise NotFound(words.format(gone=gone, keep=keep))
    return customer_acts.take_back(tx, event, agent)
