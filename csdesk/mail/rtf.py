"""RTF bodies, as winmail.dat carries them, as text or as the HTML that was wrapped in them. Knows bytes only.

Compression is LZFu (MS-OXRTFCP), HTML inside RTF is MS-OXRTFEX; of RTF itself only what makes text.
"""

from __future__ import annotations

import re
import struct

from csdesk.mail import charsets

MAX_OUT = 2_000_000
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every compressor starts from (MS-OXRTFCP 2.1.2.1)."""
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"generator",
     b"themedata", b"datastore", b"listtable", b"listoverridetable", b"rsidtbl", b"xmlnstbl", b"fldinst")
)  # fmt: skip
_SIGNS = {
    b"par": b"\n", b"line": b"\n", b"tab": b"\t", b"row": b"\n", b"cell": b"\t", b"lquote": b"\x91",
    b"rquote": b"\x92", b"ldblquote": b"\x93", b"rdblquote": b"\x94", b"bullet": b"\x95", b"endash": b"\x96",
    b"emdash": b"\x97",
}  # fmt: skip


def decompressed(data: bytes) -> bytes:
    """The RTF in a PR_RTF_COMPRESSED value; b'' for bytes that are none."""
    if len(data) < 16:
        return b""
    _size, raw_size, kind = struct.unpack_from("<II4s", data)
    if kind == b"MELA":
        return data[16 : 16 + raw_size]
    if kind != b"LZFu":
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b" "))
    write = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < min(raw_size, MAX_OUT):
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 2 > len(data):
                    return bytes(out)
                reference = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(out)
                run = [window[(offset + step) % 4096] for step in range(length)]
                if (write - offset) % 4096 < length:  # it overlaps what it writes
                    gap = (write - offset) % 4096
                    run = [run[step % gap] for step in range(length)]
            else:
                if at >= len(data):
                    return bytes(out)
                run = [data[at]]
                at += 1
            for byte in run:
                window[write] = byte
                write = (write + 1) % 4096
            out += bytes(run)
    return bytes(out[:raw_size])


def read(data: bytes) -> tuple[str, str]:
    """(text, html) of an RTF document: one of both is ''."""
    if not data.startswith(b"{\\rtf"):
        return "", ""
    wrapped = b"\\fromhtml" in data[:1000]
    out = _walked(data[:MAX_OUT], wrapped)
    return ("", out) if wrapped else (out.strip("\n"), "")


def _walked(data: bytes, wrapped: bool) -> str:
    """The characters of the document; with `wrapped` those of the HTML it was made from."""
    charset = "cp1252"
    pieces: list[str] = []
    pending = bytearray()
    stack: list[tuple[bool, bool, bool]] = []
    skip = mute = starred = html = False
    fallback = 0
    for found in _TOKEN.finditer(data):
        word, number, code, sign, brace, words = found.groups()
        raw = b""
        if brace == b"{":
            stack.append((skip, mute, html))
            continue
        if brace == b"}":
            skip, mute, html = stack.pop() if stack else (False, False, False)
            starred = False
            continue
        if sign == b"*":
            starred = True
            continue
        if word is not None:
            if word == b"ansicpg" and number:
                charset = f"cp{int(number)}"
            elif word == b"htmlrtf":
                mute = number != b"0"
            elif word == b"htmltag":
                html = wrapped
            elif word == b"u" and number and not skip and not mute:
                pieces += [charsets.decode(bytes(pending), charset), chr(int(number) % 65536)]
                pending.clear()
                fallback = 1
                continue
            elif (
                word in _SKIPPED or (starred and word not in (b"htmltag", b"mhtmltag")) or word == b"mhtmltag"
            ):
                skip = True
            starred = False
            raw = _SIGNS.get(word, b"")
        elif code is not None:
            raw = bytes((int(code, 16),))
        elif sign is not None:
            raw = {b"~": b"\xa0" if charset == "cp1252" else b" ", b"_": b"-"}.get(sign, b"")
            raw = sign if sign in b"\\{}" else raw
        elif words is not None:
            raw = words
        if fallback and (code is not None or words):
            raw = raw[1:]
            fallback = 0
        if raw and not skip and not mute and (not html or word is None or word in (b"par", b"line", b"tab")):
            pending += raw
    pieces.append(charsets.decode(bytes(pending), charset))
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
