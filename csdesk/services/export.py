"""One conversation as a file: text, a page to print, a mailbox, JSON. Notes stay out unless they are asked for.

What leaves the desk as a file may go anywhere, so a note is in it only on purpose, and says what it is.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from csdesk.domain.conversation import Message, Note, Thread
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _
from csdesk.services.checks import state_word
from csdesk.services.context import Context
from csdesk.services.files import save_as
from csdesk.store import Tx
from csdesk.text import clean, clean_line

FORMATS = ("txt", "html", "mbox", "json")
_FROM = re.compile(rb"(?m)^(>*From )")
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 11pt/1.45 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222; }}
article {{ border-top: 1px solid #bbb; padding: .6em 0; break-inside: avoid-page; }}
h2 {{ font-size: 1em; margin: 0; }} h2 small {{ font-weight: normal; color: #666; }}
pre {{ font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4em 0; }}
.note {{ background: #fdf6dc; padding: .6em; }} ul {{ margin: .3em 0; color: #555; }}
</style>
<h1 dir="auto">{title}</h1>
<p>{facts}</p>
{entries}
</html>
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """A conversation as bytes, with a file name for them; `notes` of it were left out."""

    name: str
    data: bytes
    notes: int


class Export:
    """Makes files of conversations."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def make(
        self, conversation: int, form: str, *, notes: bool = False, here: tzinfo | None = None
    ) -> Exported:
        """A conversation in a format of FORMATS, times in the zone `here`. Raises NotFound, Usage for an unknown
        format, Refused for notes in a mailbox file, which holds mail only."""
        if form not in FORMATS:
            raise Usage(
                _("There is no format {name}; there are {names}.").format(
                    name=clean_line(form, limit=20), names=", ".join(FORMATS)
                )
            )
        if form == "mbox" and notes:
            raise Refused(_("A mailbox file holds mail, and a note is none; export it as txt, html or json."))
        with self.store.read() as tx:
            thread = tx.inbox.thread(tx.conversations.root(conversation))
            data = _mbox(tx, thread) if form == "mbox" else b""
        if form != "mbox":
            entries = [one for one in thread.entries if notes or isinstance(one, Message)]
            written = {"txt": _text, "html": _html, "json": _json}[form](thread, entries, here)
            data = written.encode("utf-8", "replace")
        left = 0 if notes else sum(isinstance(one, Note) for one in thread.entries)
        return Exported(f"conversation-{thread.id}.{form}", data, left)

    def save(
        self, conversation: int, form: str, folder: Path, *, notes: bool = False, here: tzinfo | None = None
    ) -> tuple[Path, int]:
        """The same as a new file in a folder, 0600; returns its path and how many notes were left out. Raises also
        Refused when it cannot be written."""
        made = self.make(conversation, form, notes=notes, here=here)
        return save_as(folder, made.name, made.data), made.notes


def _when(at: datetime, here: tzinfo | None) -> str:
    return at.astimezone(here).strftime("%Y-%m-%d %H:%M %z")


def _facts(thread: Thread) -> Iterator[tuple[str, str]]:
    yield _("conversation"), f"#{thread.id}"
    yield _("customer"), clean_line(thread.who)
    yield _("account"), clean_line(f"{thread.account} <{thread.account_address}>")


def _head(entry: Message | Note, here: tzinfo | None) -> tuple[str, str]:
    """Who, and when with what became of it."""
    if isinstance(entry, Note):
        who = _("INTERNAL NOTE, not for the customer: {agent}").format(agent=clean_line(entry.agent))
        return who, _when(entry.created_at, here)
    state = "" if entry.direction == "in" else f"  [{state_word(entry.state)}]"
    return clean_line(str(entry.sender)), f"{_when(entry.sent_at, here)}{state}"


def _files(entry: Message | Note) -> list[str]:
    if isinstance(entry, Note):
        return []
    words = _("attachment {id}: {name} ({size} bytes)")
    return [words.format(id=one.id, name=clean_line(one.name), size=one.size) for one in entry.attachments]


def _text(thread: Thread, entries: list[Message | Note], here: tzinfo | None) -> str:
    out = [clean_line(thread.subject), *(f"{name}: {value}" for name, value in _facts(thread))]
    for entry in entries:
        who, when = _head(entry, here)
        out += ["", "-" * 72, who, when, "", clean(entry.text).rstrip(), *_files(entry)]
    return "\n".join(out) + "\n"


def _html(thread: Thread, entries: list[Message | Note], here: tzinfo | None) -> str:
    """A page that loads nothing and runs nothing; every word from outside is escaped."""
    shown = []
    for entry in entries:
        who, when = _head(entry, here)
        mark = ' class="note"' if isinstance(entry, Note) else ""
        files = "".join(f"<li>{html.escape(one)}</li>" for one in _files(entry))
        shown.append(
            f'<article{mark}><h2 dir="auto">{html.escape(who)} <small>{html.escape(when)}</small></h2>'
            f'<pre dir="auto">{html.escape(clean(entry.text).rstrip())}</pre>{f"<ul>{files}</ul>" if files else ""}'
            "</article>"
        )
    facts = " · ".join(html.escape(f"{name}: {value}") for name, value in _facts(thread))
    title = html.escape(clean_line(thread.subject) or f"#{thread.id}")
    return _PAGE.format(
        language=html.escape(thread.language or "und"), title=title, facts=facts, entries="\n".join(shown)
    )


def _json(thread: Thread, entries: list[Message | Note], _here: tzinfo | None) -> str:

    def instant(at: datetime) -> str:
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

    found = []
    for one in entries:
        if isinstance(one, Note):
            found.append({"id": one.id, "direction": "note", "internal": True, "sender": one.agent,
                          "sent_at": instant(one.created_at), "text": one.text})  # fmt: skip
            continue
        found.append({
            "id": one.id, "direction": one.direction, "sender": str(one.sender), "to": [str(a) for a in one.to],
            "cc": [str(a) for a in one.cc], "subject": one.subject, "sent_at": instant(one.sent_at),
            "message_id": one.message_id, "text": one.text, "visible_text": one.visible_text, "state": one.state,
            "attachments": [{"id": f.id, "name": f.name, "type": f.mime, "size": f.size} for f in one.attachments],
        })  # fmt: skip
    whole = {"id": thread.id, "subject": thread.subject, "status": thread.status, "account": thread.account,
             "customer": thread.who, "tags": list(thread.tags), "messages": found}  # fmt: skip
    return json.dumps(whole, indent=1) + "\n"


def _mbox(tx: Tx, thread: Thread) -> bytes:
    """The mails as they came and left, in the mboxrd way; one whose bytes are gone is left out."""
    out = []
    for message in thread.messages:
        try:
            raw = tx.blobs.get(tx.messages.raw_hash(message.id))
        except NotFound:
            continue
        at = message.sent_at.astimezone(UTC).strftime("%a %b %d %H:%M:%S %Y")
        sender = re.sub(r"[^!-~]", "", message.sender.address) or "MAILER-DAEMON"
        body = _FROM.sub(rb">\1", raw.replace(b"\r\n", b"\n")).rstrip(b"\n")
        out.append(f"From {sender} {at}\n".encode("ascii") + body + b"\n\n")
    return b"".join(out)
