"""An mbox file as a channel: reads it under a shared lock, never changes it, and files or sends what goes
out.

Settings: `path`; `smtp` and what Submitter reads; `sent` (where outgoing mail is filed, `path` + '.Sent' by
default). Outgoing mail is filed as a Maildir here too: only one file a mail is whole or not there after a
crash.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from csdesk.channels.batches import MAX_BYTES, MAX_MAILS, unknown
from csdesk.channels.filing import as_channel_error
from csdesk.channels.mbox_format import (
    Entry,
    begins_a_mail,
    entries,
    envelope_date,
    fingerprint,
    is_internal,
)
from csdesk.channels.outgoing import LocalOutgoing
from csdesk.clock import SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch, ChannelError, Check, RawMail, Receipt, Submission
from csdesk.i18n import _
from csdesk.secrets import Secrets

LOCK_SECONDS = 10.0
"""How long to wait for a program that is writing the file."""
SETTLED_SECONDS = 3.0
"""How old the file's time must be before an unchanged time and size mean an unchanged file."""
TAIL_SECONDS = 30.0
"""How long a last line without an end is taken for a mail that is still being written."""

_ANCHOR = 4096


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the file was read: `offset` behind the last mail, `anchor` a hash of the bytes before it, and
    the file's size and time (ns) when all of it had been read (0 while it was not)."""

    offset: int = 0
    anchor: str = ""
    size: int = 0
    mtime: int = 0


@dataclass(slots=True)
class _Reading:
    """One fetch under way: where it is, how often each content was seen, whether it reads on from an earlier
    fetch (`tail`) or from the file's beginning, and whether it came to the end."""

    place: _Place
    tail: bool
    seen: Counter[str] = field(default_factory=Counter)
    done: bool = False


class MboxChannel:
    """One mbox file. The cursor is a _Place as JSON."""

    kind = "mbox"

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self._account = account
        self._path = Path(account.settings.get("path", "")).expanduser()
        self._outgoing = LocalOutgoing(account, secrets)

    def check(self) -> list[Check]:
        """Steps 'folder' and 'send'."""
        try:
            with self._opened() as stream:
                self._demand_mbox(stream)
        except ChannelError as error:
            return [Check("folder", False, error.message, error.code)]
        found = Check("folder", True, _("{path} is an mbox and can be read.").format(path=self._path))
        return [found, self._outgoing.check()]

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        """Mails that are not known yet, in the file's order. The last batch may be empty: then only the
        cursor moved. The file is locked (shared) while a batch is read, not while it is stored."""
        place = _place(cursor)
        reading = _Reading(place, tail=place.offset > 0)
        while True:
            mails = self._step(reading, known)
            moved = json.dumps(asdict(reading.place))
            if mails or (reading.done and moved != cursor):
                yield Batch(tuple(mails), moved)
            if reading.done:
                return

    def send(self, submission: Submission) -> Receipt:
        """By SMTP when the account has a server; else filing it is the hand-over."""
        return self._outgoing.send(submission)

    def find_sent(self, submission: Submission) -> bool | None:
        """Looks into the Sent folder; there, absence proves something only without SMTP."""
        return self._outgoing.find_sent(submission)

    def file_sent(self, submission: Submission) -> None:
        """Our own copy after SMTP; nothing without."""
        self._outgoing.file_sent(submission)

    def close(self) -> None:
        """Nothing is held open."""

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """The file under a shared lock."""
        if not self._account.settings.get("path"):
            raise ChannelError("not_configured", _("The account has no path. Name the mbox file."))
        try:
            with self._path.open("rb") as stream:
                self._lock(stream)
                yield stream
        except IsADirectoryError as error:
            raise ChannelError(
                "no_such_folder",
                _(
                    "{path} is a folder, not an mbox file. If it is a Maildir, add it with the kind maildir."
                ).format(path=self._path),
            ) from error
        except OSError as error:
            raise as_channel_error(error, self._path) from error

    def _lock(self, stream: BinaryIO) -> None:
        """Wait until nobody writes: both kinds of kernel lock, and the dot-lock file that older programs
        leave. We make no dot-lock: that would be writing beside a mailbox which may not be ours."""
        deadline = time.monotonic() + LOCK_SECONDS
        dot = self._path.with_name(self._path.name + ".lock")
        while dot.exists() or not _shared(stream):
            if time.monotonic() >= deadline:
                raise ChannelError(
                    "unreachable",
                    _(
                        "Another program keeps {path} locked; it is tried again. If no program uses it, "
                        "remove {lock}."
                    ).format(path=self._path, lock=dot),
                )
            time.sleep(0.05)

    def _demand_mbox(self, stream: BinaryIO) -> None:
        if not begins_a_mail(stream, 0):
            raise ChannelError(
                "protocol", _("{path} is not an mbox: no mail begins in it.").format(path=self._path)
            )

    def _step(self, reading: _Reading, known: Callable[[Collection[str]], set[str]]) -> list[RawMail]:
        """Read one batch. Falls back to the whole file when what was read before is not there unchanged."""
        with self._opened() as stream:
            status = os.fstat(stream.fileno())
            place = reading.place
            if place.size and (place.size, place.mtime) == (status.st_size, status.st_mtime_ns):
                reading.done = True
                return []
            if not _continues(stream, place, status.st_size):
                place, reading.tail = _Place(), False
                reading.seen.clear()
            self._demand_mbox(stream)
            age = SystemClock().now().timestamp() - status.st_mtime
            found, offset, reading.done = _cut(stream, place.offset, finished=age >= TAIL_SECONDS)
            settled = reading.done and age >= SETTLED_SECONDS and offset == status.st_size
            reading.place = _Place(
                offset=offset,
                anchor=_anchor(stream, offset),
                size=status.st_size if settled else 0,
                mtime=status.st_mtime_ns if settled else 0,
            )
        arrived = datetime.fromtimestamp(status.st_mtime, UTC)
        ids = _identities([entry.raw for entry in found], reading, known)
        fresh = set(unknown(ids, known))
        return [
            RawMail(each, entry.raw, envelope_date(entry.envelope) or arrived)
            for each, entry in zip(ids, found, strict=True)
            if each in fresh
        ]


def _cut(stream: BinaryIO, start: int, *, finished: bool) -> tuple[list[Entry], int, bool]:
    """Up to a batch of mails from the offset on, the offset behind them, and whether these were the last. A
    last mail that is still being written (unless `finished`) is left for another time."""
    found: list[Entry] = []
    size, looked, offset = 0, 0, start
    for entry in entries(stream, start):
        if not entry.complete and not finished:
            break
        if looked and (looked >= MAX_MAILS or size + len(entry.raw) > MAX_BYTES):
            return found, offset, False
        offset, looked, size = entry.end, looked + 1, size + len(entry.raw)
        if not is_internal(entry.raw):
            found.append(entry)
    return found, offset, True


def _identities(
    raws: list[bytes], reading: _Reading, known: Callable[[Collection[str]], set[str]]
) -> list[str]:
    """The content's hash, and for its second and later occurrence a number. What follows an earlier fetch is
    new, so there a content that is known takes the next free number."""
    prints = [fingerprint(raw) for raw in raws]
    stored = known(sorted(set(prints))) if reading.tail and prints else set()
    ids: list[str] = []
    for each in prints:
        number = reading.seen[each]
        if reading.tail and number == 0 and each in stored:
            number = 1
            while known([f"{each}.{number}"]):
                number += 1
        reading.seen[each] = number + 1
        ids.append(f"{each}.{number}" if number else each)
    return ids


def _continues(stream: BinaryIO, place: _Place, size: int) -> bool:
    """Whether what was read up to the place is still there, and a mail (or nothing) follows."""
    if place.offset == 0:
        return True
    return (
        place.offset <= size
        and _anchor(stream, place.offset) == place.anchor
        and begins_a_mail(stream, place.offset)
    )


def _anchor(stream: BinaryIO, offset: int) -> str:
    """A hash of the bytes just before an offset: a file that was rewritten has others there."""
    stream.seek(max(offset - _ANCHOR, 0))
    return hashlib.sha256(stream.read(min(offset, _ANCHOR))).hexdigest()[:16]


def _shared(stream: BinaryIO) -> bool:
    """Take both kinds of kernel lock, shared, without waiting."""
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return False
        if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL):
            raise
    return True


def _place(cursor: str) -> _Place:
    """The place in a cursor; the file's beginning when it is empty or from another kind of account."""
    try:
        return _Place(**json.loads(cursor)) if cursor else _Place()
    except (ValueError, TypeError):
        return _Place()
