"""What the contract of channels needs from each kind: a way to deliver, to look at what was sent, and to see
whether reading changed anything."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

from csdesk.channels import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch, Channel, RawMail, Submission
from csdesk.secrets import Secrets
from tests.servers import PASSWORD, ImapServer, SmtpServer

ADDRESS = "support@shop.test"


def mail(number: int, *, text: str = "Where is my parcel?") -> bytes:
    """A small mail that differs from the others."""
    return (
        f"From: Ana <ana{number}@buyer.test>\nTo: {ADDRESS}\nSubject: Order {number}\n"
        f"Message-ID: <m{number}@buyer.test>\nDate: Sat, 21 Nov 2026 22:41:00 +0000\n\n{text}\nFrom {number} on.\n"
    ).encode()


def outgoing(
    key: str = "reply-1@shop.test", *, to: tuple[str, ...] = ("ana@buyer.test",), body: str = "On its way."
) -> Submission:
    """A reply as the outbox hands it over."""
    raw = (
        f"From: Shop <{ADDRESS}>\r\nTo: {', '.join(to)}\r\nSubject: Re: Order\r\nMessage-ID: <{key}>\r\n"
        f"\r\n{body}\r\n.dot\r\n"
    )
    return Submission(key, ADDRESS, to, raw.encode())


class Ingest:
    """What sync does with a channel: rows and cursor together, so a kill between batches is `stop_after`."""

    def __init__(self) -> None:
        self.stored: dict[str, RawMail] = {}
        self.cursor = ""
        self.batches: list[Batch] = []

    def known(self, ids: Collection[str]) -> set[str]:
        return set(ids) & self.stored.keys()

    def run(self, channel: Channel, *, stop_after: int | None = None) -> list[RawMail]:
        """Fetch to the end, or up to and including batch number `stop_after`; gives the new mails."""
        fresh: list[RawMail] = []
        batches = channel.fetch(self.cursor, self.known)
        for number, batch in enumerate(batches, start=1):
            for each in batch.mails:
                assert each.external_id not in self.stored, "a mail was handed out twice"
                self.stored[each.external_id] = each
                fresh.append(each)
            self.cursor = batch.cursor
            self.batches.append(batch)
            if number == stop_after:
                break
        batches.close()  # type: ignore[attr-defined]
        channel.close()
        return fresh

    def numbers(self) -> list[int]:
        """Which of the mails made by mail() are stored."""
        return sorted(int(each.raw.split(b"Subject: Order ")[1].split()[0]) for each in self.stored.values())


class Rig:
    """One kind of account under test."""

    kind = ""
    via_smtp = False

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.smtp = stack.enter_context(SmtpServer(auth=True)) if self.via_smtp else None
        self.settings: dict[str, str] = {"timeout": "2"}
        if self.smtp is not None:
            self.settings["smtp"] = self.smtp.url()
        self.secrets = Secrets(folder / "secrets", use_keyring=False)
        self.secrets.set("shop", PASSWORD)

    def channel(self, **settings: str) -> Channel:
        """The account's channel, newly opened as after a restart."""
        account = Account(1, "shop", self.kind, ADDRESS, settings={**self.settings, **settings})
        return open_channel(account, self.secrets)

    def deliver(self, raw: bytes) -> None:
        raise AssertionError("each kind says how mail comes in")

    def settle(self) -> None:
        """Let time pass, so that the times of files and folders can be believed."""

    def sent_copies(self) -> list[bytes]:
        """What lies in the Sent folder."""
        place = self.folder / "box.Sent"
        return [each.read_bytes() for part in ("new", "cur") for each in sorted((place / part).glob("*"))]

    def state(self) -> object:
        """Everything of the mailbox that reading must not change."""
        raise AssertionError("each kind says what must stay")


class MaildirRig(Rig):
    kind = "maildir"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        self.box = folder / "box"
        for part in ("tmp", "new", "cur"):
            (self.box / part).mkdir(parents=True)
        self.settings["path"] = str(self.box)
        self.count = 0

    def deliver(self, raw: bytes) -> None:
        self.count += 1
        name = f"17000{self.count:05d}.M{self.count}.host"
        if self.count % 2:
            (self.box / "new" / name).write_bytes(raw)
        else:
            (self.box / "cur" / f"{name}:2,S").write_bytes(raw)

    def settle(self) -> None:
        for part in ("new", "cur"):
            os.utime(self.box / part, (1_700_000_000, 1_700_000_000))

    def state(self) -> object:
        return _tree(self.box)


class MaildirSmtpRig(MaildirRig):
    via_smtp = True


class MboxRig(Rig):
    kind = "mbox"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        self.box = folder / "box"
        self.box.touch()
        self.settings["path"] = str(self.box)

    def deliver(self, raw: bytes) -> None:
        escaped = raw.replace(b"\nFrom ", b"\n>From ")
        with self.box.open("ab") as stream:
            stream.write(b"From ana@buyer.test Sat Nov 21 22:41:00 2026\n" + escaped + b"\n")

    def settle(self) -> None:
        os.utime(self.box, (1_700_000_000, 1_700_000_000))

    def state(self) -> object:
        return _tree(self.box.parent)


class MboxSmtpRig(MboxRig):
    via_smtp = True


class ImapRig(Rig):
    kind = "imap"
    via_smtp = True

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        self.imap = stack.enter_context(ImapServer())
        self.settings["imap"] = self.imap.url()

    def deliver(self, raw: bytes) -> None:
        self.imap.add(raw)

    def sent_copies(self) -> list[bytes]:
        return self.imap.mails("Sent")

    def state(self) -> object:
        return self.imap.seen(), self.imap.mails("INBOX")


RIGS: tuple[type[Rig], ...] = (MaildirRig, MaildirSmtpRig, MboxRig, MboxSmtpRig, ImapRig)


def rigs(kind: type[Rig], folder: Path) -> Iterator[Rig]:
    """A rig with its servers, for a fixture."""
    with ExitStack() as stack:
        yield kind(folder, stack)


def _tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Names, times and contents below a folder (lock files of the secrets aside)."""
    found: dict[str, tuple[int, str]] = {}
    for place, _folders, files in os.walk(folder):
        for name in files:
            path = Path(place, name)
            found[str(path)] = (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
    return found
