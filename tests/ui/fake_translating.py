"""Translations of the desk in memory: an engine that turns letters to capitals, held up by a gate where a test wants
to see what is shown meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from csdesk.domain.composed import Composed, Said, Way, checked
from csdesk.domain.conversation import Message, QueueRow
from csdesk.domain.sentences import units
from csdesk.domain.translated import Translated, foreign
from csdesk.domain.translation import Sentence, Translation
from csdesk.errors import DeskError
from csdesk.text import excerpt

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


def shouted(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(one, one.upper(), gap) for one, gap in units(text))


@dataclass
class FakeComposing:
    """Replies into the languages of `into`, in other capitals. `usual` is whether that is done unasked; `fails` are
    refusals to come; `offers` what memory has for a sentence that is like this one."""

    into: tuple[str, ...] = ()
    usual: bool = True
    hint: str = ""
    fails: list[DeskError] = field(default_factory=list)
    offers: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    language: str = "es"

    def __post_init__(self) -> None:
        self.gate.set()

    def way(self, conversation: int, language: str = "", text: str = "") -> Way:
        target = language or self.language
        return Way(
            "en",
            target,
            self.usual and bool(self.into),
            "" if target in self.into else self.hint or "no model",
        )

    def way_to(self, address: str, language: str = "", text: str = "") -> Way:
        return self.way(0, language, text)

    def compose(
        self,
        conversation: int | None,
        text: str,
        way: Way,
        *,
        known: Mapping[str, Said] = {},
        template_language: str = "",
    ) -> Composed:
        assert self.gate.wait(20)
        if self.fails:
            raise self.fails.pop(0)
        return Composed(way.source, way.target, tuple(
            replace(known.get(one) or self._said(one, way, template_language), gap=gap) for one, gap in units(text)
        ))  # fmt: skip

    def _said(self, own: str, way: Way, template_language: str) -> Said:
        if not own or template_language == way.target:
            return Said(own, own, origin="same")
        self.asked.append(own)
        offer = self.offers.get(own, "")
        said = Said(own, self.says.get(own, own.swapcase()), back=own.lower(), offer=offer, offered=87 if offer else 0,
                    engine=f"argos {way.source}→{way.target}")  # fmt: skip
        return checked(said)

    def back(self, text: str, way: Way) -> str:
        return text.lower()


@dataclass
class FakePhrases:
    """What carriers say; nothing of it is translated before a test says so."""

    told: dict[str, Translation] = field(default_factory=dict)

    def stored(self, texts: Iterable[str], language: str = "") -> Mapping[str, Translation]:
        return {one: self.told[one] for one in texts if one in self.told}


@dataclass
class FakeTranslations:
    """`sources` are the languages that it can translate; without any it says nothing at all."""

    desk: FakeDesk
    sources: tuple[str, ...] = ()
    reads: tuple[str, ...] = ("zh",)
    hint: str = ""
    demo: bool = False
    says: Callable[[str], tuple[Sentence, ...]] = shouted
    made: dict[int, Translation] = field(default_factory=dict)
    shown_lines: dict[int, str] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    phrases: FakePhrases = field(default_factory=FakePhrases)

    def __post_init__(self) -> None:
        self.gate.set()

    def stored(self, messages: Sequence[Message], language: str = "") -> Mapping[int, Translation]:
        return {one.id: self.made[one.id] for one in messages if one.id in self.made}

    def known(self, messages: Sequence[Message], language: str = "") -> Translated:
        wanted = [one for one in reversed(messages) if foreign(one, self.reads)]
        todo = [one.id for one in wanted if one.language in self.sources and one.id not in self.made]
        hints = {one.id: self.hint for one in wanted[:1] if self.hint and one.language not in self.sources}
        return Translated(self.stored(messages), tuple(todo), hints)

    def make(
        self, messages: Sequence[Message], language: str = "", *, urgent: bool = False
    ) -> Mapping[int, Translation]:
        assert self.gate.wait(20)
        for one in messages:
            self.asked.append(one.id)
            said = self.says(one.visible_text)
            self.made[one.id] = Translation(one.language, "en", said, f"argos {one.language}→en", self.demo)
        return self.stored(messages)

    def lines(self, rows: Iterable[QueueRow]) -> Mapping[int, str]:
        return {row.id: self.shown_lines[row.id] for row in rows if row.id in self.shown_lines}

    def make_rows(self, conversations: Sequence[int]) -> Mapping[int, str]:
        for one in conversations if self.sources else ():
            thread = self.desk.thread_of(one)
            if thread.language in self.sources:
                self.shown_lines[one] = excerpt(thread.messages[-1].visible_text.upper())
        return {one: self.shown_lines[one] for one in conversations if one in self.shown_lines}
