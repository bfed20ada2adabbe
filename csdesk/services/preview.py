"""An attachment as text, as far as that is sensible and safe: what it is, and its first lines.

Nothing is run, fetched or unpacked: of an archive the list of contents is read, of a picture its header. Every size is
known before anything is decoded.
"""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from dataclasses import dataclass

from csdesk.domain.conversation import Attachment
from csdesk.i18n import _, ngettext
from csdesk.mail import charsets, html, parse
from csdesk.services.context import Context
from csdesk.text import clean, clean_line

MOST_BYTES = 25_000_000
MOST_SHOWN = 400_000
"""Bytes of a text that are decoded, and characters that are shown."""
MOST_LINES = 5_000
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 1_000, 40, 60
MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file is, in a line, and its lines as cleaned text; `more` when there is more than that, `picture` when the
    bytes begin as those of a picture do."""

    file: Attachment
    kind: str
    lines: tuple[str, ...]
    more: bool = False
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Depicted:
    """What shows a picture on the terminal, from where the cursor is, and how many cells it covers."""

    sequence: str
    columns: int
    rows: int


class Previews:
    """Looks into attachments."""

    def __init__(self, context: Context) -> None:
        self.store = context.store

    def look(self, attachment: int) -> Preview:
        """A preview. Raises NotFound, StoreFailure."""
        with self.store.read() as tx:
            file = tx.messages.attachment(attachment)
            if file.size > MOST_BYTES:
                return Preview(file, _("too large to look into; save it"), ())
            return preview(file, tx.blobs.get(file.hash))

    def depict(self, attachment: int, kind: str, columns: int, rows: int, cell: tuple[int, int]) -> Depicted:
        """A picture for a terminal that shows pictures, at most so many cells large; `kind` as in pictures.kind_for,
        `cell` the pixels of a cell. Raises NotFound, Refused, StoreFailure."""
        from csdesk.services.depict import depict

        with self.store.read() as tx:
            file = tx.messages.attachment(attachment)
            data = tx.blobs.get(file.hash) if file.size <= MOST_BYTES else b""
        return Depicted(*depict(data, kind, columns, rows, cell))


def preview(file: Attachment, data: bytes) -> Preview:
    """What these bytes are. Never raises: a file that is not what it says is told to be that."""
    mime = file.mime.lower()
    ending = file.name.rpartition(".")[2].lower()
    if (size := picture(data)) is not None:
        return Preview(file, _("{format} picture, {width} x {height} pixels").format(
            format=size[0], width=size[1], height=size[2]), (), picture=True)  # fmt: skip
    if mime.startswith("image/"):
        return Preview(file, _("a picture that the desk does not know; save it to look at it"), ())
    if data[:5] == b"%PDF-" or mime == "application/pdf":
        return Preview(file, _("a PDF; save it to read it"), ())
    if data[:4] == b"PK\x03\x04":
        return _archive(file, data)
    if mime in ("message/rfc822", "message/global") or ending == "eml":
        return _mail(file, data)
    shown = data[:MOST_SHOWN]
    cut = len(data) > len(shown)
    if mime == "text/html" or ending in ("html", "htm"):
        return _lines(
            file, _("a web page as text; nothing of it was fetched"), html.to_text(_decoded(shown)).text, cut
        )
    if not _is_text(mime, ending, data):
        return Preview(file, _("no text; save it to open it with its own program"), ())
    text = _decoded(shown)
    if mime in ("text/csv", "text/tab-separated-values") or ending in ("csv", "tsv"):
        return _table(file, text, cut)
    if mime.endswith("json") or ending == "json":
        return _json(file, text, cut)
    return _lines(file, _("text"), text, cut)


def _decoded(data: bytes) -> str:
    return charsets.decode(data).replace("\x00", "")


_TEXTS = frozenset(
    ("application/json", "application/xml", "application/x-yaml", "application/sql", "application/x-sh",
     "application/pgp-signature", "message/delivery-status")
)  # fmt: skip


def _is_text(mime: str, ending: str, data: bytes) -> bool:
    """Whether it says that it is text and looks like it, or says nothing and looks very much like it."""
    start = data[:4096]
    controls = sum(byte < 9 or 13 < byte < 32 for byte in start if byte != 27)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if mime.startswith("text/") or mime in _TEXTS or mime.endswith(("+json", "+xml")):
        return controls * 20 <= len(start)
    known = ending in (
        "txt",
        "csv",
        "tsv",
        "json",
        "xml",
        "log",
        "md",
        "ini",
        "yaml",
        "yml",
        "ics",
        "vcf",
        "sql",
    )
    return known and not controls


def _lines(file: Attachment, kind: str, text: str, cut: bool) -> Preview:
    lines = clean(text, limit=MOST_SHOWN).split("\n")
    return Preview(file, kind, tuple(lines[:MOST_LINES]), cut or len(lines) > MOST_LINES)


def _json(file: Attachment, text: str, cut: bool) -> Preview:
    """Indented where it can be read whole; as it is otherwise."""
    if not cut:
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return _lines(file, _("JSON that is damaged, as it is"), text, cut)
    return _lines(file, "JSON", text, cut)


def _table(file: Attachment, text: str, cut: bool) -> Preview:
    """Columns below each other. A formula is only text here."""
    from rich.cells import cell_len

    start = text[:20_000]
    separator = max(",;\t|", key=start.count)
    rows: list[list[str]] = []
    more = cut
    before = csv.field_size_limit(MOST_SHOWN)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            if len(rows) == MOST_ROWS:
                more = True
                break
            rows.append([clean_line(cell, limit=MOST_CELL) for cell in row[:MOST_COLUMNS]])
            more = more or len(row) > MOST_COLUMNS
    except csv.Error:
        return _lines(file, _("a table that is damaged, as it is"), text, cut)
    finally:
        csv.field_size_limit(before)
    count = max((len(row) for row in rows), default=0)
    widths = [max((cell_len(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)]
    lines = [
        "  ".join(cell + " " * (widths[at] - cell_len(cell)) for at, cell in enumerate(row)).rstrip()
        for row in rows
    ]
    kind = _("a table, {rows} x {columns}").format(rows=len(rows), columns=count)
    return Preview(file, kind, tuple(lines), more)


def _mail(file: Attachment, data: bytes) -> Preview:
    mail = parse.parse(data)
    head = [
        f"{_('From')}: {mail.sender}",
        f"{_('To')}: {', '.join(map(str, mail.to[:20]))}",
        f"{_('Subject')}: {mail.subject}",
        *(f"{_('Date')}: {mail.date:%Y-%m-%d %H:%M} UTC" for _one in [0] if mail.date is not None),
        *(f"{_('Attached')}: {part.name} ({len(part.data)} B)" for part in mail.attachments[:50]),
        "",
    ]
    return _lines(file, _("a mail"), "\n".join(head) + mail.text, False)


def _archive(file: Attachment, data: bytes) -> Preview:
    """The names in an archive; nothing is unpacked, so what it would grow to does not matter."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, UnicodeError, RuntimeError):
        return Preview(file, _("an archive that is damaged"), ())
    names = {one.filename for one in entries[:MOST_ENTRIES]}
    office = {"word/document.xml": "Word", "xl/workbook.xml": "Excel", "ppt/presentation.xml": "PowerPoint"}
    for inside, program in office.items():
        if inside in names:
            return Preview(file, _("a {program} document; save it to read it").format(program=program), ())
    lines = tuple(
        f"{one.file_size:>12}  {clean_line(one.filename, limit=200)}" for one in entries[:MOST_ENTRIES]
    )
    kind = ngettext("an archive of {n} file", "an archive of {n} files", len(entries)).format(n=len(entries))
    return Preview(file, kind, lines, len(entries) > MOST_ENTRIES)


def picture(data: bytes) -> tuple[str, int, int] | None:
    """Format, width and height of a picture from its header alone; None where it is none that is known. PNG (RFC 2083),
    GIF89a, JPEG (ITU T.81), WebP (RIFF container), BMP."""
    try:
        if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
            return ("PNG", *struct.unpack(">II", data[16:24]))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return ("GIF", *struct.unpack("<HH", data[6:10]))
        if data[:3] == b"\xff\xd8\xff":
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[:2] == b"BM" and data[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"):
            width, height = struct.unpack("<ii", data[18:26])
            return "BMP", width, abs(height)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "JPEG", width, height
        if 0xD0 <= marker <= 0xD9:
            at += 2
            continue
        at += 2 + max(struct.unpack(">H", data[at + 2 : at + 4])[0], 2)
    return None


def _webp(data: bytes) -> tuple[str, int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return "WebP", int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return "WebP", width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return "WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
