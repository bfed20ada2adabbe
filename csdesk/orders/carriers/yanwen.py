"""Parcels of Yanwen (燕文) through its tracking API, thirty at a time.

Source: track.yw56.com.cn, tracking API (GET /api/tracking?nums=...); its answers as recorded in the tests. The codes of
stages are its own: two letters name the stage, the digits the line's own step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import Meaning
from csdesk.domain.ports import Asked, ChannelError, Told
from csdesk.domain.sources import Call, Limit
from csdesk.orders.carriers.asking import Client, parcel, read_event
from csdesk.orders.carriers.statuses import YANWEN
from csdesk.orders.shops.reading import country, get, listed, text

LIMIT = Limit(per_second=1, burst=2)


class Yanwen(Client):
    """One customer of Yanwen; the secret is its authorisation code."""

    kind = "yanwen"
    name = "Yanwen"
    home = "https://api.track.yw56.com.cn"
    batch = 30
    every = timedelta(hours=4)

    def ask(self, parcels: Sequence[Asked]) -> list[Told]:
        """See domain.ports.Carrier."""
        query = [("nums", ",".join(one.number for one in parcels))]
        headers = {"Authorization": self._keys.secret()}
        answer = self._ask(Call("track", "GET", f"{self.url}/api/tracking", query, headers, limit=LIMIT))
        if answer.status >= 300 or text(answer.body, "code") not in ("0", ""):
            raise ChannelError("protocol", text(answer.body, "message", limit=200) or self._odd(answer))
        found = {}
        for row in listed(answer.body, "result"):
            number = text(row, "tracking_number", limit=80).upper()
            found[number] = self._shipment(number, row)
        return [
            Told(one.number, found[one.number.upper()])
            if one.number.upper() in found
            else self._unknown(one.number)
            for one in parcels
        ]

    def _probe(self) -> None:
        self.ask([Asked("RB000000005CN")])

    def _shipment(self, number: str, row: Any) -> Shipment:
        raw = text(row, "tracking_status", limit=40)
        events = []
        for point in listed(row, "checkpoints"):
            means = stage(text(point, "tracking_status", limit=40))
            zone = text(point, "time_zone")
            said, where = text(point, "message"), text(point, "location")
            events.append(
                read_event(text(point, "time_stamp"), means, said, where, zone=zone if ":" in zone else "")
            )
        return parcel(
            number, stage(raw), events, self._web.now(), carrier="Yanwen", raw=(raw[:2], raw),
            origin=country(get(row, "origin_country")), destination=country(get(row, "destination_country")),
        )  # fmt: skip


def stage(code: str) -> Meaning:
    """By the whole code, else by its stage; another one is on its way with something to look at."""
    return YANWEN.get(code) or YANWEN.get(code[:2]) or Meaning("exception")
