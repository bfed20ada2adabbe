"""The interface's own language: gettext catalogues in locale/, English and Chinese complete.

`_()` looks up at call time, so one process can change its language. Knows no screen and no store.
"""

from __future__ import annotations

import gettext
import os
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "zh")
_current = "en"


@lru_cache(maxsize=4)
def _catalogue(language: str) -> gettext.NullTranslations:
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


def _(message: str) -> str:
    """The message in the interface's language."""
    return message if _current == "en" else _catalogue(_current).gettext(message)


def N_(message: str) -> str:
    """The message as it is: marks a text in a table, so that it is translated where `_` is given the variable."""
    return message


def pgettext(context: str, message: str) -> str:
    """The message in the interface's language, for a word that means two things; `context` says which one."""
    return message if _current == "en" else _catalogue(_current).pgettext(context, message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message for a count in the interface's language."""
    return _catalogue(_current).ngettext(one, many, count)
