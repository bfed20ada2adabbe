"""Chinese, Japanese and Arabic are typed through an input method, which shows its candidates where the terminal's own
cursor stands. After each key that has to be where the text goes on, and nothing may be drawn while somebody chooses."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest
from wcwidth import wcswidth

from tests.ui.test_terminal import Terminal, terminal

__all__ = ["terminal"]
Make = Callable[..., Terminal]


class Seen:
    """What a terminal makes of the bytes: where its cursor stands, and what stands in a row."""

    def __init__(self, screen: Terminal) -> None:
        self.terminal = screen
        self.screen = pyte.Screen(200, 50)
        self.stream = pyte.ByteStream(self.screen)
        self.stream.feed(screen.start())

    def key(self, keys: str, quiet: float = 0.15) -> int:
        """Press keys; how many bytes came."""
        got = self.terminal.key(keys.encode(), quiet)
        self.stream.feed(got)
        return len(got)

    @property
    def cursor(self) -> tuple[int, int]:
        return self.screen.cursor.x, self.screen.cursor.y

    def row(self, y: int) -> str:
        """A row as text; the second cell of a wide sign holds nothing."""
        return "".join(self.screen.buffer[y][x].data for x in range(200))

    def before_cursor(self) -> str:
        """What stands left of the cursor in its row."""
        x, y = self.cursor
        return "".join(self.screen.buffer[y][at].data for at in range(x))


def test_after_each_key_the_cursor_stands_where_the_text_goes_on(terminal: Make) -> None:
    """Or the candidates of the input method hang in a corner of the screen, over another text."""
    seen = Seen(terminal())
    seen.key("\r", 0.6)
    seen.key("r", 0.6)
    start, row = seen.cursor
    typed = ""
    for char in "Hola 您好 ありがとう ñ":
        seen.key(char)
        typed += char
        assert seen.cursor == (start + wcswidth(typed), row), typed
        assert seen.before_cursor().endswith(typed)
    for _ in range(3):
        seen.key("\x1b[D")
        typed = typed[:-1]
        assert seen.cursor == (start + wcswidth(typed), row)
    seen.key("\r")
    assert seen.cursor == (start, row + 1)


def test_a_dim_suggestion_does_not_move_the_cursor(terminal: Make) -> None:
    seen = Seen(terminal())
    seen.key("\r", 0.6)
    seen.key("r", 0.8)
    start, row = seen.cursor
    seen.key("RB1")
    assert "RB123456785CN" in seen.row(row), "the rest of the word is offered"
    assert seen.cursor == (start + 3, row)


@pytest.mark.real
def test_in_every_field_the_cursor_stands_where_the_text_goes_on(terminal: Make) -> None:
    """Filter, template search and the fields of a question."""
    seen = Seen(terminal())
    for opening, closing in (("f", "\x1b"), ("/", "\x1b"), ("S", "\x1b"), ("\x14/", "\x1b\x1b\x1b")):
        seen.key(opening, 0.8)
        x, y = seen.cursor
        typed = ""
        for char in "a包裹":
            seen.key(char, 0.3)
            typed += char
            assert seen.cursor == (x + wcswidth(typed), y), (opening, typed)
            assert seen.before_cursor().endswith(typed), (opening, typed)
        for key in closing:
            seen.key(key, 0.5)


def test_nothing_is_drawn_while_somebody_chooses_among_candidates(terminal: Make) -> None:
    """No key reaches the desk meanwhile: not one byte may come, once the draft is kept and the words are looked at."""
    seen = Seen(terminal())
    seen.key("\r", 0.8)
    seen.key("r", 0.8)
    seen.key("您的包裹 paqeute sale")
    seen.terminal.read(2.0, 2.0)
    assert seen.terminal.read(3.0, 3.0) == b""


def test_a_key_in_the_composer_costs_few_bytes_with_suggestions_and_marks(terminal: Make) -> None:
    seen = Seen(terminal())
    seen.key("\r", 0.8)
    seen.key("r", 0.8)
    seen.key("Su paqeute sale hoy. ")
    seen.terminal.read(1.5, 1.5)
    costs = sorted(seen.key(char, 0.1) for char in "paq RB1 Mad")
    assert 0 < costs[len(costs) // 2] <= 2000


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """An editor that shows itself, tells the mode of its file, and writes a line."""
    program = tmp_path / "editor.py"
    program.write_text(
        "import pathlib, sys, time\n"
        "file = pathlib.Path(sys.argv[1])\n"
        f"pathlib.Path({str(tmp_path / 'mode')!r}).write_text(oct(file.stat().st_mode & 0o777))\n"
        "print('THE EDITOR'); sys.stdout.flush(); time.sleep(0.3)\n"
        f"code = int(pathlib.Path({str(tmp_path / 'code')!r}).read_text())\n"
        "file.write_text(file.read_text() + ' desde fuera\\x1b[31m')\n"
        "sys.exit(code)\n"
    )
    (tmp_path / "code").write_text("0")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_the_text_goes_through_the_persons_own_editor_and_back(terminal: Make, editor: Path) -> None:
    """The screen steps aside and comes back with the text, cleaned, the draft kept on both ways."""
    screen = terminal(EDITOR=f"{sys.executable} {editor}", VISUAL="")
    seen = Seen(screen)
    seen.key("\r", 0.8)
    seen.key("r", 0.8)
    seen.key("Hola")
    os.write(screen.fd, b"\x1bOQ")
    out = screen.read(0.8, 20, until=b"desde fuera")
    assert b"THE EDITOR" in out and b"\x1b[?1049l" in out and b"\x1b[?1049h" in out
    seen.stream.feed(out)
    assert any("Hola desde fuera" in seen.row(y) for y in range(50))
    assert (editor.parent / "mode").read_text() == "0o600"
    seen.key("!", 1.2)
    kept = screen.drafts.read_text("utf-8").splitlines()
    assert kept[0] == "Hola" and "\x1b" not in kept[-1] and "desde fuera" in kept[-1]
    (editor.parent / "code").write_text("3")
    os.write(screen.fd, b"\x1bOQ")
    out = screen.read(0.8, 20, until=b"nothing was changed")
    seen.stream.feed(out)
    assert "nothing was changed" in seen.row(49)
    seen.key("?", 1.2)
    assert screen.drafts.read_text("utf-8").splitlines()[-1].count("desde fuera") == 1
