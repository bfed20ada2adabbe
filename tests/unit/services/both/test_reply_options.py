"""To whom a reply goes, when, with what below it, and what is too big. A failure here tells the wrong people, at the
wrong time, or lets a note out with the quoted words."""

from __future__ import annotations

import email
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from csdesk.errors import Refused, Usage
from csdesk.services.files import MAX_TOTAL_BYTES
from tests.unit.services.both.shop import DAY, SUPPORT, Channel, Shop

SECRET = "internal-only-7731"


def _body(shop: Shop, raw_hash: str) -> str:
    payload = email.message_from_bytes(shop.raw(raw_hash)).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_the_customers_words_are_frozen_below_the_reply_and_never_a_note(desk: Desk, shop: Shop) -> None:
    first = shop.asked("Where is it?\n\nOn Monday Bo wrote:\n> old words\n> more of them", id="q@x")
    desk.replies.note(first, SECRET)
    row = desk.replies.send(first, "On its way.", quote=True)
    assert SECRET not in _body(shop, row.raw_hash)
    own, _sep, quoted = _body(shop, row.raw_hash).partition("> Where is it?")
    assert "On its way." in own
    assert "Your Shop" in own
    assert _sep
    assert "old words" not in quoted
    desk.inbox.merge(first, shop.asked("another", id="z@x"))  # whatever becomes of the conversation
    channel = Channel()
    shop.send(channel)
    assert channel.sent[0].raw == shop.raw(row.raw_hash)


def test_the_quoted_words_are_folded_in_the_thread_and_not_found_twice(desk: Desk, shop: Shop) -> None:
    first = shop.asked("Where is my zebrafinch?", id="q@x")
    row = desk.replies.send(first, "On its way.", quote=True)
    sent = next(m for m in desk.inbox.thread(first).messages if m.outbox_id == row.id)
    assert "zebrafinch" in sent.text
    assert "zebrafinch" not in sent.visible_text
    assert desk.inbox.row(first).preview == "On its way."
    assert len([hit for hit in desk.search.find("zebrafinch") if hit.message]) == 1


def test_the_account_says_whether_replies_quote_and_the_agent_may_say_otherwise(
    desk: Desk, shop: Shop
) -> None:
    first = shop.asked("Where is it?", id="q@x")
    assert "> Where" not in _body(shop, desk.replies.send(first, "One.").raw_hash)
    desk.accounts.set("support", {"quote": "yes"})
    assert "> Where" in _body(shop, desk.replies.send(first, "Two.").raw_hash)
    assert "> Where" not in _body(shop, desk.replies.send(first, "Three.", quote=False).raw_hash)


def test_a_reply_leaves_at_its_time_and_can_be_taken_back_until_then(desk: Desk, shop: Shop) -> None:
    first, second = shop.asked(id="a@x"), shop.asked(id="b@x", sender="bob@buyer.example")
    now = shop.clock.now()
    late = desk.replies.send(first, "Good morning.", at=now + DAY)
    back = desk.replies.send(second, "Good morning, Bob.", at=now + DAY)
    assert late.due_at == now + DAY
    channel = Channel()
    shop.send(channel)
    shop.clock.forward(hours=23)
    shop.send(channel)
    assert channel.sent == []
    assert desk.replies.undo_send(back.id).text == "Good morning, Bob."
    assert desk.inbox.row(second).waiting_since is not None
    shop.clock.forward(hours=1)
    shop.send(channel)
    assert [each.key for each in channel.sent] == [late.key]
    for past in (now, shop.clock.now() - timedelta(seconds=1)):
        with pytest.raises(Usage):
            desk.replies.send(first, "Too late.", at=past)
    assert shop.rebuilt() == 0


def test_a_reply_to_all_leaves_out_ourselves_and_nobody_else(desk: Desk, shop: Shop) -> None:
    shop.add_account("wholesale")
    first = shop.asked(
        id="q@x", to=f"{SUPPORT}, Sis <sis@buyer.example>",
        Cc="WHOLESALE@shop.example, boss@shop.example, ana@buyer.example, support@shop.example.evil",
    )  # fmt: skip
    assert desk.replies.recipients(first).cc == ()
    everyone = desk.replies.recipients(first, everyone=True)
    assert [a.address for a in everyone.to] == ["ana@buyer.example"]
    others = ["sis@buyer.example", "boss@shop.example", "support@shop.example.evil"]
    assert [a.address for a in everyone.cc] == others
    row = desk.replies.send(first, "To all.", cc=[str(a) for a in everyone.cc])
    assert row.recipients == ("ana@buyer.example", *others)
    assert desk.replies.send(first, "To one.").recipients == ("ana@buyer.example",)


def test_attachments_are_limited_together_and_said_before_anything_is_sent(
    desk: Desk, shop: Shop, tmp_path: Path
) -> None:
    first = shop.asked()
    half, rest, one = tmp_path / "half.bin", tmp_path / "rest.bin", tmp_path / "one.txt"
    for path, size in ((half, MAX_TOTAL_BYTES // 2), (rest, MAX_TOTAL_BYTES // 2), (one, 1)):
        with path.open("wb") as file:
            file.truncate(size)
    both = [str(half), str(rest)]
    desk.replies.check(first, "Here.", rev=None, attachments=both)
    for act in (desk.replies.check, desk.replies.send):
        with pytest.raises(Refused, match=r"20 MB together; .*one\.txt is one too many") as refused:
            act(first, "Here.", rev=None, attachments=[*both, str(one)])
        assert refused.value.code == "attachment"
    with pytest.raises(Refused, match=r"one\.txt"):
        desk.replies.new("support", "c@x.example", "S", "T", attachments=[*both, str(one)])
    assert desk.outbox.list() == ()


def test_forwarding_is_one_step_in_the_log_or_none(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shop.asked()
    row = desk.replies.forward(first, "w@house.example")
    with desk.store.read() as tx:
        [event] = [e for e in tx.log.of_conversation(first) if e.kind == "forwarded"]
    assert event.data == {"to": row.conversation_id, "outbox": row.id}

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("power cut")

    conversations = desk.inbox.counts()["all"]
    monkeypatch.setattr("csdesk.db.outbox.Outbox.get", fails)
    with pytest.raises(RuntimeError):
        desk.replies.forward(first, "w2@house.example")
    monkeypatch.undo()
    assert len(desk.outbox.list()) == 1
    assert desk.inbox.counts()["all"] == conversations
