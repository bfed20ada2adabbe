"""A screen to live in: a window dragged about, a cat on the keys, a megabyte in the clipboard, a disk that goes away.
Each is a night's work lost where the screen freezes, ends or forgets what was being written."""

from __future__ import annotations

import fcntl
import os
import random
import select
import struct
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from csdesk.bootstrap import Desk
from tests.faults.support import add_maildir, deliver, desk_on, mail
from tests.faults.terminal import Terminal, none_lives

DRAFT = "Half an answer"
CALM = (
    *"jkhHgGqplLN}{][v&|=<>,*VUIZWxXPC;o", "\t", "\x1b[Z", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[C", "\x1b[D",
    "\r", "\x1b", " ", "0", "7", "?", "'o", "'m", "f", "\\", "\x04", "\x0f", "\x19", "\x12", "^", "-", "+",
)  # fmt: skip
"""Keys that look, move and ask, and change no conversation."""


class Seat(Terminal):
    """A terminal that can be read without understanding it, which is quicker, and that can be given another size."""

    def skim(self, seconds: float) -> None:
        """Take in what comes within that time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.master], [], [], left)[0]:
            self.raw += os.read(self.master, 1 << 16)

    def rest(self, seconds: float = 60.0) -> None:
        """Until the program has done all that it was asked for: it works no more."""
        end, worked = time.monotonic() + seconds, -1.0
        while (now := self._worked()) - worked > 0.02:
            assert time.monotonic() < end, "it works on and on"
            worked = now
            self.skim(0.4)

    def _worked(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def feed(self, data: bytes) -> None:
        """Send bytes as fast as they are taken, reading meanwhile."""
        while data:
            reading, writing, _x = select.select([self.master], [self.master], [], 5.0)
            assert reading or writing, "the screen takes no more keys"
            if reading:
                self.raw += os.read(self.master, 1 << 16)
            if writing:
                data = data[os.write(self.master, data[:1000]) :]

    def resize(self, columns: int, rows: int) -> None:
        """The window is dragged; the kernel tells the program with SIGWINCH."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def fresh(self, columns: int, rows: int) -> None:
        """Understand the screen again, of that size and drawn anew."""
        self.rest()
        self.resize(columns - 1, rows)
        self.rest()
        self._screen.resize(rows, columns)
        self._screen.reset()
        self.resize(columns, rows)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with three mails on disk; the one of the first has a draft."""
    (tmp_path / "store").mkdir()
    desk, _url = desk_on(tmp_path / "store")
    new = add_maildir(desk, tmp_path)
    for number in (1, 2, 3):
        deliver(new, mail(number))
    desk.sync.once()
    yield desk
    desk.close()


@pytest.fixture
def seat(desk: Desk, tmp_path: Path) -> Iterator[Seat]:
    """A terminal on it, with the queue on show."""
    config = tmp_path / "config.toml"
    config.write_text("[sync]\nautostart = false\n")
    env = {"CSDESK_STORE": f"sqlite:///{tmp_path / 'store' / 'desk.db'}", "CSDESK_CONFIG": str(config),
           "XDG_STATE_HOME": str(tmp_path / "state")}  # fmt: skip
    with Seat(env=env, size=(150, 40)) as seat:
        seat.wait_for("Order 1", 40)
        yield seat
        if seat.process.poll() is None:
            seat.press("escape", "escape", "escape", wait=0.05)
            seat.press("ctrl+q")
        assert seat.drain(8), f"the screen does not leave:\n{seat.text()}"
        assert seat.process.returncode == 0
        assert b"Traceback" not in seat.raw
        assert seat.is_restored() == ""
    assert none_lives(env["CSDESK_STORE"]) == []


def write(seat: Seat, text: str = DRAFT) -> None:
    """Begin an answer, and let it be kept."""
    seat.press("r")
    seat.wait_for("REPLY")
    seat.type(text)
    seat.wait_for("draft saved")


def is_kept(seat: Seat, desk: Desk, text: str) -> None:
    """The one draft that there is comes to be this text."""
    end = time.monotonic() + 8
    while True:
        found = [desk.replies.draft(row.id) for row in desk.inbox.page("all").rows]
        (draft,) = [one for one in found if one is not None]
        if draft.text == text:
            return
        assert time.monotonic() < end, draft.text[-80:]
        seat.read(0.1)


@pytest.mark.real
def test_a_window_dragged_through_300_sizes_from_one_cell_up(seat: Seat, desk: Desk) -> None:
    write(seat)
    dice = random.Random(300)
    sizes = [(1, 1), (2, 1), (1, 2), (3, 3), (500, 2), (2, 200)]
    sizes += [(dice.randint(1, 260), dice.randint(1, 80)) for _n in range(294)]
    for columns, rows in sizes:
        seat.resize(columns, rows)
        seat.skim(0.008)
        assert seat.process.poll() is None
    seat.fresh(150, 40)
    seat.wait_for(DRAFT)
    seat.type(" and more")
    seat.wait_for(f"{DRAFT} and more")
    is_kept(seat, desk, f"{DRAFT} and more")


def cat_on_the_keys(seat: Seat, desk: Desk, presses: int) -> None:
    """So many keys in bursts, seeded; then the desk is asked for what was written."""
    write(seat)
    seat.press("escape")
    dice = random.Random(presses)
    keys = [dice.choice(CALM).encode() for _n in range(presses)]
    for start in range(0, presses, 250):
        seat.feed(b"".join(keys[start : start + 250]))
        assert seat.process.poll() is None
    seat.fresh(150, 40)
    for _n in range(12):  # a few screens may lie over each other
        seat.press("escape", wait=0.15)
        if seat.text().lstrip().startswith("csdesk"):
            break
    seat.wait_for("csdesk")
    is_kept(seat, desk, DRAFT)
    assert desk.outbox.list() == ()
    assert {row.status for row in desk.inbox.page("all").rows} == {"open"}


def test_a_cat_on_the_keys(seat: Seat, desk: Desk) -> None:
    cat_on_the_keys(seat, desk, 1000)


def test_a_paste_of_a_megabyte_is_refused_with_the_limit_and_a_long_one_kept_whole(
    seat: Seat, desk: Desk
) -> None:
    """Half of it in the text would look like all of it."""
    write(seat)
    begun = time.monotonic()
    seat.feed(b"\x1b[200~" + b"0123456789 abcde\n" * 62_000 + b"\x1b[201~")
    seat.wait_for("Nothing was pasted: 1,054,000 characters", 10)
    assert time.monotonic() - begun < 10
    assert "200,000" in seat.text()
    seat.type(" goes on")
    seat.wait_for(f"{DRAFT} goes on", 5)
    is_kept(seat, desk, f"{DRAFT} goes on")
    text = "".join(f"line {n} of the text\n" for n in range(4000)) + "the end"
    seat.feed(b"\x1b[200~" + text.encode() + b"\x1b[201~")
    seat.wait_for("the end", 10)
    is_kept(seat, desk, f"{DRAFT} goes on{text}")


def test_a_folder_that_is_moved_away_and_back_costs_no_word(seat: Seat, desk: Desk, tmp_path: Path) -> None:
    """Somebody tidies up while an answer is being written."""
    write(seat)
    (tmp_path / "store").rename(tmp_path / "away")
    seat.type(" and the rest")
    seat.wait_for(f"{DRAFT} and the rest")
    seat.read(1.5)
    assert not (tmp_path / "store").exists(), "a second, empty store was begun"
    (tmp_path / "away").rename(tmp_path / "store")
    is_kept(seat, desk, f"{DRAFT} and the rest")
