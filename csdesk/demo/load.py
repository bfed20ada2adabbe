"""Opens the sample shop: its mails come in through the Maildir channel, its orders through the CSV importer,
with all dates moved so that the newest mail arrived just now. Nothing here writes a row by itself."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import Clock
from csdesk.config import Config
from csdesk.demo import content
from csdesk.demo.rebase import delta, rebase_csv, rebase_mail

ACCOUNT = "support"
ADDRESS = "support@nordlicht.example"
AGENT = "Lin"


def load(folder: Path, config: Config, clock: Clock) -> Desk:
    """A desk on a fresh copy of the sample shop inside `folder` (which must be empty), acting as Lin."""
    now = clock.now()
    mails = content.mails()
    by = delta([raw for _name, raw in mails], now - timedelta(minutes=4))
    _maildir(folder / "mail", mails, by)
    config = replace(config, store="", agent=AGENT, sync=replace(config.sync, autostart=False))
    if not config.shop.name:
        config = replace(config, shop=replace(config.shop, name="Nordlicht Shop"))
    desk = open_desk(config, store=f"sqlite:///{folder / 'desk.db'}", agent=AGENT, clock=clock)
    desk.agents.add(AGENT, ["zh", "en"])
    desk.agents.add("Mei", ["zh", "es"])
    desk.accounts.add(
        ACCOUNT,
        "maildir",
        address=ADDRESS,
        display_name="Nordlicht Shop",
        settings={"path": str(folder / "mail")},
        signature="Nordlicht Shop\nhttps://nordlicht.example",
    )
    for name, text in (("orders.csv", content.orders_csv()), ("tracking.csv", content.tracking_csv())):
        path = folder / name
        path.write_text(rebase_csv(text, by), encoding="utf-8")
        desk.orders.import_file(path)
    desk.sync.once()
    _shift(desk, folder, now)
    return desk


def _maildir(path: Path, mails: list[tuple[str, bytes]], by: timedelta) -> None:
    for part in ("new", "cur", "tmp"):
        (path / part).mkdir(parents=True, mode=0o700)
    for name, raw in mails:
        moved = rebase_mail(raw, by)
        file = path / "new" / f"{name}.nordlicht"
        file.write_bytes(moved)
        at = _date(moved)
        if at is not None:
            # The mailbox received it when it was sent; the channel reads that from the file.
            os.utime(file, (at.timestamp(), at.timestamp()))


def _date(raw: bytes) -> datetime | None:
    for line in raw.split(b"\n\n", 1)[0].splitlines():
        if line.lower().startswith(b"date:"):
            try:
                return parsedate_to_datetime(line[5:].decode("ascii", "replace").strip())
            except (TypeError, ValueError):
                return None
    return None


def _shift(desk: Desk, folder: Path, now: datetime) -> None:
    """What the shift before left behind: some taken, some put away, a note, tags; by the services alone."""
    rows = desk.inbox.page("all", limit=100).rows
    by_name = {row.who.split()[0].lower(): row for row in reversed(rows)}
    mei = open_desk(desk.config, store=desk.store_url, agent="Mei", clock=desk.clock)
    try:
        if ana := by_name.get("ana"):
            desk.inbox.assign(ana.id, AGENT)
            desk.inbox.tag(ana.id, add=["vip", "customs"])
            mei.replies.note(ana.id, "海关要求税号,已发模板。客户周五要用。")
        waiting = [row for row in rows if row.waiting_since and (ana is None or row.id != ana.id)]
        for row in waiting[3:6]:
            desk.inbox.assign(row.id, AGENT)
        for row in waiting[6:9]:
            mei.inbox.assign(row.id, "Mei")
        for row, hours in zip(waiting[-2:], (9, 33), strict=False):
            mei.inbox.snooze(row.id, now + timedelta(hours=hours))
        for row in [r for r in rows if r.waiting_since is None][:6]:
            desk.inbox.close(row.id)
    finally:
        mei.close()
