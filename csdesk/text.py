"""The one place where text from outside becomes harmless. Knows nothing of mail, screens or the store.

clean() is the first wall (at ingest and at every edge where text comes in), scrub() the second: the last thing
before bytes reach a terminal, whatever produced them. The rules are those of data-driven terminal attacks
(OSC 52 clipboard writes, title reports, bidi spoofing): no C0 or C1 control but newline, no bidi control, no
invisible carrier; joiners stay where a script needs them.
"""

from __future__ import annotations

import re
import unicodedata

from csdesk.patterns import pattern

MAX_MARKS = 3
"""How many combining marks one base character may carry. Vietnamese needs two, pointed Hebrew three."""

# ECMA-48: a string control (OSC, DCS, SOS, PM, APC) takes its payload along, CSI its parameters, ESC its letter.
_ESCAPES = pattern(
    "\x1b\\][^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\\\|\x9c)?"
    "|\x9d[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\\\|\x9c)?"
    "|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\n]{0,4096}(?:\x1b\\\\|\x9c)?"
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|\x1b[ -/]*[0-~]"
)
_INTRODUCERS = pattern("[\x1b\x90\x98\x9b\x9d-\x9f]")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_FORBIDDEN = pattern(f"[{_CONTROLS}{_BIDI}{_INVISIBLE}]")
# Text of these characters alone needs no second look: they are shown, and none is a mark, a joiner or a control.
_PLAIN = pattern(
    "[\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05f4\u0620-\u064a\u0660-\u066f"
    "\u0671-\u06d5\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2cee\u3000-\u3029\u3030-\u3098"
    "\u309b-\u3163\u3165-\ua66e\uac00-\ud7a3\uf900-\ufaff\uff01-\uff9f\U0001f000-\U0001faff\U00020000-\U0003ffff]*"
)
_JOINERS = "\u200c\u200d"
_BREAKS = pattern("\r\n|[\r\u2028\u2029]")
_VARIATION = pattern("[\ufe00-\ufe0f]")
_SHAPED = ((0x0590, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0xFB1D, 0xFEFC))
_EMOJI = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF), (0xFE0F, 0xFE0F))


def clean(text: str, *, limit: int | None = None) -> str:
    """Text of several lines made safe to show, index and lay out.

    Newlines become "\\n", a tab four spaces; escape sequences go together with their payload; controls, bidi
    controls, invisible carriers and lone surrogates go; joiners (ZWNJ, ZWJ) stay between letters of scripts that
    need them and inside emoji; more than MAX_MARKS combining marks on one base are dropped. `limit` caps the
    length in characters. What was cleaned once stays as it is when it is cleaned again.
    """
    if limit is not None and len(text) > limit * 4:
        text = text[: limit * 4]
    if not _PLAIN.fullmatch(text):
        if _INTRODUCERS.search(text):
            text = _ESCAPES.sub("", text)
        text = _BREAKS.sub("\n", text)
        text = text.replace("\t", "    ")
        text = _FORBIDDEN.sub("", text)
        text = _joined(_clamped(text))
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip(_JOINERS) + "…"
    return text


def clean_line(text: str, *, limit: int = 998) -> str:
    """Like clean(), on one line: newlines and runs of white space become one space, ends are trimmed."""
    if len(text) > limit or not text.isascii() or not text.isprintable():
        text = clean(text, limit=limit)
    return " ".join(text.split())


def scrub(text: str) -> str:
    """The last wall before a terminal: like clean() but newlines are kept and nothing is reflowed, so it may
    be applied to output that is laid out already. A dropped control leaves nothing behind, nor does a mark that
    is one too many."""
    if _INTRODUCERS.search(text):
        text = _ESCAPES.sub("", text)
    text = _FORBIDDEN.sub("", text)
    return text if _PLAIN.fullmatch(text) else _clamped(text)


def _clamped(text: str) -> str:
    """Drop marks beyond MAX_MARKS on one base (twice that where spacing marks are among them) and variation
    selectors that vary nothing."""
    out: list[str] = []
    marks = spacing = 0
    varied = True
    for char in text:
        kind = unicodedata.category(char) if char >= "\u0300" else ""
        if _VARIATION.match(char):
            if varied:
                continue
            varied = True
        elif kind in ("Mn", "Me"):
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif kind == "Mc":
            spacing += 1
            if spacing > MAX_MARKS:
                continue
        elif char not in _JOINERS:
            marks = spacing = 0
            varied = char.isspace()
        out.append(char)
    return "".join(out)


def _joined(text: str) -> str:
    """Drop joiners that join nothing: they hide in words to make two equal ones differ."""
    if "\u200c" not in text and "\u200d" not in text:
        return text
    out: list[str] = []
    for at, char in enumerate(text):
        if char not in _JOINERS or (out and at + 1 < len(text) and _joins(out[-1], char, text[at + 1])):
            out.append(char)
    return "".join(out)


def _joins(before: str, joiner: str, after: str) -> bool:
    """Whether a script or an emoji needs the joiner between these two."""
    if joiner == "\u200d" and _within(before, _EMOJI) and _within(after, _EMOJI):
        return True
    return _within(before, _SHAPED) and _within(after, _SHAPED)


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


def bare(text: str) -> str:
    """For lists: emoji variation selectors dropped, because terminals disagree on the width they make."""
    return _VARIATION.sub("", text)


_MANY_DIGITS = pattern(r"\d(?:[ -]?\d){12}")
_CARD = pattern(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-]|[ -]\d)")

_AMAZON_ORDER = pattern(r"\d{3}-\d{7}-\d{7}")


def mask_cards(text: str) -> str:
    """Payment card numbers (Luhn-valid runs of 13 to 19 digits) with all but the last four digits hidden.
    An Amazon order number (3-7-7 digits) is no card."""

    def masked(found: re.Match[str]) -> str:
        if _AMAZON_ORDER.fullmatch(found[0]):
            return found[0]
        digits = [int(c) for c in found[0] if c.isdigit()]
        doubled = [
            d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))
        ]
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

    return _CARD.sub(masked, text) if _MANY_DIGITS.search(text) else text


def excerpt(text: str, width: int = 160) -> str:
    """The beginning of a text on one line, for previews; at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
