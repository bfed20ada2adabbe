"""A real Vendure shop: ordered, paid and part-shipped there, seen here, noted from here and seen back there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from csdesk.domain.orders import stage
from csdesk.domain.ports import MaybeSent
from csdesk.orders.shops import vendure as source
from csdesk.orders.shops import vendure_again
from csdesk.services.pull import source_of
from csdesk.widgets.cards import order_card
from tests.e2e.commands import child
from tests.real.vendure import Vendure, installed
from tests.servers.base import free_port
from tests.unit.services.both.shop import mail

pytestmark = pytest.mark.real
PARCEL = "RB123456785CN"


@pytest.fixture(scope="module")
def shop() -> Iterator[Vendure]:
    folder, why = installed()
    if folder is None:
        pytest.skip(why)
    running = Vendure.start(folder, free_port())
    yield running
    running.stop()


class Commands:
    """csdesk on a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "CSDESK_STORE": f"sqlite:///{folder / 'desk.db'}", "CSDESK_AGENT": "Lin", "SHOP_PASSWORD": "superadmin",
        }  # fmt: skip

    def __call__(self, *words: str, code: int = 0) -> list[Any]:
        done = child(*words, "--json", **self.environment)
        assert done.returncode == code, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_order_goes_its_way_in_shop_and_desk(
    shop: Vendure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: the agent answers beside an order that is not as the shop has it."""
    from csdesk.bootstrap import load_config, open_desk
    from csdesk.clock import SystemClock

    csdesk, box = Commands(tmp_path), tmp_path / "box"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    order = shop.order("ana@buyer.example", 3)
    (box / "new" / "1").write_bytes(mail(at=SystemClock().now(), id="1@x", text="Where is my mug?"))
    csdesk("account", "add", "mail", "maildir", str(box), "--address", "support@shop.example")
    csdesk(
        *("account", "add", "shop", "vendure", "--set", f"url={shop.url}", "--set", "user=superadmin"),
        *("--password-env", "SHOP_PASSWORD"),
    )
    assert all(step["ok"] for step in csdesk("account", "test", "shop")[0]["checks"])
    (round_,) = csdesk("sync", "--once")
    assert {one["name"]: (one["stored"], one["error"]) for one in round_["accounts"]} == {
        "mail": (1, None), "shop": (1, None),
    }  # fmt: skip
    (found,) = csdesk("orders", "show", order["code"])
    assert (found["source"], found["payment"], found["fulfilment"]) == ("vendure", "paid", "unshipped")
    assert [(i["sku"], i["quantity"], i["price"], i["options"]) for i in found["items"]] == [
        ("MUG-B", 3, "16.80", "Colour: blue")
    ]
    assert (found["total"], found["currency"], found["city"]) == ("55.40", "USD", "Madrid")

    assert shop.send(order, 1, PARCEL) == "PartiallyShipped"
    csdesk("sync", "--once")
    (found,) = csdesk("orders", "show", order["code"])
    assert (found["fulfilment"], [one["number"] for one in found["shipments"]]) == ("partial", [PARCEL])
    assert found["shipments"][0]["carrier"] == "China Post"

    (act,) = csdesk("orders", "note", order["code"], "--text", "Tax number is B123 €")
    assert act["state"] == "done"
    assert shop.notes(order) == [("Tax number is B123 €", False)]
    assert shop.send(order, 2, "RB123456799CN") == "Shipped"
    csdesk("sync", "--once")
    (found,) = csdesk("orders", "show", order["code"])
    assert [one["text"] for one in found["notes"]] == ["Tax number is B123 €"] and found[
        "fulfilment"
    ] == "shipped"

    monkeypatch.setenv("SHOP_PASSWORD", "superadmin")
    desk = open_desk(load_config(), store=csdesk.environment["CSDESK_STORE"], agent="Lin")
    try:
        (link,) = desk.orders.beside(1)  # the mail's conversation
        now = SystemClock().now()
        assert (link.state, stage(link.order, now), link.order.total) == (
            "linked",
            "in_transit",
            Decimal("55.40"),
        )
        card = "\n".join(one.text for one in order_card(link, 40, now, None))
        assert order["code"] in card and PARCEL in card and "Tax number is B123 €" in card

        # The answer to a note was lost: the shop is asked, and has it once.
        lost = desk.shops.note(link.order, "Lost answer")
        with desk.store.write() as tx:
            tx.shops.set_act(lost.id, "doing", begun=True)
        shop.own(
            "mutation($i:ID!){addNoteToOrder(input:{id:$i,note:\"Lost answer\",isPublic:false}){id}}", i=order["id"]
        )  # fmt: skip
        assert desk.shops.settle(lost).state == "done"
        assert [text for text, _public in shop.notes(order)].count("Lost answer") == 1

        # A session that the shop ended is made anew in the middle of reading.
        name = f"{csdesk.environment['CSDESK_STORE']}:shop/token"
        kept = json.loads((tmp_path / "secrets.json").read_text())
        kept[name] = json.dumps({**json.loads(kept[name]), "access": "ended"})
        (tmp_path / "secrets.json").write_text(json.dumps(kept))
        numbers = [shop.order(f"b{n}@buyer.example", 1)["code"] for n in range(8)]
        monkeypatch.setattr(source, "TAKE", 3)
        report = desk.sync._account(desk.accounts.get("shop"), True)
        assert report.stored >= 8 and report.error == ""  # the noted order is read again
        assert all(desk.orders.show(one).payment == "paid" for one in numbers)

        # Another address: the shop's order goes there, its total, state and payment stay.
        def there(code: str) -> tuple[Any, ...]:
            own = desk.orders.show(code).source_id
            now = shop.own(
                "query($i:ID!){order(id:$i){state totalWithTax"
                " shippingAddress{streetLine1 city postalCode fullName}}}",
                i=own,
            )["order"]
            return now["state"], now["totalWithTax"], now["shippingAddress"]

        before = there(numbers[1])
        (shown,) = csdesk("orders", "address", numbers[1])
        assert shown["address"]["street"] == "Calle 1" and shown["fault"] is None
        csdesk("orders", "address", numbers[1], "--street", "Calle 9", code=2)  # asks first
        csdesk("orders", "address", numbers[1], "--postcode", "28", "--yes", code=2)
        assert there(numbers[1]) == before
        (act,) = csdesk(
            "orders", "address", numbers[1], "--street", "Calle 9", "--postcode", "28002", "--yes"
        )
        assert act["state"] == "done"
        assert there(numbers[1]) == (
            "PaymentSettled", before[1],
            {"streetLine1": "Calle 9", "city": "Madrid", "postalCode": "28002", "fullName": "Ana López"},
        )  # fmt: skip
        desk.sync._account(desk.accounts.get("shop"), True)
        assert "Calle 9" in desk.orders.show(numbers[1]).address
        # It died after the order was opened for changes, and after the address was written: asked again, it goes on.
        one = desk.orders.show(numbers[2])
        move = "mutation($i:ID!,$s:String!){transitionOrderToState(id:$i,state:$s){__typename}}"
        for street in ("Calle 10", "Calle 11"):
            died = desk.shops.readdress(one, {"street": street})
            with desk.store.write() as tx:
                tx.shops.set_act(died.id, "doing", begun=True)
            shop.own(move, i=one.source_id, s="Modifying")
            if street == "Calle 11":
                shop.own(
                    "mutation($i:ID!){modifyOrder(input:{dryRun:false,orderId:$i,"
                    'updateShippingAddress:{streetLine1:"Calle 11"}}){__typename}}',
                    i=one.source_id,
                )
            monkeypatch.setattr("csdesk.domain.shopacts.SETTLE", timedelta(0))
            assert desk.shops.settle(died).state == "queued"
            desk.sync._account(desk.accounts.get("shop"), True)
            assert desk.shops.settle(died).state == "done"
            assert there(numbers[2])[0] == "PaymentSettled" and there(numbers[2])[2]["streetLine1"] == street
        # What was packed in between is refused by the shop's own word.
        late = desk.shops.readdress(desk.orders.show(numbers[3]), {"street": "Calle 12"})
        asked = "query($i:ID!){order(id:$i){lines{id}}}"
        own = desk.orders.show(numbers[3]).source_id
        line = shop.own(asked, i=own)["order"]["lines"][0]["id"]
        shop.send({"id": own, "line": line}, 1, "RB123456808CN")
        failed = desk.shops.settle(late)
        assert failed.state == "failed" and "packed or on its way" in failed.error
        assert there(numbers[3])[2]["streetLine1"] == "Calle 1"

        # Goods sent again: an order over nothing that goes to the same place, made once.
        csdesk("orders", "resend", numbers[4], "--yes", code=1)  # no coupon is named yet
        csdesk("account", "set", "shop", "replacement_coupon=AGAIN")
        csdesk("orders", "resend", numbers[4], "--item", "MUG-B=1", "--yes", code=1)
        drafts = 'query{orders(options:{filter:{state:{eq:"Draft"}}}){totalItems}}'
        assert (
            shop.own(drafts)["orders"]["totalItems"] == 0
        )  # the shop knows no such coupon, so the draft is gone
        shop.coupon("AGAIN")
        csdesk("orders", "resend", numbers[4], "--item", "MUG-B=1", code=2)  # asks first
        (act,) = csdesk("orders", "resend", numbers[4], "--item", "MUG-B=1", "--yes")
        assert (act["state"], act["fields"]["said"]) == ("done", "1 × Mug blue")
        desk.sync._account(desk.accounts.get("shop"), True)
        with desk.store.read() as tx:
            mine = tx.orders.by_email(desk.orders.show(numbers[4]).email)
        again = [o for o in mine if o.raw.get("replaces") == numbers[4]]
        assert [(o.total, o.payment, o.fulfilment, o.city) for o in again] == [
            (Decimal("0.00"), "paid", "unshipped", "Madrid")
        ]
        # It died after its draft was made and noted: asked again, that draft is settled and no other is made.
        one = desk.orders.show(numbers[5])
        died = desk.shops.resend(one, {})
        source_, web = source_of(desk.context, desk.accounts.get("shop"))
        real = vendure_again._move

        def dies(*_words: Any) -> None:
            raise MaybeSent("timeout", "died")

        monkeypatch.setattr(vendure_again, "_move", dies)
        assert desk.shops.settle(died).state == "uncertain"
        monkeypatch.setattr(vendure_again, "_move", real)
        assert source_.has_done(one.source_id, "resend", died.fields, died.created_at) is False
        assert desk.shops.settle(died).state == "queued"
        desk.sync._account(desk.accounts.get("shop"), True)
        assert desk.shops.settle(died).state == "done"
        assert source_.has_done(one.source_id, "resend", died.fields, died.created_at) is True
        assert shop.own(drafts)["orders"]["totalItems"] == 0
        web.close()

        cancelled = desk.orders.show(numbers[0])
        assert desk.shops.settle(desk.shops.cancel(cancelled, "wish")).state == "done"
        desk.sync._account(desk.accounts.get("shop"), True)
        assert desk.orders.show(numbers[0]).fulfilment == "cancelled"
    finally:
        desk.close()
