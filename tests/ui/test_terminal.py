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
from PIL import Image

ROOT = Path(__file__).parents[2]
WITHIN = 5.0


class Terminal:
    """A pseudo terminal of 200x50 with the screen in it."""

    def __init__(self, drafts: Path, *, count: int = 40, **env: str) -> None:
        self.drafts = drafts
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            full = (
                {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
                | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
                | env
            )
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


COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


def test_the_terminal_says_how_large_it_is_and_not_what_was_exported_once(
    terminal: Callable[..., Terminal],
) -> None:
    """A shell that exports COLUMNS and LINES would leave most of a larger window empty."""
    assert b"\x1b[50;1H" in terminal(COLUMNS="80", LINES="24").start()


@pytest.mark.parametrize(
    ("term", "begin", "end"),
    [("xterm-kitty", b"\x1b_G", b"\x1b_Ga=d"), ("foot", b"\x1bP0;1;0q", b""), ("xterm", b"", b"")],
)
def test_a_picture_is_shown_by_terminals_that_can_and_never_sent_to_others(
    terminal: Callable[..., Terminal], tmp_path: Path, term: str, begin: bytes, end: bytes
) -> None:
    """Others would print it as letters over everything."""
    Image.new("RGB", (300, 200), (200, 30, 30)).save(tmp_path / "photo.png")
    screen = terminal(WITH_PICTURE=str(tmp_path / "photo.png"), TERM=term, TERM_PROGRAM="", TMUX="", STY="")
    screen.start()
    screen.key(b"\r", 0.5)
    os.write(screen.fd, b"B")
    shown = screen.read(0.8, 20, until=begin or b"300 x 200 pixels")
    assert b"300 x 200 pixels" in shown, "it is described in any case"
    if begin:
        assert shown.count(begin) >= 1 and shown.rindex(b"pixels") < shown.rindex(begin), "behind its frame"
    assert begin == b"\x1b_G" or b"\x1b_G" not in shown
    assert begin[:2] == b"\x1bP" or b"\x1bP" not in shown
    left = screen.key(b"\x1b", 0.8)
    assert end in left and b"pez" in left, "the desk is drawn anew over it"


def test_no_color_sends_no_colour_at_all(terminal: Callable[..., Terminal]) -> None:
    """Greys are colours too; bold, underline and reverse still tell what is unread and where the cursor is."""
    plain = terminal(NO_COLOR="1")
    out = plain.start()
    for keys in (b"\x1b[B", b"\r", b"r", b"abc", b"\x1b", b"?", b"\x1b", b"T", b"\x10"):
        out += plain.key(keys, 0.3)
    assert COLOUR.findall(out) == []
    assert b"\x1b[1m" in out or b"\x1b[1;" in out, "what is bold stays bold"
    coloured = terminal(NO_COLOR="")
    assert COLOUR.findall(coloured.start()), "the pattern finds colours where there are some"


FINE = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8[;:][25][;:]")


def test_a_console_of_sixteen_colours_gets_only_those(terminal: Callable[..., Terminal]) -> None:
    """Finer ones would be pressed into its sixteen, where dim and faint are one black."""
    console = terminal(TERM="linux", COLORTERM="")
    out = console.start()
    for keys in (b"\x1b[B", b"\r", b"?", b"\x1b"):
        out += console.key(keys, 0.3)
    assert COLOUR.findall(out) and FINE.findall(out) == []
    assert FINE.findall(terminal().start()), "the pattern finds fine colours where there are some"


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
    for _ in range(60):  # every change of density is a whole queue, and nobody reads it
        os.write(screen.fd, b"\x04")
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
