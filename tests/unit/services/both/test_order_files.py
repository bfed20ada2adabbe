"""A shop's export, taken in through the service. A failure here doubles orders, or shows an old state as the
new one."""

from __future__ import annotations

from pathlib import Path

from csdesk.bootstrap import Desk
from csdesk.demo.content import orders_csv, tracking_csv
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
