"""Parcels that are asked about by themselves. A failure here spends the shop's quota, asks too often until the service
shuts us out, or leaves the card with last week's news."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from csdesk.bootstrap import Desk
from csdesk.channels.web import Bucket
from csdesk.domain.orders import Order, Shipment
from csdesk.errors import DeskError, NotFound, Refused, Usage
from csdesk.services.tracking import best
from tests.databases import SteppingClock
from tests.servers.shop import Asked, Said, ShopServer
from tests.unit.services.both.shop import Shop

N = "RB123456785CN"


class Service:
    """17TRACK as far as it is asked here: what it was told of, and what it says of each number."""

    def __init__(self) -> None:
        self.registered: list[str] = []
        self.told: dict[str, tuple[str, str]] = {}
        self.asked: list[list[str]] = []
        self.wait: str = ""

    def __call__(self, asked: Asked) -> Any:
        if self.wait:
            return Said({}, 429, {"Retry-After": self.wait})
        numbers = [row["number"] for row in asked.body]
        if asked.path.endswith("register"):
            wrong = [n for n in numbers if n.startswith("BAD")]
            self.registered += [n for n in numbers if n not in wrong]
            error = {"code": -18010012, "message": "The format is wrong."}
            rejected = [{"number": n, "error": error} for n in wrong]
            return {
                "code": 0,
                "data": {
                    "accepted": [{"number": n} for n in numbers if n not in wrong],
                    "rejected": rejected,
                },
            }
        self.asked.append(numbers)
        return {
            "code": 0,
            "data": {"accepted": [{"number": n, "track_info": self._info(n)} for n in numbers]},
        }

    def _info(self, number: str) -> dict[str, Any]:
        sub, at = self.told.get(number, ("InTransit_PickedUp", "2026-11-01T10:00:00Z"))
        event = {"time_utc": at, "description": f"It is {sub}", "location": "Madrid", "sub_status": sub}
        status = {"status": sub.partition("_")[0], "sub_status": sub}
        return {"latest_status": status, "tracking": {"providers": [{"events": [event]}]}}


@pytest.fixture
def service(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("TRACKING_KEY", "k")
    monkeypatch.setattr(Bucket, "take", lambda _self: 0.0)  # published limits are slow; test_web.py has them
    made = Service()
    with ShopServer(made) as server:
        settings = {"url": server.url, "password_env": "TRACKING_KEY"}
        desk.accounts.add("tracking", "17track", settings=settings)
        yield made


def store(desk: Desk, *parcels: str, status: str = "in_transit") -> None:
    shipments = tuple(Shipment(one, "China Post", status) for one in parcels)
    with desk.store.write() as tx:
        tx.orders.upsert(
            Order(
                "csv",
                "#1042",
                "ana@x.example",
                "Ana",
                "EUR",
                Decimal(38),
                tx.now,
                country="ES",
                shipments=shipments,
            )
        )


def sync(desk: Desk) -> tuple[int, int, int, str]:
    report = desk.sync._account(desk.accounts.get("tracking"), True)
    return report.fetched, report.stored, report.failed, report.error


def test_registered_once_asked_in_forties_and_at_its_own_pace(
    desk: Desk, shop: Shop, clock: SteppingClock, service: Service
) -> None:
    talk = shop.asked(sender="Ana <ana@x.example>")
    numbers = [f"LP{n:014d}" for n in range(44)]
    store(desk, N, "BAD123456", *numbers)
    service.told[N] = ("InTransit_CustomsRequiringInformation", "2026-11-20T08:12:00Z")
    assert sync(desk) == (46, 45, 1, "")
    assert [len(asked) for asked in service.asked] in ([40, 5], [39, 6]) and len(service.registered) == 45
    parcel = desk.parcels.view(N).parcel
    assert (parcel.status, parcel.reason, parcel.action_required, parcel.carrier) == (
        "customs", "customs_docs", True, "China Post",
    )  # fmt: skip
    assert "format is wrong" in desk.parcels.view("BAD123456").error
    with desk.store.read() as tx:
        assert "parcel_changed" in [event.kind for event in tx.log.of_conversation(talk)]
    assert sync(desk)[0] == 0, "not before the service has something new"
    clock.forward(hours=6, minutes=1)
    service.told[N] = ("Delivered_Other", "2026-11-20T18:00:00Z")
    assert sync(desk) == (45, 1, 0, "") and len(service.registered) == 45
    assert desk.parcels.view(N).parcel.status == "delivered"
    service.told[N] = ("Expired_Other", "2026-11-20T18:00:00Z")
    clock.forward(hours=25)
    sync(desk)
    assert desk.parcels.view(N).parcel.status == "delivered", "expired never hides a delivery"
    for _day in range(5):
        clock.forward(hours=25)
        sync(desk)
    count = sum(N in asked for asked in service.asked)
    clock.forward(days=2)
    sync(desk)
    assert sum(N in asked for asked in service.asked) == count < 8, (
        "what arrived is left alone after some days"
    )


def test_a_pause_that_is_asked_for_is_kept_and_said(
    desk: Desk, clock: SteppingClock, service: Service
) -> None:
    store(desk, N)
    service.wait = "7200"
    assert "2 hours" in sync(desk)[3]
    service.wait = ""
    assert sync(desk)[0] == 0 and not service.asked
    with pytest.raises(Refused, match="is not asked before"):
        desk.parcels.refresh(N)
    clock.forward(hours=2, minutes=1)
    assert sync(desk)[1] == 1


def test_a_person_asks_now_and_then_waits(desk: Desk, clock: SteppingClock, service: Service) -> None:
    store(desk, N)
    assert desk.parcels.view(N, refresh=True).parcel.last_event_at is not None
    with pytest.raises(Refused, match="asked about just now; ask again in"):
        desk.parcels.refresh(N)
    clock.forward(minutes=6)
    service.told[N] = ("OutForDelivery_Other", "2026-11-20T08:00:00Z")
    assert desk.parcels.refresh(N).status == "out_for_delivery" and service.registered == [N]
    view = desk.parcels.view("YT2631821200045117", refresh=True)  # not stored, only shown
    assert view.carriers[0].carrier == "YunExpress" and view.parcel.status == "in_transit"
    with pytest.raises(NotFound, match=r"By its number it is YunExpress"):
        desk.parcels.view("YT2631821200045117")
    with pytest.raises(NotFound):
        desk.parcels.view("nothing", refresh=True)
    desk.accounts.pause("tracking", True)
    clock.forward(minutes=6)
    with pytest.raises(Refused, match="No account can be asked"):
        desk.parcels.refresh(N)


def test_a_broken_service_is_a_sentence(
    desk: Desk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(desk, N)
    assert [one.ok for one in desk.accounts.test("tracking")] != []
    monkeypatch.setattr(Service, "__call__", lambda _self, _asked: Said({"message": "no"}, 403))
    assert "refused the key" in sync(desk)[3]
    with pytest.raises(DeskError, match="refused the key"):
        desk.parcels.refresh(N)


def test_whom_to_ask(desk: Desk, service: Service) -> None:
    with pytest.raises(Usage, match="needs key"):
        desk.accounts.add("mine", "ups", settings={})
    desk.accounts.add("mine", "ups", settings={"key": "id"})
    accounts = desk.accounts.list()
    assert [getattr(best(one, accounts), "name", "") for one in ("UPS", "China Post", "")] == [
        "mine",
        "tracking",
        "tracking",
    ]
    assert best("China Post", [one for one in accounts if one.name == "mine"]) is None
    assert desk.accounts.list(mail=True) == ()


def test_a_sentence_for_the_customer_needs_a_linked_order(desk: Desk, shop: Shop, service: Service) -> None:
    """A number in a text proves not who asks: the parcel of somebody else must not be told."""
    store(desk, N)
    hers = shop.asked(sender="Ana <ana@x.example>", id="a@x")
    other = shop.asked("Where is RB123456785CN?", sender="Eve <eve@y.example>", id="b@x")
    assert desk.parcels.sentence(hers, N, "es").startswith("Paquete RB123456785CN")
    assert [link.state for link in desk.orders.beside(other)] == ["suggested"]
    with pytest.raises(Refused, match="not linked"):
        desk.parcels.sentence(other, N, "es")
