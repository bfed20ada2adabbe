"""mbox files as they come: other programs append, mark, delete and lock while we read."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from csdesk.channels import mbox
from csdesk.channels.mbox_format import Entry, entries, envelope_date, fingerprint
from csdesk.domain.ports import ChannelError
from tests.channel_rigs import Ingest, mail
from tests.unit.channels.conftest import Open

FROM = b"From ana@buyer.test Sat Nov 21 22:41:00 2026\n"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    (tmp_path / "inbox").touch()
    return tmp_path / "inbox"


def _append(box: Path, *raws: bytes) -> None:
    with box.open("ab") as stream:
        for raw in raws:
            stream.write(FROM + raw.replace(b"\nFrom ", b"\n>From ") + b"\n")


def _run(opened: Open, box: Path, desk: Ingest) -> list[bytes]:
    return [each.raw for each in desk.run(opened("mbox", path=str(box)))]


@pytest.mark.parametrize(
    ("content", "mails"),
    [
        (FROM + b"A: 1\n\nx\n", [b"A: 1\n\nx\n"]),
        (FROM + b"A: 1\n\nx\n\n" + FROM + b"B: 2\n\ny\n\n", [b"A: 1\n\nx\n", b"B: 2\n\ny\n"]),
        (
            FROM + b"A: 1\n\n>From here\n>>From there\n> From no\n",
            [b"A: 1\n\nFrom here\n>From there\n> From no\n"],
        ),
        (
            FROM + b"A: 1\n\nx\nFrom me to you at 10:00 in 2026\ny\n",
            [b"A: 1\n\nx\nFrom me to you at 10:00 in 2026\ny\n"],
        ),
        (FROM + b"A: 1\n\nx\n\nFrom now on, no.\ny\n", [b"A: 1\n\nx\n\nFrom now on, no.\ny\n"]),
        (FROM + b"A: 1\n\nx\n\nFrom someone\nB: 2\n\ny\n", [b"A: 1\n\nx\n", b"B: 2\n\ny\n"]),
        (FROM + b"A: 1\r\n\r\nx\r\n\r\n" + FROM + b"B: 2\n\n", [b"A: 1\r\n\r\nx\r\n", b"B: 2\n"]),
        (b"\n\n" + FROM + b"A: 1\n\nx", [b"A: 1\n\nx"]),
        (b"", []),
    ],
)
def test_where_mails_begin_and_end(content: bytes, mails: list[bytes]) -> None:
    """Else two customers' mails become one, or one becomes two."""
    assert [each.raw for each in entries(BytesIO(content), 0)] == mails


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (FROM, datetime(2026, 11, 21, 22, 41, tzinfo=UTC)),
        (b"From 17@xxx Sat Nov 21 22:41:00 +0100 2026\n", datetime(2026, 11, 21, 21, 41, tzinfo=UTC)),
        (b"From a@b Sat Nov 21 22:41:00 2026 +0100\n", datetime(2026, 11, 21, 21, 41, tzinfo=UTC)),
        (b"From a@b Sat Nov  1 22:41 2026\n", datetime(2026, 11, 1, 22, 41, tzinfo=UTC)),
        (b"From a@b\n", None),
        (b"From a@b Sat Foo 99 22:41:00 2026\n", None),
    ],
)
def test_when_a_mail_came(line: bytes, at: datetime | None) -> None:
    """Else old mail sorts as new."""
    assert envelope_date(line) == at


def test_marks_do_not_make_a_new_mail(opened: Open, box: Path) -> None:
    """Else every mail that somebody reads in another program is in the queue a second time."""
    _append(box, mail(1), mail(2))
    desk = Ingest()
    _run(opened, box, desk)
    marked = box.read_bytes().replace(b"Subject: Order 1\n", b"Subject: Order 1\nStatus: RO\nX-Status: A\n")
    box.write_bytes(marked)
    _append(box, mail(3))
    assert len(_run(opened, box, desk)) == 1
    assert desk.numbers() == [1, 2, 3]
    assert fingerprint(b"A: 1\nStatus: RO\n\nStatus: x\n") == fingerprint(b"A: 1\n\nStatus: x\n")
    assert fingerprint(b"A: 1\n\nStatus: x\n") != fingerprint(b"A: 1\n\n")


def test_deleting_mail_elsewhere_loses_nothing(opened: Open, box: Path) -> None:
    """Else after a purge the next mails are skipped, because the file got shorter."""
    _append(box, mail(1), mail(2), mail(3))
    desk = Ingest()
    _run(opened, box, desk)
    box.write_bytes(b"")
    _append(box, mail(3), mail(4), mail(5), mail(6))
    _run(opened, box, desk)
    assert desk.numbers() == [1, 2, 3, 4, 5, 6]


def test_the_same_words_twice_are_two_mails(opened: Open, box: Path) -> None:
    """Else a reminder without date and id, sent twice, is dropped by the channel instead of judged by ingest."""
    _append(box, b"Subject: Order 1\n\nwell?\n", b"Subject: Order 1\n\nwell?\n")
    desk = Ingest()
    _run(opened, box, desk)
    assert len(desk.stored) == 2
    _append(box, b"Subject: Order 1\n\nwell?\n")
    _run(opened, box, desk)
    assert len(desk.stored) == 3
    desk.cursor = ""
    assert _run(opened, box, desk) == []


def test_only_the_tail_is_read(opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a mailbox of a gigabyte is read again for each mail, and a quiet one at every poll."""
    _append(box, *(mail(number) for number in range(20)))
    desk = Ingest()
    _run(opened, box, desk)
    starts: list[int] = []
    original = mbox._cut

    def noted(stream: BinaryIO, start: int, *, finished: bool) -> tuple[list[Entry], int, bool]:
        starts.append(start)
        return original(stream, start, finished=finished)

    monkeypatch.setattr(mbox, "_cut", noted)
    size = box.stat().st_size
    _append(box, mail(20))
    _run(opened, box, desk)
    assert starts == [size]
    past = time.time() - 60
    os.utime(box, (past, past))
    _run(opened, box, desk)
    starts.clear()
    assert _run(opened, box, desk) == []
    assert starts == []


def test_a_mail_that_is_being_written_is_left_for_later(opened: Open, box: Path) -> None:
    """Else a mail whose writer takes no lock is stored cut off."""
    _append(box, mail(1))
    with box.open("ab") as stream:
        stream.write(FROM + mail(2)[:-10])
    desk = Ingest()
    _run(opened, box, desk)
    assert desk.numbers() == [1]
    with box.open("ab") as stream:
        stream.write(mail(2)[-10:] + b"\n")
    assert _run(opened, box, desk) == [mail(2)]


def test_a_last_line_without_end_is_read_in_the_end(opened: Open, box: Path) -> None:
    """Else the last mail of an exported file never comes."""
    box.write_bytes(FROM + mail(1)[:-1])
    past = time.time() - 120
    os.utime(box, (past, past))
    desk = Ingest()
    assert _run(opened, box, desk) == [mail(1)[:-1]]


def test_a_torn_mail_is_read_again_whole(opened: Open, box: Path) -> None:
    """Else a mail that was stored half, because its writer paused at a line's end, stays half."""
    head, body = mail(1)[:-20], mail(1)[-20:]
    box.write_bytes(FROM + head + b"\n")
    desk = Ingest()
    _run(opened, box, desk)
    with box.open("ab") as stream:
        stream.write(body + b"\n")
    assert _run(opened, box, desk) == [head + b"\n" + body.replace(b"\n>From ", b"\nFrom ")]


def test_a_writer_is_waited_for(opened: Open, box: Path) -> None:
    """Else half of a mail that is being delivered is read."""
    _append(box, mail(1))
    desk = Ingest()
    with box.open("ab") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        writer.write(FROM)
        writer.flush()
        reading = threading.Thread(target=_run, args=(opened, box, desk))
        reading.start()
        time.sleep(0.2)
        writer.write(mail(2).replace(b"\nFrom ", b"\n>From ") + b"\n")
        writer.flush()
        fcntl.flock(writer, fcntl.LOCK_UN)
    reading.join(timeout=5)
    assert desk.numbers() == [1, 2]


def test_a_lock_that_stays_is_named(opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a dead program's lock file stops the desk for ever without a word."""
    monkeypatch.setattr(mbox, "LOCK_SECONDS", 0.1)
    _append(box, mail(1))
    lock = box.parent / "inbox.lock"
    lock.touch()
    with pytest.raises(ChannelError, match=r"inbox\.lock") as failure:
        _run(opened, box, Ingest())
    assert failure.value.code == "unreachable"
    assert lock.exists()


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda path: path.write_text("PK\x03\x04 not mail"), "protocol", "not an mbox"),
        (lambda path: (path.unlink(), path.mkdir()), "no_such_folder", "kind maildir"),
        (lambda path: path.unlink(), "no_such_folder", "There is no"),
    ],
    ids=["another file", "a folder", "nothing there"],
)
def test_what_is_no_mbox_is_named(opened: Open, box: Path, make: object, code: str, words: str) -> None:
    """Else a slip in a path looks like an empty mailbox."""
    make(box)  # type: ignore[operator]
    (step,) = opened("mbox", path=str(box)).check()
    assert (step.step, step.ok, step.code) == ("folder", False, code)
    assert words in step.detail and str(box) in step.detail
    with pytest.raises(ChannelError):
        _run(opened, box, Ingest())


def test_a_servers_own_notes_are_no_mail(opened: Open, box: Path) -> None:
    """Else every mailbox of some servers begins with a strange customer."""
    _append(
        box,
        b"From: MAILER-DAEMON\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\ninternal\n",
        mail(1),
    )
    desk = Ingest()
    _run(opened, box, desk)
    assert desk.numbers() == [1]
