"""Mail domains compared: which belong together, and which only look like one another. Knows no mail and no DNS.

Look-alikes follow the idea of Unicode's UTS 39 (a skeleton of each name), with an own short table of the letters
that are really abused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_SECOND = frozenset(("co", "com", "net", "org", "gov", "edu", "ac", "ne", "or", "go", "gob", "gouv", "in"))
_SAME = {
    ord(strange): plain
    for strange, plain in map(
        tuple,
        (
            "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh кk мm тt вb нh гr пn αa εe ρp τt υu οo ιi κk νv βb ɡg ɩi "
            "ıi łl øo đd ßb þp ӏl 0o 1l 3e 5s 8b"
        ).split(" "),
    )
}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"), ("ii", "u"))
_SHORTEST = 5
_OWN_RIGHT = frozenset(
    ("gmail", "ymail", "email", "hotmail", "rocketmail", "fastmail", "inbox", "yahoo", "outlook")
)
"""Words whose neighbours are real mail services themselves."""
_MISTYPED_COM = frozenset(("co", "cm", "om", "con", "cpm"))


@lru_cache(maxsize=4096)
def shown(domain: str) -> str:
    """The domain as people read it: punycode labels decoded, lower case."""
    labels = []
    for label in domain.lower().strip(".").split("."):
        if label.startswith("xn--"):
            try:
                label = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError):
                pass
        labels.append(label)
    return ".".join(labels)


@lru_cache(maxsize=4096)
def organisation(domain: str) -> str:
    """The part of a domain that one owner registered: 'mail.shop.co.uk' gives 'shop.co.uk'."""
    labels = domain.lower().strip(".").split(".")
    last = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND else 2
    return ".".join(labels[-last:])


def related(one: str, other: str) -> bool:
    """Whether both belong to one owner as far as their names tell."""
    return bool(one) and bool(other) and organisation(one) == organisation(other)


def mixed(domain: str) -> bool:
    """Whether one label mixes Latin letters with Cyrillic or Greek ones, which no honest name does."""
    name = shown(domain)
    return not name.isascii() and any(len(_scripts(label)) > 1 for label in name.split("."))


def _scripts(label: str) -> set[str]:
    found = {unicodedata.name(char, "").split(" ")[0] for char in label if char.isalpha()}
    return found & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}


def look_alike(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one looks like without being it or its sister; '' when there is none."""
    return _look_alike(domain, tuple(known))


@lru_cache(maxsize=4096)
def _look_alike(domain: str, known: tuple[str, ...]) -> str:
    mine = organisation(shown(domain))
    others = {organisation(shown(one)) for one in known if one}
    if not mine or mine in others:
        return ""
    label, _dot, ending = mine.partition(".")
    for other in sorted(others):
        name, _dot, tail = other.partition(".")
        if label == name:
            if tail == "com" and ending in _MISTYPED_COM:
                return other
            continue
        if _skeleton(label) == _skeleton(name):
            return other
        if ending == tail and len(name) >= _SHORTEST and label not in _OWN_RIGHT and _one_edit(label, name):
            return other
    return ""


def _skeleton(label: str) -> str:
    folded = unicodedata.normalize("NFKD", label.casefold()).translate(_SAME)
    folded = "".join(char for char in folded if not unicodedata.combining(char)).replace("-", "")
    for pair, single in _PAIRS:
        folded = folded.replace(pair, single)
    return folded.replace("i", "l")


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter added, dropped, changed or two neighbours swapped make one the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        swapped = len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
        return a[1:] == b[1:] or swapped
    return a[1:] == b if len(a) > len(b) else a == b[1:]
