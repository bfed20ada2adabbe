"""Reading in one's own language: originals at once, translations in their place, and nothing moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csdesk.domain.mail import Quote
from csdesk.domain.people import Agent
from csdesk.domain.reading import Mark
from csdesk.domain.translation import Sentence
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk

GERMAN = 3
"""The conversation of J. Weber, in German."""


def desk(*sources: str, **fields: object) -> FakeDesk:
    made = FakeDesk()
    made.agent = Agent(1, "Lin", ("zh",))
    made.translations.sources = sources
    for name, value in fields.items():
        setattr(made.translations, name, value)
    return made


def long_talk(made: FakeDesk, count: int = 12) -> None:
    """Weber's talk with so many long messages."""
    thread = made.thread_of(GERMAN)
    first = thread.messages[0]
    entries = tuple(
        replace(
            first,
            id=5000 + n,
            text=f"Erste Zeile {n}. Zweite Zeile, und noch eine Frage {n}?\n\nWann kommt es?\nGruß {n}",
        )
        for n in range(count)
    )
    made.threads[GERMAN] = replace(thread, entries=entries)


async def open_german(s: Session) -> None:
    s.screen.reader.open(GERMAN)
    await s.rest()


async def test_the_translation_stands_in_place_with_its_maker_above(opened: Opener) -> None:
    for size in ((80, 24), (160, 45)):
        async with opened(desk("de"), size=size) as s:
            await open_german(s)
            assert "GUTEN TAG, ICH MÖCHTE" in s.text and "Guten Tag" not in _thread(s)
            assert "German → English · argos de→en" in s.text
            assert "demonstration" not in s.text
            assert "o original" in s.lowest, "the next act is visible"
            await s.keys("o")
            assert "Guten Tag, ich" in _thread(s) and "GUTEN TAG, ICH" in _thread(s)
            await s.keys("o")
            assert "Guten Tag, ich" in _thread(s) and "GUTEN TAG, ICH" not in _thread(s)
            await s.keys("o")
            assert "GUTEN TAG, ICH" in _thread(s) and "Guten Tag, ich" not in _thread(s)


def _thread(s: Session) -> str:
    return "\n".join(one.text for one in s.screen.thread.lines)


async def test_originals_at_once_and_translations_later_move_nothing(opened: Opener) -> None:
    """Lost otherwise: the line under the eye."""
    made = desk("de")
    long_talk(made)
    made.translations.gate.clear()
    made.reading.marks[GERMAN] = Mark(5005, 0)
    async with opened(made, size=(80, 24)) as s:
        s.screen.reader.open(GERMAN)
        for _n in range(200):
            await s.pilot.pause(0.02)
            if "Erste Zeile 6" in s.text:
                break
        assert "Erste Zeile 6" in s.text and "ERSTE" not in s.text
        s.screen.thread.by(3)
        await s.pilot.pause(0.05)
        before = [(y, row) for y, row in enumerate(s.text.split("\n")) if "Weber" in row and ":" in row]
        made.translations.gate.set()
        await s.rest()
        assert "ERSTE ZEILE 7" in s.text and "Erste Zeile" not in s.text
        after = [(y, row) for y, row in enumerate(s.text.split("\n")) if "Weber" in row and ":" in row]
        assert before[1][0] == after[1][0], "the first head in sight stands where it stood"
        assert len(made.translations.asked) == 12
        seen = {one.id for one in made.thread_of(GERMAN).messages[6:10]}
        assert set(made.translations.asked[:3]) <= seen, "what is on the screen comes first"


async def test_in_a_text_longer_than_the_pane_the_same_part_stays_in_sight(opened: Opener) -> None:
    made = desk("de")
    thread = made.thread_of(GERMAN)
    lines = "\n".join(f"Zeile {n} steht hier." for n in range(200))
    made.threads[GERMAN] = replace(thread, entries=(replace(thread.messages[0], text=lines),))
    made.translations.gate.clear()
    async with opened(made, size=(80, 24)) as s:
        s.screen.reader.open(GERMAN)
        for _n in range(200):
            await s.pilot.pause(0.02)
            if "Zeile 9 " in s.text:
                break
        s.screen.thread.by(100)
        await s.pilot.pause(0.05)
        top = next(n for n in range(200) if f"Zeile {n} " in s.text)
        made.translations.gate.set()
        await s.rest()
        now = next(n for n in range(200) if f"ZEILE {n} " in s.text)
        assert abs(now - top) <= 2


async def test_a_demonstration_model_and_doubtful_sentences_are_named(opened: Opener) -> None:
    def says(_text: str) -> tuple[Sentence, ...]:
        return (
            Sentence("Bestellung 4471-22.", "Order 4712.", " ", flags=("lost", "new_number"),
                     missing=("4471-22",), added=("4712",)),
            Sentence("Danke.", "Thanks.", "", "memory"),
        )  # fmt: skip

    async with opened(desk("de", demo=True, says=says)) as s:
        await open_german(s)
        text = " ".join(_thread(s).split())
        assert "argos de→en (demonstration model)" in text and "+ 1 from memory" in text
        assert " (?) 1 " in text, "how many, beside who made it"
        assert "(?) Order 4712. Thanks." in text
        assert "lost: 4471-22; not in the original: 4712" in text
        inks = {ink for one in s.screen.thread.lines for said, ink in one.pieces if "Order 4712" in said}
        assert inks == {"soon"}


async def test_wide_panes_show_both_side_by_side(opened: Opener) -> None:
    async with opened(desk("de"), size=(300, 45)) as s:
        await open_german(s)
        await s.keys("o")
        both = next(one.text for one in s.screen.thread.lines if "Guten Tag" in one.text)
        assert "GUTEN TAG" in both and "│" in both


async def test_own_words_notes_and_known_languages_stay_as_they_are(opened: Opener) -> None:
    made = desk("es", reads=("en", "zh"))
    async with opened(made) as s:
        s.screen.reader.open(1)
        await s.rest()
        text = _thread(s)
        assert "¿Y AHORA?" in text, "the customer's"
        assert "Hola Ana: su pedido" in text and "HOLA ANA" not in text, "ours"
        assert "海关要求税号" in text, "a note"
        assert 101 not in made.translations.asked
        s.screen.reader.open(7)
        await s.rest()
        assert "Hi, the box was crushed" in _thread(s) and "→" not in _thread(s)


async def test_a_missing_model_is_named_and_the_original_stays(opened: Opener) -> None:
    hint = "German → English has no model here: csdesk models install de-en"
    async with opened(desk("es", hint=hint), size=(80, 24)) as s:
        await open_german(s)
        assert "csdesk models install de-en" in " ".join(s.text.split()) and "Guten Tag" in s.text
        await s.keys("o")
        assert "Nothing in this conversation is translated." in s.text


async def test_quotes_stay_folded_beside_a_translation_and_unfold_as_they_came(opened: Opener) -> None:
    made = desk("de")
    thread = made.thread_of(GERMAN)
    text = "Guten Tag.\n> alte Worte\nWann kommt es?\n> mehr davon"
    message = replace(thread.messages[0], text=text, quotes=(Quote(1, 2), Quote(3, 4)))
    made.threads[GERMAN] = replace(thread, entries=(message,))
    async with opened(made) as s:
        await open_german(s)
        said = [one.text.strip() for one in s.screen.thread.lines if one.text.strip()]
        at = said.index("GUTEN TAG.")
        assert said[at : at + 4] == ["GUTEN TAG.", "+ 1 quoted line", "WANN KOMMT ES?", "+ 1 quoted line"]
        await s.keys("q")
        assert "> alte Worte" in _thread(s) and "> ALTE" not in _thread(s)


async def test_looking_for_words_shows_what_was_really_said(opened: Opener) -> None:
    async with opened(desk("de")) as s:
        await open_german(s)
        s.screen.thread.change(find="Tasse")
        assert "Tasse" in _thread(s) and "TASSE" in _thread(s)
        s.screen.thread.change(find="")
        assert "Tasse" not in _thread(s)


async def test_the_queues_lines_are_translated_in_place(opened: Opener) -> None:
    made = desk("de")
    async with opened(made) as s:
        for _n in range(100):
            if "GUTEN TAG, ICH" in s.text:
                break
            await s.rest()
        rows = [row for row in s.text.split("\n") if "GUTEN TAG, ICH" in row]
        assert rows
        number = s.screen.queue.rows.find(GERMAN)
        assert number is not None and number == 2, "nothing moved"


async def test_a_folded_message_shows_its_first_words_in_the_readers_language(opened: Opener) -> None:
    async with opened(desk("de")) as s:
        await open_german(s)
        await s.keys("H")
        assert "GUTEN TAG" in _thread(s) and "Guten Tag" not in _thread(s)


async def test_what_another_process_translated_comes_by_itself(opened: Opener) -> None:
    from csdesk.domain.translation import Translation
    from tests.ui.fakes import Change

    made = desk()
    async with opened(made) as s:
        await open_german(s)
        assert "Guten Tag" in _thread(s)
        number = made.thread_of(GERMAN).messages[0].id
        made.translations.made[number] = Translation("de", "en", (Sentence("x", "From elsewhere."),), "argos")
        made.translations.shown_lines[GERMAN] = "From elsewhere."
        before = len(made.calls_of("page"))
        made.feed.changes.put(Change(9, "translated", GERMAN))
        for _n in range(100):
            await s.pilot.pause(0.02)
            if "From elsewhere." in _thread(s):
                break
        await s.rest()
        assert "From elsewhere." in _thread(s) and "Guten Tag" not in _thread(s)
        assert s.screen.queue.translated[GERMAN][1] == "From elsewhere."
        assert len(made.calls_of("page")) == before


async def test_hostile_words_in_a_translation_reach_no_terminal(opened: Opener) -> None:
    def says(text: str) -> tuple[Sentence, ...]:
        return (Sentence(text, "\x1b]0;owned\x07Hello\u202e [bold]x[/bold]\x9b31m", ""),)

    async with opened(desk("de", says=says)) as s:
        await open_german(s)
        await s.keys("o")
        shown = _thread(s)
        assert "Hello" in shown and "[bold]x[/bold]" in shown
        assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown) and "owned" not in shown


async def test_a_message_in_two_scripts_keeps_its_columns(opened: Opener) -> None:
    """Wide characters and right-to-left text beside each other never push the line out of the pane."""
    made = desk("de", says=lambda text: (Sentence(text, "مرحبا، متى يصل طلبي؟ 我的包裹 " * 12, ""),))
    for size in ((80, 24), (160, 45), (300, 45)):
        async with opened(made, size=size) as s:
            await open_german(s)
            for _n in range(2):
                width = s.screen.thread.size.width
                assert all(one.width <= width for one in s.screen.thread.lines)
                await s.keys("o")


async def test_who_goes_on_waits_for_nothing_that_was_asked_for_before(opened: Opener) -> None:
    """Twenty conversations looked into in a row: the one that is open is translated next, not as the twentieth."""
    made = desk("de", "fr", "pl", "ar", "ja", "es")
    made.translations.gate.clear()
    async with opened(made) as s:
        for number in (2, 4, 5, 6, GERMAN):
            s.screen.reader.open(number)
            for _n in range(100):
                await s.pilot.pause(0.02)
                if s.screen.reader.opened is not None and s.screen.reader.opened.id == number:
                    break
        made.translations.gate.set()
        await s.rest()
        assert "GUTEN TAG" in _thread(s)
        opened_for = [one for one in made.translations.asked if one in (200, 400, 500, 600, 300)]
        assert opened_for[-1] == 300 and len(opened_for) <= 2, "at most what was under way, then this one"


async def test_what_failed_is_tried_again_while_it_is_looked_at(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csdesk.screens.translating.LATER", 0.2)
    made = desk("de")
    whole, fails = made.translations.make, [True, False]
    monkeypatch.setattr(
        made.translations, "make", lambda m, language="", urgent=False: {} if fails.pop(0) else whole(m)
    )
    async with opened(made) as s:
        await open_german(s)
        for _n in range(100):
            await s.pilot.pause(0.02)
            if "GUTEN TAG" in _thread(s):
                break
        assert "GUTEN TAG" in _thread(s) and fails == []
