"""Several processes on one store: the screen, the sync, commands, colleagues. A failure here sends a reply twice,
leaves an agent in front of a screen that stands still, or loses what was acknowledged."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.clock import SystemClock
from csdesk.db.feed import PostgresFeed
from csdesk.errors import Conflict, StoreFailure
from csdesk.store import Store
from tests.databases import SteppingClock
from tests.unit.db import rows

Opener = Callable[..., Store]


def _start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.db.workers", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _race(*words: str) -> list[int]:
    """The numbers that racing processes printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.db.workers", *words], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [int(line) for line in done.stdout.split()]


def test_eight_processes_want_every_lease_and_each_is_given_once(store: Store, store_url: str) -> None:
    _ = store.engine
    assert sorted(_race("lease", store_url, "8")) == list(range(20))


@pytest.mark.real
def test_eight_processes_empty_the_outbox_and_none_takes_a_row_twice(store: Store, store_url: str) -> None:
    total = 400
    account, customer = rows.desk(store)
    with store.write() as tx:
        made = rows.conversation(tx, account, customer)
        message = rows.message(tx, account, made, direction="out")
        tx.run(
            text(
                "INSERT INTO outbox (conversation_id, message_id, account_id, state, key, envelope_from, recipients,"
                " raw_hash, draft, attempts, due_at, lease_owner, error, filed, created_at) VALUES (:c, :m, :a,"
                " 'queued', :key, '', '[]', '', '{}', 0, :due, '', '', :no, 0)"
            ),
            [
                {"c": made, "m": message, "a": account, "key": f"k{n}", "due": n, "no": False}
                for n in range(total)
            ],
        )
    claimed = _race("claim", store_url, "8", str(account))
    assert len(claimed) == len(set(claimed)) == total
    with store.read() as tx:
        assert tx.outbox.counts() == {"sending": total}
        assert tx.one(text("SELECT count(*) FROM event WHERE kind = 'sending'"))[0] == total


def test_a_lease_is_renewed_by_its_owner_ends_by_time_and_goes_back_by_hand(
    store: Store, clock: SteppingClock
) -> None:
    half = timedelta(seconds=30)
    with store.write() as tx:
        assert tx.leases.take("sync", "a", half)
        assert tx.leases.take("sync", "a", half)
        assert not tx.leases.take("sync", "b", half)
        tx.leases.release("sync", "b")
        assert tx.leases.holder("sync") == "a"
        tx.leases.break_dead("sync", lambda owner: owner == "b")
        assert tx.leases.holder("sync") == "a"
    clock.forward(seconds=31)
    with store.write() as tx:
        assert tx.leases.holder("sync") == ""
        assert tx.leases.take("sync", "b", half)
        tx.leases.break_dead("sync", lambda owner: owner == "b")
        assert tx.leases.take("sync", "c", half)
        tx.leases.release("sync", "c")
        assert tx.leases.holder("sync") == ""


def test_a_step_taken_twice_is_refused_to_the_second(store: Store) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        row = rows.outgoing(tx, account, rows.conversation(tx, account, customer), "k")
        assert tx.outbox.claim(account, "a", timedelta(minutes=1)) is not None
        assert tx.outbox.claim(account, "b", timedelta(minutes=1)) is None
        tx.outbox.step(row, "sent")
        with pytest.raises(Conflict, match="already"):
            tx.outbox.step(row, "failed")


@pytest.mark.parametrize("patience", [pytest.param(1, marks=pytest.mark.real), 30])
def test_what_another_process_writes_reaches_the_feed(store: Store, store_url: str, patience: int) -> None:
    """Within a second, told by the run that has the machine to itself."""
    feed = store.feed()
    try:
        assert feed.wait(0.05) == ()
        other = _start("append", store_url)
        seen = feed.wait(30)
        heard = time.time()
        assert [change.kind for change in seen] == ["account_added"]
        with store.read() as tx:
            [event] = tx.rows(text("SELECT at FROM event"))
        assert heard - event[0] / 1e6 < patience
        assert other.communicate(timeout=30)[1] == ""
        assert feed.wait(0.05) == ()
    finally:
        feed.close()


def test_a_flood_of_changes_is_told_whole_and_each_once(store: Store) -> None:
    feed = store.feed()
    try:
        with store.write() as tx:
            tx.log.append_all([tx.log.row("read", conversation=n, agent=None) for n in range(2500)])
        seen: list[int | None] = []
        while len(seen) < 2500 and (found := feed.wait(30)):
            seen += [change.conversation for change in found]
        assert seen == list(range(2500)) and feed.wait(0.3) == ()
    finally:
        feed.close()


def test_closing_the_feed_ends_a_wait_in_another_thread(store: Store) -> None:
    feed = store.feed()
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            assert feed.wait(30) == ()
        except BaseException as error:
            failures.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    feed.close()
    waiting.join(5)
    assert not waiting.is_alive()
    assert failures == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_listen_the_feed_still_looks_by_itself(
    store: Store, store_url: str, open_store: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Poolers in transaction mode swallow LISTEN; a server that restarts ends it."""
    monkeypatch.setattr("csdesk.db.feed.PG_POLL_SECONDS", 0.2)
    feed = store.feed()
    assert isinstance(feed, PostgresFeed)
    try:
        with open_store(store_url, SystemClock()).write() as tx:
            tx.run(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                )
            )
        monkeypatch.setattr("csdesk.db.feed.PostgresFeed._listen", lambda self: None)
        assert feed.wait(0.5) == ()
        with open_store(store_url, SystemClock()).write() as tx:
            tx.log.append("read", conversation=1)
        started = time.monotonic()
        assert [change.kind for change in feed.wait(10)] == ["read"]
        assert time.monotonic() - started < 3
    finally:
        feed.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_store_that_another_program_holds_is_a_sentence_and_then_works_again(
    store_url: str, tmp_path: Path, clock: SteppingClock
) -> None:
    store = Store(store_url, clock, patience=0.2)
    other = _start("hold", str(tmp_path / "desk.db"), "60")
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        with store.read() as tx:
            assert tx.log.last_id() == 0
        started = time.monotonic()
        with (
            pytest.raises(StoreFailure, match="locked by another program; nothing") as refused,
            store.write(),
        ):
            pass
        assert refused.value.code == "store_locked"
        assert 0.1 < time.monotonic() - started < 4
    finally:
        other.kill()
        other.communicate()
    with store.write() as tx:
        tx.log.append("account_added")
    store.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_on_a_full_disk_a_sentence_says_so_and_what_was_acknowledged_stays(
    store_url: str, store: Store
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.db.workers", "fill", store_url, str(1_500_000)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    *numbers, sentence = done.stdout.splitlines()
    assert sentence.startswith(("store_full: ", "store_damaged: ")), done.stdout[-300:] + done.stderr
    assert len(numbers) > 20
    with store.read() as tx:
        kept = [row[0] for row in tx.rows(text("SELECT id FROM event ORDER BY id"))]
        assert tx.rows(text("PRAGMA integrity_check")) == [("ok",)]
    assert len(kept) == len(numbers)
    with store.write() as tx:
        tx.log.append("account_added")


def test_a_reader_sees_one_state_while_others_write(store: Store, store_url: str, open_store: Opener) -> None:
    """Or a thread is shown with a message counted that it does not show."""
    account, customer = rows.desk(store)
    other = open_store(store_url, SystemClock())
    with store.read() as tx:
        before = tx.inbox.counts(1)
        with other.write() as writing:
            rows.conversation(writing, account, customer)
        assert tx.inbox.counts(1) == before
        assert tx.inbox.page("all", 1, after=None, limit=5).rows == ()
    with store.read() as tx:
        assert tx.inbox.counts(1)["all"] == 1


def test_two_that_keep_the_same_file_and_the_same_new_person_at_once_both_succeed(
    store: Store, store_url: str, open_store: Opener
) -> None:
    """One mail to two of our mailboxes, fetched by two processes."""
    other = open_store(store_url, SystemClock())
    failures: list[BaseException] = []
    ids: list[str] = []
    entered = threading.Event()

    def keep(which: Store, pause: float) -> None:
        try:
            with which.write() as tx:
                tx.customers.alone()
                if not tx.customers.by_values("mail", ["ana@buyer.example"]):
                    rows.customer(tx, "ana@buyer.example")
                ids.extend(tx.blobs.put_all([b"photo", b"invoice"]))
                entered.set()
                time.sleep(pause)
        except BaseException as error:
            failures.append(error)

    first = threading.Thread(target=keep, args=(store, 0.3))
    first.start()
    assert entered.wait(10)
    keep(other, 0)
    first.join(10)
    assert failures == []
    assert len(set(ids)) == 2
    with store.read() as tx:
        assert tx.one(text("SELECT count(*) FROM blob"))[0] == 2
        assert tx.one(text("SELECT count(*) FROM customer"))[0] == 1
