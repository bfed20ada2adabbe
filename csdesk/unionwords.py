"""Merging customers in words: why two may be one, what moves and what changes; the same on the screen and from a
command. Knows neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from csdesk.i18n import _, ngettext
from csdesk.text import clean_line, excerpt

if TYPE_CHECKING:
    from csdesk.domain.customer import Customer, Move, Proposal


def why_words(proposal: Proposal) -> str:
    """Why two customers may be one."""
    words = {
        "name": _("same name and country"),
        "order": _("both about order {what}"),
        "address": _("same mailbox as {what}"),
    }
    return words.get(proposal.why, proposal.why).format(what=clean_line(proposal.what))


def move_words(move: Move) -> list[str]:
    """What happens when two become one, a sentence a line."""
    into = clean_line(move.keep.name)
    values = ", ".join(clean_line(one.value) for one in move.gone.identities)
    out = [_("These addresses will be {name}'s: {values}.").format(name=into, values=values)]
    talks = ngettext("{n} conversation moves", "{n} conversations move", move.conversations)
    orders = ngettext("{n} order moves", "{n} orders move", move.orders)
    parts = (talks.format(n=move.conversations), orders.format(n=move.orders))
    out.append(_("{conversations}, {orders}.").format(conversations=parts[0], orders=parts[1]))
    out += [
        _("{field} becomes: {value}").format(field=field_word(name), value=_value(value))
        for name, value in move.changes.items()
        if name not in ("created_at", "timezone")
    ]
    out.append(_("From then on an answer to either address may name the orders of both."))
    return out


def field_word(name: str) -> str:
    """A field of a customer in a word."""
    words = {
        "name": _("name"),
        "language": _("language"),
        "country": _("country"),
        "notes": _("notes"),
        "tags": _("tags"),
    }
    return words.get(name, name)


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else excerpt(str(value), 80)


def totals_words(count: int, totals: Mapping[str, Decimal]) -> str:
    """How many orders, and what was bought in all."""
    from csdesk.widgets.words import money

    many = ngettext("{n} order", "{n} orders", count).format(n=count)
    return "   ".join((many, *(money(total, currency) for currency, total in totals.items())))


def address_of(customer: Customer) -> str:
    """The first address of a customer, '' where there is none."""
    return clean_line(customer.identities[0].value) if customer.identities else ""
