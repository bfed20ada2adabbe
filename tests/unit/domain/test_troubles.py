"""What somebody should look at, and in which order. A failure here lets a dispute run out unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from csdesk.domain.orders import Dispute, Order, Shipment, TrackingEvent
from csdesk.domain.troubles import TroubleLine, ranked, troubles

NOW = datetime(2026, 11, 26, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = Order(
    "aliexpress", "1", "a@b.example", "Ana", "EUR", Decimal(20), NOW - 20 * DAY, fulfilment="shipped"
)


def with_parcel(status: str, quiet: float = 1, **more: object) -> Order:
    parcel = Shipment("P1", "Post", status, (TrackingEvent(NOW - quiet * DAY, status, ""),))
    return replace(ORDER, shipments=(replace(parcel, **more),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "kinds"),
    [
        (with_parcel("in_transit"), []),
        (with_parcel("customs"), []),
        (with_parcel("customs", 4), ["customs"]),
        (with_parcel("customs", reason="customs_docs"), ["customs"]),
        (with_parcel("delivery_failed"), ["delivery_failed"]),
        (with_parcel("returning"), ["returning"]),
        (with_parcel("lost"), ["lost"]),
        (with_parcel("lost", 40), []),
        (with_parcel("expired"), ["expired"]),
        (replace(with_parcel("lost"), payment="refunded"), []),
        (replace(ORDER, protection="running", protection_until=NOW + 2 * DAY), ["protection"]),
        (replace(ORDER, protection="running", protection_until=NOW + 9 * DAY), []),
        (replace(ORDER, disputes=(Dispute("d", "dispute", "open", respond_by=NOW + DAY),)), ["dispute"]),
        (replace(ORDER, disputes=(Dispute("d", "dispute", "closed", respond_by=NOW + DAY),)), []),
        (replace(with_parcel("lost"), fulfilment="cancelled"), []),
    ],
)
def test_what_is_out_of_the_ordinary(order: Order, kinds: list[str]) -> None:
    assert [one.kind for one in troubles(order, NOW, {})] == kinds


def test_late_counts_against_its_lane_only() -> None:
    [late] = troubles(with_parcel("in_transit"), NOW, {"P1": 4})
    assert (late.kind, late.late, late.template) == ("late", 4, "delayed")
    assert not troubles(with_parcel("in_transit"), NOW, {"P1": 0})


def test_the_least_time_left_comes_first_then_the_most_money() -> None:
    def one(number: str, worth: int, days: float | None) -> TroubleLine:
        until = None if days is None else NOW + days * DAY
        [found] = troubles(replace(with_parcel("lost"), number=number), NOW, {})
        return TroubleLine(replace(found, until=until), "Ana", None, Decimal(worth))

    lines = [one("a", 500, None), one("b", 10, 0.5), one("c", 90, 2.5), one("d", 30, 1.5), one("e", 20, -1)]
    assert [line.trouble.order.number for line in ranked(lines, NOW)] == ["e", "b", "c", "d", "a"]
