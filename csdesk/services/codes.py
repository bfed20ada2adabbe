"""Languages and countries as a person types them: a code, or the name in English or in the interface's language.
What is neither gets a sentence that names the nearest. Pure, over Babel's names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache

from csdesk import i18n
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.text import clean_line


def language(text: str) -> str:
    """The ISO 639 code of a language; '' for nothing. Raises Usage."""
    typed = clean_line(text, limit=60)
    found = _find(typed, _names("languages", i18n.language()))
    if found is None:
        raise Usage(
            _refusal(_("{text!r} is no language; write a code such as es, or its name."), typed, "languages")
        )
    return found


def country(text: str) -> str:
    """The ISO 3166 alpha-2 code of a country; '' for nothing. Raises Usage."""
    typed = clean_line(text, limit=60)
    found = _find({"uk": "GB"}.get(typed.lower(), typed), _names("territories", i18n.language()))
    if found is None:
        raise Usage(
            _refusal(_("{text!r} is no country; write a code such as ES, or its name."), typed, "territories")
        )
    return found


def language_name(code: str) -> str:
    """A language's name in the interface's language; the code where none is known."""
    return _own("languages", i18n.language()).get(code, code)


def _find(typed: str, names: Mapping[str, str]) -> str | None:
    if not typed:
        return ""
    codes = set(names.values())
    for code in (typed.lower(), typed.upper()):
        if code in codes:
            return code
    return names.get(typed.casefold())


def _refusal(words: str, typed: str, kind: str) -> str:
    sentence = words.format(text=typed)
    names = _names(kind, i18n.language())
    near = difflib.get_close_matches(typed.casefold(), names, n=1, cutoff=0.75)
    if not near:
        return sentence
    code = names[near[0]]
    meant = _("Did you mean {code} ({name})?").format(
        code=code, name=_own(kind, i18n.language()).get(code, near[0])
    )
    return f"{sentence} {meant}"


@lru_cache(maxsize=8)
def _own(kind: str, interface: str) -> Mapping[str, str]:
    """Code to name in the interface's language; of regions only countries, of languages only plain ones."""
    from babel import Locale

    told: Mapping[str, str] = getattr(Locale.parse("zh" if interface.startswith("zh") else "en"), kind)
    return {code: name for code, name in told.items() if _plain(kind, code)}


@lru_cache(maxsize=8)
def _names(kind: str, interface: str) -> Mapping[str, str]:
    """Name in small letters to code, in English and in the interface's language."""
    return {name.casefold(): code for which in ("en", interface) for code, name in _own(kind, which).items()}


def _plain(kind: str, code: str) -> bool:
    if kind == "languages":
        return code.isalpha() and code.islower() and len(code) in (2, 3)
    return code.isalpha() and len(code) == 2 and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
