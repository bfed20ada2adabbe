"""Writing, sending, taking back: what must never be lost, sent twice or sent by accident."""

from __future__ import annotations

from datetime import timedelta

from textual import events

from csdesk.errors import DeskError, Refused
from tests.ui.conftest import Opener
from tests.ui.fake_samples import NOW


async def test_a_mail_is_answered_in_under_ten_keys(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down", "enter", "r", "text:ok", "ctrl+s")
        assert s.called("send") == [(2, "ok", (), "")]
        assert "sending to c2@… in 8 s" in s.lowest and "u undo" in s.lowest
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id != 2, "the next one is open"


async def test_what_is_typed_before_the_composer_stands_goes_into_it_and_closes_nothing(
    opened: Opener,
) -> None:
    async with opened() as s:
        await s.keys("enter")
        # All at once, as a fast hand does: 'e' would close the conversation and '!' mark it as spam.
        for key in ("r", "t", "h", "e", "!", "backspace", "y"):
            s.screen.post_message(
                events.Key(key if key != "!" else "exclamation_mark", key if len(key) == 1 else None)
            )
        await s.rest()
        assert s.screen.composer.editor.text == "they"
        assert s.called("close") == [] and s.called("spam") == []


async def test_send_and_stay_shows_the_message_on_its_way(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:ok", "ctrl+o")
        assert "sending in 8 s" in s.text
        s.desk.clock.at = NOW + timedelta(seconds=5)
        s.screen.tick()
        assert "sending in 3 s" in s.text


async def test_undo_brings_the_text_back_into_the_composer(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:wait", "ctrl+s", "u")
        await s.rest()
        assert s.called("undo_send") == [500]
        assert s.screen.composer.mode == "reply"
        assert s.screen.composer.editor.text == "wait"
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1


async def test_what_has_left_cannot_be_taken_back(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:ok", "ctrl+s")
        s.desk.clock.at = NOW + timedelta(seconds=9)
        s.screen.tick()
        await s.keys("u")
        assert s.called("undo_send") == []
        assert "Nothing is waiting to be sent" in s.lowest


async def test_a_note_and_a_reply_are_two_drafts_and_no_key_turns_one_into_the_other(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "n", "text:secret", "escape", "r")
        assert s.screen.composer.mode == "reply" and s.screen.composer.editor.text == ""
        await s.keys("text:public", "escape", "n")
        assert s.screen.composer.mode == "note" and s.screen.composer.editor.text == "secret"
        for key in ("r", "n", "ctrl+r", "ctrl+n", "tab", "shift+tab"):
            await s.keys(key)
            assert s.screen.composer.mode == "note"
        assert not s.called("send")


async def test_sending_a_note_never_sends_a_reply(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "n", "text:ask Mei", "ctrl+s")
        assert s.called("note") == [(1, "ask Mei")]
        assert s.called("send") == []
        assert "NOTE  Lin" in s.text


async def test_note_and_reply_look_different(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "n")
        assert "for the team only, it never leaves" in s.text
        ground = s.screen.composer.styles.background
        await s.keys("escape", "r")
        assert "REPLY  to Ana López, in es" in s.text
        assert s.screen.composer.styles.background != ground


async def test_a_draft_is_kept_within_a_second(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:hola")
        await s.pilot.pause(0.9)
        assert s.desk.drafts[1, "reply"].text == "hola"
        assert "draft saved" in s.text


async def test_leaving_in_any_way_keeps_the_draft(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r")
        await s.pilot.press("a")
        await s.pilot.press("escape")
        await s.rest(0.1)
        assert s.desk.drafts[1, "reply"].text == "a"
        await s.keys("r")
        await s.pilot.press("b")
        await s.pilot.press("ctrl+q")
        await s.pilot.pause(0.2)
    assert s.desk.drafts[1, "reply"].text == "ab"


async def test_a_signal_keeps_the_draft(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r")
        await s.pilot.press("x")
        s.app.leave()
        await s.pilot.pause(0.3)
    assert s.desk.drafts[1, "reply"].text == "x"


async def test_going_to_another_conversation_keeps_the_draft_with_its_own(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:for Ana", "shift+tab", "shift+tab", "down")
        await s.rest(0.3)
        assert s.screen.composer.mode == ""
        assert s.desk.drafts[1, "reply"].text == "for Ana"
        assert (2, "reply") not in s.desk.drafts


async def test_a_newer_customer_message_stops_the_send_until_it_was_seen(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:old news")
        s.desk.receive(1, "It has arrived, thanks!")
        await s.pilot.pause(0.9)
        await s.rest()
        assert "Ana López wrote again" in s.text
        await s.keys("ctrl+s")
        assert s.called("send") == []
        assert "A newer message came" in s.lowest
        await s.keys("escape", "r")
        assert s.screen.composer.editor.text == "old news"
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "old news", (), "")]


async def test_a_newer_message_that_only_the_store_knows_stops_the_send_too(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:old news")
        s.screen.reader.live.end()  # the screen is not told
        s.desk.receive(1, "stop")
        await s.keys("ctrl+s")
        assert s.desk.box == {}
        assert s.screen.composer.editor.text == "old news"
        assert s.screen.writer.stale


async def test_what_is_refused_stays_in_the_composer_with_the_reason(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:hello")
        s.desk.fail_next.append(Refused("The address is not valid."))
        await s.keys("ctrl+s")
        assert "The address is not valid." in s.lowest
        assert s.screen.composer.editor.text == "hello"
        assert s.desk.drafts[1, "reply"].text == "hello"


async def test_a_draft_that_cannot_be_saved_is_said_and_tried_again(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r")
        s.desk.fail_next.append(Refused("The disk is full."))
        await s.keys("x")
        await s.pilot.pause(0.9)
        assert "draft not saved" in s.text
        await s.keys("y")
        await s.pilot.pause(0.9)
        await s.keys("escape")
        assert s.desk.drafts[1, "reply"].text == "xy"


async def test_a_paste_is_cleaned(opened: Opener) -> None:
    from textual import events

    async with opened() as s:
        await s.keys("enter", "r")
        s.screen.composer.editor.post_message(events.Paste("a\x1b]52;c;ZXZpbA==\x07b\u202ec\x9b31m"))
        await s.rest(0.1)
        assert s.screen.composer.editor.text == "abc"


async def test_a_template_is_found_asks_what_is_missing_and_goes_in_at_the_cursor(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "/")
        assert "TEMPLATE" in s.text and "Parcel is late" in s.text
        await s.keys("text:del")
        await s.rest()
        assert "Disculpe" in s.text, "it is read in the customer's language"
        await s.keys("enter")
        assert "How many days?" in s.text
        await s.keys("3", "enter")
        await s.rest(0.1)
        assert s.screen.composer.editor.text == "Disculpe, 3 días más."
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "Disculpe, 3 días más.", (), "delayed")]


async def test_a_template_with_a_gap_cannot_be_sent(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "/", "text:del")
        await s.rest()
        await s.keys("enter", "enter")
        await s.rest(0.1)
        assert "Still to fill in" in s.lowest and "days" in s.lowest
        await s.keys("ctrl+s")
        assert s.desk.box == {}
        assert "still has a gap" in s.lowest


async def test_slash_in_an_empty_reply_opens_the_picker_and_later_is_a_slash(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "/")
        assert "TEMPLATE" in s.text
        await s.keys("escape", "a", "/")
        assert s.screen.composer.editor.text == "a/"


async def test_copies_and_files_go_along(opened: Opener, tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "a.pdf"
    file.write_bytes(b"x")
    async with opened() as s:
        await s.keys("enter", "r", "text:hi", "ctrl+l", "text:boss@example.com", "enter")
        await s.keys("ctrl+g", f"text:{file}", "enter", "ctrl+s")
        await s.rest(0.2)
        assert "boss@example.com" in s.text and "a.pdf" in s.text
        writing = s.screen.composer.writing
        assert writing is not None and writing.attachments == (str(file),)
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "hi", ("boss@example.com",), "")]


async def test_a_new_message_and_a_forward(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("c", "1", "text:dhl@example.com", "enter", "text:Where", "enter", "text:Hello", "ctrl+s")
        assert s.called("new") == [("support", "dhl@example.com", "Where", "Hello")]
        await s.keys("F", "text:wh@example.com", "enter", "text:please look!!!", "ctrl+s")
        assert "one mark is enough" in s.text and s.called("forward") == [], "what is doubtful is said once"
        await s.keys("ctrl+s")
        assert s.called("forward") == [(1, "wh@example.com", "please look!!!")]


async def test_a_new_message_is_read_in_the_customers_language_before_it_leaves(opened: Opener) -> None:
    """What leaves is what was read: changed, and with its numbers."""
    async with opened() as s:
        s.desk.composing.into = ("es",)
        await s.keys("c", "1", "text:ana@example.com", "enter", "text:Order", "enter")
        await s.keys("text:Your cup 4471 left. Thank you.", "ctrl+s")
        assert "yOUR CUP 4471 LEFT." in s.text and "tHANK YOU." in s.text and s.called("new") == []
        await s.keys("down", "enter", "end", "text: Gracias.", "ctrl+s")
        assert "Gracias." in s.text and "[yours]" in s.text
        await s.keys("escape")
        assert "It leaves in Spanish, as you read it" in s.text and s.called("new") == []
        assert "Your cup 4471 left. Thank you." in s.text, "the own words stay in the form"
        await s.keys("ctrl+s")
        own, made = "Your cup 4471 left. Thank you.", "yOUR CUP 4471 LEFT. tHANK YOU. Gracias."
        assert s.called("new") == [("support", "ana@example.com", "Order", own, made)]


async def test_what_stands_above_a_forward_is_read_in_the_language_of_whoever_gets_it(opened: Opener) -> None:
    async with opened() as s:
        s.desk.composing.into = ("es",)
        await s.keys("F", "text:almacen@example.com", "enter", "text:Please look at cup 4471.", "ctrl+s")
        assert "pLEASE LOOK AT CUP 4471." in s.text and s.called("forward") == []
        await s.keys("escape", "ctrl+s")
        own, made = "Please look at cup 4471.", "pLEASE LOOK AT CUP 4471."
        assert s.called("forward") == [(1, "almacen@example.com", own, made)]


async def test_a_new_message_that_cannot_be_translated_says_why_and_may_leave_as_it_is(
    opened: Opener,
) -> None:
    async with opened() as s:
        s.desk.composing.into = ("es",)
        s.desk.composing.fails.append(DeskError("The translator has ended."))
        await s.keys(
            "c", "1", "text:ana@example.com", "enter", "text:Order", "enter", "text:Hello there", "ctrl+s"
        )
        assert "Not translated: The translator has ended." in s.text and s.called("new") == []
        await s.keys("ctrl+s")
        assert s.called("new") == [("support", "ana@example.com", "Order", "Hello there")]


async def test_what_a_channel_takes_is_counted_where_it_has_a_limit(opened: Opener) -> None:
    """A marketplace cuts what is too long, in the middle of a sentence."""
    async with opened() as s:
        await s.keys("enter", "r", "text:no limit")
        assert " of 2,000" not in s.text and " of 0" not in s.text
        await s.keys("escape", "escape", "down", "enter", "r", "text:hello")
        assert "5 of 2,000" in s.text
        s.screen.composer.editor.insert("x" * 2000)
        await s.rest()
        assert "5 too many: the channel takes 2,000 characters" in s.text
