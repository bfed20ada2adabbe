"""Translation models as a shop needs them: which pairs its customers ask for, and what there is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csdesk.domain.translation import Route


@dataclass(frozen=True, slots=True)
class Need:
    """A pair that the desk could use: customers wrote so many messages of late in its other language. `incoming` is
    for reading them, else it is for answering. `route` says how it is translated now, None that it is not."""

    source: str
    target: str
    messages: int
    incoming: bool
    route: Route | None = None

    @property
    def pair(self) -> str:
        """As people write it: es-zh."""
        return f"{self.source}-{self.target}"

    @property
    def met(self) -> bool:
        """Whether there is a model for work, not for a demonstration."""
        return self.route is not None and not self.route.demo


def proposed(
    written: Mapping[str, int], readers: Sequence[Sequence[str]]
) -> tuple[tuple[str, str, int], ...]:
    """(language of customers, language of the desk, messages), most written first. `written` are messages by the
    language they are in, `readers` the languages that each agent reads, the one to translate into first. What some
    agent reads as it is, the others still need."""
    found: dict[tuple[str, str], int] = {}
    for languages in readers:
        for language, messages in written.items():
            if languages and language and language not in languages:
                found[language, languages[0]] = messages
    return tuple((one, other, n) for (one, other), n in sorted(found.items(), key=lambda it: (-it[1], it[0])))
