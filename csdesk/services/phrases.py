"""What carriers say of parcels, in the agent's language: each text once, whatever parcel it was said of, and kept.

The screen takes what is there. It is made in the background, and by commands that ask for it: telling in which language
a text is takes a model that the screen's process never loads.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from csdesk.domain.ports import TranslationError
from csdesk.domain.translated import base
from csdesk.domain.translation import Translation
from csdesk.services.translations import better

if TYPE_CHECKING:
    from csdesk.db.phrases import Told
    from csdesk.services.translations import Translations

AT_ONCE = 24
"""Texts that are given to the engine together; carriers are brief."""
EVENTS = 6
"""Of one parcel so many of the newest texts are translated unasked; the panel shows half as many."""
LONGEST = 500
"""Characters of a carrier's text at most; a longer one stays as it is."""
AGAIN = 300.0
"""Seconds after which what could not be translated is tried once more."""
log = logging.getLogger(__name__)


def languages(texts: Sequence[str]) -> dict[str, str]:
    """In which language each of one parcel's texts is; '' where nothing tells. Where all that can be told are of one
    language, the short ones are taken for it."""
    from csdesk.translation.detect import detect  # needs a model: not where the screen is

    told = {one: detect(one) for one in texts}
    spoken = set(told.values()) - {""}
    if not spoken and (whole := detect("\n".join(dict.fromkeys(texts)))):
        spoken = {whole}
    usual = next(iter(spoken)) if len(spoken) == 1 else ""
    return {one: base(code or usual) for one, code in told.items()}


class Phrases:
    """Translations of carriers' texts. Safe to use from several threads."""

    def __init__(self, service: Translations) -> None:
        self.service = service
        self.store = service.context.store
        self._told: dict[str, str] = {}
        self._later: dict[tuple[str, str], float] = {}

    def stored(self, texts: Iterable[str], language: str = "") -> dict[str, Translation]:
        """What is translated of these texts, for the acting agent or into one language. Loads nothing."""
        wanted = set(texts)
        made: dict[str, Translation] = {}
        if not wanted:
            return made
        with self.store.read() as tx:
            for target in (base(language),) if language else self.service.targets:
                made |= tx.phrases.of(wanted - set(made), target)
        return made

    def make(
        self, texts: Sequence[str], language: str, *, places: Collection[str] = ()
    ) -> tuple[dict[str, Translation], str]:
        """One parcel's texts in a language, made now where they must be and kept; and why some stay as they are, as a
        sentence, or ''. The names of places stay."""
        into = (base(language),)
        made = self.stored(texts, language)
        told = {
            one: code
            for one, code in languages(texts).items()
            if code not in ("", *into) and len(one) <= LONGEST
        }
        missing = {one: code for one, code in told.items() if one not in made}
        why = ""
        for source in dict.fromkeys(missing.values()):
            group = [one for one, code in missing.items() if code == source]
            try:
                made |= self._group(group, source, into, places)
            except TranslationError as error:
                why = error.message
            else:
                if any(one not in made for one in group):
                    why = self.service.why_no_route(source, into)
        return made, why

    def catch_up(self, go_on: Callable[[], bool]) -> bool:
        """Translate what carriers said of parcels whose customers wait, for all who answer here. True when more waits.
        An engine that fails is tried again later."""
        with self.store.read() as tx:
            said = tx.phrases.said()
        for into in self.service.readers():
            waiting = self._waiting(said, into)
            places = {text: one.places for one in said for text in one.texts}
            for source, group in waiting.items():
                for start in range(0, len(group), AT_ONCE):
                    if not go_on():
                        return True
                    part = group[start : start + AT_ONCE]
                    named = {place for one in part for place in places[one]}
                    try:
                        made = self._group(part, source, into, named)
                    except TranslationError as error:
                        log.warning("what carriers say: %s", error.message)
                        made = {}
                    self._later |= {
                        (one, into[0]): time.monotonic() + AGAIN for one in part if one not in made
                    }
                    self._tell(said, made)
        return False

    def _waiting(self, said: Sequence[Told], into: Sequence[str]) -> dict[str, list[str]]:
        """Texts that are in none of these languages yet, by their own."""
        shown = [one.texts[:EVENTS] for one in said]
        every = {one for texts in shown for one in texts}
        for target in into:
            with self.store.read() as tx:
                found = tx.phrases.of(every, target)
            every -= {
                text
                for text, made in found.items()
                if not better(made, self.service.route(made.source_language, into), into)
            }
        now = time.monotonic()
        waiting: dict[str, list[str]] = {}
        for texts in shown:
            lacking = [
                one
                for one in texts
                if one in every and len(one) <= LONGEST and self._later.get((one, into[0]), 0.0) <= now
            ]
            if any(not self._told.get(one) for one in lacking):
                self._told |= languages(texts)
            for one in lacking:
                every.discard(one)
                if (code := self._told[one]) not in ("", *into):
                    waiting.setdefault(code, []).append(one)
                else:
                    self._later[one, into[0]] = now + AGAIN
        return waiting

    def _group(
        self, texts: Sequence[str], source: str, into: Sequence[str], places: Collection[str]
    ) -> dict[str, Translation]:
        """Texts of one language, translated and kept; nothing where no way leads there. Raises TranslationError."""
        route = self.service.route(source, into)
        if route is None or not texts:
            return {}
        target = route.steps[-1]
        found = self.service.translate(texts, route.steps[0], target, keep=sorted(places))
        made = dict(zip(texts, found, strict=True))
        with self.store.write() as tx:
            lost = [one for one, translation in made.items() if not tx.phrases.put(one, translation)]
            return made | tx.phrases.of(lost, target)

    def _tell(self, said: Sequence[Told], made: dict[str, Translation]) -> None:
        """Let the screens know where something new is to be seen."""
        if not made:
            return
        talks: Collection[int] = {talk for one in said if made.keys() & set(one.texts) for talk in one.talks}
        with self.store.write() as tx:
            tx.phrases.tell(talks, next(iter(made.values())).target_language)
