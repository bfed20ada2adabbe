"""Parcels of all carriers through 17TRACK, API v2.2: registered once, read in batches of forty.

Source: api.17track.net/en/doc?version=v2.2 (register, gettrackinfo, getquota). Three requests a second; reading is
free, registering costs one of the account's quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import meaning
from csdesk.domain.ports import Asked, ChannelError, Told
from csdesk.domain.sources import Call, Limit
from csdesk.i18n import _
from csdesk.orders.carriers.asking import Client, maybe, parcel, read_event
from csdesk.orders.carriers.statuses import TRACK17, TRACK17_SUB
from csdesk.orders.shops.reading import country, get, instant, listed, text

LIMIT = Limit(per_second=3, burst=3)
_KNOWN, _NOT_REGISTERED, _NOTHING_YET = "-18019901", "-18019902", "-18019909"


class Track17(Client):
    """One account; its secret is the security key."""

    kind = "17track"
    name = "17TRACK"
    home = "https://api.17track.net"
    batch = 40
    every = timedelta(hours=6)
    registers = True

    def register(self, parcels: Sequence[Asked]) -> list[Told]:
        """See domain.ports.Carrier."""
        body = self._post("register", [{"number": one.number} for one in parcels])
        done = [Told(number) for number in self._numbers(body, "accepted")]
        for number, code, said in self._rejected(body):
            done.append(Told(number) if code == _KNOWN else Told(number, error=said))
        return done

    def ask(self, parcels: Sequence[Asked]) -> list[Told]:
        """See domain.ports.Carrier."""
        body = self._post("gettrackinfo", [{"number": one.number} for one in parcels])
        found = [
            Told(number, self._shipment(number, get(row, "track_info")))
            for row in listed(body, "data", "accepted")
            if (number := text(row, "number", limit=80))
        ]
        for number, code, said in self._rejected(body):
            if code == _NOTHING_YET:
                found.append(self._unknown(number))
            else:
                found.append(Told(number, error=said, again=code == _NOT_REGISTERED))
        return found

    def _probe(self) -> None:
        self._post("getquota", None)

    def _post(self, what: str, numbers: list[dict[str, str]] | None) -> Any:
        call = Call(
            "track", "POST", f"{self.url}/track/v2.2/{what}", headers={"17token": self._keys.secret()},
            json=numbers if numbers is not None else {}, limit=LIMIT,
        )  # fmt: skip
        answer = self._ask(call)
        if text(answer.body, "code") not in ("0", "") or answer.status >= 300:
            errors = text(answer.body, "data", "errors", 0, "message") or answer.said[:120]
            code = text(answer.body, "data", "errors", 0, "code")
            kind = "wrong_password" if code.startswith("-1801000") else "protocol"
            raise ChannelError(kind, _("{name} answered: {words}").format(name=self.name, words=errors))
        return answer.body

    def _numbers(self, body: Any, what: str) -> list[str]:
        return [text(row, "number", limit=80) for row in listed(body, "data", what)]

    def _rejected(self, body: Any) -> Iterator[tuple[str, str, str]]:
        for row in listed(body, "data", "rejected"):
            words = text(row, "error", "message", limit=200) or text(row, "error", "code")
            said = _("{name} does not take {number}: {words}")
            number = text(row, "number", limit=80)
            yield (
                number,
                text(row, "error", "code"),
                said.format(name=self.name, number=number, words=words),
            )

    def _shipment(self, number: str, info: Any) -> Shipment:
        main = text(info, "latest_status", "status", limit=80)
        sub = text(info, "latest_status", "sub_status", limit=80)
        events, carriers = [], []
        for provider in listed(info, "tracking", "providers"):
            carriers.append(text(provider, "provider", "name", limit=80))
            for row in listed(provider, "events"):
                stage, exact = text(row, "stage", limit=80), text(row, "sub_status", limit=80)
                means = meaning(exact.partition("_")[0] or stage or "InTransit", exact, TRACK17, TRACK17_SUB)
                when = text(row, "time_utc") or text(row, "time_iso")
                events.append(read_event(when, means, text(row, "description"), text(row, "location")))
        eta = get(info, "time_metrics", "estimated_delivery_date")
        return parcel(
            number, meaning(main, sub, TRACK17, TRACK17_SUB), events, self._web.now(),
            carrier=next(filter(None, carriers), ""), raw=(main, sub),
            eta=(maybe(instant, text(eta, "from")), maybe(instant, text(eta, "to"))),
            eta_source="carrier" if text(eta, "source") == "Official" else "aggregator",
            origin=country(get(info, "shipping_info", "shipper_address", "country")),
            destination=country(get(info, "shipping_info", "recipient_address", "country")),
        )  # fmt: skip
