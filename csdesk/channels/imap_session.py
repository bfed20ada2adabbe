"""One signed-in connection to an IMAP server. Knows IMAP and its failures, but no account, cursor or batch.

Every method raises ChannelError. After a broken answer the connection is dropped, because what comes next on
it can no longer be matched to a question.
"""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import BaseMailBox, FolderInfo, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from csdesk.channels import imap_limits, net
from csdesk.channels.imap_idle import Idle
from csdesk.channels.imap_wire import Fetched, fetched, response_code, words_of
from csdesk.channels.url import MailUrl
from csdesk.domain.ports import ChannelError
from csdesk.i18n import _

_NOT_THE_PASSWORD = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "OVERQUOTA", "CONTACTADMIN"}
_CODES = {
    "NOPERM": "permission",
    "NONEXISTENT": "no_such_folder",
    "TRYCREATE": "no_such_folder",
    "OVERQUOTA": "full",
    "LIMIT": "full",
    "UNAVAILABLE": "unreachable",
    "INUSE": "unreachable",
    "PRIVACYREQUIRED": "tls",
}
_SLOWEST = 10_000
"""Bytes a second that the slowest line is expected to carry, when a mail is filed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened folder: its UIDVALIDITY, number of mails, UIDNEXT and HIGHESTMODSEQ (0 where not said)."""

    folder: str
    validity: int
    exists: int
    uidnext: int = 0
    modseq: int = 0


class ImapSession:
    """A connection, made by the constructor: connected and encrypted, not yet signed in.

    `capabilities` are what the server says after sign-in; before it many say less. `opened` is the folder that
    is open now, or None.
    """

    def __init__(self, server: MailUrl, settings: dict[str, str]) -> None:
        self._server = server
        self._limits = imap_limits.limits_of(server.host, settings)
        self._patience = net.timeout(settings)
        self._secret = ""
        self._box: BaseMailBox | None = None
        self.capabilities: frozenset[str] = frozenset()
        self.opened: Opened | None = None
        imap_limits.take_connection(server.host, server.user, self._limits)
        try:
            with self._talking():
                self._box = _connected(server, settings, self._patience)
                net.keep_alive(self._box.client.sock)
        except BaseException:
            if self._box is not None:
                _hang_up(self._box)
                self._box = None
            imap_limits.give_connection(server.host, server.user)
            raise

    @property
    def alive(self) -> bool:
        """Whether the server still answers."""
        if self._box is None:
            return False
        try:
            with self._talking() as box:
                return str(box.client.noop()[0]) == "OK"
        except ChannelError:
            return False

    def sign_in(self, user: str, password: str) -> None:
        """LOGIN, or AUTHENTICATE PLAIN where the words are not ASCII. Raises 'wrong_password'."""
        self._secret = password
        try:
            with self._talking() as box:
                if user.isascii() and password.isascii():
                    box.login(user, password, initial_folder=None)
                else:
                    box.login_utf8(user, password, initial_folder=None)
        except _Answer as answer:
            words = _("{host} does not accept the user name {user} with this password. It said: {words}")
            raise self._refused(answer, user, words) from answer
        self._read_capabilities()

    def sign_in_with_token(self, user: str, token: str) -> None:
        """AUTHENTICATE XOAUTH2. Raises 'wrong_password' when the server does not take the token."""
        self._secret = token
        sent: list[bytes] = []

        def answer(_challenge: bytes) -> bytes:
            # A second challenge holds the reason as JSON and wants an empty line before the NO comes.
            sent.append(b"" if sent else f"user={user}\x01auth=Bearer {token}\x01\x01".encode())
            return sent[-1]

        try:
            with self._talking() as box:
                try:
                    box.client.authenticate("XOAUTH2", answer)
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error as error:
                    raise _Answer("NO", [str(error).encode()]) from error
        except _Answer as refusal:
            words = _("{host} does not accept the sign-in of {user}. It said: {words}")
            raise self._refused(refusal, user, words) from refusal
        self._read_capabilities()

    def _refused(self, answer: _Answer, user: str, words: str) -> ChannelError:
        if response_code(answer.data) in _NOT_THE_PASSWORD:
            return ChannelError("unreachable", self._said(answer))
        said = net.said(words_of(answer.data), self._secret)
        return ChannelError("wrong_password", words.format(host=self._server.host, user=user, words=said))

    def _read_capabilities(self) -> None:
        """Servers tell all they can only to those who are signed in, and imaplib keeps what it heard before."""
        with self._answered() as box:
            typ, data = box.client.capability()
            _demand(typ, data)
            words = b" ".join(part for part in data if isinstance(part, bytes))
            self.capabilities = frozenset(words.decode("ascii", "replace").upper().split())
            if {"ENABLE", "CONDSTORE"} <= self.capabilities:
                # Dovecot tells HIGHESTMODSEQ only to those who asked for it (RFC 7162 3.1); a NO changes nothing.
                box.client._simple_command("ENABLE", "CONDSTORE")

    def folders(self) -> list[FolderInfo]:
        """All folders that can hold mail."""
        with self._talking() as box:
            return [
                each
                for each in box.folder.list()
                if "\\noselect" not in [flag.lower() for flag in each.flags]
            ]

    def examine(self, folder: str, *, writable: bool = False) -> Opened:
        """Open a folder, for reading only unless `writable`. Raises 'no_such_folder', naming those that there
        are."""
        self.opened = None
        try:
            with self._talking() as box:
                exists = _number(box.folder.set(folder, readonly=not writable)[1])
                numbers = [
                    _number(box.client.response(name)[1])
                    for name in ("UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ")
                ]
        except _Answer as answer:
            code = _CODES.get(response_code(answer.data), "no_such_folder")
            if code != "no_such_folder":
                raise ChannelError(code, self._said(answer)) from answer
            raise ChannelError("no_such_folder", self.no_such_folder(folder)) from answer
        self.opened = Opened(folder, numbers[0], exists, numbers[1], numbers[2])
        return self.opened

    def no_such_folder(self, folder: str) -> str:
        """The sentence for a folder that is not there."""
        names = ", ".join(net.said(each.name) for each in self.folders()[:40])
        return _("There is no folder {folder} on {host}. There are: {names}.").format(
            folder=folder, host=self._server.host, names=names or "-"
        )

    def search(self, *criteria: str) -> list[int]:
        """UIDs that match, ascending."""
        with self._answered() as box:
            typ, data = box.client.uid("SEARCH", *criteria)
            _demand(typ, data)
            return sorted({int(each) for part in data if isinstance(part, bytes) for each in part.split()})

    def fetch(self, uids: Iterable[int], items: str) -> dict[int, Fetched]:
        """UID FETCH of some items. A server that answers NO for all because of one gives nothing here."""
        wanted = ",".join(str(each) for each in uids)
        with self._talking() as box:
            typ, data = box.client.uid("FETCH", wanted, items)
            return fetched(data) if typ == "OK" else {}

    def newest_headers(self, count: int, exists: int, field: str) -> list[bytes]:
        """One header field of the newest mails of the open folder."""
        if not exists:
            return []
        with self._answered() as box:
            typ, data = box.client.fetch(
                f"{max(exists - count + 1, 1)}:{exists}", f"(UID BODY.PEEK[HEADER.FIELDS ({field})])"
            )
            _demand(typ, data)
            return [each.body for each in fetched(data).values() if each.body]

    def append(self, folder: str, raw: bytes) -> None:
        """File a mail as read."""
        with self._answered() as box:
            box.client.sock.settimeout(self._patience + len(raw) / _SLOWEST)
            box.append(raw, folder, flag_set=["\\Seen"])
            box.client.sock.settimeout(self._patience)

    def mark_seen(self, uids: Iterable[int]) -> None:
        """Set \\Seen on mails of the folder that was opened for writing."""
        wanted = ",".join(str(each) for each in uids)
        with self._answered() as box:
            typ, data = box.client.uid("STORE", wanted, "+FLAGS.SILENT", "(\\Seen)")
            _demand(typ, data)

    def idle(self, exists: int | None = None) -> Idle:
        """IDLE on the open folder with so many mails (as opened when None). Until it is ended, nothing else may be
        asked."""
        known = self.opened.exists if self.opened else 0
        with self._talking() as box:
            return Idle(box.client, self._patience, known if exists is None else exists)

    @contextmanager
    def idling(self) -> Iterator[None]:
        """Failures of an Idle as ChannelError, after which the connection is gone."""
        with self._talking():
            yield

    def news_by_noop(self) -> bool:
        """Ask once whether the open folder has more mails than when it was opened or asked last."""
        with self._answered() as box:
            typ, data = box.client.noop()
            _demand(typ, data)
            found = box.client.response("EXISTS")[1]
            box.client.response("EXPUNGE")
        exists, before = _number(found), self.opened
        if before is None or not exists:
            return False
        self.opened = Opened(before.folder, before.validity, exists, before.uidnext, before.modseq)
        return exists > before.exists

    def create(self, folder: str) -> None:
        """Make a folder."""
        with self._answered() as box:
            box.folder.create(folder)

    def close(self) -> None:
        """Say goodbye and hang up."""
        if self._box is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError, ValueError):
                self._box.logout()
        self.drop()

    def drop(self) -> None:
        """Hang up without a word."""
        box, self._box, self.opened = self._box, None, None
        if box is not None:
            _hang_up(box)
            imap_limits.give_connection(self._server.host, self._server.user)

    @contextmanager
    def _talking(self) -> Iterator[BaseMailBox]:
        """Turn what libraries raise into ChannelError; a NO comes out as _Answer and keeps the connection."""
        try:
            yield self._box  # type: ignore[misc]
        except ChannelError:
            raise
        except UnexpectedCommandStatusError as error:
            result = error.command_result
            raise _Answer(result[0], result[1]) from error
        except Exception as error:  # a hostile or broken answer can make the libraries raise anything
            self.drop()
            raise net.as_channel_error(error, self._server, self._secret) from error

    @contextmanager
    def _answered(self) -> Iterator[BaseMailBox]:
        """Like _talking, with a NO as the ChannelError that its response code means."""
        try:
            with self._talking() as box:
                yield box
        except _Answer as answer:
            code = _CODES.get(response_code(answer.data), "protocol")
            raise ChannelError(code, self._said(answer)) from answer

    def _said(self, answer: _Answer) -> str:
        return _("{host} said no: {words}").format(
            host=self._server.host, words=net.said(words_of(answer.data), self._secret)
        )


class _Answer(ChannelError):
    """The server answered, and the answer was no."""

    def __init__(self, typ: str, data: object) -> None:
        super().__init__("protocol", "")
        self.typ = typ
        self.data = data


def _demand(typ: str, data: object) -> None:
    if typ != "OK":
        raise _Answer(typ, data)


def _number(data: object) -> int:
    """The last number in an answer; 0 when the server sent none or nonsense."""
    words = data[-1] if isinstance(data, (list, tuple)) and data else None
    return int(words) if isinstance(words, bytes) and words.isdigit() else 0


def _connected(server: MailUrl, settings: dict[str, str], patience: float) -> BaseMailBox:
    if server.security == "plain":
        return MailBoxUnencrypted(server.host, server.port, timeout=patience)
    context = net.tls_context(settings.get("ca_file", ""))
    if server.security == "tls":
        return MailBox(server.host, server.port, timeout=patience, ssl_context=context)
    box = MailBoxUnencrypted(server.host, server.port, timeout=patience)
    try:
        if "STARTTLS" not in box.client.capabilities or box.client.starttls(context)[0] != "OK":
            raise _no_starttls(server)
    except BaseException:
        _hang_up(box)
        raise
    return box


def _no_starttls(server: MailUrl) -> ChannelError:
    """STARTTLS is required: a server, or someone in between, that does not offer it gets no password."""
    return ChannelError(
        "tls",
        _(
            "{host}:{port} offers no encryption (STARTTLS). Write imaps:// if it speaks TLS from the start."
        ).format(host=server.host, port=server.port),
    )


def _hang_up(box: BaseMailBox) -> None:
    with contextlib.suppress(OSError, AttributeError, ValueError):
        box.client.shutdown()
