"""Writing in one's own language: what stands below the text is what leaves, and nothing doubtful leaves unseen."""

from __future__ import annotations

import pytest

from csdesk.domain.memory import Term
from csdesk.dump import press
from csdesk.errors import Refused
from csdesk.screens.sentences import Sentences
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk


def desk(**fields: object) -> FakeDesk:
    made = FakeDesk()
    made.composing.into = ("es",)
    for name, value in fields.items():
        setattr(made.composing, name, value)
    return made


async def write(s: Session, text: str) -> None:
    """Type, and rest until it is translated."""
    await s.keys(f"text:{text}")
    await s.pilot.pause(0.5)
    await s.rest()


def sent(s: Session) -> list[str]:
    return [value[1] for value in s.called("send")]


async def test_what_stands_below_is_what_leaves_and_the_own_words_stay(opened: Opener) -> None:
    for size in ((80, 24), (200, 50)):
        made = desk()
        async with opened(made, size=size) as s:
            await s.keys("enter", "r")
            await write(s, "Hello Ana. It left.")
            assert "hELLO aNA." in s.text and "iT LEFT." in s.text and "en → es" in s.text
            assert made.composing.asked == ["Hello Ana.", "It left."]
            await write(s, " Bye.")
            assert made.composing.asked[2:] == ["Bye."], "only what changed is asked for again"
            assert ("hello ana." in s.text) == (size[0] > 80), "what it says again, where there is room"
            await s.keys("ctrl+o")
            assert sent(s) == ["hELLO aNA. iT LEFT. bYE."]
            thread = "\n".join(one.text for one in s.screen.thread.lines)
            assert "hELLO aNA" in thread and "Hello Ana" not in thread and "English → Spanish" in thread
            await s.keys("o", "o")
            thread = "\n".join(one.text for one in s.screen.thread.lines)
            assert "Hello Ana. It left. Bye." in thread and "hELLO" not in thread
            draft = [one for one in s.called("save_draft") if one.made][-1]
            assert (draft.text, draft.translate) == ("Hello Ana. It left. Bye.", None) or draft.translate


async def test_a_translation_that_was_not_seen_waits_for_a_second_press(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csdesk.screens.composing.REST", 600.0)  # the keys never rest here
    made = desk()
    async with opened(made) as s:
        await s.keys("enter", "r")
        made.composing.gate.clear()
        await press(s.pilot, "text:Hello Ana.")
        s.screen.run(s.screen.writer.composing._ask(), "composing")
        await s.pilot.pause(0.2)
        assert "is being translated" in s.text, "nothing waits for the engine"
        await press(s.pilot, "text: Bye.")
        await press(s.pilot, "ctrl+s")
        await s.pilot.pause(0.1)
        assert sent(s) == []
        made.composing.gate.set()
        await s.rest()
        await s.keys("text: Ok.")
        await s.keys("ctrl+s")
        assert sent(s) == [] and "Read the translation" in s.text and "hELLO aNA. bYE. oK." in s.text
        await s.keys("ctrl+s")
        assert sent(s) == ["hELLO aNA. bYE. oK."]


async def test_a_sentence_changed_by_hand_stays_and_one_from_memory_is_taken_on_a_key(opened: Opener) -> None:
    made = desk(offers={"It left.": "Ya salió."})
    async with opened(made, size=(200, 50)) as s:
        await s.keys("enter", "r")
        await write(s, "Hello Ana. It left.")
        assert "[memory 87 %: f6]" in s.text and "Ya salió" not in s.text
        await s.keys("f6")
        assert isinstance(s.app.screen, Sentences) and "Ya salió" in s.text
        await s.keys("m")
        assert "[yours]" in s.text
        await s.keys("up", "enter", "end", "text: Qué tal", "ctrl+s", "escape")
        assert "hELLO aNA. Qué tal" in s.text
        await write(s, " Bye.")
        await s.keys("ctrl+s")
        assert sent(s) == ["hELLO aNA. Qué tal Ya salió. bYE."]


async def test_a_lost_number_stops_it_and_the_glossary_is_put_right_by_a_key(opened: Opener) -> None:
    made = desk(says={"Order 4471 left.": "LA ORDEN 4417 SALIÓ."})
    made.before.terms = (
        Term("en", "es", "order", "orden", "forbidden"),
        Term("en", "es", "order", "pedido", "approved"),
    )
    async with opened(made, size=(200, 50)) as s:
        await s.keys("enter", "r")
        await write(s, "Order 4471 left.")
        assert "(?) 1" in s.text
        await s.keys("ctrl+s")
        assert sent(s) == [] and "4471" in s.text and "Lost in the translation" in s.text
        composing = s.screen.writer.composing
        await composing.edit(0, "La orden 4471 salió.")
        await s.keys("ctrl+s")
        assert sent(s) == [] and "never said here" in s.text
        await s.keys("f8", "ctrl+s")
        assert sent(s) == ["La pedido 4471 salió."]


async def test_a_dead_engine_says_so_and_what_is_written_can_leave(opened: Opener) -> None:
    made = desk(fails=[Refused("The translator died.") for _n in range(9)])
    async with opened(made) as s:
        await s.keys("enter", "r")
        await write(s, "Hello Ana.")
        assert "The translator died." in s.text
        await s.keys("ctrl+s")
        assert sent(s) == [] and "Not translated" in s.text
        await s.keys("ctrl+s")
        assert sent(s) == ["Hello Ana."]


async def test_a_key_switches_it_and_a_missing_model_is_named(opened: Opener) -> None:
    made = desk(into=(), hint="en → es: csdesk models install en-es")
    async with opened(made) as s:
        await s.keys("enter", "r", "f4")
        assert "csdesk models install en-es" in s.lowest
        made.composing.into = ("es",)
        await s.keys("f4")
        await write(s, "Hello Ana.")
        assert "hELLO aNA." in s.text
        await s.keys("f4")
        assert "hELLO aNA." not in s.text and "It leaves as you write it." in s.lowest
        await s.keys("escape", "r")
        assert s.screen.composer.editor.text == "Hello Ana."
        assert not s.screen.writer.composing.on, "the choice is kept with the draft"
        await s.keys("f9", "3")
        assert s.called("set_language") == [(1, "es")]


async def test_a_template_in_the_customers_language_stays_as_it_is(opened: Opener) -> None:
    made = desk()
    async with opened(made) as s:
        await s.keys("enter", "r")
        s.screen.composer.change(template="delayed", template_language="es")
        await write(s, "Hola Ana, el paquete salió.")
        assert "goes as it is" in s.text and made.composing.asked == []
        await s.keys("ctrl+s")
        assert sent(s) == ["Hola Ana, el paquete salió."]
