"""How the desk looks: chosen on the screen, seen at once, found again; nothing of it moves the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.screens import looks
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("csdesk.paths.state_dir", lambda: tmp_path)
    return tmp_path


async def test_the_desk_wears_the_theme_under_the_cursor_and_escape_puts_the_old_one_back(
    opened: Opener,
) -> None:
    """Choosing blindly from names would mean trying each one."""
    async with opened() as s:
        await s.keys("T", "j")
        assert s.app.theme == "csdesk-light"
        await s.keys("escape")
        assert s.app.theme == "csdesk-dark"
        await s.keys("T", "j", "j", "enter")
        assert s.app.theme == "csdesk-contrast"


async def test_one_line_a_conversation_shows_twice_as_many_and_keeps_the_cursor(opened: Opener) -> None:
    async with opened() as s:
        await s.keys("down", "down")
        row = s.screen.queue.row
        await s.keys("ctrl+d")
        assert s.screen.queue.tall == 1 and s.screen.queue.row is row
        await s.keys("ctrl+d")
        assert s.screen.queue.tall == 2 and s.screen.queue.row is row


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_the_pane_with_the_cursor_takes_room_and_gives_it_back(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(size=size) as s:
        usual = s.screen.query_one("#left").outer_size.width
        await s.keys(">", ">")
        wide = s.screen.query_one("#left").outer_size.width
        assert wide > usual
        await s.keys("enter", ">")
        assert s.screen.query_one("#left").outer_size.width < wide
        await s.keys("=")
        assert s.screen.query_one("#left").outer_size.width == usual


async def test_on_a_narrow_terminal_one_pane_has_all_the_room_and_the_key_says_so(opened: Opener) -> None:
    async with opened(size=(80, 24)) as s:
        await s.keys(">")
        assert "One pane at a time" in s.lowest
        assert s.screen.query_one("#left").outer_size.width == 80


async def reopened(config: Config | None = None) -> tuple[DeskApp, FakeDesk]:
    desk = FakeDesk()
    return DeskApp(lambda: desk, config=config or Config(), clock=desk.clock, remember=True), desk


async def test_what_was_chosen_is_found_again_and_goes_before_the_configuration() -> None:
    """Widths set once and lost every evening would not be set twice."""
    app, desk = await reopened()
    async with app.run_test(size=(200, 50)) as pilot:
        s = Session(desk, app, pilot)
        await s.rest()
        await s.keys(">", "ctrl+d", "T", "j", "enter")
        left = s.screen.query_one("#left").outer_size.width
    app, desk = await reopened(Config(theme="ansi"))
    async with app.run_test(size=(200, 50)) as pilot:
        s = Session(desk, app, pilot)
        await s.rest()
        assert s.screen.query_one("#left").outer_size.width == left
        assert s.screen.queue.tall == 1 and app.theme == "csdesk-light"


@pytest.mark.parametrize(
    "damaged", ["", "[]", '{"share": 999, "side": -1, "density": "huge", "theme": 7}', '{"share": "x"']
)
async def test_a_damaged_memory_costs_only_the_memory(state: Path, damaged: str) -> None:
    (state / looks.FILE).write_text(damaged)
    assert looks.recall() == looks.Taste()


async def test_a_theme_of_ones_own_is_worn_and_one_that_makes_no_sense_is_said(
    opened: Opener, tmp_path: Path
) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "amber.toml").write_text('accent = "#ff9f43"')
    (tmp_path / "themes" / "broken.toml").write_text('acent = "#ff9f43"')
    config = Config(theme="amber", timezone="UTC", source=tmp_path / "config.toml")
    async with opened(config=config) as s:
        assert s.app.theme == "own-amber" and s.app.current_theme.accent == "#ff9f43"
        assert "did you mean 'accent'" in s.lowest
        await s.keys("T", "k", "enter")
        assert s.app.theme == "csdesk-ansi", "it stands last in the list"
        await s.keys(":")
        await s.pilot.press(*"theme")
        await s.pilot.press("space", *"amber", "enter")
        await s.rest()
        assert s.app.theme == "own-amber"
