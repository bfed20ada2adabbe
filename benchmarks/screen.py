"""The screen on a real terminal: first frame, first rows, bytes and work of a key, silence, memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import peers
from benchmarks.mails import MARK, maildir
from benchmarks.seed import AGENTS, NOW, clock, seeded
from benchmarks.table import Line, Result, Skipped, median, p95
from benchmarks.terminal import Terminal
from csdesk.bootstrap import open_desk
from csdesk.config import Config

FRAME, KEYS, REST = "first frame, 200x50", "keys and bytes, 200x50", "rest and memory"
DOWN = "\x1b[B"
HOME = Path(__file__).resolve().parent.parent


class Run:
    """How the desk is started: as `python -m csdesk` on a seeded store, without a sync process beside it."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.toml"
        self.config.write_text("[sync]\nautostart = false\n")
        self.env = {
            "CSDESK_NOW": NOW.isoformat(), "CSDESK_LANG": "en", "PYTHONPATH": str(HOME),
            "XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder),
        }  # fmt: skip

    def desk(self, url: str) -> Terminal:
        """The desk on this store."""
        command = [
            sys.executable,
            "-m",
            "csdesk",
            "--config",
            str(self.config),
            "--store",
            url,
            "--as",
            AGENTS[0],
        ]
        return Terminal(command, env=self.env)

    def demo(self) -> Terminal:
        """The sample shop."""
        return Terminal([sys.executable, "-m", "csdesk", "demo"], env=self.env)

    def bare(self) -> Terminal:
        """The bare three-pane app."""
        return Terminal([sys.executable, "-m", "benchmarks.bare"], env=self.env)


def measure(sizes: list[int], quick: bool) -> Iterator[Line]:
    """All of it. The comparison of starts uses the middle size, the keys the largest."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        yield from _frames(run, sizes[-2], 3 if quick else 7)
        yield from _keys(run, sizes[-1], 30 if quick else 100)


def first_row(url: str) -> str:
    """Some letters of the queue's first subject, by which it is recognised on the screen."""
    desk = open_desk(Config(), store=url, agent=AGENTS[0], clock=clock())
    try:
        return desk.inbox.page("open", limit=1).rows[0].subject[:8]
    finally:
        desk.close()


def _start(terminal: Terminal, words: str | None) -> tuple[float, float]:
    """Milliseconds to the first content and to these words (0 without)."""
    with terminal as running:
        first = running.until()
        return first, running.until(words) if words else 0.0


def _frames(run: Run, size: int, rounds: int) -> Iterator[Line]:
    url = seeded(size)
    words = first_row(url)
    for warm in (run.bare, lambda: run.desk(url)):
        _start(warm(), None)
    bare, own, rows = [], [], []
    for _ in range(rounds):  # turn by turn, so that a busy moment of the machine meets both
        bare.append(_start(run.bare(), None)[0])
        first, shown = _start(run.desk(url), words)
        own.append(first)
        rows.append(shown)
    ratios = [mine / other for mine, other in zip(own, bare, strict=True)]
    yield Result(FRAME, "a bare three-pane Textual app: first content", median(bare), "ms", note=_p95(bare))
    yield Result(FRAME, "csdesk: first content", median(own), "ms", note=_p95(own))
    yield Result(
        FRAME, "csdesk beside the bare app, each pair of starts", median(ratios), "x", 1.25, note=_p95(ratios)
    )
    yield Result(FRAME, f"csdesk: rows of {size:,} conversations shown", median(rows), "ms", note=_p95(rows))
    try:
        demo = [_start(run.demo(), "Ana")[1] for _ in range(3)]
        yield Result(FRAME, "csdesk demo: loaded and rows shown", median(demo), "ms", note=_p95(demo))
    except TimeoutError as error:
        yield Skipped(FRAME, "csdesk demo", str(error)[:80])
    yield from _beside(size, median(rows))


def _beside(size: int, own: float) -> Iterator[Line]:
    mail = maildir(size)
    for name in peers.NAMES:
        what = f"{name}: rows of a Maildir of {size:,} mails shown"
        with tempfile.TemporaryDirectory() as folder:
            program = peers.program(name, mail, Path(folder))
            if program is None:
                yield Skipped(FRAME, what, f"{name} is not installed")
                continue
            try:
                times = [_start(program.terminal(), MARK)[1] for _ in range(3)]
            except TimeoutError as error:
                yield Skipped(FRAME, what, str(error)[:80])
                continue
        yield Result(FRAME, what, median(times), "ms", note=_p95(times))
        if name == "aerc":
            yield Result(FRAME, "csdesk beside aerc, rows shown", own / median(times), "x", 0.5)


def _keys(run: Run, size: int, presses: int) -> Iterator[Line]:
    url = seeded(size)
    with run.desk(url) as desk:
        desk.until(first_row(url))
        desk.quiet(1.0)
        sizes, work = _pressed(desk, DOWN, presses)
        note = f"{_p95(sizes)}, mean {sum(sizes) / len(sizes):.0f} with every window that scrolls"
        yield Result(KEYS, f"down in the queue of {size:,}", median(sizes), "bytes", 400, note=note)
        yield Result(KEYS, "its work in the process, mean of CPU", work, "ms", 5)
        yield from _previews(desk)
        yield from _typing(desk, presses)
        desk.collect(8.0)  # a notice goes after six seconds; it is no idleness
        bytes_idle, cpu = len(desk.output), desk.cpu()
        desk.collect(10.0)
        idle = (len(desk.output) - bytes_idle) / 10
        yield Result(REST, "idle for 10 s: bytes a second", idle, "B/s", 50)
        yield Result(REST, "idle for 10 s: CPU", (desk.cpu() - cpu) * 10, "%")
        yield Result(
            REST, f"resident memory with {size:,} conversations, after all this", desk.memory(), "MB", 120
        )


def _previews(desk: Terminal) -> Iterator[Line]:
    """The cursor rests on a row and its conversation is shown."""
    sizes, work = [], []
    for _ in range(8):
        before = desk.cpu()
        desk.press(DOWN)
        sizes.append(len(desk.quiet(0.6)))
        work.append((desk.cpu() - before) * 1000)
    yield Result(
        KEYS, "the preview when it rests: bytes, with the key's own", median(sizes), "bytes", note=_p95(sizes)
    )
    yield Result(KEYS, "the preview when it rests: work", median(work), "ms", note=_p95(work))


def _typing(desk: Terminal, presses: int) -> Iterator[Line]:
    desk.press("r")
    desk.quiet(1.0)
    sizes, work = _pressed(desk, "word ", presses)
    note = f"{_p95(sizes)}, mean {sum(sizes) / len(sizes):.0f} with the draft that is kept meanwhile"
    yield Result(KEYS, "a character typed in the composer", median(sizes), "bytes", 2000, note=note)
    yield Result(KEYS, "its work in the process, mean of CPU", work, "ms")
    desk.quiet(1.5)
    desk.press("\x1b")
    desk.quiet(1.0)


def _pressed(desk: Terminal, keys: str, presses: int) -> tuple[list[float], float]:
    """Bytes after each key and the mean work in ms. Keys come closer together than the rest that makes a
    preview. `keys` is one escape sequence, or letters that are typed in turn."""
    sizes: list[float] = []
    before = desk.cpu()
    for number in range(presses):
        desk.press(keys if keys.startswith("\x1b") else keys[number % len(keys)])
        sizes.append(len(desk.collect(0.09)))
    return sizes, (desk.cpu() - before) / presses * 1000


def _p95(values: Sequence[float]) -> str:
    return f"p95 {p95(values):,.0f}" if max(values) >= 10 else f"p95 {p95(values):.2f}"
