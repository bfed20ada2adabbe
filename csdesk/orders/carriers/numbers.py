"""Whose parcel number it is, told by the number alone: the table of carriers.toml put to use. Asks nobody."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from csdesk.orders.carriers.checks import holds

LONGEST = 60
"""Characters of the longest number that is looked at."""
PROOFS = ("certain", "likely", "possible")
SERVICES = {
    "C": "parcel",
    "E": "ems",
    "H": "ecommerce",
    "L": "express_letter",
    "M": "mbag",
    "Q": "reply",
    "R": "registered",
    "U": "letter",
    "V": "insured",
    "B": "domestic",
    "D": "domestic",
    "N": "domestic",
    "P": "domestic",
    "Z": "domestic",
}
"""First letter of the service indicator to kind of item (UPU S10, table of service indicators)."""
_TABLE = Path(__file__).parent.parent / "carriers.toml"
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_S10 = re.compile(r"([A-Z])[A-Z]([0-9]{8})([0-9])([A-Z]{2})")
_ROUTED = re.compile(r"420[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One carrier that a number may belong to. `proof` is one of PROOFS; `pattern` the id in carriers.toml, 's10' for
    a post; `country` where an S10 number was given out (ISO 3166), else ''; `service` one of SERVICES' words or ''."""

    carrier: str
    proof: str
    pattern: str
    country: str = ""
    service: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Pattern:
    carrier: str
    id: str
    proof: str
    regex: re.Pattern[str]
    check: dict[str, Any]
    routing: bool
    url: str


def compact(number: str) -> str:
    """A number as it is compared: capitals, without spaces."""
    return _SPACES.sub("", number).upper()


def recognise(number: str) -> tuple[Recognised, ...]:
    """The carriers that a number may belong to, the most certain first; () for none. Linear in the number's length."""
    told = compact(number)
    if not 8 <= len(told) <= LONGEST or not told.isascii():
        return ()
    found = [*_post(told), *(_as_found(one, told) for one in _patterns() if _fits(one, told))]
    best = {one.carrier: one for one in sorted(found, key=lambda one: -PROOFS.index(one.proof))}
    return tuple(sorted(best.values(), key=lambda one: PROOFS.index(one.proof)))


def matches(number: str, pattern: str) -> bool:
    """Whether a number is a right one of this pattern ('s10' or an id of carriers.toml)."""
    told = compact(number)
    if len(told) > LONGEST or not told.isascii():
        return False
    if pattern == "s10":
        return bool(_post(told))
    return any(_fits(one, told) for one in _patterns() if one.id == pattern)


def proves(number: str) -> bool:
    """Whether a number agrees with the check digit of a carrier. Its form alone proves nothing here."""
    told = compact(number)
    if not 8 <= len(told) <= LONGEST or not told.isascii():
        return False
    return bool(_post(told)) or any(_fits(one, told) for one in _patterns() if one.check)


def carrier_of(number: str) -> str:
    """The carrier that a number alone proves; '' where it proves none, or as well another one."""
    found = recognise(number)
    sure = [one for one in found if one.proof == found[0].proof and one.proof != "possible"]
    return sure[0].carrier if len(sure) == 1 else ""


def tracking_page(number: str, carrier: str = "") -> str:
    """Where a person can look this parcel up: the carrier's page with the number in it, by the number, else by the
    carrier's name; a service that knows all posts where neither tells."""
    told = compact(number)
    found = recognise(told)
    named = [one for one in found if one.carrier.casefold() == carrier.casefold()]
    url = next((one.url for one in (*named, *found[:1]) if one.url), "")
    if carrier and not named:
        url = _urls().get(carrier.casefold(), url)
    return (url or _table()["s10"]["urls"]["any"]).format(number=quote(told, safe=""))


def _post(told: str) -> list[Recognised]:
    parts = _S10.fullmatch(told)
    if parts is None or parts[4] not in _countries():
        return []
    if not holds({"name": "s10"}, parts[2], parts[3]):
        return []
    s10, country = _table()["s10"], parts[4]
    url = s10["urls"].get(country, s10["urls"]["any"])
    name = s10["posts"].get(country, f"Post ({country})")
    return [Recognised(name, "certain", "s10", country, SERVICES.get(parts[1], ""), url)]


def _as_found(one: _Pattern, _told: str) -> Recognised:
    return Recognised(one.carrier, one.proof, one.id, url=one.url)


def _fits(one: _Pattern, told: str) -> bool:
    """Also with the ZIP code before it, of five or nine digits, that a scanner reads along with a USPS number."""
    if _matched(one, told):
        return True
    if not one.routing or _ROUTED.match(told) is None:
        return False
    return _matched(one, told[8:]) or _matched(one, told[12:])


def _matched(one: _Pattern, told: str) -> bool:
    parts = one.regex.fullmatch(told)
    return parts is not None and (not one.check or holds(one.check, parts["serial"], parts["check"]))


@cache
def _table() -> dict[str, Any]:
    with _TABLE.open("rb") as stream:
        return tomllib.load(stream)


@cache
def _countries() -> frozenset[str]:
    return frozenset(_table()["s10"]["countries"].split())


@cache
def _urls() -> dict[str, str]:
    s10 = _table()["s10"]
    posts = {
        name.casefold(): s10["urls"].get(code, s10["urls"]["any"]) for code, name in s10["posts"].items()
    }
    return posts | {one["name"].casefold(): one["url"] for one in _table()["carrier"]}


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(
            carrier["name"],
            row["id"],
            row["proof"],
            re.compile(row["regex"], re.ASCII),
            row.get("check", {}),
            row.get("routing", False),
            carrier["url"],
        )
        for carrier in _table()["carrier"]
        for row in carrier["pattern"]
    )
