"""Orders and parcels, and which of them stand beside a conversation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from csdesk.db.tables import Conversation, Identity, Mention, OrderLink, Shipment, table
from csdesk.db.tables import Order as OrderTable
from csdesk.db.tx import Tx
from csdesk.db.types import dumps, from_micros
from csdesk.domain import orders as domain
from csdesk.domain.views import micros

_ORD = table(OrderTable)
_SHIP = table(Shipment)
_MENTION = table(Mention)
_LINK = table(OrderLink)
_IDENT = table(Identity)
_CONV = table(Conversation)
BESIDE = 20


def number_key(number: str) -> str:
    """How numbers are compared: without '#', spaces and case."""
    return number.replace("#", "").replace(" ", "").upper()


class Orders:
    """Reads and writes orders and parcels."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def upsert(self, order: domain.Order) -> str:
        """Store an order as its source tells it now: 'added', 'updated' or 'unchanged'."""
        values = _values(order)
        where = (_ORD.c.source == order.source) & (_ORD.c.number_key == values["number_key"])
        found = self.tx.one(select(_ORD.c.id, _ORD.c.hash).where(where))
        if found is not None and found[1] == values["hash"]:
            return "unchanged"
        values["customer_id"] = self._customer(order.email)
        values["updated_at"] = self.tx.now
        if found is None:
            order_id = self.tx.insert(insert(_ORD).values(**values))
        else:
            order_id = found[0]
            self.tx.run(update(_ORD).where(_ORD.c.id == order_id).values(**values))
        for shipment in order.shipments:
            self.put_shipment(shipment, order_id)
        return "added" if found is None else "updated"

    def _customer(self, email: str) -> int | None:
        if not email:
            return None
        query = select(_IDENT.c.customer_id).where(
            _IDENT.c.channel == "mail", _IDENT.c.value == email.lower()
        )
        row = self.tx.one(query)
        return row[0] if row else None

    def put_shipment(self, shipment: domain.Shipment, order_id: int | None) -> str:
        """Store a parcel. Events known already stay; 'expired' never hides a delivery. Returns 'added',
        'updated' or 'unchanged'."""
        row = self.tx.one(select(_SHIP).where(_SHIP.c.number == shipment.number))
        known = _shipment(row) if row is not None else None
        merged = _merge(known, shipment)
        values = {
            "number": merged.number,
            "carrier": merged.carrier,
            "status": merged.status,
            "raw_status": merged.raw_status,
            "eta_from": merged.eta_from,
            "eta_to": merged.eta_to,
            "shipped_at": merged.shipped_at,
            "events": [[micros(e.at), e.status, e.text, e.place] for e in merged.events],
            "updated_at": self.tx.now,
        }
        if row is None:
            self.tx.insert(insert(_SHIP).values(order_id=order_id, **values))
            return "added"
        owner = order_id if order_id is not None else row.order_id
        if known == merged and owner == row.order_id:
            return "unchanged"
        self.tx.run(update(_SHIP).where(_SHIP.c.id == row.id).values(order_id=owner, **values))
        return "updated"

    def adopt(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Orders that waited for these (mail address, customer) pairs now belong to them."""
        owners = dict(pairs)
        emails = list(owners)
        for start in range(0, len(emails), 500):
            query = select(_ORD.c.id, _ORD.c.email).where(
                _ORD.c.email.in_(emails[start : start + 500]), _ORD.c.customer_id.is_(None)
            )
            rows = [{"b_id": row[0], "b_customer": owners[row[1]]} for row in self.tx.rows(query)]
            if rows:
                mine = update(_ORD).where(_ORD.c.id == bindparam("b_id"), _ORD.c.customer_id.is_(None))
                self.tx.run(mine.values(customer_id=bindparam("b_customer")), rows)

    def places(self, emails: Sequence[str]) -> dict[str, str]:
        """Mail address to the country its newest order went to."""
        out: dict[str, str] = {}
        for start in range(0, len(emails), 500):
            query = (
                select(_ORD.c.email, _ORD.c.country)
                .where(_ORD.c.email.in_(list(emails[start : start + 500])), _ORD.c.country != "")
                .order_by(_ORD.c.placed_at)
            )
            out.update({row[0]: row[1] for row in self.tx.rows(query)})
        return out

    def by_email(self, email: str) -> list[domain.Order]:
        """Orders with this address, newest first."""
        return self._orders(_ORD.c.email == email.lower())

    def by_number(self, number: str) -> list[domain.Order]:
        """Orders whose number, or one of whose parcels' numbers, this is."""
        key = number_key(number)
        parcels = select(_SHIP.c.order_id).where(_SHIP.c.number == key)
        return self._orders((_ORD.c.number_key == key) | _ORD.c.id.in_(parcels))

    def by_prefix(self, prefix: str, limit: int = 20) -> list[domain.Order]:
        """Orders whose number begins so, newest first."""
        key = number_key(prefix)
        if len(key) < 2:
            return []
        # By code point, not by the collation a PostgreSQL database happens to have.
        column = _ORD.c.number_key if self.tx.sqlite else _ORD.c.number_key.collate("C")
        return self._orders((column >= key) & (column < key + "\U0010ffff"), limit)

    def parcel(self, number: str) -> domain.Shipment | None:
        """One parcel by number, or None."""
        row = self.tx.one(select(_SHIP).where(_SHIP.c.number == number_key(number)))
        return _shipment(row) if row is not None else None

    def add_mentions(self, mentions: Iterable[tuple[int, str]]) -> None:
        """Remember numbers quoted in conversations."""
        fresh = {(c, number_key(n)) for c, n in mentions}
        by_conversation: dict[int, set[str]] = {}
        for conversation, number in fresh:
            by_conversation.setdefault(conversation, set()).add(number)
        known = set()
        ids = list(by_conversation)
        for start in range(0, len(ids), 500):
            query = select(_MENTION).where(_MENTION.c.conversation_id.in_(ids[start : start + 500]))
            known |= {(row.conversation_id, row.number) for row in self.tx.rows(query)}
        rows = [{"conversation_id": c, "number": n} for c, n in sorted(fresh - known)]
        if rows:
            self.tx.run(insert(_MENTION), rows)

    def beside(self, conversation: int) -> list[tuple[domain.Order, int | None, str, bool]]:
        """Orders of the customer and orders whose numbers were quoted: (order, its customer, decision of an
        agent or '', quoted here), quoted ones first, then newest."""
        row = self.tx.one(select(_CONV.c.customer_id).where(_CONV.c.id == conversation))
        if row is None:
            return []
        numbers = [
            r[0]
            for r in self.tx.rows(select(_MENTION.c.number).where(_MENTION.c.conversation_id == conversation))
        ]
        quoted = select(_SHIP.c.order_id).where(_SHIP.c.number.in_(numbers))
        decided = {
            r.order_id: r.state
            for r in self.tx.rows(select(_LINK).where(_LINK.c.conversation_id == conversation))
        }
        where = (
            (_ORD.c.customer_id == row[0])
            | _ORD.c.number_key.in_(numbers)
            | _ORD.c.id.in_(quoted)
            | _ORD.c.id.in_(list(decided))
        )
        owners = {r[0]: r[1] for r in self.tx.rows(select(_ORD.c.id, _ORD.c.customer_id).where(where))}
        said = set(numbers)
        found = []
        for order in self._orders(where, BESIDE):
            here = number_key(order.number) in said or any(s.number in said for s in order.shipments)
            found.append((order, owners.get(order.id), decided.get(order.id, ""), here))
        found.sort(key=lambda entry: (not entry[3], -entry[0].placed_at.timestamp()))
        return found

    def conversations(self, order: int) -> list[tuple[int, str, datetime]]:
        """(id, subject, last message) of conversations of an order's customer, newest first."""
        query = (
            select(_CONV.c.id, _CONV.c.subject, _CONV.c.last_message_at)
            .join(_ORD, _ORD.c.customer_id == _CONV.c.customer_id)
            .where(_ORD.c.id == order, _CONV.c.status != "merged")
            .order_by(_CONV.c.last_message_at.desc())
            .limit(20)
        )
        return [(row[0], row[1], row[2]) for row in self.tx.rows(query)]

    def decide(self, conversation: int, order: int, state: str, agent: int) -> None:
        """An agent links or rejects an order beside a conversation."""
        where = (_LINK.c.conversation_id == conversation) & (_LINK.c.order_id == order)
        self.tx.run(delete(_LINK).where(where))
        self.tx.run(
            insert(_LINK).values(conversation_id=conversation, order_id=order, state=state, agent_id=agent)
        )

    def move(self, conversation: int, into: int) -> None:
        """Quoted numbers and decisions of a merged conversation go along; where both decided, the target stays."""
        quoted = select(_MENTION.c.number).where(_MENTION.c.conversation_id == conversation)
        self.add_mentions([(into, row[0]) for row in self.tx.rows(quoted)])
        there = select(_LINK.c.order_id).where(_LINK.c.conversation_id == into)
        self.tx.run(
            update(_LINK)
            .where(_LINK.c.conversation_id == conversation, _LINK.c.order_id.not_in(there))
            .values(conversation_id=into)
        )

    def _orders(self, where: Any, limit: int = 100) -> list[domain.Order]:
        rows = self.tx.rows(
            select(_ORD).where(where).order_by(_ORD.c.placed_at.desc(), _ORD.c.id.desc()).limit(limit)
        )
        parcels: dict[int, list[domain.Shipment]] = {}
        ids = [row.id for row in rows]
        for row in self.tx.rows(select(_SHIP).where(_SHIP.c.order_id.in_(ids)).order_by(_SHIP.c.id)):
            parcels.setdefault(row.order_id, []).append(_shipment(row))
        return [_order(row, tuple(parcels.get(row.id, ()))) for row in rows]


def _values(order: domain.Order) -> dict[str, Any]:
    values = {
        "source": order.source,
        "number": order.number,
        "number_key": number_key(order.number),
        "email": order.email.lower(),
        "customer_name": order.customer_name,
        "currency": order.currency,
        "total": str(order.total),
        "placed_at": order.placed_at,
        "payment": order.payment,
        "fulfilment": order.fulfilment,
        "protection": order.protection,
        "protection_until": order.protection_until,
        "after_sale": order.after_sale,
        "country": order.country,
        "city": order.city,
        "address": order.address,
        "tax_number": order.tax_number,
        "note": order.note,
        "items": [
            [i.title, i.sku, i.quantity, None if i.price is None else str(i.price)] for i in order.items
        ],
        "raw": order.raw,
    }
    told = {k: micros(v) if isinstance(v, datetime) else v for k, v in values.items()}
    told["shipments"] = [[s.number, s.carrier, s.status] for s in order.shipments]
    values["hash"] = hashlib.sha256(dumps(told).encode()).hexdigest()
    return values


def _order(row: Any, shipments: tuple[domain.Shipment, ...]) -> domain.Order:
    items = tuple(
        domain.OrderItem(title, sku, quantity, None if price is None else Decimal(price))
        for title, sku, quantity, price in row.items
    )
    return domain.Order(
        source=row.source,
        number=row.number,
        email=row.email,
        customer_name=row.customer_name,
        currency=row.currency,
        total=Decimal(row.total),
        placed_at=row.placed_at,
        payment=row.payment,
        fulfilment=row.fulfilment,
        protection=row.protection,
        protection_until=row.protection_until,
        after_sale=row.after_sale,
        country=row.country,
        city=row.city,
        address=row.address,
        tax_number=row.tax_number,
        note=row.note,
        items=items,
        shipments=shipments,
        id=row.id,
        raw=dict(row.raw),
    )


def _shipment(row: Any) -> domain.Shipment:
    events = tuple(
        domain.TrackingEvent(from_micros(at) or row.updated_at, status, text, place)
        for at, status, text, place in row.events
    )
    return domain.Shipment(
        row.number, row.carrier, row.status, events, row.eta_from, row.eta_to, row.raw_status, row.shipped_at
    )


def _merge(known: domain.Shipment | None, told: domain.Shipment) -> domain.Shipment:
    """What is known of a parcel after a source told more: events united newest first, empty fields filled."""
    if known is None:
        return replace(told, events=tuple(sorted(set(told.events), key=lambda e: e.at, reverse=True)))
    events = tuple(sorted({*known.events, *told.events}, key=lambda e: (e.at, e.text), reverse=True))
    status = told.status
    silent = told.status in ("expired", "unregistered", "not_found") or (
        told.status == "info_received" and not told.events
    )
    if silent and known.status not in ("unregistered", "not_found"):
        status = known.status
    return replace(
        told,
        status=status,
        events=events,
        carrier=told.carrier or known.carrier,
        eta_from=told.eta_from or known.eta_from,
        eta_to=told.eta_to or known.eta_to,
        shipped_at=known.shipped_at or told.shipped_at,
        raw_status=told.raw_status or known.raw_status,
    )
