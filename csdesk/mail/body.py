"""Which part of a mail is what it says, and which are its files. Knows MIME structure, no header but MIME's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from urllib.parse import unquote

from csdesk.domain.mail import Part, Quote
from csdesk.i18n import _
from csdesk.mail import charsets, headers, html, invite, names, protection, structure, tnef, transfer, uu
from csdesk.text import clean

MAX_DEPTH = 40
MAX_PARTS = 400
MAX_ENVELOPES = 5
_CID = re.compile(rb"cid:([^\"'\s>)&]{1,500})", re.IGNORECASE)
_LOST_HEAD = re.compile(
    rb"\s{0,20}--([\w'()+,./:=?-]{1,70})[ \t]*\r?\nContent-[A-Za-z-]{2,40}:", re.IGNORECASE
)
_MARKUP_START = re.compile(r"\s*(?:<!doctype html|<html|<head|<body|<div|<table|<meta)\b", re.IGNORECASE)
_NO_HTML = re.compile(
    r"(?:not|n't|cannot|only|nicht|kein|pas|不支持|无法).{0,80}html|html.{0,80}(?:not|only|nicht|不支持)",
    re.IGNORECASE | re.DOTALL,
)
_BOUNDARY = re.compile(rb"^--([\w'()+,./:=?-]{1,70})[ \t]*\r?\n(?=[A-Za-z-]{2,40}:)", re.MULTILINE)
_AMP = "text/x-amp-html"
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_DATA_TYPES = frozenset(("application/octet-stream", *_TNEF))
_DAMAGE = frozenset(("InvalidBase64CharactersDefect", "InvalidBase64LengthDefect"))


@dataclass(slots=True)
class Leaf:
    """One leaf of the MIME tree with its content type, disposition and place."""

    message: Message
    mime: str
    params: dict[str, str]
    disposition: str
    name: str
    content_id: str
    related: bool
    plain_only: bool = False


@dataclass(slots=True)
class Body:
    """What a mail says and carries. `text` is cleaned; `quotes` are lines the markup shows as quotes;
    `problems` are sentences about what could not be read."""

    text: str = ""
    quotes: tuple[Quote, ...] = ()
    parts: tuple[Part, ...] = ()
    problems: list[str] = field(default_factory=list)
    report: bytes = b""
    enclosed: bytes = b""
    protection: str = ""


@dataclass(slots=True)
class _Reading:
    """The state of one walk through a mail."""

    shown: list[Leaf] = field(default_factory=list)
    files: list[Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    count: int = 0
    html_bytes: bytes = b""
    protection: str = ""
    loose: list[Part] = field(default_factory=list)
    envelopes: int = 0

    def protect(self, kind: str) -> None:
        """Remember what stands outermost, but never 'signed' over 'encrypted'."""
        if kind and self.protection != "encrypted":
            self.protection = kind


def read(message: Message) -> Body:
    """Choose the text, decode it, and name the files. Raises nothing for any parsed message."""
    reading = _Reading()
    _collect(message, reading, 0, False)
    if reading.files and any(type(one).__name__ == "CloseBoundaryNotFoundDefect" for one in message.defects):
        _problem(
            reading,
            _("This mail breaks off before its end; a file in it may be cut off. Its source is attached."),
        )
    _open_blocks(reading)
    body = Body(problems=reading.problems)
    _write_text(reading, body)
    _write_files(reading, body)
    if reading.protection == "encrypted":
        _problem(reading, _("This mail is encrypted and cannot be read here."))
    body.protection = reading.protection
    return body


def _collect(message: Message, reading: _Reading, depth: int, related: bool) -> None:
    """Sort the leaves of a mail into what is shown and what is a file."""
    reading.count += 1
    if reading.count > MAX_PARTS or depth > MAX_DEPTH:
        if reading.count == MAX_PARTS + 1 or depth > MAX_DEPTH:
            _problem(reading, _("This mail has more parts than can be shown; the rest is in its source."))
        return
    mime, parameters = _content_type(message)
    children = message.get_payload() if message.is_multipart() and mime != "message/rfc822" else None
    if depth == 0 and children is None and mime == "text/plain" and _lost_head(message):
        children = _found_parts(message)
        mime = "multipart/mixed"
    elif mime.startswith("multipart/") and not isinstance(children, list):
        children = _found_parts(message)
        _problem(reading, _("The parts of this mail could not be told apart; its source is attached."))
    if not isinstance(children, list) or mime.startswith("message/"):
        _leaf(message, mime, parameters, reading, related)
        return
    parts = [child for child in children if isinstance(child, Message)]
    if mime == "multipart/alternative":
        _alternative(parts, reading, depth)
    elif mime == "multipart/related":
        for child in _root_first(parts, parameters):
            _collect(child, reading, depth + 1, child is not parts[0] or related)
    elif mime == "multipart/encrypted":
        reading.protect("encrypted")
        for child in parts:
            reading.files.append(_as_leaf(child, *_content_type(child), related))
    else:
        if mime == "multipart/signed":
            reading.protect("signed")
        for child in parts:
            _collect(child, reading, depth + 1, related)


def _lost_head(message: Message) -> bool:
    """Whether a text begins with a boundary line: a relay dropped the field that named it."""
    payload = message.get_payload()
    if not isinstance(payload, str) or "--" not in payload[:100]:
        return False
    return _LOST_HEAD.match(payload[:400].encode("utf-8", "surrogateescape")) is not None


def _found_parts(message: Message) -> list[Message] | None:
    """The parts of a multipart whose boundary is missing or wrong, cut at the first line that looks like one."""
    data = transfer.data(message)
    found = _BOUNDARY.search(data[:100_000])
    if found is None:
        return None
    head = b'Content-Type: multipart/mixed; boundary="' + found[1] + b'"\n\n'
    payload = structure.message(head + data).get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else None


def _root_first(parts: list[Message], parameters: dict[str, str]) -> list[Message]:
    start = parameters.get("start", "").strip("<> ")
    if start:
        parts.sort(key=lambda part: _content_id(part) != start)
    return parts


def _alternative(parts: list[Message], reading: _Reading, depth: int) -> None:
    """Several forms of one text: the plain one unless it says nothing, else the richest; files of all stay."""
    forms: list[_Reading] = []
    for child in parts:
        form = _Reading(count=reading.count)
        _collect(child, form, depth + 1, False)
        reading.count = form.count
        reading.files += [leaf for leaf in form.files if leaf.mime != _AMP]
        reading.problems += form.problems
        reading.protect(form.protection)
        reading.html_bytes += form.html_bytes
        if form.shown:
            forms.append(form)
    for form in forms:
        if all(leaf.mime == "text/plain" for leaf in form.shown) and (
            len(forms) == 1 or _says_something(form)
        ):
            reading.shown += form.shown
            return
    rich = [form for form in forms if any(leaf.mime == "text/html" for leaf in form.shown)]
    if rich or forms:
        reading.shown += (rich or forms)[-1].shown


def _says_something(form: _Reading) -> bool:
    """Whether plain parts hold more than white space or a notice to switch to HTML."""
    content = (
        "".join(_leaf_text(leaf) for leaf in form.shown).replace("\xa0", " ").strip("\u200b\ufeff \r\n\t")
    )
    return bool(content) and not (len(content) < 300 and _NO_HTML.search(content))


def _leaf(message: Message, mime: str, parameters: dict[str, str], reading: _Reading, related: bool) -> None:
    leaf = _as_leaf(message, mime, parameters, related)
    if mime.startswith("multipart/"):
        leaf.mime = "text/plain"
    textual = leaf.mime in (
        "text/plain",
        "text/html",
        "text/enriched",
        "text/markdown",
        "text/calendar",
        "text",
    )
    named = leaf.disposition == "attachment" or (leaf.name and leaf.disposition != "inline")
    if leaf.mime == "text/html" and not named:
        reading.html_bytes += transfer.data(message)[: html.MAX_MARKUP]
    if textual and not named and not (leaf.name and leaf.mime != "text/plain" and reading.shown):
        reading.shown.append(leaf)
        if leaf.mime == "text/calendar":
            reading.files.append(leaf)
    elif leaf.mime in protection.MIMES:
        _envelope(leaf, reading)
    elif leaf.mime != _AMP:
        reading.files.append(leaf)


def _envelope(leaf: Leaf, reading: _Reading) -> None:
    """An S/MIME envelope: what a signed one holds is read in its place, an encrypted one stays a file."""
    data = transfer.data(leaf.message)
    kind = protection.of_envelope(leaf.params.get("smime-type", ""), data)
    reading.protect(kind)
    reading.envelopes += 1
    inner = protection.content(data) if kind == "signed" and reading.envelopes <= MAX_ENVELOPES else b""
    if inner:
        _collect(structure.message(inner), reading, MAX_DEPTH - 10, False)
    else:
        reading.files.append(leaf)


def _open_blocks(reading: _Reading) -> None:
    """Open each winmail.dat; one that cannot be opened stays a file as it came."""
    for leaf in list(reading.files):
        if leaf.mime not in _DATA_TYPES or not (leaf.mime in _TNEF or leaf.name.lower() == "winmail.dat"):
            continue
        try:
            opened = tnef.read(transfer.data(leaf.message))
        except tnef.Damaged:
            continue
        reading.files.remove(leaf)
        reading.loose += [
            Part(one.name, _safe_mime(one.mime.lower()) if one.mime else "", one.data, one.content_id)
            for one in opened.files
        ]
        reading.html_bytes += opened.html.encode("utf-8", "replace")
        if not _says_something(reading):
            reading.shown = [_made_leaf(opened)]


def _made_leaf(opened: tnef.Opened) -> Leaf:
    """The body of an opened block as if it had been a part of the mail."""
    made = Message(policy=compat32)
    mime = "text/html" if opened.html and not opened.text else "text/plain"
    made.set_payload(
        (opened.text or opened.html).encode("utf-8", "replace").decode("ascii", "surrogateescape")
    )
    return Leaf(made, mime, {"charset": "utf-8"}, "", "", "", False)


def _as_leaf(message: Message, mime: str, parameters: dict[str, str], related: bool) -> Leaf:
    disposition, more = headers.params(transfer.field(message, "content-disposition"))
    name = more.get("filename") or parameters.get("name") or ""
    return Leaf(message, mime, parameters, disposition, name, _content_id(message), related)


def _content_type(message: Message) -> tuple[str, dict[str, str]]:
    value = transfer.field(message, "content-type")
    if not value:
        return message.get_default_type(), {}
    mime, parameters = headers.params(value)
    mime = mime.replace(" ", "")
    return (mime if mime.count("/") == 1 else "text/plain"), parameters


def _content_id(message: Message) -> str:
    return headers.message_id([transfer.field(message, "content-id")])


def _leaf_text(leaf: Leaf) -> str:
    """The decoded text of a leaf with "\\n" line ends, not cleaned, HTML still HTML."""
    data = transfer.data(leaf.message)
    charset = leaf.params.get("charset", "")
    if not charset and leaf.mime == "text/html":
        found = re.search(rb"<meta[^>]{0,200}charset=[\"' ]?([\w.:-]{2,40})", data[:4096], re.IGNORECASE)
        charset = found[1].decode("ascii", "replace") if found else ""
    text = charsets.decode(data, charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if leaf.params.get("format", "").lower() == "flowed" and leaf.mime == "text/plain":
        text = unflow(text, leaf.params.get("delsp", "").lower() == "yes")
    return text


def unflow(text: str, delete_space: bool) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676); a line joins only one of its own quote depth."""
    out: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        if content.startswith(" "):
            content = content[1:]
        soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if soft and delete_space else content
        if open_depth == depth and content != "-- ":
            out[-1].append(kept)
        else:
            out.append([">" * depth + " " if depth else "", kept])
        open_depth = depth if soft else -1
    lines = ("".join(pieces) for pieces in out)
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)


def _write_text(reading: _Reading, body: Body) -> None:
    """Put the shown leaves one below the other and clean them."""
    texts: list[str] = []
    lines = 0
    pictures = {
        leaf.content_id: names.safe(leaf.name) for leaf in reading.files if leaf.content_id and leaf.name
    } | {part.content_id: names.safe(part.name) for part in reading.loose if part.content_id}
    for leaf in reading.shown:
        text, quotes = _shown(leaf, pictures, reading)
        if not text.strip():
            continue
        if leaf.message.defects and any(type(one).__name__ in _DAMAGE for one in leaf.message.defects):
            _problem(reading, _("Part of this mail's text was damaged on its way; its source is attached."))
        body.quotes += tuple(Quote(one.start + lines, one.end + lines, one.kind) for one in quotes)
        texts.append(text)
        lines += text.count("\n") + 2
    body.text = "\n\n".join(texts)


def _shown(leaf: Leaf, pictures: dict[str, str], reading: _Reading) -> tuple[str, tuple[Quote, ...]]:
    """Cleaned text of one leaf, without empty lines at its ends, and what its markup says of quotes. `pictures`
    names the files that an image in the text may refer to."""
    text = _leaf_text(leaf)
    quotes: tuple[Quote, ...] = ()
    if leaf.mime == "text/calendar":
        text = invite.to_text(text)
    elif leaf.mime in ("text/html", "text/enriched") or _MARKUP_START.match(text):
        readable = html.to_text(text, pictures)
        text, quotes = readable.text, readable.quotes
    else:
        reading.protect(protection.of_text(text))
        if "\nbegin " in text or text.startswith("begin "):
            text, files = uu.taken_out(text)
            reading.loose += [Part(name, "", data) for name, data in files]
    text = text.replace("\t", "    ").replace("\v", "").replace("\f", "")
    cleaned = clean(text)
    if quotes and cleaned.count("\n") != text.count("\n"):
        quotes = ()  # an escape sequence swallowed lines, so the numbers are off
    stripped = cleaned.lstrip("\n")
    gone = len(cleaned) - len(stripped)
    return stripped.rstrip(), tuple(
        Quote(q.start - gone, q.end - gone, q.kind) for q in quotes if q.start >= gone
    )


def _write_files(reading: _Reading, body: Body) -> None:
    """Decode and name the files; an image that the HTML refers to is inline."""
    taken: set[str] = set()
    referred = _referred(reading.html_bytes) if reading.files or reading.loose else frozenset()
    parts: list[Part] = []
    for leaf in reading.files:
        data = transfer.data(leaf.message)
        if leaf.mime == "message/delivery-status":
            data = data or transfer.source(leaf.message)
            body.report = body.report or data
        elif leaf.mime in ("message/rfc822", "text/rfc822-headers", "message/global"):
            body.enclosed = body.enclosed or data
        # What the sender's program wrote into Content-Disposition says little: the text shows it or it does not.
        inline = bool(leaf.content_id) and not referred.isdisjoint(
            (leaf.content_id, unquote(leaf.content_id))
        )
        name = names.distinct(_file_name(leaf, data, len(parts) + 1), taken)
        parts.append(Part(name, _safe_mime(leaf.mime), data, leaf.content_id, inline))
    for loose in reading.loose:
        mime = loose.mime or names.mime(loose.name)
        wanted = names.safe(loose.name) or f"attachment-{len(parts) + 1}.{names.extension(mime)}"
        inline = bool(loose.content_id and loose.content_id in referred)
        parts.append(Part(names.distinct(wanted, taken), mime, loose.data, clean(loose.content_id), inline))
    body.parts = tuple(parts)


def _referred(markup: bytes) -> frozenset[str]:
    """The content ids that HTML shows, as they are written and with their percent signs resolved."""
    found = [cid.decode("utf-8", "replace") for cid in _CID.findall(markup)]
    return frozenset(found) | {unquote(cid) for cid in found if "%" in cid}


def _safe_mime(mime: str) -> str:
    return (
        mime if re.fullmatch(r"[a-z0-9.+_-]{1,80}/[a-z0-9.+_-]{1,100}", mime) else "application/octet-stream"
    )


def _file_name(leaf: Leaf, data: bytes, number: int) -> str:
    """The sender's name made safe, or one from the enclosed subject, or a plain number."""
    name = names.safe(leaf.name)
    if not name and leaf.mime == "message/rfc822":
        found = re.search(
            rb"^subject:((?:[^\n]|\n[ \t]){1,800})", data[:20_000], re.IGNORECASE | re.MULTILINE
        )
        subject = headers.line(found[1].decode("utf-8", "surrogateescape"), limit=80) if found else ""
        name = names.safe(f"{subject}.eml") if subject else ""
    if not name and leaf.mime == "message/delivery-status":
        name = "delivery-status.txt"
    return name or f"attachment-{number}.{names.extension(leaf.mime)}"


def _problem(reading: _Reading, sentence: str) -> None:
    if sentence not in reading.problems:
        reading.problems.append(sentence)
