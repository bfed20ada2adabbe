"""Translation models for a shop: what is here, what its customers' languages ask for, what can be had; putting in and
taking away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk import i18n
from csdesk.channels.download import Progress, quiet
from csdesk.domain.models import Need, proposed
from csdesk.domain.ports import TranslationError, Translator
from csdesk.domain.translated import base, targets
from csdesk.domain.translation import Route
from csdesk.services.context import Context

if TYPE_CHECKING:
    from csdesk.services.model_index import ModelIndex, Offer
    from csdesk.translation.models import Model, Models

OF_LATE = timedelta(days=90)


class ModelShelf:
    """Safe to use from several threads; blocks. `translator` gives who translates, None where nobody does."""

    def __init__(
        self,
        context: Context,
        models: Callable[[], Models],
        index: Callable[[], ModelIndex],
        translator: Callable[[], Translator | None],
    ) -> None:
        self.context = context
        self.store = context.store
        self._models, self._index, self._translator = models, index, translator

    def installed(self) -> tuple[Model, ...]:
        """What is on this machine, by pair."""
        return self._models().installed()

    def needs(self) -> tuple[Need, ...]:
        """The pairs that the desk could use, by what customers wrote in the last 90 days: those without a model for
        work first, then the most written; each for reading, then for answering. Fetches nothing."""
        since = self.context.clock.now() - OF_LATE
        with self.store.read() as tx:
            counted = tx.translations.written(since)
            agents = tx.accounts.agents()
        written: dict[str, int] = {}
        for code, messages in counted.items():
            written[base(code)] = written.get(base(code), 0) + messages
        readers = [targets(one.languages, i18n.language()) for one in agents]
        needs = [
            Need(source, target, messages, incoming, self._route(source, target))
            for theirs, own, messages in proposed(written, readers)
            for source, target, incoming in ((theirs, own, True), (own, theirs, False))
        ]
        return tuple(sorted(needs, key=lambda one: one.met))

    def _route(self, source: str, target: str) -> Route | None:
        translator = self._translator()
        try:
            return translator.route(source, target) if translator is not None else None
        except TranslationError:
            return None

    def free(self) -> int:
        """Bytes that are free where models lie."""
        folder = self._models().folder
        there = next(one for one in (folder, *folder.parents) if one.exists())
        return shutil.disk_usage(there).free

    def available(self) -> tuple[Offer, ...]:
        """What the index offers; asks it. Raises DeskError."""
        return self._index().available()

    def install(self, pair: str, progress: Progress = quiet) -> tuple[Model, ...]:
        """Put in a pair from the index; see ModelIndex.install. Raises DeskError."""
        return self._index().install(pair, progress)

    def install_file(self, path: str) -> Model:
        """Put in a package from a file, such as one on a stick. Raises DeskError."""
        return self._models().install(Path(path).expanduser())

    def remove(self, pair: str) -> tuple[Model, ...]:
        """Take away every version of a pair. Raises NotFound."""
        return self._models().remove(pair)
