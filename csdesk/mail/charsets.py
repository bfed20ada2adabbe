"""Bytes of a declared, wrong or missing charset as text. Never raises; knows nothing of mail structure.

Labels are read the way browsers do (WHATWG encoding standard): gb2312 and gbk as gb18030, latin-1 and us-ascii as
windows-1252, euc-kr as cp949, shift_jis as cp932. Guessing is the last resort and its library loads only then.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "xgbk": "gb18030",
    "gb231280": "gb18030", "euccn": "gb18030", "csgb2312": "gb18030", "xeuccn": "gb18030", "gb180302000": "gb18030",
    "big5": "big5hkscs", "big5hkscs": "big5hkscs", "xxbig5": "big5hkscs", "cnbig5": "big5hkscs",
    "euckr": "cp949", "ksc56011987": "cp949", "ksc5601": "cp949", "ksx1001": "cp949", "cseuckr": "cp949",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "windows31j": "cp932", "mskanji": "cp932",
    "csiso2022jp": "iso2022jp", "cp50220": "iso2022jp", "cp50221": "iso2022jp", "iso2022jpms": "iso2022jp",
    "iso88591": "cp1252", "latin1": "cp1252", "l1": "cp1252", "iso885911": "cp874", "tis620": "cp874",
    "iso88599": "cp1254", "latin5": "cp1254", "ansi": "cp1252", "xansi": "cp1252",
    "iso88598i": "iso8859_8", "iso88598e": "iso8859_8", "unicode11utf7": "utf7", "unicode11utf8": "utf8",
    "utf8mb4": "utf8", "xutf8": "utf8", "unicode": "utf16", "xmaccroman": "mac_roman", "macintosh": "mac_roman",
}  # fmt: skip
_UNSAID = frozenset(
    ("", "usascii", "ascii", "unknown8bit", "xunknown", "unknown", "default", "defaultcharset", "cp1252", "iso88591",
     "latin1", "binary", "none", "null", "utf8", "8bit", "7bit", "windows1252", "xuserdefined")
)  # fmt: skip
_STATEFUL = frozenset(
    ("utf7", "hz", "hzgb2312", "iso2022kr", "utf16", "utf16le", "utf16be", "utf32", "utf32le", "utf32be")
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONE_PAIR = re.compile(rb"(?<![A-Za-z\x80-\xff])[\xa1-\xfe]{2}(?![A-Za-z\x80-\xff])")
_LETTERS = bytes(range(65, 123))
_WESTERN = frozenset(("cp1252", "windows1252", "iso88591", "latin1", "l1"))
_GB_PAIRS = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_JIS_SHIFT = re.compile(rb"\x1b(?:\$[@B]|\$\([@BD]|\([BJIH])")
_GUESS_BYTES = 32_768


@lru_cache(maxsize=256)
def _label(declared: str) -> str:
    """The bare form of a charset label: lower case, letters and digits alone, no language suffix."""
    return re.sub(r"[^a-z0-9]", "", declared.split("*")[0].split(";")[0].lower())[:40]


@lru_cache(maxsize=256)
def _codec(label: str, declared: str) -> str:
    """The codec that reads this label, or '' when nothing known does."""
    if label in _WIDER:
        return _WIDER[label]
    for name in (declared.strip("'\" ").lower()[:40], label):
        try:
            info = codecs.lookup(name)
        except (LookupError, ValueError, UnicodeError):
            continue
        if info._is_text_encoding and info.name not in (
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
            "undefined",
        ):
            return info.name
    return ""


def decode(data: bytes, declared: str = "", hint: str = "") -> str:
    """Text for these bytes. `declared` is the label they came with, `hint` one to try when that one fails
    (for a header: the charset of the body). Line ends are left alone; the result is not cleaned."""
    label = _label(declared)
    if data.isascii() and label not in _STATEFUL:
        if b"\x1b" not in data:
            return data.decode("ascii")
        if _JIS_SHIFT.search(data):
            return _iso2022jp(data)
    if label in _UNSAID:
        return _unsaid(data, hint, label in _WESTERN)
    codec = _codec(label, declared)
    if codec == "iso2022jp":
        return _iso2022jp(data) if data.isascii() else guess(data, hint)
    text = _strict(data, codec) if codec else None
    return text if text is not None else guess(data, hint, codec)


def _strict(data: bytes, codec: str) -> str | None:
    """The text when the codec takes all of it but perhaps a character cut off at the very end."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and not data[: error.start].isascii():
            try:
                return data[: error.start].decode(codec)
            except UnicodeError:
                return None
    except (UnicodeError, LookupError, ValueError):
        pass
    return None


def _unsaid(data: bytes, hint: str, western: bool) -> str:
    """Bytes whose label says nothing or is the usual lie: UTF-8 if it is that, else what a western label says
    unless it is full of high bytes, else a guess."""
    text = _strict(data, "utf-8")
    if text is not None:
        return text
    runs = _HIGH_RUN.findall(data[:_GUESS_BYTES])
    if western and (sum(map(len, runs)) < 6 or _accented(runs, data)):
        return data.decode("cp1252", "replace")
    repaired = _damaged_utf8(data)
    return repaired if repaired is not None else guess(data, hint)


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with a few bad bytes stays UTF-8: four good characters beyond ASCII for each bad one."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text[:100_000] if char > "\x7f") - bad
    return text if good >= 4 * bad else None


def guess(data: bytes, hint: str = "", codec: str = "") -> str:
    """The most likely text of bytes whose label is wrong. `codec` is what was declared and failed: it is used
    with replacement marks when nothing better is found."""
    for candidate in ("utf-8", _codec(_label(hint), hint) if hint else ""):
        text = _strict(data, candidate) if candidate and candidate != "iso2022jp" else None
        if text is not None:
            return text
    if b"\x1b$" in data:
        return _iso2022jp(data)
    if codec in ("gb18030", "big5hkscs", "cp949", "cp932", "euc_jp"):
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 4 <= sum(1 for char in text if char > "\x7f"):
            return text
    runs = _HIGH_RUN.findall(data[:_GUESS_BYTES])
    if _accented(runs, data):
        return data.decode("cp1252", "replace")
    if runs and all(_GB_PAIRS.fullmatch(run) for run in runs):
        text = _strict(data, "gb18030")
        if text is not None:
            return text
    return _detected(data) or data.decode(codec or "cp1252", "replace")


def _accented(runs: list[bytes], data: bytes) -> bool:
    """Whether the high bytes are lone letters among ASCII ones, as in western European words. A pair that
    stands by itself is rather one Chinese or Korean character."""
    start = data[:_GUESS_BYTES]
    letters = len(start) - len(start.translate(None, _LETTERS))
    few = letters >= 2 * len(runs) and sum(map(len, runs)) <= 1.25 * len(runs) + 1
    return bool(runs) and few and not _LONE_PAIR.search(start)


def _detected(data: bytes) -> str | None:
    """What the detection library makes of it, or None."""
    from charset_normalizer import from_bytes

    try:
        best = from_bytes(data[:_GUESS_BYTES]).best()
    except (ValueError, TypeError, LookupError, UnicodeError):
        return None
    return data.decode(best.encoding, "replace") if best is not None else None


def _iso2022jp(data: bytes) -> str:
    """ISO-2022-JP with the vendors' characters (circled numbers, half-width kana) that the codec refuses."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeDecodeError:
        pass
    out = []
    mode, at = b"\x1b(B", 0
    for found in _JIS_SHIFT.finditer(data):
        out.append(_jis_run(mode, data[at : found.start()]))
        mode, at = found[0], found.end()
    out.append(_jis_run(mode, data[at:]))
    return "".join(out)


def _jis_run(mode: bytes, run: bytes) -> str:
    """One run between two shifts, read through cp932, which knows the vendors' rows."""
    if mode == b"\x1b(I":
        return bytes(byte | 0x80 for byte in run).decode("cp932", "replace")
    if mode not in (b"\x1b$B", b"\x1b$@", b"\x1b$(B", b"\x1b$(@"):
        return run.decode("ascii", "replace")
    out = bytearray()
    at = 0
    while at < len(run):
        row, cell = run[at], run[at + 1] if at + 1 < len(run) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            out.append(row)
            at += 1
            continue
        lead = ((row - 0x21) >> 1) + 0x81
        out.append(lead if lead <= 0x9F else lead + 0x40)
        out.append(cell + 0x7E if row % 2 == 0 else cell + (0x1F if cell <= 0x5F else 0x20))
        at += 2
    return bytes(out).decode("cp932", "replace")
