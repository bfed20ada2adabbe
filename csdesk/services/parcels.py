"""One parcel as a person looks at it: what is known, whose it is by its number, its page, and how to say it to the
customer."""

from __future__ import annotations

from dataclasses import dataclass

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Usual, lane
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.orders.carriers import Recognised, recognise, tracking_page
from csdesk.orders.carriers.numbers import compact
from csdesk.services.context import Context
from csdesk.services.orders import Orders, linked
from csdesk.text import clean_line


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel; the carriers that its number may belong to; where a person can look it up; how long its lane usually
    takes; why its source knows nothing of it, or ''."""

    parcel: Shipment
    carriers: tuple[Recognised, ...]
    page: str
    usual: Usual | None = None
    error: str = ""


class Parcels:
    """Looks parcels up, asks about them, says where they are."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def view(self, number: str, *, refresh: bool = False) -> ParcelView:
        """A parcel by its number or its order's. With `refresh` its source is asked first, also about a number that is
        not stored. Raises NotFound, Refused."""
        parcel = self._refreshed(number) if refresh else self._known(number)
        where = lane(parcel)
        with self.store.read() as tx:
            usual = tx.orders.usual(where) if where is not None else None
            error = tx.parcels.error(parcel.number)
        page = tracking_page(parcel.number, parcel.carrier)
        return ParcelView(parcel, recognise(parcel.number), page, usual, error)

    def refresh(self, number: str) -> Shipment:
        """Ask about a parcel now. Raises Refused with a sentence: asked just now, nobody to ask, the service's wish."""
        from csdesk.services.tracking import ask_now

        return ask_now(self.context, number)

    def page(self, parcel: Shipment) -> str:
        """The carrier's own page for this parcel."""
        return tracking_page(parcel.number, parcel.carrier)

    def sentence(self, conversation: int, number: str, language: str) -> str:
        """Where a parcel is, in the customer's language, for a reply. Raises Refused unless its order is linked to the
        conversation: a number in a text proves not who asks."""
        from csdesk.templating.parcels import sentence

        with self.store.read() as tx:
            for link in linked(tx, conversation):
                for parcel in link.order.shipments:
                    if parcel.number == number and link.state == "linked":
                        return sentence(parcel, language, link.order.country)
        raise Refused(
            _("The order of parcel {number} is not linked to this conversation.").format(number=number)
        )

    def _known(self, number: str) -> Shipment:
        try:
            return Orders(self.context).track(number)
        except NotFound as error:
            found = recognise(number)
            if not found:
                raise
            words = _("{sentence} By its number it is {carriers}; --refresh asks about it.")
            names = " / ".join(one.carrier for one in found)
            raise NotFound(words.format(sentence=error.message, carriers=names)) from error

    def _refreshed(self, number: str) -> Shipment:
        told = compact(clean_line(number, limit=80))
        try:
            told = Orders(self.context).track(number).number
        except NotFound:
            if not recognise(told) and not any(sign.isdigit() for sign in told):
                raise
        return self.refresh(told)
