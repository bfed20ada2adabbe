"""Orders that were read and wait to be written down: packed, for two hundred thousand of them are 300 MB as they are.
They stay in memory, as nobody's order should lie about on a disk."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from csdesk.domain.orders import Dispute, Order, OrderItem, OrderNote, Refund, Return, Shipment, TrackingEvent
from csdesk.orders.records import Parcel

T = TypeVar("T")
ROUND = 400
"""Entries that are packed together, and unpacked together."""


def _by_fields(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """How one of these is taken apart: what pickle does by itself with a frozen dataclass takes three times as long."""
    get = attrgetter(*(one.name for one in fields(kind)))
    return lambda one: (kind, get(one))


_APART: dict[type, Any] = {
    kind: _by_fields(kind)
    for kind in (Order, OrderItem, Shipment, TrackingEvent, Dispute, Refund, Return, OrderNote, Parcel)
}


class Held(Generic[T]):
    """Entries in the order in which they were put in."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._open: list[T] = []
        self.count = 0

    def put(self, entry: T) -> None:
        """One more."""
        self._open.append(entry)
        self.count += 1
        if len(self._open) >= ROUND:
            self._pack()

    def _pack(self) -> None:
        out = io.BytesIO()
        pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = _APART
        pickler.dump(self._open)
        self._packed.append(zlib.compress(out.getbuffer(), 1))
        self._open = []

    def rounds(self) -> Iterator[list[T]]:
        """All of them, some hundred at a time."""
        for packed in self._packed:
            yield pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own, made above; it never left this process
        if self._open:
            yield self._open
