"""Parcel numbers in a customer's words. Lost otherwise: the parcel that a mail is about does not stand beside it; or
any long number of a mail points to somebody's parcel."""

from __future__ import annotations

import random

import pytest

from csdesk.orders.carriers import parcels_in


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("My UPS number is 1Z999AA10123456784.", ("1Z999AA10123456784",)),
        ("printed as 1Z 999 AA1 01 2345 6784, where is it", ("1Z999AA10123456784",)),
        ("USPS: 9400 1000 0000 0000 0000 13", ("9400100000000000000013",)),
        ("label 420100019400100000000000000013", ("420100019400100000000000000013",)),
        ("(9611020000000000000123)", ("9611020000000000000123",)),
        ("DPD 09980000020003R?", ("09980000020003R",)),
        ("Paket RB 123 456 785 CN", ("RB123456785CN",)),
        ("rb123456785gb", ("RB123456785GB",)),
        ("单号1Z999AA10123456784，到哪里了", ("1Z999AA10123456784",)),
        ("1Z999AA10123456784 again 1Z999AA10123456784", ("1Z999AA10123456784",)),
    ],
)
def test_a_number_that_agrees_with_its_check_digit_is_found(said: str, numbers: tuple[str, ...]) -> None:
    assert parcels_in(said) == numbers


@pytest.mark.parametrize(
    "said",
    [
        "",
        "1Z999AA10123456785 has a wrong digit",
        "RB123456786CN has one too",
        "YT2631821200045117 has a form and no check digit",
        "TBA123456789012",
        "order 8190001001, 3 pieces, 54.00 EUR",
        "https://shop.example/a/1Z999AA10123456784x",
        "AB1Z999AA10123456784",
        "on 2026-11-02 at 10:15, 12 345,67",
    ],
)
def test_what_only_looks_like_one_is_not(said: str) -> None:
    assert parcels_in(said) == ()


def test_a_mail_of_nothing_but_numbers_is_read_to_an_end() -> None:
    """Lost otherwise: the mailbox, behind one mail that a pattern never comes to an end with."""
    numbers = random.Random(7)
    said = " ".join(str(numbers.randrange(10**9, 10**22)) for _each in range(20_000))
    assert len(parcels_in(said + " 1Z999AA10123456784")) <= 200
    for odd in ("1Z" * 200_000, "A" * 400_000 + "1234567", "1234 " * 100_000, "1 2 3 4567890 " * 30_000):
        assert len(parcels_in(odd)) <= 1
