"""Which template and which of its languages: search in every language at once, what fits the talk first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from csdesk.domain.template import Template, Uses
from csdesk.templating.folding import folded, near, pairs, spaceless

EXACT, PREFIX, INSIDE, BODY, LOOSE = 5, 4, 3, 2, 1
"""How well a word of a query is met, best first: the whole of a title, the beginning of one of its words, a part, a
word of the text, a mistyped or shortened word."""
_ENOUGH = 0.6
"""The share of a Chinese or Japanese query's letter pairs that must be met."""
_PLAIN = 24
"""So many letters of a customer's phrases leave no doubt what a message is about."""


def best_language(template: Template, wanted: str, fallback: str = "en") -> str:
    """The language of a template to use for a customer who writes in `wanted`: that one, its base or a sister
    ('pt' for 'pt-BR' and the other way round), else the same for `fallback`, then English, then any."""
    for code in (wanted, fallback, "en"):
        base = code.partition("-")[0]
        sisters = sorted(one for one in template.texts if base and one.partition("-")[0] == base)
        for candidate in (code, base, *sisters):
            if candidate in template.texts:
                return candidate
    return min(template.texts, default="")


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of the talk a template is wanted for: the customer's language, the order's stage, and what the
    customer said last."""

    language: str = ""
    stage: str = ""
    said: str = ""


class Entry:
    """One template, made ready to be searched."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.name = folded(template.name)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Its name and titles."""
        titles = {folded(text.title) for text in self.template.texts.values() if text.title}
        return (self.name, *sorted(titles - {self.name}))

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """What customers say in this situation, and the subjects."""
        said = {folded(one) for text in self.template.texts.values() for one in (*text.words, text.subject)}
        return tuple(sorted(said - {""}))

    @cached_property
    def customers(self) -> tuple[str, ...]:
        """Only what customers say, phrases that are too short to mean anything left out."""
        said = {folded(one) for text in self.template.texts.values() for one in text.words}
        return tuple(sorted(one for one in said if len(one) > (1 if spaceless(one) else 3)))

    @cached_property
    def bodies(self) -> tuple[str, ...]:
        """Its texts."""
        return tuple(folded(text.body) for text in self.template.texts.values())

    @cached_property
    def parts(self) -> frozenset[str]:
        """Every word of headings and phrases."""
        return frozenset(part for one in (*self.headings, *self.phrases) for part in one.split())

    def meets(self, word: str) -> int:
        """How well a folded word is met, 0 when it is not."""
        if word in self.headings or word in self.phrases:
            return EXACT
        if word == folded(self.template.category) or any(part.startswith(word) for part in self.parts):
            return PREFIX
        if any(word in one for one in (*self.headings, *self.phrases, folded(self.template.category))):
            return INSIDE
        if any(word in body for body in self.bodies):
            return BODY
        return LOOSE if self._loosely(word) else 0

    def _loosely(self, word: str) -> bool:
        if spaceless(word):
            wanted = pairs(word)
            if any(len(one) > 1 and one in word for one in (*self.headings, *self.phrases)):
                return True
            return bool(wanted) and any(
                len(wanted & pairs(one)) >= _ENOUGH * len(wanted) for one in (*self.headings, *self.phrases)
            )
        if any(near(word, part) for part in self.parts):
            return True
        # 'wimo' for 'where is my order': letters skipped, but not half the alphabet between them.
        return len(word) > 2 and any(_skipping(word, heading) for heading in self.headings)

    def answers(self, said: str) -> int:
        """How much of a folded text is a customer's phrases: their letters, for 'money back' says more than 'hello'."""
        return sum(_weight(phrase) for phrase in self.customers if _stands(phrase, said))


def find(
    templates: Sequence[Template],
    query: str,
    talk: Talk | None = None,
    uses: Mapping[str, Uses] | None = None,
) -> tuple[Template, ...]:
    """The templates that match every word of a query in any language, best first; where none does, those that match
    most of its words, for a customer's own sentence may stand in it. An empty query matches all.

    The match counts first (a whole title, the beginning of a word, a part, the text, a mistyped word last); of
    equals what fits the talk: phrases of it in the customer's last message, the order's stage, the category that
    this message points to; then having the customer's language, and how often the agent and the team used it.
    """
    return Finder(templates).find(query, talk or Talk(), uses or {})


class Finder:
    """Templates ready to be searched; kept as long as the templates are."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self.entries = [Entry(template) for template in templates]

    def find(self, query: str, talk: Talk, uses: Mapping[str, Uses]) -> tuple[Template, ...]:
        """See find()."""
        words = folded(query).split()
        whole = " ".join(words)
        said = folded(talk.said[:4000])
        hits = {entry.name: entry.answers(said) for entry in self.entries} if said else {}
        topic = self._topic(hits)
        ranked: list[tuple[tuple[float, ...], str, Template]] = []
        for least in (len(words), len(words) // 2 + 1):
            for entry in self.entries:
                tier = _tier(entry, words, whole, least)
                if tier:
                    rank = (-tier, -_fit(entry, talk, hits, topic), *_habit(entry, talk, uses))
                    ranked.append((rank, entry.template.name, entry.template))
            if ranked or len(words) < 3:
                break
        return tuple(template for _rank, _name, template in sorted(ranked, key=lambda one: one[:2]))

    def _topic(self, hits: Mapping[str, int]) -> str:
        """The category that a message points to most."""
        sums: dict[str, int] = {}
        for entry in self.entries:
            if entry.template.category and hits.get(entry.name):
                sums[entry.template.category] = sums.get(entry.template.category, 0) + hits[entry.name]
        return max(sorted(sums), key=sums.__getitem__, default="")


def _tier(entry: Entry, words: Sequence[str], whole: str, least: int) -> float:
    """How well a query is met: the whole of it first, else the mean of its words; 0 when too few of them are."""
    if not words:
        return 1
    if whole in entry.headings or whole in entry.phrases:
        return EXACT + 1
    met = [tier for word in words if (tier := entry.meets(word))]
    return sum(met) / len(words) if len(met) >= least else 0


def _fit(entry: Entry, talk: Talk, hits: Mapping[str, int], topic: str) -> float:
    template = entry.template
    stage = (
        2
        if talk.stage and talk.stage in template.stages
        else 1
        if not template.stages or not talk.stage
        else 0
    )
    said = min(hits.get(entry.name, 0), _PLAIN)
    return 9 * said / _PLAIN + 2 * stage + (template.category == topic != "")


def _habit(entry: Entry, talk: Talk, uses: Mapping[str, Uses]) -> tuple[float, float]:
    language = talk.language.partition("-")[0]
    speaks = best_language(entry.template, talk.language, talk.language).partition("-")[0] == language
    used = uses.get(entry.template.name, Uses())
    return (-int(speaks), -(used.mine + used.total))


def _skipping(word: str, text: str) -> bool:
    """Whether the letters of a word come in this order in a text, not spread over more than four times its length,
    the first of them at the beginning of a word."""
    for start in [0, *(n + 1 for n, char in enumerate(text) if char == " ")]:
        at = start - 1
        for char in word:
            at = text.find(char, at + 1)
            if at < 0 or at - start >= 4 * len(word):
                break
        else:
            if text[start : start + 1] == word[0]:
                return True
    return False


def _weight(phrase: str) -> int:
    """A Chinese or Japanese sign says as much as three letters."""
    return len(phrase) * (3 if spaceless(phrase) else 1)


def _stands(phrase: str, said: str) -> bool:
    """Whether a phrase stands in a text, as whole words where the script has any."""
    if spaceless(phrase):
        return phrase in said
    return f" {phrase} " in f" {said} "
