"""The desk in what people really sit before: tmux, GNU screen, and a console of sixteen colours, each against the
text that the desk means to show. What differs in a cell would be a column that jumps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.terminal import ROOT, Terminal

pytestmark = pytest.mark.real
NOW = "2026-11-25T01:42:00+00:00"
SIZES = ((80, 24), (120, 40), (200, 50))
FIRST = "Ingrid"
"""Stands in the queue of the sample shop at every size."""


def meant(size: tuple[int, int], keys: str = "") -> list[str]:
    """The screen's rows as the desk itself sees them."""
    words = ["--keys", keys] if keys else []
    done = subprocess.run(
        [sys.executable, "-m", "csdesk", "demo", "--dump", "--size", f"{size[0]}x{size[1]}", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
        env={**os.environ, "CSDESK_NOW": NOW},
    )  # fmt: skip
    return [row.rstrip() for row in done.stdout.rstrip("\n").split("\n")]


def until_same(look: Callable[[], list[str]], wanted: list[str], seconds: float = 60.0) -> list[str]:
    """What is shown, once it is what was meant or the time is over."""
    end = time.monotonic() + seconds
    shown: list[str] = []
    while time.monotonic() < end:
        shown = look()
        if shown == wanted:
            break
        time.sleep(0.3)
    return shown


def differences(shown: list[str], wanted: list[str]) -> list[str]:
    """Rows that differ, both ways, for a message that can be read."""
    rows = max(len(shown), len(wanted))
    pairs = zip(shown + [""] * (rows - len(shown)), wanted + [""] * (rows - len(wanted)), strict=True)
    return [f"{n}\n  {a!r}\n  {b!r}" for n, (a, b) in enumerate(pairs) if a != b]


def need(program: str) -> str:
    """The program's path; skips with a sentence where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (apt-get install {program})")
    return found


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Runs tmux commands on a server of its own; gives what they print."""
    program, name = need("tmux"), f"csdesk-{uuid.uuid4().hex[:8]}"
    environment = {**os.environ, "CSDESK_NOW": NOW, "COLORTERM": "", "TMUX_TMPDIR": str(tmp_path)}
    environment.pop("TMUX", None)

    def run(*args: str) -> str:
        return subprocess.run(
            [program, "-L", name, "-f", "/dev/null", "-u", *args],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=True,
        ).stdout  # fmt: skip

    yield run
    subprocess.run([program, "-L", name, "kill-server"], env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_tmux_shows_every_cell_where_it_is_meant(tmux: Callable[..., str], size: tuple[int, int]) -> None:
    """Chinese, Arabic, emoji and lines: what tmux thinks a cell wide must be what the desk thinks."""
    wanted = meant(size)
    assert any(FIRST in row for row in wanted)
    desk = f"{sys.executable} -m csdesk demo"
    tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-s", "desk", desk)
    tmux("set-option", "-g", "status", "off")

    def look() -> list[str]:
        return [row.rstrip() for row in tmux("capture-pane", "-p", "-t", "desk").rstrip("\n").split("\n")]

    assert differences(until_same(look, wanted), wanted) == []
    tmux("send-keys", "-t", "desk", "j", "j", "Enter")
    wanted = meant(size, "j j enter")
    assert differences(until_same(look, wanted), wanted) == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_gnu_screen_shows_every_cell_where_it_is_meant(tmp_path: Path, size: tuple[int, int]) -> None:
    """Old, and still what a night shift finds on a server."""
    program, name = need("screen"), f"csdesk-{uuid.uuid4().hex[:8]}"
    wanted = meant(size)
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    environment = {"CSDESK_NOW": NOW, "COLORTERM": "", "SCREENDIR": str(sockets), "LC_ALL": "C.UTF-8"}

    def look() -> list[str]:
        outer.read(0.3)
        return [row.rstrip() for row in outer.text().rstrip("\n").split("\n")]

    inner = (program, "-U", "-c", "/dev/null", "-S", name, sys.executable, "-m", "csdesk", "demo")
    with Terminal(size=size, env=environment, program=inner) as outer:
        assert differences(until_same(look, wanted), wanted) == []
        outer.type("jj\r")
        wanted = meant(size, "j j enter")
        assert differences(until_same(look, wanted), wanted) == []
        subprocess.run(
            [program, "-S", name, "-X", "quit"],
            env={**os.environ, **environment}, capture_output=True, timeout=30, check=False,
        )  # fmt: skip


def test_a_console_of_sixteen_colours_shows_the_same_words(tmp_path: Path) -> None:
    """The Linux console: fewer colours, no fewer words."""
    size = (120, 40)
    wanted = meant(size)
    with Terminal("demo", size=size, env={"TERM": "linux", "COLORTERM": "", "CSDESK_NOW": NOW}) as console:

        def look() -> list[str]:
            console.read(0.3)
            return [row.rstrip() for row in console.text().rstrip("\n").split("\n")]

        assert differences(until_same(look, wanted), wanted) == []
