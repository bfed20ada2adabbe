"""Which parcels are asked about through which account, and when next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from csdesk.db.shop_tables import ParcelWatch
from csdesk.db.tables import Conversation, Order, Shipment, table
from csdesk.db.tx import Tx
from csdesk.domain.parcels import DONE, SILENT

_SHIP = table(Shipment)
_WATCH = table(ParcelWatch)
_ORD = table(Order)
_CONV = table(Conversation)
RECENT = timedelta(days=120)
"""Orders older than this are not asked about any more."""
ENROL = 500


@dataclass(frozen=True, slots=True)
class Watched:
    """A parcel and how it is asked about. `order` is the order's id or None, `country` where that goes."""

    id: int
    number: str
    carrier: str
    order: int | None
    country: str
    registered: bool = False


class Parcels:
    """Reads and writes who asks about a parcel."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def unwatched(self) -> list[Watched]:
        """Parcels on their way that no account asks about, newest first, at most ENROL."""
        now = self.tx.now
        fresh = or_(_SHIP.c.last_event_at.is_(None), _SHIP.c.last_event_at > now - SILENT)
        query = (
            select(_SHIP.c.id, _SHIP.c.number, _SHIP.c.carrier, _SHIP.c.order_id, _ORD.c.country)
            .join(_ORD, _ORD.c.id == _SHIP.c.order_id)
            .outerjoin(_WATCH, _WATCH.c.shipment_id == _SHIP.c.id)
            .where(
                _WATCH.c.shipment_id.is_(None),
                _SHIP.c.status.not_in(sorted(DONE)),
                _ORD.c.placed_at > now - RECENT,
                fresh,
            )
            .order_by(_SHIP.c.id.desc())
            .limit(ENROL)
        )
        return [Watched(*row) for row in self.tx.rows(query)]

    def watch(self, parcels: Sequence[int], account: int) -> None:
        """This account asks about them from now on."""
        rows = [
            {
                "shipment_id": one,
                "account_id": account,
                "registered": False,
                "next_at": self.tx.now,
                "error": "",
            }
            for one in parcels
        ]
        if rows:
            self.tx.add_all(_WATCH, rows)

    def due(self, account: int, limit: int) -> list[Watched]:
        """Parcels whose turn it is, those that waited longest first."""
        query = (
            select(
                _SHIP.c.id,
                _SHIP.c.number,
                _SHIP.c.carrier,
                _SHIP.c.order_id,
                _ORD.c.country,
                _WATCH.c.registered,
            )
            .join(_WATCH, _WATCH.c.shipment_id == _SHIP.c.id)
            .outerjoin(_ORD, _ORD.c.id == _SHIP.c.order_id)
            .where(_WATCH.c.account_id == account, _WATCH.c.next_at <= self.tx.now)
            .order_by(_WATCH.c.next_at, _SHIP.c.id)
            .limit(limit)
        )
        return [
            Watched(row[0], row[1], row[2], row[3], row[4] or "", bool(row[5])) for row in self.tx.rows(query)
        ]

    def of(self, number: str) -> tuple[Watched, int | None] | None:
        """A stored parcel and the account that asks about it, None for nobody yet; None for no such parcel."""
        query = (
            select(
                _SHIP.c.id, _SHIP.c.number, _SHIP.c.carrier, _SHIP.c.order_id, _ORD.c.country,
                _WATCH.c.registered, _WATCH.c.account_id,
            )
            .outerjoin(_WATCH, _WATCH.c.shipment_id == _SHIP.c.id)
            .outerjoin(_ORD, _ORD.c.id == _SHIP.c.order_id)
            .where(_SHIP.c.number == number)
        )  # fmt: skip
        row = self.tx.one(query)
        if row is None:
            return None
        return Watched(row[0], row[1], row[2], row[3], row[4] or "", bool(row[5])), row[6]

    def set(self, parcel: int, **fields: Any) -> None:
        """Change registered, next_at or error of a watched parcel."""
        self.tx.run(update(_WATCH).where(_WATCH.c.shipment_id == parcel).values(**fields))

    def move(self, parcel: int, account: int, *, registered: bool) -> None:
        """Another account asks about it from now on."""
        found = self.tx.one(select(_WATCH.c.shipment_id).where(_WATCH.c.shipment_id == parcel))
        if found is None:
            values = {"shipment_id": parcel, "account_id": account, "registered": registered, "error": ""}
            self.tx.run(insert(_WATCH).values(**values))
        else:
            self.set(parcel, account_id=account, registered=registered, error="")

    def error(self, number: str) -> str:
        """Why a source knows nothing of a parcel; ''."""
        query = select(_WATCH.c.error).join(_SHIP, _SHIP.c.id == _WATCH.c.shipment_id)
        row = self.tx.one(query.where(_SHIP.c.number == number))
        return row[0] if row is not None else ""

    def talks(self, orders: Sequence[int]) -> list[tuple[int, int]]:
        """(conversation, order) for conversations that are not closed, of the customers of these orders."""
        query = (
            select(_CONV.c.id, _ORD.c.id)
            .join(_ORD, _ORD.c.customer_id == _CONV.c.customer_id)
            .where(_ORD.c.id.in_(list(orders)), _CONV.c.status.in_(("open", "waiting", "snoozed")))
        )
        return [(row[0], row[1]) for row in self.tx.rows(query)]

    def next_due(self, account: int) -> datetime | None:
        """When the next parcel of an account is due."""
        query = select(_WATCH.c.next_at).where(_WATCH.c.account_id == account, _WATCH.c.next_at.is_not(None))
        row = self.tx.one(query.order_by(_WATCH.c.next_at).limit(1))
        return row[0] if row is not None else None
