"""The clipboard by OSC 52, and which program opens a link."""

from __future__ import annotations

import base64
import stat
import time
from pathlib import Path

import pytest

from csdesk import clipboard, opener


def test_the_words_arrive_whole_and_nothing_else_does() -> None:
    found = clipboard.sequence("您好 \x1b]0;x", {})
    assert found.startswith("\x1b]52;c;") and found.endswith("\x07") and found.count("\x1b") == 1
    assert base64.b64decode(found[7:-1]).decode() == "您好 \x1b]0;x"


def test_tmux_is_asked_both_ways_and_screen_in_pieces() -> None:
    plain = clipboard.sequence("x" * 600, {})
    tmux = clipboard.sequence("x" * 600, {"TMUX": "/tmp/x,1,0"})
    assert tmux == plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    screen = clipboard.sequence("x" * 600, {"TERM": "screen-256color"})
    parts = screen.split("\x1b\\")[:-1]
    assert all(part.startswith("\x1bP") and len(part) <= 256 for part in parts)
    assert "".join(part[2:] for part in parts) == plain


def test_what_does_not_fit_is_known_before() -> None:
    assert clipboard.fits("x" * clipboard.MOST_BYTES)
    assert not clipboard.fits("字" * (clipboard.MOST_BYTES // 3 + 1))
    assert len(clipboard.sequence("x" * clipboard.MOST_BYTES, {})) < 75_010


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_over_ssh_nothing_is_opened_unless_configured(tmp_path: Path) -> None:
    script(tmp_path, "lynx", "")
    env = {"PATH": str(tmp_path), "BROWSER": "nothere:lynx", "DISPLAY": ":0"}
    assert opener.program("", env, "linux") == ["lynx"]
    assert opener.program("", env | {"SSH_CONNECTION": "1 2 3 4"}, "linux") is None
    assert opener.program("firefox --new-tab %s", env | {"SSH_TTY": "x"}) == ["firefox", "--new-tab", "%s"]
    assert opener.program("", {"PATH": str(tmp_path)}, "linux") is None, "no screen to open it on"
    assert opener.program("", {}, "darwin") == ["open"]
    script(tmp_path, "xdg-open", "")
    assert opener.program("", {"PATH": str(tmp_path), "WAYLAND_DISPLAY": "w"}, "linux") == ["xdg-open"]
    assert opener.program('odd "quote', {}) == ["odd", '"quote']


@pytest.mark.parametrize("words", [[], ["--new", "%s"]])
def test_a_link_is_one_word_and_no_shell_reads_it(tmp_path: Path, words: list[str]) -> None:
    """Lost otherwise: the machine, to a link with a semicolon."""
    out = tmp_path / "out"
    program = script(tmp_path, "browser", f'printf "%s|" "$@" > {out}.part && mv {out}.part {out}')
    target = "https://a.example/$(touch pwned);x'\"& y"
    opener.start([str(program), *words], target)
    for _ in range(500):
        if out.exists():
            break
        time.sleep(0.02)
    assert out.read_text() == "".join(f"{word}|" for word in [*words[:-1], target])
    with pytest.raises(OSError):
        opener.start(["/nowhere/browser"], target)
