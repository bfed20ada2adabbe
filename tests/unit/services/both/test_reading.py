"""How far each agent has read, and long conversations by parts, on both databases."""

from __future__ import annotations

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Note
from csdesk.domain.ports import Batch, RawMail
from csdesk.domain.reading import STEP, WINDOW, Mark, first_new, key_of, newest
from csdesk.errors import NotFound
from csdesk.services.ingest import take
from tests.unit.services.both.shop import Shop, mail

LONG = 300


def long_talk(shop: Shop, count: int = LONG) -> int:
    """A conversation of so many messages."""
    mails = []
    for n in range(count):
        at = shop.clock.forward(minutes=1)
        more = {"In_Reply_To": "<long0@x>", "References": "<long0@x>"} if n else {}
        mails.append(RawMail(f"long{n}", mail(f"message number {n}", at=at, id=f"long{n}@x", **more), at))
    return take(shop.desk.store, shop.account, Batch(tuple(mails), "c")).conversations[0]


def test_each_agent_has_an_own_mark(desk: Desk, shop: Shop) -> None:
    """Lost otherwise: what came since I looked, because a colleague looked."""
    talk = shop.asked(id="a@x")
    assert desk.reading.open(talk).mark is None
    desk.reading.looked(talk, newest(desk.inbox.thread(talk)))
    assert desk.inbox.row(talk).unread is False
    shop.asked("Any news?", id="b@x", In_Reply_To="<a@x>")
    mei = shop.desk_of("Mei")
    mei.replies.note(talk, "asked the carrier")
    found = desk.reading.open(talk)
    assert found.mark is not None
    assert [first_new(found.thread, found.mark, name) for name in ("Lin", "Mei")] == [1, 1]
    assert mei.reading.open(talk).mark is None
    mei.reading.looked(talk, newest(mei.inbox.thread(talk)))
    assert first_new(desk.reading.open(talk).thread, desk.reading.open(talk).mark, "Lin") == 1
    mei.close()


def test_a_mark_never_goes_back_and_a_late_mail_is_new_all_the_same(desk: Desk, shop: Shop) -> None:
    talk = shop.asked(id="a@x")
    before = shop.clock.now()
    shop.asked("second", id="b@x", In_Reply_To="<a@x>")
    seen = newest(desk.inbox.thread(talk))
    desk.reading.looked(talk, seen)
    desk.reading.looked(talk, Mark(1, 0))
    assert desk.reading.open(talk).mark == seen == desk.reading.newest(talk)
    raw = mail("was long on its way", at=before, id="late@x", In_Reply_To="<a@x>")
    shop.receive(raw, at=shop.clock.forward(minutes=5))
    found = desk.reading.open(talk)
    new = first_new(found.thread, found.mark, "Lin")
    assert new is not None and new < 2 and "long on its way" in found.thread.messages[new].text


def test_a_long_conversation_comes_by_parts_that_fit_together(desk: Desk, shop: Shop) -> None:
    """Lost otherwise: the screen, to a conversation of five thousand messages."""
    talk = long_talk(shop)
    whole = desk.inbox.thread(talk).entries
    last = desk.reading.open(talk).thread
    assert (last.earlier, last.later, len(last.entries)) == (LONG - WINDOW, 0, WINDOW)
    assert last.entries == whole[-WINDOW:]
    first = desk.reading.open(talk, start=0).thread
    assert first.entries == whole[:WINDOW] and (first.earlier, first.later) == (0, LONG - WINDOW)
    assert first.newest[-1] == whole[-1], "the newest message is known whatever part is at hand"
    middle = desk.reading.open(talk, start=STEP).thread
    assert middle.entries == whole[STEP : STEP + WINDOW]
    around = desk.reading.open(talk, around=key_of(whole[150])).thread
    assert whole[150] in around.entries and around.earlier == 150 - WINDOW // 2
    with pytest.raises(NotFound):
        desk.reading.open(talk, around=("message", 10**9))


def test_a_long_conversation_opens_at_what_is_new(desk: Desk, shop: Shop) -> None:
    talk = long_talk(shop)
    whole = desk.inbox.thread(talk).messages
    desk.reading.looked(talk, Mark(whole[99].id, 0))
    found = desk.reading.open(talk)
    new = first_new(found.thread, found.mark, "Lin")
    assert new is not None and found.thread.entries[new] == whole[100] and new > 0
    desk.replies.note(talk, "my own")
    desk.reading.looked(talk, Mark(whole[-1].id, 0))
    found = desk.reading.open(talk)
    assert found.thread.later == 0, "own words alone are nothing new"
    assert isinstance(found.thread.entries[-1], Note)


def test_reading_goes_on_where_a_conversation_was_merged_into(desk: Desk, shop: Shop) -> None:
    one, two = shop.asked(id="a@x"), shop.asked("and this", id="b@x")
    desk.inbox.merge(two, one)
    assert desk.reading.open(two).thread.id == one
    with pytest.raises(NotFound):
        desk.reading.open(10**9)
    with pytest.raises(NotFound):
        desk.reading.looked(10**9, Mark())


def test_quote_levels_are_told_line_by_line(desk: Desk) -> None:
    levels = desk.reading.levels({7: "Yes.\n\nOn Mon, 2 Nov 2026, Lin wrote:\n> Here?\n>> Where?"})
    assert levels[7][0] == 0 and levels[7][3] == 1 and levels[7][4] == 2
