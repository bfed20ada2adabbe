"""The sample shop's orders and parcels: beside every mail must stand the order it is about."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from csdesk.demo.content import mails, orders_csv, tracking_csv
from csdesk.demo.rebase import newest
from csdesk.domain.orders import SHIPMENT_STATUSES, numbers_in, s10_valid
from csdesk.domain.parcels import ENOUGH, REASONS
from tests.unit.demo.sample import SHOP, conversations, sender, text_of

ROWS = list(csv.DictReader(io.StringIO(orders_csv())))
HEADS = {row["Name"]: row for row in ROWS if row["Financial Status"]}
EVENTS = list(csv.DictReader(io.StringIO(tracking_csv())))
WITHOUT_ORDER = {
    "14-bjorn-lindqvist",  # asks for a wholesale price
    "15-warehouse-stock",
    "16-carrier-customs",
    "26-chen-yu",  # asks before buying
    "28-seo-offer",
    "31-ana-lopez-work",  # a second address of a customer who has one
    "32-m-keller",  # quotes the order of somebody else
}


def parcels() -> dict[str, list[dict[str, str]]]:
    """Events of each parcel of an order that is here, in file order."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for event in EVENTS:
        if event["order"]:
            found[event["number"]].append(event)
    return found


def customer_of(thread: str, names: list[str]) -> str:
    """The address on the other side; of the mail that came back it is the one it went to."""
    if thread == "17-peter-olsen-bounce":
        return "peter.olsen@postkasse.example"
    return next(sender(name) for name in names if sender(name) != SHOP)


def test_forty_orders_and_twenty_five_parcels() -> None:
    """With fewer the sample could not show every stage an order passes through."""
    assert len(HEADS) == 40 and len(ROWS) > 40
    assert len(parcels()) == 25
    assert all(3 <= len(events) <= 8 for events in parcels().values())


def test_orders_add_up_in_five_currencies() -> None:
    """A total that is not the sum of its lines would make the order card look wrong."""
    assert {row["Currency"] for row in HEADS.values()} == {"EUR", "USD", "GBP", "JPY", "BRL"}
    for name, head in HEADS.items():
        lines = [row for row in ROWS if row["Name"] == name]
        goods = sum(
            (Decimal(row["Lineitem price"]) * int(row["Lineitem quantity"]) for row in lines), Decimal()
        )
        assert Decimal(head["Subtotal"]) == goods, name
        assert Decimal(head["Total"]) == goods + Decimal(head["Shipping"]), name
        assert {row["Email"] for row in lines} == {head["Email"]}


def test_orders_show_every_state_the_export_knows() -> None:
    """A state that never occurs is a state nobody sees tested by eye."""
    assert {row["Financial Status"] for row in HEADS.values()} == {
        "paid",
        "pending",
        "authorized",
        "refunded",
    }
    assert {row["Fulfillment Status"] for row in HEADS.values()} == {"fulfilled", "partial", "unfulfilled"}
    assert sum(bool(row["Cancelled at"]) for row in HEADS.values()) == 1
    assert all(row["Email"].endswith(".example") for row in HEADS.values())


def test_every_customer_who_writes_about_an_order_has_one_under_that_address() -> None:
    """Otherwise the order would only be suggested where it should simply stand beside the mail."""
    emails = {row["Email"]: name for name, row in HEADS.items()}
    for thread, names in conversations().items():
        assert (customer_of(thread, names) in emails) == (thread not in WITHOUT_ORDER), thread


def test_order_numbers_in_a_mail_belong_to_who_wrote_it() -> None:
    """A quoted number of somebody else's order would show the wrong customer's facts."""
    seen = 0
    for thread, names in conversations().items():
        if thread in WITHOUT_ORDER:
            continue
        for name in names:
            for number in numbers_in(text_of(name)):
                if f"#{number}" in HEADS:
                    assert HEADS[f"#{number}"]["Email"] == customer_of(thread, names), (name, number)
                    seen += 1
    assert seen >= 20


def test_parcel_numbers_in_a_mail_belong_to_who_wrote_it() -> None:
    """The story of a mail and the way of its parcel must be the same story."""
    owner = {event["number"]: HEADS[event["order"]]["Email"] for event in EVENTS if event["order"]}
    for thread, names in conversations().items():
        for name in names if thread not in WITHOUT_ORDER else []:
            for number in owner:
                if number in text_of(name):
                    assert owner[number] == customer_of(thread, names), name


def test_parcels_are_told_in_order_with_known_statuses_and_valid_numbers() -> None:
    """An unknown status or a step back in time would break the parcel card."""
    last = newest(raw for _, raw in mails())
    for number, events in parcels().items():
        assert s10_valid(number) or number.startswith("YT"), number
        times = [datetime.fromisoformat(event["at"]) for event in events]
        assert times == sorted(times) and times[-1] <= last, number
        assert (
            len({(event["carrier"], event["order"], event["eta_from"], event["eta_to"]) for event in events})
            == 1
        )
        assert all(event["status"] in SHIPMENT_STATUSES and event["text"] for event in events)
        head = HEADS[events[0]["order"]]
        assert datetime.fromisoformat(head["Created at"]) < times[0], number
        assert not events[0]["eta_from"] or events[0]["eta_from"] < events[0]["eta_to"]


def test_older_parcels_tell_how_long_the_way_to_spain_takes() -> None:
    """Without them the card could never show what is usual."""
    older = [event for event in EVENTS if not event["order"]]
    arrived = [event["number"] for event in older if event["status"] == "delivered"]
    assert len(arrived) == len(set(arrived)) >= ENOUGH and all(map(s10_valid, arrived))
    assert {event["destination"] for event in older} == {"ES"}


def test_the_card_has_a_hold_a_failed_delivery_and_an_arrival_to_show() -> None:
    last = {number: events[-1] for number, events in parcels().items()}
    assert {event["status"] for event in last.values()} >= {"customs", "delivery_failed", "delivered"}
    held = last["RB123456785CN"]
    assert (held["reason"], held["action_required"]) == ("customs_docs", "yes")
    assert {event["reason"] for event in last.values()} <= {*REASONS, ""}


def test_orders_are_older_than_the_newest_mail() -> None:
    """An order from the future would stand first in every list."""
    last = newest(raw for _, raw in mails())
    assert all(datetime.fromisoformat(row["Created at"]) < last for row in HEADS.values())


def test_the_main_story_is_consistent() -> None:
    """Ana's parcel, held by customs for a missing tax number, is what the guide through the desk follows."""
    orders = [row for row in HEADS.values() if row["Email"] == "ana.lopez@correo.example"]
    assert sum(Decimal(row["Total"]) for row in orders) == Decimal("412.00") and len(orders) == 3
    assert HEADS["#1042"]["Total"] == "38.00" and "VIP" in HEADS["#1042"]["Tags"]
    events = parcels()["RB123456785CN"]
    assert events[-1]["status"] == "customs" and "tax number" in events[-1]["text"]
    assert "NIF" in text_of("01-ana-lopez-4.eml") and "#1042" in text_of("01-ana-lopez-1.eml")
