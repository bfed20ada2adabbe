"""A store that an older csdesk filled. A failure here costs a shop its mail on the day of the update."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.db import migrations
from tests.databases import SteppingClock
from tests.unit.services.both.shop import Shop

BACK_TO_2 = (
    "DROP TABLE awaited",
    "ALTER TABLE message DROP COLUMN findings",
    "ALTER TABLE message DROP COLUMN protection",
    "UPDATE meta SET value = '2' WHERE name = 'schema'",
)


def test_mail_taken_in_before_is_there_after_the_update_and_work_goes_on(
    desk: Desk, shop: Shop, store_url: str, clock: SteppingClock
) -> None:
    first = shop.asked("Where is my zebrafinch?", id="q@x")
    row = desk.replies.send(first, "On its way.")
    desk.replies.note(first, "asked twice")
    before, counts = desk.inbox.thread(first), desk.inbox.counts()
    with desk.store.write() as tx:
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
        assert [hit.conversation for hit in updated.search.find("zebrafinch")]
        assert updated.replies.undo_send(row.id).text == "On its way."
        later = Shop(updated, clock, updated.accounts.get("support"))
        odd = later.asked("again", id="r@x", In_Reply_To="<q@x>", Reply_To="ana@elsewhere.example")
        assert odd == first
        assert updated.inbox.thread(first).messages[-1].findings
        assert later.rebuilt() == 0
    finally:
        updated.close()
