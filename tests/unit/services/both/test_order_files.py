"""A shop's export, taken in through the service. A failure here doubles orders, or shows an old state as the
new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.demo.content import orders_csv, tracking_csv
from csdesk.domain.orderfiles import Watch
from csdesk.domain.orders import Order
from csdesk.errors import NotFound, Refused
from tests.unit.services.both.shop import Shop


def test_forty_orders_come_in_once_and_a_second_import_changes_nothing(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    path, parcels = tmp_path / "orders.csv", tmp_path / "tracking.csv"
    path.write_text(orders_csv(), "utf-8")
    parcels.write_text(tracking_csv(), "utf-8")
    first = desk.orders.import_file(path)
    assert (first.kind, first.added, first.updated, first.unchanged, first.skipped) == (
        "shopify",
        40,
        0,
        0,
        [],
    )
    tracked = desk.orders.import_file(parcels)
    assert tracked.skipped == []
    number = orders_csv().splitlines()[1].partition(",")[0]
    before = desk.orders.show(number)
    again = desk.orders.import_file(path)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 40)
    more = desk.orders.import_file(parcels)
    assert (more.added, more.updated) == (0, 0)
    assert desk.orders.show(number) == before


def test_what_changed_in_the_shop_is_taken_over_and_the_rest_left_alone(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(orders_csv(), "utf-8")
    desk.orders.import_file(path)
    lines = orders_csv().splitlines(keepends=True)
    changed = "".join(line.replace(",paid,", ",refunded,", 1) for line in lines)
    count = sum(",paid," in line for line in lines)
    assert count
    path.write_text(changed, "utf-8")
    report = desk.orders.import_file(path)
    assert (report.added, report.updated, report.unchanged) == (0, count, 40 - count)


def test_what_columns_are_called_is_remembered(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("Bestellnr;Mail;Datum;W;Summe\n9;a@x.example;2026-11-01;EUR;1.00\n", "utf-8-sig")
    names = {"number": "bestellnr", "email": "mail", "placed_at": "datum", "currency": "w", "total": "summe"}
    assert desk.orders.import_file(path, names=names).added == 1
    path.write_text("Bestellnr;Mail;Datum;W;Summe\n9;a@x.example;2026-11-01;EUR;2.00\n", "utf-8-sig")
    assert desk.orders.import_file(path).updated == 1


HEAD = "Bestellnr;Kundenmail;Datum;W;Summe\n"
NAMES = {
    "number": "bestellnr",
    "email": "kundenmail",
    "placed_at": "datum",
    "currency": "w",
    "total": "summe",
}


def test_a_look_guesses_columns_and_knows_what_was_chosen_before(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(HEAD + "9;a@x.example;2026-11-01;EUR;1.00\n", "utf-8-sig")
    first = desk.order_files.look(str(path))
    assert first.kind == "generic" and not first.remembered and first.first == ()
    assert first.names == {"number": "bestellnr", "placed_at": "datum", "total": "summe"}
    assert first.missing == ("email", "currency")
    assert next((one.name, one.samples) for one in first.columns) == ("bestellnr", ("9",))
    chosen = desk.order_files.look(str(path), NAMES)
    assert chosen.missing == () and [one.number for one in chosen.first if isinstance(one, Order)] == ["9"]
    assert desk.order_files.take(path, names=NAMES).added == 1
    again = desk.order_files.look(str(path))
    assert again.remembered and again.names == NAMES and len(again.first) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_looked_at_checked_and_taken_in(
    desk: Desk, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "o.csv"
    rows = [
        "订单号,邮箱,下单时间,币种,金额,买家姓名",
        "1,a@x.example,2026-11-01,EUR,1.00,张伟",
        "2,a@x.example,昨天,EUR,1.00,王芳",
        "3,b@x.example,2026-11-02,EUR,2.50,李娜",
    ]
    path.write_text("\n".join(rows).replace(",", separator), encoding)
    look = desk.order_files.look(str(path))
    assert look.missing == () and look.lines in (4, 5)
    found = desk.order_files.check(str(path), look.kind, look.names)
    assert (found.good, found.refused) == (2, 1) and found.reasons[0][0] == 3
    with pytest.raises(NotFound):
        desk.orders.show("1")
    report = desk.order_files.take(path, kind=look.kind, names=look.names)
    assert report.added == 2 and [line for line, _why in report.skipped] == [3]
    assert desk.orders.show("1").customer_name == "张伟"


def test_whoever_stops_an_import_finds_nothing_of_it(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    """Lost otherwise: half a file of orders, and nobody knows which half."""
    path = tmp_path / "o.csv"
    rows = [f"{n},a{n}@x.example,2026-11-01,EUR,1.00" for n in range(2000)]
    path.write_text("\n".join(["number,email,placed_at,currency,total", *rows]), "utf-8")
    told: list[tuple[int, int]] = []

    def until(at: int) -> Watch:
        def watch(done: int, whole: int) -> None:
            told.append((done, whole))
            if done * 100 > at * whole:
                raise Refused("stopped", code="stopped")

        return watch

    for at in (10, 49, 60, 98):
        with pytest.raises(Refused, match="stopped"):
            desk.order_files.take(path, watch=until(at))
        with pytest.raises(NotFound):
            desk.orders.show("0")
        with desk.store.read() as tx:
            assert tx.shops.columns(["number", "email", "placed_at", "currency", "total"]) == {}
    told.clear()
    assert desk.order_files.take(path, watch=until(100)).added == 2000
    shares = [done / whole for done, whole in told]
    assert shares == sorted(shares) and shares[0] < 0.1 and shares[-1] == 1 and len(told) >= 8


def test_a_column_that_is_not_to_be_read_is_not(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "number,email,placed_at,currency,total,note\n1,a@x.example,2026-11-01,EUR,1,hi\n", "utf-8"
    )
    look = desk.order_files.look(str(path), {**desk.order_files.look(str(path)).names, "note": ""}, "generic")
    [first] = look.first
    assert isinstance(first, Order) and first.note == ""
    desk.order_files.take(path, names=look.names)
    assert desk.orders.show("1").note == ""
    assert desk.order_files.look(str(path)).names["number"] == "number"


def test_a_process_of_its_own_checks_takes_in_and_can_be_stopped(desk: Desk, tmp_path: Path) -> None:
    """What the screen does: lost otherwise are the keys meanwhile, or the truth about how it ended."""
    path = tmp_path / "-map.csv"
    rows = [f"{n};a{n}@x.example;2026-11-01;EUR;1.00" for n in range(3000)]
    path.write_text(HEAD + "\n".join([*rows, "x;nobody;2026-11-01;EUR;1.00"]), "utf-8")
    names = {**NAMES, "note": ""}
    told: list[tuple[int, int]] = []
    found = desk.order_files.check_beside(str(path), "generic", names, lambda *at: told.append(at))
    assert (found.good, found.refused) == (3000, 1) and found.reasons[0][0] == 3002 and told

    def stop(_done: int, _whole: int) -> None:
        raise Refused("enough", code="stopped")

    with pytest.raises(Refused, match="enough"):
        desk.order_files.take_beside(str(path), "generic", names, stop)
    with pytest.raises(NotFound):
        desk.orders.show("0")
    report = desk.order_files.take_beside(str(path), "generic", names, lambda *at: told.append(at))
    assert report.added == 3000 and [line for line, _why in report.skipped] == [3002]
    assert desk.orders.show("2999").email == "a2999@x.example"
    assert desk.order_files.look(str(path)).remembered
    with pytest.raises(Refused, match="lacks columns"):
        path.write_text("hello", "utf-8")
        desk.order_files.take_beside(str(path), "generic", {}, lambda *_at: None)


def test_a_column_that_was_chosen_once_can_be_given_up(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(HEAD.replace("Summe", "Summe;Text") + "9;a@x.example;2026-11-01;EUR;1.00;hi\n", "utf-8")
    desk.order_files.take(path, names={**NAMES, "note": "text"})
    assert desk.orders.show("9").note == "hi"
    look = desk.order_files.look(str(path), {**desk.order_files.look(str(path)).names, "note": ""})
    assert not look.missing
    desk.order_files.take(path, names=look.names)
    assert desk.orders.show("9").note == "" and desk.order_files.look(str(path)).names["note"] == ""
