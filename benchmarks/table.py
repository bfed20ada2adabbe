"""Results, their verdicts, and the one table they are shown in. Measures nothing itself."""

from __future__ import annotations

import json
import math
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One line: what was measured, how much in `unit`, and the budget it is held against.

    `sense` is 'most' when the budget is an upper bound, 'least' when it is a lower one; a budget of None is a
    figure to compare with, never a verdict. `note` says what stands beside the figure (p95, sample, peer).
    """

    group: str
    what: str
    value: float
    unit: str
    budget: float | None = None
    sense: str = "most"
    note: str = ""

    @property
    def verdict(self) -> str:
        """'ok', 'over' or ''."""
        if self.budget is None:
            return ""
        good = self.value <= self.budget if self.sense == "most" else self.value >= self.budget
        return "ok" if good else "over"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be measured here, and why."""

    group: str
    what: str
    why: str


Line = Result | Skipped


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * 0.95) - 1)]


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def best_of(work: Callable[..., Any], *args: Any) -> float:
    """Milliseconds of wall time, the least of five runs: what others do on the machine only ever adds."""
    least = math.inf
    for _ in range(5):
        start = time.perf_counter()
        work(*args)
        least = min(least, time.perf_counter() - start)
    return least * 1000


def number(value: float) -> str:
    """A figure with three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def _cells(line: Line) -> tuple[str, str, str, str, str]:
    if isinstance(line, Skipped):
        return line.what, "skipped", "", "", line.why
    bound = "" if line.budget is None else ("<= " if line.sense == "most" else ">= ") + number(line.budget)
    return line.what, f"{number(line.value)} {line.unit}".strip(), bound, line.verdict, line.note


def markdown(lines: Sequence[Line]) -> str:
    """The table in Markdown, readable as plain text too; a heading row wherever the group changes."""
    head = ("what", "measured", "budget", "verdict", "beside it")
    rows: list[tuple[str, ...]] = []
    group = ""
    for line in lines:
        if line.group != group:
            group = line.group
            rows.append((f"**{group}**", "", "", "", ""))
        rows.append(_cells(line))
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(5)]

    def drawn(row: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([drawn(head), rule, *map(drawn, rows)])


def machine() -> str:
    """This machine in a few words."""
    import os

    from sqlcipher3 import dbapi2

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}, SQLite {dbapi2.sqlite_version}, "
        f"{os.getloadavg()[1]:.1f} processes wanting a core"
    )


def save(part: str, lines: Sequence[Line], path: Path) -> None:
    """One part's lines into the JSON beside the stores; other parts stay as they were measured before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    known[part] = {
        "machine": machine(),
        "results": [
            {**asdict(line), "verdict": line.verdict if isinstance(line, Result) else "skipped"}
            for line in lines
        ],
    }
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1))
