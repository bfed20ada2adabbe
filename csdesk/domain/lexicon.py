"""Words that offend, mislead or break a rule in a market: what an entry is, and where one stands in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
ANY = "any"
"""The language of an entry that counts in every language."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing not to write. `words` stand as they are, in any case, never inside a longer word; `pattern` is a
    regular expression instead. `language` is ISO 639-1 or ANY. `countries` (ISO 3166) narrow it down; none are all
    of the market. `level` is 'warns' or 'stops'. `why` and `instead` are said to the agent, by language of the
    interface. `fix` replaces what was found, where that is certain."""

    market: str
    language: str
    level: str
    words: tuple[str, ...]
    pattern: str
    countries: frozenset[str]
    why: tuple[str, str]
    instead: tuple[str, str]
    fix: str = ""

    def said(self, chinese: bool) -> tuple[str, str]:
        """Why, and what to say instead, in Chinese or English."""
        return self.why[chinese], self.instead[chinese]


@dataclass(frozen=True, slots=True)
class Market:
    """Where customers read alike. `default_for` are languages that stand for it when the country is not known."""

    code: str
    name: str
    countries: frozenset[str]
    default_for: frozenset[str]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry, and where it stands."""

    entry: Entry
    start: int
    end: int


def bounded(word: str) -> str:
    """A word as a pattern that matches no part of another; scripts without spaces have no such edges."""
    left = r"(?<!\w)" if word[0].isalnum() and not _SPACELESS.match(word[0]) else ""
    right = r"(?!\w)" if word[-1].isalnum() and not _SPACELESS.match(word[-1]) else ""
    middle = r"\s+".join(re.escape(part) for part in word.split())
    return f"{left}{middle}{right}"


@lru_cache(maxsize=1024)
def compiled(entry: Entry) -> re.Pattern[str]:
    """What an entry looks for. Raises re.error for a pattern that is none."""
    if entry.pattern:
        return re.compile(entry.pattern, re.IGNORECASE)
    longest = sorted(entry.words, key=lambda one: -len(one))
    return re.compile("|".join(map(bounded, longest)), re.IGNORECASE)


def chosen(markets: Iterable[Market], country: str, language: str) -> tuple[Entry, ...]:
    """The entries that count for a reply in `language` to a customer in `country` (either may be ''): those of the
    customer's market and, where words of that language are told about elsewhere, those that name the country. With
    no country, the market that the language stands for."""
    known = tuple(markets)
    home = [one for one in known if country in one.countries] if country else []
    out: list[Entry] = []
    for market in known:
        spoken = language in market.default_for
        for entry in market.entries:
            if entry.language not in (language, ANY):
                continue
            if entry.countries:
                fits = country in entry.countries
            else:
                # A Spaniard in Germany reads Spanish as in Spain.
                fits = market in home or (spoken and not _told(home, language))
            if fits:
                out.append(entry)
    return tuple(out)


def _told(markets: Sequence[Market], language: str) -> bool:
    """Whether one of these markets has entries in a language."""
    return any(entry.language == language for market in markets for entry in market.entries)


def hits(text: str, entries: Iterable[Entry]) -> tuple[Hit, ...]:
    """Where entries stand in a text, in order; of several at one place the one that stops, then the longest."""
    found = [
        Hit(entry, one.start(), one.end())
        for entry in entries
        for one in compiled(entry).finditer(text)
        if one.end() > one.start()
    ]
    found.sort(key=lambda hit: (hit.entry.level != "stops", hit.start - hit.end, hit.start))
    kept: list[Hit] = []
    for hit in found:
        if all(hit.end <= one.start or one.end <= hit.start for one in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.start))
