"""Which folders an IMAP mailbox has for sent mail, and whether a mail lies there. Reads no bodies."""

from __future__ import annotations

from csdesk.channels.imap_session import ImapSession
from csdesk.domain.ports import ChannelError, Submission

_SENT_NAMES = (
    "sent", "sent items", "sent messages", "sent mail", "inbox.sent", "inbox/sent", "已发送", "已发送邮件",
    "gesendet", "gesendete elemente", "enviados", "elementos enviados", "envoyés", "éléments envoyés",
)  # fmt: skip
_NEWEST = 100


def sent_folder(session: ImapSession, named: str) -> str | None:
    """The folder of sent mail: the named one, the one that the server marks (RFC 6154), or one with a usual name.
    None when there is none; raises 'no_such_folder' when the named one is missing."""
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


def make_sent_folder(session: ImapSession) -> str:
    """A new folder Sent; under INBOX where the server keeps everything there."""
    folders = session.folders()
    delimiter = next((each.delim for each in folders if each.delim), "/")
    others = [each.name for each in folders if each.name.upper() != "INBOX"]
    inside = bool(others) and all(name.upper().startswith(f"INBOX{delimiter}") for name in others)
    name = f"INBOX{delimiter}Sent" if inside else "Sent"
    session.create(name)
    return name


def is_filed(session: ImapSession, folder: str, submission: Submission) -> bool:
    """Whether a folder has the mail. Some servers search an index that lags, so the newest are looked at too."""
    count = session.examine(folder).exists
    wanted = f"<{submission.key}>"
    quoted = wanted.replace("\\", "\\\\").replace('"', '\\"')
    if session.search("HEADER", "Message-ID", f'"{quoted}"'):
        return True
    headers = session.newest_headers(_NEWEST, count, "MESSAGE-ID")
    return any(wanted.encode() in b"".join(each.split()) for each in headers)
