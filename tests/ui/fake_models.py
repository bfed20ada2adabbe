"""Translation models for the desk in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csdesk import i18n
from csdesk.domain.models import Need
from csdesk.domain.translation import EngineHealth, Route

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


@dataclass(frozen=True)
class FakeModel:
    """One on this machine, or of the index."""

    source: str
    target: str
    version: str = "1.9"
    size: int = 62_000_000
    demo: bool = False
    installed: str = ""

    @property
    def pair(self) -> str:
        return f"{self.source}-{self.target}"


class FakeShelf:
    """Spanish by the demonstration models, Japanese not at all. `gate` holds a fetch up while it is closed."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.here = [
            FakeModel("en", "es", "0.2", 7_400_000, True),
            FakeModel("es", "en", "0.2", 7_400_000, True),
        ]
        self.gate = threading.Event()
        self.gate.set()

    def needs(self) -> tuple[Need, ...]:
        japanese = "ja" in {one.source for one in self.here}
        way = Route("argos", ("ja", "en")) if japanese else None
        return (
            Need("ja", "en", 214, True, way),
            Need("en", "ja", 214, False),
            Need("es", "en", 97, True, Route("argos", ("es", "en"), (), True)),
            Need("en", "es", 97, False, Route("argos", ("en", "es"), (), True)),
        )

    def installed(self) -> tuple[FakeModel, ...]:
        return tuple(self.here)

    def free(self) -> int:
        return 42_000_000_000

    def available(self) -> tuple[FakeModel, ...]:
        self.desk.note_call("available")
        return (FakeModel("de", "en"), FakeModel("ja", "en"), FakeModel("en", "ja", "1.1"))

    def install(self, pair: str, progress: Callable[[int, int], None]) -> tuple[FakeModel, ...]:
        self.desk.note_call("install_model", pair)
        progress(31_000_000, 62_000_000)
        self.gate.wait(10)
        progress(62_000_000, 62_000_000)
        source, _dash, target = pair.partition("-")
        self.here.append(FakeModel(source, target))
        return (self.here[-1],)

    def install_file(self, path: str) -> FakeModel:
        self.desk.note_call("install_file", path)
        self.here.append(FakeModel("de", "en"))
        return self.here[-1]

    def remove(self, pair: str) -> tuple[FakeModel, ...]:
        self.desk.note_call("remove_model", pair)
        gone = tuple(one for one in self.here if one.pair == pair)
        self.here = [one for one in self.here if one.pair != pair]
        return gone


class FakeEngines:
    """Argos for all, a server for one pair that does not answer. `gate` holds up who asks while it is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()

    def all(self, *, ask: bool = True, unused: bool = True) -> tuple[EngineHealth, ...]:
        if not ask:
            return (
                EngineHealth("argos", True, ("*",), True, ""),
                EngineHealth("libretranslate", True, ("ja-en",), True, ""),
            )
        self.gate.wait(10)
        failed = i18n._("{host} failed: {words}").format(host="translate.nordlicht.example", words="502")
        return (
            EngineHealth("argos", True, ("*",), True, ""),
            EngineHealth("libretranslate", True, ("ja-en",), False, failed),
        )
