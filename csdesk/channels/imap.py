"""An IMAP mailbox as a channel: reads folders, follows Sent, waits for news, sends by SMTP, and files our copy in Sent.

Settings: `imap` and `smtp` (URLs without passwords), `folders` (more to read, separated by commas), `sent` (folder)
or `server_files_sent` = '1', `follow_sent` = '0' to leave Sent unread, `mark_seen` = '1', `oauth` (provider) or
`password_env`, `ca_file`, `timeout` (seconds), `bytes_per_day`, `connections`. Without mark_seen reading uses
EXAMINE and BODY.PEEK, so nothing on the server changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator

from csdesk.channels import imap_folders
from csdesk.channels.imap_access import ImapAccess
from csdesk.channels.imap_cursor import read_cursor
from csdesk.channels.imap_limits import progress
from csdesk.channels.imap_listener import Listener
from csdesk.channels.imap_reader import Folder, Reader
from csdesk.channels.imap_session import ImapSession
from csdesk.channels.smtp import Submitter
from csdesk.clock import Clock, SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import (
    Batch,
    ChannelError,
    ChannelProgress,
    Check,
    Receipt,
    Recognise,
    Submission,
)
from csdesk.i18n import _
from csdesk.secrets import Secrets


class ImapChannel:
    """One IMAP mailbox. Holds one connection between calls, and one more while it listens; for one thread at a
    time, but for listen(), which may have a thread of its own."""

    kind = "imap"

    def __init__(self, account: Account, secrets: Secrets, clock: Clock | None = None) -> None:
        self._settings = account.settings
        self._access = ImapAccess(account, secrets)
        self._smtp = Submitter(account, secrets)
        self._clock = clock or SystemClock()
        self._session: ImapSession | None = None
        self._listener = Listener(self._access)
        self._recognise: Recognise | None = None

    def check(self) -> list[Check]:
        """Steps 'connect', 'tls', 'sign in', 'folder', 'send'; stops at the first that fails."""
        done: list[Check] = []
        try:
            for check in self._steps():
                done.append(check)
                if not check.ok:
                    break
        finally:
            self.close()
        return done

    def recognise_with(self, recognise: Recognise) -> None:
        """See Recognising."""
        self._recognise = recognise

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        """Mails that are not known yet: new ones by ascending UID, folder by folder, then older ones from the
        newest backwards with a look for new ones in between. It may be stopped after any batch. The last batch
        may be empty: then only the cursor moved.

        When a folder was rebuilt (another UIDVALIDITY), every mail has a new external id; those that the
        callback of recognise_with() knows come as Batch.same, the others with their bodies, and storing them
        twice is for ingest to prevent, by Message-ID and content. A broken connection raises, and the cursor of
        the last batch stays true. Mails that the server has but does not give are named at the end, by a
        ChannelError, and asked for again the next time.
        """
        reader = Reader(
            self._connected,
            self._access.server.host,
            read_cursor(cursor),
            known,
            limits=self._access.limits,
            clock=self._clock,
            recognise=self._recognise,
            mark_seen=_is_on(self._settings.get("mark_seen", "")),
        )
        yield from reader.read(self._folders())

    def listen(self, stop: threading.Event, timeout: float) -> bool:
        """See Listening; listens to the account's first folder."""
        return self._listener.listen(stop, timeout)

    def send(self, submission: Submission) -> Receipt:
        """By SMTP."""
        return self._smtp.send(submission)

    def find_sent(self, submission: Submission) -> bool | None:
        """Looks into the Sent folder. Absence proves something only where the server files what it
        accepts."""
        session = self._connected()
        folder = imap_folders.sent_folder(session, self._settings.get("sent", ""))
        if folder is None:
            return None
        if imap_folders.is_filed(session, folder, submission):
            return True
        return False if self._server_files_sent else None

    def file_sent(self, submission: Submission) -> None:
        """Put our copy into Sent, as read, unless it is there or the server does that itself."""
        if self._server_files_sent:
            return
        session = self._connected()
        folder = imap_folders.sent_folder(session, self._settings.get("sent", ""))
        folder = folder or imap_folders.make_sent_folder(session)
        if not imap_folders.is_filed(session, folder, submission):
            session.append(folder, submission.raw)

    def close(self) -> None:
        """Sign off."""
        self._listener.close()
        if self._session is not None:
            self._session.close()
            self._session = None

    @property
    def _server_files_sent(self) -> bool:
        return _is_on(self._settings.get("server_files_sent", ""))

    def _folders(self) -> list[Folder]:
        """What is read: incoming folders, then Sent, unless that is one of them or not wanted."""
        found = [Folder(name) for name in self._access.folders]
        if self._settings.get("follow_sent", "1").lower() not in ("0", "false", "no"):
            sent = imap_folders.sent_folder(self._connected(), self._settings.get("sent", ""))
            if sent is not None and sent not in self._access.folders:
                found.append(Folder(sent, outbound=True))
        return found

    def _connected(self) -> ImapSession:
        """The held connection when it still answers, else a new one, signed in."""
        if self._session is None or not self._session.alive:
            if self._session is not None:
                self._session.close()
                self._session = None
            self._session = self._access.signed_in()
        return self._session

    def _steps(self) -> Iterator[Check]:
        try:
            server = self._access.server
            self._session = session = self._access.connect()
        except ChannelError as error:
            if error.code in ("tls", "certificate"):
                yield Check("connect", True, _("{host} answers.").format(host=server.host))
                yield Check("tls", False, error.message, error.code)
            else:
                yield Check("connect", False, error.message, error.code)
            return
        yield Check("connect", True, _("{host} answers.").format(host=server.host))
        if server.security == "plain":
            yield Check("tls", True, _("Not encrypted; the server is this machine."))
        else:
            yield Check("tls", True, _("The connection is encrypted and the certificate is valid."))
        yield _step("sign in", lambda: self._sign_in(session), _("The user name and password are right."))
        yield _step("folder", self._check_folders, _("The folders are there."))
        yield self._smtp.check()

    def _sign_in(self, session: ImapSession) -> None:
        self._session = None
        self._session = self._access.sign_in(session)

    def _check_folders(self) -> None:
        session = self._connected()
        for name in self._access.folders:
            session.examine(name)
        if self._settings.get("sent"):
            imap_folders.sent_folder(session, self._settings["sent"])


def progress_of(account: Account, cursor: str, clock: Clock | None = None) -> ChannelProgress | None:
    """How far the first look at an account's folders came, by its stored cursor; None when all is here."""
    try:
        limits = ImapAccess(account, Secrets()).limits
    except ChannelError:
        return None
    return progress(read_cursor(cursor), limits, (clock or SystemClock()).now().date().isoformat())


def _is_on(written: str) -> bool:
    return written.lower() in ("1", "true", "yes")


def _step(name: str, act: Callable[[], None], well: str) -> Check:
    try:
        act()
    except ChannelError as error:
        return Check(name, False, error.message, error.code)
    return Check(name, True, well)
