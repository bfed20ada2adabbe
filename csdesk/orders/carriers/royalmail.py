"""Royal Mail parcels through its Tracking API v2.

Source: developer.royalmail.net, Tracking API v2 (GET /mailpieces/v2/{mailPieceId}/events). The client id is the
account's `key`, the client secret its secret.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, Told
from csdesk.domain.sources import Call, Limit
from csdesk.orders.carriers.asking import Client, maybe, parcel, read_event
from csdesk.orders.carriers.statuses import ROYAL_MAIL
from csdesk.orders.shops.reading import country, get, instant, listed, text

LIMIT = Limit(per_second=1, burst=5)


class RoyalMail(Client):
    """One app at Royal Mail."""

    kind = "royalmail"
    name = "Royal Mail"
    home = "https://api.royalmail.net"
    every = timedelta(hours=6)

    def _one(self, one: Asked) -> Told:
        headers = {
            "X-IBM-Client-Id": self._account.settings.get("key", ""), "X-IBM-Client-Secret": self._keys.secret(),
            "X-Accept-RMG-Terms": "yes",
        }  # fmt: skip
        url = f"{self.url}/mailpieces/v2/{quote(one.number, safe='')}/events"
        answer = self._ask(Call("track", "GET", url, (), headers, limit=LIMIT))
        found = get(answer.body, "mailPieces")
        if answer.status == 404 or (answer.status < 300 and found is None):
            return self._unknown(one.number)
        if answer.status >= 300:
            said = text(answer.body, "errors", 0, "errorDescription", limit=200)
            return Told(one.number, error=said or self._odd(answer))
        return Told(one.number, self._shipment(one.number, found))

    def _shipment(self, number: str, found: Any) -> Shipment:
        raw = text(found, "summary", "statusCategory", limit=80)
        events = [
            read_event(text(row, "eventDateTime"), _by_words(text(row, "eventName")), text(row, "eventName"),
                       text(row, "locationName"))
            for row in listed(found, "events")
        ]  # fmt: skip
        eta = get(found, "estimatedDelivery")
        day = text(eta, "date")
        begin = text(eta, "startOfEstimatedWindow") or day
        return parcel(
            number, ROYAL_MAIL.get(raw.upper(), Meaning("exception")), events, self._web.now(), carrier="Royal Mail",
            raw=(raw, text(found, "summary", "lastEventCode", limit=80)),
            eta=(maybe(instant, begin), maybe(instant, text(eta, "endOfEstimatedWindow"))),
            origin=country(text(found, "summary", "originCountryCode")),
            destination=country(text(found, "summary", "destinationCountryCode")),
        )  # fmt: skip


def _by_words(said: str) -> Meaning:
    """What an event's name says; the API has categories for the whole item only."""
    low = said.casefold()
    if low.startswith("delivered") and " to " not in low:
        return ROYAL_MAIL["DELIVERED"]
    if low.startswith(("out for delivery", "due to be delivered")):
        return ROYAL_MAIL["OUT FOR DELIVERY"]
    if low.startswith(("delivery attempted", "no answer")):
        return ROYAL_MAIL["ATTEMPTED DELIVERY"]
    if "customs" in low:
        return Meaning("customs", milestone="customs_in")
    return Meaning("in_transit")
