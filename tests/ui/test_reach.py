"""Every action by key, by palette and by mouse, and in the manual. What cannot be reached is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csdesk import actions, i18n, keymaps
from csdesk.dump import press
from csdesk.screens.menu import Menu
from csdesk.screens.palette import DeskCommands
from csdesk.widgets.bars import FooterBar
from csdesk.widgets.picklist import PickList
from tests.ui.conftest import Opener, Session

ALL = [one.id for one in actions.registry()]
PANES = ("queue", "thread", "pinned", "side", "composer", "filter")
SHORT = ("queue", "composer")


def panes(*names: str) -> list[Any]:
    """These panes; the short run takes those that are most unlike, the long one all of them."""
    return [pytest.param(one, marks=[] if one in SHORT else [pytest.mark.real]) for one in names]


def watched(s: Session) -> list[str]:
    """The screen does nothing any more, and says what it would have done."""
    done: list[str] = []
    s.screen.act = done.append  # type: ignore[method-assign, assignment]

    async def quit() -> None:
        done.append("place.quit")  # ctrl+q works over every screen, so the app itself takes it

    s.app.action_quit = quit  # type: ignore[method-assign]
    return done


async def into(s: Session, pane: str) -> None:
    """The cursor into a pane."""
    way = {
        "queue": (),
        "thread": ("enter",),
        "pinned": ("enter", "|", "tab", "tab"),
        "side": ("tab", "tab"),
        "composer": ("r",),
        "filter": ("f",),
    }
    await s.keys(*way[pane])
    assert s.screen.pane() == pane


@pytest.mark.parametrize("pane", panes(*PANES))
async def test_every_action_by_its_keys_in_each_pane(opened: Opener, pane: str) -> None:
    """The keys are pressed, so that a text field that swallows one is found."""
    async with opened() as s:
        await into(s, pane)
        done = watched(s)
        for one in s.screen.actions.values():
            if pane not in one.where:
                continue
            # In a text field a letter is a letter.
            keys = [key for key in one.keys if pane in PANES[:4] or not actions.is_letter(key)]
            assert keys, f"{one.id} has no key in {pane}"
            for key in keys:
                done.clear()
                for part in key.split():
                    await press(s.pilot, part)
                assert done == [one.id], f"{key} in {pane}"


async def test_every_action_by_the_palette(opened: Opener) -> None:
    async with opened() as s:
        done = watched(s)
        found = [hit async for hit in DeskCommands(s.screen).discover()]
        for hit in found:
            hit.command()  # type: ignore[operator]
        assert done == ALL
        for one in s.screen.actions.values():
            hits = [hit async for hit in DeskCommands(s.screen).search(one.label)]
            done.clear()
            for hit in hits:
                hit.command()  # type: ignore[operator]
            assert one.id in done, f"{one.id} is not found by {one.label}"


@pytest.mark.parametrize("pane", panes("queue", "thread", "pinned", "side", "composer"))
async def test_every_action_by_the_mouse(opened: Opener, pane: str) -> None:
    """The right button opens the menu of the pane; one click on a line of it does it."""
    async with opened() as s:
        await into(s, pane)
        done = watched(s)
        wanted = {one.id for one in s.screen.actions.values() if pane in one.where}
        target = s.screen.composer.editor if pane == "composer" else s.screen.focused
        await s.pilot.click(target, offset=(5, 2), button=3)
        await s.rest()
        menu = s.app.screen
        assert isinstance(menu, Menu) and {value for value, _label, _hint in menu.options} == wanted
        pick = menu.query_one(PickList)
        order = [value for value, _label, _hint in menu.options]
        for number in (0, 1, len(order) - 1):
            if not isinstance(s.app.screen, Menu):
                await s.pilot.click(target, offset=(5, 2), button=3)
                await s.rest()
                pick = s.app.screen.query_one(PickList)
            done.clear()
            pick.scroll_to(y=max(0, number - 3), animate=False, force=True)
            await s.pilot.pause()
            await s.pilot.click(pick, offset=(6, number - pick.scroll_offset.y))
            await s.rest()
            assert done == [order[number]]


def test_the_menus_of_all_panes_hold_every_action() -> None:
    assert {
        one.id for one in actions.registry() if one.where & {"queue", "thread", "pinned", "side", "composer"}
    } == set(ALL)


@pytest.mark.parametrize("pane", panes("queue", "thread", "pinned", "composer"))
async def test_the_keys_of_the_lowest_line_can_be_clicked(opened: Opener, pane: str) -> None:
    async with opened(size=(200, 45)) as s:
        await into(s, pane)
        done = watched(s)
        footer = s.screen.query_one(FooterBar)
        s.screen.notice = None
        s.screen.draw_footer()
        places = footer.lines[0].data
        assert len(places) >= 5
        for start, _end, _name in places:
            await s.pilot.click(footer, offset=(start + 1, 0))
        assert done == [name for _start, _end, name in places]
        await s.pilot.click(footer, offset=(199, 0))
        assert len(done) == len(places)


async def test_the_name_of_the_desk_opens_the_palette_and_its_lines_can_be_clicked(opened: Opener) -> None:
    async with opened() as s:
        act = s.screen.act
        done = watched(s)
        s.screen.act = lambda name: act(name) if name == "place.palette" else done.append(name)  # type: ignore[method-assign]
        await s.pilot.click("#header", offset=(3, 0))
        await s.rest(0.3)
        assert s.app.screen.id == "--command-palette"
        lines = s.app.screen.query_one("CommandList")
        await s.pilot.click(lines, offset=(6, 1))
        await s.rest(0.3)
        assert done == [ALL[0]]


async def test_what_may_follow_a_first_key_can_be_clicked(opened: Opener) -> None:
    async with opened(size=(200, 45)) as s:
        await s.keys("'")
        footer = s.screen.query_one(FooterBar)
        start, _end, name = footer.lines[0].data[1]
        done = watched(s)
        await s.pilot.click(footer, offset=(start + 1, 0))
        assert done == [name] and name.startswith("go.")


async def test_the_right_button_on_a_row_is_about_that_row(opened: Opener) -> None:
    async with opened() as s:
        await s.pilot.click("#queue", offset=(10, 6), button=3)
        await s.rest()
        assert s.screen.queue.cursor == 3 and isinstance(s.app.screen, Menu)
        await s.keys("escape")
        await s.pilot.click("#queue", offset=(10, 6), button=3)
        await s.rest()
        assert isinstance(s.app.screen, Menu), "the row under the cursor is not opened by the right button"


def test_the_manual_has_every_action_with_its_keys_in_every_set() -> None:
    before = i18n.language()
    try:
        i18n.use("en")
        manual = (Path(__file__).parents[2] / "docs" / "keys.md").read_text("utf-8")
        for chosen in keymaps.SETS:
            for one in actions.with_keys({}, chosen=chosen)[0]:
                row = next((line for line in manual.split("\n") if f"| `{one.id}` |" in line), "")
                assert row, f"{one.id} is not in docs/keys.md"
                for key in one.keys:
                    assert f"`{actions.key_word(actions.key_name(key))}`".replace("|", "\\|") in row, (
                        one.id,
                        key,
                    )
    finally:
        i18n.use(before)
