"""What the screens need of the desk's languages: translations, models, spelling, the checks before a reply goes.
See face.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from csdesk.domain.before import Finding
    from csdesk.domain.composed import Composed, Said, Way
    from csdesk.domain.conversation import (
        Message,
        QueueRow,
    )
    from csdesk.domain.models import Need
    from csdesk.domain.translated import Translated
    from csdesk.domain.translation import EngineHealth, Translation
    from csdesk.spelling.words import Word


class ModelHere(Protocol):
    """A translation model on this machine; `size` in bytes."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def pair(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def demo(self) -> bool: ...


class ModelOffer(Protocol):
    """One of the index; `installed` is the version that is here, '' for none."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def pair(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def installed(self) -> str: ...


class ModelShelf(Protocol):
    """Translation models: needed, here, to be had."""

    def needs(self) -> Sequence[Need]: ...
    def installed(self) -> Sequence[ModelHere]: ...
    def free(self) -> int: ...
    def available(self) -> Sequence[ModelOffer]: ...
    def install(self, pair: str, progress: Callable[[int, int], None]) -> Sequence[ModelHere]: ...
    def install_file(self, path: str) -> ModelHere: ...
    def remove(self, pair: str) -> Sequence[ModelHere]: ...


class Engines(Protocol):
    """Who translates. With `ask` each shows that it works, which may take seconds."""

    def all(self, *, ask: bool = True, unused: bool = True) -> Sequence[EngineHealth]: ...


class Composing(Protocol):
    """Replies in the customer's language."""

    def way(self, conversation: int, language: str = "", text: str = "") -> Way: ...
    def way_to(self, address: str, language: str = "", text: str = "") -> Way: ...
    def compose(
        self,
        conversation: int | None,
        text: str,
        way: Way,
        *,
        known: Mapping[str, Said] = ...,
        template_language: str = "",
    ) -> Composed: ...
    def back(self, text: str, way: Way) -> str: ...


class Spelling(Protocol):
    """Words that no dictionary knows."""

    def trouble(self, language: str, country: str = "") -> str: ...
    def wrong(
        self, text: str, language: str, *, country: str = "", known: Collection[str] = ()
    ) -> tuple[Word, ...]: ...
    def suggest(self, word: str, language: str, *, country: str = "") -> tuple[str, ...]: ...
    def add(self, word: str, language: str) -> None: ...


class Phrases(Protocol):
    """What carriers say of parcels, in the agent's language."""

    def stored(self, texts: Iterable[str], language: str = "") -> Mapping[str, Translation]: ...


class Translations(Protocol):
    """What customers wrote, in the agent's language."""

    @property
    def phrases(self) -> Phrases: ...
    def stored(self, messages: Sequence[Message], language: str = "") -> Mapping[int, Translation]: ...
    def known(self, messages: Sequence[Message], language: str = "") -> Translated: ...
    def make(
        self, messages: Sequence[Message], language: str = "", *, urgent: bool = False
    ) -> Mapping[int, Translation]: ...
    def lines(self, rows: Iterable[QueueRow]) -> Mapping[int, str]: ...
    def make_rows(self, conversations: Sequence[int]) -> Mapping[int, str]: ...


class Before(Protocol):
    """What is doubtful about a reply before it goes."""

    def findings(
        self,
        conversation: int,
        text: str,
        *,
        language: str = "",
        chosen_language: bool = False,
        own: str = "",
        made: Composed | None = None,
    ) -> tuple[Finding, ...]: ...
    def first(self, to: str, text: str, *, made: Composed | None = None) -> tuple[Finding, ...]: ...
