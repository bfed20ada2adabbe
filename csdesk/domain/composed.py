"""A reply in the customer's language, sentence by sentence: what the agent wrote, what is sent for it, where that came
from and what is doubtful about it. Pure.

A sentence that a person changed is kept as it was changed for as long as the agent's own sentence stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csdesk.domain.before import STOPS, WARNS, Finding
from csdesk.domain.memory import Term
from csdesk.domain.protect import added_numbers, find, missing
from csdesk.i18n import _

_BY_READING = frozenset({"number", "money", "date", "several"})
"""Kinds of pieces that may be written otherwise in another language: 12.50 is 12,50."""
_SPACELESS = frozenset({"zh", "ja", "th"})
"""Languages that put no space between sentences."""
_ENDING = r"\w{0,3}(?!\w)"
"""So many letters may stand behind a term: a plural, a case."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply. `own` is the agent's, `text` what is sent for it, `gap` the white space behind both.
    `origin` is 'model', 'memory' (somebody wrote it before), 'edited' (this agent changed it) or 'same' (it stays as
    it was written). `flags`, `missing` and `added` as in translation.Sentence. `back` is `text` in the agent's
    language again, '' where nobody could tell. `offer` is what was sent for a sentence that is `offered` percent like
    this one, '' where there is none: it is only ever shown. `engine` names who translated it, for people; `demo` that
    it was a demonstration model."""

    own: str
    text: str
    gap: str = ""
    origin: str = "model"
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    back: str = ""
    offer: str = ""
    offered: int = 0
    engine: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole reply."""

    source_language: str
    target_language: str
    sentences: tuple[Said, ...]

    @property
    def engine(self) -> str:
        """Who translated it, for people."""
        return ", ".join(dict.fromkeys(one.engine for one in self.sentences if one.engine))

    @property
    def demo(self) -> bool:
        """Whether a demonstration model had a part in it."""
        return any(one.demo for one in self.sentences)

    @property
    def text(self) -> str:
        """What is sent."""
        return "".join(one.text + self.gap(number) for number, one in enumerate(self.sentences))

    def gap(self, number: int) -> str:
        """The white space behind a sentence as it is sent: Chinese has none between sentences, Spanish has."""
        gap = self.sentences[number].gap
        if self.target_language in _SPACELESS:
            return "" if gap == " " and self.source_language not in _SPACELESS else gap
        last = number == len(self.sentences) - 1 or not self.sentences[number].text
        return " " if not gap and not last else gap

    @property
    def own(self) -> str:
        """What the agent wrote."""
        return "".join(one.own + one.gap for one in self.sentences)

    @property
    def doubtful(self) -> tuple[int, ...]:
        """The positions of sentences that must not leave unseen."""
        return tuple(at for at, one in enumerate(self.sentences) if one.flags)

    @property
    def corrected(self) -> tuple[tuple[str, str], ...]:
        """What a person put right: the agent's own sentence and the one that is sent."""
        pairs = ((one.own, one.text) for one in self.sentences if one.origin == "edited")
        return tuple(dict.fromkeys(pair for pair in pairs if all(part.strip() for part in pair)))

    def known(self) -> dict[str, Said]:
        """The sentences by what the agent wrote, for the next time this text is put together."""
        return {one.own: one for one in self.sentences if one.own}

    def at(self, place: int) -> int:
        """The sentence in which a place of the text lies."""
        begin = 0
        for number, one in enumerate(self.sentences):
            begin += len(one.text) + len(self.gap(number))
            if place < begin:
                return number
        return max(len(self.sentences) - 1, 0)

    def at_own(self, place: int) -> int:
        """The sentence in which a place of the agent's own text lies."""
        begin = 0
        for number, one in enumerate(self.sentences):
            begin += len(one.own) + len(one.gap)
            if place < begin:
                return number
        return max(len(self.sentences) - 1, 0)

    def start(self, number: int) -> int:
        """Where a sentence begins in the text."""
        before = enumerate(self.sentences[:number])
        return sum(len(one.text) + len(self.gap(at)) for at, one in before)

    def edited(self, number: int, text: str, back: str = "") -> Composed:
        """The reply with this sentence as a person wrote it."""
        before = self.sentences[number]
        made = checked(
            replace(
                before, text=text, origin="edited", back=back, offer="", offered=0, flags=(), missing=(), added=(),
                engine="", demo=False,
            )
        )  # fmt: skip
        parts = (*self.sentences[:number], made, *self.sentences[number + 1 :])
        return replace(self, sentences=parts)


@dataclass(frozen=True, slots=True)
class Way:
    """How a reply is translated: from the agent's language into the customer's, both '' where that is not known.
    `usual` says that this agent does not write the customer's language; `hint` why it cannot be done now, '' when it
    can."""

    source: str = ""
    target: str = ""
    usual: bool = False
    hint: str = ""

    @property
    def open(self) -> bool:
        """Whether something can be translated."""
        return bool(self.source and self.target and self.source != self.target and not self.hint)


def checked(said: Said) -> Said:
    """A sentence with what is wrong with its numbers and protected pieces, beside what was found already."""
    lost = tuple(dict.fromkeys((*said.missing, *lost_pieces(said.own, said.text))))
    added = tuple(dict.fromkeys((*said.added, *added_numbers(said.own, said.text))))
    flags = dict.fromkeys(said.flags)
    if lost:
        flags["lost"] = None
    if added:
        flags["new_number"] = None
    return replace(said, flags=tuple(flags), missing=lost, added=added)


def lost_pieces(own: str, text: str) -> tuple[str, ...]:
    """What of a sentence must survive and does not stand in the other one. Numbers count by what they mean, all else
    as it is written."""
    lost = list(added_numbers(text, own))
    pieces = [one for one in find(own) if one.kind not in _BY_READING]
    lost += [one for one in missing([one.text for one in pieces], text) if one not in lost]
    return tuple(dict.fromkeys(lost))


# -- doubts -----------------------------------------------------------------------------------------------


def doubts(made: Composed, terms: Sequence[Term] = ()) -> tuple[Finding, ...]:
    """What is doubtful about a translated reply beside what domain.before finds: pieces that could not be proved,
    sentences that the model did not finish, and words that the glossary wants or forbids."""
    found: list[Finding] = []
    for number, one in enumerate(made.sentences):
        start = made.start(number)
        end = start + len(one.text)
        if one.missing:
            said = _("Lost in the translation: {pieces}.").format(pieces=", ".join(one.missing))
            found.append(Finding("unverified", STOPS, said, start, end))
        if one.added:
            said = _("The translation says what you did not write: {pieces}.").format(
                pieces=", ".join(one.added)
            )
            found.append(Finding("unverified", STOPS, said, start, end))
        if "cut" in one.flags or "repeated" in one.flags:
            said = _("This sentence may be translated wrongly; read it.")
            found.append(Finding("unverified", WARNS, said, start, end))
        if one.origin != "same":
            found += _terms(one, terms, start)
    return tuple(found)


def _terms(said: Said, terms: Sequence[Term], start: int) -> Iterable[Finding]:
    wanted: dict[str, list[str]] = {}
    for one in terms:
        if one.status == "approved":
            wanted.setdefault(one.term.casefold(), []).append(one.translation)
    wrong: set[str] = set()
    for one in terms:
        hit = _hit(one.translation, said.text) if one.status == "forbidden" else None
        if hit is None:
            continue
        instead = wanted.get(one.term.casefold(), [])
        wrong.add(one.term.casefold())
        words = _("“{word}” is never said here.").format(word=hit[0])
        fix = None
        if instead:
            words = _("“{word}” is never said here. Rather: {instead}").format(
                word=hit[0], instead=", ".join(instead)
            )
            fix = instead[0] if len(instead) == 1 and _same_end(hit[0], one.translation) else None
        fix = fix[:1].upper() + fix[1:] if fix and hit[0][:1].isupper() else fix
        yield Finding("term", STOPS, words, start + hit.start(), start + hit.end(), fix)
    for term, ways in wanted.items():
        if term in wrong or _hit(term, said.own) is None or any(_hit(way, said.text) for way in ways):
            continue
        words = _("“{term}” is said so here: {ways}.").format(term=term, ways=", ".join(ways))
        # Where the model left the word as it was, it is certain what takes its place.
        kept = _hit(term, said.text)
        sure = kept is not None and len(ways) == 1 and _same_end(kept[0], term)
        at, end = kept.span() if kept is not None and sure else (0, len(said.text))
        yield Finding("term", WARNS, words, start + at, start + end, ways[0] if sure else None)


def _hit(word: str, text: str) -> re.Match[str] | None:
    """A word in a text, in whatever case, with an ending or without."""
    if not word.strip():
        return None
    left = (
        r"(?<!\w)" if word[0].isascii() or (word[0].isalpha() and word[0].lower() != word[0].upper()) else ""
    )
    ending = _ENDING if left and word[-1].isalpha() else ""
    return re.search(left + re.escape(word) + ending, text, re.IGNORECASE)


def _same_end(found: str, word: str) -> bool:
    """Whether it stands there without an ending: only then is it certain what may take its place."""
    return found.casefold() == word.casefold()


# -- kept -------------------------------------------------------------------------------------------------


def packed(made: Composed) -> dict[str, Any]:
    """As plain values, to be kept with a draft."""
    rows = [
        [one.own, one.text, one.gap, one.origin, list(one.flags), list(one.missing), list(one.added), one.back,
         one.engine, one.demo]
        for one in made.sentences
    ]  # fmt: skip
    return {"source": made.source_language, "target": made.target_language, "sentences": rows}


def unpacked(kept: Mapping[str, Any] | None) -> Composed | None:
    """What packed() gave; None for anything else."""
    if not kept or not kept.get("sentences"):
        return None
    sentences = tuple(
        Said(own, text, gap, origin, tuple(flags), tuple(lost), tuple(added), back, engine=engine, demo=demo)
        for own, text, gap, origin, flags, lost, added, back, engine, demo in kept["sentences"]
    )
    return Composed(str(kept["source"]), str(kept["target"]), sentences)
