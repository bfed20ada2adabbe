"""Doubts before a reply goes: said, put right by a key, and never in the way of whoever read them."""

from __future__ import annotations

from csdesk.errors import Refused
from tests.ui.conftest import Opener

ENGLISH = "Thank you for your message. The parcel left our warehouse and it is on the way."


async def test_a_reply_in_another_language_waits_for_a_second_press(opened: Opener) -> None:
    async with opened() as s:
        s.desk.before.language = "es"
        await s.keys("enter", "r", f"text:{ENGLISH}", "ctrl+s")
        assert s.called("send") == [] and "sends it all the same" in s.text
        assert s.screen.composer.editor.text == ENGLISH
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, ENGLISH, (), "")]


async def test_what_was_changed_is_looked_at_again(opened: Opener) -> None:
    async with opened() as s:
        s.desk.before.language = "es"
        await s.keys("enter", "r", f"text:{ENGLISH}", "ctrl+s", "text:.")
        assert "sends it all the same" not in s.text
        await s.keys("ctrl+s")
        assert s.called("send") == [], "the reason for this text was not read yet"


async def test_a_key_puts_right_what_is_certain(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:Gracias!!! Ya", "ctrl+s")
        assert s.called("send") == [] and "shouting" in s.text
        await s.keys("f8")
        assert s.screen.composer.editor.text == "Gracias! Ya" and "shouting" not in s.text
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "Gracias! Ya", (), "")]


async def test_a_warning_that_stood_there_holds_nothing_up(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:Gracias!!!")
        await s.pilot.pause(1.5)
        await s.rest()
        assert "shouting" in s.text
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "Gracias!!!", (), "")]


async def test_the_key_goes_to_what_only_a_person_can_put_right(opened: Opener) -> None:
    async with opened() as s:
        s.desk.before.language = "es"
        part = "我们已经联系了快递公司。"
        text = f"Gracias por su mensaje. El paquete está en la oficina de correos. {part}"
        await s.keys("enter", "r")
        s.screen.composer.editor.insert(text)
        await s.keys("f8")
        assert "goes there" in s.text
        await s.keys("f8")
        assert s.screen.composer.editor.selected_text == part
        assert s.screen.composer.editor.text == text


async def test_nothing_doubtful_is_said_on_the_key_alone(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:ok", "f8")
        assert "Nothing is doubtful in it." in s.lowest
        await s.keys("escape", "n", "text:What a mess!!!", "ctrl+s")
        assert s.called("note") == [(1, "What a mess!!!")], "a note is for the team"


async def test_a_check_that_fails_keeps_the_text_and_says_why(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:hello")

        def fail(*_words: object, **_more: object) -> None:
            raise Refused("The store is locked.")

        s.desk.before.findings = fail  # type: ignore[method-assign,assignment]
        await s.keys("ctrl+s")
        assert "The store is locked." in s.lowest and s.screen.composer.editor.text == "hello"
        assert s.called("send") == []
