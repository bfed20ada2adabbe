"""Text as it is searched: without case, accents and the signs between words, alike in all scripts; and how near a
mistyped word is to another. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ALIKE = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ـ": "", "ة": "ه", "ى": "ي", "ٱ": "ا"}
) | {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
"""Letters that people take for one another when they type: Arabic ta marbuta, katakana for hiragana."""


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """'Devolución' is found by 'devolucion', 'الإرجاع' by 'الارجاع', 'キャンセル' by 'きゃんせる'."""
    split = unicodedata.normalize("NFKD", text.casefold()).translate(_ALIKE)
    kept = (char for char in split if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def spaceless(text: str) -> bool:
    """Whether a folded text is in a script that puts no spaces between words (Chinese, Japanese)."""
    return any("\u3041" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" for char in text)


def near(word: str, other: str) -> bool:
    """Whether one is the other mistyped: a letter wrong, missing, too many or two swapped; two such from eight
    letters on. Words under four letters are themselves only."""
    allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    if not allowed or abs(len(word) - len(other)) > allowed:
        return word == other
    return _distance(word, other, allowed) <= allowed


def _distance(one: str, two: str, most: int) -> int:
    """Edits between two words (optimal string alignment), given up above `most`."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for number, char in enumerate(one, 1):
        older, before, row = before, row, [number] + [0] * len(two)
        for place, letter in enumerate(two, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (char != letter))
            if older and place > 1 and char == two[place - 2] and one[number - 2] == letter:
                cost = min(cost, older[place - 2] + 1)
            row[place] = cost
        if min(row) > most:
            return most + 1
    return row[-1]


def pairs(text: str) -> set[str]:
    """The neighbouring letters of a text, for scripts without spaces."""
    return {text[n : n + 2] for n in range(len(text) - 1)}
