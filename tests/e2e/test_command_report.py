"""csdesk report: what other programs read, without a driver."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.e2e.commands import DRIVES, Run

SECRET = "what we think of the customer"


def test_every_view_comes_as_csv_and_as_json_alike_and_without_notes(desk: Run) -> None:
    found = int(desk("queue", "--json").objects[0]["id"])
    assert desk("note", found, "--text", SECRET).code == 0
    views = desk("report", "list", "--json").objects
    assert {view["version"] for view in views} == {1}
    for view in views:
        plain, told = desk("report", "export", view["view"]), desk("report", "export", view["view"], "--json")
        assert plain.code == told.code == 0 and SECRET not in plain.out + told.out
        table = list(csv.DictReader(io.StringIO(plain.out, newline="")))
        assert len(table) == len(told.objects) > 0 or view["view"] == "report_outbox", view["view"]
        for left, right in zip(table, told.objects, strict=True):
            assert list(left) == list(right) == [one["name"] for one in view["columns"]]


def test_words_for_people(desk: Run) -> None:
    listed = desk("report", "list")
    assert "report_first_replies" in listed.out and not DRIVES.search(listed.out)
    shown = desk("report", "columns", "orders")
    assert "total" in shown.out and "decimal amount" in shown.out
    assert [one["kind"] for one in desk("report", "columns", "order_lines", "--json").objects][-2:] == [
        "amount",
        "text",
    ]


def test_a_file_is_written_and_mistakes_are_told(desk: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    done = desk("report", "export", "orders", "--spreadsheet", "--to", path)
    assert done.code == 0 and str(path) in done.out and path.read_bytes().startswith(b"\xef\xbb\xbforder_id,")
    wrong = desk("report", "export", "ordres", "--json")
    assert wrong.code == 3 and "did you mean report_orders" in wrong.err
    assert desk("report", "export", "orders", "--json", "--to", path).code == 2
    grant = desk("report", "grant", "bi")
    assert grant.code == 1 and "SQLite knows no roles" in grant.err
