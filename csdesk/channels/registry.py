"""From an account to its channel. Imports a channel's file only when an account of that kind is opened."""

from __future__ import annotations

from csdesk.domain.people import Account
from csdesk.domain.ports import Channel, ChannelProgress
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.secrets import Secrets

KINDS = ("imap", "maildir", "mbox")


def open_channel(account: Account, secrets: Secrets) -> Channel:
    """The channel of an account. Touches neither network nor disk: mistakes in the settings come out of
    check(), fetch() and send() as ChannelError('not_configured'). Raises Usage for an unknown kind."""
    if account.kind == "imap":
        from csdesk.channels.imap import ImapChannel

        return ImapChannel(account, secrets)
    if account.kind == "maildir":
        from csdesk.channels.maildir import MaildirChannel

        return MaildirChannel(account, secrets)
    if account.kind == "mbox":
        from csdesk.channels.mbox import MboxChannel

        return MboxChannel(account, secrets)
    raise Usage(
        _("There is no kind of account called {kind}. Use one of: {kinds}.").format(
            kind=repr(account.kind), kinds=", ".join(KINDS)
        )
    )


def progress(account: Account, cursor: str) -> ChannelProgress | None:
    """How far the first look at an account came, by its stored cursor; None when all is here or the kind does not
    say. Asks no server."""
    if account.kind != "imap":
        return None
    from csdesk.channels.imap import progress_of

    return progress_of(account, cursor)
