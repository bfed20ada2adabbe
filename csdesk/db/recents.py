"""Customers by when they last wrote or were last looked at, found by the beginnings of words. Pages by keyset.

However many customers there are, a page costs a bounded stretch of an index: a rare word is looked up, a common one is
met soon on the way from the newest conversation backwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, text

from csdesk.db.rows import EPOCH
from csdesk.db.tables import Customer, Identity, table
from csdesk.db.tx import Tx
from csdesk.db.types import from_micros
from csdesk.domain.customer import CustomerPage, CustomerRow, PageKey
from csdesk.domain.tokens import phrases
from csdesk.domain.views import micros

_CUST = table(Customer)
_IDENT = table(Identity)

RARE = 2000
"""A word of at most so many customers is looked up; a page of a more common one is met on the way."""
STRETCH = 20_000
"""Conversations that one page looks at most."""
MOST_WORDS = 6
_LAST = "\U0010ffff"
_QUIET = "('spam', 'lists')"

_NEWEST = f"""
    SELECT c.customer_id, c.last_message_at, c.id, c.subject FROM conversation c
    WHERE c.status NOT IN {_QUIET} AND NOT EXISTS (
        SELECT 1 FROM conversation d
        WHERE d.customer_id = c.customer_id AND d.last_message_at >= c.last_message_at
        AND (d.last_message_at > c.last_message_at OR d.id > c.id) AND d.status NOT IN {_QUIET}
    )
"""
_BEHIND = " AND (c.last_message_at, c.id) < (:at, :id)"
_ORDERED = " ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit"
_END = """
    SELECT last_message_at, id FROM conversation WHERE (last_message_at, id) < (:at, :id)
    ORDER BY last_message_at DESC, id DESC LIMIT 1 OFFSET :stretch
"""
_VISITED = """
    SELECT c.customer_id, c.at, c.customer_id, '' FROM visit c JOIN customer p ON p.id = c.customer_id
    WHERE c.agent_id = :agent AND p.merged_into IS NULL AND (c.at, c.customer_id) < (:at, :id)
"""
_SUBJECTS = f"""
    SELECT c.customer_id, c.subject FROM conversation c
    WHERE c.customer_id IN :ids AND NOT EXISTS (
        SELECT 1 FROM conversation d
        WHERE d.customer_id = c.customer_id AND d.last_message_at >= c.last_message_at
        AND (d.last_message_at > c.last_message_at OR d.id > c.id) AND d.status NOT IN {_QUIET}
    ) AND c.status NOT IN {_QUIET}
"""
_VISIT = text(
    "INSERT INTO visit (agent_id, customer_id, at) VALUES (:agent, :customer, :at) "
    "ON CONFLICT (agent_id, customer_id) DO UPDATE SET at = excluded.at"
)
_FIRST: PageKey = (1 << 62, 1 << 62)


class Recents:
    """Lists of customers."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def visit(self, agent: int, customer: int) -> None:
        """An agent looks at a customer now."""
        self.tx.run(_VISIT, {"agent": agent, "customer": customer, "at": micros(self.tx.now)})

    def written(self, after: PageKey | None, limit: int, query: str = "") -> CustomerPage:
        """Customers by their newest message, newest first; spam and list mail do not count."""
        at, number = after or _FIRST
        words = self._words(query)
        if words is None:
            return CustomerPage((), None)
        params: dict[str, Any] = {"at": at, "id": number, "limit": limit, **_ranges(words)}
        rarest = self._rarest(words)
        if rarest is not None:
            among = (
                f" AND c.customer_id IN (SELECT customer_id FROM customer_key WHERE {self._holds(rarest)})"
            )
            others = [n for n in range(len(words)) if n != rarest]
            return self._page(_NEWEST + _BEHIND + among + self._all(others) + _ORDERED, params, None)
        end = self.tx.one(text(_END), {"at": at, "id": number, "stretch": STRETCH - 1})
        within = "" if end is None else " AND (c.last_message_at, c.id) >= (:end_at, :end_id)"
        if end is not None:
            params |= {"end_at": end[0], "end_id": end[1]}
        every = self._all(range(len(words)))
        return self._page(_NEWEST + _BEHIND + within + every + _ORDERED, params, tuple(end) if end else None)

    def visited(self, agent: int, after: PageKey | None, limit: int, query: str = "") -> CustomerPage:
        """Customers at whom an agent looked, the last one first."""
        at, number = after or _FIRST
        words = self._words(query)
        if words is None:
            return CustomerPage((), None)
        params: dict[str, Any] = {"agent": agent, "at": at, "id": number, "limit": limit, **_ranges(words)}
        every = self._all(range(len(words)))
        ordered = " ORDER BY c.at DESC, c.customer_id DESC LIMIT :limit"
        return self._page(_VISITED + every + ordered, params, None)

    def _page(self, statement: str, params: dict[str, Any], end: PageKey | None) -> CustomerPage:
        """The rows; behind them the last one, or where the stretch ended that was too short for a page."""
        found = self.tx.rows(text(statement), params)
        following = (found[-1][1], found[-1][2]) if len(found) == params["limit"] and found else end
        return CustomerPage(self._rows(found), following)

    def _rows(self, found: Sequence[Any]) -> tuple[CustomerRow, ...]:
        ids = [row[0] for row in found]
        people = {row.id: row for row in self.tx.rows(select(_CUST).where(_CUST.c.id.in_(ids)))}
        addresses: dict[int, str] = {}
        query = select(_IDENT.c.customer_id, _IDENT.c.value).where(_IDENT.c.customer_id.in_(ids))
        for customer, value in self.tx.rows(query.order_by(_IDENT.c.id)):
            addresses.setdefault(customer, value)
        blank = [row[0] for row in found if not row[3]]
        subjects = {}
        if blank:
            statement = text(_SUBJECTS).bindparams(bindparam("ids", expanding=True))
            subjects = {row[0]: row[1] for row in self.tx.rows(statement, {"ids": blank})}
        return tuple(
            CustomerRow(
                one.id, one.name, addresses.get(one.id, ""), one.language, one.country, tuple(one.tags),
                from_micros(at) or EPOCH, subject or subjects.get(one.id, ""),
            )
            for customer, at, _id, subject in found
            if (one := people.get(customer)) is not None
        )  # fmt: skip

    # -- words --------------------------------------------------------------------------------------------

    def _words(self, query: str) -> list[tuple[str, str]] | None:
        """What is asked for as ranges of keys; None when it holds nothing that could be a word."""
        if not query.strip():
            return []
        found = []
        for words, prefix in phrases(query):
            for at, word in enumerate(words):
                open_ended = prefix and at == len(words) - 1
                found.append((word, word + _LAST if open_ended else word))
        return found[:MOST_WORDS] or None

    def _rarest(self, words: list[tuple[str, str]]) -> int | None:
        """The number of the word that the fewest customers have, where these are few enough to be looked up."""
        counted = []
        for number, word in enumerate(words):
            some = f"SELECT 1 FROM customer_key WHERE {self._holds(number)} LIMIT :most"
            statement = f"SELECT count(*) FROM ({some}) AS k"
            used = {f"low{number}": word[0], f"high{number}": word[1], "most": RARE + 1}
            counted.append((int(self.tx.one(text(statement), used)[0]), number))
        few = min(counted, default=(RARE + 1, 0))
        return few[1] if few[0] <= RARE else None

    def _holds(self, number: int) -> str:
        """A condition on customer_key: the key is in the range of this word, by code point."""
        key = "key" if self.tx.sqlite else 'key COLLATE "C"'
        return f"{key} >= :low{number} AND {key} <= :high{number}"

    def _all(self, numbers: Sequence[int]) -> str:
        return "".join(
            f" AND EXISTS (SELECT 1 FROM customer_key k WHERE k.customer_id = c.customer_id AND {self._holds(n)})"
            for n in numbers
        )


def _ranges(words: list[tuple[str, str]]) -> dict[str, str]:
    out: dict[str, str] = {}
    for number, (low, high) in enumerate(words):
        out |= {f"low{number}": low, f"high{number}": high}
    return out
