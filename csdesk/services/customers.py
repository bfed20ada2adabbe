"""Customers: the recent ones, all that is known of one, and editing it. Merging two stands in services.unions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from csdesk.domain.customer import Customer, CustomerPage, Move, PageKey, Proposal, Purchases, TalkPage
from csdesk.domain.events import encode
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.services import codes, places, unions
from csdesk.services.bulk import tag_word
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean, clean_line

NAME = 120
NOTES = 20_000
TAGS = 30
EDITABLE = ("name", "language", "country", "notes", "tags")


class Customers:
    """Who writes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def card(self, customer: int) -> Customer:
        """A customer with identities and earlier conversations; of one that was merged, whom it became part of.
        Raises NotFound."""
        with self.store.read() as tx:
            return tx.customers.card(tx.customers.root(customer))

    def recent(
        self, order: str = "written", *, after: PageKey | None = None, limit: int = 100, text: str = ""
    ) -> CustomerPage:
        """Customers by when they last wrote ('written') or when the acting agent last looked at them ('visited'),
        newest first; with `text` those who have words that begin so in name or address. Raises Usage."""
        if order not in ("written", "visited"):
            raise Usage(_("Customers are listed by written or visited, not {order!r}.").format(order=order))
        agent = self.context.agent.id if order == "visited" else 0
        with self.store.read() as tx:
            if order == "visited":
                return tx.recents.visited(agent, after, limit, text)
            return tx.recents.written(after, limit, text)

    def visit(self, customer: int) -> None:
        """The acting agent looks at a customer. Raises NotFound."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            tx.recents.visit(agent, tx.customers.root(customer))

    def talks(self, customer: int, *, after: PageKey | None = None, limit: int = 100) -> TalkPage:
        """All conversations of a customer, whatever their status, newest first."""
        with self.store.read() as tx:
            return tx.customers.talks(customer, after, limit)

    def purchases(self, customer: int) -> Purchases:
        """A customer's orders with what was bought in all."""
        with self.store.read() as tx:
            return tx.orders.of_customer(customer)

    def edit(self, customer: int, **fields: Any) -> Customer:
        """Change what is known of a customer: name, language, country, notes, tags. Only the given ones change, and
        the act can be taken back. Raises Usage with a sentence for what cannot be, NotFound, Refused."""
        wanted = checked(fields)
        with self.context.acting() as tx:
            facts = _alive(tx, customer)
            if "country" in wanted and wanted["country"] != facts["country"]:
                wanted["timezone"] = places.zone_of(wanted["country"], facts["utc_offset"], tx.now)
            fresh = {name: value for name, value in wanted.items() if facts[name] != value}
            if fresh:
                was = {name: facts[name] for name in fresh}
                tx.customers.learn(customer, **fresh)
                if {"name", "country"} & fresh.keys():
                    tx.customers.rekey(customer)
                tx.log.append(
                    "customer_edited", customer=customer, agent=self.context.agent.id, after=encode(fresh),
                    before=encode(was),
                )  # fmt: skip
            return tx.customers.card(customer)

    def tags_with(
        self, customer: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The tags a customer would have with these added and those taken away. Raises Usage, NotFound."""
        with self.store.read() as tx:
            have = tx.customers.facts(customer)["tags"]
        fresh, gone = [tag_word(one) for one in add], {tag_word(one) for one in remove}
        return tuple(dict.fromkeys([*(t for t in have if t not in gone), *fresh]))

    # -- two who are one ----------------------------------------------------------------------------------

    def proposals(self, customer: int | None = None) -> tuple[Proposal, ...]:
        """Who may be the same person as this customer, or pairs among the newest customers."""
        with self.store.read() as tx:
            return unions.proposals(tx, customer)

    def preview(self, keep: int, gone: int) -> Move:
        """What would move when `gone` becomes part of `keep`. Raises NotFound, Refused."""
        with self.store.read() as tx:
            return unions.preview(tx, keep, gone)

    def merge(self, keep: int, gone: int) -> Move:
        """`gone` becomes part of `keep`: its identities, conversations, orders, notes and tags. Raises NotFound,
        Refused; then nothing has moved."""
        with self.context.acting() as tx:
            return unions.merge(tx, keep, gone, self.context.agent.id)

    def part(self, keep: int, gone: int) -> str:
        """Take the merge of these two back; returns a sentence. Raises NotFound, Refused."""
        with self.context.acting() as tx:
            return unions.part(tx, keep, gone, self.context.agent.id)


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a person typed as it is written down. Raises Usage with a sentence that helps."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "name":
            out[name] = clean_line(value, limit=NAME)
            if not out[name]:
                raise Usage(_("A customer needs a name."))
        elif name == "language":
            out[name] = codes.language(value)
        elif name == "country":
            out[name] = codes.country(value)
        elif name == "notes":
            out[name] = clean(value).strip()
            if len(out[name]) > NOTES:
                words = _("Notes hold {most} characters at most; these are {count}.")
                raise Usage(words.format(most=NOTES, count=len(out[name])))
        elif name == "tags":
            given = value.replace(",", " ").split() if isinstance(value, str) else value
            out[name] = tuple(dict.fromkeys(map(tag_word, given)))
            if len(out[name]) > TAGS:
                raise Usage(_("A customer has {most} tags at most.").format(most=TAGS))
        else:
            raise Usage(_("There is nothing called {name} to edit.").format(name=name))
    return out


def _alive(tx: Tx, customer: int) -> dict[str, Any]:
    """A customer's facts. Raises NotFound, and Refused for one that became part of another."""
    facts = tx.customers.facts(customer)
    if facts["merged_into"] is not None:
        words = _("Customer {id} became part of {into}; go on there.")
        raise Refused(words.format(id=customer, into=tx.customers.root(customer)), code="merged")
    return facts
