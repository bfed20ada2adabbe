"""Carriers by recorded answers over real HTTP on loopback, and what their words stand for. A failure here shows a held
parcel as one on its way, or forgets one. The answers follow the vendors' documents that each client names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csdesk.channels.web import WebClient
from csdesk.clock import FixedClock
from csdesk.domain.orders import SHIPMENT_STATUSES, Shipment, TrackingEvent
from csdesk.domain.parcels import DONE, MILESTONES, REASONS, Meaning, meaning, merged, milestones
from csdesk.domain.people import Account
from csdesk.domain.ports import Asked, Carrier, ChannelError
from csdesk.domain.sources import CARRIER_KINDS, Renewed
from csdesk.orders.carriers import statuses
from csdesk.orders.carriers.opening import open_carrier
from csdesk.orders.carriers.yanwen import stage
from csdesk.templating.parcels import languages, sentence
from tests.servers.shop import Asked as Request
from tests.servers.shop import Said, ShopServer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
N = "RB123456785CN"


class Keys:
    def secret(self, name: str = "") -> str:
        return "s3cret"

    def token(self, renew: Callable[[str], Renewed], *, refused: str = "") -> str:
        return renew("").access


def opened(kind: str, server: ShopServer, **settings: str) -> Carrier:
    account = Account(1, "parcels", kind, "", settings={"url": server.url, "timeout": "5", **settings})
    web = WebClient("parcels", account.settings, FixedClock(NOW), sleep=lambda _s: None)
    OPEN.append(web)
    return open_carrier(account, web, Keys())


OPEN: list[WebClient] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Connections do not outlive their test."""
    yield
    while OPEN:
        OPEN.pop().close()


# -- what the words stand for -------------------------------------------------------------------------------

TRACK17 = """
NotFound NotFound_InvalidCode not_found - | InfoReceived - info_received - | InTransit - in_transit -
InTransit InTransit_CustomsProcessing customs - | InTransit InTransit_CustomsReleased in_transit -
InTransit InTransit_CustomsRequiringInformation customs customs_docs! | Expired Expired_Other expired -
AvailableForPickup - ready_for_pickup - | OutForDelivery OutForDelivery_Other out_for_delivery -
DeliveryFailure DeliveryFailure_NoBody delivery_failed unclaimed
DeliveryFailure DeliveryFailure_InvalidAddress delivery_failed address!
Delivered Delivered_Other delivered - | Exception Exception_Returning returning -
Exception Exception_Returned returned -
Exception Exception_Lost lost - | Exception Exception_Destroyed lost damage | Exception Exception_Cancel cancelled -
Exception Exception_Delayed exception processing | InTransit InTransit_TransportArrived in_transit -
Unheard Unheard_Of exception -
"""
AFTERSHIP = """
Pending Pending_001 unregistered - | InfoReceived - info_received - | InTransit InTransit_007 in_transit -
OutForDelivery OutForDelivery_001 out_for_delivery - | AttemptFail AttemptFail_001 delivery_failed -
Delivered Delivered_005 delivered - | AvailableForPickup - ready_for_pickup - | Exception Exception_001 exception -
Exception Exception_003 exception refused! | Exception Exception_004 customs customs_hold
Exception Exception_016 exception processing | Exception Exception_017 exception weather
Exception Exception_018 customs customs_docs! | Expired Expired_001 expired - | Exception Exception_099 exception -
"""


@pytest.mark.parametrize(
    ("rows", "mains", "subs"),
    [
        (TRACK17, statuses.TRACK17, statuses.TRACK17_SUB),
        (AFTERSHIP, statuses.AFTERSHIP, statuses.AFTERSHIP_SUB),
    ],
)
def test_the_tables(rows: str, mains: dict[str, Meaning], subs: dict[str, Meaning]) -> None:
    for row in re.split(r"\n|\|", rows.strip()):
        main, sub, status, reason = row.split()
        found = meaning(main, "" if sub == "-" else sub, mains, subs)
        want = (status, reason.strip("-!"), reason.endswith("!"))
        assert (found.status, found.reason, found.action_required) == want, row


def test_every_table_speaks_the_one_model() -> None:
    tables = [value for name, value in vars(statuses).items() if name.isupper()]
    assert len(tables) >= 10
    for means in (one for table in tables for one in table.values()):
        assert means.status in SHIPMENT_STATUSES and means.reason in (*REASONS, "")
        assert means.milestone in (*MILESTONES, "")
    assert (
        stage("LM40").status == "delivered"
        and stage("LM20").status == "in_transit"
        and stage("ZZ1").status == "exception"
    )


def test_expired_never_hides_a_delivery() -> None:
    arrived = Shipment(N, "China Post", "delivered", (TrackingEvent(NOW, "delivered", "Delivered"),))
    for late in ("Expired", "NotFound"):
        assert merged(arrived, Shipment(N, "", statuses.TRACK17[late].status)).status == "delivered"


# -- tracking services --------------------------------------------------------------------------------------


def track17(numbers: dict[str, Any]) -> Callable[[Request], Any]:
    registered: set[str] = set()

    def answer(asked: Request) -> Any:
        if asked.headers.get("17token") != "s3cret":
            return Said(
                {"code": -18010002, "data": {"errors": [{"code": -18010002, "message": "Invalid key"}]}}, 401
            )
        accepted, rejected = [], []
        for row in asked.body:
            number = row["number"]
            if asked.path.endswith("/register"):
                known = number in registered
                registered.add(number)
                error = {"code": -18019901, "message": "The tracking number has been registered."}
                (rejected if known else accepted).append(
                    {"number": number, "error": error} if known else {"number": number}
                )
            elif number not in registered:
                rejected.append(
                    {"number": number, "error": {"code": -18019902, "message": "Not registered."}}
                )
            elif number not in numbers:
                rejected.append(
                    {"number": number, "error": {"code": -18019909, "message": "No tracking yet."}}
                )
            else:
                accepted.append({"number": number, "track_info": numbers[number]})
        return {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}

    return answer


HELD = {
    "shipping_info": {"shipper_address": {"country": "CN"}, "recipient_address": {"country": "ES"}},
    "latest_status": {"status": "InTransit", "sub_status": "InTransit_CustomsRequiringInformation"},
    "time_metrics": {
        "estimated_delivery_date": {"source": "Official", "from": "2026-11-24T00:00:00Z", "to": "2026-11-26T00:00:00Z"}
    },
    "tracking": {
        "providers": [
            {
                "provider": {"key": 3011, "name": "China Post"},
                "events": [
                    {"time_utc": "2026-11-20T08:12:00Z", "description": "Held: tax number", "location": "Madrid",
                     "sub_status": "InTransit_CustomsRequiringInformation"},
                    {"time_utc": "2026-11-17T21:40:00Z", "description": "Arrived", "location": "Madrid",
                     "sub_status": "InTransit_Arrival"},
                    {"time_utc": "no time", "description": "Lost in a table"},
                    {"time_utc": "2026-11-10T13:17:00Z", "description": "Accepted", "location": "Shenzhen",
                     "sub_status": "InTransit_PickedUp"},
                ],
            }
        ]
    },
}  # fmt: skip


def test_17track() -> None:
    with ShopServer(track17({N: HELD})) as server:
        carrier = opened("17track", server)
        (unknown,) = carrier.ask([Asked(N)])
        assert unknown.again and unknown.shipment is None and "Not registered" in unknown.error
        for _twice in range(2):  # a second time it says that it has it already, which is as good
            assert [told.error for told in carrier.register([Asked(N), Asked("RB000000005CN")])] == ["", ""]
        told = {one.number: one for one in carrier.ask([Asked(N), Asked("RB000000005CN")])}
    one = told[N].shipment
    assert one is not None
    assert (one.status, one.reason, one.action_required, one.origin, one.destination) == (
        "customs", "customs_docs", True, "CN", "ES",
    )  # fmt: skip
    assert (one.raw_status, one.raw_substatus) == ("InTransit", "InTransit_CustomsRequiringInformation")
    assert (one.eta_source, one.eta_from) == ("carrier", datetime(2026, 11, 24, tzinfo=UTC))
    assert one.last_event_at == datetime(2026, 11, 20, 8, 12, tzinfo=UTC) and len(one.events) == 3
    assert list(milestones(one.events)) == ["picked_up", "arrived", "customs_in"]
    nothing = told["RB000000005CN"].shipment
    assert nothing is not None and nothing.status == "not_found"
    assert server.asked[0].path == "/track/v2.2/gettrackinfo" and carrier.batch == 40


def test_aftership() -> None:
    row = {
        "tracking_number": N, "slug": "china-post", "tag": "Exception", "subtag": "Exception_018",
        "courier_estimated_delivery_date": {"estimated_delivery_date": "2026-11-24"},
        "checkpoints": [
            {"checkpoint_time": "2026-11-18T02:00:00+08:00", "tag": "InTransit", "subtag": "InTransit_007",
             "message": "Departure scan", "city": "Shenzhen"},
            {"checkpoint_time": "2026-11-20T08:12:00", "tag": "Exception", "subtag": "Exception_018",
             "message": "Papers missing", "location": "Madrid"},
        ],
    }  # fmt: skip

    def answer(asked: Request) -> Any:
        if asked.method == "POST":
            return Said({"meta": {"code": 4003, "message": "Tracking already exists."}, "data": {}}, 400)
        return {"meta": {"code": 200}, "data": {"trackings": [row]}}

    with ShopServer(answer) as server:
        carrier = opened("aftership", server)
        assert [told.error for told in carrier.register([Asked(N)])] == [""]
        one, other = carrier.ask([Asked(N), Asked("XX1")])
    assert one.shipment is not None and other.again
    assert (one.shipment.status, one.shipment.reason, one.shipment.action_required) == (
        "customs",
        "customs_docs",
        True,
    )
    assert one.shipment.raw_substatus == "Exception_018" and one.shipment.eta_source == "carrier"
    assert list(milestones(one.shipment.events)) == ["departed", "customs_in"]
    assert server.asked[0].headers["as-api-key"] == "s3cret"


# -- carriers of their own ----------------------------------------------------------------------------------

UPS = {
    "trackResponse": {"shipment": [{"package": [{
        "trackingNumber": "1Z999AA10123456784", "currentStatus": {"code": "011", "description": "Delivered"},
        "deliveryDate": [{"type": "SDD", "date": "20261121"}, {"type": "DEL", "date": "20261120"}],
        "packageAddress": [{"type": "ORIGIN", "address": {"countryCode": "US"}},
                           {"type": "DESTINATION", "address": {"countryCode": "ES"}}],
        "activity": [
            {"location": {"address": {"city": "Madrid", "countryCode": "ES"}}, "gmtDate": "20261120",
             "gmtTime": "10:31:00",
             "status": {"type": "D", "code": "FS", "description": "DELIVERED"}},
            {"location": {"address": {"city": "Koeln"}}, "date": "20261118", "time": "021500",
             "status": {"type": "I", "code": "DP", "description": "Departed"}},
        ]}]}]}
}  # fmt: skip
USPS = {
    "trackingNumber": "9400100000000000000013", "statusCategory": "Out for Delivery", "status": "Out for Delivery",
    "deliveryDateExpectation": {"expectedDeliveryDate": "2026-11-21"},
    "trackingEvents": [{"eventType": "Out for Delivery", "GMTTimestamp": "2026-11-20T13:00:00Z", "eventCity": "DAYTON"},
                       {"eventType": "Processed through customs, released", "eventTimestamp": "2026-11-18T13:00:00Z"}],
}  # fmt: skip
DHL = {
    "shipments": [{
        "id": "3318810025", "status": {"statusCode": "failure", "status": "Address incomplete"},
        "origin": {"address": {"countryCode": "CN"}}, "destination": {"address": {"countryCode": "DE"}},
        "estimatedDeliveryTimeFrame": {"estimatedFrom": "2026-11-22T08:00:00Z",
                                       "estimatedThrough": "2026-11-22T18:00:00Z"},
        "events": [{"timestamp": "2026-11-20T09:00:00", "statusCode": "transit", "description": "Arrived",
                    "location": {"address": {"addressLocality": "Leipzig"}}}]}]
}  # fmt: skip
ROYAL = {
    "mailPieces": {
        "mailPieceId": "RB123456785GB", "summary": {"statusCategory": "Attempted Delivery", "lastEventCode": "EVKNA"},
        "estimatedDelivery": {"date": "2026-11-21"},
        "events": [{"eventCode": "EVKNA", "eventName": "Delivery attempted - no answer",
                    "eventDateTime": "2026-11-20T10:00:00+00:00", "locationName": "Leeds DO"}]}
}  # fmt: skip
YANWEN = {
    "code": 0, "message": "success",
    "result": [{"tracking_number": "UA123456789YP", "tracking_status": "LM40", "origin_country": "CN",
                "destination_country": "BR",
                "checkpoints": [{"time_stamp": "2026-11-20T08:00:00", "time_zone": "-03:00", "tracking_status": "LM40",
                                 "message": "Delivered", "location": "Curitiba"},
                                {"time_stamp": "2026-11-10T08:00:00", "time_zone": "+08:00", "tracking_status": "PU10",
                                 "message": "Picked up", "location": "Shenzhen"}]}],
}  # fmt: skip
YUN = {
    "Code": "0000",
    "Item": {"WaybillNumber": "YT2631821200045117", "CountryCode": "AE", "PackageState": 2,
             "OrderTrackingDetails": [{"ProcessDate": "2026-11-18T10:45:00", "ProcessContent": "Arrived at Dubai",
                                       "ProcessLocation": "Dubai"}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "number", "answers", "want"),
    [
        ("ups", "1Z999AA10123456784", UPS, ("delivered", "D", "011", "US", "ES", 2)),
        (
            "usps",
            "9400100000000000000013",
            USPS,
            ("out_for_delivery", "Out for Delivery", "Out for Delivery", "", "", 2),
        ),
        ("dhl", "3318810025", DHL, ("exception", "failure", "Address incomplete", "CN", "DE", 1)),
        ("royalmail", "RB123456785GB", ROYAL, ("delivery_failed", "Attempted Delivery", "EVKNA", "", "", 1)),
        ("yanwen", "UA123456789YP", YANWEN, ("delivered", "LM", "LM40", "CN", "BR", 2)),
        ("yunexpress", "YT2631821200045117", YUN, ("in_transit", "2", "", "CN", "AE", 1)),
    ],
)
def test_carriers_of_their_own(kind: str, number: str, answers: Any, want: tuple[Any, ...]) -> None:
    gone = {"answer": Said(answers)}

    def answer(asked: Request) -> Any:
        if "oauth" in asked.path:
            return {"access_token": "t0ken", "expires_in": "3600" if kind == "ups" else 3600}
        return gone["answer"]

    with ShopServer(answer) as server:
        carrier = opened(kind, server, key="k")
        (told,) = carrier.ask([Asked(number)])
        one = told.shipment
        assert one is not None and one.number == number
        assert (
            one.status,
            one.raw_status,
            one.raw_substatus,
            one.origin,
            one.destination,
            len(one.events),
        ) == want
        assert [check.ok for check in carrier.check()] == [True]
        gone["answer"] = Said({"message": "unknown"} if kind != "yanwen" else {"code": 0, "result": []},
                              200 if kind in ("yanwen", "yunexpress") else 404)  # fmt: skip
        (unknown,) = carrier.ask([Asked(number)])
        assert unknown.shipment is not None and unknown.shipment.status == "not_found"
        gone["answer"] = Said({"message": "bad key"}, 403)
        with pytest.raises(ChannelError) as refused:
            carrier.ask([Asked(number)])
        assert refused.value.code == "wrong_password" and not carrier.check()[0].ok
    if kind == "yanwen":
        assert one.events[0].at == datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_an_odd_answer_is_a_sentence_and_no_parcel() -> None:
    with ShopServer(lambda _asked: Said(["no", "object"])) as server:
        (told,) = opened("dhl", server).ask([Asked("3318810025")])
        assert told.shipment is not None and told.shipment.status == "not_found"
        assert opened("17track", server).ask([Asked(N)]) == []
    assert len(CARRIER_KINDS) == len(set(CARRIER_KINDS)) == 8 and "delivered" in DONE


def test_where_a_parcel_is_in_every_language() -> None:
    """The sentence goes to a customer: facts only, no gap, and none for what must be looked at first."""
    one = Shipment(N, "China Post", "customs", (TrackingEvent(NOW, "customs", "Held", "Madrid"),), NOW, None)
    assert sentence(one, "es", "ES") == (
        "Paquete RB123456785CN (China Post): en la aduana, Madrid; última noticia: 20 de noviembre; "
        "llegada prevista: 20 de noviembre."
    )
    templates = Path(__file__).parents[3] / "csdesk" / "templates" / "customs.toml"
    assert set(re.findall(r"\[text\.([a-z]+)\]", templates.read_text("utf-8"))) == set(languages())
    for language in languages():
        said = sentence(one, language)
        assert N in said and "{" not in said
    assert sentence(one, "nl").startswith("Parcel RB123456785CN")
    for status in ("lost", "expired", "not_found", "cancelled"):
        with pytest.raises(Exception, match="look at it"):
            sentence(Shipment(N, "", status), "es")
