"""Where a parcel is, in one sentence in the customer's language, of facts alone. Knows no store.

A status that one should not tell a customer without thinking (lost, expired, not found, cancelled) has no sentence.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import DONE
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.templating.formats import locale_of
from csdesk.text import clean_line

_TABLE = Path(__file__).with_name("parcels.toml")


def languages() -> tuple[str, ...]:
    """The languages that there are sentences in."""
    return tuple(_words())


def sentence(parcel: Shipment, language: str, country: str = "") -> str:
    """Such as 'Parcel RB123456785CN (China Post): at customs, Madrid; last news 20 November; expected 24 November.' In
    English where the language has none. Dates are days in UTC. Raises Refused for a status that says too little."""
    words = _words().get(language.partition("-")[0].lower())
    tag = language if words else "en"
    words = words or _words()["en"]
    if parcel.status not in words:
        told = _("Parcel {number} is {status}: look at it before you write about it.")
        raise Refused(told.format(number=clean_line(parcel.number), status=parcel.status))
    number, carrier = clean_line(parcel.number), clean_line(parcel.carrier)
    head = words["of" if carrier else "bare"].format(number=number, carrier=carrier)
    told = words[parcel.status]
    newest = parcel.events[0] if parcel.events else None
    if newest is not None and newest.place:
        told += f", {clean_line(newest.place, limit=100)}"
    parts = [told]
    if newest is not None:
        parts.append(words["last"].format(date=_day(newest.at, tag, country)))
    if parcel.eta_from is not None and parcel.status not in DONE and parcel.status != "delivery_failed":
        begin = _day(parcel.eta_from, tag, country)
        end = _day(parcel.eta_to or parcel.eta_from, tag, country)
        parts.append(words["eta" if end == begin else "eta_to"].format(**{"from": begin, "to": end}))
    return f"{head}: {'; '.join(parts)}."


def _day(at: datetime, language: str, country: str) -> str:
    from babel import dates

    return dates.format_skeleton("MMMMd", at, locale=locale_of(language, country))


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))
