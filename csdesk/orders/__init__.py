"""Order files and order sources, normalised to domain.orders. Knows no store: what is read is handed back."""

from __future__ import annotations

from csdesk.orders.carriers import carrier_of
from csdesk.orders.files import KINDS, entries, read_orders, sniff
from csdesk.orders.records import Entry, OrdersFile, Parcel, Problem

__all__ = [
    "KINDS",
    "Entry",
    "OrdersFile",
    "Parcel",
    "Problem",
    "carrier_of",
    "entries",
    "read_orders",
    "sniff",
]
