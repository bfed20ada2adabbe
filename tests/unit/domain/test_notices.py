"""When a notice is due and what forbids it. A failure here writes to a customer at a wrong time, or breaks a market's
rules in the shop's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from csdesk.domain.notices import Policy, Rule, Situation, daytime, in_force, propose
from csdesk.domain.orders import Order, Shipment, TrackingEvent
from csdesk.services.notice_rules import book

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def order(**fields: object) -> Order:
    base = Order("aliexpress", "1", "a@b.example", "Ana", "EUR", Decimal(20), NOW - 10 * DAY, country="ES")
    return replace(base, **fields)  # type: ignore[arg-type]


def parcel(status: str, sent: float, last: float = 1) -> Shipment:
    at = NOW - last * DAY
    return Shipment("P1", "Post", status, (TrackingEvent(at, status, ""),), shipped_at=NOW - sent * DAY)


def due(one: Order, policies: tuple[Policy, ...] | None = None, **more: object) -> dict[str, str]:
    """Rule to what blocks it, by the rules that come with the desk, and its policies unless others are given."""
    held = book().policies if policies is None else policies
    situation = Situation(one, frozenset({one.source}), **{"conversation": 1, **more})  # type: ignore[arg-type]
    return {p.rule.name: p.blocked for p in propose(book().rules, held, situation, NOW)}


@pytest.mark.parametrize(
    ("one", "names"),
    [
        (order(payment="verifying", placed_at=NOW - 2 * DAY), {"payment_review"}),
        (order(payment="verifying", placed_at=NOW - DAY / 2), set()),
        (order(payment="paid", placed_at=NOW - DAY), {"before_dispatch"}),
        (order(fulfilment="shipped", shipments=(parcel("in_transit", 9),)), {"on_the_way"}),
        (order(fulfilment="shipped", shipments=(parcel("in_transit", 3),)), set()),
        (order(fulfilment="shipped", shipments=(parcel("customs", 9),)), set()),
        (
            order(fulfilment="shipped", protection="running", protection_until=NOW + 2 * DAY),
            {"extend"},
        ),
        (order(fulfilment="shipped", protection="expired", protection_until=NOW + 2 * DAY), set()),
        (order(fulfilment="delivered", shipments=(parcel("delivered", 12, 2),)), {"confirm_receipt"}),
        (order(fulfilment="delivered", shipments=(parcel("delivered", 30, 12),)), {"review"}),
        (order(fulfilment="delivered", after_sale="dispute", shipments=(parcel("delivered", 12, 2),)), set()),
        (order(fulfilment="cancelled", placed_at=NOW - DAY), set()),
    ],
)
def test_each_stage_asks_for_its_notice(one: Order, names: set[str]) -> None:
    assert set(due(one)) == names


@pytest.mark.parametrize("market", ["amazon", "ebay", "etsy"])
def test_nothing_is_written_where_a_market_forbids_it_or_nobody_has_read_what_it_allows(market: str) -> None:
    """Lost otherwise: the account of a shop that breaks rules which nobody looked up."""
    stages = (
        order(payment="verifying", placed_at=NOW - 2 * DAY),
        order(payment="paid", placed_at=NOW - DAY),
        order(fulfilment="shipped", shipments=(parcel("in_transit", 9),)),
        order(fulfilment="shipped", protection="running", protection_until=NOW + 2 * DAY),
        order(fulfilment="delivered", shipments=(parcel("delivered", 12, 2),)),
        order(fulfilment="delivered", shipments=(parcel("delivered", 30, 12),)),
    )
    said = [due(replace(one, source=market)) for one in stages]
    assert [set(one.values()) for one in said] == [{"policy"}] * len(stages)
    assert {name for one in said for name in one} == {rule.name for rule in book().rules}
    held = [one for one in book().policies if one.channel == market]
    assert all(one.verified != one.source.startswith("not verified") for one in held)


def test_a_verified_policy_takes_the_place_of_one_that_is_not() -> None:
    unread = Policy("ebay", None, (), "not verified", verified=False)
    read = Policy("ebay", date(2026, 1, 1), ("review",), "its page", relay=True)
    one = order(source="ebay", payment="paid", placed_at=NOW - DAY)
    assert due(one, (unread,)) == {"before_dispatch": "policy"}
    assert due(one, (read, unread)) == {"before_dispatch": ""}
    assert in_force((read, unread), frozenset({"ebay"}), date(2025, 1, 1)) == (unread,)


def test_amazon_takes_none_of_shipment_receipt_and_review() -> None:
    moving = order(source="amazon", fulfilment="shipped", shipments=(parcel("in_transit", 9),))
    assert due(moving) == {"on_the_way": "policy"}
    for last in (2, 12):
        there = order(source="amazon", fulfilment="delivered", shipments=(parcel("delivered", 30, last),))
        assert set(due(there).values()) == {"policy"}


def test_what_else_stands_in_the_way() -> None:
    one = order(payment="paid", placed_at=NOW - DAY)
    assert due(one, opted_out=True) == {"before_dispatch": "opted_out"}
    assert due(one, waits=True) == {"before_dispatch": "waits"}
    assert due(replace(one, email=""), conversation=None) == {"before_dispatch": "nobody"}
    relayed = replace(one, source="etsy")
    market = (Policy("etsy", date(2026, 1, 1), (), "read by somebody", relay=True),)
    assert due(relayed, market, conversation=None, relay=True) == {"before_dispatch": "relay"}
    assert due(relayed, market, relay=True) == {"before_dispatch": ""}, (
        "in the buyer's own talk it may be said"
    )
    assert due(one, notified=frozenset({"before_dispatch"})) == {}
    there = order(fulfilment="delivered", shipments=(parcel("delivered", 30, 12),))
    assert due(there, talking=True) == {"review": "talking"}
    late = order(fulfilment="shipped", shipments=(parcel("in_transit", 30),))
    assert due(late, late=True) == {}, "who is late is told of the delay, not that all is well"


def test_a_policy_holds_from_its_day_on_and_a_newer_one_takes_its_place() -> None:
    old = Policy("x", date(2020, 1, 1), ("review",), "somewhere")
    new = Policy("x", date(2026, 1, 1), (), "elsewhere")
    assert in_force((new, old), frozenset({"x"}), date(2019, 1, 1)) == ()
    assert in_force((new, old), frozenset({"x"}), date(2025, 1, 1)) == (old,)
    assert in_force((new, old), frozenset({"x"}), date(2026, 1, 1)) == (new,)


def test_lanes_channels_and_the_customers_daytime() -> None:
    rule = Rule(
        "r", ("before_dispatch",), "placed", 0, 20, "t", "order", lanes=("CN>ES",), channels=("aliexpress",)
    )
    situation = Situation(order(), frozenset({"aliexpress"}), 1, origin="CN")
    assert len(propose((rule,), (), situation, NOW)) == 1
    assert not propose((rule,), (), replace(situation, origin="DE"), NOW)
    assert not propose((rule,), (), replace(situation, channels=frozenset({"ebay"})), NOW)
    spain = daytime(rule, "Europe/Madrid")
    assert spain is not None and spain.open_at(NOW) and not spain.open_at(NOW + DAY / 2)
    assert daytime(rule, "") is None and daytime(rule, "Nowhere/Land") is None


def test_the_words_that_templates_ask_for_are_there_in_every_language() -> None:
    for variable, said in book().answers.items():
        assert set(said) == {"en", "zh", "es", "de", "fr", "ja", "pt", "it", "ru", "ar"}, variable
