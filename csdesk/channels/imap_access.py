"""From an account to a signed-in IMAP connection: its URL, its password or token. Reads no mail."""

from __future__ import annotations

from csdesk.channels.imap_limits import Limits, limits_of
from csdesk.channels.imap_session import ImapSession
from csdesk.channels.signin import SignIn
from csdesk.channels.url import MailUrl, parse_url
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.secrets import Secrets


class ImapAccess:
    """How one account reaches its mailbox. For several threads: each call makes what it gives."""

    def __init__(self, account: Account, secrets: Secrets) -> None:
        self.account = account
        self.settings = account.settings
        self._sign = SignIn(account, secrets)

    @property
    def server(self) -> MailUrl:
        """The server. Raises ChannelError('not_configured')."""
        written = self.settings.get("imap", "")
        if not written:
            raise ChannelError(
                "not_configured",
                _("Account {name} has no mailbox. Add one with --imap URL.").format(name=self.account.name),
            )
        try:
            return parse_url(written, "imap")
        except DeskError as error:
            raise ChannelError("not_configured", error.message) from error

    @property
    def limits(self) -> Limits:
        """What the provider allows."""
        return limits_of(self.server.host, self.settings)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that are read for incoming mail: the URL's, then those of the setting `folders`."""
        more = [each.strip() for each in self.settings.get("folders", "").split(",")]
        return tuple(dict.fromkeys([self.server.folder, *(each for each in more if each)]))

    def connect(self) -> ImapSession:
        """A connection, not signed in. Raises ChannelError."""
        return ImapSession(self.server, self.settings)

    def sign_in(self, session: ImapSession) -> ImapSession:
        """Sign in; gives the session that is signed in, which is another one when the first token had to be
        renewed. Raises ChannelError, and then the session is closed."""
        user = self.server.user or self.account.address
        try:
            if not self._sign.by_token:
                session.sign_in(user, self._sign.password(user))
                return session
            token = self._sign.token()
            try:
                session.sign_in_with_token(user, token)
            except ChannelError as error:
                if error.code != "wrong_password":
                    raise
                session.close()
                token = self._sign.token(refused=token)
                session = self.connect()
                session.sign_in_with_token(user, token)
            return session
        except ChannelError:
            session.close()
            raise

    def signed_in(self) -> ImapSession:
        """A new connection, signed in. Raises ChannelError."""
        return self.sign_in(self.connect())
