"""Writing in another language: what an agent wrote, sentence by sentence in the customer's, and back again to see
whether it says the same.

What somebody sent for the same sentence before is taken first; what was sent for one that is like it is only offered.
What stands in the customer's language already is never translated. An engine that is missing or dead is a refusal with
its reason: whoever asked can still send what is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from csdesk import i18n
from csdesk.domain.before import guess
from csdesk.domain.composed import Composed, Said, Way, checked
from csdesk.domain.memory import LONGEST, matches
from csdesk.domain.ports import TranslationError, Translator
from csdesk.domain.sentences import units
from csdesk.domain.translated import base, targets
from csdesk.errors import DeskError, NetworkFailure, NotFound, Refused
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.services.tongue import spoken
from csdesk.services.translations import Translations, missing_model, name_parts, names_of
from csdesk.services.writing import addresses
from csdesk.text import clean

if TYPE_CHECKING:
    from csdesk.domain.translation import Translation

MOST = 20_000
"""Characters of a reply that is translated; a longer one is a document."""
OFFERED = 200
"""Sentences for which something like them is looked for."""
log = logging.getLogger(__name__)


class Composing:
    """Replies in the customer's language, for one acting agent. Safe to use from several threads; blocks."""

    def __init__(
        self, context: Context, translations: Translations, translator: Callable[[], Translator | None]
    ) -> None:
        self.context = context
        self.store = context.store
        self._translations = translations
        self._translator = translator

    def way(self, conversation: int, language: str = "", text: str = "") -> Way:
        """How a reply here is translated; `language` is the customer's where a person named it, `text` tells in which
        of the agent's languages it is written. Loads no model. Raises NotFound."""
        with self.store.read() as tx:
            thread = tx.inbox.thread(tx.conversations.root(conversation), ())
            target = base(language) or spoken(tx, thread, tx.messages.last_asked(thread.id))
        return self.between(target, text)

    def way_to(self, address: str, language: str = "", text: str = "") -> Way:
        """The same for a message to somebody at an address, who may never have written. Raises Usage for what is no
        address."""
        address = next((one.address for one in addresses([address])), "")
        with self.store.read() as tx:
            known = tx.customers.by_values("mail", [address]).get(address)
            theirs = tx.customers.card(known).language if known is not None else ""
        return self.between(base(language or theirs), text)

    def between(self, target: str, text: str = "") -> Way:
        """The same into a language that is known. A text that does not tell its language is taken to be in the first
        of the agent's that can be translated."""
        own = targets(self.context.agent.languages, i18n.language())
        usual = bool(target) and target not in own
        said = guess(text) if text else ""
        written = [one for one in ((said,) if said in own else own) if one != target] or [
            one for one in own if one != target
        ]
        if not target or not written:
            return Way("", target, usual)
        if not self.context.config.translation.any:
            return Way(written[0], target, False, _("Translation is switched off in config.toml."))
        hints = {one: self._why_not(one, target) for one in written}
        source = next((one for one in written if not hints[one]), written[0])
        return Way(source, target, usual, hints[source])

    def _why_not(self, source: str, target: str) -> str:
        translator = self._translator()
        if translator is None:
            return missing_model(source, target)
        try:
            return "" if translator.route(source, target) is not None else missing_model(source, target)
        except TranslationError as error:
            return error.message

    def compose(
        self,
        conversation: int | None,
        text: str,
        way: Way,
        *,
        known: Mapping[str, Said] = {},
        template_language: str = "",
    ) -> Composed:
        """The text in the customer's language. Sentences that are `known` (by what the agent wrote) are taken as they
        are; only the others are asked for. Where the text or its template is in the customer's language, only those
        that are surely in the agent's are translated. Raises Refused for a book and where the engine fails, NotFound
        (code no_model) without a model."""
        text = clean(text)
        if len(text) > MOST:
            words = _("This text is too long to be translated: {n} characters, and {most} are taken.")
            raise Refused(words.format(n=f"{len(text):,}", most=f"{MOST:,}"), code="too_long")
        parts = units(text)
        theirs = base(template_language) == way.target or guess(text) == way.target
        fresh = [one for one, _gap in parts if one and one not in known and _to_translate(one, way, theirs)]
        try:
            made = self._made(conversation, list(dict.fromkeys(fresh)), way) if fresh else {}
        except TranslationError as error:
            raise refusal(error) from error
        sentences = tuple(
            replace(known.get(one) or made.get(one) or Said(one, one, origin="same"), gap=gap)
            for one, gap in parts
        )
        return Composed(way.source, way.target, sentences)

    def back(self, text: str, way: Way) -> str:
        """A sentence in the agent's language again, '' where that cannot be told."""
        return next(iter(self._back([clean(text)], way, ())), "")

    def _made(self, conversation: int | None, asked: Sequence[str], way: Way) -> dict[str, Said]:
        """These sentences in the customer's language, by what the agent wrote."""
        keep = self._names(conversation)
        found = self._translations.translate(asked, way.source, way.target, keep=keep, urgent=True)
        said = [_said(own, one) for own, one in zip(asked, found, strict=True)]
        backs = self._back([one.text for one in said], way, keep)
        offers = self._offers([one for one in said if one.origin == "model"], way)
        return {
            one.own: replace(one, back=back, **offers.get(one.own, {}))
            for one, back in zip(said, backs, strict=True)
        }

    def _back(self, texts: Sequence[str], way: Way, keep: Sequence[str]) -> list[str]:
        translator = self._translator()
        if translator is None or not texts:
            return [""] * len(texts)
        try:
            found = translator.translate(list(texts), way.target, way.source, keep=tuple(keep), urgent=True)
        except TranslationError as error:
            log.info("back from %s to %s: %s", way.target, way.source, error.message)
            return [""] * len(texts)
        return [clean(one.text).strip() for one in found]

    def _offers(self, said: Sequence[Said], way: Way) -> dict[str, dict[str, Any]]:
        """What was sent for sentences that are like these, the likest of each, with the same numbers in it."""
        out: dict[str, dict[str, Any]] = {}
        with self.store.read() as tx:
            for one in said if len(said) <= OFFERED else said[:OFFERED]:
                near = tx.memory.near(one.own, way.source, way.target)
                best = next((m for m in matches(one.own, near) if m.numbers and m.score < 100), None)
                if best is not None:
                    out[one.own] = {"offer": clean(best.remembered.target), "offered": best.score}
        return out

    def _names(self, conversation: int | None) -> tuple[str, ...]:
        """Names that stay as they are: the agent's and the customer's."""
        own = (self.context.agent.name,)
        if conversation is None:
            return own
        with self.store.read() as tx:
            thread = tx.inbox.thread(tx.conversations.root(conversation), ())
            last = tx.messages.last_asked(thread.id)
        wrote = names_of((last,)) if last is not None else ()
        return tuple(dict.fromkeys((*own, *wrote, *name_parts(thread.who))))


def refusal(error: TranslationError) -> DeskError:
    """Why there is no translation, for a person."""
    kinds: dict[str, type[DeskError]] = {"no_model": NotFound, "unreachable": NetworkFailure}
    return kinds.get(error.code, Refused)(error.message, code=error.code)


def _to_translate(sentence: str, way: Way, theirs: bool) -> bool:
    """Whether a sentence is one to translate: not what stands in the customer's language already. In a text that does
    (`theirs`) only what is surely in the agent's."""
    if len(sentence) > LONGEST or not any(char.isalpha() for char in sentence):
        return len(sentence) > LONGEST and not theirs
    said = guess(sentence, 2)
    return said == way.source if theirs else said != way.target


def _said(own: str, made: Translation) -> Said:
    """What a translation of one sentence is."""
    origins = {one.origin for one in made.sentences if one.source.strip()}
    origin = origins.pop() if len(origins) == 1 else "model"
    lost = [piece for one in made.sentences for piece in one.missing]
    added = [piece for one in made.sentences for piece in one.added]
    flags = dict.fromkeys(flag for one in made.sentences for flag in one.flags)
    by_engine = origin == "model"
    return checked(
        Said(
            own, made.text.strip(), origin=origin, flags=tuple(flags), missing=tuple(dict.fromkeys(lost)),
            added=tuple(dict.fromkeys(added)), engine=made.engine if by_engine else "",
            demo=made.demo and by_engine,
        )
    )  # fmt: skip
