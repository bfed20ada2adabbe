"""Troubles in words: the same on the screen and from a command. Knows neither."""

from __future__ import annotations

from csdesk.i18n import _


def trouble_word(kind: str) -> str:
    """What is wrong."""
    words = {
        "dispute": _("dispute to answer"),
        "protection": _("protection ends"),
        "lost": _("lost"),
        "returning": _("coming back"),
        "delivery_failed": _("delivery failed"),
        "customs": _("held in customs"),
        "expired": _("no news any more"),
        "late": _("late for its lane"),
    }
    return words.get(kind, kind)


def act_for(kind: str) -> str:
    """What to do about it, beside writing."""
    words = {
        "dispute": _("Answer the case in the shop with the tracking as proof, before its date."),
        "protection": _("Extend the receipt period in the shop, then tell the customer."),
        "lost": _("Claim it from the carrier; offer a new parcel or the money."),
        "returning": _("Ask whether to send it again or to refund, before it is back."),
        "delivery_failed": _("Ask the carrier for another attempt; check the address with the customer."),
        "customs": _("Ask the customer for the tax number and give it to the carrier."),
        "expired": _("Ask the carrier for a trace; tell the customer before they ask."),
        "late": _("Ask the carrier where it is; tell the customer a day when you write again."),
    }
    return words.get(kind, "")
