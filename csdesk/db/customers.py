"""Customers and their identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from csdesk.db.tables import Conversation, Customer, Identity, table
from csdesk.db.tx import Tx
from csdesk.domain import customer as domain
from csdesk.errors import NotFound
from csdesk.i18n import _

_CUST = table(Customer)
_IDENT = table(Identity)
_CONV = table(Conversation)
EARLIER = 12


class Customers:
    """Who writes."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def by_values(self, channel: str, values: Iterable[str]) -> dict[str, int]:
        """Identity value to customer id, for those that are known."""
        wanted = list(dict.fromkeys(values))
        out: dict[str, int] = {}
        for start in range(0, len(wanted), 500):
            query = select(_IDENT.c.value, _IDENT.c.customer_id).where(
                _IDENT.c.channel == channel, _IDENT.c.value.in_(wanted[start : start + 500])
            )
            out.update({row[0]: row[1] for row in self.tx.rows(query)})
        return out

    def by_identities(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """(channel, value) to customer id, for those that are known."""
        by_channel: dict[str, list[str]] = {}
        for channel, value in wanted:
            by_channel.setdefault(channel, []).append(value)
        return {
            (channel, value): customer
            for channel, values in sorted(by_channel.items())
            for value, customer in self.by_values(channel, values).items()
        }

    def add_identity(self, customer: int, channel: str, value: str, name: str) -> None:
        """One more identity of a known customer."""
        self.tx.run(
            insert(_IDENT).values(
                customer_id=customer, channel=channel, value=value, name=name, verified=False
            )
        )

    def alone(self) -> None:
        """Call before looking for people who may have to be made: no two processes make the same one."""
        self.tx.alone(7203115)

    def add_all(self, people: Sequence[dict[str, Any]]) -> list[int]:
        """New customers with one identity each. A person is {channel, value, name, language, country, timezone,
        utc_offset, created_at}; returns ids in order."""
        ids = self.tx.allocate(_CUST, len(people))
        if not people:
            return ids
        kept = ("name", "language", "country", "timezone", "utc_offset", "created_at")
        rows = [{"id": i, "notes": "", **{k: p[k] for k in kept}} for i, p in zip(ids, people, strict=True)]
        self.tx.run(insert(_CUST), rows)
        identities = [
            {
                "customer_id": i,
                "channel": p["channel"],
                "value": p["value"],
                "name": p["name"],
                "verified": False,
            }
            for i, p in zip(ids, people, strict=True)
        ]
        self.tx.run(insert(_IDENT), identities)
        return ids

    def learn(self, customer: int, **fields: Any) -> None:
        """Set facts about a customer (country, timezone, language, name)."""
        self.tx.run(update(_CUST).where(_CUST.c.id == customer).values(**fields))

    def learn_languages(self, spoken: Mapping[int, str]) -> None:
        """Note the language of customers whose language was not known yet."""
        rows = [{"b_id": customer, "b_language": code} for customer, code in sorted(spoken.items())]
        if rows:
            unknown = update(_CUST).where(_CUST.c.id == bindparam("b_id"), _CUST.c.language == "")
            self.tx.run(unknown.values(language=bindparam("b_language")), rows)

    def card(self, customer: int) -> domain.Customer:
        """A customer with identities and earlier conversations, newest first. Raises NotFound."""
        row = self.tx.one(select(_CUST).where(_CUST.c.id == customer))
        if row is None:
            raise NotFound(_("There is no customer {id}.").format(id=customer))
        mine = _CONV.c.customer_id == customer
        total = self.tx.conn.execute(select(func.count()).select_from(_CONV).where(mine)).scalar() or 0
        newest = (
            select(_CONV.c.id, _CONV.c.subject, _CONV.c.status, _CONV.c.last_message_at)
            .where(mine)
            .order_by(_CONV.c.last_message_at.desc())
            .limit(EARLIER)
        )
        return domain.Customer(
            id=row.id,
            name=row.name,
            identities=self.identities(customer),
            language=row.language,
            country=row.country,
            timezone=row.timezone,
            since=row.created_at,
            notes=row.notes,
            conversations=int(total),
            earlier=tuple(domain.Earlier(*found) for found in self.tx.rows(newest)),
        )

    def identities(self, customer: int) -> tuple[domain.Identity, ...]:
        """All identities of a customer."""
        query = select(_IDENT).where(_IDENT.c.customer_id == customer).order_by(_IDENT.c.id)
        return tuple(
            domain.Identity(r.id, r.customer_id, r.channel, r.value, r.name, r.verified)
            for r in self.tx.rows(query)
        )

    def is_participant(self, conversation: int, address: str) -> bool:
        """Whether this address belongs to the conversation's customer."""
        query = (
            select(_IDENT.c.id)
            .join(_CONV, _CONV.c.customer_id == _IDENT.c.customer_id)
            .where(_CONV.c.id == conversation, _IDENT.c.channel == "mail", _IDENT.c.value == address)
        )
        return self.tx.one(query) is not None
