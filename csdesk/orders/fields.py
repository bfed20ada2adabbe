"""What may stand in a cell of an order file, by explicit rules: amounts, instants, codes, statuses.

A cell that could be read in two ways is refused with a sentence; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from csdesk.i18n import _
from csdesk.text import clean_line


class WrongCell(ValueError):
    """A cell that cannot be read; its text is the sentence for the person."""


# ISO 4217, active codes of money that people pay with.
CURRENCIES = frozenset(
    re.findall(
        "[A-Z]{3}",
        """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG""",
    )
)
_THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))

_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.([0-9]{1,3}))?")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]{1,9})? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def shown(text: str) -> str:
    """A cell's content for a sentence: one line, short."""
    return clean_line(text, limit=40)


def amount(text: str, currency: str) -> Decimal:
    """An amount: digits, then at most a point and one or two digits (three for a currency that has mils).

    Thousands separators, decimal commas and currency signs are refused, and so is '1.234' in euro: it may be
    one or a thousand. Raises WrongCell.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if not found or (found[1] and len(found[1]) == 3 and currency not in _THREE_DECIMALS):
        sentence = _("'{text}' is no amount; write digits and a decimal point only, such as 1234.56")
        raise WrongCell(sentence.format(text=shown(text)))
    return Decimal(found[0])


def instant(text: str) -> datetime:
    """An instant, aware UTC, from ISO 8601 with 'T' or a space and with an offset; no offset means UTC, a date
    alone its midnight UTC. Years 1990 to 2100. Raises WrongCell."""
    found = _INSTANT.fullmatch(text.strip())
    if found:
        zone = (found[3] or "+00:00").replace("UTC", "Z").replace("Z", "+00:00")
        zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        try:
            at = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}{zone}").astimezone(UTC)
        except (ValueError, OverflowError):
            at = datetime.min.replace(tzinfo=UTC)
        if 1990 <= at.year <= 2100:
            return at
    sentence = _("'{text}' is no date; write it as 2026-01-31 or 2026-01-31 18:05:00 +0800")
    raise WrongCell(sentence.format(text=shown(text)))


def currency_code(text: str) -> str:
    """An ISO 4217 code in capitals. Raises WrongCell."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        sentence = _("'{text}' is no currency; write its ISO 4217 code, such as EUR")
        raise WrongCell(sentence.format(text=shown(text)))
    return code


def country_code(text: str) -> str:
    """An ISO 3166 two-letter code in capitals, or ''. Raises WrongCell."""
    code = text.strip().upper()
    if code and not re.fullmatch("[A-Z]{2}", code):
        sentence = _("'{text}' is no country; write its two letters, such as DE")
        raise WrongCell(sentence.format(text=shown(text)))
    return code


def email(text: str) -> str:
    """A mail address, or '' for a buyer who gave none. Raises WrongCell."""
    address = clean_line(text, limit=254)
    if address and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address):
        raise WrongCell(_("'{text}' is no mail address").format(text=shown(text)))
    return address


def one_of(text: str, allowed: Collection[str]) -> str:
    """A word of a list, in small letters with '_'. Raises WrongCell."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word not in allowed:
        sentence = _("'{text}' is no status known here; there are {allowed}")
        raise WrongCell(sentence.format(text=shown(text), allowed=", ".join(allowed)))
    return word


def mapped(text: str, table: Mapping[str, str]) -> str:
    """What a word of another system means here. Raises WrongCell."""
    return table[one_of(text, tuple(table))]


def count(text: str) -> int:
    """A whole number of pieces, 1 to 100000. Raises WrongCell."""
    if not re.fullmatch("[0-9]{1,6}", text.strip()) or not 1 <= int(text) <= 100_000:
        raise WrongCell(_("'{text}' is no number of pieces from 1 to 100000").format(text=shown(text)))
    return int(text)
