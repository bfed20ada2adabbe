"""What the fault tests share: workers that can be killed, a desk on real servers, mails by number."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from tests.servers import PASSWORD, Accepted, ImapServer, SmtpServer

ROOT = Path(__file__).resolve().parents[2]
SHOP = "support@shop.test"


@dataclass(frozen=True)
class Kills:
    """How often a worker is killed: `recorded` and `unrecorded` say what the provider keeps of what it sent."""

    sync: int
    recorded: int
    unrecorded: int


KILLS = Kills(sync=50, recorded=30, unrecorded=20)
MANY_KILLS = Kills(sync=200, recorded=120, unrecorded=80)


@dataclass(frozen=True)
class Times:
    """How often each fault of the table happens."""

    shuffles: int
    refusals: int
    disks: int
    clocks: int
    sendings: int


TIMES = Times(shuffles=20, refusals=5, disks=6, clocks=2, sendings=1)
MANY_TIMES = Times(shuffles=50, refusals=20, disks=50, clocks=20, sendings=20)


class Worker:
    """A process that does one thing and may be killed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = None

    def wait(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        if self._handle is None:
            return True
        ended, _w, _x = select.select([self._handle], [], [], max(seconds, 0.0))
        return bool(ended)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._handle is not None:
            try:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            except ProcessLookupError:
                pass
            assert self.wait(10), f"process {self.pid} outlived SIGKILL"
            os.close(self._handle)
            self._handle = None

    close = kill


class Zygote:
    """Starts workers in milliseconds; see tests/faults/zygote.py. What they print is in `said`."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.said = folder / "workers.log"
        self.said.touch()
        self._workers: list[Worker] = []
        self._calls = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "SHOP_PASSWORD": PASSWORD, **(env or {})},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def start(self, task: str, *args: object, **how: object) -> Worker:
        """Fork a worker: 'command' (arguments of csdesk) or 'draft'. `how`: 'env', a 'limit' on the size of files, the
        store's 'patience', and the files 'said', 'told' and 'code' for stdout, stderr and exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "said": str(self.said),
            "told": str(self.said),
            "code": "",
            "env": {},
            "limit": 0,
            "patience": 0,
        }
        self._process.stdin.write(json.dumps({"task": task, "args": args, **order, **how}) + "\n")
        self._process.stdin.flush()
        worker = Worker(int(self._process.stdout.readline()))
        self._workers = [one for one in self._workers if one._handle is not None] + [worker]
        return worker

    def run(self, task: str, *args: object, seconds: float = 60.0) -> None:
        """Run a worker to its end."""
        worker = self.start(task, *args)
        assert worker.wait(seconds), f"{task} {args} did not end"
        worker.close()

    def call(self, *args: str, seconds: float = 90.0, **how: object) -> subprocess.CompletedProcess[str]:
        """Run a command of csdesk to its end; gives what it said and its exit code."""
        self._calls += 1
        files = {name: self.said.with_name(f"call-{self._calls}.{name}") for name in ("said", "told", "code")}
        worker = self.start("command", *args, **{name: str(path) for name, path in files.items()}, **how)
        assert worker.wait(seconds), f"{args} did not end"
        worker.close()
        code, out, err = (files[name].read_text(encoding="utf-8") for name in ("code", "said", "told"))
        return subprocess.CompletedProcess(args, int(code), out, err)

    def traces(self) -> str:
        """Tracebacks that workers printed, '' when there are none."""
        said = self.said.read_text(encoding="utf-8", errors="replace")
        return said[said.find("Traceback") :][:4000] if "Traceback" in said else ""


def desk_on(folder: Path, url: str = "") -> tuple[Desk, str]:
    """A desk with one agent on a store in `folder`."""
    url = url or f"sqlite:///{folder / 'desk.db'}"
    desk = open_desk(Config(), store=url)
    if not desk.agents.list():
        desk.agents.add("Ana")
    return desk, url


def add_account(desk: Desk, imap: ImapServer, smtp: SmtpServer, /, **settings: str) -> None:
    """The shop's mailbox on these servers; its password comes from the environment."""
    desk.accounts.add(
        "shop", "imap", address=SHOP, undo_seconds=0,
        settings={
            "imap": imap.url(), "smtp": smtp.url(), "timeout": "3", "password_env": "SHOP_PASSWORD", **settings,
        },
    )  # fmt: skip


class _Told(list[Accepted]):
    """A list that tells what is appended to it."""

    def __init__(self, tell: Callable[[Accepted], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, one: Accepted) -> None:
        super().append(one)
        self._tell(one)


class FilingSmtp(SmtpServer):
    """A provider that records every mail it accepted in the mailbox's Sent folder, a little late."""

    def __init__(self, imap: ImapServer, *, late: float = 0.1, **options: Any) -> None:
        super().__init__(**options)
        self._imap, self._late = imap, late
        self._timers: list[threading.Timer] = []
        self.accepted = _Told(self.record)
        imap.make_folder("Sent")

    def record(self, mail: Accepted) -> None:
        """File a mail in Sent after a moment, whatever became of the client that brought it."""
        timer = threading.Timer(self._late, self._imap.add, (mail.raw,), {"folder": "Sent"})
        self._timers.append(timer)
        timer.start()

    def settle(self) -> None:
        """Wait until everything that was accepted is recorded."""
        for timer in self._timers:
            timer.join()

    async def _stop(self) -> None:
        await super()._stop()
        self.settle()


def mail(number: int, *, subject: str = "", body: str = "Where is my parcel?", headers: str = "") -> bytes:
    """A customer's mail, different from every other number's."""
    return (
        f"From: Buyer {number} <buyer{number}@buyer.test>\r\nTo: {SHOP}\r\n"
        f"Subject: {subject or f'Order {number}'}\r\nMessage-ID: <m{number}@buyer.test>\r\n{headers}"
        f"Date: Sat, 21 Nov 2026 22:41:00 +0000\r\n\r\n{body} Number {number}.\r\n"
    ).encode()


def copies(mails: list[bytes]) -> Counter[str]:
    """How often each Message-ID is among these mails."""
    return Counter(str(message_from_bytes(raw)["Message-ID"]).strip("<> ") for raw in mails)


def dice(test: str) -> random.Random:
    """Chance with a seed that is printed, and taken from CSDESK_TEST_SEED when that is set."""
    seed = os.environ.get("CSDESK_TEST_SEED") or str(time.time_ns() % 10**9)
    print(f"{test}: CSDESK_TEST_SEED={seed}")
    return random.Random(f"{test}-{seed}")


@contextmanager
def password() -> Iterator[None]:
    """The mailbox's password in this process's environment."""
    before = os.environ.get("SHOP_PASSWORD")
    os.environ["SHOP_PASSWORD"] = PASSWORD
    try:
        yield
    finally:
        if before is None:
            del os.environ["SHOP_PASSWORD"]
        else:
            os.environ["SHOP_PASSWORD"] = before


def add_maildir(desk: Desk, folder: Path, **account: Any) -> Path:
    """An account on a Maildir that files what it sends beside it; gives the folder in which mail arrives."""
    box = folder / "box"
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True)
    desk.accounts.add("shop", "maildir", address=SHOP, settings={"path": str(box)}, **account)
    return box / "new"


def deliver(new: Path, raw: bytes) -> None:
    """Put a mail into a Maildir, as a mail server does."""
    name = f"{int(time.time())}.M{time.monotonic_ns()}.host"
    (new.parent / "tmp" / name).write_bytes(raw)
    (new.parent / "tmp" / name).rename(new / name)
