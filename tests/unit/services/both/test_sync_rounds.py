"""Rounds of the sync. A failure here lets one broken mailbox stop all others, two processes send the same reply, or
no process send any."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.services.sync import SyncReport
from tests.unit.services.both.shop import mail

ROOT = Path(__file__).resolve().parents[4]


def box(folder: Path, *texts: str) -> Path:
    """A Maildir with these mails, which came just now."""
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        raw = mail(text, at=SystemClock().now(), id=f"{folder.name}{number}@x")
        (folder / "new" / f"{number}.mail").write_bytes(raw)
    return folder


@pytest.fixture
def live(store_url: str) -> Iterator[Desk]:
    """A desk by the machine's own clock."""
    made = open_desk(replace(Config(), agent="Lin"), store=store_url, agent="", clock=SystemClock())
    made.agents.add("Lin")
    yield made
    made.close()


def _add(desk: Desk, name: str, path: Path) -> None:
    desk.accounts.add(
        name, "maildir", address=f"{name}@shop.example", settings={"path": str(path)}, undo_seconds=0
    )


@contextmanager
def running(desk: Desk) -> Iterator[list[SyncReport]]:
    """The background sync in a thread; stopped at the end, which must be quick."""
    stop, rounds = threading.Event(), list[SyncReport]()
    thread = threading.Thread(target=desk.sync.run, args=(stop,), kwargs={"on_round": rounds.append})
    thread.start()
    try:
        yield rounds
    finally:
        stop.set()
        begun = time.monotonic()
        thread.join(10)
        assert not thread.is_alive()
        assert time.monotonic() - begun < 5


def within(seconds: float, holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_an_account_that_fails_harms_no_other_and_says_why(live: Desk, tmp_path: Path) -> None:
    _add(live, "broken", tmp_path / "nowhere")
    _add(live, "works", box(tmp_path / "box", "one", "two"))
    report = live.sync.once()
    broken, works = report.accounts
    assert (works.stored, works.error) == (2, "")
    assert broken.error
    assert broken.code == "no_such_folder"
    assert report.failed
    assert (live.accounts.get("broken").health, live.accounts.get("works").health) == (broken.error, "")
    assert not live.standing.status().offline
    box(tmp_path / "nowhere", "late")
    assert [one.stored for one in live.sync.once().accounts] == [1, 0]
    assert live.accounts.get("broken").health == ""


def test_a_paused_account_is_left_alone(live: Desk, tmp_path: Path) -> None:
    _add(live, "works", box(tmp_path / "box", "one"))
    live.accounts.pause("works")
    assert live.sync.once().accounts == ()
    live.accounts.pause("works", False)
    assert [one.stored for one in live.sync.once().accounts] == [1]


def test_a_round_wakes_what_was_snoozed(live: Desk, tmp_path: Path) -> None:
    _add(live, "works", box(tmp_path / "box", "one"))
    live.sync.once()
    [row] = live.inbox.page("open").rows
    live.inbox.snooze(row.id, live.clock.now() + timedelta(seconds=0.2))
    assert live.inbox.row(row.id).status == "snoozed"
    time.sleep(0.25)
    assert live.sync.once().woken == 1
    assert live.inbox.row(row.id).status == "open"


def test_what_is_queued_is_drained_even_when_another_account_is_broken(live: Desk, tmp_path: Path) -> None:
    _add(live, "works", box(tmp_path / "box", "one"))
    live.sync.once()
    [row] = live.inbox.page("open").rows
    _add(live, "broken", tmp_path / "nowhere")
    live.replies.send(row.id, "On its way.")
    live.accounts.set("works", {"undo": "1"})
    live.replies.send(row.id, "Left.")
    assert live.sync.drain(threading.Event()) == 0
    assert {one.state for one in live.outbox.list()} == {"sent"}
    assert len(list((tmp_path / "box.Sent").glob("*/*"))) == 2
    enough = threading.Event()
    enough.set()
    live.replies.send(row.id, "Not any more.")
    assert live.sync.drain(enough) == 1


def test_run_fetches_sends_what_is_queued_and_stops_quickly(live: Desk, tmp_path: Path) -> None:
    _add(live, "works", box(tmp_path / "box", "one"))
    with running(live) as rounds:
        within(10, lambda: rounds)
        assert live.standing.status().running
        live.replies.send(live.inbox.page("open").rows[0].id, "On its way.")
        within(10, lambda: live.outbox.list()[0].state == "sent")
    assert not live.standing.status().running


def test_a_second_sync_waits_and_takes_over_when_the_first_is_killed(
    live: Desk, store_url: str, tmp_path: Path
) -> None:
    _add(live, "works", box(tmp_path / "box", "one"))
    command = [sys.executable, "-m", "csdesk", "sync", "--store", store_url, "--as", "Lin"]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL) as first:
        try:
            within(20, lambda: live.inbox.page("open").rows)
            with running(live) as rounds:
                time.sleep(2.5)
                assert rounds == [], "two sync processes at once"
                first.kill()
                first.wait(10)
                box(tmp_path / "box", "one", "two")
                within(15, lambda: rounds and live.inbox.counts()["all"] == 2)
        finally:
            first.kill()


def test_what_came_in_is_translated_between_rounds_and_never_holds_up_mail(
    live: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that hangs must cost nobody an answer; one that works leaves nothing untranslated."""
    from csdesk.services.translations import Translations
    from tests.unit.services.both.engines import Engine

    engine, gate = Engine("es-en"), threading.Event()
    engine.before = lambda: gate.wait(30)
    live.__dict__["translations"] = Translations(live.context, lambda: engine)
    spanish = "Hola, quisiera saber dónde está mi pedido. Gracias por su ayuda y un saludo."
    _add(live, "shop", box(tmp_path / "shop", spanish))
    with running(live) as rounds:
        within(40, lambda: bool(rounds) and bool(live.inbox.page("open").rows))
        talk = live.inbox.page("open").rows[0].id
        live.replies.send(talk, "On its way.", now=True)
        within(40, lambda: live.outbox.list(states=("sent",)) != ())
        message = live.inbox.thread(talk).messages[0]
        assert live.translations.stored((message,)) == {}, "the engine still hangs, and the answer is gone"
        gate.set()
        within(40, lambda: bool(live.translations.stored((message,))))
    assert live.translations.stored((message,))[message.id].text.startswith("<en> Hola")
