"""What must survive a translation: recognised, put aside behind placeholders, put back, and proved one by one. Pure.

A model may drop a placeholder, write it twice, or write a number that nobody said. Nothing here trusts it: `restore`
says what is missing, `added_numbers` what is new. Knows no engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from csdesk.domain.protect_words import CURRENCIES, NUMBER_WORDS, PATTERNS

MOST = 9
"""So many placeholders stand in one sentence at most; models that know them know nine."""
FORMS = ("brackets", "numbers")
"""How a placeholder is written: ⟦1⟧, or a number of four digits that the text does not hold. Models that were never
taught the first copy the second best (measured: benchmarks/translation.py)."""
_FIRST_NUMBER, _STEP = 4477, 37
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th|er|ère|ème|[ºª]|\.º|\.ª)(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}")
_PLACEHOLDER = re.compile(r"⟦\s*(\d+)\s*⟧")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


class Piece(NamedTuple):
    """Something to keep: its place in the text, the text itself, and its kind (see protect_words.PATTERNS; 'word' for
    a word that was given)."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shielded:
    """A sentence whose pieces stand behind placeholders. `marks` are the placeholders, in the order of `pieces`."""

    text: str
    pieces: tuple[str, ...]
    marks: tuple[str, ...]
    before: tuple[bool, ...] = ()
    """Whether white space stands before each piece in the source."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A translation with the pieces back in it. `missing` are those that the model lost; `doubled` those that it wrote
    more than once; `strange` the placeholders that were never given to it."""

    text: str
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether each piece stands in it exactly once."""
        return not (self.missing or self.doubled or self.strange)


_NEED_DIGITS = frozenset({"address", "phone", "account", "parcel", "money", "date", "number"})
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=2)
def _pattern(digits: bool) -> re.Pattern[str]:
    """All kinds, or those that a text without digits can hold: most sentences have none, and are quicker so."""
    kinds = [(kind, pattern) for kind, pattern in PATTERNS if digits or kind not in _NEED_DIGITS]
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds))


@lru_cache(maxsize=64)
def _words(keep: frozenset[str]) -> re.Pattern[str] | None:
    found = sorted((one for one in keep if one.strip()), key=lambda one: (-len(one), one))
    if not found:
        return None
    return re.compile("|".join(_bounded(one) for one in found))


def _bounded(word: str) -> str:
    """A word as a pattern that matches no part of another; scripts without spaces have no such edges."""
    left = r"(?<!\w)" if word[0].isalnum() and not _SPACELESS.match(word[0]) else ""
    right = r"(?!\w)" if word[-1].isalnum() and not _SPACELESS.match(word[-1]) else ""
    return f"{left}{re.escape(word)}{right}"


def find(text: str, keep: Collection[str] = ()) -> tuple[Piece, ...]:
    """Everything in a text that must survive, in order and without overlaps; neighbours with nothing but a space
    between them are one piece. `keep` are words to keep beside what is recognised, as they are written."""
    given = _words(frozenset(keep))
    found = [Piece(one.start(), one.end(), one[0], "word") for one in given.finditer(text)] if given else []
    taken = [(one.start, one.end) for one in found]
    for one in _matches(text):
        clash = [at for at, (start, end) in enumerate(taken) if one.start < end and start < one.end]
        if not clash:
            found.append(one)
        elif all(one.start <= taken[at][0] and taken[at][1] <= one.end for at in clash):
            # A given word inside an address or a URL: the longer piece holds it.
            found = [piece for piece in found if not (one.start <= piece.start and piece.end <= one.end)]
            found.append(one)
    return tuple(_joined(text, sorted(found)))


def _matches(text: str) -> Iterator[Piece]:
    at = 0
    pattern = _pattern(_DIGIT.search(text) is not None)
    while (one := pattern.search(text, at)) is not None:
        kind = one.lastgroup or "number"
        start, end = one.span()
        if kind in ("url", "mail", "code", "address"):
            end = start + len(text[start:end].rstrip(".,;:!?)]}>\"'»”’"))
        at = max(end, start + 1)
        if kind in ("code", "number") and _ORDINAL.match(text, start):
            continue
        if end > start:
            yield Piece(start, end, text[start:end], kind)


def _joined(text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for one in pieces:
        if last is not None and text[last.end : one.start] in ("", " ", "\u00a0"):
            kind = last.kind if last.kind == one.kind else "several"
            last = Piece(last.start, one.end, text[last.start : one.end], kind)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def shield(text: str, pieces: Sequence[Piece], form: str = "brackets") -> Shielded:
    """The text with a placeholder for each piece. Raises ValueError for more than MOST pieces."""
    if len(pieces) > MOST:
        raise ValueError(f"{len(pieces)} pieces")
    marks = _marks(text, len(pieces), form)
    out, at = [], 0
    for piece, mark in zip(pieces, marks, strict=True):
        out += [text[at : piece.start], mark]
        at = piece.end
    before = tuple(piece.start > 0 and text[piece.start - 1].isspace() for piece in pieces)
    return Shielded("".join([*out, text[at:]]), tuple(one.text for one in pieces), marks, before)


def shield_numbers() -> tuple[str, ...]:
    """The numbers that stand for pieces, as long as the text holds none of them."""
    return tuple(str(_FIRST_NUMBER + _STEP * at) for at in range(MOST))


def _marks(text: str, count: int, form: str) -> tuple[str, ...]:
    if form == "brackets":
        return tuple(f"⟦{number}⟧" for number in range(1, count + 1))
    out: list[str] = []
    number = _FIRST_NUMBER
    while len(out) < count:
        if str(number) not in text:
            out.append(str(number))
        number += _STEP
    return tuple(out)


def restore(text: str, shielded: Shielded) -> Restored:
    """What a model made of a shielded text, with the pieces back in their places, and what is wrong with it. Each
    piece is put back at the first of its placeholders; what else looks like a placeholder is taken out."""
    places = {mark: at for at, mark in enumerate(shielded.marks)}
    seen: dict[int, int] = {}
    strange: list[str] = []
    out: list[str] = []
    last = 0
    for found in _pattern_of(shielded.marks).finditer(text):
        out.append(text[last : found.start()])
        last = found.end()
        mark = f"⟦{int(found['number'])}⟧" if found["number"] else found[0]
        at = places.get(mark)
        if at is None:
            strange.append(found[0])
            continue
        seen[at] = seen.get(at, 0) + 1
        if seen[at] == 1:
            piece = shielded.pieces[at]
            glued = bool(out) and _glued("".join(out[-2:]), piece) and shielded.before[at]
            out.append(f" {piece}" if glued else piece)
    out.append(text[last:])
    pieces = shielded.pieces
    return Restored(
        "".join(out),
        tuple(piece for at, piece in enumerate(pieces) if not seen.get(at)),
        tuple(piece for at, piece in enumerate(pieces) if seen.get(at, 0) > 1),
        tuple(strange),
    )


def _pattern_of(marks: Sequence[str]) -> re.Pattern[str]:
    numbers = [mark for mark in marks if mark.isdigit()]
    either = "|".join(rf"(?<!\d){mark}(?!\d)" for mark in numbers)
    return re.compile(r"⟦\s*(?P<number>\d{1,4})\s*⟧" + (f"|{either}" if either else ""))


def _glued(before: str, piece: str) -> bool:
    """Whether a letter of a script with spaces runs straight into a piece that begins with a letter or digit."""
    return bool(before) and before[-1].isalnum() and not _SPACELESS.match(before[-1]) and piece[0].isalnum()


def around(text: str, pieces: Sequence[Piece]) -> list[str | Piece]:
    """The text as what stands between the pieces, and the pieces, in order; joined, it is the text again."""
    out: list[str | Piece] = []
    at = 0
    for piece in pieces:
        if piece.start > at:
            out.append(text[at : piece.start])
        out.append(piece)
        at = piece.end
    if at < len(text):
        out.append(text[at:])
    return out


def missing(source: Sequence[str], target: str) -> tuple[str, ...]:
    """Those of the pieces that do not stand in a text, as often as they are given. The longest are looked for first,
    and what is found counts once: XL is not found inside of LMP-819-XL."""
    if _in_order(source, target):
        return ()  # the longest first could take a part of two others for one
    out = []
    for piece in sorted(dict.fromkeys(source), key=len, reverse=True):
        wanted = source.count(piece)
        target, found = re.subn(_edged(piece), "\0", target, count=wanted)
        out += [piece] * (wanted - found)
    return tuple(out)


def _in_order(source: Sequence[str], target: str) -> bool:
    """Whether all pieces stand in a text one after the other."""
    at = 0
    for piece in source:
        found = re.compile(_edged(piece)).search(target, at)
        if found is None:
            return False
        at = found.end()
    return True


def _edged(piece: str) -> str:
    """A piece as a pattern: a number is not found inside a longer one."""
    left = r"(?<![\d])" if piece[:1].isdigit() else ""
    right = r"(?![\d])" if piece[-1:].isdigit() else ""
    return f"{left}{re.escape(piece)}{right}"


def added_numbers(source: str, target: str) -> tuple[str, ...]:
    """The numbers in a translation that its source lacks, as they are written there. 12,50 and 12.50 are one number,
    and so are 1.234 and 1,234 and 1 234; what the source says in words counts as said."""
    said: set[Decimal] = set()
    for number in _numbers(source):
        said |= readings(number)
    lower = source.casefold()
    out = []
    for number in _numbers(target):
        meant = readings(number)
        if meant & said or any(_in_words(value, lower) for value in meant):
            continue
        out.append(number)
    return tuple(dict.fromkeys(out))


def _numbers(text: str) -> Iterator[str]:
    """Numbers as they are written; a date's parts each by itself."""
    plain = _PLACEHOLDER.sub(" ", text)
    last = 0
    for date in _DATE.finditer(plain):
        yield from _NUMBER.findall(plain[last : date.start()])
        yield from re.findall(r"\d+", date[0])
        last = date.end()
    yield from _NUMBER.findall(re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u00a0", plain[last:]))


def readings(number: str) -> set[Decimal]:
    """What a written number can mean: one value, or two where a single point or comma stands before three digits."""
    digits = re.split(r"[^\d]", number)
    marks = re.findall(r"[^\d]", number)
    if not marks:
        return {Decimal(number)}
    whole = Decimal("".join(digits))
    fraction = Decimal("".join(digits[:-1]) + "." + digits[-1])
    grouped = all(len(part) == 3 for part in digits[1:])
    if len(set(marks)) > 1:
        return {fraction} if marks[-1] in ".," else {whole}
    if len(marks) > 1:
        # 1.234.567 is one number; 1.2.3 is a version or a date, which is the same only when it is written the same.
        return {whole} if grouped else {whole, *(Decimal(part) for part in digits)}
    if marks[0] not in ".,":
        return {whole}
    return {whole, fraction} if grouped else {fraction}


def _in_words(value: Decimal, lower: str) -> bool:
    words = NUMBER_WORDS.get(int(value)) if value == int(value) and value < 1_000_001 else None
    if not words:
        return False
    return any(
        (word in lower) if _SPACELESS.match(word) else re.search(rf"(?<!\w){word}(?!\w)", lower)
        for word in words
    )


def says_something(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether anything is left to translate beside the pieces: two letters, or one that is a word by itself."""
    rest = "".join(part for part in around(text, pieces) if isinstance(part, str))
    return any(char.isalpha() for char in rest)


__all__ = [
    "CURRENCIES", "FORMS", "MOST", "Piece", "Restored", "Shielded", "added_numbers", "around", "find", "missing",
    "readings", "restore", "says_something", "shield",
]  # fmt: skip
