"""What servers, disks and clocks do to mail that comes in: each mail is stored exactly once, no talk is torn, and
whatever stops the work is said in a sentence."""

from __future__ import annotations

import random
import shutil
import socket
import sqlite3
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk
from csdesk.clock import SystemClock
from tests.faults.support import (
    TIMES,
    Zygote,
    add_account,
    add_maildir,
    deliver,
    desk_on,
    dice,
    mail,
    password,
)
from tests.servers import ImapServer, SmtpServer

TALKS = 7


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Forks what needs a process of its own."""
    with Zygote(tmp_path_factory.mktemp("zygote")) as running:
        yield running


def test_a_mailbox_that_is_shuffled_keeps_every_mail_once_and_every_talk_whole(tmp_path: Path) -> None:
    """Lost otherwise: a customer's mail, or its place in the conversation, when a provider repairs its server."""
    shuffled_mailbox(tmp_path, times=TIMES.shuffles)


def shuffled_mailbox(folder: Path, *, times: int) -> None:
    """Duplicates, mails out of order, a folder numbered anew, mails taken out and delivered again, a lost cursor."""
    chance = dice("shuffled_mailbox")
    done: Counter[str] = Counter()
    held: list[bytes] = []
    number = 0
    with password(), ImapServer() as imap, SmtpServer() as smtp:
        desk, _url = desk_on(folder)
        add_account(desk, imap, smtp)
        for _ in range(times):
            for _ in range(chance.randint(1, 3)):
                number += 1
                held.append(_talking(number))
            chance.shuffle(held)
            for raw in [held.pop() for _ in range(chance.randint(0, len(held)))]:
                imap.add(raw)
            what = chance.choice(("twice", "renumbered", "again", "cursor"))
            done[what] += 1
            _shuffle(what, desk, imap, chance)
            (report,) = desk.sync.once().accounts
            assert report.error == ""
        for raw in held:
            imap.add(raw)
        imap.change_uidvalidity()
        desk.sync.once()
        print(f"{dict(done)}, {number} mails, {len(imap.mails('INBOX'))} in the mailbox")
        _each_once(desk, number)
        talks: defaultdict[int, set[int]] = defaultdict(set)
        with desk.store.read() as tx:
            for one, conversation in tx.rows(text("SELECT message_id, conversation_id FROM message")):
                talks[int(one[1:].partition("@")[0]) % TALKS].add(conversation)
        assert {talk: len(found) for talk, found in talks.items()} == dict.fromkeys(talks, 1), (
            "a talk is torn"
        )
        desk.close()


def _shuffle(what: str, desk: Desk, imap: ImapServer, chance: random.Random) -> None:
    there = imap.mails("INBOX")
    if what == "twice" and there:
        imap.add(chance.choice(there))
    elif what == "renumbered":
        imap.change_uidvalidity()
    elif what == "again" and there:
        imap.expunge(_first_uid(imap))
        imap.add(there[0])
    elif what == "cursor":
        with desk.store.write() as tx:
            tx.run(text("DELETE FROM cursor"))


def _first_uid(imap: ImapServer) -> int:
    async def first() -> int:
        box = await imap._box("INBOX")
        return min([each.uid async for each in box.messages()])

    return imap.call(first())


def _talking(number: int) -> bytes:
    """A mail of one of a few customers; from the second on it answers that customer's mails before it."""
    before = [f"<m{n}@buyer.test>" for n in range(number % TALKS or TALKS, number, TALKS)]
    headers = f"References: {' '.join(before)}\r\nIn-Reply-To: {before[-1]}\r\n" if before else ""
    who = number % TALKS
    return mail(number, subject=f"Talk {who}", headers=headers).replace(
        f"Buyer {number} <buyer{number}@".encode(), f"Buyer {who} <buyer{who}@".encode()
    )


def _each_once(desk: Desk, mails: int) -> None:
    with desk.store.write() as tx:
        ids = [row[0] for row in tx.rows(text("SELECT message_id FROM message WHERE direction = 'in'"))]
        assert [row[0] for row in tx.rows(text("PRAGMA integrity_check"))] == ["ok"]
        assert tx.conversations.rebuild() == 0, "derived columns differ from the event log"
    assert sorted(ids) == sorted(f"m{n}@buyer.test" for n in range(1, mails + 1))


def test_a_password_that_stops_working_in_mid_fetch_costs_no_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line drops within a batch and the next sign-in is refused. Lost otherwise: what was under way."""
    chance = dice("refused_in_mid_fetch")
    number = 0
    with password(), ImapServer() as imap, SmtpServer() as smtp:
        desk, _url = desk_on(tmp_path)
        add_account(desk, imap, smtp)
        right = imap.password
        for _ in range(TIMES.refusals):
            for _ in range(chance.randint(2, 5)):
                number += 1
                imap.add(mail(number, body="Where is it? " * 200))
            imap.drop_after = chance.randint(300, 9_000)
            desk.sync.once()
            imap.drop_after = None
            monkeypatch.setenv("SHOP_PASSWORD", "changed meanwhile")
            (report,) = desk.sync.once().accounts
            assert report.code == "wrong_password"
            assert "password" in desk.accounts.get("shop").health
            monkeypatch.setenv("SHOP_PASSWORD", right)
        (report,) = desk.sync.once().accounts
        assert report.error == ""
        assert desk.accounts.get("shop").health == ""
        _each_once(desk, number)
        desk.close()


def test_a_disk_that_is_full_at_any_point_of_ingest_loses_nothing(tmp_path: Path, zygote: Zygote) -> None:
    """Lost otherwise: the mails of one batch, on the day when nobody has time to look."""
    full_disk(tmp_path, zygote, points=TIMES.disks)


def full_disk(folder: Path, zygote: Zygote, *, points: int, mounted: bool = False) -> None:
    """Files may grow only so far, or the disk is small (`mounted`, for root), with a little more room each time: a
    sentence, a sound store, and all of it afterwards."""
    base, count = folder / "base", 12
    base.mkdir()
    desk, _url = desk_on(base)
    new = add_maildir(desk, folder)
    for number in range(1, count + 1):
        deliver(new, mail(number, **_with_file(number)))
    desk.close()
    whole = _copy(base, folder / "whole")
    assert zygote.call("sync", "--once", "--store", _url_of(whole)).returncode == 0
    sizes = [path.stat().st_size for path in whole.rglob("*") if path.is_file()]
    stopped = 0
    for point in range(points):
        share = (point + 1) / (points + 1)
        shop = folder / f"shop-{point}"
        with _tight(base, shop, sum(sizes) * share * 0.8 if mounted else 0) as relieve:
            limit = 0 if mounted else round(max(sizes) * share)
            stopped += _stopped(zygote.call("sync", "--once", "--store", _url_of(shop), limit=limit), mounted)
            relieve()
            _sound_and_whole(shop, count)
        shutil.rmtree(shop)
    print(f"{stopped} of {points} rounds met a full disk")
    assert stopped >= points * 2 // 3, f"only {stopped} of {points} rounds met a full disk"


def _stopped(done: subprocess.CompletedProcess[str], mounted: bool) -> bool:
    said = done.stdout + done.stderr
    assert not [word for word in ("Traceback", "should not", "nexpected") if word in said], done
    if done.returncode:
        # A limit on the size of files is an error of its own to the kernel, not a full disk.
        assert ("disk is full" if mounted else "disk") in said, done
    return done.returncode != 0


def _sound_and_whole(shop: Path, count: int) -> None:
    desk, _url = desk_on(shop)
    with desk.store.read() as tx:
        assert [row[0] for row in tx.rows(text("PRAGMA integrity_check"))] == ["ok"]
    (report,) = desk.sync.once().accounts
    assert report.error == ""
    _each_once(desk, count)
    with desk.store.read() as tx:
        files = [row[0] for row in tx.rows(text("SELECT hash FROM attachment"))]
        assert len(files) == count
        for one in files:
            tx.blobs.get(one)
    desk.close()


@contextmanager
def _tight(base: Path, shop: Path, room: float) -> Iterator[Callable[[], None]]:
    """A copy of `base`, on a disk with that many bytes left when `room` is given; calling it makes room."""
    if not room:
        shutil.copytree(base, shop)
        yield lambda: None
        return
    size = round(sum(path.stat().st_size for path in base.rglob("*") if path.is_file()) + 80_000 + room)
    shop.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(shop)], check=True)
    try:
        shutil.copytree(base, shop, dirs_exist_ok=True)
        yield lambda: _mount_again(shop)
    finally:
        subprocess.run(["umount", "-l", str(shop)], check=True)


def _mount_again(shop: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=50m", str(shop)], check=True)


def _with_file(number: int) -> dict[str, str]:
    block = random.Random(number).randbytes(9_000 * (1 + number % 3)).hex()
    return {
        "headers": 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n',
        "body": "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\n"
        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n"
        f"{block}\r\n--b--\r\n",
    }


def _copy(base: Path, target: Path) -> Path:
    shutil.copytree(base, target)
    return target


def _url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'desk.db'}"


def test_a_clock_that_jumps_by_a_day_loses_and_doubles_nothing(tmp_path: Path, zygote: Zygote) -> None:
    """Two syncs at a time whose clocks are a day behind, right or a day ahead, and replies in between. Lost
    otherwise: leases that never end or end too early, and with them an answer that leaves twice."""
    clocks = [(SystemClock().now() + timedelta(days=days)).isoformat() for days in (-1, 0, 1)]
    chance = dice("jumping_clock")
    with password(), ImapServer() as imap, SmtpServer() as smtp:
        desk, url = desk_on(tmp_path)
        add_account(desk, imap, smtp)
        for round_ in range(TIMES.clocks):
            for number in (1, 2, 3):
                imap.add(mail(3 * round_ + number))
            workers = [
                zygote.start("command", "sync", "--once", "--store", url, env={"CSDESK_NOW": now})
                for now in chance.sample(clocks, 2)
            ]
            for worker in workers:
                assert worker.wait(60)
            desk.sync.once()
            for row in desk.inbox.page("unassigned").rows:
                desk.replies.send(row.id, f"On its way, {row.id}.", now=True)
                desk.inbox.assign(row.id, "Ana")
        for now in [*clocks, ""]:
            assert zygote.call("sync", "--once", "--store", url, env={"CSDESK_NOW": now}).returncode == 0
        _each_once(desk, 3 * TIMES.clocks)
        rows = desk.outbox.list(limit=None)
        assert Counter(row.state for row in rows) == {"sent": 3 * TIMES.clocks}
        assert len(smtp.accepted) == 3 * TIMES.clocks
        assert zygote.traces() == ""
        desk.close()


def test_a_store_of_a_newer_csdesk_is_left_alone(tmp_path: Path, zygote: Zygote) -> None:
    """Two versions on one store. Lost otherwise: what an old program writes into a schema that it does not know."""
    desk, url = desk_on(tmp_path)
    deliver(add_maildir(desk, tmp_path), mail(1))
    desk.close()
    before = _schema(tmp_path, "9999")
    for command in (["sync", "--once"], ["queue"], ["note", "1", "--text", "x"]):
        done = zygote.call(*command, "--store", url)
        assert done.returncode == 1
        assert "newer csdesk" in done.stderr
    assert _schema(tmp_path, before) == "9999"
    assert zygote.call("sync", "--once", "--store", url).returncode == 0
    desk, url = desk_on(tmp_path)
    _each_once(desk, 1)
    desk.close()


def _schema(folder: Path, value: str) -> str:
    """Set the schema's version; gives the one before."""
    with sqlite3.connect(folder / "desk.db") as store:
        (before,) = store.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
        store.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (value,))
    store.close()
    return str(before)


def test_a_locked_store_is_waited_for(tmp_path: Path, zygote: Zygote) -> None:
    """Lost otherwise: the background sync, and with it all mail until somebody notices."""
    locked_store(tmp_path, zygote, seconds=1.0, patience=0.2)


def locked_store(folder: Path, zygote: Zygote, *, seconds: float, patience: float) -> None:
    """Another process holds the store for longer than a write waits; the background sync lives on and fetches."""
    desk, url = desk_on(folder)
    new = add_maildir(desk, folder)
    config = folder / "config.toml"
    config.write_text("[sync]\ninterval_seconds = 5\n")
    worker = zygote.start("command", "sync", "--store", url, "--config", str(config), patience=patience)
    _until(lambda: desk.standing.status().last_at is not None)
    with sqlite3.connect(folder / "desk.db", isolation_level=None) as lock:
        lock.execute("BEGIN IMMEDIATE")
        deliver(new, mail(1))
        assert not worker.wait(seconds), "the sync gave up"
        lock.rollback()
    lock.close()
    _until(lambda: desk.inbox.counts()["all"] == 1)
    worker.kill()
    assert zygote.traces() == ""
    desk.close()


def _until(holds: Callable[[], bool], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.05)


def test_offline_is_said_and_what_waits_is_sent_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name server answers, or no network is there. Lost otherwise: replies that were written on a train."""
    with password(), ImapServer() as imap, SmtpServer() as smtp:
        desk, _url = desk_on(tmp_path)
        add_account(desk, imap, smtp)
        imap.add(mail(1))
        desk.sync.once()
        row = desk.inbox.page().rows[0].id
        imap.add(mail(2))
        desk.replies.send(row, "On its way.", now=True)
        for number, error in enumerate(
            (socket.gaierror(-3, "Temporary failure"), OSError(101, "unreachable"))
        ):
            with monkeypatch.context() as offline:
                _cut_off(offline, error)
                (report,) = desk.sync.once().accounts
                assert report.error, number
                assert "Unexpected" not in report.error
                assert report.code in ("name_not_found", "refused", "unreachable", "offline", "network"), (
                    report
                )
                assert desk.standing.status().offline
                (waiting,) = desk.outbox.list()
                assert waiting.state == "queued"
                assert waiting.error
                desk.outbox.retry(waiting.id)
        (report,) = desk.sync.once().accounts
        assert report.error == ""
        assert not desk.standing.status().offline
        assert [one.state for one in desk.outbox.list()] == ["sent"]
        assert len(smtp.accepted) == 1
        _each_once(desk, 2)
        desk.close()


def _cut_off(patch: pytest.MonkeyPatch, error: OSError) -> None:
    def fails(*_args: object, **_options: object) -> None:
        raise error

    patch.setattr(socket, "getaddrinfo" if isinstance(error, socket.gaierror) else "create_connection", fails)
