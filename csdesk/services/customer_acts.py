"""Taking back what an agent did to a customer: an edit, or the merge of two. Works inside the caller's transaction."""

from __future__ import annotations

from csdesk.domain.events import Event, decode
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.store import Tx


def holds(tx: Tx, event: Event) -> bool:
    """Whether everything an act on a customer set is still so; only then can it be taken back."""
    try:
        if event.kind == "customer_merged":
            return obstacle(tx, event) is None
        facts = tx.customers.facts(event.customer_id or 0)
    except NotFound:
        return False
    return facts["merged_into"] is None and all(facts[name] == v for name, v in decode(event.set).items())


def obstacle(tx: Tx, event: Event) -> str | None:
    """Why a merge of two customers cannot be taken back now, as a sentence, or None."""
    keep, gone = event.customer_id or 0, int(event.data["gone"])
    if tx.customers.facts(gone)["merged_into"] != keep:
        return _("The merge of customer {gone} into {keep} was taken back already.").format(
            gone=gone, keep=keep
        )
    further = tx.customers.facts(keep)["merged_into"]
    if further is not None:
        words = _("Customer {keep} became part of {further} since; take that merge back first.")
        return words.format(keep=keep, further=further)
    return None


def take_back(tx: Tx, event: Event, agent: int) -> str:
    """Take an act on a customer back; returns a sentence. Raises Refused where something changed since."""
    customer = event.customer_id or 0
    tx.customers.alone()
    if event.kind == "customer_merged":
        if reason := obstacle(tx, event):
            raise Refused(reason, code="changed_since")
        tx.unions.part(event, agent)
        words = _("Customers {keep} and {gone} are two again.")
        return words.format(keep=customer, gone=event.data["gone"])
    if not holds(tx, event):
        words = _("Customer {id} was changed since; take a look first.")
        raise Refused(words.format(id=customer), code="changed_since")
    tx.customers.learn(customer, **decode(event.was))
    tx.customers.rekey(customer)
    tx.log.append(
        "undone", customer=customer, agent=agent, after=dict(event.was), before=dict(event.set),
        data={"of": event.id, "kind": event.kind},
    )  # fmt: skip
    return _("Customer {id} is as before.").format(id=customer)
