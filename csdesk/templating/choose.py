"""Which template and which of its languages: fuzzy search over names, titles and bodies, context first. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from csdesk.domain.template import Template

_TYPO = 0.75


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


def find(
    templates: Sequence[Template], query: str, language: str = "", stage: str = ""
) -> tuple[Template, ...]:
    """The templates that match every word of a query in any language, best first.

    What fits the order stage comes before what does not; a template for all stages stands between. Then the
    match counts: name, title, category, body, a scattered or mistyped word last. Then having the customer's
    language. An empty query matches all.
    """
    words = _folded(query).split()
    ranked: list[tuple[tuple[int, int, int, int, str], Template]] = []
    for template in templates:
        score = _score(template, words)
        if score < 0:
            continue
        exact = template.name.casefold() == query.strip().casefold()
        fits = 2 if stage and stage in template.stages else 1 if not template.stages or not stage else 0
        speaks = int(
            best_language(template, language, language).partition("-")[0] == language.partition("-")[0]
        )
        ranked.append(((-int(exact), -fits, -score, -speaks, template.name), template))
    return tuple(template for _key, template in sorted(ranked, key=lambda pair: pair[0]))


def _folded(text: str) -> str:
    """Without case, accents and the signs between words: 'Devolución' is found by 'devolucion'."""
    split = unicodedata.normalize("NFKD", text.casefold())
    kept = (char for char in split if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def _score(template: Template, words: Sequence[str]) -> int:
    """The sum of the words' weights, or -1 when one of them is nowhere."""
    name = _folded(template.name)
    titles = [_folded(text.title) for text in template.texts.values()]
    bodies: list[str] = []
    total = 0
    for word in words:
        weight = _heading(word, name, titles, _folded(template.category))
        if not weight:
            bodies = bodies or [_folded(f"{text.body} {text.subject}") for text in template.texts.values()]
            weight = 30 if any(word in body for body in bodies) else _loose(word, (name, *titles))
        if not weight:
            return -1
        total += weight
    return total


def _heading(word: str, name: str, titles: Sequence[str], category: str) -> int:
    if any(part.startswith(word) for part in name.split()):
        return 100
    if any(part.startswith(word) for title in titles for part in title.split()):
        return 90
    if word in name or any(word in title for title in titles):
        return 70
    return 50 if word in category else 0


def _loose(word: str, texts: Sequence[str]) -> int:
    """A word of which letters were skipped ('wismo' in 'where is my order'), or that was mistyped."""
    for text in texts:
        letters = iter(text)
        if len(word) > 1 and all(char in letters for char in word):
            return 15
    parts = [part for text in texts for part in text.split()]
    return 10 if len(word) > 3 and difflib.get_close_matches(word, parts, n=1, cutoff=_TYPO) else 0
