"""The views that other programs read, on both databases. What a BI or an ERP reads wrongly is decided on wrongly; a
note that is in a view has left the house."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk
from csdesk.db import migrations, report_views
from csdesk.errors import NotFound, Refused, Usage
from csdesk.store import Store
from tests.databases import NOW, Postgres, SteppingClock
from tests.unit.services.both.shop import SUPPORT, Shop, mail

SECRET = "the colleague's secret opinion"
ORDERS = """number,email,name,placed_at,currency,total,item,sku,quantity,price,options,note
#2001,ana@example.com,=cmd|' /C calc'!A0,2026-11-02 09:15:00 +0100,EUR,57.80,Kettle,KET-1,1,38.00,Red,door code 1234
#2001,,,,,,Descaler,DES-2,2,9.90,,
#2002,joao@example.com,João,2026-11-03,JPY,12000,Lamp,LAM-1,1,,,
"""
PARCELS = """number,carrier,order,status,at,text,place,eta_from,eta_to
LX204163720CN,China Post,#2001,in_transit,2026-11-04T12:41:00Z,Accepted,Shenzhen,,
LX204163720CN,,,customs,2026-11-12T19:30:00Z,Handed to customs,Leipzig,2026-11-16,2026-11-20
"""


def rows(desk: Desk, name: str) -> list[dict[str, object]]:
    return [dict(row) for row in desk.reports.rows(desk.reports.one(name))]


@pytest.fixture
def told(desk: Desk, shop: Shop, tmp_path: Path) -> int:
    """A conversation with a note, an answer, and orders."""
    for name, lines in (("o.csv", ORDERS), ("p.csv", PARCELS)):
        (tmp_path / name).write_text(lines, "utf-8")
        desk.orders.import_file(tmp_path / name)
    talk = shop.asked("Where is my parcel?", id="a@x")
    desk.replies.note(talk, SECRET)
    with desk.store.write() as tx:
        tx.run(text("UPDATE customer SET notes = :said"), {"said": SECRET})
    return talk


def test_no_view_holds_a_note_a_draft_or_what_was_taken_back(desk: Desk, told: int) -> None:
    taken = desk.replies.send(told, "I should not have said that.")
    desk.replies.undo_send(taken.id)
    for view in desk.reports.all():
        held = json.dumps(list(desk.reports.rows(view)))
        assert "secret" not in held and "should not have" not in held and "door code" not in held, view.name
    assert [row["text"] for row in rows(desk, "messages")] == ["Where is my parcel?"]


def test_orders_lines_and_parcels_are_exact_and_alike_on_both_databases(desk: Desk, told: int) -> None:
    first, second = rows(desk, "orders")
    assert (first["number"], first["currency"], first["total"], first["source"]) == (
        "#2001",
        "EUR",
        "57.80",
        "csv",
    )
    assert first["placed_at"] == "2026-11-02T08:15:00Z" and first["updated_at"].startswith("2026-11-20T12:00")  # type: ignore[attr-defined]
    assert (second["total"], second["protection_until"]) == ("12000", None)
    assert [
        (row["line"], row["sku"], row["quantity"], row["price"], row["options"])
        for row in rows(desk, "order_lines")
    ] == [(1, "KET-1", 1, "38.00", "Red"), (2, "DES-2", 2, "9.90", ""), (1, "LAM-1", 1, None, "")]
    (parcel,) = rows(desk, "shipments")
    assert (
        parcel["status"] == "customs"
        and parcel["order_number"] == "#2001"
        and parcel["action_required"] is False
    )
    assert parcel["eta_to"] == "2026-11-20T00:00:00Z" and parcel["origin"] == "CN"
    events = rows(desk, "shipment_events")
    assert [(one["event"], one["at"], one["status"], one["place"]) for one in events] == [
        (1, "2026-11-12T19:30:00Z", "customs", "Leipzig"),
        (2, "2026-11-04T12:41:00Z", "in_transit", "Shenzhen"),
    ]


def test_the_first_reply_of_a_person_is_credited_to_whoever_wrote_it(
    desk: Desk, shop: Shop, told: int, clock: SteppingClock
) -> None:
    clock.forward(hours=3)
    row = desk.replies.send(told, "On its way.", now=True)
    assert rows(desk, "first_replies") == [], "what has not left answers nobody"
    with desk.store.write() as tx:
        tx.outbox.step(row.id, "sending")
        tx.outbox.step(row.id, "sent")
    (found,) = rows(desk, "first_replies")
    assert found["agent"] == "Lin" and found["conversation_id"] == told
    assert 3 * 3600 <= int(str(found["seconds"])) < 3 * 3600 + 5
    desk.inbox.close(told)
    days = {str(row["day"]): row for row in rows(desk, "daily")}
    today = days[f"{NOW:%Y-%m-%d}"]
    assert (today["replies"], today["first_replies"], today["conversations_closed"]) == (1, 1, 1)
    assert sum(int(str(day["customer_messages"])) for day in days.values()) == 1
    assert today["first_reply_seconds"] == found["seconds"]
    (state,) = rows(desk, "outbox")
    assert (state["state"], state["agent"]) == ("sent", "Lin")
    (talk,) = rows(desk, "conversations")
    assert (talk["status"], talk["agent"], talk["channel"]) == ("closed", "Lin", "maildir")


def test_who_was_written_to_first_did_not_wait_for_a_first_reply(
    desk: Desk, shop: Shop, clock: SteppingClock
) -> None:
    ours = mail("Your parcel is late.", at=clock.now(), id="ours@x", sender=SUPPORT, to="ana@buyer.example")
    (talk,) = shop.receive(ours, outbound=True).conversations
    assert shop.asked("Why?", id="why@x", In_Reply_To="<ours@x>") == talk
    row = desk.replies.send(talk, "A strike.", now=True)
    with desk.store.write() as tx:
        tx.outbox.step(row.id, "sending")
        tx.outbox.step(row.id, "sent")
    assert rows(desk, "first_replies") == []
    (today,) = rows(desk, "daily")
    assert (today["replies"], today["customer_messages"], today["first_replies"]) == (2, 1, 0)


def test_csv_is_read_back_as_it_was_and_a_spreadsheet_runs_nothing(
    desk: Desk, told: int, tmp_path: Path
) -> None:
    view, plain = desk.reports.one("report_orders"), io.StringIO()
    assert desk.reports.write_csv(view, plain) == 2
    first, _second = csv.DictReader(io.StringIO(plain.getvalue()))
    assert first["customer_name"] == "=cmd|' /C calc'!A0" and first["protection_until"] == ""
    path = tmp_path / "orders.csv"
    path.write_text("what was here before")
    assert desk.reports.save_csv(view, path, spreadsheet=True) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid"[:3]) and b"\r\n" in raw
    guarded, _second = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert guarded["customer_name"] == "'=cmd|' /C calc'!A0" and guarded["total"] == "57.80"
    assert list(tmp_path.glob(".*part")) == []
    with pytest.raises(Refused, match="cannot be written"):
        desk.reports.save_csv(view, tmp_path / "nowhere" / "orders.csv")


def test_a_mistyped_view_gets_the_nearest_name(desk: Desk) -> None:
    with pytest.raises(NotFound, match="did you mean report_shipments"):
        desk.reports.one("shipmnts")
    assert desk.reports.one("Messages").name == "report_messages"


def test_an_older_set_is_made_anew_and_a_newer_one_is_left_alone(
    desk: Desk, told: int, store_url: str
) -> None:
    with desk.store.write() as tx:
        tx.run(text("DROP VIEW report_daily"))
        tx.run(text("UPDATE meta SET value = '0' WHERE name = 'report_views'"))
    desk.store.close()
    assert rows(desk, "daily")
    with desk.store.read() as tx:
        assert tx.rows(text("SELECT version FROM report_about")) == [(migrations.VIEWS,)]
    with desk.store.write() as tx:
        tx.run(text("DROP VIEW report_daily"))
        tx.run(text(f"UPDATE meta SET value = '{migrations.VIEWS + 1}' WHERE name = 'report_views'"))
    desk.store.close()
    with desk.store.read() as tx:
        assert migrations.views(tx.conn) == migrations.VIEWS + 1


def test_grants_are_for_postgresql(desk: Desk, database: str) -> None:
    if database == "sqlite":
        with pytest.raises(Refused, match="no roles"):
            desk.reports.grants("bi")
        return
    assert desk.reports.grants("bi")[0] == 'GRANT SELECT ON report_accounts TO "bi";'
    assert desk.reports.grants('b"; DROP TABLE note; --')[0].endswith('TO "b""; DROP TABLE note; --";')
    for wrong in ("", " bi", "b\ni", "x" * 64):
        with pytest.raises(Usage):
            desk.reports.grants(wrong)


@pytest.mark.parametrize("database", ["postgresql"])
def test_a_role_with_the_grants_alone_reads_every_view_and_no_table(
    desk: Desk, told: int, postgres: Postgres, store_url: str
) -> None:
    import psycopg

    with psycopg.connect(store_url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS bi")
        owner.execute("CREATE ROLE bi LOGIN")
        for grant in desk.reports.grants("bi"):
            owner.execute(grant.encode())
        tables = [
            row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
    assert {"note", "message", "outbox", "meta"} <= set(tables)
    with psycopg.connect(store_url.replace("postgres:@", "bi:@"), autocommit=True) as reader:
        assert reader.execute("SELECT current_user").fetchone() == ("bi",)
        for view in report_views.NAMES:
            reader.execute(f"SELECT * FROM {view}".encode()).fetchall()
        assert reader.execute("SELECT text FROM report_messages").fetchall() == [("Where is my parcel?",)]
        assert reader.execute("SELECT SUM(total) FROM report_orders WHERE currency = 'EUR'").fetchone()
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT * FROM {table}".encode())
        for word in (
            "INSERT INTO report_accounts DEFAULT VALUES",
            "DELETE FROM report_customers",
            "CREATE TABLE x (a int)",
        ):
            with pytest.raises(psycopg.Error):
                reader.execute(word.encode())
    # A csdesk that makes the views anew takes nothing from those who read them.
    with desk.store.write() as tx:
        tx.run(text("UPDATE meta SET value = '0' WHERE name = 'report_views'"))
    desk.store.close()
    assert isinstance(desk.store, Store) and rows(desk, "daily")
    with psycopg.connect(store_url.replace("postgres:@", "bi:@")) as reader:
        assert reader.execute("SELECT COUNT(*) FROM report_messages").fetchone() == (1,)
    with psycopg.connect(store_url, autocommit=True) as owner:
        owner.execute("DROP OWNED BY bi")
        owner.execute("DROP ROLE bi")
