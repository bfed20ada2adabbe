"""DHL parcels of every division through DHL's Shipment Tracking - Unified.

Source: developer.dhl.com/api-reference/shipment-tracking, v1.5 (GET /track/shipments). The usual key allows 250
questions a day and one every five seconds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, Told
from csdesk.domain.sources import Call, Limit
from csdesk.orders.carriers.asking import Client, maybe, parcel, place, read_event
from csdesk.orders.carriers.statuses import DHL
from csdesk.orders.shops.reading import country, get, instant, listed, text

LIMIT = Limit(per_second=0.2, burst=2)


class Dhl(Client):
    """One app at DHL; its secret is the API key."""

    kind = "dhl"
    name = "DHL"
    home = "https://api-eu.dhl.com"
    every = timedelta(hours=8)

    def _one(self, one: Asked) -> Told:
        headers = {"DHL-API-Key": self._keys.secret()}
        query = [("trackingNumber", one.number)]
        answer = self._ask(Call("track", "GET", f"{self.url}/track/shipments", query, headers, limit=LIMIT))
        found = get(answer.body, "shipments", 0)
        if answer.status == 404 or (answer.status < 300 and found is None):
            return self._unknown(one.number)
        if answer.status >= 300:
            return Told(one.number, error=text(answer.body, "detail", limit=200) or self._odd(answer))
        return Told(one.number, self._shipment(one.number, found))

    def _shipment(self, number: str, found: Any) -> Shipment:
        raw = text(found, "status", "statusCode", limit=80)
        events = []
        for row in listed(found, "events"):
            means = DHL.get(text(row, "statusCode"), Meaning("in_transit"))
            said = text(row, "description") or text(row, "status")
            where = place(get(row, "location", "address"), "addressLocality", "countryCode")
            events.append(read_event(text(row, "timestamp"), means, said, where))
        frame = get(found, "estimatedDeliveryTimeFrame")
        begin = maybe(instant, text(frame, "estimatedFrom")) or maybe(
            instant, text(found, "estimatedTimeOfDelivery")
        )
        return parcel(
            number, DHL.get(raw, Meaning("exception")), events, self._web.now(), carrier="DHL",
            raw=(raw, text(found, "status", "status", limit=80)),
            eta=(begin, maybe(instant, text(frame, "estimatedThrough"))),
            origin=country(get(found, "origin", "address", "countryCode")),
            destination=country(get(found, "destination", "address", "countryCode")),
        )  # fmt: skip
