"""Search over many messages: how fast the newest fifty come, and whether all that should be found are found."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from sqlalchemy import select

from benchmarks.seed import AGENTS, clock, seeded
from benchmarks.table import Line, Result, best_of, median, p95
from csdesk.bootstrap import open_desk
from csdesk.config import Config
from csdesk.db import tables
from csdesk.domain.tokens import normal
from csdesk.store import Tx

GROUP = "search, newest 50"
SEARCH_MS = 20.0
EACH = 25
COMMON = {"en": ("o", "or", "ord", "orde", "t", "th", "the", "d", "de", "del", "deli", "ship"),
          "zh": ("的", "快", "订", "订单", "退款", "快递", "没有收", "发货"),
          "long": ("order", "deliv", "shipp", "track", "refund", "parcel", "recei", "delivere")}  # fmt: skip
LONGEST = 8
KINDS = {
    "en": "en, 1 to 4 characters",
    "zh": "zh, 1 to 4 characters",
    "long": f"en, 5 to {LONGEST} characters",
}


def measure(size: int) -> Iterator[Line]:
    """Queries of one to four characters in English (beginnings of words) and Chinese (anywhere), and longer beginnings
    of English words."""
    desk = open_desk(Config(), store=seeded(size), agent=AGENTS[0], clock=clock())
    try:
        with desk.store.read() as tx:
            asked = _queries(tx, size)
            found: dict[str, list[int]] = {}
            for language, queries in asked.items():
                for query in queries:
                    found[query] = tx.search.find(query, 50)
                times = {query: best_of(tx.search.find, query, 50) for query in queries}
                yield from _speed(language, times, size)
            whole = [best_of(desk.search.find, q) for queries in asked.values() for q in queries[:40]]
            yield Result(
                GROUP, f"with rows and snippets, through the service, {size:,}: p95", p95(whole), "ms", SEARCH_MS,
                note=f"median {median(whole):.2f}",
            )  # fmt: skip
            yield from _recall(tx, asked, found, size)
    finally:
        desk.close()


def _speed(language: str, times: dict[str, float], size: int) -> Iterator[Line]:
    slowest = max(times, key=lambda query: times[query])
    note = (
        f"median {median(times.values()):.2f}, slowest {slowest} {times[slowest]:.2f}; {len(times)} queries"
    )
    what = f"{KINDS[language]}, {size:,} messages: p95"
    yield Result(GROUP, what, p95(list(times.values())), "ms", SEARCH_MS, note=note)


def _queries(tx: Tx, size: int) -> dict[str, list[str]]:
    """Common ones, and pieces of random messages."""
    dice = random.Random(11)
    msg = tables.table(tables.Message)
    asked = {language: dict.fromkeys(words) for language, words in COMMON.items()}
    wanted = dict.fromkeys(asked, EACH * 4)
    for row in tx.rows(
        select(msg.c.text, msg.c.language).where(msg.c.id.in_([dice.randint(1, size) for _ in range(600)]))
    ):
        kind = "long" if row.language == "en" and wanted["en"] <= wanted["long"] else row.language
        if wanted[kind] <= 0:
            continue
        length = wanted[kind] % 4 + (LONGEST - 3 if kind == "long" else 1)
        lines = [each for each in row.text.split("\n") if len(each) > 12]
        if not lines:
            continue
        line = dice.choice(lines)
        if row.language == "en":
            words = [word for word in normal(line).strip(".").split() if len(word) >= length]
            piece = dice.choice(words)[:length] if words else ""
        else:
            start = dice.randrange(len(line) - length - 1)
            piece = line[start : start + length]
        if piece:
            asked[kind][piece] = None
            wanted[kind] -= 1
    return {language: list(queries) for language, queries in asked.items()}


def _recall(tx: Tx, asked: dict[str, list[str]], found: dict[str, list[int]], size: int) -> Iterator[Line]:
    """Read all texts newest first and look with plain string operations, the slow and sure way."""
    start = time.monotonic()
    truth: dict[str, list[int]] = {query: [] for queries in asked.values() for query in queries}
    msg = tables.table(tables.Message)
    query = select(
        msg.c.search_id, msg.c.subject, msg.c.sender_name, msg.c.sender_address, msg.c.text
    ).order_by(msg.c.search_id.desc())
    open_en, open_zh = {*asked["en"], *asked["long"]}, set(asked["zh"])
    scanned = 0
    for row in tx.conn.execution_options(yield_per=2_000).execute(query):
        scanned += 1
        text = normal("\n".join(row[1:5]))
        hits = [q for q in open_zh if q in text]
        beginnings = {word[:n] for word in _latin(text) for n in range(1, LONGEST + 1)}
        hits += open_en & beginnings
        for hit in hits:
            truth[hit].append(row[0])
            if len(truth[hit]) == 50:
                open_en.discard(hit)
                open_zh.discard(hit)
        if not (open_en or open_zh):
            break
    wrong = [q for q, ids in truth.items() if ids != found[q]]
    share = 100 * (1 - len(wrong) / len(truth))
    note = f"{len(truth)} queries, {scanned:,} texts read in {time.monotonic() - start:.0f} s"
    if wrong:
        note += f"; differ: {', '.join(wrong[:5])}"
    yield Result(
        GROUP,
        f"queries that find exactly what reading every text finds, {size:,}",
        share,
        "%",
        100,
        "least",
        note,
    )


def _latin(text: str) -> list[str]:
    """Words of a seeded text by white space and ASCII punctuation alone."""
    return "".join(c if c.isalnum() else " " for c in text).split()
