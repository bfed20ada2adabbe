"""What no screen may be brought down by: keys faster than its places open, a keymap gone wrong, a clock that jumps."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest
from rich.cells import cell_len
from textual import events
from textual.css.query import NoMatches
from textual.renderables.background_screen import BackgroundScreen

from csdesk import actions
from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.dump import settle
from csdesk.screens.desk import DeskScreen
from csdesk.screens.help import HelpScreen
from csdesk.screens.prompts import Choose
from csdesk.widgets.editor import MAX_PASTE, Editor
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk

PLACES = ("v", "Z", "W", "x", "X", "C", "L", "question_mark", "semicolon", "ctrl+p", "colon", "K", "S", "escape",
          "enter", "tab", "down", "j", "q")  # fmt: skip


async def burst(s: Session, *keys: str) -> None:
    """Keys without a breath between them."""
    for key in keys:
        s.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await asyncio.sleep(0)


def over(s: Session) -> list[str]:
    """The screens that lie over the desk."""
    return [type(one).__name__ for one in s.app.screen_stack[1:]]


@pytest.mark.parametrize("seed", [0, *(pytest.param(one, marks=pytest.mark.real) for one in range(1, 12))])
async def test_places_that_were_opened_too_fast_can_all_be_left(opened: Opener, seed: int) -> None:
    """One that closes another instead of itself would lie over the desk for ever, or take it away."""
    dice = random.Random(seed)
    async with opened() as s:
        for _n in range(12):
            await burst(s, *(dice.choice(PLACES) for _m in range(20)))
            await s.pilot.pause(0.01)
        await s.rest()
        for _n in range(12):
            await s.pilot.press("escape")
        await s.rest()
        assert over(s) == [] and isinstance(s.app.screen, DeskScreen)
        await s.keys("down")


async def test_what_is_typed_while_a_place_opens_piles_nothing_on_it(opened: Opener) -> None:
    async with opened() as s:
        await burst(s, "Z", "Z", "W", "X", "L")
        await s.rest()
        assert len(over(s)) == 1, over(s)
        await s.keys("escape")
        await burst(s, "question_mark", "question_mark")
        await s.rest()
        assert len(over(s)) <= 1, "the second one is for the help"


@pytest.mark.parametrize(
    "key", ["t", "s", *(pytest.param(one, marks=pytest.mark.real) for one in (*"MXoV", "ctrl+l"))]
)
async def test_one_key_pressed_many_times_asks_once(opened: Opener, key: str) -> None:
    """A key that is stuck while its question opens would else ask it twenty times."""
    async with opened() as s:
        await burst(s, *[key] * 25)
        await s.rest()
        assert len(over(s)) <= 1, over(s)
        await s.pilot.press("escape")
        await s.rest()
        assert over(s) == []


async def test_screens_that_lie_over_each_other_are_drawn_in_their_order(opened: Opener) -> None:
    """Each shows the one right beneath it, whatever was drawn before; two that show each other would never end."""
    async with opened() as s:
        for number in range(4):
            s.app.push_screen(Choose(f"question {number}", [(1, "one", "")]))
            await s.pilot.pause(0.02)
            for screen in s.app.screen_stack[1:]:
                screen.refresh()
            await s.pilot.pause(0.05)
        beneath = {}
        for screen in s.app.screen_stack[1:]:
            shown = screen.render()
            assert isinstance(shown, BackgroundScreen)
            beneath[screen] = shown.screen
        assert list(beneath.values()) == s.app.screen_stack[:-1]
        assert "question 3" in s.text


@pytest.mark.parametrize("turns", [0, 1, 2])
@pytest.mark.parametrize("way", ["asked for", "cut off"])
async def test_leaving_while_a_screen_opens_leaves_no_trace(opened: Opener, way: str, turns: int) -> None:
    async with opened() as s:
        s.app.push_screen(HelpScreen(actions.registry()))
        for _n in range(turns):
            await asyncio.sleep(0)
        if way == "asked for":
            s.app.exit()
    assert s.app._exception is None and not s.app.return_code


async def test_a_screen_that_does_not_find_its_own_is_a_failure_while_the_desk_is_open(
    opened: Opener,
) -> None:
    with pytest.raises(NoMatches):
        async with opened() as s:
            s.app._handle_exception(NoMatches("nothing here"))


@pytest.mark.parametrize("width", [40, 80, 120, 200])
async def test_a_store_that_goes_is_said_however_long_its_reason_is(opened: Opener, width: int) -> None:
    """PostgreSQL names the socket's whole path: a sentence with no room at all was not shown at all."""
    said = "The store cannot be reached: connection to server on socket " + "/a/long/way" * 12
    async with opened(size=(width, 30)) as s:
        s.screen.reader.gone(said)
        await s.rest()
        header = s.text.split("\n")[0]
        assert "The store cannot" in header and header.startswith(" csdesk")
        assert ("22:41" in header) == (width >= 100) and cell_len(header) <= width
        assert said in [one.text for one in s.screen.said]


async def test_escape_twice_closes_the_palette_and_not_the_desk(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("ctrl+p")
        await burst(s, "escape", "escape", "escape")
        await s.rest()
        assert isinstance(s.app.screen, DeskScreen)


async def test_a_keymap_that_binds_everything_to_q_leaves_a_desk_that_can_be_worked_and_left() -> None:
    """Every clash is counted, the worst of them said."""
    desk = FakeDesk()
    config = Config(timezone="UTC", keys={one.id: ("q",) for one in actions.registry()})
    app = DeskApp(lambda: desk, config=config, clock=desk.clock)
    async with app.run_test(size=(200, 45)) as pilot:
        s = Session(desk, app, pilot)
        await settle(pilot)
        assert "The key q is move.down already" in s.lowest and "more of your keys were left out" in s.lowest
        await s.keys("down", "enter")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2
        await s.keys("escape", "q")
        assert s.screen.queue.cursor == 2, "the first one has it"
        await s.keys("ctrl+p")
        assert "What is to be done?" in s.text
        await s.keys("escape", "ctrl+q")
        assert not app.is_running or app._exit


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_that_jumps_a_day_leaves_a_screen_that_lives(opened: Opener, days: int) -> None:
    """Countdowns go on from the new time: none stands still, none runs below nothing."""
    async with opened(size=(200, 50)) as s:
        await s.keys("enter", "r", "text:on its way", "ctrl+o")
        assert "sending to" in s.lowest
        s.desk.clock.at += timedelta(days=days)
        s.screen.tick()
        await s.rest()
        assert f"{s.desk.clock.now().astimezone(s.screen.here):%H:%M}" in s.text.split("\n")[0]
        assert not any(
            f"-{digit}" in line for line in (s.lowest, s.text.split("\n")[0]) for digit in "0123456789"
        )
        assert "sending to" not in s.lowest, "it has left, or leaves tomorrow, which is no countdown"
        first = s.text
        s.desk.clock.at += timedelta(minutes=61)
        s.screen.tick()
        await s.rest()
        assert s.text != first, "the clocks go on"
        await s.keys("escape", "down", "enter")
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == 2


async def test_the_clocks_of_the_queue_follow_a_jump_of_exactly_a_day(opened: Opener) -> None:
    """The minute is the same and everything is late all the same."""
    async with opened() as s:
        assert " late " not in s.text
        s.desk.clock.at += timedelta(days=1)
        await s.pilot.pause(1.2)
        await s.rest()
        assert " late " in s.text


async def test_a_paste_too_long_is_refused_in_a_form_too(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("c", "enter")
        editor = s.app.screen.query_one(Editor)
        editor.post_message(events.Paste("x" * MAX_PASTE))
        await s.rest()
        assert len(editor.text) == MAX_PASTE
        editor.post_message(events.Paste("y" * (MAX_PASTE + 1)))
        await s.rest()
        assert "Nothing was pasted: 200,001 characters" in s.text and "y" not in editor.text


@pytest.mark.parametrize("typed", ["Ana", "12a", "9" * 30])
async def test_a_number_that_is_none_is_said_when_merging(opened: Opener, typed: str) -> None:
    """Silence would look like a merge that was done."""
    async with opened() as s:
        await s.keys("enter", "M", "end", "enter", f"text:{typed}", "enter")
        assert f"{typed} is no conversation's number." in s.lowest
        assert s.called("merge") == []
