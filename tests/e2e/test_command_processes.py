"""Where the process itself matters: start, pipes, signals, the background sync, the sample shop as text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.commands import DRIVES, ROOT, Run, child


def test_a_light_start() -> None:
    """`--version` loads neither the database nor the screen. Lost otherwise: commands that answer at once."""
    script = (
        "import sys; from csdesk.cli import main; main(['--version']); "
        "print([m for m in ('sqlmodel', 'sqlalchemy', 'textual', 'asyncio', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_ascii_terminals_and_closed_pipes(shop: Path) -> None:
    """Lost otherwise: `csdesk queue | head`, and a queue with Chinese names on an old terminal."""
    store = f"sqlite:///{shop / 'desk.db'}"
    old = child("queue", "--as", "Lin", CSDESK_STORE=store, PYTHONIOENCODING="ascii")
    assert (old.returncode, old.stderr.decode()) == (0, "")
    assert old.stdout.isascii()
    lines = child("queue", "--json", "--as", "Lin", CSDESK_STORE=store, PYTHONIOENCODING="ascii").stdout
    assert all(json.loads(line) for line in lines.splitlines())
    process = subprocess.Popen(
        [sys.executable, "-m", "csdesk", "queue", "--json", "--as", "Lin"],
        cwd=ROOT,
        env={**os.environ, "CSDESK_STORE": store},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (0, b"")


def background(store: str, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "csdesk", "sync", *words],
        cwd=ROOT,
        env={**os.environ, "CSDESK_STORE": store},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **more,
    )


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.05)


def test_sync_ends_on_a_signal(desk: Run) -> None:
    """With its lease given back. Lost otherwise: a service that can be stopped."""
    with background(os.environ["CSDESK_STORE"]) as process:
        until(lambda: bool(desk("status", "--json").one["running"]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert desk("status", "--json").one["running"] is False


def test_the_screens_sync_sends_what_is_left_and_leaves(desk: Run) -> None:
    """When the pipe closes, however the screen ended. Lost otherwise: the last reply of the night."""
    with background(os.environ["CSDESK_STORE"], "--until-closed", stdin=subprocess.PIPE) as process:
        until(lambda: bool(desk("status", "--json").one["running"]))
        name = desk("account", "list", "--json").one["name"]
        assert desk("account", "set", name, "undo=3").code == 0
        assert desk("account", "list", "--json").one["undo_seconds"] == 3
        row = desk("reply", 3, "--text", "Good night.", "--send", "--json").one
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
    states = {one["id"]: one["state"] for one in desk("outbox", "list", "--json").objects}
    assert states[row["outbox_id"]] == "sent"


def test_the_sample_shop_as_text(tmp_path: Path) -> None:
    """No terminal, no config, nothing left behind. Lost otherwise: the first look."""
    done = child("demo", "--dump", "--size", "80x24", "--keys", "j j enter", TMPDIR=str(tmp_path))
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert len(lines) == 24
    assert "open" in lines[-1] or "reply" in lines[-1], "the keys that matter here"
    assert list(tmp_path.iterdir()) == []
    assert not DRIVES.search(done.stdout.decode())
