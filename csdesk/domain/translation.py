"""What a translation is: sentences side by side, where each came from, and what is doubtful about it.

Rules and data only; the engines are behind ports.Translator. Codes of languages are those of domain.vocabulary
(ISO 639-1, lower case; Chinese is "zh" whatever its script).
"""

from __future__ import annotations

from dataclasses import dataclass

FLAGS = ("lost", "new_number", "cut", "repeated", "untranslated")
"""What can be doubtful in a sentence: a protected piece is missing; a number stands in it that the source lacks; the
model stopped in the middle or was stopped; it says one thing again and again; it was given back as it came in."""

INSTEAD = "; not "
"""Stands in Translation.engine between who made it and who was to."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `gap` is the white space behind it in the source, which the translation keeps. `origin` is
    'model', 'memory' (somebody wrote it before), or 'same' (nothing to translate: a number, an emoji, a signature's
    line). `score` is how alike the remembered source is, in percent; 100 where origin is not 'memory'. `ways` is how
    many ways were tried until every protected piece was there (1: at once). `missing` are the protected pieces that
    are lost, `added` the numbers that nobody wrote."""

    source: str
    target: str
    gap: str = ""
    origin: str = "model"
    score: int = 100
    ways: int = 1
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A whole text in another language. `engine` names who made it, for people: "argos es→en 0.2", with a pivot
    "argos es→en→de", "apertium spa→eng", "libretranslate es→en (HOST)", "memory"; behind INSTEAD the engine that the
    config names, when that could not. `demo` is True when a demonstration model had a part in it."""

    source_language: str
    target_language: str
    sentences: tuple[Sentence, ...]
    engine: str
    demo: bool = False

    @property
    def text(self) -> str:
        """The translated text, with the source's white space between sentences."""
        return "".join(one.target + one.gap for one in self.sentences)

    @property
    def maker(self) -> tuple[str, str]:
        """Who made it, and the engine in whose stead, '' for none's."""
        name, _between, instead = self.engine.partition(INSTEAD)
        return name, instead

    @property
    def doubtful(self) -> tuple[int, ...]:
        """The positions of sentences that must not leave unseen."""
        return tuple(at for at, one in enumerate(self.sentences) if one.flags)


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """One engine: `used` whether the config names it, `pairs` for which pairs ('*' for all others, none for one that
    only steps in), `ok` whether it answers, `words` a sentence about that, '' where it was not asked."""

    name: str
    used: bool
    pairs: tuple[str, ...]
    ok: bool
    words: str


@dataclass(frozen=True, slots=True)
class Route:
    """How one language becomes another: `engine` as a kind ('argos', 'libretranslate', 'apertium'), `steps` the codes
    in order, two of them without a pivot, and `models` what each step is made by, for people."""

    engine: str
    steps: tuple[str, ...]
    models: tuple[str, ...] = ()
    demo: bool = False

    @property
    def pivots(self) -> tuple[str, ...]:
        """The languages between."""
        return self.steps[1:-1]
