"""Help with words while a reply is written: it never takes a key, never moves the text, and stays quiet."""

from __future__ import annotations

from csdesk.config import Config
from csdesk.errors import Refused
from tests.ui.conftest import Opener, Session


def underlined(s: Session, word: str) -> bool:
    editor = s.screen.composer.editor
    for row in range(editor.document.line_count):
        line = editor.get_line(row)
        for span in line.spans:
            styled = getattr(span.style, "underline", False)
            if styled and line.plain[span.start : span.end] == word:
                return True
    return False


async def begin(s: Session, *keys: str) -> None:
    await s.keys("enter", "r")
    await s.rest(0.2)
    await s.keys(*keys)


async def test_the_rest_of_a_word_stands_dim_behind_the_cursor_and_a_key_takes_it(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:Su env RB1")
        assert s.screen.composer.editor.suggestion == "23456785CN" and "Su env RB123456785CN" in s.text
        assert s.screen.composer.editor.text == "Su env RB1", "it is not in the text"
        await s.keys("f3")
        assert s.screen.composer.editor.text == "Su env RB123456785CN"
        await s.keys("text: MUG", "right")
        assert s.screen.composer.editor.text.endswith(" MUG-B")


async def test_nothing_is_offered_in_the_middle_of_a_line_or_for_two_letters(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:Ma")
        assert s.screen.composer.editor.suggestion == ""
        await s.keys("text:d x", "left", "left")
        assert s.screen.composer.editor.suggestion == ""


async def test_what_is_only_offered_is_neither_kept_nor_sent(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:paq")
        assert s.screen.composer.editor.suggestion == "uete"
        await s.keys("ctrl+s")
        assert s.called("send") == [(1, "paq", (), "")]


async def test_with_no_word_begun_the_key_lists_what_a_reply_may_need(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:Number ", "f3")
        assert "Which word" in s.text and "RB123456785CN" in s.text and "MUG-B" in s.text
        await s.keys("2")
        assert s.screen.composer.editor.text == "Number RB123456785CN"
        await s.keys("text: xyzzy", "f3")
        assert "No word of this customer" in s.lowest


async def test_a_wrong_word_is_marked_when_the_keys_rest_and_the_mark_goes_with_the_word(
    opened: Opener,
) -> None:
    async with opened() as s:
        await begin(s, "text:Su paqeute sale")
        assert not underlined(s, "paqeute")
        await s.pilot.pause(1.2)
        assert underlined(s, "paqeute")
        asked = s.desk.spelling.asked
        await s.pilot.pause(1.2)
        assert s.desk.spelling.asked == asked, "nothing is asked while nothing is typed"
        await s.keys("home", "text:X")
        assert not underlined(s, "paqeute")


async def test_a_key_offers_what_may_have_been_meant(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:Su paqeute y wrnog fin", "f7")
        assert "paqeute: not in the dictionary" in s.text
        await s.keys("1")
        assert s.screen.composer.editor.text == "Su paquete y wrnog fin"
        await s.keys("f7")
        assert "wrnog: not in the dictionary" in s.text
        await s.keys("3")
        assert s.desk.spelling.added == ("wrnog",)
        assert s.screen.composer.editor.text == "Su paquete y wrnog fin"
        await s.keys("f7")
        assert "No word is wrong in es." in s.lowest


async def test_escape_leaves_the_word_as_it_is(opened: Opener) -> None:
    async with opened() as s:
        await begin(s, "text:paqeute", "f7", "escape", "text:!")
        assert s.screen.composer.editor.text == "paqeute!"


async def test_a_missing_dictionary_is_said_on_the_key_and_only_then(opened: Opener) -> None:
    async with opened() as s:
        s.desk.spelling.no_dictionary = "There is no dictionary for es on this machine."
        await begin(s, "text:paqeute")
        await s.pilot.pause(1.0)
        assert "no dictionary" not in s.text
        await s.keys("f7")
        assert "There is no dictionary for es on this machine." in s.lowest


async def test_a_checker_that_fails_disturbs_nobody(opened: Opener) -> None:
    async with opened() as s:
        await begin(s)

        def fail(*_words: object, **_more: object) -> None:
            raise Refused("The spelling checker is not installed: pip install chunspell.")

        s.desk.spelling.wrong = fail  # type: ignore[method-assign,assignment]
        await s.keys("text:paqeute")
        await s.pilot.pause(1.0)
        assert "not installed" not in s.text
        await s.keys("f7")
        assert "not installed" in s.lowest


async def test_it_can_be_turned_off(opened: Opener) -> None:
    async with opened(config=Config(timezone="UTC", spelling=False)) as s:
        await begin(s, "text:paqeute x")
        await s.pilot.pause(1.0)
        assert s.desk.spelling.asked == 0
