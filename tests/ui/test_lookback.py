"""Looking back on the screen: own acts taken back one by one, and one quiet line when a shift starts."""

from __future__ import annotations

import pytest

from csdesk.domain.activity import Away, Missed
from tests.ui.conftest import Opener
from tests.ui.fakes import NOW, FakeDesk

SIZES = [(80, 24), (160, 45)]


@pytest.mark.parametrize("size", SIZES)
async def test_an_act_three_conversations_ago_is_taken_back(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(size=size) as s:
        await s.keys("e", "e", "Z")
        assert "WHAT I DID" in s.text and "who 1" in s.text
        await s.keys("j", "z")
        assert s.called("take_back") == [1] and "Act 1 taken back." in s.text
        await s.keys("z")
        assert s.called("take_back") == [1], "what was taken back is not taken back again"
        assert "cannot be taken back" in s.text
        await s.keys("enter")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1


@pytest.mark.parametrize("size", SIZES)
async def test_a_shift_starts_with_one_line_that_takes_no_key(opened: Opener, size: tuple[int, int]) -> None:
    """A dialog here would eat the first key of every morning."""
    missed = Missed(2, "J. Weber", "Rückgabe", frozenset({"received"}), 3, True, False, "open")
    evil = Missed(3, "\x1b]52;c;x\x07Eve", "[red]\u202e", frozenset({"bounced"}), 0, False, False, "open")
    desk = FakeDesk()
    desk.away = Away(NOW, messages=3, trouble=1, missed=(evil, missed))
    async with opened(desk, size=size) as s:
        assert "3 messages, 1 not delivered" in s.lowest
        await s.keys("j")
        assert s.screen.queue.cursor == 1 and "3 messages" in s.lowest
        await s.keys("enter")
        assert "3 messages" not in s.lowest and "reply" in s.lowest, "the keys are back where they are needed"
        await s.keys("W")
        assert "WHILE I WAS AWAY" in s.text and "yours" in s.text and "\x1b" not in s.text
        await s.keys("j", "enter")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2


async def test_with_nothing_missed_nothing_is_said(opened: Opener) -> None:
    async with opened() as s:
        assert "Since" not in s.lowest
        await s.keys("W")
        assert "Nothing happened meanwhile." in s.text
        await s.keys("escape", "Z")
        assert "Nothing yet." in s.text
