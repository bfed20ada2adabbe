"""Orders beside a conversation."""

from __future__ import annotations

from csdesk.acts import checks
from csdesk.acts.state import DESK, Action
from csdesk.i18n import _


# fmt: off
def actions() -> tuple[Action, ...]:
    """Orders beside a conversation."""
    group = _("Orders")
    return (
        Action("order.confirm", ("y",), _("confirm"), _("The suggested order is this customer's"), group, DESK,
               checks.suggested),
        Action("order.reject", ("w",), _("wrong order"), _("The suggested order is somebody else's"), group, DESK,
               checks.suggested),
        Action("order.shop", ("O",), _("in the shop"), _("Note, address, cancelling: a linked order in its shop"),
               group, DESK, checks.in_shop),
        Action("parcel.copy", ("# c",), _("copy number"), _("Copy a parcel's number"), group, DESK, checks.parcel),
        Action("parcel.open", ("# o",), _("carrier's page"), _("Open the carrier's page of a parcel"), group, DESK,
               checks.parcel),
        Action("parcel.ask", ("# r",), _("ask now"), _("Ask the carrier about a parcel now"), group, DESK,
               checks.parcel),
        Action("parcel.insert", ("# i",), _("into the reply"),
               _("Put where the parcel is into the reply, in its language"), group, DESK, checks.own_parcel),
        Action("order.where", ("f4",), _("where is it"),
               _("Answer where the parcel is, from the linked order"), group, DESK,
               checks.opened),
    )
# fmt: on
