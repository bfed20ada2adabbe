"""The desk's translator: texts to sentences, sentences through the worker in batches, and all of it proved. Blocks its
caller; never to be asked on the screen's own thread. Imports no library of the engine."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from csdesk.domain import protect
from csdesk.domain.ports import TranslationError
from csdesk.domain.translation import Route, Translation
from csdesk.i18n import _, ngettext
from csdesk.translation import ladder
from csdesk.translation.ladder import Answers, Draft
from csdesk.translation.link import Deadly, Link, Stop, never
from csdesk.translation.models import Model, Models
from csdesk.translation.split import Part, split_all
from csdesk.translation.whole import fit, sentence

BATCH = 32
BATCH_LETTERS = 4_000
"""Sentences, and letters, that go to the worker at a time: an urgent one waits for no more than these."""
QUICK = 0.008
"""Seconds a sentence: with a model that needs less, twice as many go at a time, for the way there and back counts."""
SPLIT_AT_ONCE = 200
"""Paragraphs whose sentences are asked for at a time."""
PIVOT = "en"


class Argos:
    """Argos packages in the worker. Fulfils ports.Translator. Safe to use from several threads."""

    def __init__(
        self, models: Models, *, threads: int = 1, megabytes: int = 1500, link: Link | None = None
    ) -> None:
        self.models = models
        self.link = link or Link(threads, megabytes)
        self._forms: dict[Path, tuple[str, ...]] = {}
        self.pace: dict[Path, float] = {}

    def route(self, source: str, target: str) -> Route | None:
        """Directly, else through English; None when a model is missing or both are one language."""
        steps = self._steps(source, target)
        if not steps:
            return None
        codes = (steps[0].source, *(one.target for one in steps))
        return Route("argos", codes, tuple(one.title for one in steps), any(one.demo for one in steps))

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
        stop: Stop = never,
    ) -> list[Translation]:
        """See ports.Translator. `stop` is asked between batches; once it says True, the rest is not translated."""
        steps = self._steps(source, target)
        if not steps:
            raise no_model(source, target)
        fit(texts)
        parts = self._split(texts, source, keep, urgent, stop)
        wanted = list(dict.fromkeys(part.text for group in parts for part in group if not part.fixed))
        made = dict(zip(wanted, self._all_steps(wanted, steps, keep, urgent, stop), strict=True))
        engine = "argos " + "→".join((steps[0].source, *(one.target for one in steps)))
        if len(steps) == 1:
            engine = f"argos {steps[0].title}"
        demo = any(one.demo for one in steps)
        return [
            Translation(source, target, tuple(sentence(part, made) for part in group), engine, demo)
            for group in parts
        ]

    def check(self) -> str:
        """Which models are there, in a sentence. Raises TranslationError where there is none. Loads none."""
        found = [one.pair for one in self.models.installed()]
        if not found:
            words = _("No model is installed; csdesk models install puts one in.")
            raise TranslationError("no_model", words)
        words = ngettext("{n} model: {pairs}.", "{n} models: {pairs}.", len(found))
        return words.format(n=len(found), pairs=", ".join(found))

    def close(self) -> None:
        """End the worker."""
        self.link.close()

    def _steps(self, source: str, target: str) -> tuple[Model, ...]:
        if source == target:
            return ()
        there = {(one.source, one.target): one for one in self.models.installed()}
        if (source, target) in there:
            return (there[source, target],)
        first, second = there.get((source, PIVOT)), there.get((PIVOT, target))
        return (first, second) if first and second else ()

    def _split(
        self, texts: Sequence[str], language: str, keep: Collection[str], urgent: bool, stop: Stop
    ) -> list[list[Part]]:
        def boundaries(paragraphs: Sequence[str]) -> Sequence[Sequence[int]]:
            asked = list(dict.fromkeys(one for one in paragraphs if any(map(str.isalpha, one))))
            answers: dict[str, Sequence[int]] = {}
            for at in range(0, len(asked), SPLIT_AT_ONCE):
                some = asked[at : at + SPLIT_AT_ONCE]
                request = {"do": "split", "language": language, "texts": some}
                answers.update(
                    zip(some, self.link.ask(request, urgent=urgent, stop=stop)["lengths"], strict=True)
                )
            return [answers.get(one, (len(one),)) for one in paragraphs]

        return split_all(texts, boundaries, tuple(keep))

    def _all_steps(
        self, wanted: Sequence[str], steps: Sequence[Model], keep: Collection[str], urgent: bool, stop: Stop
    ) -> list[Draft]:
        kept: list[Collection[str]] = [frozenset(keep)] * len(wanted)
        drafts = [Draft(one, one) for one in wanted]
        for at, model in enumerate(steps):
            decode = self.decoder(model, urgent=urgent, stop=stop)
            found = ladder.translate([one.target for one in drafts], decode, kept)
            drafts = found if at == 0 else [_joined(a, b, keep) for a, b in zip(drafts, found, strict=True)]
            if at + 1 < len(steps):
                # What was recognised in the first language may not be in the second: a street, a size.
                kept = [
                    frozenset(keep) | {piece.text for piece in protect.find(one.source, keep)}
                    for one in drafts
                ]
        return drafts

    def decoder(self, model: Model, *, urgent: bool = False, stop: Stop = never) -> ladder.Decode:
        """One model, as the ladder wants it."""
        return _Decode(self, model, urgent, stop)

    def forms(self, model: Model, urgent: bool, stop: Stop) -> tuple[str, ...]:
        """The forms of placeholders, the one first that the model copies best."""
        if model.path not in self._forms:
            answer = self.link.ask({"do": "forms", **_of(model)}, urgent=urgent, stop=stop)
            self._forms[model.path] = tuple(answer["forms"])
        return self._forms[model.path]


class Off:
    """No translator, because the config says so. Fulfils ports.Translator."""

    def route(self, source: str, target: str) -> Route | None:
        """None, for every pair."""
        return None

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """Raises TranslationError."""
        raise TranslationError("no_model", _("Translation is switched off in config.toml."))

    def close(self) -> None:
        """There is nothing to end."""


class _Decode:
    """One model as the ladder wants it; see ladder.Decode."""

    def __init__(self, argos: Argos, model: Model, urgent: bool, stop: Stop) -> None:
        self._argos = argos
        self._model = model
        self._urgent = urgent
        self._stop = stop

    @property
    def forms(self) -> Sequence[str]:
        return self._argos.forms(self._model, self._urgent, self._stop)

    def __call__(
        self, sentences: Sequence[str], *, beam: int, hypotheses: int, firm: bool = False
    ) -> Sequence[Answers]:
        order = sorted(range(len(sentences)), key=lambda at: len(sentences[at]))
        answers: dict[int, Answers] = {}
        times = 2 if hypotheses == 1 and self._argos.pace.get(self._model.path, QUICK) < QUICK else 1
        most = (BATCH if hypotheses == 1 else BATCH // 4) * times
        for unit in _units(order, sentences, most, BATCH_LETTERS * times):
            request = {
                "do": "decode",
                **_of(self._model),
                "beam": beam,
                "hypotheses": hypotheses,
                "firm": firm,
            }
            answers.update(self._unit(request, unit, sentences))
        return [answers[at] for at in range(len(sentences))]

    def _unit(
        self, request: dict[str, Any], unit: Sequence[int], sentences: Sequence[str]
    ) -> dict[int, Answers]:
        """One batch. If the worker died of it twice, its halves: only the sentence that did it is given up."""
        begun = time.monotonic()
        try:
            found = self._argos.link.ask(
                {**request, "sentences": [sentences[at] for at in unit]}, urgent=self._urgent, stop=self._stop
            )
        except Deadly:
            if len(unit) == 1:
                raise
            middle = len(unit) // 2
            halves = unit[:middle], unit[middle:]
            return {at: one for half in halves for at, one in self._unit(request, half, sentences).items()}
        self._argos.pace[self._model.path] = (time.monotonic() - begun) / len(unit)
        rows = zip(unit, found["texts"], found["cut"], strict=True)
        return {at: Answers(texts, cut) for at, texts, cut in rows}


def no_model(source: str, target: str) -> TranslationError:
    """For a pair that nothing here can translate."""
    if source == target:
        return TranslationError("refused", _("The text is in that language already."))
    words = _("There is no model for {source} to {target}; csdesk models install puts one in.")
    return TranslationError("no_model", words.format(source=source or "?", target=target or "?"))


def _of(model: Model) -> dict[str, Any]:
    return {
        "model": str(model.path), "source": model.source, "target": model.target, "prefix": model.prefix,
    }  # fmt: skip


def _units(order: Sequence[int], sentences: Sequence[str], most: int, most_letters: int) -> list[list[int]]:
    """Batches of sentences of about one length, with so many sentences and letters at most."""
    units: list[list[int]] = []
    letters = 0
    for at in order:
        letters += len(sentences[at])
        if not units or len(units[-1]) >= most or letters > most_letters:
            units.append([])
            letters = len(sentences[at])
        units[-1].append(at)
    return units


def _joined(first: Draft, second: Draft, keep: Collection[str]) -> Draft:
    """Two steps as one: judged by the first's source and the second's text."""
    if first.origin == "same":
        return first
    kept = [piece.text for piece in protect.find(first.source, keep)]
    return Draft(
        first.source,
        second.target,
        "model",
        max(first.ways, second.ways),
        tuple(dict.fromkeys((*protect.missing(kept, second.target), *first.missing))),
        protect.added_numbers(first.source, second.target),
        first.cut or second.cut,
        first.repeated or second.repeated,
    )
