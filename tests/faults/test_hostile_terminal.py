"""Hostile text in every field, seen by a terminal: without this a customer's mail could write an agent's clipboard,
rename the window, turn text around, run an action, or end the desk."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from csdesk.cli import run
from tests.faults.hostile import HOSTILE, LINES, harm_in_output, harm_on_screen, make_store
from tests.faults.terminal import Terminal, none_lives

# Every surface of the desk, by the keys that lead there and back.
TOURS = {
    "queue": ["down", "down", "up", "]", "[", "f", "parcel", "escape", "escape", "G", "g"],
    "thread": ["enter", "q", "q", "pagedown", "down", "d", "escape", "escape"],
    "side": ["enter", "p", "p", "tab", "tab", "down", "down", "y", "escape"],
    "composer": ["r", "x", "escape", "escape", "n", "noted", "escape", "escape"],
    "templates": ["r", "ctrl+t", "Evil", "down", "enter", "what?", "enter", "escape", "escape", "escape"],
    "search": ["S", "parcel", "enter", "down", "escape", "S", "Evil", "enter", "enter", "escape"],
    "help": ["?", "pagedown", "escape"],
    "palette": ["ctrl+p", "ass", "escape", "escape"],
    "command": [":", "ass", "escape", "escape"],
    "outbox": ["x", "down", "enter", "escape", "escape"],
    "accounts": ["X", "down", "enter", "escape", "escape"],
    "prompts": ["v", "escape", "s", "escape", "t", "escape", "c", "escape", "F", "escape", "M", "escape"],
    "notices": ["a", "A", "m", "e", "z", "!", "z", "u"],
}


SIZES = ((80, 24), (120, 40))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, a config and a template, all hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    make_store(folder)
    return folder


@pytest.fixture
def shop(hostile: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    folder = tmp_path / "shop"
    shutil.copytree(hostile, folder)
    return folder


def test_no_surface_lets_hostile_text_through(hostile: Path, tmp_path: Path) -> None:
    """Bytes that reach the terminal are the driver's own and plain text; markup is text; the desk lives on. A small
    terminal and a larger one get the same keys side by side."""
    with ExitStack() as stack:
        terminals = [_opened(hostile, tmp_path / f"{size[0]}", size, stack) for size in SIZES]
        for terminal in terminals:
            terminal.wait_for("[red]", 60)
        for name, keys in TOURS.items():
            _press(terminals, *keys)
            for terminal in terminals:
                assert terminal.process.poll() is None, f"the desk ended in {name}:\n{terminal.text()}"
                assert harm_on_screen(bytes(terminal.raw)) == [], name
        _press(terminals, *["escape"] * 4)
        for terminal in terminals:
            assert "[red]" in terminal.text(), "no hostile text was on the screen, so nothing was tested"
        _press(terminals, "ctrl+q")
        for terminal in terminals:
            assert terminal.drain(5), f"the desk does not leave:\n{terminal.text()}"
            assert harm_on_screen(bytes(terminal.raw)) == []
            assert b"Traceback" not in terminal.raw
            assert terminal.is_restored() == ""
    for size in SIZES:
        assert none_lives(f"sqlite:///{tmp_path / str(size[0]) / 'desk.db'}") == []


def _opened(hostile: Path, shop: Path, size: tuple[int, int], stack: ExitStack) -> Terminal:
    shutil.copytree(hostile, shop)
    env = {
        "CSDESK_STORE": f"sqlite:///{shop / 'desk.db'}",
        "CSDESK_CONFIG": str(shop / "config.toml"),
        "XDG_DOWNLOAD_DIR": str(shop),
    }
    return stack.enter_context(Terminal(size=size, env=env))


def _press(terminals: list[Terminal], *keys: str) -> None:
    for key in keys:
        for terminal in terminals:
            terminal.press(key, wait=0)
        for terminal in terminals:
            terminal.read(0.1)


COMMANDS = (
    ["queue"], ["queue", "all"], ["queue", "mine"], ["show", "1"], ["show", "2"], ["show", "3"], ["search", "parcel"],
    ["search", HOSTILE], ["status"], ["outbox", "list"], ["orders", "show", "1001"], ["track", "RR123456785ES"],
    ["customer", "show", "1"], ["templates", "list"], ["templates", "check"],
    ["templates", "render", "evil", "--conversation", "1"], ["account", "list"],
    ["account", "test", "shop" + HOSTILE], ["account", "test", HOSTILE], ["agent", "list"], ["agent", "add", LINES],
    ["config", "show"], ["config", "check"], ["doctor"], ["assign", "1", "--to", HOSTILE], ["tag", "1", "+" + HOSTILE],
    ["note", "1", "--text", LINES], ["reply", "1", "--text", LINES], ["reply", "1", "--text", "Hi", "--cc", HOSTILE],
    ["reply", "1", "--text", "Hi", "--send"], ["new", "--account", HOSTILE, "--to", HOSTILE, "--subject", HOSTILE,
                                              "--text", "x"],
    ["forward", "1", "--to", "carrier@post.test", "--text", LINES], ["snooze", "1", "--until", HOSTILE], ["undo"],
    ["orders", "show", HOSTILE], ["track", HOSTILE], ["show", "99"], ["merge", "1", "--into", "3"],
    ["outbox", "retry", "1"], ["sync", "--once"], [HOSTILE], ["attachment", "save", "1"],
)  # fmt: skip


@pytest.fixture
def csdesk(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Runs a command on the hostile shop; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CSDESK_STORE", f"sqlite:///{shop / 'desk.db'}")
    monkeypatch.setenv("CSDESK_CONFIG", str(shop / "config.toml"))
    monkeypatch.chdir(shop)

    def call(*args: str) -> tuple[int, str, str]:
        code = run.main([arg.replace("\x00", "") for arg in args])
        told = capfd.readouterr()
        return code, told.out, told.err

    yield call


@pytest.mark.parametrize("json_too", [False, True], ids=["words", "json"])
def test_no_command_lets_hostile_text_through(
    csdesk: Callable[..., tuple[int, str, str]], shop: Path, json_too: bool
) -> None:
    """What commands print can be shown and piped; errors that quote what was typed too. JSON stays JSON."""
    shown = 0
    for command in COMMANDS:
        code, out, err = csdesk(*command, *(["--json"] if json_too else []))
        assert harm_in_output(out + err, exact=json_too) == [], command
        assert "Traceback" not in out + err
        assert "should not" not in err and '"internal"' not in err, f"{command}: {err}"
        assert code in range(6), command
        shown += "[red]" in out
        if json_too:
            for line in (out + err).splitlines():
                json.loads(line)
    assert shown >= 10, "little of the hostile text was printed, so little was tested"
    log = Path(os.environ["XDG_STATE_HOME"]) / "csdesk" / "csdesk.log"
    assert not log.exists() or harm_in_output(log.read_text()) == []
