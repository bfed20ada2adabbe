"""Exchange rates that the shop wrote down, each with its day. Pure. One that is missing is never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

NO_CENTS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
MILS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


@dataclass(frozen=True, slots=True)
class Rate:
    """One `currency` is worth `value` of `into` from `day` on (a local date), until a newer rate."""

    currency: str
    into: str
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency and the rate it was made with."""

    amount: Decimal
    currency: str
    rate: Rate


def value(text: str) -> Decimal | None:
    """A rate as a person writes it: a positive number with a point; None where it is none."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and Decimal("1e-9") <= found <= Decimal("1e9") else None


def decimals(currency: str) -> int:
    """How many decimals a currency's amounts have (ISO 4217)."""
    return 0 if currency in NO_CENTS else 3 if currency in MILS else 2


def convert(amount: Decimal, currency: str, into: str, on: date, rates: Sequence[Rate]) -> Converted | None:
    """An amount by the newest rate of that day or before, also by the way back (1 / rate); None where no rate of
    these two currencies is that old."""
    best: tuple[date, int, Rate, Decimal] | None = None
    for rate in rates:
        if rate.day > on:
            continue
        if (rate.currency, rate.into) == (currency, into):
            found = (rate.day, 1, rate, rate.value)
        elif (rate.currency, rate.into) == (into, currency):
            found = (rate.day, 0, rate, 1 / rate.value)
        else:
            continue
        if best is None or found[:2] > best[:2]:
            best = found
    if best is None:
        return None
    step = Decimal(1).scaleb(-decimals(into))
    return Converted((amount * best[3]).quantize(step, ROUND_HALF_EVEN), into, best[2])
