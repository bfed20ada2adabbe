"""Rows that are there before the desk is: to look at, to move among, and nothing more until it is open."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from csdesk.app import DeskApp
from csdesk.config import Config
from csdesk.domain.conversation import Glance
from csdesk.domain.people import Agent
from csdesk.errors import DeskError, StoreFailure
from tests.ui.conftest import Session
from tests.ui.fakes import FakeDesk


class SlowDesk(FakeDesk):
    """Its rows can be seen at once, and its store is opened when a test says so."""

    accounts_seen: Mapping[str, str] = {"support": "", "ebay": "teal"}
    fault: DeskError | None = None

    def __init__(self) -> None:
        self.go = threading.Event()
        self._agent: Agent
        super().__init__()

    @property
    def agent(self) -> Agent:
        assert self.go.wait(20), "nobody opened the store"
        if self.fault is not None:
            raise self.fault
        return self._agent

    @agent.setter
    def agent(self, value: Agent) -> None:
        self._agent = value

    def glance(self, limit: int) -> Glance | None:
        was = self.go.is_set()
        self.go.set()
        try:
            return Glance(self.inbox.page("open", limit=limit), self.accounts_seen)
        finally:
            if not was:
                self.go.clear()


@asynccontextmanager
async def slowly(desk: SlowDesk, *, size: tuple[int, int] = (160, 45)) -> AsyncIterator[Session]:
    """The app as it is while the store is being opened."""
    app = DeskApp(lambda: desk, config=Config(timezone="Asia/Shanghai"), clock=desk.clock)
    async with app.run_test(size=size) as pilot:
        s = Session(desk, app, pilot)
        await until(s, lambda: len(s.screen.queue.rows) > 0)
        try:
            yield s
        finally:
            desk.go.set()


async def until(s: Session, done: object) -> None:
    assert callable(done)
    for _n in range(500):
        if done():
            return
        await s.pilot.pause(0.02)
    raise AssertionError(s.text)


async def test_rows_are_there_and_can_be_moved_among_while_the_store_is_opened() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        assert s.screen.reader.desk is None
        first = s.screen.queue.row
        assert first is not None and first.subject in s.text and "opening" in s.text
        await s.pilot.press("down", "down", "down")
        chosen = s.screen.queue.row
        assert chosen is not None and s.screen.queue.cursor == 3
        assert s.screen.reader.opened is None and not s.called("open")
        desk.go.set()
        await until(s, lambda: s.screen.reader.opened is not None)
        await s.rest()
        assert s.screen.queue.cursor == 3 and s.screen.queue.row == chosen
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == chosen.id
        assert s.screen.queue.agent == "Lin" and "opening" not in s.text


async def opens(s: Session) -> None:
    desk = s.desk
    assert isinstance(desk, SlowDesk)
    desk.go.set()
    await until(s, lambda: s.screen.reader.standing.counts is not None)
    await s.rest()


async def test_keys_that_need_the_store_are_done_once_it_is_open_in_their_order() -> None:
    """Who sees a row acts on it. The last 'down' comes after the answer was begun, and must not move what it is to."""
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("down")
        second = s.screen.queue.row
        assert second is not None
        await s.pilot.press("r", *"Hola", "down")
        await s.pilot.pause(0.05)
        assert "done as soon as the store is open" in s.lowest
        assert s.screen.queue.row == second and not s.screen.composer.mode
        assert {name for name, _value in desk.calls} == {"page"}
        await opens(s)
        assert s.screen.composer.mode == "reply" and s.screen.composer.editor.text == "Hola"
        assert s.screen.reader.opened is not None and s.screen.reader.opened.id == second.id
        assert "done as soon" not in s.text


async def test_a_count_and_a_key_of_two_wait_whole() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("2", "down", "'", "m")
        await s.pilot.pause(0.05)
        assert s.screen.queue.cursor == 2 and s.screen.reader.view == "open"
        assert "done as soon as the store is open" in s.lowest
        await opens(s)
        assert s.screen.reader.view == "mine" and "means nothing" not in s.text


async def test_escape_takes_back_what_waits() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("e", "e", "escape")
        await s.pilot.pause(0.05)
        assert "done as soon" not in s.lowest
        await opens(s)
        assert {thread.status for thread in desk.threads.values()} == {"open"}


async def test_leaving_does_not_wait_for_the_store() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("enter", "ctrl+q")
        await until(s, lambda: not s.app.is_running)


async def test_what_waits_is_never_done_to_another_conversation() -> None:
    """Somebody else closed it meanwhile, and the next one moved up."""
    desk = SlowDesk()
    async with slowly(desk) as s:
        row = s.screen.queue.row
        assert row is not None
        await s.pilot.press("e")
        desk.threads[row.id] = replace(desk.threads[row.id], status="closed")
        await opens(s)
        assert [thread.id for thread in desk.threads.values() if thread.status != "open"] == [row.id]
        assert s.screen.queue.row is not None and s.screen.queue.row.id != row.id
        assert "your keys did nothing" in s.text


async def test_a_window_far_down_stays_where_it_is_when_the_desk_comes() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("pagedown", "down")
        await s.pilot.pause(0.05)
        queue = s.screen.queue
        row, at = queue.row, queue.scroll_offset.y
        assert row is not None and at > 0
        desk.go.set()
        await until(s, lambda: s.screen.reader.standing.counts is not None)
        await s.rest()
        assert (queue.row, queue.scroll_offset.y) == (row, at)


async def test_a_store_that_does_not_open_says_why_over_the_rows_that_were_seen() -> None:
    desk = SlowDesk()
    async with slowly(desk) as s:
        await s.pilot.press("e")
        desk.fault = StoreFailure("The disk is full; nothing was changed.", code="store_full")
        desk.go.set()
        await until(s, lambda: bool(s.screen.reader.standing.trouble))
        await s.pilot.pause(0.1)
        assert "The disk is full" in s.text and len(s.screen.queue.rows) > 0
        desk.fault = None
        await until(s, lambda: s.screen.reader.standing.counts is not None)
        assert s.screen.reader.standing.trouble == "" and desk.threads[1].status == "open"
        assert "done as soon" not in s.text


async def test_a_glance_that_fails_costs_nothing_but_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = SlowDesk()
    desk.go.set()

    def fails(limit: int) -> Glance | None:
        raise KeyError("an odd row")

    monkeypatch.setattr(desk, "glance", fails)
    async with slowly(desk) as s:
        await opens(s)
        assert len(s.screen.queue.rows) > 0 and "odd row" not in s.text


async def test_the_rows_know_the_accounts_colours_from_the_first() -> None:
    """Columns that jump when the desk comes."""
    desk = SlowDesk()
    async with slowly(desk) as s:
        assert s.screen.queue.accounts == {"support": "", "ebay": "teal"}
    one = SlowDesk()
    one.accounts_seen = {"support": "teal"}
    async with slowly(one) as s:
        assert s.screen.queue.accounts == {}
