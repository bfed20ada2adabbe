"""The first frame: there before the desk is loaded, with its borders where the desk's will be, and no key lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.screens.desk import DeskScreen
from csdesk.screens.first import FirstScreen, borders
from csdesk.screens.looks import Taste
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk
from tests.ui.test_terminal import Terminal, terminal  # noqa: F401

ROOT = Path(__file__).parents[2]
HEAVY = ("sqlmodel", "sqlalchemy", "httpx", "jinja2", "babel", "argparse", "logging.handlers", "json.tool")
DESK = (
    "csdesk.screens.desk",
    "csdesk.actions",
    "csdesk.widgets.queue",
    "csdesk.widgets.bars",
    "csdesk.store",
)


@pytest.mark.parametrize("width", [60, 99, 100, 101, 120, 139, 140, 160, 173, 200, 213, 250])
async def test_its_borders_stand_where_those_of_the_desk_will(opened: Opener, width: int) -> None:
    """A frame that jumps when the rows come is worse than none."""
    async with opened(size=(width, 40)) as s:
        for share, side in ((0, 0), (40, 0), (65, 30)):
            s.screen.looks.taste = Taste(share=share, side=side)
            s.screen.looks.lay_out()
            await s.rest()
            panes = [s.screen.query_one("#middle"), s.screen.side]
            found = tuple(pane.region.x for pane in panes if pane.display and pane.region.x)
            assert found == borders(width, share, side if width >= 140 else 0), (share, side)


def test_the_desk_is_loaded_after_it() -> None:
    """Whatever creeps into these imports is waited for at every start."""
    code = (
        "import sys; from csdesk.cli.quick import plain_start; assert plain_start(['--as', 'Lin'])\n"
        "import csdesk.cli.run, csdesk.cli.screen, csdesk.app, csdesk.bootstrap\n"
        "print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    loaded = set(ran.stdout.split())
    assert loaded & {*HEAVY, *DESK} == set()
    own = {name for name in loaded if name.startswith("csdesk.")}
    assert len(own) <= 26, sorted(own)


def test_keys_pressed_before_the_desk_is_there_reach_it(terminal: Callable[..., Terminal]) -> None:  # noqa: F811
    """Who knows the desk types 'down, enter' before it is drawn."""
    screen = terminal()
    os.write(screen.fd, b"?")
    found = screen.read(0.3, 30, until=b"Next conversation")
    assert b"Next conversation" in found, "the help was asked for before the first frame"


async def test_where_nobody_looks_the_desk_is_there_at_once(opened: Opener) -> None:
    async with opened() as s:
        assert isinstance(s.app.screen, DeskScreen)


async def test_the_frame_gives_way_to_the_desk_and_hands_over_the_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = FakeDesk()
    app = DeskApp(lambda: desk, config=Config(timezone="UTC"), clock=desk.clock)

    def first(app: DeskApp) -> FirstScreen:
        screen = FirstScreen(app._furnish)
        screen.on_key(events.Key("question_mark", "?"))
        return screen

    monkeypatch.setattr(DeskApp, "get_default_screen", first)
    async with app.run_test(size=(160, 45)) as pilot:
        s = Session(desk, app, pilot)
        await s.rest()
        for _n in range(200):  # on a busy machine the key may come after a moment that looked quiet
            if len(app.screen_stack) == 3:
                break
            await pilot.pause(0.02)
        assert app.desk_screen is not None
        assert [type(one).__name__ for one in app.screen_stack] == ["FirstScreen", "DeskScreen", "HelpScreen"]
