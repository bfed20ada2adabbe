"""What to ask an agent for a fact that nobody knows, as a person would ask it. Knows no template and no store."""

from __future__ import annotations

from csdesk.i18n import _


def question(name: str) -> str:
    """The question for a variable of context.KNOWN in the interface's language; its name where there is none."""
    asked = {
        "customer.name": _("What is the customer's full name?"),
        "customer.first_name": _("How is the customer addressed (for example: Ana)?"),
        "agent.name": _("Who signs?"),
        "shop.name": _("What is the shop called?"),
        "order.number": _("Which order number?"),
        "order.total": _("What does the order cost, with currency (for example: 38.00 EUR)?"),
        "order.placed_at": _("On which day was it ordered, as the customer would write it?"),
        "order.items": _("What was ordered (for example: 2 x Mug, blue)?"),
        "parcel.number": _("What is the parcel's tracking number?"),
        "parcel.carrier": _("Which carrier brings the parcel?"),
        "parcel.eta": _("By which day should the parcel arrive, as the customer would write it?"),
        "parcel.last_event": _("What did the carrier report last?"),
        "parcel.last_event_at": _("When did the carrier report that, as the customer would write it?"),
        "parcel.days": _("For how many days has the parcel been on its way?"),
    }
    return asked.get(name, name)
