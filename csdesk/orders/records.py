"""What an order file yields: orders, parcels, and sentences about the lines that were left out."""

from __future__ import annotations

from dataclasses import dataclass

from csdesk.domain.orders import Order, Shipment


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something at a line of the file (counted from 1, the header included) was left out."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of a tracking file and the number of the order it belongs to; '' where the file does not say."""

    order: str
    shipment: Shipment


Entry = Order | Parcel | Problem


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """A whole file. `kind` is 'shopify', 'generic' or 'tracking'. An order or parcel with one wrong line is not
    among the good ones: it is all there or not at all."""

    kind: str
    orders: tuple[Order, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    problems: tuple[Problem, ...] = ()
