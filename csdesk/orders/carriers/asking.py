"""What every carrier's client needs: a call whose failures are sentences, events read without trust, one parcel made of
them. Knows no carrier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from csdesk.domain.orders import Shipment, TrackingEvent
from csdesk.domain.parcels import Meaning
from csdesk.domain.people import Account
from csdesk.domain.ports import Asked, ChannelError, Check, Told
from csdesk.domain.sources import Call, Keys, Web, WebAnswer
from csdesk.i18n import _
from csdesk.orders.carriers.numbers import carrier_of
from csdesk.orders.shops.reading import Odd, instant, text

_UNDER_WAY = frozenset(
    ("in_transit", "customs", "out_for_delivery", "ready_for_pickup", "delivery_failed", "delivered")
)
EVENTS = 200
"""So many of a parcel's events are kept; an answer with more is broken or hostile."""


class Client:
    """The common part: one account, what speaks HTTP for it, where its secrets are."""

    kind = ""
    name = ""
    home = ""
    batch = 1
    every = timedelta(hours=4)
    registers = False

    def __init__(self, account: Account, web: Web, keys: Keys) -> None:
        self._account = account
        self._web = web
        self._keys = keys

    @property
    def url(self) -> str:
        """Where the service is: the account's own address, else the usual one; without a slash at the end."""
        return self._account.settings.get("url", "") or self.home

    def register(self, parcels: Sequence[Asked]) -> list[Told]:
        """Most need not be told of a number first."""
        return [Told(one.number) for one in parcels]

    def ask(self, parcels: Sequence[Asked]) -> list[Told]:
        """One after another, for those that take one number at a time."""
        return [self._one(parcel) for parcel in parcels]

    def check(self) -> list[Check]:
        """One question about a number that nobody has."""
        try:
            self._probe()
        except ChannelError as error:
            return [Check("sign in", False, error.message, error.code)]
        return [Check("sign in", True, _("{name} takes our key.").format(name=self.name))]

    def _one(self, parcel: Asked) -> Told:
        """What is known of one number; those that take many at a time have their own `ask`."""
        return self._unknown(parcel.number)

    def _probe(self) -> None:
        self._one(Asked("RB000000005CN"))

    def _ask(self, call: Call) -> WebAnswer:
        """The answer. Raises ChannelError where the key is refused or the service is broken."""
        answer = self._web.ask(call)
        if answer.status in (401, 403):
            words = _("{name} refused the key: {words}. Put a new one in: csdesk account set {account} ...")
            told = words.format(name=self.name, words=answer.said[:120] or "-", account=self._account.name)
            raise ChannelError("wrong_password", told)
        if answer.status >= 500 or (answer.status < 300 and answer.body is None):
            raise ChannelError("protocol", self._odd(answer))
        return answer

    def _odd(self, answer: WebAnswer) -> str:
        words = _("{name} answered {status}: {words}")
        return words.format(name=self.name, status=answer.status, words=answer.said[:120] or "-")

    def _unknown(self, number: str) -> Told:
        """Nothing is known of it yet: a number is often given out days before the carrier has the parcel."""
        return Told(number, Shipment(number, "", "not_found", polled_at=self._web.now()))


def read_event(
    at: Any, means: Meaning, said: str, place: str = "", *, zone: str = ""
) -> TrackingEvent | None:
    """An event; None where its time cannot be read, because without one it has no place."""
    try:
        when = instant(f"{at}{zone}")
    except Odd:
        return None
    return TrackingEvent(when, means.status, said[:400], place[:200], means.milestone)


def parcel(
    number: str,
    means: Meaning,
    events: Iterable[TrackingEvent | None],
    polled_at: datetime,
    *,
    carrier: str = "",
    raw: tuple[str, str] = ("", ""),
    eta: tuple[datetime | None, datetime | None] = (None, None),
    eta_source: str = "carrier",
    origin: str = "",
    destination: str = "",
) -> Shipment:
    """One parcel of what was told. `raw` are the source's main and sub status."""
    known = sorted({one for one in events if one is not None}, key=lambda e: (e.at, e.text), reverse=True)
    told = tuple(known[:EVENTS])
    began = min((e.at for e in told if e.status in _UNDER_WAY), default=None)
    begin, end = eta
    if begin is None:
        begin, end = end, None
    if begin and end and end < begin:
        begin, end = end, begin
    return Shipment(
        number, carrier or carrier_of(number), means.status, told, begin, end, raw[0], began, means.reason,
        means.action_required, eta_source if begin else "", raw[1], origin, destination, polled_at,
    )  # fmt: skip


def maybe(read: Callable[[Any], datetime], value: Any) -> datetime | None:
    """An instant, or None where there is none or it cannot be read: an odd estimate hides no parcel."""
    try:
        return read(value) if value else None
    except Odd:
        return None


def place(node: Any, *names: str) -> str:
    """The parts of a place that say something."""
    return ", ".join(part for part in (text(node, name, limit=100) for name in names) if part)
