"""What is said about addresses. A failure here sends a parcel into the blue, or refuses a good address."""

from __future__ import annotations

import re

import pytest

from csdesk.domain import addresses

GOOD = {"name": "Ana", "street": "Calle 1", "city": "Madrid", "postcode": "28001", "country": "ES"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"name": ""}, "no name"),
        ({"city": "  "}, "no city"),
        ({"postcode": ""}, "no postcode"),
        ({"postcode": "99001"}, "'99001' is no postcode of ES"),
        ({"postcode": "sw1a1aa", "country": "gb"}, ""),
        ({"postcode": "1012", "country": "NL"}, "1012 AB"),
        ({"postcode": "", "country": "HK"}, ""),
        ({"postcode": "what ever", "country": "ZZ"}, ""),
    ],
)
def test_what_is_wrong_with_an_address(change: dict[str, str], said: str) -> None:
    found = addresses.fault({**GOOD, **change})
    assert said in found and bool(said) == bool(found)


def test_every_example_is_of_its_own_pattern() -> None:
    for country, (pattern, example) in addresses._POSTCODES.items():
        assert re.fullmatch(pattern, example), country


def test_spaces_and_cases_are_no_difference_but_places_are() -> None:
    assert addresses.same(GOOD, {**GOOD, "city": "MADRID ", "phone": "+34 1"})
    assert not addresses.same(GOOD, {**GOOD, "street": "Calle 2"})
    assert addresses.in_line({**GOOD, "street2": "", "phone": ""}) == "Ana, Calle 1, 28001 Madrid, ES"
