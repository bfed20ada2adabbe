"""What carriers say, beside a conversation and on a customer's order: translated where it is there, the original one
key away."""

from __future__ import annotations

from csdesk.domain.translation import Sentence, Translation
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk

HELD = "held by customs, papers asked for"


def desk(*, demo: bool = False, flags: tuple[str, ...] = ()) -> FakeDesk:
    made = FakeDesk()
    sentence = Sentence(HELD, "STOPPED AT THE BORDER", flags=flags)
    made.translations.phrases.told[HELD] = Translation("es", "en", (sentence,), "argos es→en", demo)
    return made


def panel(s: Session) -> str:
    return " ".join("".join(text for text, _ink in one.pieces).strip() for one in s.screen.side.lines)


async def test_the_panel_shows_it_with_its_maker_and_the_original_is_one_key_away(opened: Opener) -> None:
    async with opened(desk(demo=True), size=(200, 50)) as s:
        s.screen.reader.open(1)
        await s.rest()
        assert "STOPPED AT THE BORDER, Madrid" in panel(s) and HELD not in panel(s)
        assert "argos es→en (demonstration model)" in panel(s)
        await s.keys("o")
        assert "STOPPED AT THE BORDER" in panel(s) and "held by customs" in panel(s)
        await s.keys("o")
        assert "STOPPED" not in panel(s) and "held by customs" in panel(s)
        assert "as the carrier wrote it" in panel(s)
        await s.keys("o")
        assert "STOPPED AT THE BORDER" in panel(s)


async def test_what_may_have_lost_something_never_stands_alone(opened: Opener) -> None:
    async with opened(desk(flags=("lost",)), size=(200, 50)) as s:
        s.screen.reader.open(1)
        await s.rest()
        assert "STOPPED AT THE BORDER" in panel(s) and "held by customs" in panel(s)


async def test_it_comes_later_and_is_put_in_its_place(opened: Opener) -> None:
    made = desk()
    told = made.translations.phrases.told.pop(HELD)
    async with opened(made, size=(200, 50)) as s:
        s.screen.reader.open(1)
        await s.rest()
        assert "held by customs" in panel(s), "what the carrier said is there at once"
        made.translations.phrases.told[HELD] = told
        s.screen.translating.heard({1})
        await s.rest(0.6)
        assert "STOPPED AT THE BORDER" in panel(s)


async def test_another_conversation_shows_nothing_of_it(opened: Opener) -> None:
    made = desk()
    made.links.pop(2)
    async with opened(made, size=(200, 50)) as s:
        s.screen.reader.open(1)
        await s.rest()
        s.screen.reader.open(2)
        await s.rest()
        assert "STOPPED" not in panel(s) and not s.screen.translating.told
