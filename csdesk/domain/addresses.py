"""Postal addresses as orders carry them: what is missing, and what cannot be right for the country. Pure.

Postcodes: the patterns of Unicode's CLDR (common/supplemental/postalCodeData.xml) for the countries that our customers
live in, and the forms that the Universal Postal Union describes. A country without a row here is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from csdesk.i18n import _

FIELDS = ("name", "street", "street2", "city", "postcode", "province", "country", "phone")
"""The parts of an address, in the order in which they are written down."""
LIMIT = 200
_FIVE, _FOUR, _SIX = (r"\d{5}", "12345"), (r"\d{4}", "1234"), (r"\d{6}", "123456")
_POSTCODES = {
    "AT": _FOUR, "AU": _FOUR, "BE": _FOUR, "BG": _FOUR, "BR": (r"\d{5}-?\d{3}", "01310-100"),
    "CA": (r"[ABCEGHJKLMNPRSTVXY]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1"), "CH": _FOUR, "CL": (r"\d{3}-?\d{4}", "8340457"),
    "CN": _SIX, "CO": _SIX, "CZ": (r"\d{3} ?\d{2}", "110 00"), "DE": _FIVE, "DK": _FOUR, "EE": _FIVE,
    "ES": (r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}", "28001"), "FI": _FIVE, "FR": (r"\d{2} ?\d{3}", "75001"),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|GIR ?0AA", "SW1A 1AA"), "GR": (r"\d{3} ?\d{2}", "105 57"),
    "HR": _FIVE, "HU": _FOUR, "IL": (r"\d{5}(?:\d{2})?", "9614303"), "IN": _SIX, "IT": _FIVE,
    "JP": (r"\d{3}-?\d{4}", "100-0001"), "KR": _FIVE, "KZ": _SIX, "LT": (r"(?:LT-?)?\d{5}", "01100"),
    "LU": (r"(?:L-?)?\d{4}", "1009"), "LV": (r"(?:LV-?)?\d{4}", "LV-1050"), "MX": _FIVE, "MY": _FIVE,
    "NL": (r"[1-9]\d{3} ?[A-Z]{2}", "1012 AB"), "NO": _FOUR, "NZ": _FOUR, "PH": _FOUR,
    "PL": (r"\d{2}-?\d{3}", "00-950"), "PT": (r"\d{4}-?\d{3}", "1000-260"), "RO": _SIX, "RS": _FIVE, "RU": _SIX,
    "SE": (r"\d{3} ?\d{2}", "111 22"), "SG": _SIX, "SI": (r"(?:SI-?)?\d{4}", "1000"), "SK": (r"\d{3} ?\d{2}", "811 01"),
    "TH": _FIVE, "TR": _FIVE, "TW": (r"\d{3}(?:-?\d{2,3})?", "100"), "UA": _FIVE,
    "US": (r"\d{5}(?:-?\d{4})?", "94103"), "VN": (r"\d{5,6}", "10000"), "ZA": _FOUR,
}  # fmt: skip
"""Country to (pattern, example)."""


def label(field: str) -> str:
    """What a part of an address is called."""
    return {
        "name": _("name"),
        "street": _("street and number"),
        "street2": _("flat, floor, building"),
        "city": _("city"),
        "postcode": _("postcode"),
        "province": _("province or state"),
        "country": _("country"),
        "phone": _("phone"),
    }[field]


def fault(address: Mapping[str, str]) -> str:
    """Why a parcel would not arrive there, as a sentence; '' where nothing is known to be wrong."""
    for field in ("name", "street", "city"):
        if not address.get(field, "").strip():
            return _("The address has no {part}.").format(part=label(field))
    country, postcode = address.get("country", "").upper(), address.get("postcode", "").strip().upper()
    if known := _POSTCODES.get(country):
        pattern, example = known
        if not postcode:
            return _("The address has no {part}.").format(part=label("postcode"))
        if not re.fullmatch(pattern, postcode):
            words = _("{code} is no postcode of {country}; there they look like {example}.")
            return words.format(code=repr(postcode), country=country, example=example)
    return ""


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two say the same place and name. Shops spell phones, cases and spaces in their own way."""
    parts = [field for field in FIELDS if field not in ("phone", "country")]
    return all(_plain(one.get(part, "")) == _plain(other.get(part, "")) for part in parts)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def in_line(address: Mapping[str, str]) -> str:
    """An address in one line, without what is empty."""
    place = " ".join(filter(None, (address.get("postcode", ""), address.get("city", ""))))
    parts = (
        address.get("name", ""), address.get("street", ""), address.get("street2", ""), place,
        address.get("province", ""), address.get("country", ""), address.get("phone", ""),
    )  # fmt: skip
    return ", ".join(part for part in parts if part)
