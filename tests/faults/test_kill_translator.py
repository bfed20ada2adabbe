"""The process that translates is killed in mid-work, again and again. A failure here leaves mail untranslated, or has
it done twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.domain.ports import Batch, RawMail
from csdesk.services.ingest import take
from tests.unit.services.both.shop import mail

MODEL = Path(__file__).resolve().parents[2] / "csdesk" / "demo" / "models" / "translate-es_en-0_2.argosmodel"
MAILS, KILLS = 80, 6


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose agent reads English, with the small Spanish model and many Spanish mails."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    config = replace(Config(), agent="Lin")
    made = open_desk(config, store=f"sqlite:///{tmp_path / 'desk.db'}", agent="Lin", clock=SystemClock())
    made.agents.add("Lin", ["en"])
    made.models.install(MODEL)
    account = made.accounts.add("shop", "maildir", address="s@shop.example", settings={"path": "/nowhere"})
    now = made.clock.now()
    said = "Hola, quisiera saber dónde está mi pedido {n}-22. Gracias por su ayuda.\n\nEl total fue de {n},50 EUR."
    mails = [
        RawMail(
            f"x{n}",
            mail(said.format(n=n), at=now, id=f"m{n}@x", subject=f"s{n}", sender=f"Ana <a{n}@b.example>"),
            now,
        )
        for n in range(1000, 1000 + MAILS)
    ]
    take(made.store, account, Batch(tuple(mails), "c"))
    yield made
    made.close()


def _children() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == os.getpid():
                found.append(int(entry.name))
        except (OSError, ValueError, IndexError):
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the process")
def test_killed_in_mid_work_every_message_ends_translated_once(desk: Desk) -> None:
    before = set(_children())
    stop, killed = threading.Event(), list[int]()

    def kill() -> None:
        while not stop.wait(0.15) and len(killed) < KILLS:
            for one in set(_children()) - before:
                os.kill(one, signal.SIGKILL)
                killed.append(one)

    killer = threading.Thread(target=kill)
    killer.start()
    end = time.monotonic() + 90
    done = 0
    while (done < MAILS or len(killed) < KILLS) and time.monotonic() < end:
        desk.translations.catch_up(lambda: True)
        desk.translations._failed.clear()  # a minute passes
        with desk.store.read() as tx:
            done = int(tx.rows(text("SELECT count(*) FROM message_translation"))[0][0])
        if done == MAILS and len(killed) < KILLS:
            with desk.store.write() as tx:  # it was quicker than the killer: once more from the beginning
                tx.run(text("DELETE FROM message_translation"))
                tx.run(text("DELETE FROM event WHERE kind = 'translated'"))
    stop.set()
    killer.join()
    assert len(killed) >= KILLS
    with desk.store.read() as tx:
        events = tx.rows(text("SELECT count(*) FROM event WHERE kind = 'translated'"))[0][0]
    assert (done, events) == (MAILS, MAILS)
