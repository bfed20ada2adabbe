"""The screen in a real terminal: bytes on a thin line, and leaving when the line drops."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHIN = 5.0


class Terminal:
    """A pseudo terminal of 200x50 with the screen in it."""

    def __init__(self, drafts: Path, *, count: int = 40, **env: str) -> None:
        self.drafts = drafts
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            full = (
                os.environ
                | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
                | env
            )
            full.pop("NO_COLOR", None)
            program = ["-m", "tests.ui.terminal_app", str(count), str(drafts)]
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
            os.execve(sys.executable, [sys.executable, *program], full)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))

    def read(self, quiet: float, most: float = 20.0, until: bytes = b"") -> bytes:
        """What comes until it is quiet, or until something was seen."""
        out, end, last = b"", time.monotonic() + most, time.monotonic()
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.01)[0]:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    break
                out, last = out + data, time.monotonic()
            elif (not until or until in out) and time.monotonic() - last > quiet:
                break
        return out

    def key(self, keys: bytes, quiet: float = 0.1) -> bytes:
        os.write(self.fd, keys)
        return self.read(quiet, 5)

    def start(self) -> bytes:
        return self.read(0.6, 30, until="López".encode())

    def compose(self, text: bytes) -> None:
        self.key(b"\r", 0.5)
        self.key(b"r", 0.5)
        self.key(text, 0.05)

    def gone_after(self) -> float:
        """Seconds until the process has ended; fails when it lives on."""
        began = time.monotonic()
        while time.monotonic() - began < WITHIN:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return time.monotonic() - began
            with contextlib.suppress(OSError):
                if select.select([self.fd], [], [], 0.02)[0]:
                    self.left = getattr(self, "left", b"") + os.read(self.fd, 65536)
        pytest.fail(f"the process lives on after {WITHIN} s")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []

    def make(**settings: object) -> Terminal:
        made.append(Terminal(tmp_path / "drafts", **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        with contextlib.suppress(OSError):
            os.close(one.fd)
        with contextlib.suppress(OSError):
            if not os.waitpid(one.pid, os.WNOHANG)[0]:
                os.kill(one.pid, signal.SIGKILL)
                os.waitpid(one.pid, 0)


def test_a_key_costs_few_bytes_and_an_idle_screen_none(terminal: Callable[..., Terminal]) -> None:
    """Over SSH on a thin line: 400 bytes for 'down' in a million rows, 2 kB for a typed character, silence idle."""
    screen = terminal(count=1_000_000)
    screen.start()
    downs = [len(screen.key(b"\x1b[B", 0.06)) for _ in range(10)]
    assert 0 < statistics.median(downs) <= 400
    screen.key(b"\r", 0.8)
    screen.key(b"r", 0.8)
    typed = [len(screen.key(bytes([char]), 0.08)) for char in b"Hola, su pedido"]
    assert 0 < statistics.median(typed) <= 2000
    screen.read(1.2)
    assert len(screen.read(2.0, 2.0)) <= 100


SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\](?:0|2|22);[^\x07\x1b]*\x07)")
"""What the screen itself sends: CSI, the title (OSC 0, 2) and the shape of the pointer (OSC 22)."""


def test_hostile_text_reaches_the_terminal_as_harmless_words(terminal: Callable[..., Terminal]) -> None:
    """What customers wrote sets no clipboard, no title, no colours: the raw bytes hold only the screen's own."""
    screen = terminal(WITH_EVIL="1")
    out = screen.read(0.6, 30, until=b"@click")
    for keys in (b"\r", b"q", b"r", b"\x1b", b"d", b"\x1b", b"X", b"\x1b", b"?"):
        out += screen.key(keys, 0.3)
    assert b"\x1b]52" not in out and b"\x1b[2J" not in out.replace(b"\x1b[2J\x1b[H", b"")
    rest = SEQUENCE.sub(b"", out).decode("utf-8", "replace")
    assert [f"{ord(c):x}" for c in rest if (ord(c) < 32 and c not in "\r\n") or 0x7F <= ord(c) < 0xA0] == []
    assert not set(rest) & set("\u202e\u2066\u200b\u2060\ufeff\U000e0041")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_keeps_the_draft_and_leaves_the_terminal_clean(
    terminal: Callable[..., Terminal], number: signal.Signals
) -> None:
    screen = terminal()
    screen.start()
    screen.compose(b"last words")
    os.kill(screen.pid, number)
    assert screen.gone_after() < WITHIN
    assert b"\x1b[?1049l" in screen.left and b"\x1b[?25h" in screen.left
    assert b"Traceback" not in screen.left
    assert screen.drafts.read_text("utf-8").endswith("last words\n")


@pytest.mark.parametrize("deaf", ["", "1"])
def test_a_closed_terminal_keeps_the_draft_and_leaves_no_process(
    terminal: Callable[..., Terminal], deaf: str
) -> None:
    """Also when SIGHUP is ignored, as under nohup: nothing may live on and burn the processor."""
    screen = terminal(DEAF=deaf)
    screen.start()
    screen.compose(b"last words")
    os.close(screen.fd)
    assert screen.gone_after() < WITHIN
    assert screen.drafts.read_text("utf-8").endswith("last words\n")


def test_a_terminal_that_takes_no_bytes_does_not_hold_us(terminal: Callable[..., Terminal]) -> None:
    """A line that hangs without being cut (flow control, a stopped program at the other end) is left too."""
    screen = terminal()
    screen.start()
    for _ in range(40):  # every theme is a whole screen, and nobody reads them
        os.write(screen.fd, b"T")
        time.sleep(0.02)
    time.sleep(1.0)
    os.kill(screen.pid, signal.SIGTERM)
    began = time.monotonic()
    while not os.waitpid(screen.pid, os.WNOHANG)[0]:
        assert time.monotonic() - began < WITHIN, "the process lives on"
        time.sleep(0.05)


@pytest.mark.parametrize("out", ["pipe", "null"])
def test_without_a_keyboard_the_screen_ends_by_itself(tmp_path: Path, out: str) -> None:
    """At the end of a file, reading keys would spin for ever at the cost of a processor."""
    stream = subprocess.PIPE if out == "pipe" else subprocess.DEVNULL
    program = [sys.executable, "-m", "tests.ui.terminal_app", "40", str(tmp_path / "drafts")]
    ran = subprocess.run(
        program, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, timeout=30, cwd=ROOT, check=False
    )
    assert ran.returncode == 0
