"""Two conversations side by side: answering one while the other is read. A pin that loses its place, its folds or a
new message is worse than a second window."""

from __future__ import annotations

import pytest

from csdesk.errors import DeskError, NotFound
from csdesk.widgets.pinned import PinnedPane
from csdesk.widgets.thread import ThreadView
from tests.ui.conftest import Opener, Session
from tests.ui.test_thread import long_desk

SIZES = [(140, 40), (200, 50)]


def pane(s: Session) -> PinnedPane:
    return s.screen.query_one(PinnedPane)


def pinned_text(s: Session) -> str:
    """What the pinned pane has laid out."""
    return "\n".join(line.text for line in pane(s).view.lines)


@pytest.mark.parametrize("size", SIZES)
async def test_a_pinned_conversation_stays_while_the_desk_goes_on(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(size=size) as s:
        await s.keys("enter", "|")
        assert s.screen.pane() == "queue" and "PINNED" in s.text
        await s.keys("down", "enter")
        now = s.screen.reader.opened
        assert now is not None and now.id == 2 and s.screen.pane() == "thread"
        assert "PINNED  Ana López" in s.text and "山田花子" in s.text
        assert "我的包裹" in pinned_text(s)
        left, middle = s.screen.query_one("#left").region, s.screen.query_one("#middle").region
        assert middle.x == left.right and pane(s).region.x == middle.right
        assert min(left.width, middle.width, pane(s).region.width) >= 40
        await s.keys("r", "text:ok", "escape")
        assert s.desk.drafts[2, "reply"].text == "ok", "the composer writes to the other one"


async def test_the_side_panel_gives_way_and_comes_back(opened: Opener) -> None:
    async with opened(size=(140, 40)) as s:
        assert s.screen.side.region.width
        await s.keys("enter", "|")
        assert not s.screen.side.region.width
        await s.keys("p")
        assert "no room while a conversation is pinned" in s.lowest
        await s.keys("|")
        assert s.screen.side.region.width and "PINNED" not in s.text
    async with opened(size=(200, 50)) as s:
        await s.keys("enter", "|")
        assert s.screen.side.region.width and pane(s).region.width


async def test_a_terminal_too_narrow_says_so_and_keeps_the_pin_for_later(opened: Opener) -> None:
    async with opened(size=(120, 40)) as s:
        await s.keys("enter", "|")
        assert "Two conversations side by side need 140 columns; this terminal has 120." in s.lowest
        await s.pilot.resize_terminal(160, 40)
        await s.rest()
        await s.keys("|", "down", "enter")
        await s.pilot.resize_terminal(110, 40)
        await s.rest()
        assert "PINNED" not in s.text and not pane(s).region.width
        await s.keys("|")
        assert "hidden until the terminal has 140 columns again; it has 110." in s.lowest
        await s.pilot.resize_terminal(80, 24)
        await s.rest()
        await s.keys("tab", "tab", "tab")
        assert s.screen.pane() in ("queue", "thread", "side")
        await s.pilot.resize_terminal(160, 40)
        await s.rest()
        assert "PINNED  Ana López" in s.text


async def test_the_cursor_in_a_pinned_pane_that_hides_goes_where_it_is_seen(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("enter", "|", "tab", "tab")
        assert s.screen.pane() == "pinned"
        await s.pilot.resize_terminal(100, 40)
        await s.rest()
        assert s.screen.pane() == "thread" and s.screen.focused is s.screen.thread
        await s.keys("down")


async def test_tab_goes_through_it_and_escape_or_the_key_lets_it_go(opened: Opener) -> None:
    async with opened(size=(200, 50)) as s:
        await s.keys("enter", "|")
        seen = []
        for _n in range(4):
            seen.append(s.screen.pane())
            await s.keys("tab")
        assert seen == ["queue", "thread", "pinned", "side"]
        await s.keys("shift+tab", "shift+tab")
        assert s.screen.pane() == "pinned" and "unpin" in s.lowest
        await s.keys("escape")
        assert "PINNED" not in s.text and s.screen.pane() == "thread"
        await s.keys("|", "tab", "tab", "|")
        assert "PINNED" not in s.text and s.screen.pane() == "thread"


async def test_what_comes_into_it_appears_and_the_reader_stays_where_he_is(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("enter", "|", "down", "enter")
        top = pane(s).view.scroll_offset.y
        s.desk.receive(1, "And one thing more: the colour.")
        await s.rest(0.7)
        assert "And one thing more: the colour." in pinned_text(s)
        assert "new since you looked" in pinned_text(s)
        assert pane(s).view.scroll_offset.y == top
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2
        assert s.desk.threads[1].unread, "nobody opened it: it stays unread"


async def test_folds_and_place_are_kept_when_it_is_pinned_swapped_and_opened(opened: Opener) -> None:
    async with opened(size=(200, 50)) as s:
        await s.keys("enter", "{", "h")
        folded = s.screen.thread.reading
        assert folded is not None and folded.turned
        await s.keys("|", "down", "enter", "H")
        held = pane(s).view.reading
        assert held is not None and held.turned == folded.turned and not held.shut
        await s.keys("&")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1
        assert s.screen.thread.reading is not None and s.screen.thread.reading.turned == folded.turned
        there = pane(s).view
        assert there.thread is not None and there.thread.id == 2 and there.reading is not None
        assert there.reading.shut, "each is read as it was"
        assert s.screen.pane() == "thread"
        await s.keys("&", "tab", "enter")
        assert s.screen.reader.opened.id == 1 and "PINNED" not in s.text
        assert s.screen.thread.reading.turned == folded.turned


async def test_opening_the_pinned_conversation_from_the_queue_unpins_it(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("enter", "|", "down", "enter", "escape", "up")
        assert "PINNED" in s.text, "resting on its row opens nothing"
        await s.keys("enter")
        assert "PINNED" not in s.text and s.screen.pins.number is None


async def test_it_is_read_there_and_nothing_else(opened: Opener) -> None:
    async with opened(long_desk(400), size=(160, 40)) as s:
        await s.keys("enter", "|", "down", "enter", "tab")
        view = pane(s).view
        assert s.screen.pane() == "pinned"
        for key in ("e", "r", "n", "s", "d"):
            await s.keys(key)
            assert "The pinned conversation is only read; enter opens it." in s.lowest
        assert s.called("close") == [] and not s.screen.composer.mode
        end = view.scroll_offset.y
        await s.keys("pageup", "up", "{", "h")
        assert view.scroll_offset.y < end
        assert view.reading is not None and view.reading.turned
        assert s.screen.thread.reading is not None and not s.screen.thread.reading.turned
        await s.keys("g")
        await s.rest(0.4)
        assert view.thread is not None and view.thread.earlier == 0 and view.thread.id == 1
        assert "message 0" in "\n".join(one.text for one in view.lines)
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2


async def test_a_row_under_the_cursor_is_pinned_without_opening_it(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.pilot.press("down", "down", "|")
        await s.rest()
        assert "PINNED  J. Weber" in s.text
        assert s.called("mark_read") == []
        await s.pilot.press("|", "down", "|", "|")
        await s.rest()
        assert s.screen.pins.number is None and "PINNED" not in s.text, "pressed twice at once"
        await s.keys("down")
        s.desk.fail_next.append(DeskError("The disk is gone."))
        await s.pilot.press("down", "|")
        await s.rest()
        assert s.screen.pins.number is None and "PINNED" not in s.text, "it could not be read"


async def test_one_that_was_erased_meanwhile_is_let_go_with_a_word(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("enter", "|", "down", "enter")
        before = s.desk.reading.open

        def gone(conversation: int, **part: object) -> object:
            if conversation == 1:
                raise NotFound("There is no conversation 1.")
            return before(conversation, **part)  # type: ignore[arg-type]

        monkeypatch.setattr(s.desk.reading, "open", gone)
        s.desk.receive(1, "never seen")
        await s.rest(0.7)
        assert "The pinned conversation is gone." in s.lowest and "PINNED" not in s.text


async def test_the_palette_the_menu_and_letters_know_it(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("enter", "ctrl+p")
        await s.pilot.press(*"pin this")
        await s.rest(0.3)
        assert "Pin this conversation beside" in s.text
        await s.keys("escape", "|", "tab", "tab")
        await s.pilot.click(ThreadView, button=3)
        await s.rest(0.2)
        assert type(s.app.screen).__name__ == "Menu"
        await s.keys("escape", ";")
        from csdesk.screens.jump import Label

        spots = {(one.goal.x, one.goal.y) for one in s.app.screen.query(Label)}
        assert (pane(s).view.region.x, pane(s).view.region.y) in spots


async def test_widths_that_were_chosen_hold_beside_it(opened: Opener) -> None:
    async with opened(size=(200, 50)) as s:
        await s.keys("enter", "|", "<", "<")
        left, middle = s.screen.query_one("#left").region, s.screen.query_one("#middle").region
        assert left.width < middle.width
        assert abs(pane(s).region.width - middle.width) <= 1
        assert s.screen.side.region.width >= 24


async def test_a_swap_keeps_what_is_being_written(opened: Opener) -> None:
    async with opened(size=(160, 40)) as s:
        await s.keys("&")
        assert "No conversation is pinned." in s.lowest
        await s.keys("enter", "|", "&")
        assert "No other conversation is open." in s.lowest
        await s.keys("down", "enter", "r", "text:half a sentence", "tab", "&")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 1
        assert s.desk.drafts[2, "reply"].text == "half a sentence"
        assert not s.screen.composer.mode
