"""Bytes of a mail as a ParsedMail. Never raises: what cannot be understood says so and keeps its source.

Knows no store and no network. Header fields are decoded here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message

from csdesk.domain.mail import Address, ParsedMail, Part, Quote
from csdesk.i18n import _, together
from csdesk.mail import addresses, automatic, body, charsets, fold, headers, names, relays, structure
from csdesk.text import clean, clean_line

SUBJECT_LIMIT = 998
KEPT = (
    "return-path", "auto-submitted", "list-id", "list-unsubscribe", "precedence", "x-original-to", "delivered-to",
    "authentication-results", "x-auto-response-suppress", "x-failed-recipients", "importance", "x-priority",
    "content-language", "x-mailer", "user-agent", "x-spam-flag", "list-unsubscribe-post", "x-loop", "feedback-id",
    "list-post",
)  # fmt: skip
_KEPT = frozenset(KEPT)
_DELIVERED = ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to")
_CHARSET = re.compile(r"charset=[\"']?([\w.:+-]{2,40})", re.IGNORECASE)
_HEADER_LINE = re.compile(rb"^([A-Za-z0-9][A-Za-z0-9_-]{0,75})[ \t]*:(.*)$")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]{3,200})")
_SHOWN_SOURCE = 20_000

Fields = dict[str, list[str]]


def parse(raw: bytes) -> ParsedMail:
    """The mail in these bytes; any bytes will do. `broken` is '' or says what could not be understood; the
    attachments then hold the source as 'original.eml'."""
    try:
        return _mail(structure.message(_without_envelope(raw)), raw)
    except Exception:  # the wall: no mail may stop the ones behind it
        return _unreadable(raw)


def _without_envelope(raw: bytes) -> bytes:
    """Drop what stands before the first field: an mbox 'From ' line, a byte order mark, empty lines."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n") if raw[:1] in b"\r\n\xef" else raw
    if raw.startswith((b"From ", b">From ")):
        raw = raw.split(b"\n", 1)[1] if b"\n" in raw else b""
    return raw


def _mail(message: Message, raw: bytes) -> ParsedMail:
    fields = _fields(message)
    content = body.read(message)
    problems = content.problems
    if not any(
        name in fields for name in ("from", "date", "subject", "message-id", "to", "received", "sender")
    ):
        problems.insert(0, _("This mail has no header that could be read; its source is attached."))
        if len(_CONTROLS.findall(raw[:20_000])) * 20 > len(raw[:20_000]):
            content.text = ""  # no mail at all but some file's bytes
    attachments = content.parts
    if problems:
        attachments += (_original(raw, attachments),)
    return _assembled(fields, content, attachments, together(problems))


def _fields(message: Message) -> Fields:
    """Values by lower-case name, in order, as the parser kept them."""
    fields: Fields = {}
    for name, value in message.raw_items():
        fields.setdefault(name.lower(), []).append(str(value))
    return fields


def _assembled(fields: Fields, content: body.Body, attachments: tuple[Part, ...], broken: str) -> ParsedMail:
    hint = _hint(fields)
    date, offset = headers.instant(_first(fields, "date"))
    sender = _sender(fields, hint)
    shape = automatic.kind(
        fields, sender.address, _first(fields, "content-type"), bool(content.report), bool(content.enclosed)
    )
    mail = ParsedMail(
        message_id=headers.message_id(fields.get("message-id", [])),
        in_reply_to=headers.message_ids(fields.get("in-reply-to", [])),
        references=headers.message_ids(fields.get("references", [])),
        sender=sender,
        reply_to=addresses.parse(fields.get("reply-to", []), hint),
        to=addresses.parse(fields.get("to", []), hint),
        cc=addresses.parse(fields.get("cc", []), hint),
        delivered_to=addresses.plain([value for name in _DELIVERED for value in fields.get(name, ())]),
        subject=headers.line(_first(fields, "subject"), hint, SUBJECT_LIMIT),
        date=date,
        utc_offset_minutes=offset,
        text=content.text,
        quotes=_quotes(content, sender.address),
        attachments=attachments,
        automatic=shape,
        broken=broken,
        protection=content.protection,
        headers=_kept(fields, hint),
    )
    shape = automatic.by_words(shape, mail)
    if shape != mail.automatic or shape == "bounce":
        mail = replace(mail, automatic=shape, headers=mail.headers | _failure(shape, fields, content, mail))
    return mail


def _failure(shape: str, fields: Fields, content: body.Body, mail: ParsedMail) -> dict[str, str]:
    if shape != "bounce":
        return {}
    recipients = fields.get("x-failed-recipients", ())
    return automatic.failure(content.report, content.enclosed, recipients, mail.text, mail.in_reply_to)


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name)
    return values[0] if values else ""


def _hint(fields: Fields) -> str:
    """The charset to try for raw 8-bit header bytes: the body's."""
    found = _CHARSET.search(_first(fields, "content-type"))
    return found[1] if found else ""


def _sender(fields: Fields, hint: str) -> Address:
    """From, else Sender, Reply-To or Return-Path; a name with an empty address when none holds an address."""
    named = addresses.first(fields.get("from", []), hint)
    if named.address:
        return named
    for name in ("sender", "reply-to", "return-path"):
        other = addresses.first(fields.get(name, []), hint)
        if other.address:
            return Address(other.address, named.name or other.name)
    return named


def _kept(fields: Fields, hint: str) -> dict[str, str]:
    """The few fields that later rules read, cleaned; the first of each name."""
    kept = {
        name: headers.line(values[0], hint, 998)
        for name, values in fields.items()
        if name in _KEPT or name.startswith("x-csdesk-")
    }
    if "sender" in fields:
        kept["sender"] = addresses.first(fields["sender"], hint).address
    if "authentication-results" in kept:
        # Whose word it is: a server's own stands together with the Received lines it wrote.
        found = (_BY.search(value) for value in fields.get("received", ())[:3])
        kept["received-by"] = " ".join(match[1].lower() for match in found if match)
    return kept


def _quotes(content: body.Body, sender: str) -> tuple[Quote, ...]:
    market = relays.market_of(sender) or ""
    return fold.merge(content.text, fold.fold(content.text, market), content.quotes)


def _original(raw: bytes, others: tuple[Part, ...]) -> Part:
    name = names.distinct("original.eml", {part.name.casefold() for part in others})
    return Part(name, "message/rfc822", raw)


def _unreadable(raw: bytes) -> ParsedMail:
    """A mail the parser gave up on: the fields that stand on lines of their own, and the source as text."""
    fields: Fields = {}
    lines = raw[:200_000].splitlines()
    rest = len(lines)
    for number, line in enumerate(lines):
        found = _HEADER_LINE.match(line)
        if found is None and not line[:1].isspace():
            rest = number
            break
        if found is not None:
            value = found[2].decode("ascii", "surrogateescape").strip()
            fields.setdefault(found[1].decode().lower(), []).append(value)
    shown = charsets.decode(b"\n".join(lines[rest:])[:_SHOWN_SOURCE]) if fields else ""
    content = body.Body(text=clean(shown).strip())
    sentence = _("This mail could not be understood; its source is attached.")
    try:
        return _assembled(fields, content, (_original(raw, ()),), sentence)
    except Exception:  # the last wall: a mail with nothing but its source
        return ParsedMail(
            message_id="", in_reply_to=(), references=(), sender=Address(""), reply_to=(), to=(), cc=(),
            delivered_to=(), subject=clean_line(""), date=None, utc_offset_minutes=None, text="",
            attachments=(_original(raw, ()),), broken=sentence,
        )  # fmt: skip
