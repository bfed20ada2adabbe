"""A terminal for tests: runs csdesk on a pseudo-terminal, types, reads what is shown, keeps every byte."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pyte

ROOT = Path(__file__).resolve().parents[2]
# Makes the pseudo-terminal the controlling one, as a login does, so that closing it means SIGHUP; one that whoever
# runs the tests ignores (nohup) would be ignored by every program below.
_LOGIN = """import fcntl, os, signal, sys, termios
signal.signal(signal.SIGHUP, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])"""
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
ALTERNATE, CURSOR, PASTE, MOUSE = 1049, 25, 2004, (1000, 1002, 1003, 1006, 1015)
KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f", "down": "\x1b[B",
    "up": "\x1b[A", "right": "\x1b[C", "left": "\x1b[D", "pagedown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}  # fmt: skip


class _Screen(pyte.Screen):  # type: ignore[misc]
    """pyte does not know private CSI such as kitty's keyboard queries."""

    def report_device_status(self, *_args: Any, **_options: Any) -> None: ...

    def report_device_attributes(self, *_args: Any, **_options: Any) -> None: ...


class Terminal:
    """`csdesk ARGS`, or another program, on a pseudo-terminal of that size. `raw` is everything it wrote."""

    def __init__(
        self,
        *args: str,
        size: tuple[int, int] = (120, 40),
        env: dict[str, str] | None = None,
        program: tuple[str, ...] = (sys.executable, "-m", "csdesk"),
    ) -> None:
        self.raw = bytearray()
        self.columns, self.rows = size
        self._screen = _Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self._screen)
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LOGIN, *program, *args],
            stdin=self.slave, stdout=self.slave, stderr=self.slave, start_new_session=True, cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        self.hang_up()
        os.close(self.slave)

    def hang_up(self) -> None:
        """Close the terminal, as a window or a line that goes away."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def read(self, seconds: float) -> None:
        """Take in what comes within that time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _w, _x = select.select([self.master], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            self.raw += data
            self._stream.feed(_for_pyte(data))

    def type(self, text: str) -> None:
        """Letters as they are."""
        os.write(self.master, text.encode())

    def press(self, *keys: str, wait: float = 0.15) -> None:
        """Keys by name or letter, each given time to act."""
        for key in keys:
            self.type(KEYS.get(key, key))
            self.read(wait)

    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, words: str, seconds: float = 15.0) -> None:
        """Until the screen shows these words."""
        end = time.monotonic() + seconds
        while words not in self.text():
            assert self.process.poll() is None, f"csdesk ended ({self.process.returncode}):\n{self.text()}"
            assert time.monotonic() < end, f"{words!r} never came:\n{self.text()}"
            self.read(0.05)

    def drain(self, seconds: float) -> bool:
        """Read until the process has ended; whether it did in time."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.master >= 0 and select.select([self.master], [], [], 0.05)[0]:
            before = len(self.raw)
            self.read(0.05)
            if len(self.raw) == before:
                break  # the other end is closed
        return self.process.poll() is not None

    def modes(self) -> dict[int, bool]:
        """Private modes (DECSET) as the last sequence left them."""
        found: dict[int, bool] = {}
        for numbers, letter in _MODE.findall(bytes(self.raw)):
            for number in numbers.split(b";"):
                found[int(number)] = letter == b"h"
        return found

    def is_restored(self) -> str:
        """'' when the terminal is as it was before, else what is not."""
        modes = self.modes()
        wrong = [str(one) for one in (ALTERNATE, PASTE, 1004, *MOUSE) if modes.get(one, False)]
        if not modes.get(CURSOR, True):
            wrong.append("cursor hidden")
        if termios.tcgetattr(self.slave) != self.before:
            wrong.append("line settings")
        return ", ".join(wrong)


def _for_pyte(data: bytes) -> bytes:
    """Without sequences that pyte would print as text."""
    return re.sub(rb"\x1b\[[<>=?][0-9;]*[upqcm$]|\x1b\[\?[0-9;]*\$p|\x1bP.*?\x1b\\", b"", data)


def living(store: str) -> list[psutil.Process]:
    """Processes that work on this store (by CSDESK_STORE), this one aside."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("CSDESK_STORE") == store and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return [one for one in found if one.pid != os.getpid()]


def none_lives(store: str, seconds: float = 5.0) -> list[psutil.Process]:
    """Who still works on this store after that time; asks until nobody does."""
    end = time.monotonic() + seconds
    while (left := living(store)) and time.monotonic() < end:
        time.sleep(0.05)
    return left
