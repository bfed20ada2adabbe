"""The night before the sample shop opens: what Lin left behind in the evening, the mails that came in the dark, what
Mei did with some of them. Through the services alone; only the clock is moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from csdesk.bootstrap import Desk
from csdesk.clock import FixedClock
from csdesk.domain.conversation import QueueRow

EVENING = timedelta(hours=9)
"""So long before now Lin's last hours at the desk begin."""
ROUNDS = (6.5, 5.5, 4.5, 3.5, 2.5, 1.5, 0.5)
"""Hours before now at which the mailbox is read in the night."""


class Post:
    """Brings mails into a Maildir when their time has come."""

    def __init__(self, path: Path, mails: list[tuple[str, bytes]]) -> None:
        self.path = path
        for part in ("new", "cur", "tmp"):
            (path / part).mkdir(parents=True, mode=0o700)
        dated = [(_date(raw), name, raw) for name, raw in mails]
        self.waiting = sorted(dated, key=lambda one: (one[0], one[1]))

    def deliver(self, until: datetime) -> None:
        """All that was sent by then lies in the mailbox, received when it was sent."""
        while self.waiting and self.waiting[0][0] <= until:
            at, name, raw = self.waiting.pop(0)
            file = self.path / "new" / f"{name}.nordlicht"
            file.write_bytes(raw)
            os.utime(file, (at.timestamp(), at.timestamp()))


def _date(raw: bytes) -> datetime:
    """When a mail was sent; a broken one came before all others."""
    for line in raw.split(b"\n\n", 1)[0].splitlines():
        if line.lower().startswith(b"date:"):
            return parsedate_to_datetime(line[5:].decode("ascii").strip())
    return parsedate_to_datetime("Thu, 1 Jan 1970 00:00:00 +0000")


def pass_night(lin: Desk, mei: Desk, post: Post, clock: FixedClock, now: datetime) -> None:
    """From Lin's last evening to this moment."""
    clock.at = now - EVENING
    _round(lin, post, clock)
    _evening(lin, mei, clock, now)
    for hours in ROUNDS:
        clock.at = now - timedelta(hours=hours)
        _round(lin, post, clock)
        if hours == 4.5:
            _watch(mei, clock)
    clock.at = now
    _round(lin, post, clock)


def _round(lin: Desk, post: Post, clock: FixedClock) -> None:
    post.deliver(clock.at)
    lin.sync.once()


def _evening(lin: Desk, mei: Desk, clock: FixedClock, now: datetime) -> None:
    """Lin takes and puts away, closes what is done, and writes down what is known of Ana."""
    rows = lin.inbox.page("all", limit=100).rows
    tick = _minutes(clock)
    if (ana := _of(rows, "Ana")) is not None:
        lin.inbox.assign(ana.id, lin.agent.name)
        lin.inbox.mark_read(ana.id)
        next(tick)
        lin.inbox.tag(ana.id, add=["vip", "customs"])
        next(tick)
        mei.replies.note(ana.id, "海关要求税号,已发模板。客户周五要用。")
        lin.customers.edit(ana.customer_id, notes="老客户，喜欢蓝色。周五是母亲的生日。", tags="vip")
        lin.customers.visit(ana.customer_id)
    waiting = [row for row in rows if row.waiting_since and (ana is None or row.id != ana.id)]
    for row in waiting[:3]:
        next(tick)
        lin.inbox.assign(row.id, lin.agent.name)
        lin.customers.visit(row.customer_id)
    for row in waiting[3:6]:
        mei.inbox.assign(row.id, mei.agent.name)
    for row, hours in zip(waiting[-2:], (9, 33), strict=False):
        next(tick)
        lin.inbox.snooze(row.id, now + timedelta(hours=hours))
    for row in [row for row in rows if row.waiting_since is None][:6]:
        next(tick)
        lin.inbox.close(row.id)


def _watch(mei: Desk, clock: FixedClock) -> None:
    """Mei has the night: two are hers now, two are done."""
    tick = _minutes(clock)
    rows = mei.inbox.page("open", limit=100).rows
    if (carmen := _of(rows, "Carmen")) is not None:
        mei.inbox.assign(carmen.id, mei.agent.name)
        next(tick)
        mei.replies.note(carmen.id, "照片齐了，补发一盏；等承运商赔付。")
    if (thanks := _of(rows, "Rafael")) is not None:
        next(tick)
        mei.inbox.close(thanks.id)
    if (deborah := _of(rows, "Deborah")) is not None:
        next(tick)
        mei.inbox.close(deborah.id)
    if (sophie := _of(rows, "Sophie")) is not None:
        next(tick)
        mei.inbox.assign(sophie.id, mei.agent.name)


def _of(rows: tuple[QueueRow, ...], name: str) -> QueueRow | None:
    return next((row for row in rows if row.who.split()[0] == name), None)


def _minutes(clock: FixedClock) -> Iterator[None]:
    """Every step is some minutes later."""
    for minutes in (3, 5, 2, 7, 4, 6) * 20:
        clock.at += timedelta(minutes=minutes)
        yield
