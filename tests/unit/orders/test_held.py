"""Orders that wait to be written down. Lost otherwise: one of them, or the machine's memory to a large file."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from csdesk.demo.content import markets_csv, orders_csv, tracking_csv
from csdesk.domain.orders import Dispute, Order, OrderItem, OrderNote, Refund, Return, Shipment, TrackingEvent
from csdesk.orders.files import read_orders
from csdesk.orders.held import _APART, ROUND, Held
from csdesk.orders.records import Parcel

AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def one(number: int) -> Order:
    return Order(
        "csv", f"#{number}", f"a{number}@x.example", "Ana López", "EUR", Decimal("57.80"), AT,
        items=(OrderItem("Kettle", "KET-1", 2, Decimal("28.90")),),
        shipments=(Shipment(f"P{number}", "Post", "in_transit", (TrackingEvent(AT, "in_transit", "left"),)),),
        refunds=(Refund(Decimal(1), AT),), returns=(Return("r", "open"),), disputes=(Dispute("d", "dispute", "open"),),
        notes=(OrderNote("n", "text", at=AT),), raw={"id": "7"}, tags=("a", "b"),
    )  # fmt: skip


def test_what_is_put_in_comes_out_in_its_order(tmp_path: Path) -> None:
    count = 2 * ROUND + 3
    held = Held[Order]()
    for number in range(count):
        held.put(one(number))
    out = [order for some in held.rounds() for order in some]
    assert out == [one(number) for number in range(count)] and held.count == count
    for text in (orders_csv(), tracking_csv(), *markets_csv()):
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        found = read_orders(path)
        both = Held[Any]()
        for entry in (*found.orders, *found.parcels) * 12:
            both.put(entry)
        assert [each for some in both.rounds() for each in some] == list((*found.orders, *found.parcels) * 12)


def test_every_part_of_an_order_knows_how_it_is_taken_apart() -> None:
    """A new kind of part would be packed three times as slowly and nobody would see it."""
    seen: set[type] = set()

    def walk(part: Any) -> None:
        if is_dataclass(part):
            seen.add(type(part))
            for field in fields(part):
                walk(getattr(part, field.name))
        elif isinstance(part, tuple):
            for each in part:
                walk(each)

    walk(one(1))
    walk(Parcel("1", one(1).shipments[0]))
    assert seen == set(_APART)


def test_many_take_little_room() -> None:
    held = Held[Order]()
    for number in range(10 * ROUND):
        held.put(one(number))
    assert sum(map(sys.getsizeof, held._packed)) / held.count < 250, "bytes an order"
