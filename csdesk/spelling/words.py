"""Which words of a text a dictionary is asked about: no names, numbers, addresses, quotes or gaps. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_GAP = re.compile(r"⟦[^⟧\n]*⟧?|\{\{[^\n]*?\}\}|\{%[^\n]*?%\}")
SCRIPTS = {"ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "sr": "CYRILLIC", "ar": "ARABIC", "fa": "ARABIC",
           "el": "GREEK", "he": "HEBREW"}  # fmt: skip
FOREIGN = 0.6
"""When so many of a text's words are unknown, it is in another language."""


class Word(NamedTuple):
    """One word with its place in the text."""

    start: int
    end: int
    text: str


def words(text: str, language: str, known: Collection[str] = ()) -> tuple[Word, ...]:
    """The words to look up, with their places. Left out: what stands in `known` (folded), what holds a digit, an @ or
    a slash, words in capitals, quoted lines, gaps of templates, and letters of another script than the language's."""
    script = SCRIPTS.get(language.partition("-")[0], "LATIN")
    bare = _GAP.sub(lambda gap: " " * len(gap[0]), text)
    bare = re.sub(r"(?m)^>.*$", lambda quoted: " " * len(quoted[0]), bare)
    found = []
    for token in _TOKEN.finditer(bare):
        if re.search(r"[\d@/\\_#]|\w\.\w", token[0]):
            continue
        for word in _WORD.finditer(token[0]):
            one = word[0]
            if len(one) < 2 or one.casefold() in known or (len(one) > 1 and one.isupper()):
                continue
            if all(_script(char) == script for char in one if char.isalpha()):
                found.append(Word(token.start() + word.start(), token.start() + word.end(), one))
    return tuple(found)


def foreign(asked: int, wrong: int) -> bool:
    """Whether a text is in another language than the dictionary's: then no word of it is marked."""
    return asked >= 5 and wrong >= FOREIGN * asked


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
