"""An Outgoing as the bytes that go over the wire, the same bytes each time: what is frozen in the outbox is what is
sent. Knows no server and no store."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from csdesk.domain.mail import Address, Outgoing, Part
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.mail import attributions, encode, names, pictures
from csdesk.mail.encode import CRLF
from csdesk.mail.thread import base_subject, without_answers
from csdesk.text import clean, clean_line

LOOP_HEADER = "X-Csdesk-Loop"
MAX_REFERENCES = 20
_EXTRA = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = frozenset(
    ("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
     "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "auto-submitted",
     "return-path", "received", "precedence", "x-auto-response-suppress", "content-language", "dkim-signature",
     "authentication-results", LOOP_HEADER.lower())
)  # fmt: skip
"""Fields that are written here or by servers; a second one of these makes a mail that filters distrust."""


def build(out: Outgoing) -> bytes:
    """RFC 5322 bytes with CRLF ends and no line over 998, never a Bcc.

    Raises Refused: code 'no_recipient' when nobody or no usable address is named, 'empty' when there is nothing to
    send, 'message_id' when the id could not stand in a header.
    """
    recipients(out)
    if not encode.usable_id(out.message_id):
        raise Refused(_("This message has no usable identifier and was not built."), code="message_id")
    if not (out.text.strip() or out.quoted.strip() or out.attachments):
        raise Refused(_("There is nothing to send: the text is empty."), code="empty")
    content = _text_part(out)
    images = pictures.of(out)
    if images:
        content = _alternative(out, content)
    if len(images) < len(out.attachments):
        content = _mixed(out, content)
    return (_head(out) + content).encode("ascii")


def recipients(out: Outgoing) -> tuple[str, ...]:
    """The envelope: To, Cc and Bcc as they go over the wire, each once. Raises Refused (code 'no_recipient')."""
    found = [encode.mailbox(address.address) for address in (*out.to, *out.cc, *out.bcc)]
    unique = {address.lower(): address for address in reversed(found)}
    if not unique:
        raise Refused(_("There is nobody to send this to: no recipient is named."), code="no_recipient")
    return tuple(unique[key] for key in dict.fromkeys(address.lower() for address in found))


def reply_subject(subject: str) -> str:
    """'Re: ' once before the subject, whatever answer prefixes it had."""
    return f"Re: {without_answers(clean_line(subject))}".strip()


def forward_subject(subject: str) -> str:
    """'Fwd: ' once before the subject, whatever prefixes it had."""
    return f"Fwd: {base_subject(clean_line(subject))}".strip()


def attribution(language: str, who: Address | None, at: datetime | None) -> str:
    """The line above a quoted text in the mail's language (English when it has none of ours); '' when it is not
    known who wrote it or when. The instant is shown with its own offset, named as such."""
    if who is None or at is None:
        return ""
    return attributions.line(language, clean_line(who.name, limit=100) or who.address, at)


def quote(text: str) -> str:
    """The text with '> ' before each line ('>' before lines that are quotes already)."""
    lines = clean(text).strip("\n").split("\n")
    return "\n".join(">" + line if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def full_text(out: Outgoing) -> str:
    """The body as the customer will read it: text, signature under '-- ', quoted original under its attribution."""
    return "\n\n".join(part for part in (clean(out.text).rstrip(), _foot(out)) if part)


def _foot(out: Outgoing) -> str:
    """What stands below the words."""
    parts: list[str] = []
    if out.signature.strip():
        parts.append(f"-- \n{clean(out.signature).strip()}")
    if out.quoted.strip():
        head = attribution(out.language, out.quoted_sender, out.quoted_date)
        parts.append((f"{head}\n" if head else "") + quote(out.quoted))
    return "\n\n".join(part for part in parts if part)


def _head(out: Outgoing) -> str:
    """The fields before the content."""
    fields = [
        encode.address_field("From", (out.sender,)),
        encode.address_field("To", out.to) if out.to else "",
        encode.address_field("Cc", out.cc) if out.cc else "",
        encode.text_field("Subject", out.subject),
        encode.date_field(out.date),
        encode.ids_field("Message-ID", (out.message_id,)),
        encode.ids_field("In-Reply-To", (out.in_reply_to,)),
        encode.ids_field("References", _references(out)),
        f"{LOOP_HEADER}: {encode.mailbox(out.sender.address)}{CRLF}",
    ]
    if out.automatic:
        # RFC 3834 section 5: an answer says 'auto-replied', everything else a machine sends 'auto-generated'.
        kind = "auto-replied" if out.in_reply_to else "auto-generated"
        fields.append(f"Auto-Submitted: {kind}{CRLF}X-Auto-Response-Suppress: All{CRLF}")
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", out.language):
        fields.append(f"Content-Language: {out.language}{CRLF}")
    seen = set(_OURS)
    for name, value in out.headers.items():
        if (
            _EXTRA.fullmatch(name)
            and name.lower() not in seen
            and not name.lower().startswith(("list-", "resent-"))
        ):
            seen.add(name.lower())
            fields.append(encode.text_field(name, value))
    fields.append(f"MIME-Version: 1.0{CRLF}")
    return "".join(fields)


def _references(out: Outgoing) -> tuple[str, ...]:
    """Oldest first, the answered mail last, never ourselves, the last MAX_REFERENCES."""
    ids = [one for one in out.references if one not in (out.in_reply_to, out.message_id)]
    ids = list(dict.fromkeys(ids))
    if out.in_reply_to:
        ids.append(out.in_reply_to)
    return tuple(ids[-MAX_REFERENCES:])


def _text_part(out: Outgoing) -> str:
    encoding, lines = encode.body(full_text(out))
    charset = "us-ascii" if encoding == "7bit" else "utf-8"
    return (
        f"Content-Type: text/plain; charset={charset}{CRLF}"
        f"Content-Transfer-Encoding: {encoding}{CRLF}{CRLF}{lines}"
    )


def _boundary(out: Outgoing, level: str) -> str:
    """A boundary that comes from the id, so that building again gives the same bytes; '=_' in it cannot occur in
    base64 or quoted-printable."""
    return "=_" + hashlib.sha256(f"{level}{out.message_id}".encode()).hexdigest()[:32]


def _alternative(out: Outgoing, text_part: str) -> str:
    """The plain text, and the HTML that shows the images beside it."""
    boundary = _boundary(out, "alternative")
    shown = pictures.related(out, clean(out.text).rstrip(), _foot(out), _boundary(out, "related"))
    return (
        f'Content-Type: multipart/alternative;{CRLF} boundary="{boundary}"{CRLF}{CRLF}'
        f"--{boundary}{CRLF}{text_part}--{boundary}{CRLF}{shown}--{boundary}--{CRLF}"
    )


def _mixed(out: Outgoing, text_part: str) -> str:
    """The text and the files in one multipart/mixed."""
    boundary = _boundary(out, "")
    taken: set[str] = set()
    shown = pictures.of(out)
    parts = [text_part, *(_file_part(part, taken) for part in out.attachments if part not in shown)]
    body = "".join(f"--{boundary}{CRLF}{part}" for part in parts)
    return f'Content-Type: multipart/mixed;{CRLF} boundary="{boundary}"{CRLF}{CRLF}{body}--{boundary}--{CRLF}'


def _file_part(part: Part, taken: set[str]) -> str:
    """One attachment. Mails go as plain files: RFC 2046 forbids base64 for message/rfc822."""
    mime = encode.mime_type(part.mime)
    fallback = f"attachment-{len(taken) + 1}.{names.extension(mime)}"
    name = names.distinct(names.safe(part.name) or fallback, taken)
    return (
        f"Content-Type: {mime}{encode.parameter('name', name)}{CRLF}"
        f"Content-Transfer-Encoding: base64{CRLF}"
        f"Content-Disposition: attachment{encode.parameter('filename', name)}{CRLF}{CRLF}"
        f"{encode.base64_lines(part.data)}"
    )
