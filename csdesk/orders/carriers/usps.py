"""USPS parcels through the USPS Tracking API v3.

Source: developers.usps.com/trackingv3 (GET /tracking/v3/tracking/{trackingNumber}?expand=DETAIL) and
developers.usps.com/Oauth (client credentials). About 60 requests an hour for an app, those for tokens among them
(github.com/USPS/api-examples, issue 107): `key` is the consumer key.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, ChannelError, Told
from csdesk.domain.sources import Call, Limit, Renewed
from csdesk.orders.carriers.asking import Client, maybe, parcel, place, read_event
from csdesk.orders.carriers.statuses import USPS
from csdesk.orders.shops.reading import country, get, instant, listed, text

LIMIT = Limit(per_second=1 / 60, burst=20)


class Usps(Client):
    """One app at USPS."""

    kind = "usps"
    name = "USPS"
    home = "https://apis.usps.com"
    every = timedelta(hours=8)

    def _one(self, one: Asked) -> Told:
        url = f"{self.url}/tracking/v3/tracking/{quote(one.number, safe='')}"
        token = self._keys.token(self._renew)
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._ask(Call("usps", "GET", url, [("expand", "DETAIL")], headers, limit=LIMIT))
        if answer.status in (400, 404):
            return self._unknown(one.number)
        if answer.status >= 300:
            return Told(
                one.number, error=text(answer.body, "error", "message", limit=200) or self._odd(answer)
            )
        return Told(one.number, self._shipment(one.number, answer.body))

    def _renew(self, _refresh: str) -> Renewed:
        asked = {
            "grant_type": "client_credentials", "client_id": self._account.settings.get("key", ""),
            "client_secret": self._keys.secret(),
        }  # fmt: skip
        answer = self._ask(Call("usps", "POST", f"{self.url}/oauth2/v3/token", json=asked, limit=LIMIT))
        if answer.status >= 300:
            raise ChannelError("wrong_password", self._odd(answer))
        return Renewed(
            text(answer.body, "access_token", limit=8000), "", float(get(answer.body, "expires_in") or 3600)
        )

    def _shipment(self, number: str, body: Any) -> Shipment:
        raw = text(body, "statusCategory", limit=80)
        events = []
        for row in listed(body, "trackingEvents"):
            said = text(row, "eventType")
            when = text(row, "GMTTimestamp") or text(row, "eventTimestamp")
            where = place(row, "eventCity", "eventState", "eventCountry")
            events.append(read_event(when, _by_words(said), said, where))
        expected = get(body, "deliveryDateExpectation")
        day = text(expected, "predictedDeliveryDate") or text(expected, "expectedDeliveryDate")
        return parcel(
            number, USPS.get(raw, Meaning("exception")), events, self._web.now(), carrier="USPS",
            raw=(raw, text(body, "status", limit=80)), eta=(maybe(instant, day), None),
            origin=country(get(body, "originCountryCode")), destination=country(get(body, "destinationCountryCode")),
        )  # fmt: skip


def _by_words(said: str) -> Meaning:
    """An event is only told in words; those that begin with the name of a category are of it."""
    low = said.casefold()
    if "customs" in low:
        released = "cleared" in low or "released" in low or "out of customs" in low
        return (
            Meaning("in_transit", milestone="customs_out")
            if released
            else Meaning("customs", milestone="customs_in")
        )
    return next(
        (means for name, means in USPS.items() if low.startswith(name.casefold())), Meaning("in_transit")
    )
