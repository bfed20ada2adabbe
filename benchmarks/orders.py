"""A large file of orders: what taking it in costs, and keys in the queue meanwhile, by command and on the screen."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.meanwhile import _p95
from benchmarks.screen import DOWN, HOME, Run, first_row
from benchmarks.seed import AGENTS, NOW, OUT, seeded, store_path
from benchmarks.table import Line, Result, median
from benchmarks.terminal import Terminal

GROUP = "a file of orders is taken in, 200x50"
AT_REST = 60
"""Presses before it."""
PAUSE = 0.09
"""Seconds between presses: no preview falls between them."""


def orders_file(count: int) -> Path:
    """A table of so many orders of one or two items, a third of them with a parcel, the same on every machine."""
    path = OUT / f"orders-{count}.csv"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(count)
    with path.with_suffix(".part").open("w", encoding="utf-8") as out:
        out.write(
            "number,email,name,placed_at,currency,total,payment,fulfilment,country,city,address,item,sku,quantity,"
        )
        out.write("price,parcel,carrier\n")
        for number in range(count):
            at = NOW - timedelta(minutes=number)
            price = dice.randrange(500, 20_000)
            country = dice.choice(("DE", "ES", "FR", "US", "JP", "BR"))
            sent = "shipped" if number % 3 == 0 else "unshipped"
            parcel = f"YT{number:016d},YunExpress" if number % 3 == 0 else ","
            out.write(
                f"#{number + 1000},buyer{dice.randrange(count)}@example.com,Buyer Number {number},{at.isoformat()},"
                f"EUR,{price / 100:.2f},paid,{sent},{country},Town,Street {number},"
                f"Kettle,KET-{number % 50},1,{price / 100:.2f},{parcel}\n"
            )
            if number % 4 == 0:
                out.write(f"#{number + 1000},,,,,,,,,,,Descaler,DES-2,2,9.90,,\n")
    path.with_suffix(".part").rename(path)
    return path


def measure(size: int, count: int) -> Iterator[Line]:
    """`count` orders into a store of `size` conversations, twice: by the command, and by the desk that is pressed."""
    file = orders_file(count)
    seeded(size)
    with tempfile.TemporaryDirectory(prefix="csdesk-bench-", dir=OUT) as folder:
        yield from _by_command(Path(folder), size, file, count)
        yield from _on_screen(Path(folder), size, file, count)


def _fresh(folder: Path, size: int) -> str:
    """A copy of the seeded store."""
    path = folder / f"desk-{time.monotonic_ns()}.db"
    shutil.copy(store_path(size), path)
    return f"sqlite:///{path}"


def _by_command(folder: Path, size: int, file: Path, count: int) -> Iterator[Line]:
    url = _fresh(folder, size)
    run = Run(folder)
    command = [
        sys.executable, "-m", "csdesk", "--config", str(run.config), "--store", url, "--as", AGENTS[0], "--json",
        "orders", "import", str(file),
    ]  # fmt: skip
    with run.desk(url) as desk:
        desk.until(first_row(url))
        desk.quiet(1.0)
        idle = _pressed(desk, lambda _n: len(_n) < AT_REST)
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=os.environ | run.env,
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        peaks = [0.0]

        def going(_times: list[float]) -> bool:
            peaks.append(_peak(child.pid))
            return child.poll() is None

        busy = _pressed(desk, going)
        took = time.perf_counter() - began
        told, said = child.communicate()
        if child.returncode:
            raise RuntimeError(said[-300:])
        report = json.loads(told)
        assert report["added"] == count, report
        memory = desk.memory()
    yield Result(
        GROUP, f"{count:,} orders by command", took, "s", note=f"{count / took:,.0f} orders a second"
    )
    yield Result(GROUP, "its most memory", max(peaks), "MB", 200)
    yield from _told("by command", idle, busy)
    yield Result(GROUP, "the desk's memory afterwards", memory, "MB", 120)


def _on_screen(folder: Path, size: int, file: Path, count: int) -> Iterator[Line]:
    url = _fresh(folder, size)
    with Run(folder).desk(url) as desk:
        desk.until(first_row(url))
        desk.quiet(1.0)
        idle = _pressed(desk, lambda n: len(n) < AT_REST)
        desk.press("\x1b[19~")  # f8
        desk.collect(1.5)
        desk.press(str(file))
        desk.collect(1.5)
        desk.press("\r")
        desk.on_screen("as they would be read", 30)
        began = time.perf_counter()
        desk.press("i")
        desk.collect(0.5)
        desk.press("\x1b")
        desk.quiet(0.5, 2.0)
        mark = len(desk.output)
        word = f"{count} added".encode()
        busy = _pressed(desk, lambda _n: word not in desk.output[mark:] and time.perf_counter() - began < 600)
        took = time.perf_counter() - began
        memory = desk.memory()
    yield Result(GROUP, f"{count:,} orders on the screen", took, "s")
    yield from _told("on the screen", idle, busy)
    yield Result(GROUP, "the desk's memory afterwards, its own import", memory, "MB")


def _told(how: str, idle: list[float], busy: list[float]) -> Iterator[Line]:
    note = f"{median(busy):.1f} beside {median(idle):.1f} ms; {_p95(busy)} beside {_p95(idle)}"
    yield Result(GROUP, f"down, until its first bytes, meanwhile beside at rest, {how}", median(busy) / median(idle),
                 "x", 3, note=note)  # fmt: skip


def _pressed(desk: Terminal, go_on: Callable[[list[float]], bool]) -> list[float]:
    """Milliseconds from each press to its first bytes, down and up again by turns of twenty."""
    out: list[float] = []
    pressed = 0
    while go_on(out):
        begun = time.perf_counter()
        desk.press(DOWN if pressed // 20 % 2 == 0 else "\x1b[A")
        pressed += 1
        if desk.read(2.0):
            out.append((time.perf_counter() - begun) * 1000)
        desk.collect(max(0.0, PAUSE - (time.perf_counter() - begun)))
    return out


def _peak(pid: int) -> float:
    """The most megabytes that a process had resident, so far; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
