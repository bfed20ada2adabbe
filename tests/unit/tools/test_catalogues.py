"""The check of the catalogues finds what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import catalogues


def catalogue(*texts: tuple[str | tuple[str, str], str | tuple[str, ...]], **rest: object) -> Catalog:
    """A Chinese catalogue of (original, translation) pairs."""
    made = Catalog(locale="zh", fuzzy=False)
    for original, translation in texts:
        made.add(original, translation, **rest)  # type: ignore[arg-type]
    return made


WANTED = catalogue(("Close", ""), ("{id} is closed.", ""), (("{n} line", "{n} lines"), ()))
DONE = (("Close", "关闭"), ("{id} is closed.", "{id} 已关闭。"), (("{n} line", "{n} lines"), ("{n} 行",)))


def test_a_complete_catalogue_passes() -> None:
    """Lost otherwise: trust in the check."""
    assert catalogues.faults(WANTED, catalogue(*DONE)) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (catalogue(*DONE[1:]), "not translated: 'Close'"),
        (catalogue(("Close", ""), *DONE[1:]), "not translated: 'Close'"),
        (catalogue(DONE[0], ("{id} is closed.", "已关闭。"), DONE[2]), "placeholders"),
        (catalogue(DONE[0], ("{id} is closed.", "{name} 已关闭。"), DONE[2]), "placeholders"),
        (catalogue(*DONE[:2], (DONE[2][0], ("{m} 行",))), "placeholders"),
        (catalogue(*DONE, ("Gone", "没了")), "no longer in the code: 'Gone'"),
        (catalogue(*DONE, flags=("fuzzy",)), "fuzzy"),
    ],
)
def test_every_fault_is_named(found: Catalog, fault: str) -> None:
    """Lost otherwise: a sentence in Chinese, or the screen, when a placeholder cannot be filled."""
    assert any(said.startswith(fault) for said in catalogues.faults(WANTED, found))


def test_texts_are_taken_from_the_code() -> None:
    """Lost otherwise: every text, if nothing is found and so nothing is missing."""
    ids = {text for message in catalogues.extracted() for text in catalogues.texts(message)[0]}
    assert len(ids) > 100
    assert "There is no kind of account called {kind}. Use one of: {kinds}." in ids


def test_new_texts_are_taken_in_and_old_ones_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make messages` keeps translations and guesses none. Lost otherwise: the translator's work."""
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "PO", tmp_path / "csdesk.po")
    monkeypatch.setattr(catalogues, "MO", tmp_path / "csdesk.mo")
    monkeypatch.setattr(catalogues, "extracted", lambda: catalogue(("Close", ""), ("Closed", "")))
    (tmp_path / "csdesk.po").write_text(
        'msgid "Close"\nmsgstr "关闭"\n\nmsgid "Gone"\nmsgstr "没了"\n', "utf-8"
    )
    catalogues.update()
    stored = catalogues.stored()
    assert {m.id: m.string for m in stored if m.id} == {"Close": "关闭", "Closed": ""}
    assert catalogues.check() == ["not translated: 'Closed'"]
    catalogues.update()
    assert catalogues.check() == ["not translated: 'Closed'"]
