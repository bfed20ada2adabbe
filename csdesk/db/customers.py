"""Customers and their identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)

from csdesk.db.tables import Account, Conversation, Customer, CustomerKey, Identity, table
from csdesk.db.tx import Tx
from csdesk.domain import customer as domain
from csdesk.domain.views import micros
from csdesk.errors import NotFound
from csdesk.i18n import _

_CUST = table(Customer)
_IDENT = table(Identity)
_CONV = table(Conversation)
_ACCT = table(Account)
_KEY = table(CustomerKey)
EARLIER = 12
_BY_VALUES = select(_IDENT.c.value, _IDENT.c.customer_id).where(
    _IDENT.c.channel == bindparam("channel"), _IDENT.c.value.in_(bindparam("values", expanding=True))
)
FACTS = (
    "name",
    "language",
    "country",
    "timezone",
    "notes",
    "tags",
    "created_at",
    "utc_offset",
    "merged_into",
)
_ADD_KEY = text("INSERT INTO customer_key (key, customer_id) VALUES (:key, :customer) ON CONFLICT DO NOTHING")
_TALK = (
    _CONV.c.id,
    _CONV.c.subject,
    _CONV.c.status,
    _CONV.c.last_message_at,
    _CONV.c.messages,
    _ACCT.c.name,
    _CONV.c.waiting_since.is_not(None),
)
"""In the order of Earlier's fields."""


class Customers:
    """Who writes."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def by_values(self, channel: str, values: Iterable[str]) -> dict[str, int]:
        """Identity value to customer id, for those that are known."""
        wanted = list(dict.fromkeys(values))
        out: dict[str, int] = {}
        for start in range(0, len(wanted), 500):
            asked = {"channel": channel, "values": wanted[start : start + 500]}
            out.update({row[0]: row[1] for row in self.tx.rows(_BY_VALUES, asked)})
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
        self._add_keys((word, customer) for word in domain.name_words(value))

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
        self.tx.add_all(_CUST, rows)
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
        self.tx.add_all(_IDENT, identities)
        self._add_keys(
            (key, i)
            for i, p in zip(ids, people, strict=True)
            for key in domain.keys_of(p["name"], p["country"], (p["value"],))
        )
        return ids

    def _add_keys(self, pairs: Iterable[tuple[str, int]]) -> None:
        rows = [{"key": key, "customer": customer} for key, customer in pairs]
        if rows:
            self.tx.run(_ADD_KEY, rows)

    def rekey(self, customer: int) -> None:
        """Find a customer by what is known of them now; one that became part of another is not found any more."""
        self.tx.run(delete(_KEY).where(_KEY.c.customer_id == customer))
        facts = self.facts(customer)
        if facts["merged_into"] is None:
            values = [one.value for one in self.identities(customer)]
            self._add_keys((key, customer) for key in domain.keys_of(facts["name"], facts["country"], values))

    def facts(self, customer: int) -> dict[str, Any]:
        """What is written down of a customer by name (FACTS), locked in a PostgreSQL write transaction. Raises
        NotFound."""
        query = select(*(_CUST.c[name] for name in FACTS)).where(_CUST.c.id == customer)
        if self.tx.writing and not self.tx.sqlite:
            query = query.with_for_update()
        row = self.tx.one(query)
        if row is None:
            raise NotFound(_("There is no customer {id}.").format(id=customer))
        found = dict(zip(FACTS, row, strict=True))
        found["tags"] = tuple(found["tags"])
        return found

    def root(self, customer: int) -> int:
        """The customer itself, or whom it became part of, through the whole chain. Raises NotFound."""
        seen: set[int] = set()
        while customer not in seen:
            seen.add(customer)
            row = self.tx.one(select(_CUST.c.merged_into).where(_CUST.c.id == customer))
            if row is None:
                raise NotFound(_("There is no customer {id}.").format(id=customer))
            if row[0] is None:
                break
            customer = row[0]
        return customer

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
            earlier=self.talks(customer, None, EARLIER).rows,
            tags=tuple(row.tags),
            merged_into=row.merged_into,
        )

    def talks(self, customer: int, after: domain.PageKey | None, limit: int) -> domain.TalkPage:
        """A customer's conversations whatever their status, newest first, behind the key `after`."""
        query = (
            select(*_TALK)
            .join(_ACCT, _ACCT.c.id == _CONV.c.account_id)
            .where(_CONV.c.customer_id == customer)
        )
        latest = type_coerce(_CONV.c.last_message_at, BigInteger)
        if after is not None:
            query = query.where(
                tuple_(latest, _CONV.c.id) < tuple_(*(literal(part, BigInteger) for part in after))
            )
        found = self.tx.rows(query.order_by(latest.desc(), _CONV.c.id.desc()).limit(limit))
        rows = tuple(domain.Earlier(*row) for row in found)
        full = len(rows) == limit and limit > 0
        return domain.TalkPage(rows, (micros(rows[-1].last_message_at), rows[-1].id) if full else None)

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
