"""A winmail.dat (TNEF) opened: its text and its files. Knows bytes only; no mail, no disk.

Outlook wraps body and attachments in one such block when it believes the reader is Outlook too. The layout is that
of Microsoft's open specifications MS-OXTNEF (attributes) and MS-OXCDATA 2.11 (property values).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from csdesk.mail import charsets, rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_FILES = 200
MAX_DEPTH = 4
_RENDER, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _SHORT_NAME, _MIME, _CID, _OBJECT, _DISPLAY = 0x3707, 0x3704, 0x370E, 0x3712, 0x3701, 0x3001
_FIXED = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))
_MULTIPLE = 0x1000


@dataclass(slots=True)
class File:
    """One file in the block. `mime` and `content_id` are '' when it names none."""

    name: str = ""
    data: bytes = b""
    mime: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Opened:
    """What was in the block: `text` or `html` (or neither), and the files in their order."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


class Damaged(ValueError):
    """The bytes are no TNEF block or end before their end."""


def read(data: bytes, depth: int = 0) -> Opened:
    """Open the block; raises Damaged when that cannot be done without losing something."""
    if data[:4] != SIGNATURE or depth > MAX_DEPTH:
        raise Damaged("not a TNEF block")
    opened = Opened()
    charset = "cp1252"
    compressed = b""
    for level, attribute, value in _attributes(data):
        if attribute == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _RENDER:
            if len(opened.files) >= MAX_FILES:
                raise Damaged("too many files")
            opened.files.append(File())
        elif attribute in (_TITLE, _DATA, _ATTACHMENT) and level == 2 and opened.files:
            _file_attribute(opened.files[-1], attribute, value, charset, depth)
        elif attribute == _BODY:
            opened.text = opened.text or charsets.decode(value.rstrip(b"\0"), charset)
        elif attribute == _PROPERTIES:
            compressed = _message_properties(opened, value, charset) or compressed
    if compressed and not opened.text and not opened.html:
        opened.text, opened.html = rtf.read(rtf.decompressed(compressed))
    return opened


def _attributes(data: bytes) -> list[tuple[int, int, bytes]]:
    """(level, attribute, value) in order; checksums are not looked at, many writers get them wrong."""
    out: list[tuple[int, int, bytes]] = []
    at = 6
    while at < len(data):
        if at + 9 > len(data):
            if data[at:].strip(b"\0\r\n"):
                raise Damaged("cut off")
            break
        level, attribute, _kind, size = struct.unpack_from("<BHHI", data, at)
        if level not in (1, 2) or at + 9 + size > len(data):
            raise Damaged("cut off")
        out.append((level, attribute, data[at + 9 : at + 9 + size]))
        at += 9 + size + 2
    return out


def _file_attribute(file: File, attribute: int, value: bytes, charset: str, depth: int) -> None:
    if attribute == _TITLE:
        file.name = file.name or charsets.decode(value.rstrip(b"\0"), charset)
        return
    if attribute == _DATA:
        file.data = file.data or value
        return
    found = _properties(value)
    file.name = _string(found, _LONG_NAME, charset) or file.name or _string(found, _SHORT_NAME, charset)
    file.name = file.name or _string(found, _DISPLAY, charset)
    file.mime = _string(found, _MIME, charset)
    file.content_id = _string(found, _CID, charset).strip("<> ")
    content = found.get(_OBJECT, (0, b""))[1]
    if content and not file.data:
        # An object begins with its interface's 16 bytes; a mail in it is a block of its own.
        file.data = content[16:] if content[16:20] == SIGNATURE or found[_OBJECT][0] == 0x0D else content
        if file.data[:4] == SIGNATURE:
            file.data = _enclosed(file.data, depth)
            file.name, file.mime = f"{file.name or 'message'}.txt", "text/plain"


def _enclosed(data: bytes, depth: int) -> bytes:
    """The words of a mail enclosed in the block, as a text file."""
    inner = read(data, depth + 1)
    return (inner.text or inner.html).encode("utf-8", "replace")


def _message_properties(opened: Opened, value: bytes, charset: str) -> bytes:
    """Put the bodies into `opened`; the compressed RTF, which is read only when there is no other."""
    found = _properties(value)
    opened.text = opened.text or _string(found, _TEXT, charset)
    if _HTML in found:
        opened.html = opened.html or charsets.decode(found[_HTML][1].rstrip(b"\0"), "utf-8")
    return found[_RTF][1] if _RTF in found else b""


def _string(found: dict[int, tuple[int, bytes]], name: int, charset: str) -> str:
    kind, value = found.get(name, (0, b""))
    if kind == 0x1F:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return charsets.decode(value.rstrip(b"\0"), charset) if value else ""


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """(type, first value) of each property by its number; named ones and numbers seen before are passed over."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _each in range(min(count, 5000)):
            kind, name = struct.unpack_from("<HH", data, at)
            at += 4
            if name >= 0x8000:
                at = _after_name(data, at)
            value, at = _value(data, at, kind)
            found.setdefault(name, (kind & ~_MULTIPLE, value))
    except struct.error as error:
        raise Damaged("a property is cut off") from error
    return found


def _after_name(data: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if kind == 0:
        return at + 4
    size: int = struct.unpack_from("<I", data, at)[0]
    return at + 4 + size + (-size % 4)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value of this type at this place, and where the next property begins."""
    single = kind & ~_MULTIPLE
    if single in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        first = b""
        for number in range(min(count, 10_000)):
            (size,) = struct.unpack_from("<I", data, at)
            if at + 4 + size > len(data):
                raise Damaged("a value is cut off")
            first = data[at + 4 : at + 4 + size] if number == 0 else first
            at += 4 + size + (-size % 4)
        return first, at
    if single not in _FIXED:
        raise Damaged("a value of an unknown type")
    size = _FIXED[single]
    count = 1
    if kind & _MULTIPLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    return data[at : at + size], at + size * min(count, 100_000)
