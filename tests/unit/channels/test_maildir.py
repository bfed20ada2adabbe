"""A Maildir while other programs use it: they move, mark and write files at any moment."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.channels import maildir
from csdesk.domain.ports import ChannelError, NotSent
from tests.channel_rigs import Ingest, mail, outgoing
from tests.unit.channels.conftest import Open


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for part in ("tmp", "new", "cur"):
        (tmp_path / "Mail" / part).mkdir(parents=True)
    return tmp_path / "Mail"


def _settle(box: Path) -> None:
    """Make the folders look as if nothing had happened for a while."""
    past = time.time() - 60
    for part in ("new", "cur"):
        os.utime(box / part, (past, past))


def test_a_mail_that_another_program_marks_comes_once(opened: Open, box: Path) -> None:
    """Else every mail that somebody reads elsewhere is in the queue a second time."""
    (box / "new" / "1.a.host").write_bytes(mail(1))
    desk = Ingest()
    desk.run(opened("maildir", path=str(box)))
    (box / "new" / "1.a.host").rename(box / "cur" / "1.a.host:2,S")
    assert desk.run(opened("maildir", path=str(box))) == []
    (box / "cur" / "1.a.host:2,S").rename(box / "cur" / "1.a.host:2,RS")
    assert desk.run(opened("maildir", path=str(box))) == []
    assert list(desk.stored) == ["1.a.host"]


def test_a_mail_in_the_tick_of_the_listing_is_found(opened: Open, box: Path) -> None:
    """Else a mail that arrives in the second in which we looked never arrives."""
    (box / "new" / "1").write_bytes(mail(1))
    desk = Ingest()
    desk.run(opened("maildir", path=str(box)))
    stamp = (box / "new").stat().st_mtime_ns
    (box / "new" / "2").write_bytes(mail(2))
    os.utime(box / "new", ns=(stamp, stamp))  # a file system whose clock did not move in between
    desk.run(opened("maildir", path=str(box)))
    assert desk.numbers() == [1, 2]


def test_a_quiet_folder_is_not_listed(opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a mailbox with 100,000 mails keeps the disk busy all day; and what comes later is still found."""
    (box / "cur" / "1:2,S").write_bytes(mail(1))
    _settle(box)
    desk = Ingest()
    desk.run(opened("maildir", path=str(box)))
    listed: list[Path] = []
    original = maildir._listed

    def noted(place: Path, folder: str) -> Iterator[maildir._Found]:
        listed.append(place)
        return original(place, folder)

    monkeypatch.setattr(maildir, "_listed", noted)
    assert desk.run(opened("maildir", path=str(box))) == []
    assert listed == []
    (box / "new" / "2").write_bytes(mail(2))
    desk.run(opened("maildir", path=str(box)))
    assert listed == [box / "new"]
    assert desk.numbers() == [1, 2]


def test_a_file_that_vanishes_is_found_where_it_went(
    opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a mail that somebody opens while we read is lost to the desk."""
    for number in (1, 2, 3):
        (box / "new" / str(number)).write_bytes(mail(number))
    original = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == box / "new" / "2":
            path.rename(box / "cur" / "2:2,S")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    _settle(box)
    desk = Ingest()
    desk.run(opened("maildir", path=str(box)))
    assert desk.numbers() == [1, 3]
    _settle(box)
    desk.run(opened("maildir", path=str(box)))
    assert desk.numbers() == [1, 2, 3]


def test_an_unreadable_file_is_named_and_stops_nothing(
    opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one file with a wrong owner hides all others, or is dropped without a word."""
    for number in (1, 2, 3):
        (box / "new" / f"mail{number}").write_bytes(mail(number))
    _settle(box)
    original = Path.read_bytes
    denied = {box / "new" / "mail2"}

    def read(path: Path) -> bytes:
        if path in denied:
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    desk = Ingest()
    with pytest.raises(ChannelError, match="mail2") as failure:
        desk.run(opened("maildir", path=str(box)))
    assert failure.value.code == "permission"
    assert desk.numbers() == [1, 3]
    denied.clear()
    desk.run(opened("maildir", path=str(box)))
    assert desk.numbers() == [1, 2, 3]


def test_subfolders_only_when_asked_for(opened: Open, box: Path) -> None:
    """Else spam and archives fill the queue; or a shop that sorts its mail gets none of it."""
    for name in (".Sales", ".Spam"):
        for part in ("tmp", "new", "cur"):
            (box / name / part).mkdir(parents=True)
    (box / "new" / "1").write_bytes(mail(1))
    (box / ".Sales" / "new" / "1").write_bytes(mail(2))
    (box / ".Spam" / "new" / "1").write_bytes(mail(3))
    plain, sales, every = Ingest(), Ingest(), Ingest()
    plain.run(opened("maildir", path=str(box)))
    sales.run(opened("maildir", path=str(box), folders=".Sales"))
    every.run(opened("maildir", path=str(box), folders="*"))
    assert (plain.numbers(), sales.numbers(), every.numbers()) == ([1], [1, 2], [1, 2, 3])
    with pytest.raises(ChannelError, match="Typo"):
        Ingest().run(opened("maildir", path=str(box), folders=".Typo"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "There is no"),
        (lambda path: path.write_text("From x"), "kind mbox"),
        (lambda path: path.mkdir(), "no new and cur"),
    ],
    ids=["nothing there", "a file", "a plain folder"],
)
def test_what_is_no_maildir_is_named(opened: Open, box: Path, make: object, words: str) -> None:
    """Else a slip in a path looks like an empty mailbox."""
    path = box.parent / "Mial"
    make(path)  # type: ignore[operator]
    (step,) = opened("maildir", path=str(path)).check()
    assert (step.step, step.ok, step.code) == ("folder", False, "no_such_folder")
    assert words in step.detail
    if words != "kind mbox":
        assert str(box) in step.detail
    with pytest.raises(ChannelError):
        list(opened("maildir", path=str(path)).fetch("", lambda ids: set()))


def test_no_path_is_said_and_nothing_is_written(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else mail of a half-made account is filed wherever the desk was started."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotSent) as failure:
        opened("maildir").send(outgoing())
    assert failure.value.code == "not_configured"
    assert [each.name for each in tmp_path.iterdir()] == ["secrets"]


def test_a_full_disk_leaves_no_half_mail(opened: Open, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a torn answer counts as sent."""
    channel = opened("maildir", path=str(box))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(NotSent) as failure:
            channel.send(outgoing())
    assert failure.value.code == "full"
    sent = box.parent / "Mail.Sent"
    assert [each for part in ("tmp", "new", "cur") for each in (sent / part).iterdir()] == []
    assert channel.find_sent(outgoing()) is False
    channel.send(outgoing())
    assert channel.find_sent(outgoing()) is True


def test_sending_again_files_no_second_one(opened: Open, box: Path) -> None:
    """Else a crash after filing sends the answer twice."""
    for _attempt in range(3):
        opened("maildir", path=str(box)).send(outgoing())
    (filed,) = (box.parent / "Mail.Sent" / "new").iterdir()
    filed.rename(box.parent / "Mail.Sent" / "cur" / f"{filed.name},U=7:2,S")  # another program took it up
    opened("maildir", path=str(box)).send(outgoing())
    assert list((box.parent / "Mail.Sent" / "new").iterdir()) == []


def test_a_renamed_copy_is_found_by_its_message_id(opened: Open, box: Path) -> None:
    """Else tidying the Sent folder makes an answer go out twice."""
    channel = opened("maildir", path=str(box), sent=str(box.parent / "Out"))
    channel.send(outgoing())
    (filed,) = (box.parent / "Out" / "new").iterdir()
    filed.rename(box.parent / "Out" / "cur" / "anything:2,S")
    assert channel.find_sent(outgoing()) is True
    assert channel.find_sent(outgoing("other@x")) is False


def test_filed_mail_is_private(opened: Open, box: Path) -> None:
    """Else other people on the machine read what customers were told."""
    opened("maildir", path=str(box)).send(outgoing())
    sent = box.parent / "Mail.Sent"
    (filed,) = (sent / "new").iterdir()
    assert filed.stat().st_mode & 0o077 == 0
    assert sent.stat().st_mode & 0o077 == 0
