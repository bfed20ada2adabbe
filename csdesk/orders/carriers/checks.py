"""The check digits of parcel numbers. Pure arithmetic; knows no carrier. `serial` is the part that is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_S10 = (8, 6, 4, 2, 3, 5, 9, 7)


def holds(rule: dict[str, Any], serial: str, check: str) -> bool:
    """Whether a check digit is right by a rule of carriers.toml. Raises KeyError for a rule that nobody knows."""
    before = rule.get("prepend", "")
    if before and not serial.startswith(before):
        serial = before + serial
    match rule["name"]:
        case "mod7":
            return int(serial) % 7 == int(check)
        case "mod10":
            return mod10(serial, rule["evens"], rule["odds"], rule.get("reverse", False)) == int(check)
        case "weights":
            return bool(weighted(serial, rule["weights"]) % rule["modulo"] % rule["then"] == int(check))
        case "luhn":
            return luhn(serial) == int(check)
        case "s10":
            return s10(serial) == int(check)
        case "mod37_36":
            return mod37_36(serial) == check
    raise KeyError(rule["name"])


def mod10(serial: str, evens: int, odds: int, reverse: bool = False) -> int:
    """What is missing to the next ten; the first character counts as even. Letters count as UPS counts them:
    (code - 3) mod 10."""
    total = 0
    for place, sign in enumerate(reversed(serial) if reverse else serial):
        value = int(sign) if sign.isdecimal() else (ord(sign) - 3) % 10
        total += value * (odds if place % 2 else evens)
    return -total % 10


def weighted(serial: str, weights: Sequence[int]) -> int:
    """The sum of the digits, each with its weight."""
    return sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=True))


def luhn(serial: str) -> int:
    """ISO/IEC 7812: every second digit from the right is doubled."""
    doubled = (int(d) * (1 if place % 2 else 2) for place, d in enumerate(reversed(serial)))
    return -sum(value - 9 if value > 9 else value for value in doubled) % 10


def s10(serial: str) -> int:
    """UPU S10: 11 - (sum mod 11), 10 becomes 0 and 11 becomes 5."""
    left = 11 - weighted(serial, _S10) % 11
    return {10: 0, 11: 5}.get(left, left)


def mod37_36(serial: str) -> str:
    """ISO 7064 mod 37,36 as DPD uses it: one digit or letter."""
    carry = 36
    for sign in serial:
        carry = (_LETTERS.index(sign) + carry) % 36 or 36
        carry = carry * 2 % 37
    return _LETTERS[(37 - carry) % 36]
