"""Orders pulled from a shop and notes left there. A failure here shows an order to the wrong customer, skips one, or
leaves two notes where one was meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.channels.web import Bucket
from csdesk.domain.people import Account
from csdesk.domain.rates import Rate
from csdesk.errors import Refused, Usage
from csdesk.services import pull
from csdesk.services.shops import rate
from tests.servers.woocommerce import SECRET, WooCommerce, later, order
from tests.unit.services.both.shop import Shop

START = "2026-11-15T10:00:00"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOO_SECRET", SECRET)
    monkeypatch.setattr(Bucket, "take", lambda _self: 0.0)  # published limits are slow; test_web.py has them


@pytest.fixture
def woo(desk: Desk) -> Iterator[WooCommerce]:
    with WooCommerce() as server:
        desk.accounts.add("woo", "woocommerce", settings={**server.settings, "currency": "EUR"})
        yield server


def account(desk: Desk) -> Account:
    return desk.accounts.get("woo")


def sync(desk: Desk) -> tuple[int, int, str]:
    """A round: orders fetched, stored, and what is wrong."""
    report = desk.sync._account(account(desk), True)
    return report.fetched, report.stored, report.error


def test_orders_come_whole_once_and_to_their_customer(desk: Desk, shop: Shop, woo: WooCommerce) -> None:
    before = shop.asked(sender="Ana <ana@buyer.example>")
    many = [order(n, later(START, n // 70)) for n in range(1, 160)]  # seventy changed in one second
    woo.orders = {one["id"]: one for one in many}
    assert [one.ok for one in desk.accounts.test("woo")] == [True]
    fetched, stored, error = sync(desk)
    assert (stored, error) == (159, "") and fetched >= 159
    found = desk.orders.show("#7")
    assert (found.source, found.number, found.total, found.currency) == (
        "woocommerce",
        "#7",
        Decimal("29.35"),
        "USD",
    )
    assert (found.payment, found.fulfilment, found.city, found.note) == (
        "paid", "unshipped", "Madrid", "Leave it at the door",
    )  # fmt: skip
    assert [(i.title, i.options, i.price) for i in found.items] == [("Mug", "Colour: blue", Decimal("12.10"))]
    assert desk.shops.payload(found)
    assert {link.state for link in desk.orders.beside(before)} == {"linked"}
    # The buyer's id is remembered with the customer: an order without an address is theirs too.
    woo.orders[500] = order(500, later(START, 9), billing={**many[0]["billing"], "email": ""})
    assert sync(desk)[1:] == (1, "")
    assert desk.orders.show("500").id in {link.order.id for link in desk.orders.beside(before)}
    assert sync(desk)[1] == 0
    with desk.store.read() as tx:
        changed = [event for event in tx.log.of_conversation(before) if event.kind == "order_changed"]
    assert len(changed) == 160  # the open conversation hears of each


def test_an_order_that_changes_while_pages_are_read_is_not_skipped(desk: Desk, woo: WooCommerce) -> None:
    woo.orders = {n: order(n, later(START, n)) for n in range(1, 120)}
    answer = woo.shop

    def moving(asked: object) -> object:
        said = answer(asked)  # type: ignore[arg-type]
        if len(woo.asked) == 1:  # the first page is read; an order of it moves to the end
            woo.orders[3] = {**woo.orders[3], "date_modified_gmt": later(START, 500)}
        return said

    woo.shop = moving
    assert sync(desk)[2] == ""
    with desk.store.read() as tx:
        assert tx.shops.pulled(account(desk).id) == 119


def test_a_broken_answer_is_named_and_stops_nothing(desk: Desk, woo: WooCommerce) -> None:
    woo.orders = {
        1: order(1, START, total="much"),
        2: order(2, START, status="wc-frozen"),
        3: order(3, START, status="checkout-draft"),
    }
    report = desk.sync._account(account(desk), True)
    assert (report.stored, report.failed, report.error) == (1, 1, "")
    odd = desk.orders.show("#2")
    assert (odd.payment, odd.fulfilment) == ("verifying", "on_hold")  # promises nothing
    assert "wc-frozen" in odd.raw["unknown"]


def test_the_panel_says_what_a_total_is_worth_or_that_no_rate_is_known(
    desk: Desk, shop: Shop, woo: WooCommerce
) -> None:
    """Lost otherwise: 29 dollars taken for 29 euros."""
    talk = shop.asked(sender="Ana <ana@buyer.example>")
    woo.orders = {7: order(7, START)}
    sync(desk)
    [link] = desk.orders.beside(talk)
    assert (link.order.currency, link.into, link.worth, link.rated) == ("USD", "EUR", None, None)
    desk.shops.put_rates([Rate("USD", "EUR", date(2026, 11, 1), Decimal("0.9"))])
    [link] = desk.orders.beside(talk)
    assert (link.into, link.worth, link.rated) == ("EUR", Decimal("26.42"), date(2026, 11, 1))


def test_a_pause_that_was_asked_for_outlives_the_process(desk: Desk, woo: WooCommerce, clock: object) -> None:
    from tests.databases import SteppingClock
    from tests.servers.shop import Said

    assert isinstance(clock, SteppingClock)
    woo.shop = lambda _asked: Said({}, 429, {"Retry-After": "900"})
    assert "asks to wait 15 minutes: paused until" in sync(desk)[2]
    asked = len(woo.asked)
    assert "asks to wait 15 minutes" in sync(desk)[2] and len(woo.asked) == asked
    clock.forward(minutes=16)
    sync(desk)
    assert len(woo.asked) == asked + 1
    desk.accounts.pause("woo", False)
    sync(desk)
    assert len(woo.asked) == asked + 2


def test_a_note_goes_once_even_when_its_answer_is_lost(
    desk: Desk, woo: WooCommerce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csdesk.clock import SystemClock

    woo.orders = {1: order(1, START), 2: order(2, START)}
    sync(desk)
    one = desk.orders.show("#1")
    done = desk.shops.settle(desk.shops.note(one, "Asked for the tax number"))
    assert done.state == "done"
    assert [(n["note"], n["customer_note"]) for n in woo.notes[1]] == [("Asked for the tax number", False)]
    woo.lost = 1
    monkeypatch.setattr(desk.context, "clock", SystemClock())  # the shop's notes carry the real time
    monkeypatch.setattr(desk.store, "clock", SystemClock())
    lost = desk.shops.settle(desk.shops.note(one, "Lost"))
    assert lost.state == "uncertain" and "asked before it is tried again" in lost.error
    assert desk.shops.note(one, "Lost").id == lost.id  # the same wish is not written down twice
    assert desk.shops.settle(lost).state == "done"
    assert [n["note"] for n in woo.notes[1]] == ["Asked for the tax number", "Lost"]
    kinds = [(a.fields["text"], a.state) for a in desk.shops.acts_of(one)]
    assert kinds == [("Asked for the tax number", "done"), ("Lost", "done")]


def test_what_the_shop_surely_does_not_have_is_tried_again_and_only_then(
    desk: Desk, woo: WooCommerce
) -> None:
    woo.orders = {1: order(1, START)}
    sync(desk)
    one = desk.orders.show("#1")
    act = desk.shops.note(one, "Died")
    with desk.store.write() as tx:  # a process that was killed between asking and hearing
        tx.shops.set_act(act.id, "doing", begun=True)
    assert desk.shops.settle(act).state == "uncertain"  # it may still be at work on it
    desk.clock.forward(seconds=40)  # type: ignore[attr-defined]
    assert desk.shops.settle(act).state == "queued"
    sync(desk)
    assert [n["note"] for n in woo.notes[1]] == ["Died"]


def test_acts_that_make_no_sense_are_refused(desk: Desk, woo: WooCommerce, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("number,email,placed_at,currency,total\n#9,a@x.example,2026-11-01,EUR,1.00\n")
    desk.orders.import_file(path)
    with pytest.raises(Refused, match="came from a file"):
        desk.shops.note(desk.orders.show("#9"), "x")
    woo.orders = {1: order(1, START, status="completed"), 2: order(2, START)}
    sync(desk)
    with pytest.raises(Usage, match="empty"):
        desk.shops.note(desk.orders.show("#1"), "  ")
    with pytest.raises(Refused, match="on its way already"):
        desk.shops.cancel(desk.orders.show("#1"), "")
    assert desk.shops.settle(desk.shops.cancel(desk.orders.show("#2"), "wish")).state == "done"
    assert woo.orders[2]["status"] == "cancelled"
    woo.orders[3] = order(3, START)
    sync(desk)
    woo.orders[3] = order(3, START, status="completed")  # sent since, and not pulled yet
    late = desk.shops.settle(desk.shops.cancel(desk.orders.show("#3"), "wish"))
    assert late.state == "failed" and "on its way already" in late.error
    assert woo.orders[3]["status"] == "completed"
    woo.refused = 9
    failed = desk.shops.settle(desk.shops.note(desk.orders.show("#1"), "x"))
    assert failed.state == "failed" and "does not take the keys" in failed.error


def test_an_address_changes_once_before_anything_is_packed(desk: Desk, woo: WooCommerce) -> None:
    """Lost otherwise: the parcel goes to the old address, or half an address is written over a whole one."""
    woo.orders = {1: order(1, START), 2: order(2, START, status="completed"), 3: order(3, START)}
    woo.orders[3]["shipping"] = dict.fromkeys(woo.orders[3]["shipping"], "")  # sent to the billing address
    sync(desk)
    one = desk.orders.show("#1")
    assert desk.shops.address(one) == {
        "name": "Ana López", "street": "Calle 2", "street2": "4A", "city": "Madrid", "postcode": "28002",
        "province": "M", "country": "ES", "phone": "",
    }  # fmt: skip
    for wrong, said in (
        ({"postcode": "2800"}, "'2800' is no postcode of ES; there they look like 28001"),
        ({"street": " "}, "The address has no street and number"),
        ({"city": "x" * 300}, "longer than 200 characters"),
        ({"city": "Madrid"}, "the address that the order has"),
        ({"country": "FR"}, "Another country changes taxes"),
    ):
        with pytest.raises((Usage, Refused), match=said):
            desk.shops.readdress(one, wrong)
    with pytest.raises(Refused, match="packed or on its way"):
        desk.shops.readdress(desk.orders.show("#2"), {"street": "Calle 9"})
    assert not woo.notes and desk.shops.acts_of(one) == []

    woo.lost = 1
    lost = desk.shops.settle(desk.shops.readdress(one, {"street": "Calle 9", "postcode": "28003"}))
    assert lost.state == "uncertain"
    assert desk.shops.settle(lost).state == "done"
    kept = woo.orders[1]["shipping"]
    assert (kept["address_1"], kept["postcode"], kept["address_2"], kept["last_name"]) == (
        "Calle 9", "28003", "4A", "López",
    )  # fmt: skip
    assert sum(asked.method == "PUT" for asked in woo.asked) == 1
    done = desk.shops.settle(
        desk.shops.readdress(desk.orders.show("#3"), {"name": "Eva", "street": "Calle 7"})
    )
    assert done.state == "done" and woo.orders[3]["shipping"]["city"] == "Madrid"
    assert woo.orders[3]["billing"]["address_1"] == "Calle 1"

    # The shop was quicker: it is asked before anything is changed.
    act = desk.shops.readdress(one, {"street": "Calle 11"})
    woo.orders[1]["status"] = "completed"
    failed = desk.shops.settle(act)
    assert failed.state == "failed" and "packed or on its way" in failed.error
    assert woo.orders[1]["shipping"]["address_1"] == "Calle 9"


def test_goods_are_sent_again_once_even_when_the_answer_is_lost(
    desk: Desk, woo: WooCommerce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: two parcels go out free of charge where one was meant."""
    from csdesk.clock import SystemClock

    monkeypatch.setattr(desk.context, "clock", SystemClock())  # the shop's new orders carry the real time
    monkeypatch.setattr(desk.store, "clock", SystemClock())
    woo.orders = {1: order(1, START), 2: order(2, START, status="cancelled")}
    sync(desk)
    one = desk.orders.show("#1")
    assert [(g.key, g.title, g.count, g.sku) for g in desk.shops.goods(one)] == [("315", "Mug", 2, "MUG-B")]
    for wanted, said in (
        ({"MUG-B": 3}, "the order has 2"),
        ({"TEA": 1}, "has no 'TEA'"),
        ({"315": 0}, "Nothing was"),
    ):
        with pytest.raises(Usage, match=said):
            desk.shops.resend(one, wanted)
    with pytest.raises(Refused, match="cancelled or not paid"):
        desk.shops.resend(desk.orders.show("#2"), {})

    woo.lost = 1
    lost = desk.shops.settle(desk.shops.resend(one, {"MUG-B": 1}))
    assert lost.state == "uncertain" and lost.fields["said"] == "1 × Mug"
    assert desk.shops.resend(one, {"MUG-B": 1}).id == lost.id  # the same wish is not written down twice
    assert desk.shops.settle(lost).state == "done" and sorted(woo.orders) == [1, 2, 3]
    made = woo.orders[3]
    assert (made["total"], made["line_items"][0]["quantity"], made["line_items"][0]["variation_id"]) == (
        "0.00",
        1,
        94,
    )
    assert made["shipping"]["address_1"] == "Calle 2"
    sync(desk)
    new = desk.orders.show("#3")
    assert (new.raw["replaces"], new.total, new.payment, new.fulfilment) == (
        "#1",
        Decimal("0.00"),
        "paid",
        "unshipped",
    )
    # It never reached the shop: the reference is not there, so it is made now.
    died = desk.shops.resend(one, {})
    with desk.store.write() as tx:
        tx.shops.set_act(died.id, "doing", begun=True)
    monkeypatch.setattr("csdesk.domain.shopacts.SETTLE", timedelta(0))
    assert desk.shops.settle(died).state == "queued"
    sync(desk)
    assert sorted(woo.orders) == [1, 2, 3, 4] and woo.orders[4]["line_items"][0]["quantity"] == 2
    done = [event for event in desk.shops.acts_of(one) if event.state == "done"]
    assert [act.kind for act in done] == ["resend", "resend"]


def test_notes_of_the_shop_come_with_orders_that_changed(desk: Desk, woo: WooCommerce) -> None:
    """What the shop writes about itself does not hide what people wrote; old orders cost no question each."""
    from datetime import UTC, datetime

    at = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%dT%H:%M:%S}"
    woo.orders = {1: order(1, at), 2: order(2, START.replace("2026-11-15", "2026-10-20"))}
    said = {"date_created_gmt": at, "customer_note": False}
    woo.notes[1] = [
        {
            **said,
            "id": 1,
            "author": "WooCommerce",
            "note": "Order status changed from Pending to Processing.",
        },
        {**said, "id": 2, "author": "Mei", "note": "Called the <b>carrier</b>"},
        {**said, "id": 3, "author": "Mei", "note": "It leaves today", "customer_note": True},
    ]
    woo.notes[2] = [{**said, "id": 4, "author": "Mei", "note": "old"}]
    sync(desk)
    found = desk.orders.show("#1").notes
    assert [(n.text, n.author, n.public) for n in found] == [
        ("Called the <b>carrier</b>", "Mei", False), ("It leaves today", "Mei", True),
    ]  # fmt: skip
    assert sum(asked.path.endswith("/notes") for asked in woo.asked) == 1
    # The key loses the right to read notes: what is known of them stays, and everything else is followed.
    woo.hides_notes = True
    woo.orders[1] |= {"date_modified_gmt": later(at, 60), "status": "completed"}
    sync(desk)
    after = desk.orders.show("#1")
    assert after.notes == found and after.fulfilment != "unshipped"
    woo.hides_notes, woo.notes[1] = False, woo.notes[1][:2]
    woo.orders[1] |= {"date_modified_gmt": later(at, 120)}
    sync(desk)
    assert [n.text for n in desk.orders.show("#1").notes] == ["Called the <b>carrier</b>"], "taken away there"


def test_a_missing_rate_is_said_and_a_known_one_is_dated(desk: Desk, woo: WooCommerce) -> None:
    woo.orders = {1: order(1, START)}
    sync(desk)
    one = desk.orders.show("#1")
    assert desk.shops.worth(one) == ("EUR", None, None)
    desk.shops.put_rates([rate("eur", "usd", "1.25", "2026-11-01", date(2026, 11, 20))])
    desk.shops.put_rates([Rate("USD", "EUR", date(2026, 11, 11), Decimal(9))])  # after the order
    into, worth, by = desk.shops.worth(one)
    assert (into, worth, by and by.day) == ("EUR", Decimal("23.48"), date(2026, 11, 1))
    with pytest.raises(Usage, match="no rate"):
        rate("EUR", "USD", "1,25", "", date(2026, 11, 20))


def test_a_file_and_the_shop_tell_of_one_order(desk: Desk, woo: WooCommerce, tmp_path: Path) -> None:
    with desk.store.write() as tx:
        source, web = pull.source_of(desk.context, account(desk))
        web.close()
        assert source.kind == "woocommerce"
        tx.customers.alone()
    woo.orders = {1: order(1, START)}
    sync(desk)
    from dataclasses import replace

    found = desk.orders.show("#1")
    same = replace(found, account=None, source_id="", id=0, shipments=())
    with desk.store.write() as tx:
        assert (
            tx.orders.upsert(replace(same, total=Decimal(1))) == "unchanged"
        )  # the shop itself knows better
        assert tx.orders.upsert(replace(same, placed_at=found.placed_at - timedelta(days=400))) == "added"
