"""Mail that comes out of order is one conversation in the end. Lost otherwise: half of what a customer said, in a
conversation that nobody opens; or, worse, a stranger's mail in a customer's conversation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Draft
from csdesk.domain.events import Event
from csdesk.errors import Conflict, Refused
from csdesk.services.sync import Sync
from tests.unit.services.both.shop import SUPPORT, Channel, Shop, mail

BO = "Bo <bo@elsewhere.example>"


def says(shop: Shop, number: int, *, answers: int | None = None, **fields: str) -> int:
    """Mail `number` of a thread: written at its own hour, whenever it comes. Gives its conversation."""
    at = shop.clock.now().replace(hour=1) + timedelta(minutes=number)
    headers: dict[str, str] = {"subject": f"Subject {number}", "id": f"m{number}@buyer.example", **fields}
    if answers is not None:
        headers["In_Reply_To"] = f"<m{answers}@buyer.example>"
    shop.clock.forward(seconds=5)
    outbound = headers.get("sender") == SUPPORT
    return shop.receive(mail(f"Words {number}", at=at, **headers), at=at, outbound=outbound).conversations[0]


def two_halves(shop: Shop, **link: Any) -> tuple[int, int]:
    """Mails 1 and 3, apart because 2 is missing; then 2 comes. Gives both conversations."""
    first, second = says(shop, 1), says(shop, 3, answers=2)
    assert first != second
    says(shop, 2, answers=1, **link)
    return first, second


def events(desk: Desk, conversation: int, kind: str) -> list[Event]:
    with desk.store.read() as tx:
        return [event for event in tx.log.of_conversation(conversation) if event.kind == kind]


def texts(desk: Desk, conversation: int) -> list[str]:
    return [message.text for message in desk.inbox.thread(conversation).messages]


def test_the_missing_link_makes_one_conversation_of_two(desk: Desk, shop: Shop) -> None:
    first, second = two_halves(shop)
    assert texts(desk, first) == ["Words 1", "Words 2", "Words 3"]
    assert desk.inbox.thread(second).merged_into == first
    row = desk.inbox.row(first)
    assert (row.subject, row.preview, row.messages, row.customer_id) == ("Subject 1", "Words 3", 3, 1)
    assert [event.agent_id for event in events(desk, first, "merged_in")] == [None]
    assert desk.inbox.counts()["open"] == desk.inbox.counts()["waiting"] == 1
    assert [hit.conversation for hit in desk.search.find("Words")] == [first] * 3
    assert shop.rebuilt() == 0


def test_mail_that_comes_after_finds_the_one_that_goes_on(desk: Desk, shop: Shop) -> None:
    first, _second = two_halves(shop)
    assert says(shop, 4, answers=3) == first
    assert says(shop, 5, answers=2) == first


def test_our_own_answer_from_elsewhere_is_a_link_too(desk: Desk, shop: Shop) -> None:
    first, second = two_halves(shop, sender=SUPPORT, to="ana@buyer.example")
    assert texts(desk, first) == ["Words 1", "Words 2", "Words 3"]
    assert desk.inbox.thread(second).merged_into == first


def test_one_batch_or_many_make_no_difference(desk: Desk, shop: Shop) -> None:
    for number, answers in ((9, 8), (5, 4), (7, 6), (3, None), (6, 5), (8, 7), (4, 3)):
        says(shop, number, answers=answers)
    (row,) = desk.inbox.page("open").rows
    assert texts(desk, row.id) == [f"Words {n}" for n in range(3, 10)]
    assert row.subject == "Subject 3"
    assert shop.rebuilt() == 0


def test_newest_first_the_subject_is_the_oldest_mails(desk: Desk, shop: Shop) -> None:
    """An address book's import, read backwards: the queue must not say 'Re: Re: thanks'."""
    for number in (3, 2, 1):
        conversation = says(shop, number, answers=number - 1 or None)
    row = desk.inbox.row(conversation)
    assert (row.subject, row.preview) == ("Subject 1", "Words 3")
    says(shop, 0, subject="", **{"In_Reply_To": "<m1@buyer.example>"})
    assert desk.inbox.row(conversation).subject == "Subject 1", "an empty subject says nothing"


def test_never_across_strangers(desk: Desk, shop: Shop) -> None:
    first = says(shop, 1)
    second = says(shop, 3, answers=2, sender=BO)
    says(shop, 2, answers=1)
    assert desk.inbox.thread(second).merged_into is None and texts(desk, first) == ["Words 1", "Words 2"]
    says(shop, 5), says(shop, 7, answers=6)
    says(shop, 6, answers=5, sender=BO)  # a stranger names both
    assert events(desk, first, "merged_in") == []
    assert len(desk.inbox.page("open").rows) == 4


def test_never_across_accounts(desk: Desk, shop: Shop) -> None:
    first = says(shop, 1)
    other = Shop(desk, shop.clock, shop.add_account("sales"))
    second = says(other, 3, answers=2)
    says(other, 2, answers=1)
    assert desk.inbox.thread(second).merged_into is None and len(texts(desk, second)) == 2
    assert texts(desk, first) == ["Words 1"]


def test_spam_stays_where_it_is(desk: Desk, shop: Shop) -> None:
    first, second = says(shop, 1), says(shop, 3, answers=2)
    desk.inbox.spam(second)
    says(shop, 2, answers=1)
    assert desk.inbox.thread(second).status == "spam" and len(texts(desk, first)) == 2


def test_notes_drafts_and_what_waits_to_be_sent_are_kept(desk: Desk, shop: Shop) -> None:
    first, second = says(shop, 1), says(shop, 3, answers=2)
    desk.inbox.assign(second, "Lin")
    desk.replies.note(second, "promised a voucher")
    row = desk.replies.send(second, "On its way.")
    agent = desk.agent.id
    desk.replies.save_draft(Draft(first, agent, "reply", "Dear Ana", 1, shop.clock.now(), cursor=8))
    desk.replies.save_draft(Draft(second, agent, "reply", "Hello", 2, shop.clock.now(), cursor=5))
    desk.replies.save_draft(Draft(second, agent, "note", "ask Mei", 2, shop.clock.now()))
    says(shop, 2, answers=1)
    thread = desk.inbox.thread(first)
    assert [entry.text for entry in thread.entries if not hasattr(entry, "direction")] == [
        "promised a voucher"
    ]
    assert thread.assignee == "Lin"
    draft, note = desk.replies.draft(first), desk.replies.draft(first, "note")
    assert draft is not None and draft.text == "Dear Ana\n\nHello"
    assert note is not None and note.text == "ask Mei"
    assert desk.outbox.list()[0].conversation_id == first
    shop.send(Channel())
    assert [m.state for m in desk.inbox.thread(first).messages if m.direction == "out"] == ["sent"]
    # The composer is still open on the one that is gone now, and goes on saving.
    for text in ("Hello A", "Hello Ana, "):
        desk.replies.save_draft(Draft(second, agent, "reply", text, 2, shop.clock.now(), cursor=len(text)))
    draft = desk.replies.draft(first)
    assert draft is not None and draft.text == "Dear Ana\n\nHello Ana, "
    assert draft.cursor == len(draft.text)
    assert desk.replies.draft(second) is None
    with pytest.raises(Conflict) as stopped:
        desk.replies.send(second, "Hello Ana, it left.", rev=2)
    assert stopped.value.code == "newer_message"
    assert row.id and shop.rebuilt() == 0


def test_a_merge_is_taken_back_and_stays_so(desk: Desk, shop: Shop) -> None:
    first, second = says(shop, 1), says(shop, 3, answers=2)
    desk.inbox.tag(second, add=["late"])
    note = desk.replies.note(second, "promised a voucher")
    before = desk.inbox.thread(second)
    says(shop, 2, answers=1)
    assert desk.inbox.row(first).tags == ("late",)
    assert desk.inbox.split(second) == (second, first)
    after = desk.inbox.thread(second)
    assert after.entries == before.entries
    assert (after.status, after.waiting_since, after.subject, after.unread, after.tags) == (
        before.status,
        before.waiting_since,
        before.subject,
        before.unread,
        before.tags,
    )
    assert texts(desk, first) == ["Words 1", "Words 2"]
    row = desk.inbox.row(first)
    assert (row.messages, row.preview, row.tags, row.subject) == (2, "Words 2", (), "Subject 1")
    assert [hit.conversation for hit in desk.search.find("voucher") if hit.note == note.id] == [second]
    assert desk.inbox.counts()["open"] == 2 and shop.rebuilt() == 0
    # What refers to both again does not bring them together against a person's decision.
    says(shop, 4, answers=3, References="<m1@buyer.example> <m2@buyer.example>")
    assert desk.inbox.thread(second).merged_into is None
    for number in (first, second):
        with pytest.raises(Refused) as refused:
            desk.inbox.split(number)
        assert refused.value.code == "not_merged"


def test_the_last_merge_of_a_conversation_is_taken_back_by_its_own_number(desk: Desk, shop: Shop) -> None:
    first, second, third = says(shop, 1), says(shop, 3), says(shop, 5)
    desk.inbox.merge(second, first)
    desk.inbox.merge(third, first)
    assert desk.inbox.split(first) == (third, first)
    assert desk.inbox.split(first) == (second, first)
    assert [texts(desk, one) for one in (first, second, third)] == [["Words 1"], ["Words 3"], ["Words 5"]]
    desk.inbox.merge(third, second)
    desk.inbox.merge(second, first)
    with pytest.raises(Refused, match="itself merged"):
        desk.inbox.split(third)
    desk.inbox.split(second)
    desk.inbox.split(third)
    assert [texts(desk, one) for one in (first, second, third)] == [["Words 1"], ["Words 3"], ["Words 5"]]
    assert shop.rebuilt() == 0


def test_an_agents_merge_is_undone_like_any_other_act(desk: Desk, shop: Shop) -> None:
    first, second = says(shop, 1), says(shop, 3)
    draft = Draft(second, desk.agent.id, "reply", "Hello", 1, shop.clock.now())
    desk.replies.save_draft(draft)
    desk.inbox.merge(second, first)
    assert f"{second}" in desk.inbox.undo()
    assert texts(desk, second) == ["Words 3"] and desk.inbox.thread(second).status == "open"
    kept = desk.replies.draft(second)
    assert kept is not None and kept.text == "Hello" and desk.replies.draft(first) is None
    with pytest.raises(Refused):
        desk.inbox.undo()


def test_what_came_after_the_merge_stays(desk: Desk, shop: Shop) -> None:
    first, second = two_halves(shop)
    says(shop, 4, answers=3)
    desk.inbox.split(second)
    assert texts(desk, first) == ["Words 1", "Words 2", "Words 4"] and texts(desk, second) == ["Words 3"]


def test_a_closed_half_opens_when_the_other_is_open(desk: Desk, shop: Shop) -> None:
    first, second = says(shop, 1), says(shop, 3, answers=2)
    desk.inbox.close(first)
    says(shop, 2, answers=1, sender=SUPPORT, to="ana@buyer.example")
    assert desk.inbox.thread(first).status == "open" and desk.inbox.thread(second).merged_into == first


def test_an_acknowledgement_survives_the_merge(desk: Desk, shop: Shop) -> None:
    desk.accounts.set("support", {"hours": "mon-fri 8:00-18:00", "acknowledge": "1"})
    shop.clock.at = datetime.fromisoformat("2026-11-21T12:00:00+00:00")  # a Saturday
    shop.account = desk.accounts.get("support")
    two_halves(shop)
    sync = Sync(desk.inbox.context)
    sync.once()
    sync.once()
    assert len(desk.outbox.list()) == 1
