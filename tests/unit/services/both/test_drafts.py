"""Drafts that were thrown away come back for thirty days. Lost otherwise: half an hour of writing, to one key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Draft
from csdesk.errors import NotFound
from tests.unit.services.both.shop import Shop

LONG = "A reply that took a while to write."


def write(desk: Desk, conversation: int, text: str, mode: str = "reply", **more: object) -> None:
    draft = Draft(conversation, desk.agent.id, mode, text, 0, desk.clock.now(), **more)  # type: ignore[arg-type]
    desk.replies.save_draft(draft)


def gone(desk: Desk) -> list[tuple[int, str]]:
    return [(one.id, one.text) for one in desk.drafts.all() if one.id is not None]


def test_a_thrown_away_draft_comes_back_whole(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    write(
        desk, one, LONG, cc=("boss@x.test",), attachments=("/tmp/a.pdf",), template="delayed", language="es"
    )
    desk.replies.discard_draft(one)
    assert desk.replies.draft(one) is None
    ((number, text),) = gone(desk)
    assert text == LONG
    desk.drafts.restore(number)
    back = desk.replies.draft(one)
    assert back is not None and back.text == LONG and back.cursor == len(LONG)
    assert (back.cc, back.attachments, back.template, back.language) == (
        ("boss@x.test",),
        ("/tmp/a.pdf",),
        "delayed",
        "es",
    )
    assert gone(desk) == []
    with pytest.raises(NotFound):
        desk.drafts.restore(number)


def test_it_stands_below_what_is_being_written_by_now(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    write(desk, one, LONG)
    desk.replies.discard_draft(one)
    write(desk, one, "Newer.")
    desk.drafts.restore(gone(desk)[0][0])
    back = desk.replies.draft(one)
    assert back is not None and back.text == f"Newer.\n\n{LONG}"


def test_an_emptied_text_of_some_length_is_kept_too_and_a_short_one_is_not(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    write(desk, one, LONG)
    write(desk, one, "   ")
    write(desk, one, "ok")
    write(desk, one, "")
    assert [text for _number, text in gone(desk)] == [LONG]
    write(desk, one, "Sent, not thrown away, though long.")
    desk.replies.send(one, "Sent, not thrown away, though long.")
    assert [text for _number, text in gone(desk)] == [LONG]


def test_after_thirty_days_it_is_gone(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    write(desk, one, LONG)
    desk.replies.discard_draft(one)
    shop.clock.at += timedelta(days=29, hours=23)
    ((number, _text),) = gone(desk)
    shop.clock.at += timedelta(hours=2)
    assert gone(desk) == []
    with pytest.raises(NotFound):
        desk.drafts.restore(number)
    write(desk, one, "Another one to throw away.")
    desk.replies.discard_draft(one)
    with desk.store.read() as tx:
        from sqlalchemy import text

        assert tx.one(text("SELECT count(*) FROM discarded"))[0] == 1, "what is too old leaves the store"


def test_nobody_sees_or_takes_a_colleagues_draft(desk: Desk, shop: Shop) -> None:
    one = shop.asked()
    write(desk, one, LONG)
    desk.replies.discard_draft(one)
    write(desk, one, "Lin writes.")
    mei = shop.desk_of("Mei")
    assert mei.drafts.all() == ()
    with pytest.raises(NotFound):
        mei.drafts.restore(gone(desk)[0][0])
    mei.close()


def test_drafts_are_listed_newest_first_and_counted_in_their_view(desk: Desk, shop: Shop) -> None:
    one, two = shop.asked(), shop.asked()
    write(desk, one, "first")
    write(desk, one, "a note", "note")
    shop.clock.forward(minutes=3)
    write(desk, two, "second")
    assert [(d.conversation_id, d.mode) for d in desk.drafts.all()] == [
        (two, "reply"),
        (one, "note"),
        (one, "reply"),
    ]
    assert desk.inbox.counts()["drafts"] == 2
    assert [row.id for row in desk.inbox.page("drafts").rows] == [two, one]
    assert all(row.draft for row in desk.inbox.page("drafts").rows)
    desk.replies.send(two, "second")
    assert [row.id for row in desk.inbox.page("drafts").rows] == [one]


def test_what_was_thrown_away_goes_along_when_conversations_are_merged(desk: Desk, shop: Shop) -> None:
    one, two = shop.asked(), shop.asked()
    write(desk, one, LONG)
    desk.replies.discard_draft(one)
    desk.inbox.merge(one, two)
    desk.drafts.restore(gone(desk)[0][0])
    back = desk.replies.draft(two)
    assert back is not None and back.text == LONG
