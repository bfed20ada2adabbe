"""Outgoing mail filed as a Maildir of our own. Knows no server; one mail, one file, whole or not there.

The file's name is made from the idempotency key, so that filing a mail again finds the first copy and adds
none.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path

from csdesk.domain.ports import ChannelError, Submission
from csdesk.i18n import _

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


class SentFolder:
    """A Maildir that takes what was sent. Made, with mode 0700, when the first mail is filed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """Raises ChannelError when mail cannot be filed here. Changes nothing."""
        place = self.path if self.path.exists() else self.path.parent
        if self.path.exists() and not (self.path.is_dir() and (self.path / "new").is_dir()):
            raise ChannelError(
                "no_such_folder",
                _(
                    "{path} is there but is no Maildir, so outgoing mail cannot be filed in it. Name another folder "
                    "in the setting sent."
                ).format(path=self.path),
            )
        if not os.access(place, os.W_OK | os.X_OK):
            raise ChannelError(
                "permission",
                _("Outgoing mail cannot be filed in {path}: it may not be written to.").format(path=place),
            )

    def file(self, submission: Submission, *, seen: bool) -> bool:
        """Put the mail into new/, or into cur/ as read; False when it is there already. Durable on return.

        Raises ChannelError ('permission', 'full', 'no_such_folder'); then no part of the mail is in the
        folder.
        """
        try:
            self._make()
            if self._named(submission.key):
                return False
            return self._put(submission, "cur" if seen else "new", ":2,S" if seen else "")
        except OSError as error:
            raise as_channel_error(error, self.path) from error

    def holds(self, submission: Submission) -> bool:
        """Whether the mail is here, by our file name or, when other programs renamed it, by its Message-ID.

        Raises ChannelError when the folder cannot be read, because then nothing is known.
        """
        try:
            return self._named(submission.key) or self._has_message_id(submission.key)
        except OSError as error:
            raise as_channel_error(error, self.path) from error

    def _make(self) -> None:
        for part in (self.path, *(self.path / name for name in ("tmp", "new", "cur"))):
            part.mkdir(mode=0o700, exist_ok=True)

    def _put(self, submission: Submission, where: str, flags: str) -> bool:
        stem = _stem(submission.key)
        temporary = self.path / "tmp" / f"{stem}.{os.getpid()}.{secrets.token_hex(4)}"
        final = self.path / where / f"{stem}{flags}"
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_LINE_ENDS.sub(b"\n", submission.raw))
                stream.flush()
                os.fsync(stream.fileno())
            _link(temporary, final)
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(final.parent)
        return True

    def _files(self) -> Iterator[os.DirEntry[str]]:
        for where in ("new", "cur"):
            try:
                with os.scandir(self.path / where) as entries:
                    yield from entries
            except FileNotFoundError:
                continue

    def _named(self, key: str) -> bool:
        stem = _stem(key)
        return any(entry.name.startswith(stem) for entry in self._files())

    def _has_message_id(self, key: str) -> bool:
        return any(_message_id(entry.path) == key for entry in self._files())


def beside(mailbox: Path, named: str) -> Path:
    """Where the outgoing mail of a mailbox goes: the folder that a setting names, else the mailbox's path
    with '.Sent' added."""
    return Path(named).expanduser() if named else mailbox.parent / f"{mailbox.name}.Sent"


def as_channel_error(error: OSError, path: Path) -> ChannelError:
    """A failure of the file system as a sentence about a mailbox."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ChannelError(
            "full", _("The disk with {path} is full. Make room; it is tried again.").format(path=path)
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ChannelError(
            "permission", _("{path} may not be opened. Check who owns it and its mode.").format(path=path)
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return ChannelError(
            "no_such_folder", _("There is no {path}. Check the account's path.").format(path=path)
        )
    return ChannelError(
        "unreachable",
        _("{path} could not be used: {reason}.").format(
            path=path, reason=error.strerror or type(error).__name__
        ),
    )


def _stem(key: str) -> str:
    return f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.csdesk"


def _link(temporary: Path, final: Path) -> None:
    """Make the finished file visible in one step, and never over another."""
    try:
        os.link(temporary, final)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        temporary.rename(final)  # file systems without hard links; the name is ours alone


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _message_id(path: str) -> str:
    try:
        with Path(path).open("rb") as stream:
            header = stream.read(65_536).partition(b"\n\n")[0]
    except FileNotFoundError:
        return ""
    return str(BytesHeaderParser().parsebytes(header).get("Message-ID", "")).strip().strip("<>").strip()
