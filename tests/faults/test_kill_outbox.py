"""kill -9 while replies are sent, against a server that fails after accepting: without this a customer would get an
answer twice, or never."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk
from tests.faults.support import KILLS, FilingSmtp, Zygote, add_account, copies, desk_on, dice, mail, password
from tests.servers import ImapServer, SmtpServer

WAITING_FOR_A_PERSON = {"uncertain", "failed"}


def test_a_provider_that_records_what_it_accepts(tmp_path: Path) -> None:
    """Every reply is delivered exactly once: what is uncertain is looked up, absence proves it unsent."""
    kill_recorded(tmp_path, kills=KILLS.recorded)


def test_a_provider_that_records_nothing(tmp_path: Path) -> None:
    """Replies are sent or wait for a person; none is ever delivered twice, and none is forgotten."""
    kill_unrecorded(tmp_path, kills=KILLS.unrecorded)


def kill_recorded(folder: Path, *, kills: int) -> None:
    """Send through a provider that keeps a record of its own, while whoever sends is killed."""
    chance = dice("kill_outbox_recorded")
    replies = kills * 9 // 5
    with password(), ImapServer() as imap, FilingSmtp(imap, seed=chance.randrange(10**6)) as smtp:
        smtp.faults.rate_after, smtp.faults.slow = 0.15, 0.02
        with Zygote(folder) as zygote:
            desk, url = desk_on(folder)
            add_account(desk, imap, smtp, server_files_sent="1", settle_seconds="0.4")
            killed = _send_while_killed(desk, url, zygote, imap, chance, kills=kills, replies=replies)
            _work_until_quiet(desk, url, zygote, seconds=20 + kills / 10)
            smtp.settle()
            rows = desk.outbox.list(limit=None)
            delivered = copies([each.raw for each in smtp.accepted])
            print(
                f"{killed} kills, {len(rows)} replies, states {_states(desk)}, {len(smtp.accepted)} accepted"
            )
            assert len(rows) == replies
            assert {row.state for row in rows} == {"sent"}, (
                "nothing leaves a doubt where the provider keeps a record"
            )
            assert delivered == Counter(row.key for row in rows)
            assert copies(imap.mails("Sent")) == delivered, "we filed a copy beside the server's"
            _store_is_whole(desk, replies=replies)
            assert zygote.traces() == ""
            desk.close()


def kill_unrecorded(folder: Path, *, kills: int) -> None:
    """Send through a provider that keeps no record, while whoever sends is killed."""
    chance = dice("kill_outbox_unrecorded")
    replies = kills * 12 // 5
    with password(), ImapServer() as imap, SmtpServer(seed=chance.randrange(10**6)) as smtp:
        smtp.faults.rate_after, smtp.faults.slow = 0.15, 0.02
        with Zygote(folder) as zygote:
            desk, url = desk_on(folder)
            add_account(desk, imap, smtp, settle_seconds="0.1")
            killed = _send_while_killed(desk, url, zygote, imap, chance, kills=kills, replies=replies)
            _work_until_quiet(desk, url, zygote, seconds=20 + kills / 10)
            rows = desk.outbox.list(limit=None)
            delivered = copies([each.raw for each in smtp.accepted])
            filed = copies(imap.mails("Sent"))
            print(
                f"{killed} kills, {len(rows)} replies, states {_states(desk)}, {len(smtp.accepted)} accepted"
            )
            assert len(rows) == replies
            assert {row.state for row in rows} <= {"sent", *WAITING_FOR_A_PERSON}
            assert not {row.state for row in rows} - {"sent", "uncertain"}, (
                "nothing was refused before the body"
            )
            assert max(delivered.values()) == 1, "a customer got an answer twice"
            sent = {row.key for row in rows if row.state == "sent"}
            assert sent <= delivered.keys(), "a row says sent and the server never had it"
            assert filed == Counter(sent), "own copies: one of each sent message, none of a doubtful one"
            assert any(row.state == "uncertain" for row in rows), (
                "15 % failed after accepting: some must be in doubt"
            )
            _store_is_whole(desk, replies=replies)
            assert zygote.traces() == ""
            desk.close()


@pytest.mark.parametrize("kills", [20, pytest.param(50, marks=pytest.mark.real)])
def test_at_most_the_last_second_of_a_draft_is_lost(tmp_path: Path, kills: int) -> None:
    """Killed while somebody types: what was typed a second before is still there."""
    chance = dice("kill_draft")
    with password(), ImapServer() as imap, SmtpServer() as smtp, Zygote(tmp_path) as zygote:
        desk, url = desk_on(tmp_path)
        add_account(desk, imap, smtp)
        imap.add(mail(1))
        desk.sync.once()
        conversation = desk.inbox.page().rows[0].id
        for number in range(kills):
            desk.replies.discard_draft(conversation)
            journal = tmp_path / f"typed-{number}.log"
            journal.touch()
            worker = zygote.start("draft", url, conversation, str(journal))
            while not journal.read_text():
                assert not worker.wait(0.01)
            assert not worker.wait(chance.uniform(0.02, 0.3))
            worker.kill()
            killed = time.monotonic()
            typed = [line.split() for line in journal.read_text().splitlines()]
            kept = desk.replies.draft(conversation)
            words = len(kept.text.split()) if kept else 0
            # Every word but the one that was being kept when the process died.
            assert words >= int(typed[-1][1]) - 1
            assert not [n for at, n in typed if float(at) <= killed - 1.0 and int(n) > words]
        with desk.store.read() as tx:
            assert [row[0] for row in tx.rows(_text("PRAGMA integrity_check"))] == ["ok"]
        assert zygote.traces() == ""
        desk.close()


def _send_while_killed(
    desk: Desk, url: str, zygote: Zygote, imap: ImapServer, chance: random.Random, *, kills: int, replies: int
) -> int:
    """Customers write, replies are queued a few at a time, and whoever sends them is killed again and again."""
    for number in range(1, replies + 1):
        imap.add(mail(number))
    desk.sync.once()
    waiting = [row.id for row in desk.inbox.page(limit=replies).rows]
    assert len(waiting) == replies
    killed = 0
    while killed < kills or waiting:
        for conversation in waiting[: chance.randint(1, 4)]:
            desk.replies.send(conversation, f"It is on its way, {conversation}.", now=True)
            waiting.remove(conversation)
        worker = zygote.start("command", "sync", "--once", "--store", url)
        killed += not worker.wait(chance.uniform(0.02, 0.25))
        worker.kill()
    return killed


def _work_until_quiet(desk: Desk, url: str, zygote: Zygote, *, seconds: float) -> None:
    """Rounds that nobody kills, until every row is sent or waits for a person."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        zygote.run("command", "sync", "--once", "--store", url)
        with desk.store.read() as tx:
            busy = [row for row in tx.outbox.rows(("queued", "sending")) if row]
            looked_up = all(row.next_attempt_at is not None and (row.next_attempt_at - tx.now).total_seconds() > 60
                            for row in tx.outbox.rows(("uncertain",)))  # fmt: skip
        if not busy and looked_up:
            return
        time.sleep(0.1)
    raise AssertionError(f"the outbox does not come to rest: {_states(desk)}")


def _states(desk: Desk) -> dict[str, int]:
    return dict(Counter(row.state for row in desk.outbox.list(limit=None)))


def _store_is_whole(desk: Desk, *, replies: int) -> None:
    """I5: the file is sound, the log explains every row, and each reply is one message of its conversation."""
    with desk.store.write() as tx:
        assert [row[0] for row in tx.rows(_text("PRAGMA integrity_check"))] == ["ok"]
        assert tx.one(_text("SELECT count(*) FROM message WHERE direction = 'out'"))[0] == replies
        assert tx.conversations.rebuild() == 0


def _text(sql: str) -> object:
    from sqlalchemy import text

    return text(sql)
