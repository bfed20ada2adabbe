"""How accounts that live in local files send: by SMTP when they have a server, else by filing. Reads no
mailbox."""

from __future__ import annotations

from pathlib import Path

from csdesk.channels.filing import SentFolder, beside
from csdesk.channels.smtp import Submitter
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, Check, NotSent, Receipt, Submission
from csdesk.i18n import _
from csdesk.secrets import Secrets


class LocalOutgoing:
    """The sending half of a Maildir or mbox account."""

    def __init__(self, account: Account, secrets: Secrets) -> None:
        settings = account.settings
        self._smtp = Submitter(account, secrets) if settings.get("smtp") else None
        self._place: SentFolder | None = None
        if settings.get("path") or settings.get("sent"):
            self._place = SentFolder(
                beside(Path(settings.get("path", "")).expanduser(), settings.get("sent", ""))
            )

    @property
    def _sent(self) -> SentFolder:
        if self._place is None:
            raise ChannelError("not_configured", _("The account has no path. Name its mailbox."))
        return self._place

    def check(self) -> Check:
        """Step 'send': the server and the Sent folder, or the Sent folder alone."""
        try:
            self._sent.check()
        except ChannelError as error:
            return Check("send", False, error.message, error.code)
        if self._smtp is not None:
            return self._smtp.check()
        return Check("send", True, _("Outgoing mail is filed in {path}.").format(path=self._sent.path))

    def send(self, submission: Submission) -> Receipt:
        """Hand over. Filing the same mail again adds no second one, so after a crash it is safe to repeat."""
        if self._smtp is not None:
            return self._smtp.send(submission)
        try:
            sent = self._sent
            sent.file(submission, seen=False)
        except ChannelError as error:
            raise NotSent(error.code, error.message) from error
        return Receipt(detail=_("Filed in {path}.").format(path=sent.path))

    def find_sent(self, submission: Submission) -> bool | None:
        """Without SMTP the Sent folder is the whole truth. With it, it holds our own copies: one that is
        there proves that the server took the mail, one that is missing proves nothing."""
        if self._sent.holds(submission):
            return True
        return None if self._smtp is not None else False

    def file_sent(self, submission: Submission) -> None:
        """Our own copy, once, when SMTP took the mail."""
        if self._smtp is not None:
            self._sent.file(submission, seen=True)
