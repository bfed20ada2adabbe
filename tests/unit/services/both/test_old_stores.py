"""A store that an older csdesk filled. A failure here costs a shop its mail on the day of the update."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.db import migrations, report_views
from csdesk.domain.orders import Shipment
from tests.databases import SteppingClock
from tests.unit.services.both.shop import Shop

BACK_TO_2 = (
    *report_views.dropped(),
    "DROP TABLE IF EXISTS message_fts_words",
    "DROP INDEX conversation_status_latest",
    "DROP INDEX conversation_oldest",
    "DROP INDEX conversation_unanswered",
    "DROP TABLE message_translation",
    "DROP TABLE preview_translation",
    "DROP TABLE memory_key",
    "DROP TABLE memory",
    "DROP TABLE term",
    "DROP TABLE seen",
    "DROP TABLE awaited",
    "ALTER TABLE message DROP COLUMN findings",
    "ALTER TABLE message DROP COLUMN protection",
    "ALTER TABLE message DROP COLUMN own_text",
    "ALTER TABLE message DROP COLUMN own_language",
    "ALTER TABLE draft DROP COLUMN translation",
    "ALTER TABLE conversation DROP COLUMN language_chosen",
    "DROP TABLE customer_key",
    "DROP TABLE visit",
    "DROP INDEX event_customer",
    "ALTER TABLE event DROP COLUMN customer_id",
    "ALTER TABLE customer DROP COLUMN tags",
    "DROP TABLE templateuse",
    "DROP TABLE discarded",
    "DROP INDEX draft_agent",
    "DROP TABLE acknowledgement",
    "DROP TABLE note_fts",
    "DROP INDEX note_search",
    "ALTER TABLE note DROP COLUMN search_id",
    "DROP TABLE order_payload",
    "DROP TABLE order_act",
    "DROP TABLE rate",
    "DROP TABLE account_hold",
    "DROP INDEX orders_file",
    "DROP INDEX orders_shop",
    "DROP INDEX orders_buyer",
    "CREATE UNIQUE INDEX orders_number ON orders (source, number_key)",
    "ALTER TABLE orders RENAME COLUMN account_id TO account_id_then",
    "ALTER TABLE orders DROP COLUMN source_id",
    "ALTER TABLE orders DROP COLUMN buyer_id",
    "ALTER TABLE orders DROP COLUMN changed_at",
    "ALTER TABLE orders DROP COLUMN shop_currency",
    "ALTER TABLE orders DROP COLUMN shop_total",
    "ALTER TABLE orders DROP COLUMN cases",
    "ALTER TABLE orders DROP COLUMN tags",
    "ALTER TABLE orders DROP COLUMN notes",
    "DROP TABLE webhook",
    "DROP TABLE phrase_translation",
    "DROP TABLE notice",
    "DROP TABLE notice_switch",
    "DROP INDEX orders_placed",
    "DROP TABLE parcel_watch",
    "DROP INDEX shipment_lane",
    "DROP INDEX shipment_open",
    'UPDATE shipment SET events = \'[[1000000,"in_transit","",""],[950400000000,"delivered","",""]]\'',
    "ALTER TABLE shipment DROP COLUMN reason",
    "ALTER TABLE shipment DROP COLUMN action_required",
    "ALTER TABLE shipment DROP COLUMN eta_source",
    "ALTER TABLE shipment DROP COLUMN raw_substatus",
    "ALTER TABLE shipment DROP COLUMN origin",
    "ALTER TABLE shipment DROP COLUMN destination",
    "ALTER TABLE shipment DROP COLUMN last_event_at",
    "ALTER TABLE shipment DROP COLUMN polled_at",
    "ALTER TABLE shipment DROP COLUMN days",
    "DELETE FROM meta WHERE name = 'report_views'",
    "UPDATE meta SET value = '2' WHERE name = 'schema'",
)


def test_mail_taken_in_before_is_there_after_the_update_and_work_goes_on(
    desk: Desk, shop: Shop, store_url: str, clock: SteppingClock
) -> None:
    first = shop.asked("Where is my zebrafinch?", id="q@x")
    row = desk.replies.send(first, "On its way.")
    desk.replies.note(first, "asked twice")
    before, counts = desk.inbox.thread(first), desk.inbox.counts()
    sent = datetime(1970, 1, 1, tzinfo=UTC)
    with desk.store.write() as tx:
        tx.orders.put_shipment(Shipment("RB123456785CN", "China Post", "delivered", shipped_at=sent), None)
        for statement in BACK_TO_2:
            tx.run(text(statement))
    desk.close()
    updated = open_desk(replace(Config(), agent="Lin"), store=store_url, agent="Lin", clock=clock)
    try:
        conn = updated.store.raw()
        assert migrations.version(conn) == migrations.LATEST
        conn.close()
        assert updated.inbox.thread(first) == before
        assert all((m.findings, m.protection) == ((), "") for m in before.messages)
        assert updated.inbox.counts() == counts
        with updated.store.read() as tx:
            columns = "origin, days, last_event_at, action_required, destination"
            (parcel,) = tx.rows(text(f"SELECT {columns} FROM shipment"))
        assert tuple(parcel) == ("CN", 11, 950_400_000_000, 0, ""), "parcels learn from their own events"
        assert [row.name for row in updated.customers.recent(text="an").rows] == ["Ana"], (
            "found by name at once"
        )
        assert [hit.conversation for hit in updated.search.find("zebrafinch")]
        assert [hit.note for hit in updated.search.find("twice")] == [1]
        assert updated.replies.undo_send(row.id).text == "On its way."
        later = Shop(updated, clock, updated.accounts.get("support"))
        odd = later.asked("again", id="r@x", In_Reply_To="<q@x>", Reply_To="ana@elsewhere.example")
        assert odd == first
        assert updated.inbox.thread(first).messages[-1].findings
        assert later.rebuilt() == 0
    finally:
        updated.close()
