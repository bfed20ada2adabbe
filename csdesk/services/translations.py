"""Reading in another language: what customers wrote, translated for whoever reads it, once, and kept.

What somebody translated before is asked before the engine. An engine that is missing, slow or dead changes nothing:
the original is there, and a sentence says why it stays.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from csdesk import i18n
from csdesk.domain.conversation import Message, QueueRow
from csdesk.domain.memory import LONGEST as LONGEST_SENTENCE
from csdesk.domain.memory import kept
from csdesk.domain.ports import Explaining, TranslationError, Translator
from csdesk.domain.sentences import units
from csdesk.domain.translated import LONGEST, Translated, base, foreign, targets
from csdesk.domain.translation import Route, Sentence, Translation
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.services.context import Context
from csdesk.text import clean, clean_line, excerpt

if TYPE_CHECKING:
    from csdesk.services.phrases import Phrases
    from csdesk.store import Tx

AT_ONCE = 6
"""Messages that are given to the engine together in the background."""
A_ROUND = 24
"""Messages that are translated in the background after one round of fetching."""
AGAIN = 60.0
"""Seconds after which what the engine failed at is tried once more; then four times as many, and so on."""
LONGEST_PAUSE = 6 * 3600.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failure:
    """What an engine failed at: not tried again before `until` (by the monotonic clock), and why, for people."""

    until: float
    why: str = ""
    pause: float = AGAIN


class Translations:
    """Translations of what customers wrote. `translator` gives the engine, None where there is none. Safe to use
    from several threads; making one blocks."""

    def __init__(self, context: Context, translator: Callable[[], Translator | None]) -> None:
        self.context = context
        self.store = context.store
        self._translator = translator
        self._failed: dict[tuple[int, str], _Failure] = {}

    @property
    def targets(self) -> tuple[str, ...]:
        """The languages that the acting agent reads, the one to translate into first."""
        return targets(self.context.agent.languages, i18n.language())

    @cached_property
    def phrases(self) -> Phrases:
        """What carriers say of parcels."""
        from csdesk.services.phrases import Phrases

        return Phrases(self)

    # -- reading ------------------------------------------------------------------------------------------

    def stored(self, messages: Sequence[Message], language: str = "") -> dict[int, Translation]:
        """What is stored for the acting agent, or in one language."""
        into = (base(language),) if language else self.targets
        return self._stored([one for one in messages if foreign(one, into)], into)

    def _stored(self, wanted: Sequence[Message], into: Sequence[str]) -> dict[int, Translation]:
        made: dict[int, Translation] = {}
        if not wanted:
            return made
        with self.store.read() as tx:
            for target in into:
                missing = [one.id for one in wanted if one.id not in made]
                made |= tx.translations.of(missing, target) if missing else {}
        return made

    def known(self, messages: Sequence[Message], language: str = "") -> Translated:
        """What is stored, what is still to be made, and why what is not. Loads no model, but may load an engine."""
        into = (base(language),) if language else self.targets
        wanted = [one for one in messages if foreign(one, into)]
        made = self._stored(wanted, into)
        if self._off:
            return Translated(made)
        routes = {source: self.route(source, into) for source in {base(one.language) for one in wanted}}
        todo: list[int] = []
        hints: dict[str, tuple[int, str]] = {}
        for one in reversed(wanted):
            route = routes[base(one.language)]
            if one.id in made and not better(made[one.id], route, into):
                continue
            if (why := self._why_not(one, route, into)) and one.id not in made:
                # The newest of a language says it for all of them.
                hints.setdefault(base(one.language) if route is None else f"{one.id}", (one.id, why))
            elif not why and route is not None:
                todo.append(one.id)
        return Translated(made, tuple(todo), dict(hints.values()))

    @property
    def _off(self) -> bool:
        """Whether the person wants no translations: then no hints either."""
        return not self.context.config.translation.any

    def _why_not(self, message: Message, route: Route | None, into: Sequence[str]) -> str:
        """Why a message is not translated now, as a sentence; '' when it can be."""
        source = base(message.language)
        if route is None:
            return self.why_no_route(source, into)
        if len(message.visible_text) > LONGEST:
            return _("This message is too long to be translated unasked.")
        failure = self._failed.get((message.id, route.steps[-1]))
        return failure.why if failure is not None and time.monotonic() < failure.until else ""

    def why_no_route(self, source: str, into: Sequence[str]) -> str:
        """What to do so that a language is translated; '' where the person wants no translation of it."""
        wanted = self.context.config.translation
        if all(wanted.engine_of(source, target) == "off" for target in into):
            return ""
        translator: object = self._translator()
        said = translator.why_not(source, into[0]) if isinstance(translator, Explaining) else ""
        return said or missing_model(source, into[0])

    def route(self, source: str, into: Sequence[str]) -> Route | None:
        """How a language becomes one of these; the first that can be."""
        translator = self._translator()
        if translator is None:
            return None
        for target in into:
            try:
                if (route := translator.route(source, target)) is not None:
                    return route
            except TranslationError as error:
                log.warning("no route %s-%s: %s", source, target, error.message)
        return None

    def lines(self, rows: Iterable[QueueRow]) -> dict[int, str]:
        """The translated lines of these conversations in the queue, for the acting agent."""
        into = self.targets
        previews = {row.id: row.preview for row in rows if base(row.language) not in ("", *into)}
        found: dict[int, str] = {}
        with self.store.read() as tx:
            for target in reversed(into if previews else ()):
                found |= tx.translations.lines(previews, target)
        return found

    # -- making -------------------------------------------------------------------------------------------

    def make(
        self, messages: Sequence[Message], language: str = "", *, urgent: bool = False
    ) -> dict[int, Translation]:
        """Translate these messages for the acting agent, or into one language, and keep it. What another process
        made meanwhile is taken. Messages that cannot be translated are left out; known() says why."""
        into = (base(language),) if language else self.targets
        return self._make([one for one in messages if foreign(one, into)], into, urgent=urgent)

    def make_rows(self, conversations: Sequence[int]) -> dict[int, str]:
        """Translate the newest messages of these conversations, and give the lines by which they stand in the queue."""
        with self.store.read() as tx:
            newest = tx.translations.newest_of(conversations)
            found = tx.messages.some([("message", one) for one in newest.values()])
            rows = list(tx.inbox.some(newest).values())
        messages = [one for one in found if isinstance(one, Message)]
        known = self.known(messages)
        todo = set(known.todo)
        self.make([one for one in messages if one.id in todo])
        lines = self.lines(rows)
        # Translated before its conversation stood in the queue by it: talks that were merged or parted.
        late = [one for one in messages if one.id in known.made and one.conversation_id not in lines]
        if late:
            with self.store.write() as tx:
                for one in late:
                    _line(tx, one, known.made[one.id])
            lines = self.lines(rows)
        return lines

    def catch_up(self, go_on: Callable[[], bool]) -> bool:
        """Translate some of what came in for those who answer here, newest first, while `go_on` says so. True when
        more waits. Raises nothing: what fails is tried again later."""
        try:
            return self._catch_up(go_on) or (not self._off and self.phrases.catch_up(go_on))
        except DeskError as error:
            log.warning("translations: %s", error.message)
        except Exception:
            log.exception("translations")
        return False

    def _catch_up(self, go_on: Callable[[], bool]) -> bool:
        done = 0
        if self._off:
            return False
        for into in self.readers():
            with self.store.read() as tx:
                spoken = tx.translations.spoken() - {"", *into}
            routes = {code: route for code in spoken if (route := self.route(base(code), into)) is not None}
            if not routes:
                continue
            with self.store.read() as tx:
                waiting = tx.translations.waiting(tuple(routes), into, A_ROUND + len(self._failed))
            now = time.monotonic()
            ids = [
                message
                for message, code in waiting
                if (failure := self._failed.get((message, routes[code].steps[-1]))) is None
                or now >= failure.until
            ]
            for start in range(0, len(ids), AT_ONCE):
                if done >= A_ROUND or not go_on():
                    return True
                part = ids[start : start + AT_ONCE]
                with self.store.read() as tx:
                    found = tx.messages.some([("message", one) for one in part])
                messages = [one for one in found if isinstance(one, Message)]
                fit = [one for one in messages if foreign(one, into) and len(one.visible_text) <= LONGEST]
                self._make(fit, into)
                for one in messages:
                    if one not in fit:  # says nothing, or is a book: not looked at again
                        self._failed[one.id, routes[one.language].steps[-1]] = _Failure(float("inf"))
                done += len(part)
        return False

    def readers(self) -> list[tuple[str, ...]]:
        """What the agents read, each set once."""
        with self.store.read() as tx:
            agents = tx.accounts.agents()
        return list(dict.fromkeys(targets(one.languages, i18n.language()) for one in agents))

    def _make(
        self, messages: Sequence[Message], into: Sequence[str], *, urgent: bool = False
    ) -> dict[int, Translation]:
        groups: dict[tuple[str, str], list[Message]] = {}
        for one in messages:
            if (route := self.route(base(one.language), into)) is not None:
                groups.setdefault((route.steps[0], route.steps[-1]), []).append(one)
        made: dict[int, Translation] = {}
        for (source, target), group in groups.items():
            made |= self._group(group, source, target, urgent=urgent)
        return made

    def _group(
        self, group: Sequence[Message], source: str, target: str, *, urgent: bool
    ) -> dict[int, Translation]:
        """Translate messages together; when that fails, each by itself, so that one that the engine chokes on takes no
        other with it. What fails alone is tried again later, each time after a longer while."""
        texts = [one.visible_text for one in group]
        try:
            found = self.translate(texts, source, target, keep=names_of(group), urgent=urgent)
        except TranslationError as error:
            if error.code == "cancelled":
                return {}
            if len(group) > 1:
                made: dict[int, Translation] = {}
                for one in group:
                    made |= self._group([one], source, target, urgent=urgent)
                return made
            key = group[0].id, target
            before = self._failed.get(key)
            pause = min(AGAIN if before is None else before.pause * 4, LONGEST_PAUSE)
            why = clean_line(error.message, limit=300)
            self._failed[key] = _Failure(time.monotonic() + pause, why, pause)
            return {}
        for one in group:
            self._failed.pop((one.id, target), None)
        return self._keep(list(zip(group, found, strict=True)), target)

    def _keep(self, pairs: Sequence[tuple[Message, Translation]], target: str) -> dict[int, Translation]:
        """Store translations with the lines of the queue that follow from them; who was faster wins."""
        made: dict[int, Translation] = {}
        with self.store.write() as tx:
            for message, translation in pairs:
                if tx.translations.put(message.id, message.conversation_id, translation):
                    made[message.id] = translation
                    _line(tx, message, translation)
            lost = [message.id for message, _made in pairs if message.id not in made]
            made |= tx.translations.of(lost, target)
        return made

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """Texts in another language, each sentence that somebody translated before in those words, the rest by the
        engine; the glossary's terms that stay are passed to it. Raises TranslationError."""
        with self.store.read() as tx:
            terms = tx.terms.all(source, target)
            split = [units(text) for text in texts]
            said = {unit for parts in split for unit, _gap in parts if len(unit) <= LONGEST_SENTENCE}
            remembered = tx.memory.same(said, source, target)
        known = {text: found.target for text, found in remembered.items()}
        stays = dict.fromkeys((*keep, *(word for text in texts for word in kept(terms, text))))
        pieces = [_pieces(parts, known) for parts in split]
        asked = [piece for parts in pieces for piece in parts if isinstance(piece, str)]
        answers: Iterator[Translation] = iter(())
        engine, demo = "", False
        if asked:
            translator = self._translator()
            if translator is None:
                raise TranslationError("no_model", missing_model(source, target))
            found = translator.translate(asked, source, target, keep=tuple(stays), urgent=urgent)
            engine, demo = found[0].engine, any(one.demo for one in found)
            answers = iter(found)
        if remembered:
            with self.store.write() as tx:
                tx.memory.used([one.id for one in remembered.values()])
        out = []
        for parts in pieces:
            sentences: list[Sentence] = []
            by_engine = False
            for piece in parts:
                if isinstance(piece, Sentence):
                    sentences.append(piece)
                else:
                    by_engine = True
                    sentences += _clean(piece, next(answers))
            name = clean_line(engine, limit=200) if by_engine else "memory"
            out.append(Translation(source, target, tuple(sentences), name, demo and by_engine))
        return out


def _pieces(parts: Sequence[tuple[str, str]], known: Mapping[str, str]) -> list[str | Sentence]:
    """A text as what is remembered of it and the stretches between, which the engine splits by itself."""
    out: list[str | Sentence] = []
    for text, gap in parts:
        if text in known:
            out.append(Sentence(text, clean(known[text]), gap, "memory"))
        elif out and isinstance(out[-1], str):
            out[-1] += text + gap
        else:
            out.append(text + gap)
    return [Sentence("", "", one, "same") if isinstance(one, str) and not one.strip() else one for one in out]


def _clean(asked: str, made: Translation) -> list[Sentence]:
    """What an engine made of a stretch, as harmless as all that comes from outside, with the white space behind it
    that the stretch had."""
    sentences = [
        replace(one, target=clean(one.target), missing=tuple(map(clean, one.missing)))
        for one in made.sentences
    ]
    tail = asked[len(asked.rstrip()) :]
    if sentences and not sentences[-1].gap and tail:
        sentences[-1] = replace(sentences[-1], gap=tail)
    return sentences


def _line(tx: Tx, message: Message, made: Translation) -> None:
    """Where the queue shows how this message begins, it shows how its translation does."""
    preview = tx.inbox.row(message.conversation_id).preview
    if preview == excerpt(message.visible_text):
        tx.translations.put_line(message.conversation_id, made.target_language, preview, excerpt(made.text))


def better(made: Translation, route: Route | None, into: Sequence[str]) -> bool:
    """Whether what is there would be made better now: a demonstration model made it, or it is in another language
    than the one the reader would rather have."""
    if route is None:
        return False
    target = route.steps[-1]
    if target != made.target_language:
        return into.index(target) < into.index(made.target_language)
    return made.demo and not route.demo


def names_of(messages: Sequence[Message]) -> tuple[str, ...]:
    """The names of who wrote, whole and in their parts: they stay as they are."""
    return tuple(dict.fromkeys(name for one in messages for name in name_parts(one.sender.name)))


def name_parts(name: str) -> tuple[str, ...]:
    """A person's name, whole and in its parts."""
    whole = name.strip()
    return tuple(
        one for one in (whole, *whole.split()) if len(one) >= 3 and one[0].isupper() and "@" not in one
    )


def missing_model(source: str, target: str) -> str:
    """What to do so that a language is translated."""
    words = _("{source} → {target} has no model here: csdesk models install {pair}")
    return words.format(source=language_name(source), target=language_name(target), pair=f"{source}-{target}")
