"""Webhooks against a real HTTP server, on both databases. A lost one is an order that the ERP never hears of; a forged
one is an order that it hears of and should not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk
from csdesk.config_webhooks import EVENTS, Webhook
from csdesk.domain.orders import Shipment
from csdesk.errors import NetworkFailure, NotFound, Refused, Usage
from csdesk.services import webhooks
from csdesk.services.webhooks import Posting, Webhooks
from tests.databases import SteppingClock
from tests.unit.services.both.shop import Shop

NOTE = "the colleague's secret opinion"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ORDERS = """number,email,placed_at,currency,total,item,sku,quantity,price,note
#2001,ana@buyer.example,2026-11-02,EUR,57.80,Kettle,KET-1,1,38.00,door code 1234
#2002,joao@example.com,2026-11-03,BRL,120.00,Lamp,LAM-1,1,120.00,
#2003,joao@example.com,2026-11-04,BRL,10.00,Bulb,BUL-1,1,10.00,
"""


class Told:
    """A server that keeps what it is told; `script` has the status of each answer, 200 when it is over."""

    def __init__(self) -> None:
        self.script: list[int | tuple[int, dict[str, str]]] = []
        self.got: list[tuple[dict[str, str], bytes, int]] = []
        self.before: Callable[[], object] = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.before()
                step = outer.script.pop(0) if outer.script else 200
                status, more = step if isinstance(step, tuple) else (step, {})
                outer.got.append(({k.lower(): v for k, v in self.headers.items()}, body, status))
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/in?shop=1"

    @property
    def taken(self) -> list[dict[str, object]]:
        return [json.loads(body) for _headers, body, status in self.got if status == 200]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told()
    yield server
    server.close()


def hooked(desk: Desk, monkeypatch: pytest.MonkeyPatch, url: str, **more: object) -> Webhooks:
    monkeypatch.setenv("CSDESK_WEBHOOK_SECRET_ERP", SECRET)
    hook = replace(Webhook(), url=url, **more)  # type: ignore[arg-type]
    desk.context.config = replace(desk.context.config, webhooks={"erp": hook})
    made = Webhooks(desk.context, chance=lambda: 0.0)
    assert made.deliver("erp") == 0, "a new webhook is told what happens from now on"
    return made


def genuine(headers: dict[str, str], body: bytes) -> bool:
    """As the specification says it, without a line of ours."""
    key = base64.b64decode(SECRET[6:])
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    mine = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return f"v1,{mine}" in headers["webhook-signature"].split(" ")


def kinds(told: Told) -> list[object]:
    return [one["type"] for one in told.taken]


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    from csdesk.domain.webhooks import key_of, signature

    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert key is not None
    made = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_happens_is_told_in_order_signed_and_without_notes(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    talk = shop.asked("Where is it?")
    desk.replies.note(talk, NOTE)
    row = desk.replies.send(talk, "On its way.", now=True)
    with desk.store.write() as tx:
        tx.outbox.step(row.id, "sending")
        tx.outbox.step(row.id, "sent")
    desk.inbox.close(talk)
    desk.inbox.reopen(talk)
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    desk.orders.import_file(tmp_path / "o.csv")
    with desk.store.write() as tx:
        (order,) = tx.orders.by_number("#2001")
        tx.orders.put_shipment(Shipment("LX204163720CN", "China Post", "in_transit"), order.id)
        tx.notices.mark(order.id, "dispatch", "sent", conversation=talk)
    assert hooks.deliver("erp") == 9
    assert kinds(told) == [
        "conversation.opened", "conversation.answered", "conversation.closed", "conversation.reopened",
        "order.changed", "order.changed", "order.changed", "parcel.changed", "notice.sent",
    ]  # fmt: skip
    assert all(genuine(headers, body) for headers, body, _status in told.got)
    assert b"secret" not in b"".join(body for _headers, body, _status in told.got)
    ids = [one["id"] for one in told.taken]
    assert len(set(ids)) == 9 and [headers["webhook-id"] for headers, _b, _s in told.got] == ids
    data = [one["data"] for one in told.taken]
    assert data[4]["order"]["total"] == "57.80" and data[4]["order"]["lines"][0]["sku"] == "KET-1"  # type: ignore[index]
    assert "door code" not in json.dumps(data)
    assert data[7]["shipment"]["status"] == "in_transit" and data[8]["rule"] == "dispatch"  # type: ignore[index]
    assert {one["version"] for one in told.taken} == {1} and set(kinds(told)) <= set(EVENTS)
    assert str(told.taken[0]["time"]).endswith("Z")
    assert hooks.deliver("erp") == 0 and len(told.got) == 9, "nothing is told twice"


def test_only_what_is_wanted_is_told(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooked(desk, monkeypatch, told.url, events=("conversation.closed",))
    desk.inbox.close(shop.asked())
    assert hooks.deliver("erp") == 1 and kinds(told) == ["conversation.closed"]


def test_merged_customers_are_told(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.asked(sender="Ana <ana@buyer.example>")
    shop.asked(sender="Ana <ana@elsewhere.example>")
    hooks = hooked(desk, monkeypatch, told.url)
    desk.customers.merge(1, 2)
    hooks.deliver("erp")
    (one,) = told.taken
    assert one["type"] == "customer.merged" and one["data"]["merged_customer_id"] in (1, 2)  # type: ignore[index]


def test_a_failing_server_is_asked_again_later_and_gets_the_same_in_order(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch, clock: SteppingClock
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    desk.inbox.close(shop.asked())
    told.script = [500, (503, {"Retry-After": "120"}), 302]
    assert hooks.deliver("erp") == 0 and hooks.deliver("erp") == 0
    assert len(told.got) == 1, "it is left alone for a while"
    clock.forward(seconds=6)
    assert hooks.deliver("erp") == 0
    clock.forward(seconds=60)
    assert hooks.deliver("erp") == 0 and len(told.got) == 2, "as long as it asked for"
    clock.forward(seconds=61)
    assert hooks.deliver("erp") == 0
    (one,) = hooks.all()
    assert "elsewhere (302)" in one.words and not one.well and one.state and one.state.attempts == 3
    clock.forward(hours=1)
    assert hooks.deliver("erp") == 2
    assert kinds(told) == ["conversation.opened", "conversation.closed"]
    assert len({headers["webhook-id"] for headers, _body, _status in told.got[:4]}) == 1
    (one,) = hooks.all()
    assert (one.words, one.well) == ("well", True)


def test_the_cursor_moves_after_the_answer_and_not_before(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process that is killed while it waits for the answer leaves behind is told again."""
    hooks = hooked(desk, monkeypatch, told.url)
    seen = []

    def look() -> None:
        with desk.store.read() as tx:
            state = tx.webhooks.state("erp")
            assert state is not None
            seen.append(state.cursor)

    with desk.store.write() as tx:
        tx.log.append("orders_changed", data={"orders": [1, 2, 3]})
    (order,) = [1]
    monkeypatch.setattr(webhooks, "_data", lambda tx, told: {"order": {"order_id": told.about}})
    told.before = look
    assert hooks.deliver("erp") == 3 and order
    with desk.store.read() as tx:
        last = tx.log.last_id()
    assert seen == [(last - 1, 0), (last - 1, 1), (last - 1, 2)]
    look()
    assert seen[-1] == (last, 0)


def test_gone_pauses_at_once_and_so_do_days_of_failure_until_resumed(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch, clock: SteppingClock
) -> None:
    hooks = hooked(desk, monkeypatch, told.url, give_up_days=1)
    shop.asked()
    told.script = [410]
    hooks.deliver("erp")
    clock.forward(days=2)
    assert hooks.deliver("erp") == 0 and len(told.got) == 1
    (one,) = hooks.all()
    assert one.words.startswith("Paused: The other side says that it is gone") and not one.well
    hooks.resume("erp")
    told.script = [500, 500]
    hooks.deliver("erp")
    clock.forward(hours=25)
    hooks.deliver("erp")
    (one,) = hooks.all()
    assert "Nothing was taken for 1 day." in one.words and one.state and one.state.paused
    hooks.resume("erp")
    assert hooks.deliver("erp") == 1 and kinds(told) == ["conversation.opened"]


def test_what_happens_while_paused_waits_or_is_left_out(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    hooks.pause("erp")
    shop.asked()
    assert hooks.deliver("erp") == 0
    (one,) = hooks.all()
    assert one.words == "Paused: paused by Lin"
    hooks.resume("erp")
    assert hooks.deliver("erp") == 1
    hooks.pause("erp")
    shop.asked(subject="other")
    hooks.resume("erp", skip=True)
    assert hooks.deliver("erp") == 0 and len(told.got) == 1


def test_a_pause_that_comes_during_a_delivery_holds(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    shop.asked()
    shop.asked(subject="other")
    told.before = lambda: hooks.pause("erp")
    hooks.deliver("erp")
    (one,) = hooks.all()
    assert len(told.got) == 1 and one.state and one.state.paused


def test_a_slow_server_keeps_no_other_webhook_and_no_end_waiting(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, enough = Told(), threading.Event()
    try:
        hooked(desk, monkeypatch, told.url)
        monkeypatch.setenv("CSDESK_WEBHOOK_SECRET_SLOW", SECRET)
        both = desk.context.config.webhooks | {"slow": replace(Webhook(), url=slow.url)}  # type: ignore[operator]
        desk.context.config = replace(desk.context.config, webhooks=both)
        Webhooks(desk.context).deliver("slow")
        reached, taken = threading.Event(), threading.Event()
        slow.before = lambda: (reached.set(), enough.wait(30))
        told.before = taken.set
        monkeypatch.setattr(webhooks, "POLL", 0.05)
        monkeypatch.setattr(webhooks, "ENDING", 0.1)
        stop = threading.Event()
        posting = Posting(desk.context, stop)
        shop.asked()
        assert reached.wait(20) and taken.wait(20)
        stop.set()
        posting.close()
        enough.set()
        for thread in posting._threads:
            thread.join(20)
            assert not thread.is_alive()
    finally:
        enough.set()
        slow.close()


def test_without_a_secret_nothing_leaves(
    desk: Desk, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    monkeypatch.delenv("CSDESK_WEBHOOK_SECRET_ERP")
    shop.asked()
    assert hooks.deliver("erp") == 0 and told.got == []
    (one,) = hooks.all()
    assert "add-secret" in one.words and not one.well
    with pytest.raises(Refused, match="No secret"):
        hooks.test("erp")
    for wrong in ("whsec_", "whsec_short", "whsec_" + base64.b64encode(bytes(23)).decode(), "not base64!"):
        with pytest.raises(Usage, match="whsec_"):
            hooks.keep_secret("erp", wrong)


def test_a_test_is_told_at_once_and_a_mistake_is_said(
    desk: Desk, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooked(desk, monkeypatch, told.url)
    assert hooks.test("erp") == 200 and kinds(told) == ["webhook.test"]
    told.script = [404]
    with pytest.raises(NetworkFailure, match="404"):
        hooks.test("erp")
    with pytest.raises(NotFound, match="did you mean erp"):
        hooks.test("epr")
    private = hooked(desk, monkeypatch, "https://10.0.0.7/x")
    with pytest.raises(NetworkFailure, match="private network"):
        private.test("erp")


def test_an_event_that_may_still_come_is_waited_for(
    desk: Desk, database: str, shop: Shop, told: Told, monkeypatch: pytest.MonkeyPatch, clock: SteppingClock
) -> None:
    """PostgreSQL gives numbers out before it commits."""
    if database == "sqlite":
        pytest.skip("one writer at a time: no number is skipped")
    hooks = hooked(desk, monkeypatch, told.url)
    with desk.store.write() as tx:
        tx.rows(text("SELECT nextval('event_id_seq')"))
    shop.asked()
    assert hooks.deliver("erp") == 0
    clock.forward(minutes=11)
    assert hooks.deliver("erp") == 1


def test_what_is_too_big_comes_without_its_details() -> None:
    from csdesk.domain.webhooks import Happening
    from tests.databases import NOW

    one = Happening("evt_1", "order.changed", NOW, 7, {})
    made = webhooks.body_of(one, {"order": {"address": "ä" * webhooks.BIGGEST}})
    assert json.loads(made)["data"] == {"id": 7, "reduced": True} and len(made) < 200
    assert timedelta(seconds=5) == webhooks.pause(1, 0.0) and hashlib.sha256(made).digest()
