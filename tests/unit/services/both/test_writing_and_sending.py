"""Replies from the first letter to the server's answer. A failure here sends a reply twice or never, to the wrong
person, with an internal note in it, or loses what an agent wrote."""

from __future__ import annotations

import email
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.domain.conversation import Draft
from csdesk.domain.outbox import MAX_ATTEMPTS
from csdesk.domain.ports import MaybeSent, NotSent, Receipt, Rejected
from csdesk.errors import Conflict, DeskError, Refused, Usage
from tests.unit.services.both.shop import Channel, Shop, orders_file

SECRET = "internal-only-7731"


def _draft(desk: Desk, conversation: int, text: str, mode: str = "reply") -> Draft:
    return Draft(conversation, desk.agent.id, mode, text, 1, desk.clock.now())


def test_drafts_are_kept_by_agent_and_kind_and_an_empty_one_is_gone(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    mei = shop.desk_of("Mei")
    desk.replies.save_draft(_draft(desk, first, "reply of Lin\x00"))
    desk.replies.save_draft(_draft(desk, first, "note of Lin", "note"))
    mei.replies.save_draft(_draft(mei, first, "reply of Mei"))
    for who, mode, text in (
        (desk, "reply", "reply of Lin"),
        (desk, "note", "note of Lin"),
        (mei, "reply", "reply of Mei"),
    ):
        found = who.replies.draft(first, mode)
        assert found is not None and found.text == text
    desk.replies.note(first, "kept")
    assert desk.replies.draft(first, "note") is None
    assert desk.inbox.row(first).draft
    desk.replies.save_draft(_draft(desk, first, "  "))
    assert desk.replies.draft(first) is None
    mei.replies.discard_draft(first)
    assert not desk.inbox.row(first).draft
    mei.close()


def test_a_reply_is_built_right_and_frozen(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@buyer.example", References="<older@buyer.example>")
    desk.replies.save_draft(_draft(desk, first, "half"))
    row = desk.replies.send(first, "On its way.", cc=["Boss <boss@shop.example>"])
    assert (row.state, row.recipients) == ("queued", ("ana@buyer.example", "boss@shop.example"))
    assert row.due_at - row.created_at == timedelta(seconds=shop.account.undo_seconds)
    assert desk.replies.draft(first) is None
    raw = shop.raw(row.raw_hash)
    built = email.message_from_bytes(raw)
    assert built["In-Reply-To"] == "<q@buyer.example>"
    assert built["References"].split()[-1] == "<q@buyer.example>"
    assert built["Message-ID"] == f"<{row.key}>"
    assert built["From"] == "The Shop <support@shop.example>"
    assert built["Subject"] == "Re: Order"
    body = built.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines()[-2:] == ["-- ", "Your Shop"]
    assert "On its way." in body.decode()
    with desk.store.write() as tx:
        tx.accounts.set(shop.account.id, address="new@shop.example", signature="Other")
    shop.asked("from another address", id="z@y", sender="ana2@other.example", In_Reply_To="<q@buyer.example>")
    channel = Channel()
    shop.send(channel)
    [sent] = channel.sent
    assert (sent.raw, sent.envelope_from) == (raw, "support@shop.example")
    assert sent.recipients == ("ana@buyer.example", "boss@shop.example")


def test_a_newer_message_stops_the_reply_and_keeps_the_draft(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@x")
    rev = desk.inbox.thread(first).rev
    desk.replies.save_draft(_draft(desk, first, "half"))
    shop.asked("cancel it!", In_Reply_To="<q@x>")
    for act in (desk.replies.check, desk.replies.send):
        with pytest.raises(Conflict, match="wrote again") as stopped:
            act(first, "It left today.", rev=rev)
        assert stopped.value.code == "newer_message"
    assert desk.outbox.list() == ()
    assert desk.replies.draft(first) is not None
    mei = shop.desk_of("Mei")
    rev = desk.inbox.thread(first).rev
    mei.replies.send(first, "Cancelled.", rev=rev)
    with pytest.raises(Conflict, match="Mei answered"):
        desk.replies.send(first, "It left today.", rev=rev)
    mei.close()


@pytest.mark.parametrize(
    ("text", "cc", "attachments", "error", "code"),
    [
        ("", (), (), Refused, "empty"),
        (" \n ", (), (), Refused, "empty"),
        ("Hi ok", ("nobody",), (), Usage, "usage"),
        ("Hi ok", (), ("/no/such.pdf",), Refused, "attachment"),
        ("Hi ok", (), ("/",), Refused, "attachment"),
    ],
)
def test_what_cannot_be_sent_says_so_and_queues_nothing(
    desk: Desk,
    shop: Shop,
    text: str,
    cc: tuple[str, ...],
    attachments: tuple[str, ...],
    error: type[DeskError],
    code: str,
) -> None:
    first = shop.asked()
    for act in (desk.replies.check, desk.replies.send):
        with pytest.raises(error) as refused:
            act(first, text, rev=None, cc=cc, attachments=attachments)
        assert refused.value.code == code
    assert desk.outbox.list() == ()
    assert desk.inbox.row(first).messages == 1


def test_a_template_that_lacks_something_cannot_be_sent(desk: Desk, shop: Shop) -> None:
    first = shop.asked()
    rendered = [desk.templates.render(t.name, conversation=first) for t in desk.templates.all()]
    gaps = [each for each in rendered if each.missing]
    assert gaps
    for each in gaps:
        with pytest.raises(Refused) as refused:
            desk.replies.send(first, each.text)
        assert refused.value.code == "unresolved"
    assert desk.outbox.list() == ()


def test_taking_back_restores_the_draft_the_clock_and_the_queue(desk: Desk, shop: Shop) -> None:
    first = shop.asked("Where is it?")
    before = desk.inbox.row(first)
    row = desk.replies.send(first, "On its way.", cc=["boss@shop.example"], language="en")
    assert desk.inbox.row(first).waiting_since is None
    desk.replies.save_draft(_draft(desk, first, "newer words"))
    draft = desk.replies.undo_send(row.id)
    assert draft.text == "newer words\n\nOn its way."
    assert draft.cc == ("boss@shop.example",)
    assert desk.replies.draft(first) == draft
    after = desk.inbox.row(first)
    for name in ("waiting_since", "due_at", "last_message_at", "preview", "messages"):
        assert getattr(after, name) == getattr(before, name), name
    assert not [hit for hit in desk.search.find("way") if hit.message]
    channel = Channel()
    shop.send(channel)
    assert channel.sent == []
    with pytest.raises(Refused) as refused:
        desk.replies.undo_send(row.id)
    assert refused.value.code == "too_late"
    assert shop.rebuilt() == 0


def test_a_first_message_taken_back_can_be_sent_again(desk: Desk, shop: Shop) -> None:
    row = desk.replies.new("support", "Ware House <w@house.example>", "Parcel", "Where is it?")
    draft = desk.replies.undo_send(row.id)
    again = desk.replies.send(row.conversation_id, draft.text)
    assert again.recipients == ("w@house.example",)
    for nobody in ("", "  ", "nobody"):
        with pytest.raises(Usage):
            desk.replies.new("support", nobody, "Parcel", "Where is it?")


def test_a_note_never_leaves(desk: Desk, shop: Shop) -> None:
    first = shop.asked(id="q@x")
    desk.replies.note(first, SECRET)
    rows = [
        desk.replies.send(first, "On its way."),
        desk.replies.forward(first, "w@house.example", text="please look"),
        desk.replies.new("support", "c@carrier.example", "Parcel", "Where is it?"),
    ]
    shop.asked("thanks", In_Reply_To="<q@x>")
    rows.append(desk.replies.send(first, "Welcome."))
    for row in rows:
        assert SECRET.encode() not in shop.raw(row.raw_hash)
        assert SECRET not in email.message_from_bytes(shop.raw(row.raw_hash)).as_string()
    forwarded = email.message_from_bytes(shop.raw(rows[1].raw_hash)).get_payload(decode=True)
    assert isinstance(forwarded, bytes) and b"Where is my order?" in forwarded and b"On its way." in forwarded
    assert [(hit.message, hit.note) for hit in desk.search.find(SECRET)] == [(None, 1)]


def test_merging_takes_queued_messages_and_orders_along(desk: Desk, shop: Shop, tmp_path: Path) -> None:
    desk.orders.import_file(orders_file(tmp_path, ("1042", "other@buyer.example")))
    one = shop.asked("my order #1042", id="a@x")
    two = shop.asked(id="b@x")
    [link] = desk.orders.beside(one)
    assert link.state == "suggested"
    desk.orders.confirm(one, link.order.id)
    row = desk.replies.send(one, "On its way.", now=True)
    desk.inbox.merge(one, two)
    assert [(each.order.number, each.state) for each in desk.orders.beside(two)] == [("1042", "linked")]
    shop.send(Channel(Rejected("refused", "No such user.")))
    assert desk.outbox.list()[0].conversation_id == two
    assert (desk.inbox.row(two).failed, desk.inbox.row(one).failed) == (1, 0)
    assert [r.id for r in desk.inbox.page("failed").rows] == [two]
    desk.outbox.resolve(row.id, "drop")
    assert desk.replies.draft(two) is not None
    assert shop.rebuilt() == 0


def test_orders_are_linked_by_address_only_while_the_answer_goes_there(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    desk.orders.import_file(
        orders_file(tmp_path, ("1042", "ana@buyer.example"), ("77001", "bob@buyer.example"))
    )
    first = shop.asked("and order #77001?", id="q@x")
    assert {link.order.number: link.state for link in desk.orders.beside(first)} == {
        "1042": "linked",
        "77001": "suggested",
    }
    shop.asked("I ask for her", sender="eve@evil.example", In_Reply_To="<q@x>")
    assert {link.state for link in desk.orders.beside(first)} == {"suggested"}
    for template in desk.templates.all():
        assert "1042" not in desk.templates.render(template.name, conversation=first).text
    again = desk.orders.import_file(orders_file(tmp_path, ("1042", "ana@buyer.example")))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
    foreign = shop.asked("hello", id="r@x", Reply_To="eve@evil.example")
    assert {link.state for link in desk.orders.beside(foreign)} == {"suggested"}


def _queued(desk: Desk, shop: Shop) -> int:
    return desk.replies.send(shop.asked(), "On its way.", now=True).id


def _state(desk: Desk, row: int) -> str:
    return next(each.state for each in desk.outbox.list() if each.id == row)


def test_sent_once_and_filed_again_until_it_worked(desk: Desk, shop: Shop) -> None:
    row = _queued(desk, shop)
    channel = Channel(Receipt(refused=(("b@x", "no such user"),)))
    channel.filing_fails = [NotSent("unreachable", "no network")]
    with pytest.raises(NotSent):
        shop.send(channel)
    assert _state(desk, row) == "sent"
    assert "b@x: no such user" in desk.outbox.list()[0].error
    shop.send(channel)
    shop.send(channel)
    assert len(channel.sent) == len(channel.filed) == 1


def test_what_surely_did_not_leave_is_tried_again_and_given_up(desk: Desk, shop: Shop) -> None:
    row = _queued(desk, shop)
    channel = Channel(*[NotSent("unreachable", "no network")] * MAX_ATTEMPTS)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        shop.send(channel)
        assert len(channel.sent) == attempt
        shop.clock.forward(hours=2)
    assert _state(desk, row) == "failed"
    assert desk.inbox.counts()["failed"] == 1
    assert desk.outbox.retry(row).state == "queued"
    shop.send(channel)
    assert (_state(desk, row), desk.inbox.counts()["failed"]) == ("sent", 0)
    assert len({each.raw for each in channel.sent}) == 1
    assert shop.rebuilt() == 0


@pytest.mark.parametrize("failure", [MaybeSent("timeout", "no answer"), ValueError("bug")])
@pytest.mark.parametrize(
    ("found", "state", "times"), [(True, "sent", 1), (None, "uncertain", 1), (False, "sent", 2)]
)
def test_what_may_have_left_is_looked_up_before_it_is_sent_again(
    desk: Desk, shop: Shop, failure: Exception, found: bool | None, state: str, times: int
) -> None:
    row = _queued(desk, shop)
    channel = Channel(failure, found=None)
    try:
        shop.send(channel)
    except ValueError:
        pass
    assert (_state(desk, row), desk.inbox.counts()["failed"]) == ("uncertain", 1)
    with pytest.raises(Refused, match="may have been sent"):
        desk.outbox.retry(row)
    channel.found = found
    for _ in range(3):
        shop.clock.forward(minutes=6)
        shop.send(channel)
    assert (_state(desk, row), len(channel.sent)) == (state, times)


def test_a_process_that_died_while_sending_leaves_an_uncertain_message(desk: Desk, shop: Shop) -> None:
    row = _queued(desk, shop)
    with desk.store.write() as tx:
        assert tx.outbox.claim(shop.account.id, "elsewhere|99|", timedelta(minutes=5)) is not None
    channel = Channel()
    shop.send(channel)
    assert _state(desk, row) == "sending", "its lease still runs"
    shop.clock.forward(minutes=6)
    shop.send(channel)
    assert (_state(desk, row), channel.sent) == ("uncertain", [])
    assert desk.outbox.resolve(row, "resend").state == "queued"
    shop.send(channel)
    assert (_state(desk, row), len(channel.sent)) == ("sent", 1)


def test_a_paused_account_does_not_keep_the_drain_busy(desk: Desk, shop: Shop) -> None:
    import threading

    _queued(desk, shop)
    desk.accounts.pause("support")
    assert desk.sync.drain(threading.Event()) == 1
