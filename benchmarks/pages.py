"""The queue in the store: first and deep pages of every view, counters and threads, at growing sizes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from benchmarks.seed import AGENTS, clock, seeded
from benchmarks.table import Line, Result, best_of, median, p95
from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from csdesk.db import tables
from csdesk.domain.views import VIEWS, Place, micros, views_of
from csdesk.store import Tx

DEEP = 15
PAGE_MS = 2.0
GROUP = "queue pages in the store, 100 rows"
Key = tuple[int, int]


def measure(sizes: list[int]) -> Iterator[Line]:
    """Pages of every view at each size. The budget holds for the p95 over all pages of all views."""
    typical: dict[int, float] = {}
    for size in sizes:
        desk = open_desk(Config(), store=seeded(size), agent=AGENTS[0], clock=clock())
        try:
            with desk.store.read() as tx:
                agent = desk.agent.id
                keys = _keys(tx, agent, size)
                inside = {
                    view: [best_of(partial(tx.inbox.page, view, agent, after=key, limit=100)) for key in some]
                    for view, some in keys.items()
                }
            outside = [best_of(partial(desk.inbox.page, v, after=key)) for v in VIEWS for key in keys[v][:6]]
            yield from _lines(desk, size, inside, outside)
            typical[size] = median([ms for times in inside.values() for ms in times])
        finally:
            desk.close()
    small, large = typical[min(sizes)], typical[max(sizes)]
    yield Result(
        GROUP, f"growth of the median page, {min(sizes):,} to {max(sizes):,}", large / small, "x", 1.5,
        note=f"{small:.2f} to {large:.2f} ms",
    )  # fmt: skip


def _lines(desk: Desk, size: int, inside: dict[str, list[float]], outside: list[float]) -> Iterator[Line]:
    every = [ms for times in inside.values() for ms in times]
    worst = max(inside, key=lambda view: p95(inside[view]))
    note = f"median {median(every):.2f}, slowest view {worst} {p95(inside[worst]):.2f}; {len(every)} pages"
    yield Result(
        GROUP, f"any view, first and deep, {size:,} conversations: p95", p95(every), "ms", PAGE_MS, note=note
    )
    note = f"median {median(outside):.2f}; with its own transaction"
    yield Result(GROUP, f"the same through the service, {size:,}: p95", p95(outside), "ms", note=note)
    dice = random.Random(5)
    counts = [best_of(desk.inbox.counts) for _ in range(10)]
    threads = [best_of(desk.inbox.thread, dice.randint(1, size)) for _ in range(30)]
    yield Result(GROUP, f"counters of all views, {size:,}: p95", p95(counts), "ms", PAGE_MS)
    yield Result(GROUP, f"one conversation whole, {size:,}: p95", p95(threads), "ms", PAGE_MS)


def _keys(tx: Tx, agent: int, size: int) -> dict[str, list[Key | None]]:
    """For every view the first page and some keys of rows that are really in it, drawn at random."""
    dice = random.Random(3)
    conv = tables.table(tables.Conversation)
    keys: dict[str, list[Key | None]] = {view: [None] for view in VIEWS}
    for _ in range(200):
        drawn = [dice.randint(1, size) for _ in range(200)]
        for row in tx.rows(select(conv).where(conv.c.id.in_(drawn))):
            place = Place(row.status, row.assignee_id, row.due_at, row.waiting_since, row.snoozed_until,
                          row.last_message_at, row.failed)  # fmt: skip
            for name in views_of(place):
                view = "mine" if name == f"mine:{agent}" else name
                if view in keys and len(keys[view]) <= DEEP:
                    first = micros(row.last_message_at) if view in ("all", "failed") else row.rank
                    keys[view].append((first, row.id))
        if all(len(some) > DEEP for some in keys.values()):
            break
    return keys
