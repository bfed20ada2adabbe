"""An hour of an agent's work, replayed key by key on a real terminal: its bytes and work, and that nothing was lost.

The hour: forty conversations are looked for, opened, read and answered in a few sentences; every fourth has a note,
every fifth a tag, some are put away or closed, there are searches and a filter. Letters come 25 ms apart, which no
hand reaches; the pauses in which a person reads are left out, so the bytes are those of the hour and the time is not.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.screen import Run, first_row
from benchmarks.seed import AGENTS, clock, seeded, store_path
from benchmarks.table import Line, Result, median, p95
from benchmarks.terminal import Terminal
from csdesk.bootstrap import open_desk
from csdesk.config import Config

HOUR = "an hour of work, 200x50"
REPLY = (
    "Thank you for your message. I looked at your order and the parcel: it left our warehouse on Monday and the "
    "carrier has it. I will write to you again on Thursday, whether there is news or not."
)
DOUBTED = b"sends it all the same"
NOTE = "Asked the carrier again, answer due on Thursday."


@dataclass
class Replay:
    """Presses keys and keeps what each cost."""

    desk: Terminal
    bytes: dict[str, list[float]] = field(default_factory=dict)
    keys: int = 0

    def press(self, kind: str, *keys: str, rest: float = 0.25) -> None:
        """Keys one by one, each given time until the screen is still."""
        for key in keys:
            self.desk.press(key)
            self._note(kind, len(self.desk.quiet(rest, 5.0)))

    def type(self, text: str) -> None:
        """Letters as a very fast hand types them."""
        for letter in text:
            self.desk.press(letter)
            self._note("a letter", len(self.desk.collect(0.025)))
        self.desk.quiet(0.25, 5.0)

    def _note(self, kind: str, size: int) -> None:
        self.keys += 1
        self.bytes.setdefault(kind, []).append(size)

    def answer(self, number: int) -> None:
        """One conversation from the queue to the next."""
        self.press("down", "\x1b[B", rest=0.05)
        self.press("open", "\r")
        self.press("read on", " ", " ", rest=0.1)
        if number % 4 == 0:
            self.press("composer", "n")
            self.type(NOTE)
            self.press("send", "\x13", rest=0.5)
        if number % 5 == 0:
            self.press("tag", "t")
            self.type("carrier")
            self.press("tag", "\r")
        self.press("composer", "r")
        self.type(REPLY)
        before = len(self.desk.output)
        self.press("send", "\x13", rest=0.6)
        if DOUBTED in self.desk.output[before:]:  # a day is promised, or the customer writes another language
            self.press("send", "\x13", rest=0.6)
        if number % 10 == 9:
            self.press("search", "S")
            self.type("parcel")
            self.press("search", "\x1b")
        if number % 8 == 7:
            self.press("close", "e", rest=0.4)


def measure(size: int, answers: int) -> Iterator[Line]:
    """The hour on a copy of the seeded store of this size, so that the other parts find it as it was."""
    url = seeded(size)
    words = first_row(url)
    with tempfile.TemporaryDirectory(dir=store_path(size).parent) as folder:
        copy = Path(folder) / "hour.db"
        shutil.copyfile(store_path(size), copy)
        own = f"sqlite:///{copy}"
        before = _kept(own)
        with Run(Path(folder)).desk(own) as desk:
            desk.until(words)
            desk.quiet(1.0)
            memory, cpu, start = desk.memory(), desk.cpu(), len(desk.output)
            replay = Replay(desk)
            for number in range(answers):
                replay.answer(number)
            desk.quiet(1.5)
            total, work, after = len(desk.output) - start, desk.cpu() - cpu, desk.memory()
        kept = _kept(own) - before
        share = 40 / answers  # a short run stands for less of the hour
        yield Result(HOUR, f"{answers} answers, {replay.keys:,} keys: bytes in all", total / 1024, "kB")
        yield Result(HOUR, "the same spread over the hour", total * share / 3600, "B/s")
        yield Result(HOUR, "bytes a key, mean", total / replay.keys, "bytes")
        for kind, sizes in sorted(replay.bytes.items()):
            yield Result(
                HOUR,
                f"{kind}: bytes, median",
                median(sizes),
                "bytes",
                note=f"p95 {p95(sizes):,.0f}, {len(sizes)} keys",
            )
        yield Result(HOUR, "work of the hour, of one core", work * share / 36, "%")
        yield Result(HOUR, "memory it grew by", after - memory, "MB")
        yield Result(HOUR, "answers that are in the outbox", kept / answers * 100, "%", 100, "least")


def _kept(url: str) -> int:
    desk = open_desk(Config(), store=url, agent=AGENTS[0], clock=clock())
    try:
        return len(desk.outbox.list(limit=None))
    finally:
        desk.close()
