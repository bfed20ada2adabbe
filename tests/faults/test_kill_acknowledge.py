"""kill -9 while customers are told at night that nobody is there. Lost otherwise: a customer who hears nothing until
Monday, or one who is told twice."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from sqlalchemy import text

from tests.faults.support import Zygote, add_maildir, deliver, desk_on, dice, mail

KILLS = 12
NIGHT = "2026-11-21T22:41:00+00:00"  # a Saturday


def test_every_customer_is_told_once_whenever_the_sync_is_killed(tmp_path: Path) -> None:
    chance = dice("kill_acknowledge")
    desk, url = desk_on(tmp_path)
    new = add_maildir(desk, tmp_path, undo_seconds=0)
    desk.accounts.set("shop", {"hours": "mon-fri 8:00-17:00", "acknowledge": "1"})
    number, killed, left, whole = 1, 0, 0, 0.0
    deliver(new, mail(number))
    with Zygote(tmp_path, env={"CSDESK_NOW": NIGHT}) as zygote:
        zygote.run("command", "sync", "--once", "--store", url)
        for _ in range(KILLS):
            for _ in range(chance.randrange(1, 4)):
                number += 1
                deliver(new, mail(number))
            begun = time.monotonic()
            worker = zygote.start("command", "sync", "--once", "--store", url)
            if worker.wait(whole * chance.uniform(0.2, 0.9) if whole else 60):
                whole = time.monotonic() - begun
            else:
                killed += 1
            worker.kill()
            with desk.store.read() as tx:
                left += bool(tx.messages.to_acknowledge(1))
        zygote.run("command", "sync", "--once", "--store", url)
        zygote.run("command", "sync", "--once", "--store", url)
        assert zygote.traces() == ""
    with desk.store.read() as tx:
        told = Counter(row[0] for row in tx.rows(text("SELECT recipients FROM outbox")))
        assert tx.messages.to_acknowledge(1) == []
    print(f"{killed} kills, {number} customers; {left} times something was left to the next")
    assert killed
    assert told == Counter(f'["buyer{n}@buyer.test"]' for n in range(1, number + 1))
    desk.close()
