"""Order stages and the numbers that a text quotes, as tables that read like the rule book."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from csdesk.domain import orders
from csdesk.domain.orders import STAGES, Order, Shipment, numbers_in, s10_valid, stage

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
ORDER = Order("shop", "#1042", "ana@buyer.example", "Ana", "EUR", Decimal("38.00"), NOW - timedelta(days=11))
PARCEL = Shipment("RB123456785CN", "china-post", "in_transit")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"payment": "pending"}, "payment_check"),
        ({"payment": "failed"}, "payment_check"),
        ({}, "before_dispatch"),
        ({"fulfilment": "on_hold"}, "before_dispatch"),
        ({"fulfilment": "shipped"}, "in_transit"),
        ({"fulfilment": "partial"}, "in_transit"),
        ({"fulfilment": "shipped", "protection_until": NOW + timedelta(days=6)}, "in_transit"),
        ({"fulfilment": "shipped", "protection_until": NOW + timedelta(days=2)}, "timing_out"),
        ({"fulfilment": "shipped", "protection_until": NOW - timedelta(days=2)}, "timing_out"),
        ({"fulfilment": "delivered", "protection_until": NOW}, "delivered"),
        ({"fulfilment": "shipped", "shipments": (replace(PARCEL, status="delivered"),)}, "delivered"),
        ({"fulfilment": "shipped", "shipments": (PARCEL, replace(PARCEL, status="delivered"))}, "in_transit"),
        ({"fulfilment": "delivered", "after_sale": "return"}, "after_sale"),
        ({"payment": "refunded", "fulfilment": "cancelled", "after_sale": "refund"}, "cancelled"),
    ],
)
def test_the_stage_follows_from_the_axes(facts: dict[str, object], expected: str) -> None:
    """Lost otherwise: the right template at the right time."""
    assert stage(replace(ORDER, **facts), NOW) == expected  # type: ignore[arg-type]
    assert expected in STAGES


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("RB123456785GB", True),
        ("RB123456785CN", True),
        ("RB123456786US", False),
        ("RB12345678CN", False),
        ("rb123456785cn", False),
        ("", False),
    ],
)
def test_parcel_numbers_have_a_check_digit(number: str, valid: bool) -> None:
    """UPU S10. Lost otherwise: quota spent on tracking a typo."""
    assert s10_valid(number) is valid


def test_every_serial_has_exactly_one_check_digit() -> None:
    """The remainders 0 and 1 have digits of their own (5 and 0). Lost otherwise: one parcel in eleven."""
    for serial in range(12_345_600, 12_345_700):
        assert sum(s10_valid(f"RB{serial}{digit}CN") for digit in range(10)) == 1


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("Where is my order #1042?", ("1042",)),
        ("order 1042 and order no. 1043", ("1042", "1043")),
        ("Meine Bestellnummer ist 1042, bitte", ("1042",)),
        ("Bestellung Nr. 1042", ("1042",)),
        ("mi pedido número 1042", ("1042",)),
        ("ma commande n'est pas là", ()),
        ("订单号1042还没到", ("1042",)),
        ("我的订单号是：1042", ("1042",)),
        ("注文番号 1042 について", ("1042",)),
        ("Где мой заказ №1042", ("1042",)),
        ("order 028-1234567-1234567", ("028-1234567-1234567",)),
        ("#028-1234567-1234567", ("028-1234567-1234567",)),
        ("parcel RB123456785CN of order #1042", ("RB123456785CN", "1042")),
        ("#1042 #1042", ("1042",)),
        ("#NL-10421", ("NL-10421",)),
        ("it is 2026 and 1042 people wait", ()),
        ("order 12", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_where_they_are_named(said: str, numbers: tuple[str, ...]) -> None:
    """Lost otherwise: the order beside the talk, or a wrong one suggested."""
    assert numbers_in(said) == numbers


def test_numbers_behind_words_are_those_that_one_pattern_of_all_words_finds() -> None:
    """Each word is looked for by itself, because that is far quicker."""
    dice = random.Random(7)
    pieces = [
        *orders._WORDS, "Order", "BESTELLUNG", "Zamówienia", "Заказом", "İ", "ſ", "ı", "no.", "Nr", "number is", "号",
        "：", "#", " ", "  ", "\n", "-", "123", "4567", "12-3456", "AB-99812", "x", "1", "，", "bordered",
        "orderorder 555",
    ]  # fmt: skip
    hits = 0
    for _each in range(4000):
        text = "".join(dice.choices(pieces, k=dice.randint(2, 12)))
        found = [match.span(1) for match in orders._named(text)]
        assert found == [match.span(1) for match in orders._NAMED.finditer(text)], text
        hits += len(found)
    assert hits > 500
