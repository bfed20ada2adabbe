"""Spelling in the customer's language: words that no dictionary knows, what may have been meant, words of one's own."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.paths import config_file
from csdesk.services.context import Context
from csdesk.spelling import dictionaries
from csdesk.spelling.client import Speller, Unavailable
from csdesk.spelling.words import Word, foreign, words

DEBIAN = {"de": "de-de", "en": "en-us", "pt": "pt-pt", "fr": "fr"}


class Spelling:
    """Checks texts. Blocks while a dictionary is loaded: never to be asked on the screen's own thread."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.speller = Speller()
        self._lock = threading.Lock()
        self._own: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[str, str], Path | None] = {}

    def close(self) -> None:
        """End the process that holds dictionaries."""
        self.speller.close()

    @property
    def folder(self) -> Path:
        """Own dictionaries and own words, beside the config file."""
        return (self.context.config.source or config_file()).parent / "spelling"

    def trouble(self, language: str, country: str = "") -> str:
        """'' when texts in a language can be checked, else why not and what helps, as one sentence."""
        code = language.partition("-")[0].lower()
        if not code:
            return _("The language of this conversation is not known, so its spelling is not checked.")
        if code in dictionaries.NO_SPACES:
            return _("Spelling is not checked in {language}: it puts no spaces between words.").format(
                language=code
            )
        if self._dictionary(language, country) is None:
            words_ = _(
                "There is no dictionary for {language} on this machine: install the package {package}, "
                "or put {language}.aff and {language}.dic into {folder}."
            )
            package = f"hunspell-{DEBIAN.get(code, code)}"
            return words_.format(language=code, package=package, folder=self.folder)
        return ""

    def wrong(
        self, text: str, language: str, *, country: str = "", known: Collection[str] = ()
    ) -> tuple[Word, ...]:
        """The words of a text that its language's dictionary does not know, nor the own words, nor `known`; none when
        the text is in another language, or when there is no dictionary. Raises Refused when none can be asked."""
        dictionary = self._dictionary(language, country)
        if dictionary is None:
            return ()
        right = {one.casefold() for one in known} | self._words(language)
        asked = words(text, language, right)
        if not asked:
            return ()
        try:
            unknown = self.speller.wrong(dictionary, [one.text for one in asked])
        except Unavailable as error:
            raise _unavailable(error) from error
        found = tuple(one for one in asked if one.text in unknown)
        return () if foreign(len(asked), len(found)) else found

    def suggest(self, word: str, language: str, *, country: str = "") -> tuple[str, ...]:
        """What may have been meant, the likeliest first. Raises Refused."""
        dictionary = self._dictionary(language, country)
        if dictionary is None:
            return ()
        try:
            return self.speller.suggest(dictionary, word)
        except Unavailable as error:
            raise _unavailable(error) from error

    def add(self, word: str, language: str) -> None:
        """This word is right from now on. Raises Refused when it cannot be kept."""
        code = language.partition("-")[0].lower()
        with self._lock:
            kept = sorted({*self._read(code), word.casefold()})
            _write(self.folder / f"{code}.words", "".join(f"{one}\n" for one in kept))
            self._own[code] = frozenset(kept)

    def _words(self, language: str) -> frozenset[str]:
        code = language.partition("-")[0].lower()
        with self._lock:
            if code not in self._own:
                self._own[code] = self._read(code)
            return self._own[code]

    def _read(self, code: str) -> frozenset[str]:
        with suppress(OSError, UnicodeDecodeError):
            text = (self.folder / f"{code}.words").read_text("utf-8")
            return frozenset(one.strip().casefold() for one in text.splitlines() if one.strip())
        return frozenset()

    def _dictionary(self, language: str, country: str) -> Path | None:
        key = language, country
        if self._found.get(key) is None:  # one that was not there may have been installed since
            self._found[key] = dictionaries.find(language, country, dictionaries.folders(self.folder))
        return self._found[key]


def _unavailable(error: Unavailable) -> Refused:
    if error.reason == "no_engine":
        return Refused(_("The spelling checker is not installed: pip install chunspell."), code="no_speller")
    return Refused(
        _("The spelling could not be checked: {reason}.").format(reason=error.reason), code="no_speller"
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(path)
    except OSError as error:
        raise Refused(
            _("{path} could not be written: {reason}.").format(path=path, reason=error.strerror or error),
            code="not_saved",
        ) from error
