"""The interface's own language: gettext catalogues in locale/, English and Chinese complete.

`_()` looks up at call time, so one process can change its language. What it gives remembers what it was made of, so
that a sentence can be kept with `stored()` and read by somebody else, in another language, with `told()`. Knows no
screen and no store.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from gettext import NullTranslations

LANGUAGES = ("en", "zh")
_current = "en"


@lru_cache(maxsize=4)
def _catalogue(language: str) -> NullTranslations:
    import gettext  # an English screen needs none

    folder = Path(__file__).parent / "locale"
    return gettext.translation("csdesk", folder, languages=[language], fallback=True)


def from_environment() -> str:
    """The interface language that CSDESK_LANG, LC_ALL, LC_MESSAGES or LANG ask for; 'en' where none is known."""
    for name in ("CSDESK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        code = value.split(".")[0].split("_")[0].split("-")[0].lower()
        if code in LANGUAGES:
            return code
        if code:
            return "en"
    return "en"


def use(language: str) -> None:
    """Speak this language from now on; unknown ones fall back to English."""
    global _current
    _current = language if language in LANGUAGES else "en"


def language() -> str:
    """The code of the language in use."""
    return _current


class Sentence(str):
    """A text in the interface's language that knows its source: '' and a message, 'p' with a context, 'n' with two
    forms and a count, '+' for sentences in a row; `values` fill its places. Any other operation gives a plain str."""

    source: tuple[Any, ...]
    values: dict[str, Any]

    def format(self, *args: object, **values: object) -> str:
        """As str.format; with names only, the result still knows its source."""
        text = super().format(*args, **values)
        return text if args else _sentence(text, self.source, values)


def _sentence(text: str, source: tuple[Any, ...], values: dict[str, Any]) -> Sentence:
    made = Sentence(text)
    made.source, made.values = source, values
    return made


@lru_cache(maxsize=4096)
def _looked_up(language: str, message: str) -> Sentence:
    text = message if language == "en" else _catalogue(language).gettext(message)
    return _sentence(text, ("", message), {})


def _(message: str) -> str:
    """The message in the interface's language."""
    return _looked_up(_current, message)


def N_(message: str) -> str:
    """The message as it is: marks a text in a table, so that it is translated where `_` is given the variable."""
    return message


def pgettext(context: str, message: str) -> str:
    """The message in the interface's language, for a word that means two things; `context` says which one."""
    text = message if _current == "en" else _catalogue(_current).pgettext(context, message)
    return _sentence(text, ("p", context, message), {})


def ngettext(one: str, many: str, count: int) -> str:
    """The message for a count in the interface's language."""
    return _sentence(_catalogue(_current).ngettext(one, many, count), ("n", one, many, count), {})


def together(sentences: Iterable[str]) -> str:
    """Sentences in a row, as one that can be stored."""
    parts = list(sentences)
    return parts[0] if len(parts) == 1 else _sentence(" ".join(parts), ("+", *parts), {}) if parts else ""


_MARK = "\x1e"


def stored(text: str) -> str:
    """A sentence as what it was made of, for told(); any other text as it is."""
    if not isinstance(text, Sentence):
        return text.lstrip(_MARK) if text[:1] == _MARK else text
    import json

    return _MARK + json.dumps(_packed(text), ensure_ascii=False, separators=(",", ":"))


def told(text: str) -> str:
    """A stored text in the interface's language. What this csdesk does not know any more comes in English."""
    if text[:1] != _MARK:
        return text
    import json

    try:
        found = _unpacked(json.loads(text[1:]))
        return found if isinstance(found, str) else text[1:]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return text[1:]


def _packed(value: object) -> Any:
    if isinstance(value, Sentence):
        source = [_packed(part) for part in value.source]
        filled = {name: _packed(one) for name, one in value.values.items()}
        return {"s": source, "v": filled} if filled else {"s": source}
    return value if isinstance(value, (int, float)) else str(value)


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    kind, *words = value["s"]
    if kind == "+":
        return together(_unpacked(part) for part in words)
    said = ngettext(*words) if kind == "n" else pgettext(*words) if kind == "p" else _(*words)
    filled = {name: _unpacked(one) for name, one in value.get("v", {}).items()}
    return said.format(**filled) if filled else said
