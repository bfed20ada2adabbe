"""What moves when two customers become one, what moves back, and who may be one. The event log has every row that
moved, so that it can be taken back exactly, also after more mail has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, update

from csdesk.db.orders import number_key
from csdesk.db.tables import Conversation, Customer, CustomerKey, Identity, Mention, table
from csdesk.db.tables import Event as EventRow
from csdesk.db.tables import Order as OrderTable
from csdesk.db.tx import Tx
from csdesk.domain.customer import Customer as Card
from csdesk.domain.customer import same_name_key, united, without_tag
from csdesk.domain.events import Event, decode, encode

_CUST = table(Customer)
_IDENT = table(Identity)
_CONV = table(Conversation)
_ORD = table(OrderTable)
_EVENT = table(EventRow)
_KEY = table(CustomerKey)
_MENTION = table(Mention)
MOST = 20
"""Likely namesakes that are looked at; a name that more people have proves nothing."""
LOOKED_AT = 200
"""A customer's conversations and orders whose numbers are compared."""
_CHUNK = 500


class Unions:
    """Moves the belongings of customers inside one transaction."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def orders(self, customer: int) -> int:
        """How many orders a customer has."""
        query = select(func.count()).select_from(_ORD).where(_ORD.c.customer_id == customer)
        return int(self.tx.conn.execute(query).scalar() or 0)

    def merge(self, keep: Card, gone: Card, agent: int) -> None:
        """All that belongs to `gone` belongs to `keep` from now on; `gone` becomes a signpost."""
        conversations = self._ids(_CONV, gone.id)
        identities = self._ids(_IDENT, gone.id)
        orders = self._ids(_ORD, gone.id)
        last = self.tx.conn.execute(select(func.max(_IDENT.c.id))).scalar() or 0
        self._move_conversations(conversations, gone.id, keep.id, agent)
        self._move(_IDENT, identities, keep.id)
        self._move(_ORD, orders, keep.id)
        changes = united(keep, gone)
        was = {name: value for name, value in self.tx.customers.facts(keep.id).items() if name in changes}
        if changes:
            self.tx.customers.learn(keep.id, **changes)
        self.tx.customers.learn(gone.id, merged_into=keep.id)
        self.tx.log.append(
            "customer_merged", customer=keep.id, agent=agent, after=encode(changes), before=encode(was),
            data={"gone": gone.id, "name": gone.name, "conversations": conversations, "identities": identities,
                  "orders": orders, "last_identity": last},
        )  # fmt: skip
        for customer in (keep.id, gone.id):
            self.tx.customers.rekey(customer)

    def part(self, event: Event, agent: int) -> None:
        """Take a merge back: what moved goes back, with what came since under an identity that moved. Facts that
        somebody changed since stay as they are."""
        keep, gone = event.customer_id or 0, int(event.data["gone"])
        identities = self._identities(event, keep)
        values = {(row.channel, row.value) for row in identities}
        self._move(_IDENT, [row.id for row in identities], gone)
        conversations = set(self._still(_CONV, event.data["conversations"], keep))
        conversations.update(self._begun_since(event, keep, values))
        self._move_conversations(sorted(conversations), keep, gone, agent)
        orders = set(self._still(_ORD, event.data["orders"], keep))
        orders.update(self._orders_of(keep, [value for channel, value in values if channel == "mail"]))
        self._move(_ORD, sorted(orders), gone)
        facts = self.tx.customers.facts(keep)
        set_, was = decode(event.set), decode(event.was)
        back = {name: was[name] for name, value in set_.items() if facts[name] == value}
        if back:
            self.tx.customers.learn(keep, **back)
        self.tx.customers.learn(gone, merged_into=None)
        self.tx.log.append(
            "undone", customer=keep, agent=agent, after=encode(back),
            before=encode({name: facts[name] for name in back}), data={"of": event.id, "kind": event.kind},
        )  # fmt: skip
        for customer in (keep, gone):
            self.tx.customers.rekey(customer)

    def _ids(self, of: Any, customer: int) -> list[int]:
        query = select(of.c.id).where(of.c.customer_id == customer).order_by(of.c.id)
        return [row[0] for row in self.tx.rows(query)]

    def _move(self, of: Any, ids: Sequence[int], to: int) -> None:
        for start in range(0, len(ids), _CHUNK):
            part = list(ids[start : start + _CHUNK])
            self.tx.run(update(of).where(of.c.id.in_(part)).values(customer_id=to))

    def _move_conversations(self, ids: Sequence[int], source: int, to: int, agent: int) -> None:
        """Through their own log, because whose a conversation is follows from it."""
        batch = self.tx.conversations.batch()
        batch.load(ids)
        for conversation in ids:
            data = {"from": source, "to": to}
            batch.change(conversation, "customer_moved", {"customer_id": to}, agent=agent, data=data)
        batch.flush()

    def _still(self, of: Any, ids: Sequence[int], customer: int) -> list[int]:
        """Those of the rows that are this customer's still."""
        found = []
        for start in range(0, len(ids), _CHUNK):
            part = of.c.id.in_(list(ids[start : start + _CHUNK]))
            found += [r[0] for r in self.tx.rows(select(of.c.id).where(part, of.c.customer_id == customer))]
        return found

    def _identities(self, event: Event, keep: int) -> list[Any]:
        """The identities that moved, and those that were added since because they are one of them with a tag."""
        query = select(_IDENT).where(_IDENT.c.customer_id == keep).order_by(_IDENT.c.id)
        rows = self.tx.rows(query)
        moved = set(event.data["identities"])
        bases = {without_tag(row.value) for row in rows if row.id in moved and row.channel == "mail"}
        last = event.data["last_identity"]
        return [
            row for row in rows
            if row.id in moved
            or (row.id > last and row.channel == "mail" and "+" in row.value and without_tag(row.value) in bases)
        ]  # fmt: skip

    def _begun_since(self, event: Event, keep: int, values: set[tuple[str, str]]) -> list[int]:
        """Conversations that an identity which moved has begun since the merge."""
        mine = select(_CONV.c.id).where(_CONV.c.customer_id == keep)
        query = select(_EVENT.c.conversation_id, _EVENT.c.data).where(
            _EVENT.c.conversation_id.in_(mine), _EVENT.c.id > event.id, _EVENT.c.kind == "created"
        )
        return [row[0] for row in self.tx.rows(query) if tuple(row[1].get("identity", ())) in values]

    def _orders_of(self, keep: int, addresses: Sequence[str]) -> list[int]:
        found: list[int] = []
        for start in range(0, len(addresses), _CHUNK):
            where = _ORD.c.email.in_(list(addresses[start : start + _CHUNK]))
            found += [r[0] for r in self.tx.rows(select(_ORD.c.id).where(where, _ORD.c.customer_id == keep))]
        return found

    # -- who may be one -----------------------------------------------------------------------------------

    def namesakes(self, names: Iterable[tuple[int, str, str]]) -> list[tuple[int, int]]:
        """(customer, other) for every other customer of the same full name and country, of these (id, name,
        country)."""
        keys = {customer: key for customer, name, country in names if (key := same_name_key(name, country))}
        others: dict[str, list[int]] = {}
        wanted = sorted(set(keys.values()))
        for start in range(0, len(wanted), _CHUNK):
            query = select(_KEY.c.key, _KEY.c.customer_id).where(
                _KEY.c.key.in_(wanted[start : start + _CHUNK])
            )
            for key, customer in self.tx.rows(query.order_by(_KEY.c.customer_id)):
                others.setdefault(key, []).append(customer)
        return [
            (customer, other)
            for customer, key in keys.items()
            if len(others.get(key, ())) <= MOST
            for other in others.get(key, ())
            if other != customer
        ]

    def same_mailbox(self, customer: int) -> list[tuple[int, str]]:
        """(other customer, address) for every address that reaches the same mailbox as one of this customer's:
        'ana+shop@x' and 'ana@x'."""
        found = []
        for one in self.tx.customers.identities(customer):
            if one.channel != "mail":
                continue
            base = without_tag(one.value)
            local, _at, domain = base.rpartition("@")
            value = _IDENT.c.value if self.tx.sqlite else _IDENT.c.value.collate("C")
            tagged = (
                (value >= f"{local}+")
                & (value < f"{local},")
                & _IDENT.c.value.endswith(f"@{domain}", autoescape=True)
            )
            query = select(_IDENT.c.customer_id, _IDENT.c.value).where(
                _IDENT.c.channel == "mail",
                (_IDENT.c.value == base) | tagged,
                _IDENT.c.customer_id != customer,
            )
            found += [
                (row[0], row[1]) for row in self.tx.rows(query.limit(MOST)) if without_tag(row[1]) == base
            ]
        return found

    def same_order(self, customer: int) -> list[tuple[int, str]]:
        """(other customer, order number): one of both ordered it, and the other writes about it; or both write
        about it."""
        mine = select(_CONV.c.id).where(_CONV.c.customer_id == customer)
        newest = mine.order_by(_CONV.c.last_message_at.desc()).limit(LOOKED_AT)
        quoted = {
            r[0]
            for r in self.tx.rows(select(_MENTION.c.number).where(_MENTION.c.conversation_id.in_(newest)))
        }
        ordered = select(_ORD.c.number_key).where(_ORD.c.customer_id == customer)
        own = {r[0] for r in self.tx.rows(ordered.order_by(_ORD.c.placed_at.desc()).limit(LOOKED_AT))}
        numbers = sorted({number_key(number) for number in quoted | own})
        if not numbers:
            return []
        real = {
            key: (number, owner)
            for key, number, owner in self.tx.rows(
                select(_ORD.c.number_key, _ORD.c.number, _ORD.c.customer_id).where(
                    _ORD.c.number_key.in_(numbers)
                )
            )
        }
        found = {(owner, number) for number, owner in real.values() if owner not in (None, customer)}
        writes = (
            select(_CONV.c.customer_id, _MENTION.c.number)
            .join(_MENTION, _MENTION.c.conversation_id == _CONV.c.id)
            .where(_MENTION.c.number.in_(sorted(real)), _CONV.c.customer_id != customer)
            .limit(LOOKED_AT)
        )
        found.update((row[0], real[row[1]][0]) for row in self.tx.rows(writes))
        return sorted(found)
