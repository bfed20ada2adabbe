"""The desk over a real OpenSSH, cut in the middle of a draft: without this an agent on a train would lose an answer,
and the server would fill with desks that nobody looks at."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.faults.support import ROOT, add_maildir, deliver, desk_on, dice, mail
from tests.faults.terminal import Terminal, none_lives
from tests.real.servers import eventually
from tests.servers import free_port

pytestmark = pytest.mark.real

CUTS = 3
UNDO = 3
PASSED_ON = (
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "PYTHON_KEYRING_BACKEND",
    "LC_ALL",
)
SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")


@dataclass
class Login:
    """A private sshd whose only command is the desk on one store, and how to reach it."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    store: str

    def open(self) -> Terminal:
        """Log in from a terminal of one's own."""
        options = {
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "BatchMode": "yes",
        }
        words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        ssh = shutil.which("ssh") or "/usr/bin/ssh"
        key = str(self.folder / "user_key")
        where = ("-p", str(self.port), f"{getpass.getuser()}@127.0.0.1")
        return Terminal(program=(ssh, "-tt", "-F", "/dev/null", "-i", key, *words, *where), size=(100, 30))

    def sessions(self) -> list[psutil.Process]:
        """The processes of sshd that carry a login of ours."""
        return [
            one
            for one in psutil.Process(self.process.pid).children(recursive=True)
            if one.name().startswith("sshd")
        ]

    def log(self) -> str:
        """What sshd wrote down."""
        return (self.folder / "sshd.log").read_text("utf-8", "replace")


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with three customers' mails, and a desk that fetches in the background."""
    desk, url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path, undo_seconds=UNDO)
    for number in (1, 2, 3):
        deliver(new, mail(number))
    desk.sync.once()
    desk.close()
    return url


@pytest.fixture
def login(store: str, tmp_path: Path) -> Iterator[Login]:
    """A running sshd on loopback with a host key and a user key made for this test."""
    if SSHD is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("not installed: openssh-server")
    folder, port = tmp_path / "ssh", free_port()
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(
            mode=0o755, exist_ok=True
        )  # it refuses to start without; its service makes it
    _prepare(folder, port, store)
    process = subprocess.Popen(
        [SSHD, "-D", "-f", str(folder / "sshd_config"), "-E", str(folder / "sshd.log")],
        stdin=subprocess.DEVNULL,
    )
    running = Login(process, folder, port, store)
    try:
        assert eventually(lambda: process.poll() is not None or _answers(port), 10), running.log()
        assert process.poll() is None, running.log()
        yield running
    finally:
        sessions = running.sessions() if process.poll() is None else []
        for one in sessions:
            one.kill()
        process.terminate()
        process.wait(10)


def _prepare(folder: Path, port: int, store: str) -> None:
    for name in ("host_key", "user_key"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(folder / name)],
            check=True,
        )
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
    host = (folder / "host_key.pub").read_text("ascii")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}", "ascii")
    settings = {"TERM": "xterm-256color", **{n: os.environ[n] for n in PASSED_ON if n in os.environ}}
    words = ["env", *(f"{key}={value}" for key, value in settings.items()), f"CSDESK_STORE={store}"]
    command = shlex.join([*words, "CSDESK_AGENT=Ana", sys.executable, "-m", "csdesk"])
    script = folder / "desk"
    script.write_text(f"#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec {command}\n", "utf-8")
    script.chmod(0o755)
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder / 'host_key'}\nPidFile none\nStrictModes no\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\nForceCommand {script}\nUsePAM no\n"
        "AuthenticationMethods publickey\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "PermitRootLogin prohibit-password\nPrintMotd no\nPrintLastLog no\nUseDNS no\n",
        "utf-8",
    )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _kill_client(_login: Login, terminal: Terminal) -> None:
    terminal.process.kill()


def _kill_session(login: Login, _terminal: Terminal) -> None:
    sessions = login.sessions()
    assert sessions, "no session to kill"
    for one in sessions:
        one.kill()


def _close_window(_login: Login, terminal: Terminal) -> None:
    terminal.hang_up()


@pytest.mark.parametrize(
    "cut",
    [_kill_client, _kill_session, _close_window],
    ids=["client-killed", "session-killed", "window-closed"],
)
def test_a_cut_line_keeps_the_draft_and_leaves_no_process(
    login: Login, tmp_path: Path, cut: Callable[[Login, Terminal], None]
) -> None:
    """Several times: what was on the screen a second before is in the store and opens at the next login; desk and
    background sync are gone within five seconds."""
    chance = dice("cut_line")
    desk, _url = desk_on(tmp_path)
    second = next(row.id for row in desk.inbox.page().rows if row.subject == "Order 2")
    typed = 0
    for _ in range(CUTS):
        with login.open() as terminal:
            _begin(terminal, f"w{typed}" if typed else "")
            shown, typed = _type(terminal, typed, chance.uniform(1.5, 3.0))
            cut(login, terminal)
            end = time.monotonic()
            left = none_lives(login.store)
            assert left == [], [one.cmdline() for one in left]
            assert time.monotonic() - end < 6
        draft = desk.replies.draft(second)
        assert draft is not None, "the draft is lost"
        kept = _words(draft.text)
        assert kept >= max(n for at, n in shown if at <= end - 1.0)
        print(f"typed {typed}, shown {shown[-1][1]}, kept {kept}")
        typed = kept
    with login.open() as terminal:
        _begin(terminal, f"w{typed}")
        terminal.press("escape", "escape", "ctrl+q")
        assert terminal.drain(10), f"the desk does not leave:\n{terminal.text()}"
        assert terminal.process.returncode == 0, login.log()
        assert b"Traceback" not in terminal.raw
    assert none_lives(login.store) == []
    desk.close()


def test_a_cut_line_still_sends_what_was_sent(login: Login, tmp_path: Path) -> None:
    """The line is cut within the undo window: the reply leaves, and then so does the background sync."""
    desk, _url = desk_on(tmp_path)
    with login.open() as terminal:
        _begin(terminal, "")
        terminal.type("It left this morning.")
        terminal.wait_for("It left this morning.")
        terminal.press("ctrl+s")
        assert eventually(lambda: desk.outbox.counts().get("queued", 0) == 1), terminal.text()
        _kill_session(login, terminal)
        left = none_lives(login.store, UNDO + 5)
        assert left == [], [one.cmdline() for one in left]
    assert desk.outbox.counts() == {"sent": 1}
    desk.close()


def _begin(terminal: Terminal, expected: str) -> None:
    """Find the conversation, open the composer, and wait for what it must show."""
    terminal.wait_for("Order 2", 40)
    terminal.press("f", wait=0.3)
    terminal.type("Order 2\r")
    terminal.read(0.5)
    terminal.press("r")
    terminal.wait_for("REPLY")
    if expected:
        terminal.wait_for(expected)


def _type(terminal: Terminal, typed: int, seconds: float) -> tuple[list[tuple[float, int]], int]:
    """Type numbered words for that long; gives when which one was shown, and the last one typed."""
    shown: list[tuple[float, int]] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        typed += 1
        terminal.type(f"w{typed} ")
        terminal.read(0.08)
        shown.append((time.monotonic(), _words(terminal.text())))
    return shown, typed


def _words(text: str) -> int:
    """The number of the last wN in a text."""
    return max((int(found) for found in re.findall(r"\bw(\d+)\b", text)), default=0)
