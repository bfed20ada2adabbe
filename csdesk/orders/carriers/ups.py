"""UPS parcels through the UPS Tracking API v1.

Source: github.com/UPS-API/api-documentation, Tracking.yaml (getSingleTrackResponse) and OAuthClientCredentials.yaml.
The client id is the account's `key`, the client secret its secret. UPS publishes no limit; we ask once a second.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from csdesk.domain.orders import Shipment, TrackingEvent
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, ChannelError, Told
from csdesk.domain.sources import Call, Limit, Renewed
from csdesk.orders.carriers.asking import Client, parcel, place, read_event
from csdesk.orders.carriers.statuses import UPS
from csdesk.orders.shops.reading import country, get, listed, text

LIMIT = Limit(per_second=1, burst=2)


class Ups(Client):
    """One developer app at UPS."""

    kind = "ups"
    name = "UPS"
    home = "https://onlinetools.ups.com"
    every = timedelta(hours=4)

    def _one(self, one: Asked) -> Told:
        url = f"{self.url}/api/track/v1/details/{quote(one.number, safe='')}"
        refused = ""
        for tried in (1, 2):
            token = self._keys.token(self._renew, refused=refused)
            headers = {
                "Authorization": f"Bearer {token}", "transId": uuid4().hex, "transactionSrc": "csdesk",
            }  # fmt: skip
            answer = self._web.ask(Call("track", "GET", url, [("locale", "en_US")], headers, limit=LIMIT))
            if answer.status != 401 or tried == 2:
                break
            refused = token
        if answer.status in (401, 403) or answer.status >= 500:
            raise ChannelError("wrong_password" if answer.status < 500 else "protocol", self._odd(answer))
        found = get(answer.body, "trackResponse", "shipment", 0, "package", 0)
        if answer.status == 404 or (answer.status < 300 and found is None):
            return self._unknown(one.number)
        if answer.status >= 300:
            said = text(answer.body, "response", "errors", 0, "message", limit=200) or self._odd(answer)
            return Told(one.number, error=said)
        return Told(one.number, self._shipment(one.number, found))

    def _renew(self, _refresh: str) -> Renewed:
        pair = f"{self._account.settings.get('key', '')}:{self._keys.secret()}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        url = f"{self.url}/security/v1/oauth/token"
        answer = self._ask(
            Call("sign in", "POST", url, headers=headers, form={"grant_type": "client_credentials"})
        )
        if answer.status >= 300:
            raise ChannelError("wrong_password", self._odd(answer))
        seconds = text(answer.body, "expires_in")
        return Renewed(
            text(answer.body, "access_token", limit=8000), "", float(seconds) if seconds.isdigit() else 3600.0
        )

    def _shipment(self, number: str, found: Any) -> Shipment:
        events = [event for row in listed(found, "activity") if (event := self._event(row)) is not None]
        raw = text(found, "activity", 0, "status", "type", limit=20)
        code = text(found, "currentStatus", "code", limit=20)
        means = UPS.get(raw) or Meaning(events[0].status if events else "exception")
        ends = {
            text(row, "type"): country(get(row, "address", "countryCode"))
            for row in listed(found, "packageAddress")
        }
        return parcel(
            number, means, events, self._web.now(), carrier="UPS", raw=(raw, code), eta=self._eta(found),
            origin=ends.get("ORIGIN", ""), destination=ends.get("DESTINATION", ""),
        )  # fmt: skip

    def _event(self, row: Any) -> TrackingEvent | None:
        means = UPS.get(text(row, "status", "type"), Meaning("in_transit"))
        day = text(row, "gmtDate") or text(row, "date")
        clock = text(row, "gmtTime").replace(":", "") or text(row, "time")
        when = f"{day}T{clock}" if clock else day
        where = place(get(row, "location", "address"), "city", "countryCode")
        return read_event(when, means, text(row, "status", "description"), where)

    def _eta(self, found: Any) -> tuple[datetime | None, datetime | None]:
        """The day of a scheduled (SDD) or rescheduled (RDD) delivery; DEL is the day on which it came."""
        days = {text(row, "type"): text(row, "date") for row in listed(found, "deliveryDate")}
        told = days.get("RDD") or days.get("SDD") or ""
        try:
            day = datetime.strptime(told, "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            return None, None
        return datetime.combine(day, time(7), UTC), datetime.combine(day, time(19), UTC)
