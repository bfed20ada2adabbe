"""A Maildir as a channel: reads new/ and cur/, changes neither, and files or sends what goes out.

Settings: `path`; `folders` ('*' or names like '.Sales, .Returns', none by default); `smtp` and what Submitter
reads; `sent` (where outgoing mail is filed, `path` + '.Sent' by default).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from csdesk.channels.batches import batches, unknown
from csdesk.channels.filing import as_channel_error
from csdesk.channels.outgoing import LocalOutgoing
from csdesk.clock import SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch, ChannelError, Check, RawMail, Receipt, Submission
from csdesk.i18n import _
from csdesk.secrets import Secrets

SETTLED_SECONDS = 3.0
"""How old a folder's time must be before it is believed. File systems count in ticks of up to two seconds: a
mail that comes in the tick in which we listed the folder leaves no trace in its time."""

_FLAGS = re.compile(r"[:;!]2,[A-Za-z]*\Z")

Times = dict[str, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """One file of the mailbox. `at` is its modification time in seconds since 1970."""

    external_id: str
    path: str
    folder: str
    at: float


class MaildirChannel:
    """One Maildir. The cursor holds the modification times of its folders, as JSON."""

    kind = "maildir"

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self._account = account
        self._path = Path(account.settings.get("path", "")).expanduser()
        self._outgoing = LocalOutgoing(account, secrets)

    def check(self) -> list[Check]:
        """Steps 'folder' and 'send'."""
        try:
            self._demand_maildir()
            for folder in self._folders():
                for part in ("new", "cur"):
                    next((self._path / folder / part).iterdir(), None)
        except ChannelError as error:
            return [Check("folder", False, error.message, error.code)]
        except OSError as error:
            failure = as_channel_error(error, Path(error.filename or self._path))
            return [Check("folder", False, failure.message, failure.code)]
        found = Check("folder", True, _("{path} is a Maildir and can be read.").format(path=self._path))
        return [found, self._outgoing.check()]

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        """Mails that are not known yet, oldest first. The last batch may be empty: then only the cursor
        moved.

        A file that vanishes while it is read (another program moved it) is found the next time. When files
        could not be read, the others come first and a ChannelError names them at the end.
        """
        self._demand_maildir()
        before, after = _times(cursor), Times()
        try:
            found = [each for folder in self._folders() for each in self._changed(folder, before, after)]
        except OSError as error:
            raise as_channel_error(error, Path(error.filename or self._path)) from error
        by_id = {each.external_id: each for each in found}
        fresh = [by_id[each] for each in unknown(list(by_id), known)]
        fresh.sort(key=lambda each: (each.at, each.external_id))
        unreadable: list[str] = []
        yield from self._read(fresh, cursor, after, unreadable)
        if unreadable:
            raise ChannelError(
                "permission",
                _("Some mails in {path} may not be read, the first is {name}. Check who owns them.").format(
                    path=self._path, name=unreadable[0]
                ),
            )

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

    def _demand_maildir(self) -> None:
        path = self._path
        if not self._account.settings.get("path"):
            raise ChannelError("not_configured", _("The account has no path. Name the Maildir's folder."))
        if not path.exists():
            raise ChannelError(
                "no_such_folder", _("There is no {path}.{others}").format(path=path, others=_neighbours(path))
            )
        if path.is_file():
            raise ChannelError(
                "no_such_folder",
                _("{path} is a file, not a Maildir. If it is an mbox, add it with the kind mbox.").format(
                    path=path
                ),
            )
        if not ((path / "new").is_dir() and (path / "cur").is_dir()):
            if not os.access(path, os.R_OK | os.X_OK):
                raise ChannelError(
                    "permission",
                    _("{path} may not be opened. Check who owns it and its mode.").format(path=path),
                )
            raise ChannelError(
                "no_such_folder",
                _("{path} is not a Maildir: it has no new and cur folders.{others}").format(
                    path=path, others=_neighbours(path, path / "x")
                ),
            )

    def _folders(self) -> list[str]:
        """The folders to read, relative to the mailbox; '' is the mailbox itself."""
        wanted = [
            name.strip() for name in self._account.settings.get("folders", "").split(",") if name.strip()
        ]
        if wanted == ["*"]:
            wanted = sorted(
                entry.name
                for entry in os.scandir(self._path)
                if entry.is_dir() and _is_maildir(Path(entry.path))
            )
        for name in wanted:
            if "/" in name or name == ".." or not _is_maildir(self._path / name):
                raise ChannelError(
                    "no_such_folder",
                    _("There is no Maildir {name} in {path}.").format(name=name, path=self._path),
                )
        return ["", *wanted]

    def _changed(self, folder: str, before: Times, after: Times) -> Iterator[_Found]:
        """The files of new/ and cur/ of one folder, unless nothing moved since the cursor."""
        for part in ("new", "cur"):
            place = self._path / folder / part
            name = f"{folder}/{part}"
            # The time is taken before the names: what comes in between is then seen twice rather than never.
            stamp = place.stat().st_mtime_ns
            if stamp and before.get(name) == stamp:
                after[name] = stamp
                continue
            settled = SystemClock().now().timestamp() - stamp / 1e9 >= SETTLED_SECONDS
            after[name] = stamp if settled else 0
            yield from _listed(place, folder)

    def _read(self, found: list[_Found], cursor: str, after: Times, unreadable: list[str]) -> Iterator[Batch]:
        """Batches that keep the old cursor, and the last one that carries the new."""
        held: list[RawMail] | None = None
        for batch in batches(_raw(found, after, unreadable)):
            if held is not None:
                yield Batch(tuple(held), cursor)
            held = batch
        new = json.dumps(after, sort_keys=True)
        if held is not None or new != cursor:
            yield Batch(tuple(held or ()), new)


def _listed(place: Path, folder: str) -> Iterator[_Found]:
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                if not entry.is_file():
                    continue
                at = entry.stat().st_mtime
            except FileNotFoundError:
                continue  # its folder's time has changed, so it is looked for again
            unique = _FLAGS.sub("", entry.name)
            yield _Found(f"{folder}/{unique}" if folder else unique, entry.path, folder or "INBOX", at)


def _raw(found: list[_Found], after: Times, unreadable: list[str]) -> Iterator[RawMail]:
    """The mails with their bytes. A folder with a file that could not be read is listed again the next
    time."""
    for each in found:
        try:
            raw = Path(each.path).read_bytes()
        except OSError as error:
            _again(each, after)
            if not isinstance(error, FileNotFoundError):
                unreadable.append(Path(each.path).name)
            continue
        yield RawMail(each.external_id, raw, datetime.fromtimestamp(each.at, UTC), each.folder)


def _again(each: _Found, after: Times) -> None:
    folder = "" if each.folder == "INBOX" else each.folder
    for part in ("new", "cur"):
        after[f"{folder}/{part}"] = 0


def _times(cursor: str) -> Times:
    """The folder times in a cursor; none when it is empty or from another kind of account."""
    try:
        read = json.loads(cursor) if cursor else {}
    except ValueError:
        return {}
    return (
        {str(key): value for key, value in read.items() if isinstance(value, int)}
        if isinstance(read, dict)
        else {}
    )


def _is_maildir(path: Path) -> bool:
    return (path / "new").is_dir() and (path / "cur").is_dir()


def _neighbours(*paths: Path) -> str:
    """The Maildirs beside paths that are none, as a sentence of its own; '' when there are none."""
    near: list[str] = []
    for path in paths:
        try:
            near += sorted(str(each) for each in path.parent.iterdir() if each.is_dir() and _is_maildir(each))
        except OSError:
            continue
    return " " + _("Maildirs near it: {names}.").format(names=", ".join(near[:8])) if near else ""
