"""Leaving is safe: signals, a terminal that goes away, and kill -9 while somebody writes. Without this an agent on a
thin line would lose an answer, find the terminal broken, or leave processes behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.support import add_maildir, deliver, desk_on, dice, mail
from tests.faults.terminal import Terminal, none_lives

TYPED = "Your parcel left Madrid this morning."


class Seat:
    """A desk with one mail, a terminal on it, and a composer in which something is written."""

    def __init__(self, base: Path, number: int, stack: ExitStack, *, sync: bool) -> None:
        folder = base.parent / f"seat-{number}"
        shutil.copytree(base, folder)
        config = folder / "config.toml"
        config.write_text(f"[sync]\nautostart = {str(sync).lower()}\n")
        self.url = f"sqlite:///{folder / 'desk.db'}"
        self.terminal = stack.enter_context(
            Terminal(env={"CSDESK_STORE": self.url, "CSDESK_CONFIG": str(config)}, size=(100, 30))
        )

    def begin(self) -> None:
        """Open the composer on the mail."""
        self.terminal.wait_for("Order 1", 40)
        self.terminal.press("r")
        self.terminal.wait_for("REPLY")

    def kept(self, folder: Path) -> str:
        """The draft that the store has now."""
        with sqlite3.connect(self.url.removeprefix("sqlite:///")) as store:
            found = store.execute("SELECT text FROM draft WHERE mode = 'reply'").fetchone()
        store.close()
        return str(found[0]) if found else ""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a store that has one mail."""
    folder = tmp_path / "base"
    folder.mkdir()
    desk, _url = desk_on(folder)
    new = add_maildir(desk, folder)
    deliver(new, mail(1))
    desk.sync.once()
    desk.close()
    return folder


@pytest.fixture(params=[5, pytest.param(8, marks=pytest.mark.real)])
def seats(base: Path, request: pytest.FixtureRequest) -> Iterator[list[Seat]]:
    """Some desks with the composer open; the first has its background sync beside it."""
    with ExitStack() as stack:
        made = [Seat(base, number, stack, sync=number == 0) for number in range(request.param)]
        for seat in made:
            seat.begin()
        yield made


def _signalled(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.process.pid, number)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=["sighup", "sigterm"])
def test_a_signal_keeps_the_draft_and_the_terminal(
    seats: list[Seat], base: Path, number: signal.Signals
) -> None:
    """All that was typed is kept, the terminal is as before, and nothing runs on."""
    for seat in seats:
        seat.terminal.type(TYPED)
        seat.terminal.wait_for(TYPED)
    for seat in seats:
        os.kill(seat.terminal.process.pid, number)
    for seat in seats:
        assert seat.terminal.drain(5), f"the screen lives on after {number.name}"
        assert seat.terminal.is_restored() == ""
        assert none_lives(seat.url) == []
        assert seat.kept(base) == TYPED
        assert b"Traceback" not in seat.terminal.raw


def test_a_closed_terminal_keeps_the_draft(seats: list[Seat], base: Path) -> None:
    """The line drops or the window is closed: the draft is kept, no process spins on without a terminal."""
    for seat in seats:
        seat.terminal.type(TYPED)
        seat.terminal.wait_for(TYPED)
    for seat in seats:
        seat.terminal.hang_up()
    for seat in seats:
        assert none_lives(seat.url) == []
        assert seat.kept(base) == TYPED


def test_kill_9_loses_at_most_a_second(seats: list[Seat], base: Path) -> None:
    """Whoever pulls the plug: what was on the screen a second before is in the store."""
    chance = dice("kill_screen")
    begun = time.monotonic()
    ends = [begun + chance.uniform(1.2, 2.5) for _ in seats]
    shown: list[list[tuple[float, int]]] = [[] for _ in seats]
    while living := [at for at in range(len(seats)) if seats[at].terminal.process.returncode is None]:
        for at in living:
            terminal = seats[at].terminal
            terminal.type(f"w{len(shown[at]) + 1} ")
            terminal.read(0.02)
            shown[at].append((time.monotonic(), _words(terminal.text())))
            if shown[at][-1][0] >= ends[at]:
                terminal.process.kill()
                ends[at] = time.monotonic()
                terminal.process.wait(5)
    for seat, end, seen in zip(seats, ends, shown, strict=True):
        assert _words(seat.kept(base)) >= max((n for at, n in seen if at <= end - 1.0), default=0)
        assert none_lives(seat.url) == []


def _words(text: str) -> int:
    """The number of the last wN in a text."""
    return max((int(found) for found in re.findall(r"\bw(\d+)\b", text)), default=0)
