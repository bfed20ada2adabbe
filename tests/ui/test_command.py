"""The command line, jump mode, back and forward."""

from __future__ import annotations

from csdesk.domain.deeds import Deed
from csdesk.screens.jump import labels
from tests.ui.conftest import Opener


async def test_a_command_is_offered_completed_and_done(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(":", "text:clo")
        assert "close" in s.text and "Close it; a new message opens it again" in s.text
        await s.keys("enter")
        assert "There is no command clo; did you mean" in s.lowest
        await s.keys(":", "text:clo", "tab", "enter")
        assert s.called("close") == [1]


async def test_what_a_command_takes_is_completed(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(":", "text:assign m", "tab", "enter")
        assert s.called("assign") == [(1, "Mei")]
        await s.keys(",", ",", ":", "text:tag sale -vip", "enter")
        assert s.called("bulk") == [(Deed("tagged", add=("sale",), remove=("vip",)), (1, 2))]
        await s.keys(":", "text:snooze 2 h", "enter")
        assert s.called("snooze")[0][1].isoformat() == "2026-11-21T16:41:00+00:00"
        await s.keys(":", "text:snooze yesterday", "enter")
        assert "yesterday is not a time to come" in s.lowest
        await s.keys(":", "text:view closed", "enter")
        assert s.screen.reader.view == "closed"
        await s.keys(":", "text:theme light", "enter")
        assert s.app.theme == "csdesk-light"
        await s.keys(":", "text:keys vi", "enter", "G", "g", "g")
        assert s.screen.keyboard.chosen == "vi"


async def test_a_number_goes_to_its_conversation_and_a_wrong_one_says_so(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(":", "text:goto 7", "enter")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 7
        await s.keys(":", "text:9999", "enter")
        assert "There is no conversation 9999." in s.lowest


async def test_what_was_said_is_said_again(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(":", "text:tag sale", "enter", "down", ":", "text:fi", "up")
        assert s.app.screen.query_one("Input").value == "tag sale"  # type: ignore[attr-defined]
        await s.keys("down")
        assert s.app.screen.query_one("Input").value == "fi"  # type: ignore[attr-defined]
        await s.keys("up", "enter")
        assert s.called("tag") == [(1, ("sale",), ()), (2, ("sale",), ())]
        await s.keys(":", "backspace")
        assert s.app.screen is s.screen


async def test_an_unavailable_command_says_why(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(":", "text:reopen", "enter")
        assert "It is open already." in s.lowest


async def test_jump_mode_goes_to_a_row_a_view_a_pane_and_a_message(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(";")
        assert "* " not in s.text
        await s.keys("d" if "d" in s.app.screen.goals else "ad")  # type: ignore[attr-defined]
        assert s.app.screen is not s.screen or s.screen.queue.cursor == 2
        await s.keys("escape")
        assert s.app.screen is s.screen
        await s.keys(";")
        over = s.app.screen
        rows = [text for text, goal in over.goals.items() if goal.x < 40 and goal.y >= 3]  # type: ignore[attr-defined]
        for letter in rows[4]:
            await s.keys(letter)
        assert s.screen.queue.cursor == 4 and s.app.screen is s.screen
        await s.keys(";")
        panes = {goal.x: text for text, goal in s.app.screen.goals.items()}  # type: ignore[attr-defined]
        for letter in panes[s.screen.side.region.x]:
            await s.keys(letter)
        assert s.screen.pane() == "side"


async def test_a_letter_that_is_none_and_a_click_beside_leave_jump_mode(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(";", "%")
        assert s.app.screen is s.screen
        await s.keys(";")
        await s.pilot.click(offset=(150, 40))
        await s.rest()
        assert s.app.screen is s.screen


async def test_a_label_can_be_clicked(opened: Opener) -> None:
    async with opened() as s:
        await s.keys(";")
        goal = next(one for one in s.app.screen.goals.values() if one.y == s.screen.queue.region.y + 6)  # type: ignore[attr-defined]
        await s.pilot.click(offset=(goal.x, goal.y))
        await s.rest()
        assert s.screen.queue.cursor == 3


def test_labels_are_short_and_none_begins_another() -> None:
    for count in (0, 5, 26, 27, 300):
        found = labels(count)
        assert len(found) == count == len(set(found))
        assert len({len(one) for one in found}) <= 1


async def test_back_and_forward_through_what_was_opened(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+o")
        assert "No conversation was opened before." in s.lowest
        await s.keys("enter", "escape", "down", "enter", "escape", "down", "down", "enter", "ctrl+o")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2
        await s.keys("ctrl+o")
        assert s.screen.reader.opened.id == 1
        await s.keys("alt+right")
        assert s.screen.reader.opened.id == 2
        await s.keys("ctrl+y", "ctrl+y")
        assert s.screen.reader.opened.id == 4 and "No conversation lies ahead." in s.lowest
        await s.keys("2", "ctrl+o")
        assert s.screen.reader.opened.id == 1


async def test_a_look_in_between_leaves_no_trace(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "escape", "down", "down")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 3, "only a preview"
        await s.keys("ctrl+o")
        assert s.screen.reader.opened.id == 1, "back is the last one that was opened"
