"""An IMAP mailbox as a channel: polls one folder, sends by SMTP, and files our copy in Sent.

Settings: `imap` and `smtp` (URLs without passwords), `sent` (folder) or `server_files_sent` = '1', `password_env`,
`ca_file`, `timeout` (seconds). Reading uses EXAMINE and BODY.PEEK, so nothing on the server changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field

from csdesk.channels.batches import MAX_BYTES, MAX_MAILS, unknown
from csdesk.channels.imap_session import ImapSession
from csdesk.channels.imap_wire import Fetched
from csdesk.channels.smtp import Submitter, missing_password
from csdesk.channels.url import MailUrl, parse_url
from csdesk.clock import SystemClock
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch, ChannelError, Check, RawMail, Receipt, Submission
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets

_ITEMS = "(UID INTERNALDATE BODY.PEEK[])"
_AT_ONCE = 25
_BYTES_AT_ONCE = 4 * 1024 * 1024
_SENT_NAMES = (
    "sent", "sent items", "sent messages", "sent mail", "inbox.sent", "inbox/sent", "已发送", "已发送邮件",
    "gesendet", "gesendete elemente", "enviados", "elementos enviados", "envoyés", "éléments envoyés",
)  # fmt: skip
_NEWEST = 100


@dataclass(slots=True)
class _Cursor:
    """Every mail below `uidnext` was handed out, but for those in `again`: there, and not readable so far."""

    uidvalidity: int = 0
    uidnext: int = 1
    folder: str = ""
    again: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


class ImapChannel:
    """One IMAP mailbox. Holds one connection between calls; for one thread at a time."""

    kind = "imap"

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self._account = account
        self._settings = account.settings
        self._secrets = secrets
        self._smtp = Submitter(account, secrets)
        self._session: ImapSession | None = None

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

    def fetch(self, cursor: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[Batch]:
        """Mails that are not known yet, by ascending UID. The last batch may be empty: then only the cursor
        moved.

        When the folder was rebuilt (another UIDVALIDITY), every mail comes again under a new external id;
        storing them twice is for ingest to prevent, by Message-ID and content. A broken connection raises,
        and the cursor of the last batch stays true. Mails that the server has but does not give are named at
        the end, by a ChannelError, and asked for again the next time.
        """
        folder = self._server().folder
        session = self._connected()
        validity, _count = session.examine(folder)
        place = _read_cursor(cursor, folder, validity)
        uids = [
            *place.again,
            *(uid for uid in session.search("UID", f"{place.uidnext}:*") if uid >= place.uidnext),
        ]
        ids = {_external_id(folder, validity, uid): uid for uid in uids}
        fresh = [ids[each] for each in unknown(list(ids), known)]
        place.again = []
        for mails, last in self._batches(session, place, fresh):
            place.uidnext = max(place.uidnext, last + 1)
            cursor = str(place)
            yield Batch(tuple(mails), cursor)
        place.uidnext = max([place.uidnext, *(uid + 1 for uid in uids)])
        if str(place) != cursor:
            yield Batch((), str(place))
        if place.again:
            raise ChannelError(
                "protocol",
                _(
                    "{host} has mails in {folder} that it does not give out (UID {uids}). Open them in "
                    "another mail program; they are tried again."
                ).format(host=self._server().host, folder=folder, uids=", ".join(map(str, place.again[:10]))),
            )

    def send(self, submission: Submission) -> Receipt:
        """By SMTP."""
        return self._smtp.send(submission)

    def find_sent(self, submission: Submission) -> bool | None:
        """Looks into the Sent folder. Absence proves something only where the server files what it
        accepts."""
        session = self._connected()
        folder = self._sent_folder(session)
        if folder is None:
            return None
        if self._is_filed(session, folder, submission):
            return True
        return False if self._server_files_sent else None

    def file_sent(self, submission: Submission) -> None:
        """Put our copy into Sent, as read, unless it is there or the server does that itself."""
        if self._server_files_sent:
            return
        session = self._connected()
        folder = self._sent_folder(session) or self._made_sent_folder(session)
        if not self._is_filed(session, folder, submission):
            session.append(folder, submission.raw)

    def close(self) -> None:
        """Sign off."""
        if self._session is not None:
            self._session.close()
            self._session = None

    @property
    def _server_files_sent(self) -> bool:
        return self._settings.get("server_files_sent", "").lower() in ("1", "true", "yes")

    def _server(self) -> MailUrl:
        written = self._settings.get("imap", "")
        if not written:
            raise ChannelError(
                "not_configured",
                _("Account {name} has no mailbox. Add one with --imap URL.").format(name=self._account.name),
            )
        try:
            return parse_url(written, "imap")
        except DeskError as error:
            raise ChannelError("not_configured", error.message) from error

    def _connected(self) -> ImapSession:
        """The held connection when it still answers, else a new one, signed in."""
        if self._session is None or not self._session.alive:
            self._session = ImapSession(self._server(), self._settings)
            try:
                self._sign_in(self._session)
            except ChannelError:
                self.close()
                raise
        return self._session

    def _sign_in(self, session: ImapSession) -> None:
        user = self._server().user or self._account.address
        try:
            password = self._secrets.get(self._account.name, self._settings.get("password_env", ""))
        except DeskError as error:
            raise ChannelError("permission", error.message) from error
        if not user or not password:
            raise ChannelError("not_configured", missing_password(self._account))
        session.sign_in(user, password)

    def _steps(self) -> Iterator[Check]:
        try:
            server = self._server()
            self._session = session = ImapSession(server, self._settings)
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
        yield _step("folder", lambda: self._check_folders(session), _("The folders are there."))
        yield self._smtp.check()

    def _check_folders(self, session: ImapSession) -> None:
        session.examine(self._server().folder)
        if self._settings.get("sent"):
            self._sent_folder(session)

    def _batches(
        self, session: ImapSession, place: _Cursor, uids: list[int]
    ) -> Iterator[tuple[list[RawMail], int]]:
        """Mails with the last UID that they cover, at most MAX_MAILS and about MAX_BYTES together. What a
        server claims about sizes only decides how much is asked for at once; the real bytes decide the
        rest."""
        held: list[RawMail] = []
        size = 0
        for some in _portions(session, uids):
            found = self._bodies(session, some, place)
            held.extend(self._mail(place, each) for each in found)
            size += sum(len(each.body or b"") for each in found)
            if len(held) + _AT_ONCE > MAX_MAILS or size >= MAX_BYTES - _BYTES_AT_ONCE:
                yield held, some[-1]
                held, size = [], 0
        if held:
            yield held, uids[-1]

    def _bodies(self, session: ImapSession, uids: list[int], place: _Cursor) -> list[Fetched]:
        """The mails with these UIDs, as far as they still exist. One that stays silent is asked for by
        itself; when it is there and still not given, it is noted in `place.again`."""
        answers = session.fetch(uids, _ITEMS)
        found: list[Fetched] = []
        for uid in uids:
            answer = answers.get(uid)
            if answer is None or answer.body is None:
                answer = session.fetch([uid], _ITEMS).get(uid)
            if answer is not None and answer.body is not None:
                found.append(answer)
            elif uid in session.search("UID", str(uid)):
                place.again.append(uid)
        return found

    def _mail(self, place: _Cursor, answer: Fetched) -> RawMail:
        return RawMail(
            external_id=_external_id(place.folder, place.uidvalidity, answer.uid),
            raw=answer.body or b"",
            received_at=answer.at or SystemClock().now(),
            folder=place.folder,
        )

    def _sent_folder(self, session: ImapSession) -> str | None:
        """The folder of sent mail: the named one, the one that the server marks (RFC 6154), or one with a
        usual name. None when there is none; raises 'no_such_folder' when the named one is missing."""
        named = self._settings.get("sent", "")
        folders = session.folders()
        if named:
            if named not in [each.name for each in folders]:
                raise ChannelError("no_such_folder", session.no_such_folder(named))
            return named
        for each in folders:
            if "\\sent" in [flag.lower() for flag in each.flags]:
                return each.name
        by_name = {each.name.lower(): each.name for each in reversed(folders)}
        return next((by_name[name] for name in _SENT_NAMES if name in by_name), None)

    def _made_sent_folder(self, session: ImapSession) -> str:
        """A new folder Sent; under INBOX where the server keeps everything there."""
        folders = session.folders()
        delimiter = next((each.delim for each in folders if each.delim), "/")
        others = [each.name for each in folders if each.name.upper() != "INBOX"]
        inside = bool(others) and all(name.upper().startswith(f"INBOX{delimiter}") for name in others)
        name = f"INBOX{delimiter}Sent" if inside else "Sent"
        session.create(name)
        return name

    def _is_filed(self, session: ImapSession, folder: str, submission: Submission) -> bool:
        """Whether Sent has the mail. Some servers search an index that lags, so the newest are looked at
        too."""
        _validity, count = session.examine(folder)
        wanted = f"<{submission.key}>"
        quoted = wanted.replace("\\", "\\\\").replace('"', '\\"')
        if session.search("HEADER", "Message-ID", f'"{quoted}"'):
            return True
        headers = session.newest_headers(_NEWEST, count, "MESSAGE-ID")
        return any(wanted.encode() in b"".join(each.split()) for each in headers)


def _portions(session: ImapSession, uids: list[int]) -> Iterator[list[int]]:
    """UIDs to ask for at once, by number and by the sizes that the server claims."""
    for start in range(0, len(uids), MAX_MAILS):
        some = uids[start : start + MAX_MAILS]
        sizes = session.fetch(some, "(UID RFC822.SIZE)")
        portion: list[int] = []
        claimed = 0
        for uid in some:
            size = sizes[uid].size if uid in sizes else 0
            if portion and (len(portion) >= _AT_ONCE or claimed + size > _BYTES_AT_ONCE):
                yield portion
                portion, claimed = [], 0
            portion.append(uid)
            claimed += size
        if portion:
            yield portion


def _step(name: str, act: Callable[[], None], well: str) -> Check:
    try:
        act()
    except ChannelError as error:
        return Check(name, False, error.message, error.code)
    return Check(name, True, well)


def _external_id(folder: str, validity: int, uid: int) -> str:
    return f"{folder}/{validity}/{uid}"


def _read_cursor(cursor: str, folder: str, validity: int) -> _Cursor:
    """The cursor, or the folder's beginning when it is empty, for another folder, or from before a
    rebuild."""
    try:
        place = _Cursor(**json.loads(cursor)) if cursor else _Cursor()
    except (ValueError, TypeError):
        place = _Cursor()
    if (place.folder, place.uidvalidity) == (folder, validity):
        return place
    return _Cursor(uidvalidity=validity, folder=folder)
