"""The side panel of a customer with fifty orders beside that of one with one: frames, milliseconds and bytes from the
key to the whole card."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.screen import DOWN, Run, first_row
from benchmarks.seed import AGENTS, NOW, OUT, clock, seeded, store_path
from benchmarks.table import Line, Result, median, p95
from benchmarks.terminal import Terminal
from csdesk.bootstrap import open_desk
from csdesk.config import Config

GROUP = "the panel of a customer with many orders, 200x50"
MANY = 50
UP = "\x1b[A"
FRAME = b"\x1b[?2026h"
"""What begins a frame on a terminal that can hold its picture still."""


def measure(size: int, turns: int) -> Iterator[Line]:
    """The first two rows of a queue of `size`: the first one's customer has MANY orders, the second one's one."""
    seeded(size)
    with tempfile.TemporaryDirectory(prefix="csdesk-bench-", dir=OUT) as folder:
        path = Path(folder) / "desk.db"
        shutil.copy(store_path(size), path)
        url = f"sqlite:///{path}"
        _orders(url, Path(folder) / "orders.csv")
        with Run(Path(folder)).desk(url) as desk:
            desk.until(first_row(url))
            desk.press("\x1b[?2026;2$y")  # yes, it can
            desk.quiet(1.5)
            desk.press(DOWN)
            desk.quiet(1.5)
            picture = Picture()
            picture.changes(desk.output)
            many, one = [], []
            for _turn in range(turns):
                many.append(_shown(desk, UP, picture))
                one.append(_shown(desk, DOWN, picture))
    for name, found in ((f"with {MANY} orders", many), ("with one order", one)):
        frames = [float(frame) for _ms, frame, _size in found]
        times = [ms for ms, _frames, _size in found]
        yield Result(
            GROUP, f"from the key to the last byte, {name}", median(times), "ms", note=f"p95 {p95(times):.0f}"
        )
        yield Result(
            GROUP,
            f"frames that change the picture, after the key's own, {name}",
            median(frames),
            "",
            2,
            note=f"p95 {p95(frames):.0f}",
        )
        yield Result(GROUP, f"its bytes, {name}", median([float(size) for *_rest, size in found]), "bytes")
    both = median([ms for ms, *_rest in many]) / median([ms for ms, *_rest in one])
    yield Result(GROUP, "the one beside the other", both, "x", 1.5)


def _orders(url: str, file: Path) -> None:
    """Fifty orders for the customer of the first conversation, one for that of the second."""
    desk = open_desk(Config(), store=url, agent=AGENTS[0], clock=clock())
    try:
        rows = desk.inbox.page("open", limit=2).rows
        lines = [
            "number,email,placed_at,currency,total,payment,fulfilment,country,item,quantity,price,parcel,carrier"
        ]
        for row, count in zip(rows, (MANY, 1), strict=True):
            address = desk.customers.card(row.customer_id).identities[0].value
            for number in range(count):
                at = (NOW - timedelta(days=number + 1)).isoformat()
                lines.append(
                    f"#{row.id}{number:03d},{address},{at},EUR,57.80,paid,shipped,DE,Kettle,2,28.90,"
                    f"YT{row.id:08d}{number:08d},YunExpress"
                )
        file.write_text("\n".join(lines), "utf-8")
        report = desk.orders.import_file(file)
        assert report.added == MANY + 1, report
    finally:
        desk.close()


def _shown(desk: Terminal, key: str, picture: Picture) -> tuple[float, int, int]:
    """Milliseconds until the last byte of a press and its preview, the frames but for the cursor's that change what is
    seen, its bytes."""
    start = len(desk.output)
    begun = last = time.perf_counter()
    desk.press(key)
    while desk.read(0.8):
        last = time.perf_counter()
    data = desk.output[start:]
    return (last - begun) * 1000, max(picture.changes(data) - 1, 0), len(data)


class Picture:
    """What a terminal shows."""

    def __init__(self) -> None:
        import pyte

        self._screen = pyte.Screen(200, 50)
        self._stream = pyte.ByteStream(self._screen)

    def changes(self, data: bytes) -> int:
        """How many of these frames change it."""
        count, before = 0, list(self._screen.display)
        for frame in data.split(FRAME):
            self._stream.feed(frame)
            after = list(self._screen.display)
            count += after != before
            before = after
        return count
