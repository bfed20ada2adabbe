"""Answering: replies, notes, templates, and what stops a message that should not go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csdesk.domain.conversation import Note
from tests.stories.conftest import Telling


async def test_an_answer_leaves_and_the_next_one_who_waits_is_there(tell: Telling) -> None:
    """The most usual minute of a night."""
    async with tell() as t:
        await t.do("queue.open")
        first = t.opened.id
        await t.do("write.reply")
        await t.type("Hello,\n\nwe send a new one today.")
        await t.do("write.send")
        assert t.opened.id != first and t.opened.waiting_since is not None
        (row,) = t.outbox("queued")
        assert row.conversation_id == first and "we send a new one today." in t.letter(row).text
        await t.wait(seconds=30)
        assert not t.outbox("queued") and t.outbox("sent")[0].conversation_id == first
        assert t.row(first).waiting_since is None


async def test_an_answer_is_taken_back_before_it_leaves(tell: Telling) -> None:
    """The typo is seen the moment the key is pressed."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("write.reply")
        await t.type("Hello Emlly")
        await t.do("write.send_stay", "send.undo")
        assert t.written == "Hello Emlly" and t.opened.id == emily
        await t.wait(minutes=5)
        assert not t.outbox("queued", "sending", "sent")


async def test_a_template_brings_the_order_and_the_parcel(tell: Telling) -> None:
    """Nobody types an order number twice."""
    async with tell() as t:
        await t.go("Giulia")
        await t.do("write.template")
        await t.keys("text:where_is_my_order", "enter")
        assert "1037" in t.written and "{{" not in t.written


async def test_a_template_asks_for_what_it_does_not_know(tell: Telling) -> None:
    """A gap that was sent would be read by the customer."""
    async with tell() as t:
        await t.go("Giulia")
        await t.do("write.template")
        await t.keys("text:delayed", "enter")
        await t.keys("text:la neve sulle Alpi", "enter", "text:martedì", "enter")
        assert "la neve sulle Alpi" in t.written and "martedì" in t.written and "{{" not in t.written


async def test_a_note_is_for_colleagues_and_never_leaves(tell: Telling) -> None:
    """The wall that everything else stands on."""
    async with tell() as t:
        emily = await t.go("Emily")
        before = len(t.outbox())
        await t.do("write.note")
        await t.type("Careful, her bank asked us already.")
        await t.do("write.send")
        await t.wait(minutes=5)
        assert len(t.outbox()) == before
        notes = [one for one in t.desk.inbox.thread(emily).entries if isinstance(one, Note)]
        assert any("her bank asked" in one.text for one in notes)


async def test_a_draft_waits_where_it_was_left(tell: Telling) -> None:
    """The telephone rings in mid-sentence."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("write.reply")
        await t.type("Hello Emily, about the")
        await t.do("write.leave")
        await t.go("Giulia")
        assert await t.go("Emily") == emily
        await t.do("write.reply")
        assert t.written == "Hello Emily, about the"


async def test_a_draft_thrown_away_is_gone_from_the_composer(tell: Telling) -> None:
    """What nobody wants to send must not come up again."""
    async with tell() as t:
        await t.go("Emily")
        await t.do("write.reply")
        await t.type("No.")
        await t.do("write.discard", "write.reply")
        assert t.written == ""


async def test_a_reply_is_sent_tomorrow_morning(tell: Telling) -> None:
    """Nobody wants a mail at three in the night."""
    async with tell() as t:
        emily = await t.go("Emily")
        await t.do("write.reply")
        await t.type("Good morning Emily")
        await t.do("write.later")
        await t.keys("down", "enter")
        (row,) = t.outbox("queued")
        assert row.conversation_id == emily and row.due_at > t.clock.now() + timedelta(minutes=30)
        await t.wait(minutes=10)
        assert t.outbox("queued") and not t.outbox("sent")
        await t.wait(days=3)
        assert t.outbox("sent")


async def test_a_colleague_of_the_customer_gets_a_copy(tell: Telling) -> None:
    """The husband who pays."""
    async with tell() as t:
        await t.go("Emily")
        await t.do("write.reply")
        await t.type("Both of you")
        await t.do("write.cc")
        await t.type("Tom <tom@family.example>")
        await t.keys("enter")
        await t.do("write.send_stay")
        assert "tom@family.example" in t.outbox("queued")[0].recipients


async def test_a_file_goes_along_and_one_that_is_not_there_is_said(tell: Telling, tmp_path: Path) -> None:
    """A wrong path must cost a sentence, not the draft."""
    paper = tmp_path / "return-label.pdf"
    paper.write_bytes(b"%PDF-1.4 label")
    async with tell() as t:
        await t.go("Emily")
        await t.do("write.reply")
        await t.type("Here is the label")
        await t.do("write.attach")
        await t.type(str(tmp_path / "nothing.pdf"))
        await t.keys("enter")
        t.sees("nothing.pdf")
        if t.app.screen is not t.screen:
            await t.keys("escape")
        assert t.written == "Here is the label"
        await t.do("write.attach")
        await t.type(str(paper))
        await t.keys("enter")
        t.sees("return-label.pdf")
        if t.app.screen is not t.screen:
            await t.keys("ctrl+s")
        await t.do("write.send_stay")
        await t.wait(minutes=1)
        sent = [one for m in t.desk.inbox.thread(t.opened.id).messages for one in m.attachments]
        assert "return-label.pdf" in [one.name for one in sent]


async def test_the_warehouse_is_written_to_and_a_wrong_address_costs_no_word(tell: Telling) -> None:
    """Not every conversation begins with a customer."""
    async with tell() as t:
        await t.do("write.new")
        await t.type("lager carrier")
        await t.keys("enter")
        await t.type("Parcel RB123")
        await t.keys("enter")
        await t.type("Where does it lie?")
        await t.keys("ctrl+s")
        assert t.app.screen is not t.screen and not t.outbox("queued")
        t.sees("Parcel RB123", "Where does it lie?")
        await t.keys("escape")
        await t.do("write.new")
        t.sees("Where does it lie?")
        await t.keys(*["backspace"] * 13)
        await t.type("lager@carrier.example")
        await t.keys("ctrl+s")
        (row,) = t.outbox("queued")
        assert row.recipients == ("lager@carrier.example",) and "lie?" in t.letter(row).text


async def test_a_conversation_is_forwarded_without_its_notes(tell: Telling) -> None:
    """A carrier needs the mails, and nobody else's thoughts."""
    async with tell() as t:
        ana = await t.go("Ana", words="mi paquete")
        assert any(isinstance(one, Note) for one in t.desk.inbox.thread(ana).entries)
        await t.do("write.forward")
        await t.type("zoll@carrier.example")
        await t.keys("enter")
        await t.type("Please look at this one.")
        await t.keys("ctrl+s")
        (row,) = t.outbox("queued")
        text = t.letter(row).text
        assert row.recipients == ("zoll@carrier.example",) and "look at this one" in text
        assert "海关要求税号" not in text


async def test_the_customers_words_stand_below_on_request(tell: Telling) -> None:
    """Some customers forget what they asked."""
    async with tell() as t:
        await t.go("Emily")
        asked = next(m for m in reversed(t.opened.messages) if m.direction == "in").text.split("\n")[0]
        await t.do("write.reply")
        await t.type("Yes.")
        await t.do("write.quote", "write.send_stay")
        await t.wait(minutes=1)
        assert f"> {asked[:20]}" in t.letter(t.outbox("sent")[0]).text


async def test_a_mail_that_comes_meanwhile_stops_the_answer_until_it_is_read(tell: Telling) -> None:
    """Else the shop offers a refund to somebody who just wrote that all is well."""
    async with tell() as t:
        emily = await t.go("Emily")
        last = next(m for m in reversed(t.opened.messages) if m.direction == "in")
        await t.do("write.reply")
        await t.type("We refund you")
        await t.receive(
            f"Emily Carter <{last.sender.address}>", "Re: Mug", "It came! All is well.", last.message_id or ""
        )
        await t.keys("ctrl+s")
        assert not t.outbox("queued"), "it went out though she wrote meanwhile"
        assert t.row(emily).unread or "All is well" in t.text
        assert t.written == "We refund you"


async def test_an_answer_to_all_is_never_given_by_accident(tell: Telling) -> None:
    """`r` writes to the customer alone."""
    async with tell() as t:
        await t.receive(
            "Nina <nina@buyer.example>", "Two of us", "Where is order 1033?", cc="boss@buyer.example"
        )
        await t.go("Nina")
        await t.do("write.reply")
        await t.type("On its way")
        await t.do("write.send_stay")
        assert t.outbox("queued")[0].recipients == ("nina@buyer.example",)
