"""Calling the agent back: bell, desktop notice, quiet hours, how far a first fetch came, notices to read again."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from csdesk.config import Config
from csdesk.screens.desk import DeskScreen
from tests.ui.conftest import Opener, Session
from tests.ui.fakes import FakeDesk

ZONE = "Asia/Shanghai"


class Heard:
    """What reaches the terminal besides the picture."""

    def __init__(self, s: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session, self.bells, self.written = s, 0, ""
        monkeypatch.setattr(s.app, "bell", self._bell)
        monkeypatch.setattr(s.app._driver, "write", self._write)

    def _bell(self) -> None:
        self.bells += 1

    def _write(self, data: str) -> None:
        self.written += data

    async def waits(self, count: int, burning: int = 0, *, more: bool = True, hotter: bool = False) -> None:
        self.session.app.post_message(DeskScreen.Waiting(count, burning, more, hotter))
        await self.session.rest()


async def test_a_customer_who_begins_to_wait_rings_once_not_in_a_row(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten mails at once are one bell; fewer who wait are none."""
    async with opened() as s:
        heard = Heard(s, monkeypatch)
        await heard.waits(3)
        await heard.waits(4)
        assert heard.bells == 1
        s.desk.clock.at += timedelta(seconds=30)
        await heard.waits(3, more=False)
        assert heard.bells == 1
        await heard.waits(5)
        assert heard.bells == 2


async def test_a_clock_that_was_set_back_does_not_mute_the_bell(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a laptop that woke up in another year is silent for ever."""
    async with opened() as s:
        heard = Heard(s, monkeypatch)
        await heard.waits(3)
        s.desk.clock.at -= timedelta(days=400)
        await heard.waits(4)
        assert heard.bells == 2


async def test_quiet_hours_have_no_bell_and_no_notice(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent's own clock counts, not UTC."""
    there = FakeDesk().clock.now().astimezone(ZoneInfo(ZONE))
    span = f"{there:%H:%M}-{there + timedelta(minutes=1):%H:%M}"
    config = Config(timezone=ZONE, quiet_hours=(span,), notify="osc9")
    async with opened(config=config) as s:
        heard = Heard(s, monkeypatch)
        s.app.app_focus = False
        await heard.waits(3)
        assert heard.bells == 0 and "\x1b]9;" not in heard.written


@pytest.mark.parametrize(("bell", "more", "hotter"), [("burning", False, True), ("waiting", True, False)])
async def test_the_bell_can_keep_to_what_burns(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, bell: str, more: bool, hotter: bool
) -> None:
    """On a busy night a bell for every mail means nothing."""
    async with opened(config=Config(timezone=ZONE, bell=bell)) as s:
        heard = Heard(s, monkeypatch)
        await heard.waits(3, 1, more=not more, hotter=not hotter)
        assert heard.bells == 0
        await heard.waits(3, 2, more=more, hotter=hotter)
        assert heard.bells == 1


async def test_a_desktop_notice_comes_while_another_window_has_the_keyboard(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With figures only: a locked screen shows it to whoever passes."""
    async with opened(config=Config(timezone=ZONE, notify="osc777")) as s:
        heard = Heard(s, monkeypatch)
        await heard.waits(3)
        assert "777" not in heard.written
        s.app.app_focus = False
        await heard.waits(4, 1)
        assert "\x1b]777;notify;csdesk;4 customers wait, 1 burning\x07" in heard.written
        await heard.waits(5, 1)
        assert heard.written.count("]777;") == 1, "one a minute is enough"


async def test_time_alone_makes_a_conversation_burn_and_the_desk_notices(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written when an hour passes: the desk must look by itself."""
    async with opened(config=Config(timezone=ZONE, bell="burning")) as s:
        heard = Heard(s, monkeypatch)
        counts = s.desk.inbox.counts()
        monkeypatch.setattr(type(s.desk.inbox), "counts", lambda _self: counts | {"burning": 9})
        s.desk.clock.at += timedelta(minutes=1)
        s.screen.tick()
        await s.rest(0.8)
        assert heard.bells == 1 and "9 burning" in s.text


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_how_far_the_first_fetch_came_stands_above(opened: Opener, size: tuple[int, int]) -> None:
    """A mailbox of 200,000 mails takes an hour: an agent must see that it goes on."""
    desk = FakeDesk()
    desk.fetched = (1200, 200_000)
    async with opened(desk, size=size) as s:
        assert "reading mail, 0 %" in s.text.split("\n")[0]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_notices_can_be_read_again(opened: Opener, size: tuple[int, int]) -> None:
    """One that passed while the agent looked away is not lost."""
    async with opened(size=size) as s:
        s.screen.say("The first \x1b[31mthing", "burn")
        s.screen.say("The second thing")
        await s.keys("L")
        rows = s.text.split("\n")
        first = next(n for n, row in enumerate(rows) if "The first" in row)
        second = next(n for n, row in enumerate(rows) if "The second" in row)
        assert second < first and "\x1b" not in s.text
        await s.keys("escape")
        assert s.app.screen is s.screen
