"""The sample shop as it opens. Lost otherwise: the first look at the desk."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.demo.content import orders_csv
from csdesk.demo.load import load
from csdesk.services.doctor import Doctor


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = load(tmp_path_factory.mktemp("shop"), Config(), SystemClock())
    yield made
    made.close()


def test_thirty_conversations_in_many_languages_with_their_orders(shop: Desk) -> None:
    rows = shop.inbox.page("all", limit=100).rows
    assert len(rows) == 30
    assert len({row.language for row in rows} - {""}) >= 8
    numbers = {row["Name"] for row in csv.DictReader(io.StringIO(orders_csv()))}
    assert len({shop.orders.show(number).id for number in numbers}) == len(numbers) == 40
    states = [link.state for row in rows for link in shop.orders.beside(row.id)]
    assert states.count("linked") >= 20
    counts = shop.inbox.counts()
    assert all(counts[view] for view in ("mine", "unassigned", "open", "waiting", "snoozed", "closed")), (
        counts
    )


def test_nothing_in_it_has_to_be_put_right(shop: Desk) -> None:
    doctor = Doctor(shop.inbox.context)
    assert [found for found in doctor.examine() if not found.ok] == []
    assert doctor.rebuild() == 0


def test_importing_its_orders_again_changes_nothing(shop: Desk, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(orders_csv(), "utf-8")
    shop.orders.import_file(path)  # the dates as they are in the file, not as they were moved
    again = shop.orders.import_file(path)
    assert (again.added, again.updated, again.unchanged, again.skipped) == (0, 0, 40, [])
