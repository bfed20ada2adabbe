"""A desk in memory behind the real app, for tests that press keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from textual.pilot import Pilot

from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.dump import press, screen_text, settle
from csdesk.screens.desk import DeskScreen
from tests.ui.fakes import FakeDesk


@dataclass
class Session:
    """An open screen, the desk behind it, and short words for what tests do."""

    desk: FakeDesk
    app: DeskApp
    pilot: Pilot[Any]

    @property
    def screen(self) -> DeskScreen:
        found = self.app.desk_screen
        assert found is not None
        return found

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await press(self.pilot, key)
            await settle(self.pilot, 0.04)

    async def rest(self, quiet: float = 0.1) -> None:
        await settle(self.pilot, quiet)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def lowest(self) -> str:
        return self.text.rstrip("\n").split("\n")[-1]

    def called(self, name: str) -> list[Any]:
        return [value for one, value in self.desk.calls if one == name]


async def is_open(app: DeskApp, pilot: Pilot[Any]) -> None:
    """Wait for the store: on a busy machine it may be opened after a moment that looked quiet."""
    desk = app.desk_screen
    assert desk is not None
    for _n in range(200):
        if desk.reader.standing.counts is not None or desk.reader.standing.trouble:
            return
        await pilot.pause(0.02)


Opener = Callable[..., AbstractAsyncContextManager[Session]]


@pytest.fixture
def opened() -> Opener:
    """Opens the app on a fake desk: `async with opened(size=(80, 24)) as s`."""

    @asynccontextmanager
    async def open_session(
        desk: FakeDesk | None = None, *, size: tuple[int, int] = (160, 45), config: Config | None = None
    ) -> AsyncIterator[Session]:
        held = desk or FakeDesk()

        def open_desk() -> FakeDesk:
            if held.fail_open:
                raise held.fail_open.pop(0)
            return held

        app = DeskApp(open_desk, config=config or Config(timezone="Asia/Shanghai"), clock=held.clock)
        async with app.run_test(size=size) as pilot:
            session = Session(held, app, pilot)
            await session.rest()
            await is_open(app, pilot)
            await session.rest()
            yield session

    return open_session
