"""Parcels of YunExpress (云途) through its open API, one at a time.

Source: YunExpress open API document (GET /api/Tracking/GetTrackInfo?OrderNumber=...); its answers as recorded in the
tests. The customer code is the account's `key`; times are Beijing's.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, Told
from csdesk.domain.sources import Call, Limit
from csdesk.orders.carriers.asking import Client, parcel, read_event
from csdesk.orders.carriers.statuses import YUNEXPRESS
from csdesk.orders.shops.reading import country, get, listed, text

LIMIT = Limit(per_second=1, burst=3)


class YunExpress(Client):
    """One customer of YunExpress."""

    kind = "yunexpress"
    name = "YunExpress"
    home = "https://oms.api.yunexpress.com"
    every = timedelta(hours=4)

    def _one(self, one: Asked) -> Told:
        pair = f"{self._account.settings.get('key', '')}&{self._keys.secret()}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(pair).decode(), "Accept-Language": "en-us"}
        url = f"{self.url}/api/Tracking/GetTrackInfo"
        answer = self._ask(Call("track", "GET", url, [("OrderNumber", one.number)], headers, limit=LIMIT))
        found = get(answer.body, "Item")
        if not found:
            return self._unknown(one.number)
        if answer.status >= 300:
            return Told(one.number, error=text(answer.body, "Message", limit=200) or self._odd(answer))
        return Told(one.number, self._shipment(one.number, found))

    def _shipment(self, number: str, found: Any) -> Shipment:
        raw = text(found, "PackageState", limit=40)
        means = YUNEXPRESS.get(raw, Meaning("exception"))
        rows = listed(found, "OrderTrackingDetails")
        newest = max((text(row, "ProcessDate") for row in rows), default="")
        events = []
        for row in rows:
            when = text(row, "ProcessDate")
            own = means if when == newest else Meaning("in_transit")
            said, where = text(row, "ProcessContent"), text(row, "ProcessLocation")
            events.append(read_event(when, own, said, where, zone="" if "+" in when else "+08:00"))
        return parcel(
            number, means, events, self._web.now(), carrier="YunExpress",
            raw=(raw, text(found, "TrackingStatus", limit=40)), origin="CN",
            destination=country(text(found, "CountryCode")),
        )  # fmt: skip
