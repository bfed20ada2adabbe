"""Customers of the desk in memory: recent ones, edits and merges, as the real service promises them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from csdesk.domain.customer import (
    Customer,
    CustomerPage,
    CustomerRow,
    Earlier,
    Move,
    PageKey,
    Proposal,
    Purchases,
    TalkPage,
    united,
)
from csdesk.errors import Refused, Usage
from tests.ui.fake_samples import NOW, link

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


@dataclass
class FakeCustomers:
    """Forty people, one conversation each, made from the desk's own threads."""

    desk: FakeDesk

    def __post_init__(self) -> None:
        self.edited: dict[int, Customer] = {}
        self.gone: dict[int, int] = {}
        self.seen: list[int] = []

    def card(self, customer: int) -> Customer:
        customer = self.gone.get(customer, customer)
        return self.edited.get(customer) or self.made(customer)

    def made(self, customer: int) -> Customer:
        raise NotImplementedError

    def recent(
        self, order: str = "written", *, after: PageKey | None = None, limit: int = 100, text: str = ""
    ) -> CustomerPage:
        self.desk.note_call("recent", (order, after, text))
        ids = self.seen[::-1] if order == "visited" else [t.customer_id for t in self.desk.threads.values()]
        cards = [self.card(one) for one in dict.fromkeys(ids) if one not in self.gone]
        found = [one for one in cards if text.casefold() in one.name.casefold()]
        start = after[1] if after else 0
        rows = tuple(
            CustomerRow(one.id, one.name, one.identities[0].value, one.language, one.country, one.tags,
                        NOW - timedelta(hours=start + at), f"about {one.id}")
            for at, one in enumerate(found[start : start + limit])
        )  # fmt: skip
        more = start + limit < len(found)
        return CustomerPage(rows, (0, start + limit) if more else None)

    def visit(self, customer: int) -> None:
        self.seen = [*(one for one in self.seen if one != customer), customer]

    def talks(self, customer: int, *, after: PageKey | None = None, limit: int = 100) -> TalkPage:
        self.desk.note_call("talks", (customer, after))
        start = after[1] if after else 0
        count = 150 if customer == 2 else 3
        rows = tuple(
            Earlier(
                number + 1,
                f"talk {number}",
                "closed" if number % 2 else "open",
                NOW - timedelta(days=number),
                2,
            )
            for number in range(start, min(start + limit, count))
        )
        return TalkPage(rows, (0, start + limit) if start + limit < count else None)

    def purchases(self, customer: int) -> Purchases:
        return Purchases((link(1).order,), 1, {"EUR": Decimal("38.00")})

    def edit(self, customer: int, **fields: str) -> Customer:
        self.desk.note_call("edit", (customer, fields))
        if fields.get("country") == "Narnia":
            raise Usage("'Narnia' is no country; write a code such as ES, or its name.")
        known = {name: value for name, value in fields.items() if name != "tags"}
        card = replace(self.card(customer), **known, tags=tuple(fields.get("tags", "").split()))  # type: ignore[arg-type]
        self.edited[customer] = card
        return card

    def proposals(self, customer: int | None = None) -> tuple[Proposal, ...]:
        pair = Proposal(1, self.card(1).name, 3, self.card(3).name, "order", "#1042")
        shown = 3 not in self.gone and customer in (None, 1, 3)
        return (pair,) if shown else ()

    def preview(self, keep: int, gone: int) -> Move:
        self.desk.note_call("preview", (keep, gone))
        if keep == gone:
            raise Refused("Name two customers: one that stays and one that becomes part of it.")
        one, other = self.card(keep), self.card(gone)
        return Move(one, other, 3, 1, united(one, other))

    def merge(self, keep: int, gone: int) -> Move:
        self.desk.note_call("merge_customers", (keep, gone))
        move = self.preview(keep, gone)
        self.gone[gone] = keep
        return move
