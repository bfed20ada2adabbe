"""Mail comes in. A failure here loses a customer's mail, shows it twice, shows it to the wrong customer, or lets it
lie where nobody looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csdesk.bootstrap import Desk
from tests.databases import NOW
from tests.unit.services.both.shop import DAY, SUPPORT, Shop, mail


def _texts(desk: Desk, conversation: int) -> list[str]:
    return [m.text.strip() for m in desk.inbox.thread(conversation).messages]


def test_the_first_mail_opens_a_conversation_in_which_somebody_waits(desk: Desk, shop: Shop) -> None:
    row = desk.inbox.row(shop.asked("¿Dónde está mi pedido? Ya han pasado tres semanas."))
    assert (row.who, row.status, row.unread, row.assignee, row.messages) == ("Ana", "open", True, None, 1)
    assert row.waiting_since is not None and row.due_at is not None
    assert row.due_at - row.waiting_since == timedelta(minutes=shop.account.first_reply_minutes)
    assert row.language == "es"
    assert desk.inbox.counts()["waiting"] == 1
    assert shop.rebuilt() == 0


@pytest.mark.parametrize("proof", ["In_Reply_To", "References", "subject", "own"])
def test_an_answer_joins_by_every_proof(desk: Desk, shop: Shop, proof: str) -> None:
    first = shop.asked(id="first@buyer.example")
    sent = desk.replies.send(first, "It is on its way.", now=True)
    headers = {
        "In_Reply_To": {"In_Reply_To": "<first@buyer.example>"},
        "References": {"References": "<unknown@x> <first@buyer.example>"},
        "own": {"In_Reply_To": f"<{sent.key}>"},
        "subject": {"subject": f"Re: [#{first}] Order"},
    }[proof]
    assert shop.asked("Thanks", **headers) == first
    row = desk.inbox.row(first)
    assert (row.messages, row.unread) == (3, True)
    assert row.waiting_since is not None


def test_a_number_in_the_subject_proves_nothing_for_a_stranger_or_in_another_mailbox(
    desk: Desk, shop: Shop
) -> None:
    first = shop.asked()
    token = f"[#{first}] Order"
    assert shop.asked("me too", sender="eve@evil.example", subject=token) != first
    sales = shop.add_account("sales")
    raw = mail(at=NOW, id="s@x", subject=token, to="sales@shop.example")
    assert shop.receive(raw, account=sales).conversations != [first]


def test_answers_to_a_merged_conversation_join_where_it_goes_on(desk: Desk, shop: Shop) -> None:
    one, two, three = (shop.asked(id=f"m{n}@buyer.example") for n in range(3))
    desk.inbox.merge(one, two)
    desk.inbox.merge(two, three)
    assert shop.asked("more", In_Reply_To="<m0@buyer.example>") == three
    assert len(_texts(desk, three)) == 4


def test_the_same_mail_again_is_kept_once(desk: Desk, shop: Shop) -> None:
    raw = mail(at=NOW, id="a@buyer.example")
    first = shop.receive(raw, external="1")
    assert (first.stored, first.duplicates) == (1, 0)
    for external in ("1", "2", "2"):
        again = shop.receive(raw, external=external)
        assert (again.stored, again.duplicates) == (0, 1)
    relayed = b"Received: from another way\r\n" + raw
    assert shop.receive(relayed).duplicates == 1
    assert desk.inbox.row(first.conversations[0]).messages == 1


def test_another_mail_under_the_same_id_is_kept_as_well(desk: Desk, shop: Shop) -> None:
    shop.receive(mail("one", at=NOW, id="same@buyer.example"))
    assert shop.receive(mail("two", at=NOW, id="same@buyer.example")).stored == 1
    texts = [t for row in desk.inbox.page("all").rows for t in _texts(desk, row.id)]
    assert sorted(texts) == ["one", "two"]


def test_our_own_sent_copy_coming_back_is_not_a_second_message(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    sent = desk.replies.send(first, "On its way.", now=True)
    assert shop.receive(shop.raw(sent.raw_hash), outbound=True).duplicates == 1
    assert len(_texts(desk, first)) == 2


def test_an_answer_written_in_another_program_stops_the_clock(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@buyer.example")
    at = shop.clock.forward(minutes=9)
    raw = mail("done", at=at, sender=SUPPORT, to="ana@buyer.example", In_Reply_To="<q@buyer.example>")
    assert shop.receive(raw, outbound=True).conversations == [first]
    row = desk.inbox.row(first)
    assert (row.waiting_since, row.unread) == (None, False)


def test_a_mail_that_crossed_our_answer_still_waits(desk: Desk, shop: Shop) -> None:
    """It lay in the mailbox when the agent wrote; the agent could not see it."""
    first = shop.asked(id="q@buyer.example")
    came = shop.clock.forward(minutes=1)
    shop.clock.forward(minutes=1)
    desk.replies.send(first, "On its way.", now=True)
    raw = mail("wrong address!", at=came, id="r@buyer.example", In_Reply_To="<q@buyer.example>")
    assert shop.receive(raw, at=came).conversations == [first]
    row = desk.inbox.row(first)
    assert row.unread
    assert row.waiting_since is not None and abs(row.waiting_since - came) < timedelta(seconds=1)


def test_what_was_answered_from_elsewhere_since_does_not_wait(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@buyer.example")
    came = shop.clock.forward(minutes=1)
    later = shop.clock.forward(minutes=5)
    answer = mail(
        "both done", at=later, sender=SUPPORT, to="ana@buyer.example", In_Reply_To="<q@buyer.example>"
    )
    shop.receive(answer, outbound=True)
    shop.receive(mail("and?", at=came, In_Reply_To="<q@buyer.example>"), at=came)
    assert desk.inbox.row(first).waiting_since is None


def test_replies_that_come_before_what_they_answer_are_sorted_by_time(desk: Desk, shop: Shop) -> None:
    one = shop.receive(mail("two", at=NOW + DAY, id="b@x", References="<a@x>"), at=NOW + DAY)
    two = shop.receive(mail("three", at=NOW + 2 * DAY, id="c@x", References="<a@x> <b@x>"), at=NOW + 2 * DAY)
    assert one.conversations == two.conversations
    assert _texts(desk, one.conversations[0]) == ["two", "three"]


def test_an_older_question_that_comes_later_sets_the_clock_back(desk: Desk, shop: Shop) -> None:
    """A mailbox is read from the newest mail backwards; whose question is how old decides who comes first."""
    asked, again = NOW, NOW + timedelta(hours=5)
    shop.clock.forward(minutes=6 * 60)
    found = shop.receive(mail("and?", at=again, id="b@x", References="<a@x>"), at=again).conversations[0]
    assert desk.inbox.row(found).waiting_since == again
    shop.receive(mail("where is it?", at=asked, id="a@x"), at=asked)
    row = desk.inbox.row(found)
    assert row.waiting_since == asked
    assert row.due_at == asked + timedelta(minutes=shop.account.first_reply_minutes)
    assert shop.rebuilt() == 0


def test_automatic_mail_neither_starts_nor_stops_a_clock(desk: Desk, shop: Shop) -> None:
    away = {"Auto_Submitted": "auto-replied"}
    alone = shop.asked("I am away", id="away@x", sender="bob@buyer.example", **away)
    assert desk.inbox.row(alone).waiting_since is None
    first = shop.asked(id="q@x")
    rev = desk.inbox.thread(first).rev
    since = desk.inbox.row(first).waiting_since
    assert shop.asked("I am away", id="away2@x", In_Reply_To="<q@x>", **away) == first
    assert desk.inbox.row(first).waiting_since == since
    assert desk.inbox.thread(first).rev == rev, "an auto-reply must not stop what an agent writes"


def test_old_mail_comes_in_as_history(desk: Desk, shop: Shop) -> None:
    old = shop.clock.now() - 91 * DAY
    made = shop.receive(mail(at=old, id="old@x"), at=old).conversations[0]
    row = desk.inbox.row(made)
    assert (row.status, row.unread, row.waiting_since) == ("closed", False, None)
    fresh = shop.clock.now() - 89 * DAY
    made = shop.receive(mail(at=fresh, id="new@x", sender="b@x.example"), at=fresh).conversations[0]
    assert desk.inbox.row(made).status == "open"


def test_states_when_the_customer_writes_again(desk: Desk, shop: Shop) -> None:
    closed, snoozed, spam = (shop.asked(id=f"s{n}@x") for n in range(3))
    desk.inbox.close(closed)
    desk.inbox.snooze(snoozed, shop.clock.now() + DAY)
    desk.inbox.spam(spam)
    for n, conversation in enumerate((closed, snoozed, spam)):
        assert shop.asked("again", In_Reply_To=f"<s{n}@x>") == conversation
    assert [desk.inbox.row(c).status for c in (closed, snoozed, spam)] == ["open", "open", "spam"]
    assert desk.inbox.row(snoozed).snoozed_until is None
    assert not desk.inbox.row(spam).unread
    assert desk.inbox.row(closed).waiting_since is not None


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff" * 50, b"no header at all", b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\n"],
)
def test_whatever_bytes_come_are_kept_as_a_message_with_its_source(
    desk: Desk, shop: Shop, raw: bytes
) -> None:
    made = shop.receive(raw).conversations[0]
    [message] = desk.inbox.thread(made).messages
    with desk.store.read() as tx:
        assert tx.blobs.get(tx.messages.raw_hash(message.id)) == raw
    if message.broken:
        assert any(shop.raw(file.hash) == raw for file in message.attachments)


def test_two_mailboxes_keep_their_own_copies(desk: Desk, shop: Shop) -> None:
    sales = shop.add_account("sales")
    raw = mail(at=NOW, id="both@x", to=f"{SUPPORT}, sales@shop.example")
    one, two = shop.receive(raw), shop.receive(raw, account=sales)
    assert (one.stored, two.stored) == (1, 1)
    assert one.conversations != two.conversations
    assert (
        desk.inbox.row(one.conversations[0]).customer_id == desk.inbox.row(two.conversations[0]).customer_id
    )


def test_a_contact_form_that_writes_in_the_shops_name_is_a_customer(desk: Desk, shop: Shop) -> None:
    form = {"sender": f"The Shop <{SUPPORT}>", "Reply_To": "Bob <bob@buyer.example>"}
    made = shop.asked("Name: Bob. Where is it?", **form)
    row = desk.inbox.row(made)
    assert (row.who, row.status, row.unread) == ("Bob", "open", True)
    assert [a.address for a in desk.replies.recipients(made).to] == ["bob@buyer.example"]


def test_a_clock_that_was_never_set_or_runs_ahead_moves_no_mail(desk: Desk, shop: Shop) -> None:
    came = shop.clock.now()
    for at in (NOW.replace(year=1970, month=1), NOW.replace(year=2099)):
        made = shop.receive(mail(at=at), at=came).conversations[0]
        assert desk.inbox.row(made).last_message_at == came


def test_the_cursor_moves_with_the_mails_or_not_at_all(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.receive(mail(at=NOW, id="a@x"), external="1")

    def fails(*_args: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("csdesk.db.search.Search.add_all", fails)
    with pytest.raises(RuntimeError):
        shop.receive(mail("two", at=NOW, id="b@x"), external="2")
    monkeypatch.undo()
    with desk.store.read() as tx:
        assert tx.accounts.cursor(shop.account.id) == "cursor 1"
        assert tx.messages.known(shop.account.id, ["1", "2"]) == {"1"}
    assert desk.inbox.counts()["all"] == 1
