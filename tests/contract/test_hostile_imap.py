"""IMAP servers that lie, stall, break off and renumber: no mail is lost or doubled, and nothing waits for ever."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csdesk.channels import imap_listener, imap_reader, open_channel
from csdesk.channels.imap import ImapChannel, progress_of
from csdesk.clock import FixedClock
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.secrets import Secrets
from tests.channel_rigs import Ingest, mail
from tests.databases import NOW
from tests.servers import PASSWORD, ImapServer, Scripted

Answer = Callable[[bytes], bytes | None]


class Liar:
    """An IMAP server whose mails are kept by UID and whose faults a test sets."""

    def __init__(self, uids: range) -> None:
        self.mails = {uid: mail(uid) for uid in uids}
        self.validity = 7
        self.capabilities = b"IMAP4rev1"
        self.uidnext: int | None = None
        self.modseq: int | None = None
        self.size = 0
        self.cut: int | None = None
        self.before_fetch: Callable[[], None] = lambda: None
        self.silent = False
        self.lines: list[bytes] = []
        self._tag = b""

    def answer(self, line: bytes) -> bytes | None:
        self.lines.append(line)
        if self.silent:
            return b""
        if line.strip() == b"DONE":
            return self._tag + b" OK idle ended\r\n"
        tag, command, *rest = line.strip().split(maxsplit=2)
        words, done = rest[0] if rest else b"", tag + b" OK done\r\n"
        if command == b"CAPABILITY":
            return b"* CAPABILITY " + self.capabilities + b"\r\n" + done
        if command in (b"EXAMINE", b"SELECT"):
            return self._opened() + done
        if command == b"NOOP":
            return b"* %d EXISTS\r\n" % len(self.mails) + done
        if command == b"IDLE":
            self._tag = tag
            return b"+ idling\r\n"
        if words.startswith(b"SEARCH"):
            return b"* SEARCH" + b"".join(b" %d" % uid for uid in self._found(words)) + b"\r\n" + done
        if words.startswith(b"FETCH"):
            return self._fetched(words, done)
        return done

    def _opened(self) -> bytes:
        said = b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n" % (len(self.mails), self.validity)
        for name, value in ((b"UIDNEXT", self.uidnext), (b"HIGHESTMODSEQ", self.modseq)):
            said += b"* OK [%s %d] ok\r\n" % (name, value) if value is not None else b""
        return said

    def _found(self, words: bytes) -> list[int]:
        found = re.search(rb"UID (\d+)(?::(\d+|\*))?", words)
        assert found is not None
        low = int(found[1])
        high = low if found[2] is None else 2**32 if found[2] == b"*" else int(found[2])
        return [uid for uid in self.mails if low <= uid <= high]

    def _fetched(self, words: bytes, done: bytes) -> bytes | None:
        uids = [int(uid) for uid in words.split()[1].split(b",")]
        if b"BODY" not in words:
            return b"".join(b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (u, self.size) for u in uids) + done
        self.before_fetch()
        said = b"".join(
            b'* 9 FETCH (UID %d INTERNALDATE "21-Nov-2026 22:41:00 +0000" BODY[] {%d}\r\n%s)\r\n'
            % (uid, len(self.mails[uid]), self.mails[uid])
            for uid in uids
            if uid in self.mails
        )
        return said + done if self.cut is None else said[: self.cut]

    @property
    def bodies(self) -> int:
        """How many bodies were asked for."""
        return sum(line.count(b",") + 1 for line in self.lines if b"BODY.PEEK[]" in line)


@pytest.fixture
def liar() -> Iterator[Liar]:
    yield Liar(range(1, 31))


@pytest.fixture
def served(liar: Liar) -> Iterator[Scripted]:
    with Scripted(b"* OK hello\r\n", liar.answer) as server:
        yield server


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    kept = Secrets(tmp_path / "secrets", use_keyring=False)
    kept.set("shop", PASSWORD)
    return kept


@pytest.fixture
def opened(served: Scripted, secrets: Secrets) -> Iterator[Callable[..., ImapChannel]]:
    channels: list[ImapChannel] = []

    def open_one(**settings: str) -> ImapChannel:
        channel = open_channel(_account(served.port, **settings), secrets)
        assert isinstance(channel, ImapChannel)
        channels.append(channel)
        return channel

    yield open_one
    for channel in channels:
        channel.close()


def _account(port: int, **settings: str) -> Account:
    url = f"imap://support@127.0.0.1:{port}"
    return Account(
        1, "shop", "imap", "support@shop.test", settings={"imap": url, "timeout": "0.4", **settings}
    )


Opened = Callable[..., ImapChannel]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_reader, "MAX_MAILS", 6)
    monkeypatch.setattr(imap_reader, "_AT_ONCE", 3)


@pytest.mark.parametrize("size", [0, 1, 4_294_967_295])
@pytest.mark.parametrize("uidnext", [None, 1, 5, 4_294_967_295])
def test_lies_about_sizes_and_numbers_cost_no_mail(
    liar: Liar, opened: Opened, size: int, uidnext: int | None
) -> None:
    """Else a server's bug decides which customers are read."""
    liar.size, liar.uidnext = size, uidnext
    desk = Ingest()
    desk.run(opened())
    assert desk.numbers() == list(range(1, 31))
    liar.mails[31] = mail(31)
    assert len(desk.run(opened())) == 1


def test_the_newest_come_first_and_new_ones_do_not_wait(liar: Liar, opened: Opened) -> None:
    """Else on the first day an agent sees the mails of ten years ago, and today's last."""
    desk = Ingest()
    for _batch in range(2):
        desk.run(opened(), stop_after=1)
    assert desk.numbers() == list(range(19, 31))
    liar.mails[31] = mail(31)
    desk.run(opened(), stop_after=1)
    assert 31 in desk.numbers() and 18 not in desk.numbers()
    place = progress_of(_account(1), desk.cursor)
    assert place is not None and (place.done, place.total) == (12, 30)
    desk.run(opened())
    assert desk.numbers() == list(range(1, 32))
    assert progress_of(_account(1), desk.cursor) is None
    assert liar.bodies == 31


def test_mail_that_comes_during_the_first_look_is_seen_between_two_batches(
    liar: Liar, opened: Opened
) -> None:
    """Else whoever writes while ten years of mail are read waits for hours."""
    seen: list[list[int]] = []
    desk = Ingest()
    for batch in opened().fetch("", desk.known):
        seen.append([int(each.external_id.split("/")[2]) for each in batch.mails])
        liar.mails.setdefault(31, mail(31))
    assert seen[:3] == [[25, 26, 27, 28, 29, 30], [31], [19, 20, 21, 22, 23, 24]]


@pytest.mark.parametrize("cut", [1, 30, 90, 400, 900])
def test_a_line_that_ends_inside_a_literal_costs_nothing(liar: Liar, opened: Opened, cut: int) -> None:
    """Else half a mail is taken for a whole one, or the sync hangs."""
    desk = Ingest()
    liar.cut = cut
    begun = time.monotonic()
    with pytest.raises(ChannelError):
        desk.run(opened())
    assert time.monotonic() - begun < 5
    assert all(each.raw == mail(int(each.external_id.split("/")[2])) for each in desk.stored.values())
    liar.cut = None
    desk.run(opened())
    assert desk.numbers() == list(range(1, 31))


def test_an_answer_that_comes_too_late_is_a_sentence(liar: Liar, opened: Opened) -> None:
    """Else one dead server holds a worker for ever."""
    liar.before_fetch = lambda: time.sleep(1.0)
    with pytest.raises(ChannelError) as failure:
        Ingest().run(opened())
    assert failure.value.code == "timeout"


def test_a_folder_that_is_renumbered_twice_while_it_is_read(liar: Liar, opened: Opened) -> None:
    """Else after a server's repair mails are missing, or stand under numbers of others."""
    desk = Ingest()
    desk.run(opened(), stop_after=2)
    changes = iter((8, 9))
    kept = dict(liar.mails)

    def renumber() -> None:
        if (validity := next(changes, None)) is not None:
            liar.validity = validity
            liar.mails = {uid + validity * 100: raw for uid, (_old, raw) in enumerate(kept.items(), 1)}

    liar.before_fetch = renumber
    for _again in range(4):
        try:
            desk.run(opened())
        except ChannelError:
            continue
    latest = [each for each in desk.stored.values() if "/9/" in each.external_id]
    assert sorted(each.raw for each in latest) == sorted(kept.values())
    assert desk.run(opened()) == []


def test_condstore_saves_the_search_and_hides_nothing(liar: Liar, opened: Opened) -> None:
    """Else every poll searches every folder, or a quiet folder stays quiet for ever."""
    liar.modseq, liar.uidnext = 5, 31
    desk = Ingest()
    desk.run(opened())
    liar.lines.clear()
    assert desk.run(opened()) == []
    assert not any(b"SEARCH" in line for line in liar.lines)
    liar.mails[31], liar.modseq, liar.uidnext = mail(31), 6, 32
    assert len(desk.run(opened())) == 1


def test_a_missing_folder_harms_no_other(opened: Opened, liar: Liar) -> None:
    """Else a folder that somebody renamed stops the whole mailbox."""
    answer = liar.answer
    liar.answer = lambda line: (  # type: ignore[method-assign]
        line.split()[0] + b" NO [NONEXISTENT] no such folder\r\n" if b"Gone" in line else answer(line)
    )
    with Scripted(b"* OK hello\r\n", lambda line: liar.answer(line)) as server:
        desk = Ingest()
        with pytest.raises(ChannelError, match="Gone"):
            desk.run(opened(imap=f"imap://support@127.0.0.1:{server.port}", folders="Gone, "))
        assert desk.numbers() == list(range(1, 31))


def test_the_days_bytes_are_kept_and_new_mail_goes_first(liar: Liar, opened: Opened) -> None:
    """Else the provider locks the shop out for a day because old mail was fetched."""
    desk = Ingest()
    one = len(mail(30))
    channel = opened(bytes_per_day=str(one * 12))
    channel._clock = FixedClock(NOW)
    desk.run(channel)
    assert desk.numbers() == list(range(19, 31))
    account = _account(1, bytes_per_day=str(one * 12))
    waiting = progress_of(account, desk.cursor, FixedClock(NOW))
    assert waiting is not None and "midnight" in waiting.note
    liar.mails |= {uid: mail(uid) for uid in range(31, 34)}
    channel = opened(bytes_per_day=str(one * 12))
    channel._clock = FixedClock(NOW)
    with pytest.raises(ChannelError) as failure:
        desk.run(channel)
    assert failure.value.code == "budget"
    desk.run(opened(bytes_per_day=str(one * 1000)))
    assert desk.numbers() == list(range(1, 34))


def test_connections_are_kept_within_what_the_provider_allows(opened: Opened) -> None:
    """Else the provider refuses the shop's other programs."""
    first, second = opened(connections="1"), opened(connections="1")
    Ingest().run(opened(connections="1"))
    list(first.fetch("", lambda ids: set(ids)))
    with pytest.raises(ChannelError) as failure:
        list(second.fetch("", lambda ids: set(ids)))
    assert failure.value.code == "budget"
    first.close()
    assert Ingest().run(second)


def test_nothing_is_marked_as_read_unless_the_account_says_so(tmp_path: Path, secrets: Secrets) -> None:
    """Else colleagues overlook on their phones what the desk has fetched."""
    with ImapServer() as server:
        for number in range(8):
            server.add(mail(number))
        account = _account(server.port, imap=server.url(), timeout="3")
        Ingest().run(open_channel(account, secrets))
        assert server.seen() == []
        account.settings["mark_seen"] = "1"
        desk = Ingest()
        desk.run(open_channel(account, secrets))
        assert len(server.seen()) == len(desk.stored) == 8


def test_a_listener_hears_and_a_silent_death_is_noticed(
    liar: Liar, served: Scripted, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else after a night behind a router that forgot the connection, mail waits until somebody restarts."""
    monkeypatch.setattr(imap_listener, "RENEW_SECONDS", 0.3)
    monkeypatch.setattr(imap_listener, "_SLICE", 0.05)
    monkeypatch.setattr(imap_listener, "_TOO_SHORT", 0.0)
    liar.capabilities = b"IMAP4rev1 IDLE"
    channel, stop = opened(), threading.Event()
    assert channel.listen(stop, 5), "a new connection counts as news"
    assert not channel.listen(stop, 1.0)
    assert served.lines.count(b"DONE\r\n") >= 2
    served.push(b"* 31 EXI")
    threading.Timer(0.2, served.push, [b"STS\r\n"]).start()
    begun = time.monotonic()
    assert channel.listen(stop, 5)
    assert 0.1 < time.monotonic() - begun < 2
    assert not channel.listen(stop, 0.2)
    liar.silent = True
    threading.Timer(1.2, lambda: setattr(liar, "silent", False)).start()
    for _try in range(20):
        try:
            if channel.listen(stop, 2.0):
                break
        except ChannelError:
            time.sleep(0.1)
    else:
        pytest.fail("the dead connection was not replaced")


def test_a_server_without_idle_is_asked_now_and_then(
    liar: Liar, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else shops at small providers wait for every poll."""
    monkeypatch.setattr(imap_listener, "NOOP_SECONDS", 0.1)
    channel, stop = opened(), threading.Event()
    assert channel.listen(stop, 5)
    assert not channel.listen(stop, 0.3)
    liar.mails[31] = mail(31)
    assert channel.listen(stop, 3)
    assert not channel.listen(stop, 0.3)


def test_a_server_that_ends_every_idle_at_once_is_not_hammered(
    liar: Liar, served: Scripted, opened: Opened
) -> None:
    """Else the desk sends a thousand commands a second until it is locked out."""
    liar.capabilities = b"IMAP4rev1 IDLE"
    answer = liar.answer

    def ending(line: bytes) -> bytes | None:
        said = answer(line)
        return (said or b"") + line.split()[0] + b" OK enough\r\n" if b"IDLE" in line else said

    served._answer = ending
    channel, stop = opened(), threading.Event()
    assert channel.listen(stop, 5)
    assert not channel.listen(stop, 1.0)
    assert sum(b" IDLE" in line for line in served.lines) <= 2


def test_a_listener_stops_when_it_is_told(liar: Liar, opened: Opened) -> None:
    """Else closing the desk takes minutes."""
    liar.capabilities = b"IMAP4rev1 IDLE"
    channel, stop = opened(), threading.Event()
    channel.listen(stop, 5)
    threading.Timer(0.2, stop.set).start()
    begun = time.monotonic()
    assert not channel.listen(stop, 60)
    assert time.monotonic() - begun < 1.5


def test_a_mailbox_of_200000_mails_gives_its_newest_at_once(opened: Opened) -> None:
    """Else a shop with ten years of mail sees nothing for an hour, or never: the list of its numbers is one line of
    more than a megabyte."""
    huge = Liar(range(1))
    huge.mails = dict.fromkeys(range(1_000_001, 1_200_001), mail(1))
    with Scripted(b"* OK hello\r\n", huge.answer) as server:
        desk = Ingest()
        begun = time.monotonic()
        channel = opened(imap=f"imap://support@127.0.0.1:{server.port}", timeout="20")
        desk.run(channel, stop_after=2)
        assert time.monotonic() - begun < 20
        uids = sorted(int(external.split("/")[2]) for external in desk.stored)
        assert uids == list(range(1_199_989, 1_200_001))
        desk.run(channel, stop_after=1)
        assert min(int(external.split("/")[2]) for external in desk.stored) == 1_199_983
        place = progress_of(_account(1), desk.cursor)
        assert place is not None and (place.done, place.total) == (18, 200_000)
