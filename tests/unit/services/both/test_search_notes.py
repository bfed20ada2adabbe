"""Internal notes are found by their words and named as notes. Lost otherwise: what a colleague knew and wrote down."""

from __future__ import annotations

from csdesk.bootstrap import Desk
from csdesk.cli import shapes
from tests.unit.services.both.shop import Shop


def test_a_note_is_found_and_is_marked_as_one(desk: Desk, shop: Shop) -> None:
    conversation = shop.asked("Where is my lamp?")
    note = desk.replies.note(conversation, "Customs wants the invoice, 海关要发票")
    for query in ("invoice", "customs inv", "海关", "发票", "关"):
        (hit,) = desk.search.find(query)
        assert (hit.conversation, hit.message, hit.note, hit.who) == (conversation, None, note.id, "Lin")
        assert hit.subject == "Order"
    shape = shapes.hit(hit)
    assert (shape["note"], shape["message"], shape["customer"], shape["agent"]) == (
        note.id,
        None,
        None,
        "Lin",
    )
    assert desk.search.find("nowhere") == ()


def test_notes_and_messages_come_newest_first_and_within_the_limit(desk: Desk, shop: Shop) -> None:
    first = shop.asked("zebra one")
    shop.clock.forward(minutes=1)
    desk.replies.note(first, "zebra two")
    second = shop.asked("zebra three")
    shop.clock.forward(minutes=1)
    desk.replies.note(second, "zebra four")
    hits = desk.search.find("zebra")
    assert [(hit.conversation, hit.note is not None) for hit in hits] == [
        (second, True),
        (second, False),
        (first, True),
        (first, False),
    ]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert desk.search.find("zebra", limit=2) == hits[:2]


def test_the_queue_is_filtered_by_notes_too(desk: Desk, shop: Shop) -> None:
    conversation = shop.asked("Where is my lamp?")
    shop.asked("Another one", sender="Bo <bo@buyer.example>")
    desk.replies.note(conversation, "promised a voucher")
    assert [row.id for row in desk.inbox.page("open", text="voucher").rows] == [conversation]


def test_a_note_goes_with_its_conversation_when_that_is_merged(desk: Desk, shop: Shop) -> None:
    first, second = shop.asked(), shop.asked("Second", sender="Bo <bo@buyer.example>")
    note = desk.replies.note(second, "promised a voucher")
    desk.inbox.merge(second, first)
    (hit,) = desk.search.find("voucher")
    assert (hit.conversation, hit.note) == (first, note.id)
