"""Drafts are found again: those that wait in other conversations, and those that were thrown away too soon."""

from __future__ import annotations

from tests.ui.conftest import Opener


async def test_drafts_have_a_mark_in_the_queue_and_a_view(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "r", "text:half a reply", "escape")
        await s.pilot.pause(0.9)
        await s.keys("escape", "ctrl+r")
        await s.rest()
        first = [row.split("│")[0] for row in s.text.split("\n")]
        assert any(" draft " in row for row in first)
        await s.keys("'", "d")
        await s.rest()
        assert s.screen.reader.view == "drafts" and s.screen.queue.row is not None
        assert s.screen.queue.row.id == 1 and "Drafts 1" in s.text


async def test_what_was_thrown_away_is_had_back_and_written_on(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down", "enter", "r", "text:a long good reply", "ctrl+b")
        assert "ctrl+b has it back for thirty days" in s.lowest
        assert s.screen.composer.mode == "" and (2, "reply") not in s.desk.drafts
        await s.keys("escape", "up", "ctrl+b")
        assert "DRAFTS" in s.text and "thrown away" in s.text and "a long good reply" in s.text
        await s.keys("enter")
        await s.rest(0.1)
        assert s.called("restore_draft") == [1]
        assert s.screen.composer.mode == "reply" and s.screen.composer.editor.text == "a long good reply"
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2


async def test_the_list_goes_to_a_draft_elsewhere_and_keeps_what_is_written_here(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "n", "text:ask Mei", "escape", "escape", "down", "enter", "r", "text:for two")
        await s.keys("shift+tab", "ctrl+b")
        assert "ask Mei" in s.text and "note" in s.text
        await s.keys("enter")
        await s.rest(0.1)
        assert s.screen.composer.mode == "note" and s.screen.composer.editor.text == "ask Mei"
        assert s.desk.drafts[2, "reply"].text == "for two"


async def test_with_no_drafts_a_quiet_line_says_so(opened: Opener) -> None:
    async with opened(size=(80, 24)) as s:
        await s.keys("ctrl+b")
        assert "You are writing nothing, and threw nothing away." in s.text
        await s.keys("escape")
        assert s.app.screen is s.screen
