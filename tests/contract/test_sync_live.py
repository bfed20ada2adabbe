"""The background sync with servers that live: heard at once, left alone when they fail, a backlog that waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from csdesk.bootstrap import Desk
from csdesk.channels import imap_reader
from csdesk.services import listening, sync
from tests.channel_rigs import mail
from tests.contract.live import connect, running, within
from tests.servers import ImapServer, SmtpServer


def _messages(desk: Desk) -> int:
    with desk.store.read() as tx:
        return int(tx.one(text("SELECT count(*) FROM message"))[0])


def _receipts(desk: Desk) -> int:
    with desk.store.read() as tx:
        return int(tx.one(text("SELECT count(*) FROM receipt"))[0])


@pytest.mark.parametrize("patience", [pytest.param(3, marks=pytest.mark.real), 30])
def test_mail_is_in_the_queue_three_seconds_after_it_came(
    desk: Desk, imap: ImapServer, smtp: SmtpServer, patience: int
) -> None:
    """Else a customer waits for the next poll, a minute later. Three seconds: on a machine that does nothing else."""
    connect(desk, imap, smtp)
    imap.add(mail(1))
    with running(desk):
        within(5 * patience, lambda: _messages(desk) == 1)
        for number in (2, 3):
            imap.add(mail(number))
            within(patience, lambda number=number: _messages(desk) == number)  # type: ignore[misc]


def test_a_sync_that_is_told_to_stop_leaves_its_listeners(
    desk: Desk, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else closing the screen leaves a process behind that holds the mailbox."""
    connect(desk, imap, smtp)
    with running(desk):
        within(5, lambda: imap.connections >= 2)


def test_an_account_that_fails_is_left_alone_and_says_when_it_is_tried_again(
    desk: Desk, imap: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a provider locks a shop out whose password changed, and nobody sees what goes on."""
    connect(desk, imap, smtp)
    monkeypatch.setenv("SHOP_PASSWORD", "wrong")
    with running(desk):
        within(5, lambda: desk.accounts.get("shop").health)
        health = desk.accounts.get("shop").health
    assert "Next try in 30 seconds." in health
    assert imap.connections <= 3


def test_pauses_grow_and_end() -> None:
    """Else an account is hammered, or is never tried again."""
    pauses = [listening.pause_after(count) for count in range(1, 9)]
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses[-1] == timedelta(minutes=15)
    assert listening.with_pause("No.", timedelta(minutes=4)) == "No. Next try in 4 minutes."


def test_a_renumbered_folder_keeps_every_conversation(desk: Desk, imap: ImapServer, smtp: SmtpServer) -> None:
    """Else after a server's repair the queue is full of old mail again, or all of it is fetched once more."""
    connect(desk, imap, smtp)
    for number in range(30):
        imap.add(mail(number))
    desk.sync.once()
    for round_ in (1, 2):
        imap.change_uidvalidity()
        imap.add(mail(100 + round_))
        (report,) = desk.sync.once().accounts
        assert (report.fetched, report.stored, report.error) == (1, 1, "")
        assert _messages(desk) == 30 + round_
    assert _receipts(desk) == 30 + 31 + 32
    assert desk.sync.once().accounts[0].fetched == 0


def test_a_mail_that_only_shares_its_message_id_is_not_taken_for_the_old_one(
    desk: Desk, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else whoever knows a Message-ID can make a mail vanish while a server is repaired."""
    connect(desk, imap, smtp)
    uid = imap.add(mail(1))
    desk.sync.once()
    imap.expunge(uid)
    imap.change_uidvalidity()
    other = mail(1, text="Something else.")
    imap.add(other, at=desk.clock.now() + timedelta(seconds=90))
    imap.add(other, at=desk.clock.now() + timedelta(seconds=90))
    desk.sync.once()
    assert _messages(desk) == 2


def test_an_answer_written_elsewhere_clears_the_waiting(
    desk: Desk, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else a second colleague answers what the first one answered on a phone."""
    imap.make_folder("Sent")
    connect(desk, imap, smtp)
    imap.add(mail(1))
    desk.sync.once()
    (row,) = desk.inbox.page("open").rows
    assert row.waiting_since is not None
    answer = mail(2).replace(b"From: Ana <ana2@buyer.test>", b"From: Shop <support@shop.test>")
    answer = answer.replace(b"To: support@shop.test", b"To: ana1@buyer.test\nIn-Reply-To: <m1@buyer.test>")
    imap.add(answer.replace(b"22:41", b"23:41"), folder="Sent")
    desk.sync.once()
    assert desk.inbox.row(row.id).waiting_since is None
    assert len(desk.inbox.thread(row.id).entries) == 2


def test_our_own_copy_is_not_fetched_nor_shown_twice(desk: Desk, imap: ImapServer, smtp: SmtpServer) -> None:
    """Else every answer stands in the thread two times."""
    connect(desk, imap, smtp)
    imap.add(mail(1))
    desk.sync.once()
    (row,) = desk.inbox.page("open").rows
    desk.replies.send(row.id, "On its way.", now=True)
    desk.sync.once()
    assert len(imap.mails("Sent")) == 1
    (report,) = desk.sync.once().accounts
    assert (report.fetched, report.error) == (0, "")
    assert len(desk.inbox.thread(row.id).entries) == 2
    assert _messages(desk) == 2


def test_a_thread_that_comes_backwards_is_one_conversation(
    desk: Desk, imap: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the first look at a big mailbox, newest first, tears every long exchange into pieces."""
    monkeypatch.setattr(imap_reader, "MAX_MAILS", 2)
    monkeypatch.setattr(imap_reader, "_AT_ONCE", 1)
    connect(desk, imap, smtp)
    before: list[str] = []
    for number in range(9):
        raw = mail(1).replace(b"<m1@", b"<t%d@" % number).replace(b"22:41", b"22:%02d" % (10 + number))
        if before:
            raw = raw.replace(b"\nDate:", b"\nReferences: %s\nDate:" % " ".join(before).encode(), 1)
        before.append(f"<t{number}@buyer.test>")
        imap.add(raw)
    imap.add(mail(50))
    desk.sync.once()
    rows = desk.inbox.page("open").rows
    assert sorted(len(desk.inbox.thread(row.id).entries) for row in rows) == [1, 9]


def test_a_stranger_who_names_a_mail_to_come_does_not_get_it(
    desk: Desk, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else a customer's mail lands in the conversation of somebody who guessed its Message-ID."""
    connect(desk, imap, smtp)
    imap.add(mail(1).replace(b"\nDate:", b"\nIn-Reply-To: <m2@buyer.test>\nDate:", 1))
    desk.sync.once()
    imap.add(mail(2))
    desk.sync.once()
    assert len(desk.inbox.page("open").rows) == 2


def test_answers_leave_while_a_big_mailbox_is_read(
    desk: Desk, imap: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else on the first day nobody gets an answer until ten years of mail are fetched."""
    monkeypatch.setattr(imap_reader, "MAX_MAILS", 2)
    monkeypatch.setattr(imap_reader, "_AT_ONCE", 1)
    monkeypatch.setattr(sync, "PATIENCE", 0.0)
    connect(desk, imap, smtp)
    for number in range(12):
        imap.add(mail(number))
    report = desk.sync.once(patience=0.0)
    assert report.accounts[0].unfinished
    progress = desk.standing.progress()["shop"]
    assert (progress.done, progress.total) == (2, 12)
    assert {m.subject for m in desk.inbox.page("open").rows} == {"Order 10", "Order 11"}
    with running(desk):
        within(15, lambda: _messages(desk) == 12)
    assert desk.standing.progress() == {}


def test_a_round_that_only_sends_keeps_what_is_known_of_fetching(
    desk: Desk, imap: ImapServer, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a mailbox that has not been read for days looks sound because an answer left."""
    connect(desk, imap, smtp)
    monkeypatch.setenv("SHOP_PASSWORD", "wrong")
    desk.sync.once()
    assert desk.accounts.get("shop").health
    desk.sync.once(fetch=False)
    account = desk.accounts.get("shop")
    assert account.health and account.last_sync_at is None
