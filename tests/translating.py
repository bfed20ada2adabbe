"""What the tests of translation share: a folder with the small models, and who checks that every number is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.shop_sentences import NAME, sentences
from csdesk.domain.translation import Translation
from csdesk.translation.client import Argos
from csdesk.translation.models import Models

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "csdesk" / "demo" / "models"
MORE = ROOT.parent / "shared" / "models"
"""Two more pairs, where they are."""


def packages() -> list[Path]:
    """The packages of the small models: two anywhere, four at most."""
    found = {one.name: one for folder in (MORE, DEMO) for one in folder.glob("*.argosmodel")}
    return [found[name] for name in sorted(found)]


def installed(folder: Path) -> Models:
    """All of them, installed."""
    models = Models(folder)
    for one in packages():
        models.install(one)
    return models


def prove(argos: Argos, source: str, target: str, count: int, seed: int = 11) -> Counter[int]:
    """Translates so many sentences, and proves that whatever must survive stands in each translation, once, or that
    the translation says that it is lost. Returns how many needed how many ways."""
    given = sentences(source, count, seed)
    made = argos.translate([text for text, _kept in given], source, target, keep=[NAME])
    assert len(made) == count
    for (text, kept), one in zip(given, made, strict=True):
        missing = [piece for piece in kept if one.text.count(piece) < text.count(piece)]
        flags = {flag for sentence in one.sentences for flag in sentence.flags}
        assert not missing or "lost" in flags, (text, one.text, missing)
        assert not missing, (text, one.text, missing)
    return Counter(max(sentence.ways for sentence in one.sentences) for one in made)


def texts(made: Sequence[Translation]) -> list[str]:
    """The translated texts."""
    return [one.text for one in made]
