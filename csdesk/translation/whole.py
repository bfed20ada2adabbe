"""What engines that go in one step share: texts to sentences, sentences up the ladder, and translations out of it.
Knows no engine; is given one that answers sentences."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from csdesk.domain import protect, sentences
from csdesk.domain.ports import TranslationError
from csdesk.domain.translation import Sentence, Translation
from csdesk.i18n import _
from csdesk.translation import ladder
from csdesk.translation.ladder import Answers, Draft
from csdesk.translation.split import Part, split_all

LARGEST = 200_000
"""Bytes of UTF-8 that one text may have; it is translated by parts."""
_BRACKETS = re.compile(r"⟦\d+⟧")
_NUMBERS = re.compile("|".join(rf"(?<!\d){mark}(?!\d)" for mark in protect.shield_numbers()))

Ask = Callable[[Sequence[str], int], Sequence[Sequence[str]]]
"""Sentences, and how many answers are wanted of each at most, to the answers of each, the likeliest first."""


def fit(texts: Sequence[str]) -> None:
    """Raises TranslationError for a text that is too long."""
    for text in texts:
        if len(text) > LARGEST or len(text.encode("utf-8", "replace")) > LARGEST:
            words = _("This text is too long to translate: more than {size} kB. Translate a part of it.")
            raise TranslationError("too_long", words.format(size=LARGEST // 1000))


def translate(
    texts: Sequence[str],
    source: str,
    target: str,
    keep: Collection[str],
    decode: ladder.Decode,
    engine: str,
) -> list[Translation]:
    """Texts in one step, every protected piece proved; `engine` is who made it, for people. Raises TranslationError."""
    fit(texts)
    parts = split_all(texts, _boundaries, tuple(keep))
    wanted = list(dict.fromkeys(part.text for group in parts for part in group if not part.fixed))
    kept: list[Collection[str]] = [frozenset(keep)] * len(wanted)
    made = dict(zip(wanted, ladder.translate(wanted, decode, kept), strict=True))
    return [
        Translation(source, target, tuple(sentence(part, made) for part in group), engine) for group in parts
    ]


def _boundaries(paragraphs: Sequence[str]) -> list[list[int]]:
    return [[len(said) + len(gap) for said, gap in sentences.units(one)] for one in paragraphs]


def sentence(part: Part, made: Mapping[str, Draft]) -> Sentence:
    """A part of a text as it comes out."""
    if part.fixed:
        return Sentence(part.text, part.text, part.gap, "same")
    draft = made[part.text]
    if draft.origin == "same":
        return Sentence(part.text, part.text, part.gap, "same")
    return Sentence(
        part.text,
        draft.target or part.text,
        part.gap,
        "model",
        100,
        draft.ways,
        draft.flags,
        draft.missing,
        draft.added,
    )


class Forms:
    """Which form of placeholder comes through best, counted as it goes: nobody knows what models a server runs. Safe to
    use from several threads."""

    def __init__(self, *first: str) -> None:
        self._first = first
        self._seen = {form: [0, 0] for form in first}
        self._lock = threading.Lock()

    @property
    def order(self) -> tuple[str, ...]:
        """The forms, the best first. A form that was hardly tried keeps its place for a while."""
        with self._lock:
            rates = {form: (whole + 2) / (given + 2) for form, (given, whole) in self._seen.items()}
        return tuple(sorted(self._first, key=lambda form: -rates[form]))

    def saw(self, given: str, answer: str) -> None:
        """A sentence went in and this came out."""
        for form, pattern in (("brackets", _BRACKETS), ("numbers", _NUMBERS)):
            if (marks := sorted(pattern.findall(given))) and form in self._seen:
                with self._lock:
                    self._seen[form][0] += 1
                    self._seen[form][1] += sorted(pattern.findall(answer)) == marks


class Once:
    """An engine as the ladder wants it, for one call: what it answered already is not asked again. `most` answers of a
    sentence can be had, 1 of an engine that knows no others."""

    def __init__(self, ask: Ask, forms: Forms, *, most: int = 1) -> None:
        self._ask = ask
        self._forms = forms
        self._most = most
        self._known: dict[tuple[str, int], Sequence[str]] = {}

    @property
    def forms(self) -> Sequence[str]:
        """See ladder.Decode."""
        return self._forms.order

    def __call__(
        self, sentences: Sequence[str], *, beam: int, hypotheses: int, firm: bool = False
    ) -> Sequence[Answers]:
        """See ladder.Decode; an engine of its own knows neither beams nor a shorter lead."""
        count = min(hypotheses, self._most)
        new = [one for one in dict.fromkeys(sentences) if (one, count) not in self._known]
        if new:
            for given, answers in zip(new, self._ask(new, count), strict=True):
                self._known[given, count] = answers
                self._forms.saw(given, answers[0] if answers else "")
        found = [self._known[one, count] for one in sentences]
        return [Answers(texts, [False] * len(texts)) for texts in found]
