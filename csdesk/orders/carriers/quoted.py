"""Parcel numbers that a text quotes, told by their check digits alone. Asks nobody, knows no store."""

from __future__ import annotations

import re

from csdesk.orders.carriers.numbers import compact, proves

MOST = 200
"""Candidates of one text that are looked at; a table of thousands of numbers is no question about one."""
_LONG = re.compile(r"[0-9]{7}|[0-9]{3,4}[ \u00a0][0-9]{3,4}[ \u00a0]|1[Zz]", re.ASCII)
"""What every such number has somewhere; most mails have none, and are not looked at further."""
_WORD = re.compile(
    r"(?<![A-Za-z0-9#-])"
    r"(?:1[Zz](?:[ \u00a0]?[0-9A-Za-z]){16}"  # as UPS prints it, in groups
    r"|[A-Za-z]{2}[ \u00a0]?[0-9]{3}[ \u00a0][0-9]{3}[ \u00a0][0-9]{3}[ \u00a0]?[A-Za-z]{2}"  # as posts print S10
    r"|[0-9]{4}(?:[ \u00a0][0-9]{4}){2,6}(?:[ \u00a0][0-9]{1,3})?"  # as USPS, FedEx and DPD print them
    r"|[A-Za-z]{0,4}[0-9][0-9A-Za-z]{8,39})"
    r"(?![A-Za-z0-9]|-[0-9])"
)


def parcels_in(text: str) -> tuple[str, ...]:
    """Numbers of parcels in a text, without spaces and in capitals, in order of appearance: only those whose check
    digit is right by the rule of a carrier, for a number by chance must not point to somebody's parcel. It suggests,
    nothing more."""
    if _LONG.search(text) is None:
        return ()
    found: dict[str, None] = {}
    for count, word in enumerate(_WORD.finditer(text)):
        if count >= MOST:
            break
        told = compact(word[0])
        if told not in found and proves(told):
            found[told] = None
    return tuple(found)
