"""Search and open beside other programs: the newest fifty for a word, and a mailbox until its first row is shown."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.intake import notmuch_home
from benchmarks.mails import MARK, maildir
from benchmarks.screen import Run, first_row
from benchmarks.seed import AGENTS, clock, seeded
from benchmarks.table import Line, Result, Skipped, best_of, median
from csdesk.bootstrap import open_desk
from csdesk.config import Config

SEARCH, OPEN = "search beside other programs, newest 50", "open a mailbox, until its first row is shown"
WORDS = ("parcel", "refund", "tracking")
ROUNDS = 3


def measure(size: int) -> Iterator[Line]:
    """Mail programs that have no index read every mail; those that are not installed are named."""
    mail = maildir(size)
    desk = open_desk(Config(), store=seeded(size), agent=AGENTS[0], clock=clock())
    try:
        found = median(best_of(desk.search.find, word) for word in WORDS)
    finally:
        desk.close()
    yield Result(
        SEARCH, f"csdesk, {size:,} messages, in the open desk", found, "ms", note="with rows and snippets"
    )
    yield from _notmuch(mail, size)
    yield from _mutts(mail, size)
    yield Skipped(SEARCH, "aerc", "its screen does not show when a search is over")
    yield from _opened(mail, size)


def _notmuch(mail: Path, size: int) -> Iterator[Line]:
    what = f"notmuch search, {size:,} mails, a process each time"
    if shutil.which("notmuch") is None:
        yield Skipped(SEARCH, what, "notmuch is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        env = notmuch_home(mail, Path(folder))
        subprocess.run(["notmuch", "new", "--quiet"], env=env, check=True, capture_output=True)

        def ask(word: str) -> None:
            subprocess.run(
                ["notmuch", "search", "--limit=50", word], env=env, check=True, capture_output=True
            )

        yield Result(SEARCH, what, median(best_of(ask, word) for word in WORDS), "ms")


def _mutts(mail: Path, size: int) -> Iterator[Line]:
    """`l ~b word`: the status line then tells how many of all are shown."""
    for name in ("mutt", "neomutt"):
        what = f"{name}, {size:,} mails, limited to those with a word"
        times = _times(SEARCH, name, mail, lambda program: _limited(program, size))
        yield times if isinstance(times, Skipped) else Result(SEARCH, what, median(times), "ms")


def _limited(program: peers.Program, size: int) -> float:
    with program.terminal() as shown:
        shown.until(MARK)
        shown.quiet(0.5)
        start = time.perf_counter()
        shown.press(f"l~b {WORDS[0]}\r")
        shown.until(f"/{size}")
        return (time.perf_counter() - start) * 1000


def _times(
    group: str, name: str, mail: Path, work: Callable[[peers.Program], float]
) -> list[float] | Skipped:
    times = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            program = peers.program(name, mail, Path(folder))
            if program is None:
                return Skipped(group, name, f"{name} is not installed")
            try:
                times.append(work(program))
            except TimeoutError as error:
                return Skipped(group, name, str(error)[:80])
    return times


def _opened(mail: Path, size: int) -> Iterator[Line]:
    url = seeded(size)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        own = []
        for _ in range(ROUNDS):
            with run.desk(url) as shown:
                own.append(shown.until(first_row(url)))
    yield Result(OPEN, f"csdesk, {size:,} conversations", median(own), "ms")
    for name in peers.NAMES:
        times = _times(OPEN, name, mail, _rows)
        yield (
            times
            if isinstance(times, Skipped)
            else Result(OPEN, f"{name}, {size:,} mails", median(times), "ms")
        )


def _rows(program: peers.Program) -> float:
    with program.terminal() as shown:
        return shown.until(MARK)
