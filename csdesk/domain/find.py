"""Finding words inside one text as a reader would: case, accents, width and line breaks do not count. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x200C, 0x200D), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip
"""Accents of Latin, Greek and Cyrillic, the vowel points of Hebrew and Arabic, joiners. In other scripts a mark is a
letter and stays."""
_OTHERS = {0x00F8: "o", 0x0142: "l", 0x0111: "d", 0x0131: "i", 0x0640: None}
_GONE = {code: None for low, high in _MARKS for code in range(low, high + 1)} | _OTHERS
MOST_QUERY = 200


def fold(text: str) -> str:
    """What two spellings of one word have in common."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_GONE)


@lru_cache(maxsize=32)
def _pattern(query: str) -> re.Pattern[str] | None:
    words = fold(query[:MOST_QUERY]).split()
    return re.compile(r"[\s>]+".join(map(re.escape, words))) if words else None


def count(text: str, query: str) -> int:
    """How often the query occurs in a text."""
    found = _pattern(query)
    return sum(1 for _ in found.finditer(fold(text))) if found else 0


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the query occurs, as (first, behind the last) places in the text as it is. As many as count()."""
    found = _pattern(query)
    if found is None:
        return []
    folded = fold(text)
    hits = [match.span() for match in found.finditer(folded)]
    if not hits or text.isascii():
        return hits
    places: list[int] = []
    for at, char in enumerate(text):
        places += [at] * len(fold(char))
    if len(places) != len(folded):  # letters that only fold together: the place is then a near one
        places = [min(at, len(text) - 1) for at in range(len(folded))]
    return [(places[first], _whole(text, places[last - 1] + 1)) for first, last in hits]


def _whole(text: str, end: int) -> int:
    """The end of a hit with the marks that belong to its last letter."""
    while end < len(text) and ord(text[end]) in _GONE and text[end] not in "\u0640øłđı":
        end += 1
    return end
