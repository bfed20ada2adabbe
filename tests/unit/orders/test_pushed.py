"""Orders as JSON lines and from Excel, and columns with other names. A failure here loses what another program pushed,
or reads a column as what it is not."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from csdesk.domain.orders import Order
from csdesk.errors import Refused, Usage
from csdesk.orders import OrdersFile, read_orders
from csdesk.orders.files import checked, header_of

ORDER = {
    "number": "#1", "email": "a@x.example", "placed_at": "2026-11-02T09:15:00+01:00", "currency": "EUR",
    "total": 57.8, "country": "de",
    "items": [{"title": "Kettle", "sku": "K-1", "quantity": 2, "price": "19.00", "options": "Colour: red"},
              {"title": "Lid"}],
    "parcels": [{"number": "RX123456785CN"}, {"number": "P2", "carrier": "DHL"}, {"number": "P3"}],
}  # fmt: skip


def lines(folder: Path, *entries: object, encoding: str = "utf-8") -> OrdersFile:
    path = folder / "orders.jsonl"
    told = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in entries)
    path.write_bytes("\n".join(told).encode(encoding))
    return read_orders(path)


def test_an_order_and_a_parcel_arrive_whole(tmp_path: Path) -> None:
    parcel = {"parcel": "RX123456785CN", "order": "#1", "events": [
        {"status": "in_transit", "at": "2026-11-04T12:41:00Z", "text": "left"},
        {"status": "customs", "at": "2026-11-12T19:30:00Z"},
    ]}  # fmt: skip
    file = lines(tmp_path, ORDER, "", parcel, {"parcel": "P2", "status": "delivered", "at": "2026-11-13"})
    assert (file.kind, file.problems) == ("json", ())
    (order,) = file.orders
    assert (order.number, order.total, order.country) == ("#1", Decimal("57.8"), "DE")
    assert [(i.title, i.quantity, i.options) for i in order.items] == [
        ("Kettle", 2, "Colour: red"),
        ("Lid", 1, ""),
    ]
    assert [s.number for s in order.shipments] == ["RX123456785CN", "P2", "P3"]
    assert [(p.order, p.shipment.status, len(p.shipment.events)) for p in file.parcels] == [
        ("#1", "customs", 2), ("", "delivered", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    (order,) = lines(tmp_path, {**ORDER, "name": "陈静怡女士"}, encoding=encoding).orders
    assert order.customer_name == "陈静怡女士"


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('{"number": "#2", ', "no JSON from character"),
        ("[1]", "no JSON object"),
        ({**ORDER, "totl": 1}, "'totl' is not known; did you mean 'total'?"),
        ({**ORDER, "total": "1,50"}, "Order #1 is left out: column 'total': '1,50' is no amount"),
        ({**ORDER, "items": "Kettle"}, "'items' has to be a list"),
        ({**ORDER, "items": [{"title": "x", "colour": "red"}]}, "'colour' is not known"),
        ({**ORDER, "total": True}, "'total' has to be a text or a number"),
        ({**ORDER, "number": ""}, "column 'number' is empty"),
        ({"parcel": "P1", "status": "gone", "at": "2026-11-01"}, "Parcel P1 is left out: column 'status'"),
    ],
)
def test_a_fault_is_named_by_its_line_and_spoils_no_other(
    tmp_path: Path, entry: object, sentence: str
) -> None:
    file = lines(tmp_path, {**ORDER, "number": "#0"}, entry, {**ORDER, "number": "#3"})
    assert [one.number for one in file.orders] == ["#0", "#3"]
    (problem,) = file.problems
    assert problem.line == 2 and sentence in problem.sentence


def book(path: Path, *rows: tuple[object, ...]) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def test_an_excel_sheet_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    path = book(
        tmp_path / "orders.xlsx",
        ("number", "email", "placed_at", "currency", "total", "item", "quantity"),
        (1042, "a@x.example", dt.datetime(2026, 11, 2, 9, 15), "EUR", 0.1 + 0.2, "Kettle", 2.0),
        (None, None, None, None, None, "Lid", 1),
        ("#7", "b@x.example", dt.date(2026, 11, 3), "EUR", "a lot", None, None),
    )
    file = read_orders(path)
    (order,) = file.orders
    assert (order.number, order.total, order.placed_at.isoformat()) == (
        "1042", Decimal("0.3"), "2026-11-02T09:15:00+00:00",
    )  # fmt: skip
    assert [(i.title, i.quantity) for i in order.items] == [("Kettle", 2), ("Lid", 1)]
    assert [(p.line, "'a lot' is no amount" in p.sentence) for p in file.problems] == [(4, True)]
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))
    with pytest.raises(Refused):
        read_orders(tmp_path / "x.xlsx")


def test_columns_with_other_names_are_mapped_and_mistakes_said(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "Bestellnr;Mail;Datum;W;Summe;Number\n9;a@x.example;2026-11-01;EUR;1.00;zzz\n", "utf-8-sig"
    )
    with pytest.raises(Refused, match=r'--map "number=bestellnr".*It has: bestellnr, mail'):
        read_orders(path)
    header = header_of(path)
    given = {"number": "Bestellnr", "email": "MAIL", "placed_at": "datum", "currency": "w", "total": "Summe"}
    (order,) = read_orders(path, names=checked(given, header)).orders
    assert (order.number, order.total) == ("9", Decimal("1.00"))
    assert isinstance(order, Order)
    with pytest.raises(Usage, match="no column 'nr'"):
        checked({"number": "nr"}, header)
    with pytest.raises(Usage, match="no column 'nummer' to map to"):
        checked({"nummer": "mail"}, header)


def test_a_parcel_is_pushed_with_all_that_a_table_can_say_of_it(tmp_path: Path) -> None:
    path = tmp_path / "parcels.jsonl"
    path.write_text(
        '{"parcel": "LX204163720CN", "order": "#2001", "destination": "DE", "eta_to": "2026-11-20", "events": '
        '[{"status": "in_transit", "at": "2026-11-04T12:41:00Z", "milestone": "departed"}, {"status": "customs", '
        '"at": "2026-11-12T19:30:00Z", "reason": "customs_docs", "action_required": true}]}\n'
        '{"parcel": "X1", "carrier": "Own van", "status": "delivered", "at": "2026-11-05", "action_required": false}\n'
        '{"parcel": "X2", "status": "customs", "at": "2026-11-05", "reason": "weather forecast"}\n'
        '{"parcel": "X3", "status": "customs", "at": "2026-11-05", "reasn": "weather"}\n'
    )
    file = read_orders(path)
    first, second = (one.shipment for one in file.parcels)
    assert (first.status, first.reason, first.action_required) == ("customs", "customs_docs", True)
    assert (first.destination, [event.milestone for event in first.events]) == ("DE", ["", "departed"])
    assert (second.carrier, second.status, second.action_required) == ("Own van", "delivered", False)
    assert [problem.line for problem in file.problems] == [3, 4]
    assert "did you mean 'reason'" in file.problems[1].sentence
