"""Parcel numbers: a parcel looked up at the wrong carrier, or a mistyped number taken for a right one."""

from __future__ import annotations

import json
import random
import re
import tomllib
from pathlib import Path

import pytest

from csdesk.orders import carriers
from csdesk.orders.carriers import carrier_of, numbers, recognise, tracking_page
from csdesk.orders.carriers.checks import holds, luhn, mod10, mod37_36, s10

TABLE = Path(carriers.__file__).parent.parent / "carriers.toml"
PUBLISHED = Path(__file__).parents[4] / "shared" / "specs" / "tracking-number-data" / "couriers"
"""The test numbers of tracking_number_data, where a copy of it lies beside the project."""
NAMES = {
    "S10": "s10", "Amazon Logistics": "amazon", "Amazon International": "amazon-international",
    "Canada Post (16)": "canadapost", "Canpar (22)": "canpar", "DHL Express": "dhl-express",
    "DHL Express (Piece ID)": "dhl-piece", "DHL E-Commerce": "dhl-ecommerce", "DHL E-Commerce (14)": "dhl-14",
    "DPD (28)": "dpd-28", "DPD (14)": "dpd-15", "FedEx Express (12)": "fedex-12", "FedEx Express (34)": "fedex-34",
    "FedEx ASTRA (32)": "fedex-astra", "FedEx Ground": "fedex-ground", "FedEx Ground (SSCC-18)": "fedex-sscc",
    "FedEx Ground 96 (22)": "fedex-96", "FedEx Ground GSN": "fedex-gsn", "GOFO Express (US)": "gofo",
    "Landmark Global LTN": "landmark", "LaserShip LX": "lasership-l", "LaserShip 1LS7 (15)": "lasership-1ls7",
    "LaserShip 1LS7 (18)": "lasership-1ls7-18", "LaserShip 1LSCX (15)": "lasership-1lscx", "Old Dominion": "odfl",
    "Old Dominion Guaranteed Shipment": "odfl-guaranteed", "OnTrac": "ontrac-c", "OnTrac D": "ontrac-d",
    "Purolator (12)": "purolator-12", "Purolator (alpha + 9)": "purolator", "Spee-Dee (20)": "speedee", "UPS": "ups",
    "UPS Waybill": "ups-waybill", "USPS 20": "usps-20", "USPS IMpb N": "usps-impb-n", "USPS Legacy": "usps-91",
    "USPS IMpb C": "usps-impb-c", "Yodel": "yodel", "YunExpress": "yunexpress",
}  # fmt: skip

# Our own: made with the rules above, for a place without that copy.
OWN = [
    ("RB 123 456 785 CN", "s10", "China Post"),
    ("rb123456785gb", "s10", "Royal Mail"),
    ("LX204163720CN", "s10", "China Post"),
    ("RB123456785CV", "s10", "Post (CV)"),
    ("1Z 999 AA1 01 2345 6784", "ups", "UPS"),
    ("9400100000000000000013", "usps-impb-n", "USPS"),
    ("420100019400100000000000000013", "usps-impb-n", "USPS"),
    ("9611020000000000000123", "fedex-96", "FedEx"),
    ("09980000020003R", "dpd-15", "DPD"),
    ("TBA123456789012", "amazon", "Amazon"),
    ("YT2631821200045117", "yunexpress", "YunExpress"),
    ("4PX3000123456789CN", "4px", "4PX"),
    ("UA123456789YP", "yanwen", "Yanwen"),
    ("LP00123456789012", "cainiao", "Cainiao"),
    ("SF1234567890123", "sf", "SF Express"),
    ("3SABCD1234567", "postnl-3s", "PostNL"),
    ("JJD0002257639032011", "yodel", "Yodel"),
]


def test_numbers_with_a_form_of_their_own_name_their_carrier() -> None:
    for number, pattern, carrier in OWN:
        assert carrier_of(number) == carrier, number
        assert numbers.matches(number, pattern), number


def test_digits_alone_prove_nothing() -> None:
    """Twelve digits may be FedEx or Purolator: naming one would send the agent to the wrong page."""
    for number in (
        "986578788855",
        "3318810025",
        "60120172242323",
        "",
        "12345678",
        "RB123456785",
        "ORDER1042",
    ):
        assert carrier_of(number) == "", number
    assert "FedEx" in {one.carrier for one in recognise("986578788855")}
    assert recognise("986578788855")[0].proof == "possible"


def test_a_mistyped_number_is_no_number() -> None:
    for number in ("RB123456786CN", "RB123456785XX", "1Z999AA10123456785", "9400100000000000000014", "YT123"):
        assert not any(one.proof == "certain" for one in recognise(number)), number
    assert recognise("1" * 61) == () == recognise("R" * 5000 + "!")


def test_s10_says_country_and_service() -> None:
    one = recognise("EV640081255CN")[0]
    assert (one.country, one.service, one.proof) == ("CN", "ems", "certain")
    assert recognise("RB123456785DE")[0].service == "registered"


def test_ten_thousand_s10_numbers() -> None:
    """Each right number is known, and each with one wrong check digit is not."""
    dice = random.Random(17)
    known = sorted(numbers._countries())
    for _ in range(10_000):
        serial = f"{dice.randrange(10**8):08d}"
        head = dice.choice("RLCEUV") + dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        country = dice.choice(known)
        right = s10(serial)
        assert numbers.matches(f"{head}{serial}{right}{country}", "s10")
        wrong = (right + dice.randrange(1, 10)) % 10
        assert not numbers.matches(f"{head}{serial}{wrong}{country}", "s10")


def test_check_digits_by_hand() -> None:
    assert luhn("7992739871") == 3
    assert mod37_36("09980000020034") == "D"
    assert s10("47312482") == 9  # UPU S10-12, the worked example
    assert mod10("999AA1012345678", 1, 2) == 4
    assert mod10("940010000000000000001", 3, 1, reverse=True) == 3
    with pytest.raises(KeyError):
        holds({"name": "other"}, "1", "1")


def test_the_table_is_whole_and_its_patterns_linear() -> None:
    """A repetition inside a repetition would let one hostile number hold up the desk."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    rows = [row for carrier in table["carrier"] for row in carrier["pattern"]]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["proof"] in numbers.PROOFS and row["source"] in ("tnd", "usps", "dpd", "gs1", "seen")
        assert not re.search(r"[*+]|\)\{|\)\*", row["regex"]), row["id"]
        assert "check" not in row or {"serial", "check"} <= set(re.compile(row["regex"]).groupindex)
    assert all(
        "{number}" in carrier["url"] and carrier["url"].startswith("https://") for carrier in table["carrier"]
    )
    assert set(table["s10"]["posts"]) <= numbers._countries()


def test_where_a_number_is_looked_up() -> None:
    assert tracking_page("rb123456785gb").endswith("#/tracking-results/RB123456785GB")
    assert "17track.net" in tracking_page("RB123456785CV") and "17track.net" in tracking_page("ABC/../x?y")
    assert tracking_page("ABC/../x?y").endswith("ABC%2F..%2FX%3FY")
    assert "fedex.com" in tracking_page("320595463938", "FedEx")
    assert "yuntrack.com" in tracking_page("YT2631821200045117")


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="no copy of tracking_number_data lies beside the project")
def test_every_published_test_number() -> None:
    seen = set()
    for path in sorted(PUBLISHED.glob("*.json")):
        for told in json.loads(path.read_text("utf-8"))["tracking_numbers"]:
            pattern = NAMES[told["name"]]
            seen.add(pattern)
            for number in told["test_numbers"]["valid"]:
                assert numbers.matches(number, pattern), (told["name"], number)
                assert recognise(number), number
            for number in told["test_numbers"]["invalid"]:
                assert not numbers.matches(number, pattern), (told["name"], number)
    assert seen == set(NAMES.values())
