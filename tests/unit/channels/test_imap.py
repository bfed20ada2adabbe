"""IMAP as servers really behave: rebuilt folders, lines that drop, mails that are not given out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from csdesk.domain.ports import ChannelError
from tests.channel_rigs import Ingest, mail, outgoing
from tests.servers import ImapServer, Scripted, SmtpServer
from tests.unit.channels.conftest import Open


def test_a_rebuilt_folder_is_read_again(opened: Open, imap: ImapServer) -> None:
    """Else after a server's repair new mail is skipped, because its numbers look old. The content is the same, so
    ingest can tell that it has it."""
    for number in range(5):
        imap.add(mail(number))
    desk = Ingest()
    desk.run(opened("imap", imap=imap.url()))
    first = {each.raw for each in desk.stored.values()}
    imap.change_uidvalidity()
    imap.add(mail(5))
    again = desk.run(opened("imap", imap=imap.url()))
    assert len(again) == 6
    assert first < {each.raw for each in again}
    assert desk.run(opened("imap", imap=imap.url())) == []


@pytest.mark.parametrize("after", [0, 60, 700, 2_000, 6_000, 20_000])
def test_a_line_that_drops_costs_nothing(opened: Open, imap: ImapServer, after: int) -> None:
    """Else a train tunnel swallows mail. What was handed out stays; the rest comes with the next connection."""
    for number in range(60):
        imap.add(mail(number, text="x" * 200))
    desk = Ingest()
    imap.drop_after = after
    with pytest.raises(ChannelError) as failure:
        desk.run(opened("imap", imap=imap.url()))
    assert failure.value.code in ("unreachable", "protocol")
    imap.drop_after = None
    desk.run(opened("imap", imap=imap.url()))
    assert desk.numbers() == list(range(60))


def test_a_held_connection_that_died_is_made_anew(opened: Open, imap: ImapServer) -> None:
    """Else the first poll after a night fails, and with it every later one."""
    channel = opened("imap", imap=imap.url())
    imap.add(mail(1))
    list(channel.fetch("", lambda ids: set()))
    imap.drop_after = 0
    with pytest.raises(ChannelError):
        list(channel.fetch("", lambda ids: set()))
    imap.drop_after = None
    assert sum(len(batch.mails) for batch in channel.fetch("", lambda ids: set())) == 1


def test_a_poll_without_news_writes_nothing(opened: Open, imap: ImapServer) -> None:
    """Else the store is written at every poll, and every screen is woken for nothing."""
    imap.add(mail(1))
    desk = Ingest()
    desk.run(opened("imap", imap=imap.url()))
    desk.run(opened("imap", imap=imap.url()))
    assert [len(batch.mails) for batch in desk.batches] == [1]


def test_one_connection_serves_many_polls(opened: Open, imap: ImapServer) -> None:
    """Else providers that count sign-ins lock the account."""
    channel = opened("imap", imap=imap.url())
    for _poll in range(4):
        list(channel.fetch("", lambda ids: set()))
    assert imap.connections == 1


def test_mail_that_was_removed_meanwhile_is_skipped(opened: Open, imap: ImapServer) -> None:
    """Else one mail deleted on a phone stops all others."""
    uids = [imap.add(mail(number)) for number in range(6)]
    imap.expunge(uids[2])
    desk = Ingest()
    desk.run(opened("imap", imap=imap.url()))
    assert desk.numbers() == [0, 1, 3, 4, 5]


def test_another_folder_starts_from_its_beginning(opened: Open, imap: ImapServer) -> None:
    """Else after a change of folder its older mail never comes."""
    imap.make_folder("Kundendienst/EU")
    for number in range(3):
        imap.add(mail(number))
        imap.add(mail(10 + number), folder="Kundendienst/EU")
    desk = Ingest()
    desk.run(opened("imap", imap=imap.url()))
    desk.run(opened("imap", imap=imap.url("Kundendienst/EU")))
    assert desk.numbers() == [0, 1, 2, 10, 11, 12]
    assert {each.folder for each in desk.stored.values()} == {"INBOX", "Kundendienst/EU"}


class _Fake:
    """A server with one folder whose answers to FETCH are written by the test."""

    def __init__(self, uids: list[int], fetch: Callable[[list[int]], bytes]) -> None:
        self.uids, self.fetch = uids, fetch

    def answer(self, line: bytes) -> bytes | None:
        tag, command, *rest = line.strip().split(maxsplit=2)
        words = rest[0] if rest else b""
        done = tag + b" OK done\r\n"
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n" + done
        if command == b"EXAMINE":
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n" % len(self.uids) + done
        if words.startswith(b"SEARCH"):
            low = int(re.search(rb"UID (\d+)", words)[1])  # type: ignore[index]
            # As real servers do, "n:*" gives the last mail even when n is above it.
            found = [uid for uid in self.uids if (uid >= low if b"*" in words else uid == low)] or (
                self.uids[-1:] if b"*" in words else []
            )
            return b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n" + done
        if words.startswith(b"FETCH") and b"BODY" in words:
            return self.fetch([int(uid) for uid in words.split()[1].split(b",")]) + done
        if words.startswith(b"FETCH"):
            return (
                b"".join(b"* 1 FETCH (UID %d RFC822.SIZE 4294967295)\r\n" % uid for uid in self.uids) + done
            )
        return done

    def run(self, opened: Open, desk: Ingest) -> list[bytes]:
        """Fetch once; gives the lines that the server was sent."""
        with Scripted(b"* OK hello\r\n", self.answer) as server:
            desk.run(opened("imap", imap=f"imap://a@127.0.0.1:{server.port}", timeout="0.5"))
            return server.lines


def _literal(uid: int, raw: bytes) -> bytes:
    return b'* 9 FETCH (UID %d INTERNALDATE "21-Nov-2026 22:41:00 +0100" BODY[] {%d}\r\n%s)\r\n' % (
        uid,
        len(raw),
        raw,
    )


def test_reading_asks_for_reading_only(opened: Open) -> None:
    """Else a server whose EXAMINE is not what it should be marks mail as read. Two walls, each looked at."""
    lines = _Fake([4], lambda uids: _literal(4, mail(4))).run(opened, Ingest())
    words = b"".join(lines)
    assert b" EXAMINE " in words and b" SELECT " not in words
    assert b"BODY.PEEK[]" in words and b"BODY[]" not in words


def test_the_last_mail_is_not_asked_for_again(opened: Open) -> None:
    """Else a mail that was erased on a customer's wish comes back at the next poll."""
    desk = Ingest()
    fake = _Fake([4, 9], lambda uids: b"".join(_literal(uid, mail(uid)) for uid in uids))
    fake.run(opened, desk)
    desk.stored.clear()
    fake.run(opened, desk)
    assert not desk.stored


def test_sizes_that_lie_do_not_matter(opened: Open) -> None:
    """Else a server that claims 4 GB for each mail, or nothing, stops the sync."""
    desk = Ingest()
    _Fake([4, 9], lambda uids: b"".join(_literal(uid, mail(uid)) for uid in uids)).run(opened, desk)
    assert desk.numbers() == [4, 9]
    assert next(iter(desk.stored.values())).received_at.isoformat() == "2026-11-21T21:41:00+00:00"
    assert json.loads(desk.cursor)["folders"]["INBOX"]["high"] == 10


def test_a_mail_that_is_not_given_out_is_named_and_tried_again(opened: Open) -> None:
    """Else one mail that the server cannot read blocks the queue, or is skipped for ever without a word."""
    given = {4: mail(4), 6: mail(6)}

    def fetch(uids: list[int]) -> bytes:
        return b"".join(
            _literal(uid, given[uid]) if uid in given else b"* 9 FETCH (UID %d BODY[] NIL)\r\n" % uid
            for uid in uids
        )

    desk = Ingest()
    fake = _Fake([4, 5, 6], fetch)
    with pytest.raises(ChannelError, match="5"):
        fake.run(opened, desk)
    assert desk.numbers() == [4, 6]
    with pytest.raises(ChannelError, match="5"):
        fake.run(opened, desk)
    given[5] = mail(5)
    fake.run(opened, desk)
    assert desk.numbers() == [4, 5, 6]


def test_a_mail_that_vanished_holds_nothing_up(opened: Open) -> None:
    """Else a mail expunged between listing and reading stays on the list of failures for ever."""
    desk = Ingest()
    fake = _Fake([4, 5, 6], lambda uids: b"".join(_literal(uid, mail(uid)) for uid in uids if uid != 5))

    def fetch(uids: list[int]) -> bytes:
        fake.uids = [4, 6]
        return b"".join(_literal(uid, mail(uid)) for uid in uids if uid != 5)

    fake.fetch = fetch
    fake.run(opened, desk)
    fake.run(opened, desk)
    assert desk.numbers() == [4, 6]


@pytest.mark.parametrize(
    "words", [b"* 9 FETCH (UID x BODY[] {99}\r\n", b"* BYE shutting down\r\n", b"\xff\xfe\x00\r\n"]
)
def test_an_answer_that_makes_no_sense_is_a_sentence(opened: Open, words: bytes) -> None:
    """Else a broken server ends the whole sync with a traceback."""
    desk = Ingest()
    with pytest.raises(ChannelError) as failure:
        _Fake([4], lambda uids: words).run(opened, desk)
    assert "127.0.0.1" in failure.value.message
    assert failure.value.message.isprintable()
    assert desk.cursor == ""


def test_sent_is_found_by_mark_or_name_else_made(opened: Open, imap: ImapServer, smtp: SmtpServer) -> None:
    """Else answers are missing from the Sent folder of the shop's other programs."""
    channel = opened("imap", imap=imap.url(), smtp=smtp.url())
    channel.file_sent(outgoing("one@x"))
    assert len(imap.mails("Sent")) == 1
    imap.make_folder("Gesendet")
    named = opened("imap", imap=imap.url(), smtp=smtp.url(), sent="Gesendet")
    named.file_sent(outgoing("two@x"))
    assert len(imap.mails("Gesendet")) == 1
    assert imap.seen("Gesendet")
    with pytest.raises(ChannelError, match="Typo") as failure:
        opened("imap", imap=imap.url(), smtp=smtp.url(), sent="Typo").file_sent(outgoing("three@x"))
    assert failure.value.code == "no_such_folder"


def test_a_server_that_files_sent_mail_itself_is_the_proof(
    opened: Open, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else the desk files a second copy, or asks a person although the server's folder knows."""
    imap.make_folder("Sent")
    channel = opened("imap", imap=imap.url(), smtp=smtp.url(), server_files_sent="1")
    reply = outgoing("two@x")
    assert channel.find_sent(reply) is False
    channel.file_sent(reply)
    assert imap.mails("Sent") == []
    imap.add(reply.raw, folder="Sent")
    assert channel.find_sent(reply) is True
    assert channel.find_sent(outgoing("wo@x")) is False


def test_our_own_copy_proves_nothing_when_it_is_missing(
    opened: Open, imap: ImapServer, smtp: SmtpServer
) -> None:
    """Else a kill between handing over and filing makes the answer go out twice."""
    imap.make_folder("Sent")
    assert opened("imap", imap=imap.url(), smtp=smtp.url()).find_sent(outgoing()) is None


def test_no_sent_folder_proves_nothing(opened: Open, imap: ImapServer, smtp: SmtpServer) -> None:
    """Else a folder that was renamed makes every uncertain message go out twice."""
    channel = opened("imap", imap=imap.url(), smtp=smtp.url(), server_files_sent="1")
    assert channel.find_sent(outgoing()) is None
