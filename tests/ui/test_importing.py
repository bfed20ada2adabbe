"""Files of orders on the screen. Lost otherwise: a column read as another one, an import nobody can stop, or one that
holds up the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.conftest import Opener

GOOD = "Bestellnr;Kundenmail;Datum;W;Summe;Artikel\n" + "".join(
    f"{n};a{n}@x.example;2026-11-0{n};EUR;{n}.50;Kanne\n" for n in range(1, 6)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bestellungen.csv"
    path.write_text(GOOD, "utf-8-sig")
    return path


async def test_columns_are_chosen_and_the_file_is_taken_in_beside_the_desk(
    opened: Opener, file: Path
) -> None:
    async with opened(size=(80, 24)) as s:
        s.desk.order_files.gate.clear()
        await s.keys("f8", f"text:{file}", "enter")
        await s.rest(0.3)
        assert "ORDERS FROM A FILE   bestellungen.csv" in s.text
        assert "Still to choose, as no order can be read without: buyer's mail, currency." in s.text
        assert "bestellnr             1   2   3" in s.text and "needed; enter chooses its column" in s.text
        await s.keys("i")
        assert s.called("take_file") == [], "nothing is taken in before all is chosen"
        await s.keys("down", "enter")
        assert "Which column is: buyer's mail" in s.text and "a1@x.example" in s.text
        await s.keys("down", "enter")
        assert "Still to choose, as no order can be read without: currency." in s.text
        await s.keys("down", "down", "enter", "4")
        await s.rest(0.3)
        assert "5 can be read, none would be left out. i takes them in." in s.text
        assert "1  a1@x.example  2026-11-0" in s.text and "1.50 EUR  paid  not sent yet  1 piece" in s.text
        await s.pilot.press("i")
        await s.pilot.pause(0.5)
        names = {
            "number": "bestellnr", "email": "kundenmail", "placed_at": "datum", "currency": "w", "total": "summe",
            "item": "artikel",
        }  # fmt: skip
        assert s.called("take_file") == [("bestellungen.csv", "generic", names)]
        assert "is being taken in, 25 %" in s.text and "x stops it" in s.text
        await s.pilot.press("escape")
        await s.pilot.press("down")
        await s.pilot.pause(0.3)
        assert "ORDERS FROM A FILE" not in s.text, "the desk goes on meanwhile"
        await s.pilot.press("f8")
        await s.pilot.pause(0.6)
        assert "is being taken in, 25 %" in s.text, "and the place shows it again"
        await s.pilot.press("escape")
        s.desk.order_files.gate.set()
        await s.rest(0.4)
        assert "bestellungen.csv: 5 added, 0 updated, 0 unchanged, 0 left out." in s.text
        await s.keys("f8", f"text:{file}", "enter")
        await s.rest(0.3)
        assert "The columns are as they were chosen for such a file before." in s.text


async def test_an_import_is_stopped_and_says_that_nothing_came_in(opened: Opener, file: Path) -> None:
    async with opened() as s:
        s.desk.order_files.remembered = {
            "number": "bestellnr", "email": "kundenmail", "placed_at": "datum", "currency": "w", "total": "summe",
        }  # fmt: skip
        s.desk.order_files.gate.clear()
        await s.keys("X", "i", f"text:{file}", "enter")
        await s.rest(0.3)
        await s.pilot.press("i")
        await s.pilot.pause(0.3)
        await s.pilot.press("x")
        s.desk.order_files.gate.set()
        await s.rest(0.4)
        assert "Stopped: nothing of bestellungen.csv was taken in." in s.text
        await s.keys("i")
        await s.rest(0.4)
        assert "5 added" in s.text, "it can be begun again"


async def test_lines_that_would_be_left_out_are_counted_and_named(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "number,email,placed_at,currency,total\n1,a@x.example,2026-11-01,EUR,1.00\n"
        "2,a@x.example,yesterday,EUR,1.00\n3,nobody,2026-11-01,EUR,1.00\n",
        "utf-8",
    )
    async with opened(size=(120, 40)) as s:
        await s.keys("f8", f"text:{path}", "enter")
        await s.rest(0.4)
        assert "1 can be read, 2 would be left out. i takes in what can be read." in s.text
        assert "line 3: Order 2 is left out" in s.text and "'yesterday' is no date" in s.text
        assert "line 4: Order 3 is left out" in s.text and "'nobody' is no mail address" in s.text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xd0\xcf\x11\xe0\0\0\0,a,b,c\n1", "is no table that can be read; save it as CSV or XLSX."),
        (b"hello\nworld\n", "is no table: its first line has one column only."),
        pytest.param(b"", "has no line with column names.", marks=pytest.mark.real),
        pytest.param(b"PK\x03\x04 this is no zip", "is no table", marks=pytest.mark.real),
        pytest.param(b"a,a\n1,2\n", "has more than one column 'a'.", marks=pytest.mark.real),
        pytest.param(b'number,email\n"1,2\n', "the quotes of a cell do not match", marks=pytest.mark.real),
    ],
)
async def test_what_is_no_table_gets_a_sentence(
    opened: Opener, tmp_path: Path, raw: bytes, said: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(raw)
    async with opened(size=(200, 50)) as s:
        await s.keys("f8", f"text:{path}", "enter")
        await s.rest(0.3)
        assert said in s.text
        await s.keys("enter", "i", "t", "x")
        assert s.called("take_file") == []
        await s.keys("f")
        assert "A path; ~ is your home" in s.text
        await s.keys("escape")
        assert "ORDERS FROM A FILE" not in s.text


async def test_a_shops_export_is_read_as_it_is_unless_a_person_wants_otherwise(
    opened: Opener, tmp_path: Path
) -> None:
    from csdesk.demo.content import orders_csv

    path = tmp_path / "shopify.csv"
    path.write_bytes(orders_csv().encode("utf-16"))
    async with opened(size=(120, 40)) as s:
        await s.keys("f8", f"text:{path}", "enter")
        await s.rest(0.5)
        assert "40 can be read, none would be left out" in s.text and "financial status" in s.text
        assert "Ana López" in s.text, "UTF-16 is recognised"
        await s.keys("enter")
        assert "This is Shopify's order export, and its columns are known" in s.text
        await s.keys("t")
        await s.rest(0.3)
        assert "Still to choose" in s.text and "needed; enter chooses its column" in s.text


async def test_a_column_of_the_fields_own_name_can_be_left_unread(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text(
        "number,email,placed_at,currency,total,note\n1,a@x.example,2026-11-01,EUR,1,hi\n", "utf-8"
    )
    async with opened() as s:
        await s.keys("f8", f"text:{path}", "enter")
        await s.rest(0.4)
        await s.keys(*["down"] * 12, "enter", "1")
        await s.rest(0.4)
        await s.keys("i")
        await s.rest(0.4)
        [(_name, kind, names)] = s.called("take_file")
        assert kind == "generic" and names["note"] == "" and names["number"] == "number"
