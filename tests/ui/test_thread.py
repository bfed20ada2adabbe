"""Reading one conversation: what is new, long ones by parts, folding, quote levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.events import MouseScrollUp

from csdesk.domain.conversation import Message, Thread
from csdesk.domain.mail import Quote
from csdesk.domain.reading import WINDOW, Mark, newest
from csdesk.widgets.thread_lines import Reading, thread_lines
from tests.ui.conftest import Opener, Session
from tests.ui.fake_samples import NOW, make_thread
from tests.ui.fakes import FakeDesk

MANY = 5000


def long_thread(count: int = MANY) -> Thread:
    """Conversation 1 with so many messages, the last an hour ago."""
    base = make_thread(1)
    one = base.messages[-1]
    assert isinstance(one, Message)
    entries = tuple(
        replace(
            one,
            id=1000 + n,
            text=f"message {n}\nsays a few words\nand more",
            sent_at=NOW - timedelta(minutes=count - n),
        )
        for n in range(count)
    )
    return replace(base, entries=entries, rev=count)


def long_desk(count: int = MANY) -> FakeDesk:
    desk = FakeDesk()
    desk.threads[1] = long_thread(count)
    return desk


def pane(s: Session) -> str:
    """The conversation pane as text."""
    rows = s.text.split("\n")
    return "\n".join(row.split("│")[1] if row.count("│") >= 2 else row for row in rows)


async def test_a_line_shows_what_is_new_since_i_looked(opened: Opener) -> None:
    desk = FakeDesk()
    thread = desk.threads[1]
    desk.reading.marks[1] = Mark(thread.messages[1].id, 0)
    async with opened(desk) as s:
        await s.keys("enter")
        shown = pane(s)
        assert shown.index("new since you looked") < shown.index("海关要求税号") < shown.index("¿Y ahora?")
        assert desk.reading.marks[1] == newest(thread)
        await s.keys("escape", "down", "up", "enter")
        assert "new since you looked" not in s.text, "it was seen"


async def test_what_comes_while_it_is_open_is_new_until_the_reader_leaves_it_in_sight(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter")
        assert "new since you looked" not in s.text
        s.desk.receive(1, "One more thing: the colour.")
        await s.rest(0.7)
        await s.keys("G")
        shown = pane(s)
        assert shown.index("new since you looked") < shown.index("One more thing")
        await s.keys("escape", "down", "enter")
        assert s.desk.reading.marks[1] == newest(s.desk.threads[1])


async def test_one_key_goes_through_all_that_is_unread(opened: Opener) -> None:
    desk = FakeDesk()
    thread = desk.threads[1]
    desk.reading.marks[1] = Mark(thread.messages[0].id, 0)
    async with opened(desk) as s:
        await s.keys("enter")
        assert s.screen.thread.reading is not None
        assert s.screen.thread.reading.at == ("note", 1), "opened at the first that is new"
        await s.keys("l")
        assert s.screen.thread.reading.at == ("message", thread.messages[-1].id)
        await s.keys("l")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 4
        for thread in list(desk.threads.values()):
            desk.threads[thread.id] = replace(thread, unread=False)
        await s.keys("escape", "ctrl+r", "l")
        assert "Nothing unread is left" in s.lowest


async def test_five_thousand_messages_open_with_only_a_few_laid_out(opened: Opener) -> None:
    async with opened(long_desk()) as s:
        await s.keys("enter")
        view = s.screen.thread
        assert "message 4999" in s.text
        assert view.thread is not None and len(view.thread.entries) == WINDOW
        assert len(view._blocks) < 40, "only what is seen is laid out, and a screenful around it"


async def test_a_long_conversation_is_scrolled_from_end_to_end_without_a_gap(opened: Opener) -> None:
    async with opened(long_desk(150)) as s:
        await s.keys("enter")
        view = s.screen.thread
        for key, goal in (("pageup", 0), ("pagedown", 149)):
            seen: set[int] = set()
            for _ in range(80):
                seen |= {int(word.split()[1]) for word in _messages(pane(s))}
                assert view.thread is not None and len(view.thread.entries) <= WINDOW
                if goal in seen:
                    break
                await s.pilot.press(key)
                await s.rest(0.02)
            assert seen == set(range(150))


def _messages(text: str) -> list[str]:
    import re

    return re.findall(r"message \d+", text.replace("earlier message", "").replace("later message", ""))


async def test_home_and_end_reach_the_first_and_the_last_of_a_long_one(opened: Opener) -> None:
    async with opened(long_desk()) as s:
        await s.keys("enter", "g")
        assert "message 0 " in s.text and "4880 later messages" not in s.text
        await s.keys("G")
        assert "message 4999" in s.text
        s.desk.receive(1, "and the newest")
        await s.rest(0.7)
        await s.keys("G")
        assert "and the newest" in s.text


async def test_the_bar_tells_where_the_reader_is_as_soon_as_it_is_there(opened: Opener) -> None:
    """Who goes down two rows and opens at once sees the end of a conversation, and the bar must not say 'the top'."""
    async with opened(long_desk(200), size=(120, 40)) as s:
        view = s.screen.thread
        await s.keys("enter")
        bar = view.vertical_scrollbar
        assert view.scroll_y > 0 and bar.position == view.scroll_y
        view.show_vertical_scrollbar = False
        view.scroll_y -= 5
        view.show_vertical_scrollbar = True
        assert bar.position == view.scroll_y > 0


async def test_the_mouse_wheel_goes_through_a_long_one_too(opened: Opener) -> None:
    async with opened(long_desk(200), size=(80, 24)) as s:
        await s.keys("enter")
        view = s.screen.thread
        for _ in range(400):
            if view.thread is not None and view.thread.earlier < 80:
                break
            view._on_mouse_scroll_up(MouseScrollUp(view, 1, 1, 0, -1, 0, False, False, False))
            await s.pilot.pause(0)
        await s.rest()
        assert view.thread is not None and view.thread.earlier < 80, "the part before was fetched"
        assert "message 199" not in s.text and _messages(pane(s))


async def test_a_message_is_folded_to_one_line_and_opened_again(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "g")
        assert "跟踪号已经九天没有更新了" in s.text.replace("\n", "")
        await s.keys("h")
        line = next(row for row in s.text.split("\n") if "14:32" in row)
        assert "我的包裹" in line and "quoted lines" not in s.text
        await s.keys("h")
        assert "+ 14 quoted lines" in s.text


async def test_all_messages_are_folded_and_opened(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "H")
        assert len(s.screen.thread.lines) < 8, "two days, four entries"
        await s.keys("H")
        assert "Un saludo" in s.text


async def test_messages_are_stepped_through_and_the_ends_are_told(opened: Opener) -> None:
    async with opened(size=(80, 24)) as s:
        await s.keys("enter", "{")
        assert s.screen.thread.reading is not None and s.screen.thread.reading.at == ("note", 1)
        await s.keys("{", "{")
        assert "▌Ana López" in s.text
        await s.keys("{")
        assert "first message" in s.lowest
        await s.keys("}", "}", "}", "}")
        assert "last message" in s.lowest


def quoted_desk() -> FakeDesk:
    desk = FakeDesk()
    thread = desk.threads[1]
    text = "Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Lin wrote:\n> Here?\n>\n"
    text += "> On Sun, 1 Nov 2026 at 9:00, Ana wrote:\n>> Where?"
    one = replace(thread.messages[0], text=text, quotes=(Quote(2, 7),))
    desk.threads[1] = replace(thread, entries=(one,))
    return desk


async def test_quotes_unfold_level_by_level(opened: Opener) -> None:
    async with opened(quoted_desk()) as s:
        await s.keys("enter")
        assert "Here?" not in s.text
        await s.keys("q")
        assert "Here?" in s.text and "Where?" not in pane(s) and "+ 1 quoted line" in s.text
        assert "Quote level 1 of 2" in s.lowest
        await s.keys("q")
        assert "Where?" in s.text
        await s.keys("q")
        assert "Here?" not in s.text


async def test_a_click_on_a_fold_opens_that_message_alone(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("enter", "g")
        view = s.screen.thread
        y = next(at for at, one in enumerate(view.lines) if one.data and one.data[0] == "fold")
        await s.pilot.click("#thread", offset=(5, y - view.scroll_offset.y))
        await s.rest()
        assert "línea 3" in s.text


@pytest.mark.parametrize("width", [24, 40, 78])
@pytest.mark.parametrize("shut", [True, False])
def test_no_line_is_wider_than_the_pane(width: int, shut: bool) -> None:
    thread = replace(make_thread(1), earlier=7, later=9)
    reading = Reading(NOW, mark=Mark(1, 0), agent="Lin", shut=shut, at=("note", 1), find="pedido")
    assert all(one.width <= width for one in thread_lines(thread, width, reading))


async def test_resizes_keep_the_place_in_a_long_conversation(opened: Opener) -> None:
    async with opened(long_desk(400)) as s:
        await s.keys("enter", "pageup", "pageup")
        for n in range(12):
            await s.pilot.resize_terminal(1 + (n * 37) % 200, 1 + (n * 13) % 60)
        await s.pilot.resize_terminal(160, 45)
        await s.rest()
        shown = {int(word.split()[1]) for word in _messages(pane(s))}
        assert shown and min(shown) > 370


def test_a_message_without_end_is_shortened_until_it_is_unfolded() -> None:
    """Lost otherwise: the message behind a log of ten thousand lines."""
    thread = make_thread(2)
    text = "\n".join(f"line {n}" for n in range(10_000))
    thread = replace(thread, entries=(replace(thread.messages[0], text=text),))
    short = thread_lines(thread, 80, Reading(NOW))
    assert len(short) < 410 and any("9600 more lines" in one.text for one in short)
    assert len(thread_lines(thread, 80, Reading(NOW, level=1))) > 10_000
