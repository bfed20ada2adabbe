"""Orders and parcels, and which of them stand beside a conversation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from csdesk.db.order_cases import columns, fields
from csdesk.db.tables import Conversation, Identity, Mention, OrderLink, Shipment, table
from csdesk.db.tables import Order as OrderTable
from csdesk.db.tx import Tx
from csdesk.db.types import dumps, from_micros
from csdesk.domain import orders as domain
from csdesk.domain.customer import Purchases
from csdesk.domain.parcels import Usual, days_on_way, merged, usual
from csdesk.domain.views import micros

_ORD = table(OrderTable)
_SHIP = table(Shipment)
_MENTION = table(Mention)
_LINK = table(OrderLink)
_IDENT = table(Identity)
_CONV = table(Conversation)
BESIDE = 20
LANE = 500
"""Of so many delivered parcels the usual time of a lane is made."""


def number_key(number: str) -> str:
    """How numbers are compared: without '#', spaces and case."""
    return number.replace("#", "").replace(" ", "").upper()


class Orders:
    """Reads and writes orders and parcels."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def upsert(self, order: domain.Order) -> str:
        """Store an order as its source tells it now: 'added', 'updated' or 'unchanged'."""
        return self.upsert_all([order])[0]

    def upsert_all(self, orders: Iterable[domain.Order]) -> list[str]:
        """The same for many."""
        from csdesk.db.order_bulk import upsert_all

        return upsert_all(self, orders)

    def put_shipment(self, shipment: domain.Shipment, order_id: int | None, country: str = "") -> str:
        """Store a parcel. Events known already stay; 'expired' never hides a delivery. `country` is where its order
        goes. Returns 'added', 'updated' or 'unchanged'; that somebody was asked is no change."""
        row = self.tx.one(select(_SHIP).where(_SHIP.c.number == shipment.number))
        known = _shipment(row) if row is not None else None
        told = on_its_way(merged(known, shipment), country)
        values = shipment_values(told, self.tx.now)
        if row is None:
            self.tx.insert(insert(_SHIP).values(order_id=order_id, **values))
            self.tx.log.append("shipment_changed", data={"parcel": told.number})
            return "added"
        owner = order_id if order_id is not None else row.order_id
        if known == replace(told, polled_at=known.polled_at if known else None) and owner == row.order_id:
            if told.polled_at != row.polled_at:
                self.tx.run(update(_SHIP).where(_SHIP.c.id == row.id).values(polled_at=told.polled_at))
            return "unchanged"
        self.tx.run(update(_SHIP).where(_SHIP.c.id == row.id).values(order_id=owner, **values))
        self.tx.log.append("shipment_changed", data={"parcel": told.number})
        return "updated"

    def usual(self, lane: tuple[str, str, str]) -> Usual | None:
        """How long the newest own parcels on an (origin, destination, carrier) took; None for too few."""
        origin, destination, carrier = lane
        where = (
            (_SHIP.c.carrier == carrier) & (_SHIP.c.destination == destination) & (_SHIP.c.origin == origin)
        )
        query = select(_SHIP.c.days).where(where, _SHIP.c.days.is_not(None)).order_by(_SHIP.c.id.desc())
        return usual([row[0] for row in self.tx.rows(query.limit(LANE))])

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

    def adopt_buyers(self, buyers: Iterable[tuple[str, str, int]]) -> None:
        """Orders that waited for these (channel, buyer id, customer) now belong to them."""
        for channel, value, customer in buyers:
            account, colon, own = value.partition(":")
            where = (_ORD.c.source == channel) & _ORD.c.customer_id.is_(None)
            if colon and account.isdecimal():
                where &= (_ORD.c.buyer_id == own) & (_ORD.c.account_id == int(account))
            else:
                where &= _ORD.c.buyer_id == value
            self.tx.run(update(_ORD).where(where).values(customer_id=customer))

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

    def of_customer(self, customer: int, limit: int = 200) -> Purchases:
        """A customer's orders, newest first, and what was bought in all, by currency."""
        mine = _ORD.c.customer_id == customer
        totals: dict[str, Decimal] = {}
        count = 0
        for currency, total, payment, fulfilment in self.tx.rows(
            select(_ORD.c.currency, _ORD.c.total, _ORD.c.payment, _ORD.c.fulfilment).where(mine)
        ):
            count += 1
            if payment not in ("failed", "refunded") and fulfilment != "cancelled":
                totals[currency] = totals.get(currency, Decimal(0)) + Decimal(total)
        return Purchases(tuple(self._orders(mine, limit)), count, dict(sorted(totals.items())))

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
        """Orders of the customer and orders whose numbers were quoted, BESIDE of them: (order, its customer,
        decision of an agent or '', quoted here), quoted ones first, then newest."""
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
        named = _ORD.c.number_key.in_(numbers) | _ORD.c.id.in_(quoted) | _ORD.c.id.in_(list(decided))
        mine = _ORD.c.customer_id == row[0]
        # What the conversation is about stands here however many newer orders its customer has.
        about = self._orders(named, BESIDE) if numbers or decided else []
        ids = {order.id for order in about}
        orders = [*about, *(one for one in self._orders(mine, BESIDE) if one.id not in ids)][:BESIDE]
        owned = select(_ORD.c.id, _ORD.c.customer_id).where(_ORD.c.id.in_([order.id for order in orders]))
        owners = {r[0]: r[1] for r in self.tx.rows(owned)}
        said = set(numbers)
        found = []
        for order in orders:
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

    def talks_beside(self, account: int, source_ids: Sequence[str]) -> list[tuple[int, int]]:
        """(conversation, order) for conversations that are not closed, of the customers of these orders."""
        out: list[tuple[int, int]] = []
        for start in range(0, len(source_ids), 500):
            query = (
                select(_CONV.c.id, _ORD.c.id)
                .join(_ORD, _ORD.c.customer_id == _CONV.c.customer_id)
                .where(
                    _ORD.c.account_id == account,
                    _ORD.c.source_id.in_(list(source_ids[start : start + 500])),
                    _CONV.c.status.in_(("open", "waiting", "snoozed")),
                )
            )
            out += [(row[0], row[1]) for row in self.tx.rows(query)]
        return out

    def decide(self, conversation: int, order: int, state: str, agent: int) -> None:
        """An agent links or rejects an order beside a conversation."""
        where = (_LINK.c.conversation_id == conversation) & (_LINK.c.order_id == order)
        self.tx.run(delete(_LINK).where(where))
        self.tx.run(
            insert(_LINK).values(conversation_id=conversation, order_id=order, state=state, agent_id=agent)
        )

    def move(self, conversation: int, into: int) -> tuple[list[str], list[int]]:
        """Quoted numbers and decisions of a merged conversation go along; where both decided, the target stays.
        Gives the numbers that are new there, and the orders whose decisions moved."""
        numbers = select(_MENTION.c.number)
        known = {row[0] for row in self.tx.rows(numbers.where(_MENTION.c.conversation_id == into))}
        quoted = [row[0] for row in self.tx.rows(numbers.where(_MENTION.c.conversation_id == conversation))]
        fresh = [number for number in quoted if number not in known]
        self.add_mentions([(into, number) for number in fresh])
        there = select(_LINK.c.order_id).where(_LINK.c.conversation_id == into)
        here = (_LINK.c.conversation_id == conversation) & _LINK.c.order_id.not_in(there)
        moved = [row[0] for row in self.tx.rows(select(_LINK.c.order_id).where(here))]
        self.tx.run(update(_LINK).where(here).values(conversation_id=into))
        return fresh, moved

    def of(self, where: Any, limit: int) -> list[domain.Order]:
        """Orders by a condition of another query group, newest first."""
        return self._orders(where, limit)

    def _orders(self, where: Any, limit: int = 100) -> list[domain.Order]:
        rows = self.tx.rows(
            select(_ORD).where(where).order_by(_ORD.c.placed_at.desc(), _ORD.c.id.desc()).limit(limit)
        )
        parcels: dict[int, list[domain.Shipment]] = {}
        ids = [row.id for row in rows]
        for row in self.tx.rows(select(_SHIP).where(_SHIP.c.order_id.in_(ids)).order_by(_SHIP.c.id)):
            parcels.setdefault(row.order_id, []).append(_shipment(row))
        return [_order(row, tuple(parcels.get(row.id, ()))) for row in rows]


def on_its_way(shipment: domain.Shipment, country: str) -> domain.Shipment:
    """With where it comes from, as far as its number tells, and where it goes: `country`, where its order does."""
    return replace(
        shipment,
        origin=shipment.origin or domain.s10_country(shipment.number),
        destination=shipment.destination or country,
    )


def shipment_values(told: domain.Shipment, now: datetime) -> dict[str, Any]:
    """A parcel's columns."""
    return {
        "number": told.number,
        "carrier": told.carrier,
        "status": told.status,
        "raw_status": told.raw_status,
        "raw_substatus": told.raw_substatus,
        "reason": told.reason,
        "action_required": told.action_required,
        "eta_from": told.eta_from,
        "eta_to": told.eta_to,
        "eta_source": told.eta_source,
        "shipped_at": told.shipped_at,
        "origin": told.origin,
        "destination": told.destination,
        "last_event_at": told.last_event_at,
        "polled_at": told.polled_at,
        "days": days_on_way(told, now) if told.delivered_at else None,
        "events": [[micros(e.at), e.status, e.text, e.place, e.milestone] for e in told.events],
        "updated_at": now,
    }


def values_of(order: domain.Order) -> dict[str, Any]:
    """An order's columns, but for whose it is and when it was stored, with the hash of what it tells."""
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
            [i.title, i.sku, i.quantity, None if i.price is None else str(i.price), i.options]
            for i in order.items
        ],
        "raw": order.raw,
        **columns(order),
    }
    told = {k: micros(v) if isinstance(v, datetime) else v for k, v in values.items()}
    told["shipments"] = [[s.number, s.carrier, s.status] for s in order.shipments]
    values["hash"] = hashlib.sha256(dumps(told).encode()).hexdigest()
    return values


def _order(row: Any, shipments: tuple[domain.Shipment, ...]) -> domain.Order:
    items = tuple(
        domain.OrderItem(title, sku, quantity, None if price is None else Decimal(price), "".join(options))
        for title, sku, quantity, price, *options in row.items
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
        **fields(row),
    )


def _shipment(row: Any) -> domain.Shipment:
    events = tuple(
        domain.TrackingEvent(from_micros(at) or row.updated_at, status, text, place, "".join(mark))
        for at, status, text, place, *mark in row.events
    )
    return domain.Shipment(
        row.number, row.carrier, row.status, events, row.eta_from, row.eta_to, row.raw_status, row.shipped_at,
        row.reason, row.action_required, row.eta_source, row.raw_substatus, row.origin, row.destination, row.polled_at,
    )  # fmt: skip
