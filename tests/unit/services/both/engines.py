"""An engine for tests: it knows its pairs, turns words around so that every answer shows what was asked, and does what
it is told when it is to fail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from csdesk.domain.ports import TranslationError
from csdesk.domain.sentences import units
from csdesk.domain.translation import Route, Sentence, Translation


class Engine:
    """`says` makes the translation of one sentence; by default it is named after the language it is in."""

    def __init__(
        self, *pairs: str, demo: bool = False, says: Callable[[str, str], str] | None = None
    ) -> None:
        self.pairs = set(pairs)
        self.demo = demo
        self.says = says or (lambda text, target: f"<{target}> {text}")
        self.asked: list[str] = []
        self.kept: set[str] = set()
        self.urgent: list[bool] = []
        self.fails: list[TranslationError] = []
        self.before: Callable[[], object] = lambda: None

    def route(self, source: str, target: str) -> Route | None:
        if f"{source}-{target}" not in self.pairs:
            return None
        return Route("fake", (source, target), (f"{source}→{target}",), self.demo)

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        self.before()
        if self.fails:
            raise self.fails.pop(0)
        self.asked += texts
        self.kept |= set(keep)
        self.urgent.append(urgent)
        name = f"fake {source}→{target}"
        return [
            Translation(
                source,
                target,
                tuple(Sentence(one, self.says(one, target), gap) for one, gap in units(text)),
                name,
                self.demo,
            )
            for text in texts
        ]

    def close(self) -> None:
        return
