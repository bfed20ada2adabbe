"""The one place where text from outside becomes harmless. Knows nothing of mail, screens or the store.

clean() is the first wall (at ingest and at every edge where text comes in), scrub() the second: the last thing
before bytes reach a terminal, whatever produced them. The rules are those of data-driven terminal attacks
(OSC 52 clipboard writes, title reports, bidi spoofing): no C0 or C1 control but newline, no bidi control, no
invisible carrier; joiners stay where a script needs them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 3
"""How many combining marks one base character may carry. Vietnamese needs two, pointed Hebrew three."""

_ESCAPES = re.compile(
    "\x1b\\][^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\\\|\x9c)?"  # OSC, with its payload
    "|\x1b[PX^_][^\x1b\x9c\n]{0,4096}(?:\x1b\\\\|\x9c)?"  # DCS, SOS, PM, APC, with theirs
    "|\x9d[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\\\|\x9c)?"
    "|[\x1b]\\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]"  # CSI
    "|\x1b[ -/]*[0-~]"
)
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\u180e\u200b\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb"
_FORBIDDEN_CLASS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f" + _BIDI + _INVISIBLE + "\U000e0000-\U000e0fff" + "\ud800-\udfff" + "\ufff0-\ufff8"
)
_FORBIDDEN = re.compile(f"[{_FORBIDDEN_CLASS}]")
_RISKY = re.compile(f"[{_FORBIDDEN_CLASS}\r\t\u200c\u200d\u0300-\u036f\u0483-\u0489\u0590-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\u0e31-\u0e4e\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_JOINERS = "\u200c\u200d"
_VARIATION = re.compile("[\ufe00-\ufe0f]")


def clean(text: str, *, limit: int | None = None) -> str:
    """Text of several lines made safe to show, index and lay out.

    Newlines become "\\n", tabs one to eight spaces are left to the layout as a single tab-free run of four
    spaces; escape sequences go together with their payload; controls, bidi controls, invisible carriers and
    lone surrogates go; joiners (ZWNJ, ZWJ) stay between letters of scripts that need them and inside emoji;
    more than MAX_MARKS combining marks on one base are dropped. `limit` caps the length in characters.
    """
    if limit is not None and len(text) > limit * 4:
        text = text[: limit * 4]
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _ESCAPES.sub("", text)
    if _RISKY.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        text = text.replace("\t", "    ")
        text = _FORBIDDEN.sub("", text)
        text = _clamp(text)
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    return text


def clean_line(text: str, *, limit: int = 998) -> str:
    """Like clean(), on one line: newlines and runs of white space become one space, ends are trimmed."""
    return " ".join(clean(text, limit=limit).split())


def scrub(text: str) -> str:
    """The last wall before a terminal: like clean() but newlines are kept and nothing is reflowed, so it may
    be applied to output that is laid out already. A dropped control leaves nothing behind."""
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _ESCAPES.sub("", text)
    return _FORBIDDEN.sub("", text)


def _joins(text: str, at: int) -> bool:
    """Whether the joiner at this index stands where a script or an emoji needs it."""
    if at == 0 or at + 1 >= len(text):
        return False
    before, after = text[at - 1], text[at + 1]
    if unicodedata.category(before).startswith("M") and at >= 2:
        before = text[at - 2] if before in "\ufe0f" or ord(before) >= 0x1F3FB else before
    if text[at] == "\u200d" and ord(after) >= 0x2190:
        return ord(before) >= 0x2190 or before in "\ufe0f"
    shaped = (0x0590, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0xFB1D, 0xFEFC)
    return any(low <= ord(before) <= high for low, high in shaped) and any(
        low <= ord(after) <= high for low, high in shaped
    )


def _clamp(text: str) -> str:
    """Drop joiners that join nothing and marks beyond MAX_MARKS."""
    out: list[str] = []
    marks = 0
    for at, char in enumerate(text):
        if char in _JOINERS:
            if _joins(text, at):
                out.append(char)
            continue
        if char >= "\u0300" and unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
            if marks > MAX_MARKS and not "\ufe00" <= char <= "\ufe0f":
                continue
        else:
            marks = 0
        out.append(char)
    return "".join(out)


def bare(text: str) -> str:
    """For lists: emoji variation selectors dropped, because terminals disagree on the width they make."""
    return _VARIATION.sub("", text)


_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-]|[ -]\d)")


def mask_cards(text: str) -> str:
    """Payment card numbers (Luhn-valid runs of 13 to 19 digits) with all but the last four digits hidden."""

    def masked(found: re.Match[str]) -> str:
        digits = [int(c) for c in found[0] if c.isdigit()]
        doubled = [d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))]
        if sum(doubled) % 10 or len(set(digits)) == 1:
            return found[0]
        left = len(digits) - 4
        seen = 0
        out = []
        for char in found[0]:
            if char.isdigit():
                seen += 1
                out.append("•" if seen <= left else char)
            else:
                out.append(char)
        return "".join(out)

    return _CARD.sub(masked, text) if any(c.isdigit() for c in text) else text


def excerpt(text: str, width: int = 160) -> str:
    """The beginning of a text on one line, for previews; at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
