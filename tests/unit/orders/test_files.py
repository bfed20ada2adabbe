"""Order files: a wrong amount, a parcel at the wrong customer, or a line that vanishes without a word."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from csdesk.domain.orders import FULFILMENT, PAYMENT, SHIPMENT_STATUSES, OrderItem
from csdesk.errors import Refused, Usage
from csdesk.orders import OrdersFile, carrier_of, entries, read_orders, sniff
from csdesk.orders.generic_csv import OPTIONAL, REQUIRED

ROOT = Path(__file__).parents[3]
HEAD = (
    "number,email,placed_at,currency,total,name,payment,fulfilment,country,item,quantity,price,parcel,"
    "protection_until"
)
SHOPIFY = (
    "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Billing Name,Shipping Name,Shipping Street,Shipping Zip,Shipping City,"
    "Shipping Country,Note Attributes,Cancelled at,Refunded Amount"
)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return path


def generic(folder: Path, *lines: str) -> OrdersFile:
    return read_orders(write(folder, "\n".join((HEAD, *lines))))


def shopify(folder: Path, *lines: str) -> OrdersFile:
    return read_orders(write(folder, "\n".join((SHOPIFY, *lines))))


def test_a_generic_order_arrives_whole(tmp_path: Path) -> None:
    """Every cell of the documented file must land in the order card."""
    columns = ",".join((*REQUIRED, *OPTIONAL))
    row = (
        "#1,a@x.com,2026-11-02 09:15:00 +0100,EUR,57.80,Anna,part_refunded,on hold,de,Köln,Weg 1,DE1,Gift,"
        "Kettle,K-1,2,19.00,RX123456785CN,,2026-12-01"
    )
    file = read_orders(write(tmp_path, f"{columns}\n{row}\n#1{',' * 13}Lid,,,,P2,DHL,\n"))
    (order,) = file.orders
    assert (file.kind, file.problems, order.source, order.number) == ("generic", (), "csv", "#1")
    assert order.placed_at == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    assert (order.total, order.currency, order.payment, order.fulfilment) == (
        Decimal("57.80"),
        "EUR",
        "part_refunded",
        "on_hold",
    )
    assert (order.customer_name, order.country, order.city, order.address) == ("Anna", "DE", "Köln", "Weg 1")
    assert (order.tax_number, order.note, order.protection) == ("DE1", "Gift", "running")
    assert order.protection_until == datetime(2026, 12, 1, tzinfo=UTC)
    assert order.items == (OrderItem("Kettle", "K-1", 2, Decimal("19.00")), OrderItem("Lid"))
    assert [(s.number, s.carrier, s.status) for s in order.shipments] == [
        ("RX123456785CN", "China Post", "unregistered"),
        ("P2", "DHL", "unregistered"),
    ]


def test_defaults_are_the_documented_ones(tmp_path: Path) -> None:
    """A table of five columns is enough."""
    (order,) = generic(tmp_path, "1,,2026-01-01,JPY,500").orders
    assert (order.payment, order.fulfilment, order.protection, order.email) == (
        "paid",
        "unshipped",
        "none",
        "",
    )
    assert (order.items, order.shipments) == ((), ())


def test_a_shopify_export_is_read_as_it_is(tmp_path: Path) -> None:
    """The most common shop must work without touching the file."""
    file = shopify(
        tmp_path,
        '#1,a@x.com,partially_refunded,partial,USD,100.20,2025-05-20 09:05:44 +0800,6,"Wool, grey",12.90,W,Bill,Ship,'
        '"Lane 1\nFlat 2",\'45402,Dayton,US,"cpf: 123\nfoo: bar",,5.00',
        "#1,a@x.com,,,,,2025-05-20 09:05:44 +0800,1,Needles,8.90,N,,,,,,,,,",
        ",,,,,,,2,Bag,1.00,,,,,,,,,,",
        "#2,b@x.com,voided,,EUR,1.00,2025-05-21 00:00:00 +0000,1,Bag,1.00,,Bo,,,,,United Kingdom,,"
        "2025-05-22 00:00:00 +0000,0.00",
    )
    assert (file.kind, file.problems) == ("shopify", ())
    first, second = file.orders
    assert (first.source, first.number, first.customer_name) == ("shopify", "#1", "Bill")
    assert first.placed_at == datetime(2025, 5, 20, 1, 5, 44, tzinfo=UTC)
    assert (first.payment, first.fulfilment, first.after_sale) == ("part_refunded", "partial", "refund")
    assert first.address == "Lane 1 Flat 2, 45402 Dayton, US"
    assert (first.country, first.city, first.tax_number) == ("US", "Dayton", "123")
    assert [(i.title, i.quantity, i.price) for i in first.items] == [
        ("Wool, grey", 6, Decimal("12.90")),
        ("Needles", 1, Decimal("8.90")),
        ("Bag", 2, Decimal("1.00")),
    ]
    assert (second.payment, second.fulfilment, second.after_sale) == ("failed", "cancelled", "none")
    assert second.country == ""


def test_every_shopify_status_means_something(tmp_path: Path) -> None:
    """An order in a status that was forgotten would be left out."""
    from csdesk.orders import shopify_csv

    lines = [
        f"#{n},,{paid},{sent},EUR,1,2026-01-01,,,,,,,,,,,,,"
        for n, (paid, sent) in enumerate(
            (p, s) for p in shopify_csv._PAYMENT for s in shopify_csv._FULFILMENT
        )
    ]
    file = shopify(tmp_path, *lines)
    assert file.problems == () and len(file.orders) == len(lines)
    assert {o.payment for o in file.orders} <= set(PAYMENT)
    assert {o.fulfilment for o in file.orders} <= set(FULFILMENT)


def test_tracking_events_become_parcels(tmp_path: Path) -> None:
    """The newest event is what the customer asks about; none may be lost or doubled."""
    file = read_orders(
        write(
            tmp_path,
            "number,carrier,order,status,at,text,place,eta_from,eta_to\n"
            "P,YunExpress,#1,in_transit,2026-11-04T12:00:00Z,Accepted,Shenzhen,2026-11-09,2026-11-12\n"
            "RX123456785CN,,,info_received,2026-11-01,Label,,,\n"
            "P,,,Customs,2026-11-12 19:30:00 +0100,Held,Leipzig,2026-11-16,2026-11-20\n"
            "P,,,info_received,2026-11-03,Label,,,\n"
            "P,,,info_received,2026-11-03,Label,,,\n",
        )
    )
    assert file.kind == "tracking" and file.problems == () and file.orders == ()
    parcel, other = file.parcels
    assert (parcel.order, parcel.shipment.carrier, parcel.shipment.status) == ("#1", "YunExpress", "customs")
    assert [event.text for event in parcel.shipment.events] == ["Held", "Accepted", "Label"]
    assert parcel.shipment.events[0].at == datetime(2026, 11, 12, 18, 30, tzinfo=UTC)
    assert parcel.shipment.eta_from == datetime(2026, 11, 16, tzinfo=UTC)
    assert parcel.shipment.eta_to == datetime(2026, 11, 20, tzinfo=UTC)
    assert parcel.shipment.shipped_at == datetime(2026, 11, 4, 12, tzinfo=UTC)
    assert (other.order, other.shipment.carrier, other.shipment.status) == ("", "China Post", "info_received")


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("delivered", "expired"), "delivered"),
        (("in_transit", "expired"), "expired"),
        (("delivered", "returning"), "returning"),
    ],
)
def test_a_parcel_that_arrived_does_not_expire(
    tmp_path: Path, statuses: tuple[str, ...], status: str
) -> None:
    """'Your parcel was not found' to a customer who holds it in hand."""
    lines = [f"P,{one},2026-11-0{n + 1}" for n, one in enumerate(statuses)]
    file = read_orders(write(tmp_path, "\n".join(("number,status,at", *lines))))
    assert file.parcels[0].shipment.status == status


def test_events_of_one_minute_keep_their_order(tmp_path: Path) -> None:
    """Of two events at the same time the later line is the newer."""
    lines = "number,status,at\nP,out_for_delivery,2026-11-01\nP,delivered,2026-11-01\n"
    assert read_orders(write(tmp_path, lines)).parcels[0].shipment.status == "delivered"


GOOD = "9,z@x.com,2026-01-01,EUR,5"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ('1,,2026-01-01,EUR,"1.234,56"', "column 'total': '1.234,56' is no amount; write digits"),
        ('1,,2026-01-01,EUR,"1,234.56"', "is no amount"),
        ("1,,2026-01-01,EUR,1.234", "is no amount"),
        ("1,,2026-01-01,EUR,€5", "is no amount"),
        ("1,,2026-01-01,EUR,-5", "is no amount"),
        ("1,,2026-01-01,EUR,1e9", "is no amount"),
        ("1,,2026-01-01,EUR,NaN", "is no amount"),
        ("1,,2026-01-01,EUR,٣٤", "is no amount"),
        ("1,,2026-01-01,EUR,99999999999999999", "is no amount"),
        ("1,,2026-01-01,EUR,", "column 'total' is empty"),
        ("1,,2026-01-01,EURO,5", "'EURO' is no currency"),
        ("1,,2026-01-01,XXX,5", "'XXX' is no currency"),
        ("1,,31.01.2026,EUR,5", "'31.01.2026' is no date; write it as 2026-01-31"),
        ("1,,2026-02-30,EUR,5", "is no date"),
        ("1,,0001-01-01,EUR,5", "is no date"),
        ("1,,9999-12-31 23:00:00 -2359,EUR,5", "is no date"),
        ("1,,2026-01-01 25:00,EUR,5", "is no date"),
        ("1,,,EUR,5", "column 'placed_at' is empty"),
        ("1,no address,2026-01-01,EUR,5", "is no mail address"),
        ("1,,2026-01-01,EUR,5,,payed", "'payed' is no status known here; there are pending, verifying"),
        ("1,,2026-01-01,EUR,5,,,sent", "'sent' is no status known here"),
        ("1,,2026-01-01,EUR,5,,,,Germany", "'Germany' is no country"),
        ("1,,2026-01-01,EUR,5,,,,,Kettle,0", "is no number of pieces"),
        ("1,,2026-01-01,EUR,5,,,,,Kettle,1.5", "is no number of pieces"),
        ("1,,2026-01-01,EUR,5,,,,,Kettle,1,dear", "column 'price': 'dear' is no amount"),
        ("1,,2026-01-01,EUR,5,,,,,,3", "column 'item' is empty"),
        ("1,,2026-01-01,EUR,5,,,,,,,,,soon", "column 'protection_until': 'soon' is no date"),
        ("1,,2026-01-01,EUR,5,,,,,,,,,,extra", "more cells than columns"),
        (",,2026-01-01,EUR,5", "column 'number' is empty."),
    ],
)
def test_a_wrong_line_is_named_and_the_others_stay(tmp_path: Path, cells: str, sentence: str) -> None:
    """A guess about an amount or a day is a promise to a customer that nobody made."""
    file = generic(tmp_path, cells, GOOD)
    assert [order.number for order in file.orders] == ["9"]
    (problem,) = file.problems
    assert problem.line == 2
    assert sentence in problem.sentence, problem.sentence


def test_an_order_with_one_wrong_item_is_left_out_whole(tmp_path: Path) -> None:
    """Half an order would show a customer's agent the wrong goods."""
    file = generic(
        tmp_path,
        '1,,2026-01-01,EUR,5,"A\nB",,,,Kettle,1,5',
        "1,,,,,,,,,Lid,zero,1",
        "1,,,,,,,,,Bag,1,1",
        GOOD,
    )
    assert [order.number for order in file.orders] == ["9"]
    assert [(problem.line, problem.sentence[:24]) for problem in file.problems] == [
        (4, "Order 1 is left out: col")
    ]


def test_rows_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    """Which of two totals is right is not ours to choose."""
    file = generic(tmp_path, "1,,2026-01-01,EUR,5", "1,,2026-01-01,EUR,6")
    assert file.orders == ()
    assert "column 'total' says something else than line 2" in file.problems[0].sentence
    assert file.problems[0].line == 3


def test_a_number_that_comes_back_is_refused(tmp_path: Path) -> None:
    """Two orders of one number must not be mixed into one."""
    file = generic(tmp_path, "1,a@x.com,2026-01-01,EUR,5", GOOD, "1,b@x.com,2026-02-01,EUR,7")
    assert [(order.number, order.email) for order in file.orders] == [("1", "a@x.com"), ("9", "z@x.com")]
    assert file.problems[0].line == 4 and "a second time" in file.problems[0].sentence


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("P,lost_in_space,2026-11-01,,", "is no status known here"),
        ("P,delivered,yesterday,,", "is no date"),
        ("P,delivered,2026-11-01,2026-11-05,2026-11-04", "'eta_to' is before 'eta_from'"),
        (",delivered,2026-11-01,,", "column 'number' is empty."),
    ],
)
def test_a_wrong_event_leaves_its_parcel_out(tmp_path: Path, lines: str, sentence: str) -> None:
    """Better yesterday's state than a wrong one."""
    head = "number,status,at,eta_from,eta_to"
    file = read_orders(write(tmp_path, f"{head}\nQ,delivered,2026-11-01,,\n{lines}\n"))
    assert [parcel.shipment.number for parcel in file.parcels] == ["Q"]
    assert file.problems[0].line == 3 and sentence in file.problems[0].sentence


def test_a_parcel_of_two_orders_is_refused(tmp_path: Path) -> None:
    """Its events would be told to the wrong customer."""
    text = "number,status,at,order\nP,delivered,2026-11-01,#1\nP,delivered,2026-11-02,#2\n"
    file = read_orders(write(tmp_path, text))
    assert file.parcels == () and "says '#2' and before '#1'" in file.problems[0].sentence


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("number,email,currency,total", "looks like a generic file but lacks the columns: placed_at."),
        (
            "Name,Email,Total,Created at,Currency",
            "looks like a shopify file but lacks the columns: financial status",
        ),
        ("number,status,carrier", "looks like a tracking file but lacks the columns: at."),
        ("a,b,c", "is no order file"),
        ("PK\x03\x04", "is no order file"),
        ("number,number,status,at", "more than one column 'number'"),
        ("", "has no line with column names"),
    ],
)
def test_a_file_that_is_none_says_what_it_lacks(tmp_path: Path, header: str, sentence: str) -> None:
    """The person must know which column to add."""
    with pytest.raises(Refused) as caught:
        sniff(write(tmp_path, header + "\n"))
    assert sentence in caught.value.message


def test_kinds_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """A wrong --kind must not import nonsense."""
    path = write(tmp_path, HEAD + "\n" + GOOD)
    with pytest.raises(Refused, match="lacks columns of a tracking file: status, at"):
        read_orders(path, "tracking")
    with pytest.raises(Usage, match="There is no kind 'xml'"):
        read_orders(path, "xml")
    with pytest.raises(Refused, match="cannot be read"):
        read_orders(tmp_path / "none.csv")
    with pytest.raises(Refused, match="cannot be read"):
        read_orders(tmp_path)


@pytest.mark.parametrize(
    "row", ['1,,2026-01-01,EUR,5,"open', '1,,2026-01-01,EUR,5,"a"b', '1,"' + "x" * 200_000]
)
def test_broken_quotes_stop_the_file(tmp_path: Path, row: str) -> None:
    """One lost quote would swallow all orders behind it without a word."""
    with pytest.raises(Refused, match="line 3: the quotes of a cell do not match"):
        generic(tmp_path, GOOD, row, *(f"{n},,2026-01-01,EUR,5" for n in range(20, 40)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_files_of_excel_are_read(tmp_path: Path, encoding: str, separator: str) -> None:
    """A name in broken letters is an insult, and a file that is not read is a lost evening."""
    name = "José Müller" if encoding == "cp1252" else "王小明 收件人"
    text = f"number,email,placed_at,currency,total,name\r\n1,,2026-01-01,EUR,5,{name}\r\n".replace(
        ",", separator
    )
    file = read_orders(write(tmp_path, text, encoding))
    assert file.problems == ()
    assert file.orders[0].customer_name == name


def test_hostile_cells_are_harmless(tmp_path: Path) -> None:
    """A buyer's name must not write to the agent's terminal."""
    file = generic(
        tmp_path, '1,,2026-01-01,EUR,5,"\x1b]0;owned\x07An\u202ena\nB\x00"', "2,,\x1b[31m2026,EUR,5"
    )
    assert file.orders[0].customer_name == "Anna B"
    assert "\x1b" not in file.problems[0].sentence


def test_a_file_is_read_row_by_row(tmp_path: Path) -> None:
    """A year of orders must not fill the memory before the first is stored."""
    rows = (f"#{n},b{n}@x.com,2026-01-01 10:00:00 +0800,EUR,5.00,Name {n}" for n in range(20_000))
    stream = entries(write(tmp_path, "\n".join((HEAD, *rows, "#x,,never,EUR,5"))))
    assert next(stream).number == "#0"  # type: ignore[union-attr]
    rest = list(stream)
    assert len(rest) == 20_000
    assert rest[-1].line == 20_002  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("RX123456785CN", "China Post"),
        ("rx 123456785 cn", "China Post"),
        ("RX123456786CN", ""),
        ("RR473124829CZ", "Česká pošta"),
        ("RX123456785QQ", ""),
        ("RX123456785CV", "Post (CV)"),
        ("1Z999AA10123456784", "UPS"),
        ("1Z999AA10123456785", ""),
        ("", ""),
    ],
)
def test_only_a_right_check_digit_names_the_carrier(number: str, carrier: str) -> None:
    """A wrong carrier sends the customer to the wrong counter."""
    assert carrier_of(number) == carrier


def test_the_manual_names_every_column_and_status() -> None:
    """What the manual leaves out nobody can write."""
    manual = (ROOT / "docs" / "orders-csv.md").read_text("utf-8")
    for word in (*REQUIRED, *OPTIONAL, *PAYMENT, *FULFILMENT, *SHIPMENT_STATUSES):
        assert f"`{word}`" in manual, word


def test_the_examples_of_the_manual_are_right(tmp_path: Path) -> None:
    """An example that does not import is worse than none."""
    manual = (ROOT / "docs" / "orders-csv.md").read_text("utf-8")
    orders, tracking = (
        read_orders(write(tmp_path, text)) for text in re.findall(r"```csv\n(.*?)```", manual, re.S)
    )
    assert (orders.kind, len(orders.orders), orders.problems) == ("generic", 2, ())
    assert (tracking.kind, len(tracking.parcels), tracking.problems) == ("tracking", 1, ())


def test_the_sample_shop_is_read_without_a_problem() -> None:
    """The demo goes through the same door as a shop's own files."""
    orders = read_orders(ROOT / "csdesk" / "demo" / "orders.csv")
    tracking = read_orders(ROOT / "csdesk" / "demo" / "tracking.csv")
    assert (orders.problems, tracking.problems) == ((), ())
    assert len(orders.orders) >= 40
    assert {parcel.order for parcel in tracking.parcels} <= {"", *(order.number for order in orders.orders)}
