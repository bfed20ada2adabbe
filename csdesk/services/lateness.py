"""Whether a parcel is late for its way: against what own parcels on the same lane took, else against a table."""

from __future__ import annotations

from csdesk.domain.orders import Order, Shipment
from csdesk.domain.parcels import lane
from csdesk.services.notice_rules import book
from csdesk.store import Tx

_MOVING = frozenset(
    ("in_transit", "customs", "out_for_delivery", "info_received", "exception", "delivery_failed")
)


def days_allowed(tx: Tx, order: Order, parcel: Shipment) -> int:
    """After how many days from dispatch a parcel is late: nine of ten own ones on its lane took no longer."""
    where = lane(parcel, order.country)
    usual = tx.orders.usual(where) if where is not None else None
    if usual is not None:
        return usual.p90
    table = book().late
    return table.get(order.country, table["*"])


def days_late(tx: Tx, order: Order, parcel: Shipment) -> int:
    """Whole days behind what is usual; 0 and less for a parcel in time, or not on its way."""
    if parcel.shipped_at is None or parcel.status not in _MOVING:
        return 0
    return (tx.now - parcel.shipped_at).days - days_allowed(tx, order, parcel)


def is_late(tx: Tx, order: Order) -> bool:
    """Whether one of an order's parcels is late."""
    return any(days_late(tx, order, parcel) > 0 for parcel in order.shipments)
