"""Mail to queue: a whole Maildir through the real channel and the real intake, beside notmuch on the same mails."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.mails import maildir
from benchmarks.seed import NOW, clock
from benchmarks.table import Line, Result, Skipped, median
from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.db import tables

GROUP = "mail to queue: parse, thread, fold, detect the language, index"
ROUNDS = 3
HOME = Path(__file__).resolve().parent.parent


def measure(size: int) -> Iterator[Line]:
    """Mails a second by wall time, and milliseconds of CPU a mail, which neighbours on the machine disturb less.
    Both programs take turns; the medians are compared."""
    mail = maildir(size)
    peer = shutil.which("notmuch")
    own, others = [], []
    for _ in range(ROUNDS):
        own.append(synced({"path": str(mail)}, "maildir", size, {}))
        if peer:
            others.append(_notmuch(mail))
    rate = size / median(wall for wall, _cpu in own)
    cpu = median(cpu for _wall, cpu in own) / size * 1000
    yield Result(GROUP, f"csdesk, Maildir of {size:,}", rate, "mails/s", note=f"{cpu:.2f} ms of CPU a mail")
    if not others:
        yield Skipped(GROUP, "beside notmuch new", "notmuch is not installed")
        return
    other = size / median(wall for wall, _cpu in others)
    other_cpu = median(cpu for _wall, cpu in others) / size * 1000
    yield Result(
        GROUP, f"notmuch new, the same {size:,}", other, "mails/s", note=f"{other_cpu:.2f} ms of CPU a mail"
    )
    yield Result(GROUP, "csdesk beside notmuch, by the clock", rate / other, "x", 1.0, "least")
    yield Result(GROUP, "csdesk beside notmuch, by CPU", other_cpu / cpu, "x")


def _cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def synced(settings: dict[str, str], kind: str, size: int, secrets: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of `csdesk sync --once` on a fresh store with one account, its process start included.
    Raises RuntimeError when not all mails are stored."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.db"
        desk = open_desk(Config(), store=url, agent="", clock=clock())
        try:
            desk.agents.add("Lin", ["en"])
            desk.accounts.add("support", kind, address="support@shop.example", settings=settings)
            env = {
                **os.environ,
                "CSDESK_NOW": NOW.isoformat(),
                "CSDESK_STORE": url,
                "PYTHONPATH": str(HOME),
                **secrets,
            }
            command = [sys.executable, "-m", "csdesk", "sync", "--once"]
            wall, cpu = time.perf_counter(), _cpu()
            said = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
            wall, cpu = time.perf_counter() - wall, _cpu() - cpu
            if (stored := _messages(desk)) != size:
                raise RuntimeError(f"{stored} of {size} mails were stored: {said.stdout}{said.stderr}")
            return wall, cpu
        finally:
            desk.close()


def _messages(desk: Desk) -> int:
    msg = tables.table(tables.Message)
    return int(desk.store.reading(lambda tx: tx.one(select(func.count()).select_from(msg)))[0])


def _notmuch(mail: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        env = notmuch_home(mail, Path(folder))
        wall, cpu = time.perf_counter(), _cpu()
        subprocess.run(["notmuch", "new", "--quiet"], env=env, check=True, capture_output=True)
        return time.perf_counter() - wall, _cpu() - cpu


def notmuch_home(mail: Path, folder: Path) -> dict[str, str]:
    """The environment of a notmuch that keeps its index of this Maildir in a folder of its own."""
    config = folder / "config"
    config.write_text(
        f"[database]\npath={folder}/index\nmail_root={mail}\n[user]\nname=Lin\n"
        "primary_email=support@shop.example\n[new]\ntags=new\n"
    )
    (folder / "index").mkdir()
    return {**os.environ, "NOTMUCH_CONFIG": str(config), "HOME": str(folder)}
