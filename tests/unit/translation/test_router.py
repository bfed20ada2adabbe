"""The engine that the config names, and Argos where it cannot. A failure here makes the desk wait for a dead engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest

from csdesk.config import Translation as Wanted
from csdesk.domain.ports import TranslationError
from csdesk.domain.translation import Route, Sentence, Translation
from csdesk.translation.apertium import commands, escaped, unescaped
from csdesk.translation.breaker import PAUSES, SOFT, Fuse
from csdesk.translation.router import Engine, Router


class Scripted:
    """An engine that has Spanish to English, and fails as it is told."""

    def __init__(self, name: str, failure: str = "") -> None:
        self.name, self.failure, self.asked = name, failure, 0

    def route(self, source: str, target: str) -> Route | None:
        return Route(self.name, (source, target)) if (source, target) == ("es", "en") else None

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        *,
        keep: Collection[str] = (),
        urgent: bool = False,
    ) -> list[Translation]:
        self.asked += 1
        if self.failure:
            raise TranslationError(self.failure, f"{self.name} failed.")
        return [Translation(source, target, (Sentence(one, one.upper()),), self.name) for one in texts]

    def check(self) -> str:
        return self.name

    def close(self) -> None:
        self.failure = "cancelled"


def router(*engines: Scripted, fallback: bool = True, **pairs: str) -> Router:
    def maker(one: Scripted) -> Callable[[], Engine]:
        return lambda: one

    wanted = replace(Wanted(), pairs={name.replace("_", "-"): engine for name, engine in pairs.items()})
    return Router({one.name: maker(one) for one in engines}, wanted.engine_of, fallback=fallback)


def test_each_pair_goes_where_the_config_says() -> None:
    wanted = replace(Wanted(), pairs={"es-en": "apertium", "*-en": "libretranslate", "ja-*": "off"})
    found = [wanted.engine_of(*pair) for pair in (("es", "en"), ("fr", "en"), ("ja", "zh"), ("en", "es"))]
    assert found == ["apertium", "libretranslate", "off", "argos"]
    argos, apertium = Scripted("argos"), Scripted("apertium")
    both = router(argos, apertium, es_en="apertium")
    assert both.translate(["hola"], "es", "en")[0].maker == ("apertium", "")
    assert argos.asked == 0
    with pytest.raises(TranslationError, match="switched off"):
        router(argos, es_en="off").translate(["hola"], "es", "en")


@pytest.mark.parametrize("failure", ["timeout", "unreachable", "refused", "engine_dead", "no_model"])
def test_argos_steps_in_and_it_is_said(failure: str) -> None:
    argos, dead = Scripted("argos"), Scripted("apertium", failure)
    both = router(argos, dead, es_en="apertium")
    assert both.translate(["hola"], "es", "en")[0].maker == ("argos", "apertium")
    if failure in ("timeout", "unreachable", "refused"):
        route = both.route("es", "en")
        assert route is not None and route.engine == "argos", "it is not asked again now"
        both.translate(["hola"], "es", "en")
        assert dead.asked == 1 and "apertium failed." in both.resting("apertium")
        both.check("apertium")
        assert not both.resting("apertium")


def test_without_argos_the_sentence_is_the_chosen_ones() -> None:
    dead = Scripted("libretranslate", "unreachable")
    alone = router(Scripted("argos"), dead, fallback=False, es_en="libretranslate")
    for _again in range(2):
        with pytest.raises(TranslationError, match="libretranslate failed"):
            alone.translate(["hola"], "es", "en")
    assert dead.asked == 1 and alone.route("es", "en") is None
    assert "libretranslate failed" in alone.why_not("es", "en")
    alone.close()
    with pytest.raises(TranslationError) as caught:
        alone.translate(["hola"], "es", "en")
    assert caught.value.code == "cancelled"


def test_a_fuse_blows_sooner_for_what_is_hard_and_longer_each_time() -> None:
    now = [100.0]
    fuse = Fuse(lambda: now[0])
    for _time in range(SOFT - 1):
        fuse.failed("soft", hard=False)
    assert fuse.left == 0
    fuse.failed("soft", hard=False)
    assert fuse.left == PAUSES[0]
    now[0] += PAUSES[0]
    fuse.failed("hard", hard=True)
    assert fuse.left == PAUSES[1]
    fuse.failed("asked", hard=False, pause=1000)
    assert fuse.left == 1000
    fuse.worked()
    assert (fuse.left, fuse.why) == (0, "")


def test_text_for_apertium_is_escaped_and_comes_back_whole() -> None:
    """Its stream has signs of its own. Lost otherwise: everything behind the first bracket."""
    said = "a [b] {{ name }} ^c$ d/e <f> \\ @g ⟦1⟧ h"
    assert "[⟦1⟧]" in escaped(said) and "\\[b\\]" in escaped(said)
    assert unescaped(escaped(said)) == said
    with pytest.raises(ValueError, match="sh is no part of Apertium"):
        commands("sh -c 'rm x' | lt-proc $1 x.bin")
