"""Parcels of all carriers through AfterShip's Tracking API 2026-07: created once, read fifty at a time.

Source: www.aftership.com/docs/tracking/2026-07 (quickstart, create-tracking, get-trackings; rate limit 10 requests a
second an organisation). Countries come as three letters and are not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import meaning
from csdesk.domain.ports import Asked, ChannelError, Told
from csdesk.domain.sources import Call, Limit, WebAnswer
from csdesk.i18n import _
from csdesk.orders.carriers.asking import Client, maybe, parcel, place, read_event
from csdesk.orders.carriers.statuses import AFTERSHIP, AFTERSHIP_SUB
from csdesk.orders.shops.reading import get, instant, listed, text

LIMIT = Limit(per_second=5, burst=5)
VERSION = "2026-07"
_EXISTS = "4003"


class AfterShip(Client):
    """One account; its secret is the API key."""

    kind = "aftership"
    name = "AfterShip"
    home = "https://api.aftership.com"
    batch = 50
    every = timedelta(hours=4)
    registers = True

    def register(self, parcels: Sequence[Asked]) -> list[Told]:
        """See domain.ports.Carrier. Creating one that exists says so and changes nothing."""
        done = []
        for one in parcels:
            answer = self._call("POST", json={"tracking_number": one.number})
            code = text(answer.body, "meta", "code")
            if answer.status < 300 or code == _EXISTS:
                done.append(Told(one.number))
            else:
                words = _("{name} does not take {number}: {words}")
                said = text(answer.body, "meta", "message", limit=200) or answer.said[:120]
                told = words.format(name=self.name, number=one.number, words=said)
                done.append(Told(one.number, error=told))
        return done

    def ask(self, parcels: Sequence[Asked]) -> list[Told]:
        """See domain.ports.Carrier."""
        numbers = [one.number for one in parcels]
        query = [("tracking_numbers", ",".join(numbers)), ("limit", "100")]
        answer = self._call("GET", query=query)
        if answer.status >= 300:
            raise ChannelError("protocol", self._odd(answer))
        found: dict[str, Shipment] = {}
        for row in listed(answer.body, "data", "trackings"):
            number = text(row, "tracking_number", limit=80).upper()
            found[number] = self._shipment(number, row)
        return [
            Told(number, found[number.upper()])
            if number.upper() in found
            else Told(
                number,
                again=True,
                error=_("{name} does not know {number}.").format(name=self.name, number=number),
            )
            for number in numbers
        ]

    def _probe(self) -> None:
        answer = self._call("GET", query=[("limit", "1")])
        if answer.status >= 300:
            raise ChannelError("protocol", self._odd(answer))

    def _call(self, method: str, query: Sequence[tuple[str, str]] = (), json: Any = None) -> WebAnswer:
        url = f"{self.url}/tracking/{VERSION}/trackings"
        headers = {"as-api-key": self._keys.secret()}
        return self._ask(Call("trackings", method, url, query, headers, json, limit=LIMIT))

    def _shipment(self, number: str, row: Any) -> Shipment:
        tag, sub = text(row, "tag", limit=80), text(row, "subtag", limit=80)
        events = []
        for point in listed(row, "checkpoints"):
            exact = text(point, "subtag", limit=80)
            means = meaning(text(point, "tag", limit=80), exact, AFTERSHIP, AFTERSHIP_SUB)
            where = text(point, "location") or place(point, "city", "state")
            events.append(read_event(text(point, "checkpoint_time"), means, text(point, "message"), where))
        begin, end, source = self._eta(row)
        return parcel(
            number, meaning(tag, sub, AFTERSHIP, AFTERSHIP_SUB), events, self._web.now(), raw=(tag, sub),
            eta=(begin, end), eta_source=source,
        )  # fmt: skip

    def _eta(self, row: Any) -> tuple[Any, Any, str]:
        """The carrier's own estimate, else the service's."""
        for name, source in (
            ("courier_estimated_delivery_date", "carrier"),
            ("aftership_estimated_delivery_date", "aggregator"),
        ):
            told = get(row, name)
            one = maybe(instant, text(told, "estimated_delivery_date"))
            begin = maybe(instant, text(told, "estimated_delivery_date_min")) or one
            if begin is not None:
                return begin, maybe(instant, text(told, "estimated_delivery_date_max")), source
        return None, None, ""
