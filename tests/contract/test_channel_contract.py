"""What every channel promises, whatever its kind: each mail once, nothing lost, nothing changed, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.channels import batches
from csdesk.domain.ports import NotSent, Rejected
from tests.channel_rigs import RIGS, Ingest, MaildirRig, MboxRig, Rig, mail, outgoing, rigs


@pytest.fixture(params=RIGS, ids=lambda kind: kind.__name__.removesuffix("Rig").lower())
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    yield from rigs(request.param, tmp_path)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of at most four mails, so that a few mails make several."""
    for module in ("batches", "mbox", "imap_reader"):
        __import__(f"csdesk.channels.{module}")
        monkeypatch.setattr(f"csdesk.channels.{module}.MAX_MAILS", 4)
    monkeypatch.setattr("csdesk.channels.imap_reader._AT_ONCE", 2)
    assert batches.MAX_MAILS == 4


def test_each_mail_comes_once(rig: Rig) -> None:
    """Else a customer is missing, or is in the queue twice."""
    for number in range(7):
        rig.deliver(mail(number))
    desk = Ingest()
    desk.run(rig.channel())
    assert desk.numbers() == list(range(7))
    assert desk.run(rig.channel()) == []


def test_the_bytes_are_the_customers(rig: Rig) -> None:
    """Else words, attachments or signatures are damaged before anyone reads them."""
    rig.deliver(mail(1))
    desk = Ingest()
    desk.run(rig.channel())
    (only,) = desk.stored.values()
    assert only.raw.replace(b"\r\n", b"\n") == mail(1)
    assert only.received_at.tzinfo is not None
    assert not only.outbound


def test_only_new_mail_comes_after_a_restart(rig: Rig) -> None:
    """Else every start reads the whole mailbox again, or misses what came meanwhile."""
    desk = Ingest()
    rig.deliver(mail(1))
    desk.run(rig.channel())
    rig.deliver(mail(2))
    rig.deliver(mail(3))
    assert len(desk.run(rig.channel())) == 2
    assert desk.numbers() == [1, 2, 3]


def test_a_quiet_mailbox_gives_nothing_and_still_notices(rig: Rig) -> None:
    """Else the short cut for quiet mailboxes hides mail, or mail that was erased here on purpose comes back."""
    rig.deliver(mail(1))
    rig.settle()
    desk = Ingest()
    desk.run(rig.channel())
    desk.stored.clear()
    assert desk.run(rig.channel()) == []
    rig.deliver(mail(2))
    desk.run(rig.channel())
    assert 2 in desk.numbers()


def test_an_empty_mailbox_is_no_failure(rig: Rig) -> None:
    """Else a new shop's first sync ends with an error."""
    desk = Ingest()
    assert desk.run(rig.channel()) == []
    rig.deliver(mail(1))
    desk.run(rig.channel())
    assert desk.numbers() == [1]


def test_reading_changes_nothing(rig: Rig) -> None:
    """Else the shop's other mail programs show mail as read that nobody read."""
    for number in range(5):
        rig.deliver(mail(number))
    before = rig.state()
    desk = Ingest()
    desk.run(rig.channel())
    rig.channel().check()
    assert rig.state() == before


@pytest.mark.usefixtures("small_batches")
def test_a_kill_between_batches_loses_nothing(rig: Rig) -> None:
    """Else a power cut during the first sync swallows mail. Every batch is stored with its cursor or not at all."""
    for number in range(15):
        rig.deliver(mail(number))
    rig.settle()
    desk = Ingest()
    for _restart in range(12):
        desk.run(rig.channel(), stop_after=1)
    assert desk.numbers() == list(range(15))
    assert all(len(batch.mails) <= 4 for batch in desk.batches)


@pytest.mark.usefixtures("small_batches")
def test_a_cursor_that_was_lost_brings_nothing_twice(rig: Rig) -> None:
    """Else a restored backup fills the queue with old mail."""
    for number in range(9):
        rig.deliver(mail(number))
    desk = Ingest()
    desk.run(rig.channel())
    for cursor in ("", "nonsense", "[]", '{"other": "kind"}'):
        desk.cursor = cursor
        assert desk.run(rig.channel()) == []
    assert desk.numbers() == list(range(9))


def test_mail_that_comes_between_batches_is_found(rig: Rig, small_batches: None) -> None:
    """Else what arrives during a long sync waits until something else arrives."""
    for number in range(6):
        rig.deliver(mail(number))
    desk = Ingest()
    desk.run(rig.channel(), stop_after=1)
    rig.deliver(mail(6))
    desk.run(rig.channel())
    desk.run(rig.channel())
    assert desk.numbers() == list(range(7))


def test_a_mail_of_some_megabytes_comes_whole(rig: Rig) -> None:
    """Else photos of the damage are cut off."""
    big = mail(1, text="x" * 70 + "\n" + "photo " * 500_000)
    rig.deliver(big)
    desk = Ingest()
    desk.run(rig.channel())
    (only,) = desk.stored.values()
    assert only.raw.replace(b"\r\n", b"\n") == big


def test_what_is_sent_can_be_found(rig: Rig) -> None:
    """Else after a crash nobody knows whether the customer got the answer."""
    channel, reply = rig.channel(), outgoing()
    assert not channel.find_sent(reply)
    channel.send(reply)
    channel.file_sent(reply)
    assert channel.find_sent(reply) is True
    assert not channel.find_sent(outgoing("another@shop.test"))
    channel.close()
    again = rig.channel()
    assert again.find_sent(reply) is True
    again.close()


def test_absence_is_proof_only_where_filing_is_the_hand_over(rig: Rig) -> None:
    """Else a message that did go out is sent a second time."""
    channel = rig.channel()
    assert channel.find_sent(outgoing()) is (None if rig.via_smtp else False)
    channel.close()


def test_the_sent_copy_is_filed_once(rig: Rig) -> None:
    """Else the shop's Sent folder shows every answer two or three times."""
    channel, reply = rig.channel(), outgoing()
    channel.send(reply)
    channel.file_sent(reply)
    channel.file_sent(reply)
    channel.close()
    again = rig.channel()
    again.file_sent(reply)
    again.close()
    (copy,) = rig.sent_copies()
    assert copy.replace(b"\r\n", b"\n").rstrip() == reply.raw.replace(b"\r\n", b"\n").rstrip()


def test_what_we_filed_does_not_come_back_as_new_mail(rig: Rig) -> None:
    """Else our own answers appear in the queue. A sent folder that is followed gives them as written by the shop."""
    desk = Ingest()
    channel = rig.channel()
    channel.send(outgoing())
    channel.file_sent(outgoing())
    channel.close()
    assert [each for each in desk.run(rig.channel()) if not each.outbound] == []


def test_a_sending_server_gets_the_mail_unchanged(rig: Rig) -> None:
    """Else dots vanish, the Message-ID differs, and answers cannot be threaded."""
    channel = rig.channel()
    reply = outgoing(to=("ana@buyer.test", "leo@buyer.test"))
    channel.send(reply)
    channel.close()
    if rig.smtp is None:
        assert len(rig.sent_copies()) == 1
        return
    (taken,) = rig.smtp.accepted
    assert taken.raw == reply.raw
    assert (taken.sender, taken.recipients) == (reply.envelope_from, reply.recipients)


def test_check_passes_on_a_sound_account(rig: Rig) -> None:
    """Else `account test` frightens people whose account is fine."""
    steps = rig.channel().check()
    assert all(step.ok and not step.code and step.detail for step in steps)
    assert [step.step for step in steps][-2:] == ["folder", "send"]


def test_a_server_that_is_away_is_not_sent(rig: Rig) -> None:
    """Else mail is given up, or sent twice, because a server restarted."""
    if rig.smtp is None:
        pytest.skip("this kind of account hands over by filing: it has no SMTP server that could refuse")
    channel = rig.channel(smtp=f"smtp://{rig.smtp.user}@127.0.0.1:1")
    with pytest.raises(NotSent) as failure:
        channel.send(outgoing())
    assert failure.value.code == "refused"
    assert "127.0.0.1" in failure.value.message
    assert not rig.smtp.accepted


def test_a_refused_recipient_is_named(rig: Rig) -> None:
    """Else an agent believes that everybody in CC got the answer."""
    if rig.smtp is None:
        pytest.skip("this kind of account hands over by filing: it has no SMTP server that could refuse")
    rig.smtp.faults.refuse = {"gone@buyer.test": "550 5.1.1 No such user"}
    channel = rig.channel()
    receipt = channel.send(outgoing(to=("ana@buyer.test", "gone@buyer.test")))
    assert receipt.refused == (("gone@buyer.test", "550 5.1.1 No such user"),)
    assert rig.smtp.accepted[0].recipients == ("ana@buyer.test",)
    with pytest.raises(Rejected, match=r"gone@buyer\.test"):
        channel.send(outgoing(to=("gone@buyer.test",)))


def test_a_missing_mailbox_is_named(rig: Rig, tmp_path: Path) -> None:
    """Else a typo in a path or a folder leaves people guessing."""
    if isinstance(rig, MaildirRig | MboxRig):
        steps = rig.channel(path=str(tmp_path / "typo")).check()
    else:
        steps = rig.channel(imap=f"{rig.settings['imap']}/Tyop").check()
    last = steps[-1]
    assert (last.step, last.ok, last.code) == ("folder", False, "no_such_folder")
    assert "typo" in last.detail or ("Tyop" in last.detail and "INBOX" in last.detail)
