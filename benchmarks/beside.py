"""Search and open beside other programs: the newest fifty for a word, and a mailbox until its first row is shown."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import peers
from benchmarks.intake import notmuch_home
from benchmarks.mails import MARK, maildir
from benchmarks.screen import Run, first_row
from benchmarks.seed import AGENTS, clock, seeded
from benchmarks.table import Line, Result, Skipped, best_of, median
from csdesk.bootstrap import open_desk
from csdesk.config import Config
from csdesk.mail.parse import parse

SEARCH, OPEN = "search beside other programs, newest 50", "open a mailbox, until its first row is shown"
WORDS = ("parcel", "refund", "tracking")
LIMITING = dict.fromkeys(("mutt", "neomutt"), f"l~b {WORDS[0]}\r") | {"aerc": f":filter -b {WORDS[0]}\r"}
"""The keys that limit the list."""
LIMIT_PATIENCE = 300.0
SCREEN = 50
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
    yield from _limits(mail, size)
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


def _limits(mail: Path, size: int) -> Iterator[Line]:
    """The list limited to mails with a word in their text: over when a mail is on the screen that was too far down
    before."""
    row = _row_further_down(mail, WORDS[0])
    for name, keys in LIMITING.items():
        what = f"{name}, {size:,} mails, limited to those with a word"
        times = _times(SEARCH, name, mail, partial(_limited, keys, row))
        yield times if isinstance(times, Skipped) else Result(SEARCH, what, median(times), "ms")


def _limited(keys: str, row: str, program: peers.Program) -> float:
    with program.terminal() as shown:
        shown.until(MARK)
        shown.quiet(0.5)
        start = time.perf_counter()
        shown.press(keys)
        shown.on_screen(row, LIMIT_PATIENCE)
        return (time.perf_counter() - start) * 1000


def _row_further_down(mail: Path, word: str) -> str:
    """The mark of a mail that has the word and is on the first screen only when those without it are gone."""
    newest = sorted((mail / "cur").iterdir(), key=lambda path: -path.stat().st_mtime)
    first = [_number(parse(path.read_bytes()).subject) for path in newest[:SCREEN]]
    shown: list[str] = []
    for path in newest:
        found = parse(path.read_bytes())
        number = _number(found.subject)
        if word in found.text.lower():
            shown.append(number)
            others = [*first, *shown[:-1]]
            if len(shown) > SCREEN // 4 and not any(one.startswith(number) for one in others):
                return f"#{number}"
        if len(shown) > SCREEN // 2:
            break
    raise RuntimeError(f"too many or too few mails with {word}")


def _number(subject: str) -> str:
    return subject.partition(MARK)[2].split()[0]


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
