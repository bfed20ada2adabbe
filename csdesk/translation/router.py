"""Several engines behind one: each pair by the engine that the config names, and by Argos where that one is missing,
slow or dead. What is made says who made it, and in whose stead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from csdesk.domain.ports import TranslationError, Translator
from csdesk.domain.translation import INSTEAD, Route, Translation
from csdesk.i18n import _
from csdesk.translation.breaker import Fuse

LAST = "argos"
"""Who steps in."""
_HARD = frozenset({"timeout", "unreachable", "refused", "damaged_model"})
_NOT_ITS_FAULT = frozenset({"cancelled", "too_long", "no_model"})


class Engine(Translator, Protocol):
    """What stands behind the router."""

    def check(self) -> str:
        """How it is, in a sentence, after it was asked. Raises TranslationError."""
        ...


class Router:
    """Fulfils ports.Translator and ports.Explaining. `engines` make each engine when it is first needed; `chosen`
    names one for a pair ('off' for none). Safe to use from several threads."""

    def __init__(
        self,
        engines: Mapping[str, Callable[[], Engine]],
        chosen: Callable[[str, str], str],
        *,
        fallback: bool = True,
    ) -> None:
        self._makers = engines
        self._chosen = chosen
        self._fallback = fallback
        self._made: dict[str, Engine] = {}
        self._fuses = {name: Fuse() for name in engines if name != LAST}
        self._lock = threading.Lock()
        self._closed = False

    def engine(self, name: str) -> Engine:
        """An engine by its name, made when it is first asked for. Raises KeyError, TranslationError."""
        with self._lock:
            if self._closed:
                raise TranslationError("cancelled", _("The translation was stopped."))
            if name not in self._made:
                self._made[name] = self._makers[name]()
            return self._made[name]

    def route(self, source: str, target: str) -> Route | None:
        """By the chosen engine, unless it is left alone for now; else by Argos."""
        for name in self._order(source, target):
            if not self._left(name) and (route := self.engine(name).route(source, target)) is not None:
                return route
        return None

    def why_not(self, source: str, target: str) -> str:
        """See ports.Explaining."""
        name = self._chosen(source, target)
        fuse = self._fuses.get(name)
        if fuse is not None and fuse.left:
            return _resting(name, fuse)
        if name in (LAST, "off"):
            return ""
        words = _("{engine}, which config.toml names for this pair, does not have it: csdesk engines list")
        return words.format(engine=name)

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        """See ports.Translator. When no engine can, the failure is the chosen one's."""
        first: TranslationError | None = None
        order = self._order(source, target)
        if not order:
            raise TranslationError("no_model", _("Translation of this pair is switched off in config.toml."))
        for name in order:
            if first is not None and self.engine(name).route(source, target) is None:
                continue
            try:
                made = self._by(name, texts, source, target, keep, urgent)
            except TranslationError as error:
                if error.code in ("cancelled", "too_long"):
                    raise
                first = first or error
                continue
            return made if name == order[0] else [_instead(one, order[0]) for one in made]
        assert first is not None
        raise first

    def check(self, name: str) -> str:
        """Ask an engine how it is; one that answers is asked for translations again. Raises TranslationError."""
        said = self.engine(name).check()
        if name in self._fuses:
            self._fuses[name].worked()
        return said

    def resting(self, name: str) -> str:
        """Why an engine is left alone for now, '' when it is not. Asks nobody."""
        return _resting(name, self._fuses[name]) if self._left(name) else ""

    def close(self) -> None:
        """End what was started."""
        with self._lock:
            self._closed = True
            made = list(self._made.values())
        for one in made:
            one.close()

    def _order(self, source: str, target: str) -> tuple[str, ...]:
        name = self._chosen(source, target)
        if name not in self._makers:
            return ()
        return (name, LAST) if self._fallback and name != LAST and LAST in self._makers else (name,)

    def _left(self, name: str) -> float:
        fuse = self._fuses.get(name)
        return fuse.left if fuse is not None else 0.0

    def _by(
        self, name: str, texts: Sequence[str], source: str, target: str, keep: Collection[str], urgent: bool
    ) -> list[Translation]:
        fuse = self._fuses.get(name)
        if fuse is None:
            return self.engine(name).translate(texts, source, target, keep=keep, urgent=urgent)
        engine = self.engine(name)
        if fuse.left:
            raise TranslationError("unreachable", _resting(name, fuse))
        try:
            made = engine.translate(texts, source, target, keep=keep, urgent=urgent)
        except TranslationError as error:
            if error.code not in _NOT_ITS_FAULT:
                fuse.failed(error.message, hard=error.code in _HARD, pause=error.pause)
            raise
        fuse.worked()
        return made


def _instead(made: Translation, chosen: str) -> Translation:
    return replace(made, engine=f"{made.engine}{INSTEAD}{chosen}")


def _resting(name: str, fuse: Fuse) -> str:
    words = _("{engine} is left alone for {seconds} s. {why}")
    return words.format(engine=name, seconds=max(1, round(fuse.left)), why=fuse.why)
