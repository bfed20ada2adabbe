"""What people translated before, and the words of the trade. Rules and data only: what counts as the same sentence,
how alike two are, and by which keys one that is like another is found."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

FUZZY = 85
"""From so many percent on, a remembered sentence is offered for another one."""
KEYS = 12
"""How many keys of a kind a sentence has."""
LONGEST = 2000
"""Longer texts are no sentences: they are not remembered."""
STATUSES = ("approved", "forbidden", "keep")
"""What a term's row says: the way it is said, a way it is never said, or that it stays as it is."""

_GRAM = 5
_FEW, _MANY = 5, 7
"""A sentence of fewer words than the second is found by its letters, one of at least the first by its words; between
them by both, so that one more or less makes no difference."""
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]|\\w+")
"""A word; in scripts that put no spaces between words, a letter."""
_QUOTES = str.maketrans("«»„“”‟‘’‚‹›`´", '"""""' + '"' + "''''" + "'''")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A sentence and how somebody translated it. `agent` is '' where it came from a file; `uses` is how often it
    served since."""

    source_language: str
    target_language: str
    source: str
    target: str
    agent: str = ""
    uses: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A remembered sentence for another one. `score` is how alike the two sources are, in percent: 100 is the same
    sentence. `numbers` is False when other numbers stand in it: such a one is shown, and never put in place."""

    remembered: Remembered
    score: int
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade. `status` as in STATUSES; a term that is kept has no translation, and holds for every pair
    where its languages are ''."""

    source_language: str
    target_language: str
    term: str
    translation: str = ""
    status: str = "approved"
    note: str = ""


def normal(text: str) -> str:
    """A sentence as it is compared: case, width, kinds of quotation marks and white space do not count."""
    folded = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return " ".join(folded.split())


def digest(text: str) -> str:
    """The hash by which the same sentence is found again."""
    return hashlib.blake2b(normal(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def keys(text: str) -> tuple[int, ...]:
    """Numbers by which a sentence is found that is like this one: the smallest hashes of its words two by two (letters
    three by three where a letter is a word), and of a short one those of its runs of five letters. Of two that are
    alike most are shared, and few other sentences share more than one. The digits do not count, so that another
    order's number makes no other sentence."""
    said = re.sub(r"\d", "0", normal(text))
    words = _WORD.findall(said)
    found: list[int] = []
    if len(words) >= _FEW:
        size = 3 if sum(len(word) == 1 for word in words) * 2 > len(words) else 2
        found += _smallest(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
    if len(words) < _MANY:
        found += _smallest(said[at : at + _GRAM] for at in range(max(len(said) - _GRAM + 1, 1)))
    return tuple(dict.fromkeys(found))


def _smallest(runs: Iterable[str]) -> list[int]:
    hashes = {
        int.from_bytes(hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=6).digest())
        for run in runs
    }
    return sorted(hashes)[:KEYS]


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text, sorted."""
    return tuple(sorted(_NUMBER.findall(unicodedata.normalize("NFKC", text))))


def score(one: str, other: str) -> int:
    """How alike two sentences are, in whole percent, never rounded up to 100."""
    left, right = normal(one), normal(other)
    if left == right:
        return 100
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() * 100 < FUZZY or matcher.quick_ratio() * 100 < FUZZY:
        return 0
    return min(int(matcher.ratio() * 100), 99)


def matches(text: str, among: Iterable[Remembered], limit: int = 5) -> tuple[Match, ...]:
    """Those that are alike enough to be offered, the likest first; of equals the one that was used more."""
    own = numbers(text)
    found = [
        Match(one, alike, numbers(one.source) == own)
        for one in among
        if (alike := score(text, one.source)) >= FUZZY
    ]
    found.sort(key=lambda one: (-one.score, not one.numbers, -one.remembered.uses, one.remembered.id))
    return tuple(found[:limit])


def kept(terms: Sequence[Term], text: str) -> tuple[str, ...]:
    """The terms that stay as they are and occur in a text, as the text writes them."""
    folded = text.casefold()
    found: list[str] = []
    for one in terms:
        if one.status != "keep" or one.term.casefold() not in folded:
            continue
        word = re.compile(rf"(?<!\w){re.escape(one.term)}(?!\w)", re.IGNORECASE)
        found += [hit[0] for hit in word.finditer(text)]
    return tuple(dict.fromkeys(found))
