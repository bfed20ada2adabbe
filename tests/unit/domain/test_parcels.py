"""A parcel's way: a delivery that vanishes, a hold that nobody sees, an answer that is asked for too often."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from csdesk.domain.orders import SHIPMENT_STATUSES, Shipment, TrackingEvent
from csdesk.domain.parcels import (
    COOL,
    DONE,
    ENOUGH,
    MILESTONES,
    Meaning,
    cooling,
    days_on_way,
    lane,
    meaning,
    merged,
    milestones,
    next_look,
    usual,
)  # fmt: skip

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY, HOURS6 = timedelta(days=1), timedelta(hours=6)


def event(days: float, status: str, text: str = "", mark: str = "") -> TrackingEvent:
    return TrackingEvent(NOW + timedelta(days=days), status, text, "", mark)


def parcel(status: str, *events: TrackingEvent, **more: object) -> Shipment:
    made = Shipment(
        "RB123456785CN", "China Post", status, tuple(sorted(events, key=lambda e: e.at, reverse=True))
    )
    return replace(made, **more)  # type: ignore[arg-type]


WAY = (
    event(-12, "info_received"), event(-11, "in_transit"), event(-9, "in_transit", "Left", "departed"),
    event(-5, "customs"), event(-3, "in_transit"), event(-1, "out_for_delivery"), event(-0.5, "delivered"),
)  # fmt: skip


def test_milestones_follow_from_the_statuses() -> None:
    found = milestones(WAY)
    assert list(found) == ["label", "picked_up", "departed", "customs_in", "customs_out", "out", "delivered"]
    assert found["customs_out"] == NOW - 3 * DAY and set(found) <= set(MILESTONES)
    assert milestones(()) == {}


@pytest.mark.parametrize("silence", ["expired", "unregistered", "not_found", "info_received"])
def test_silence_takes_back_no_delivery(silence: str) -> None:
    """A service stops asking after delivery; the customer has the parcel all the same."""
    known = parcel("delivered", *WAY)
    after = merged(known, parcel(silence))
    assert (after.status, after.delivered_at) == ("delivered", NOW - DAY / 2)
    assert merged(
        parcel("customs", WAY[3], reason="customs_docs", action_required=True), parcel(silence)
    ).reason


def test_news_replace_what_was_said_and_keep_what_is_known() -> None:
    known = parcel(
        "customs", *WAY[:4], reason="customs_docs", action_required=True, eta_from=NOW, origin="CN"
    )
    after = merged(known, parcel("in_transit", WAY[4], raw_status="InTransit", destination="ES"))
    assert (after.status, after.reason, after.action_required) == ("in_transit", "", False)
    assert (len(after.events), after.eta_from, after.origin, after.destination) == (5, NOW, "CN", "ES")
    richer = replace(WAY[0], milestone="label")
    assert merged(after, parcel("in_transit", richer)).events[-1].milestone == "label"
    assert len(merged(after, parcel("in_transit", richer)).events) == 5


def test_the_usual_time_of_a_lane() -> None:
    assert usual([9, 9, 9, 9]) is None and ENOUGH == 5
    assert usual([14, 7, 9, 8, 10]) is not None
    found = usual([14, 7, 9, 8, 10, 9, 9, 11, 12, 30])
    assert found is not None and (found.median, found.p90, found.count) == (9, 14, 10)
    one = parcel("in_transit", origin="CN")
    assert lane(one) is None and lane(one, "ES") == ("CN", "ES", "China Post")
    assert lane(replace(one, carrier=""), "ES") is None


def test_days_on_its_way_end_with_the_delivery() -> None:
    assert days_on_way(parcel("delivered", *WAY, shipped_at=NOW - 11 * DAY), NOW + 50 * DAY) == 10
    assert days_on_way(parcel("customs", shipped_at=NOW - 11 * DAY), NOW) == 11
    assert days_on_way(parcel("info_received"), NOW) is None


@pytest.mark.parametrize(
    ("status", "age", "after"),
    [
        ("in_transit", 1, HOURS6),
        ("customs", 20, HOURS6),
        ("out_for_delivery", 0, HOURS6),
        ("info_received", 2, 2 * HOURS6),
        ("in_transit", 31, None),
        ("delivered", 1, DAY),
        ("delivered", 4, None),
        ("returned", 4, None),
    ],
)
def test_when_a_source_is_asked_again(status: str, age: int, after: timedelta | None) -> None:
    """Too often costs the shop its quota; too long hides that a delivery failed."""
    when = next_look(parcel(status, event(-age, status)), NOW, HOURS6)
    assert when == (NOW + after if after else None)


def test_a_person_waits_a_little_before_asking_again() -> None:
    assert cooling(None, NOW) == timedelta(0) == cooling(NOW - DAY, NOW)
    assert cooling(NOW - timedelta(minutes=1), NOW) == COOL - timedelta(minutes=1)


def test_an_unknown_word_falls_back_and_promises_nothing() -> None:
    mains, subs = (
        {"InTransit": Meaning("in_transit")},
        {"InTransit_Departure": Meaning("in_transit", milestone="departed")},
    )
    assert meaning("InTransit", "InTransit_Departure", mains, subs).milestone == "departed"
    assert meaning("InTransit", "InTransit_New", mains, subs) == Meaning("in_transit")
    assert meaning("New", "", mains, subs).status == "exception"
    assert set(SHIPMENT_STATUSES) >= DONE
