"""Keys in the queue while the translator works beside the screen, and while it rests, in turns."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.real_size import real_size
from benchmarks.screen import DOWN, Run, first_row
from benchmarks.seed import seeded
from benchmarks.shop_sentences import plain
from benchmarks.table import Line, Result, median, p95
from benchmarks.terminal import Terminal
from benchmarks.translation import DEMO
from csdesk.translation.client import Argos
from csdesk.translation.models import Models

GROUP = "keys while the translator works, 200x50"
TURNS = 8
"""Times that the translator rests and works again."""
A_TURN = 25
"""Presses in each."""


def measure(size: int) -> Iterator[Line]:
    """`size` conversations in the queue."""
    url = seeded(size)
    with tempfile.TemporaryDirectory(prefix="csdesk-bench-") as scratch:
        models = Models(Path(scratch) / "models")
        for file in sorted(DEMO.glob("*.argosmodel")):
            models.install(file)
        argos = Argos(models)
        small = models.find("es", "en")
        assert small is not None
        try:
            for name, model in (("a small model", small), ("a model of real size", None)):
                decode = argos.decoder(model or real_size(small, Path(scratch) / "large"))
                with Run(Path(scratch)).desk(url) as desk:
                    desk.until(first_row(url))
                    desk.quiet(1.0)
                    _wait(desk)
                    idle, busy = [], []
                    for _turn in range(TURNS):
                        idle += _wait(desk)
                        with _working(partial(decode, plain("es", 64), beam=2, hypotheses=1)):
                            busy += _wait(desk)
                yield from _told(name, idle, busy)
        finally:
            argos.close()


def _told(name: str, idle: list[float], busy: list[float]) -> Iterator[Line]:
    yield Result(
        GROUP, "down, until its first bytes; the translator rests", median(idle), "ms", note=_p95(idle)
    )
    yield Result(GROUP, f"the same, while it works with {name}", median(busy), "ms", note=_p95(busy))
    yield Result(GROUP, f"the one beside the other, {name}", median(busy) / median(idle), "x", 1.5)


def _wait(desk: Terminal) -> list[float]:
    """Milliseconds from each press to its first bytes. Presses lie 90 ms apart: no preview falls between them."""
    out = []
    for _press in range(A_TURN):
        begun = time.perf_counter()
        desk.press(DOWN)
        if desk.read(2.0):
            out.append((time.perf_counter() - begun) * 1000)
        desk.collect(max(0.0, 0.09 - (time.perf_counter() - begun)))
    return out


@contextmanager
def _working(work: Callable[[], object]) -> Iterator[None]:
    """Give the translator one batch after the other meanwhile."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=go_on)
    thread.start()
    time.sleep(0.3)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _p95(values: list[float]) -> str:
    return f"p95 {p95(values):.1f}, mean {statistics.mean(values):.1f}"
