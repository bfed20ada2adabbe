"""Spelling by the machine's dictionaries: what is asked, which dictionary answers, and that nothing hangs on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.clock import SystemClock
from csdesk.config import Config
from csdesk.errors import Refused
from csdesk.spelling import dictionaries
from csdesk.spelling.client import Speller, Unavailable
from csdesk.spelling.words import foreign, words

AFF = "SET UTF-8\nTRY abcdefghijklmnopqrstuvwxyz\nSFX S Y 1\nSFX S 0 s .\n"


def make(folder: Path, name: str, *known: str) -> Path:
    """A small dictionary of Hunspell's kind."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.aff").write_text(AFF, "utf-8")
    (folder / f"{name}.dic").write_text(f"{len(known)}\n" + "".join(f"{one}\n" for one in known), "utf-8")
    return folder / name


@pytest.fixture
def speller() -> Iterator[Speller]:
    made = Speller()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setenv("HOME", str(tmp_path))
    make(
        tmp_path / "share" / "hunspell",
        "es_ES",
        "su",
        "paquete/S",
        "está",
        "aquí",
        "hola",
        "llega",
        "hoy",
        "por",
    )
    config = Config(agent="Lin", source=tmp_path / "config.toml")
    made = open_desk(config, store=f"sqlite:///{tmp_path}/desk.db", agent="", clock=SystemClock())
    yield made
    made.close()


def asked(text: str, language: str = "es", *known: str) -> list[str]:
    return [one.text for one in words(text, language, {one.casefold() for one in known})]


def test_only_words_are_asked_about() -> None:
    """A tracking number in red, a customer's name in red: after a day nobody looks at red any more."""
    text = (
        "Hola Ana: su pedido #1042 (RB123456785CN) está en https://track.example/x o ana@x.es,\n"
        "> lo que dijo el cliente\nNIF ⟦tax_name⟧ y {{ order.number }} l'aduana 您好 привет v2 a/b"
    )
    assert asked(text, "es", "ana") == ["Hola", "su", "pedido", "está", "en", "l'aduana"]
    assert asked("привет Hello мир", "ru") == ["привет", "мир"]
    assert asked("مرحبا Hello", "ar") == ["مرحبا"]


def test_places_are_those_of_the_text() -> None:
    text = "⟦a⟧ Hola,\n> x\nmundo"
    assert [text[one.start : one.end] for one in words(text, "es")] == ["Hola", "mundo"]


def test_a_text_in_another_language_is_not_painted_red() -> None:
    assert foreign(5, 3) and not foreign(5, 2) and not foreign(2, 2)


def test_the_customers_country_goes_before_the_usual_one(tmp_path: Path) -> None:
    system, own = tmp_path / "system", tmp_path / "own"
    for name in ("es_ES", "es_MX", "pt_BR", "de_DE_frami", "fra_FR"):
        make(system, name, "x")
    (system / "it_IT.aff").write_text(AFF)
    where = (own, system, tmp_path / "nowhere")
    assert dictionaries.find("es", "MX", where) == system / "es_MX"
    assert dictionaries.find("es-MX", "AR", where) == system / "es_MX"
    assert dictionaries.find("es", "AR", where) == system / "es_ES"
    assert dictionaries.find("pt", "PT", where) == system / "pt_BR"
    assert dictionaries.find("de", "", where) == system / "de_DE_frami"
    assert dictionaries.find("fr", "FR", where) is None, "fra is another language"
    assert dictionaries.find("it", "", where) is None, "half a dictionary is none"
    for code in ("zh", "ja", "", "../x", "e*"):
        assert dictionaries.find(code, "", where) is None


def test_folders_are_those_of_the_system_and_the_persons_own(tmp_path: Path) -> None:
    env = {"HOME": "/home/lin", "DICPATH": "/dic", "XDG_DATA_DIRS": "/a:/b"}
    found = dictionaries.folders(tmp_path, env)
    assert found[0] == tmp_path and Path("/dic") in found and Path("/b/myspell/dicts") in found
    assert Path("/usr/share/hunspell") in dictionaries.folders(tmp_path, {})


def test_wrong_words_and_what_was_meant(desk: Desk) -> None:
    text = "Hola, su paqeute está aquí y los paquetes por hoy"
    found = desk.spelling.wrong(text, "es", known=("los", "y"))
    assert [text[one.start : one.end] for one in found] == ["paqeute"]
    assert "paquete" in desk.spelling.suggest("paqeute", "es")
    desk.spelling.add("Paqeute", "es")
    assert desk.spelling.wrong(text, "es", known=("los", "y")) == ()
    own = desk.spelling.folder / "es.words"
    assert own.read_text() == "paqeute\n" and own.stat().st_mode & 0o077 == 0


def test_an_english_text_to_a_spanish_customer_is_left_alone(desk: Desk) -> None:
    assert desk.spelling.wrong("Hello dear customer, your parcel arrives tomorrow", "es") == ()


def test_what_is_missing_is_said_with_its_remedy(desk: Desk) -> None:
    assert desk.spelling.trouble("es", "ES") == ""
    assert "hunspell-fr" in desk.spelling.trouble("fr") and str(
        desk.spelling.folder
    ) in desk.spelling.trouble("fr")
    assert "no spaces" in desk.spelling.trouble("zh") and "not known" in desk.spelling.trouble("")
    assert desk.spelling.wrong("Bonjour le monde", "fr") == () and desk.spelling.suggest("x", "fr") == ()
    make(desk.spelling.folder, "fr", "bonjour")
    assert desk.spelling.trouble("fr") == "", "one that was put there is found without a new start"


def test_a_process_that_dies_is_replaced(speller: Speller, tmp_path: Path) -> None:
    path = make(tmp_path, "es_ES", "hola")
    assert speller.wrong(path, ["hola", "holaa"]) == {"holaa"}
    assert speller._process is not None
    speller._process.kill()
    speller._process.wait()
    assert speller.wrong(path, ["hola", "holaa"]) == {"holaa"}


def test_a_process_that_never_answers_is_ended(tmp_path: Path) -> None:
    slow = Speller(patience=0.0)
    with pytest.raises(Unavailable):
        slow.wrong(make(tmp_path, "es_ES", "hola"), ["hola"])
    assert slow._process is None


def test_the_process_ends_with_the_one_who_asked(speller: Speller, tmp_path: Path) -> None:
    speller.wrong(make(tmp_path, "es_ES", "hola"), ["hola"])
    assert speller._process is not None and speller._process.stdin is not None
    pid = speller._process.pid
    speller._process.stdin.close()
    assert speller._process.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_broken_dictionary_takes_nothing_else_with_it(desk: Desk) -> None:
    folder = desk.spelling.folder
    make(folder, "it_IT", "ciao")
    (folder / "it_IT.dic").write_bytes(b"\xff\xfe\x00nonsense")
    try:
        desk.spelling.wrong("Ciao amico mio", "it")
    except Refused as error:
        assert error.message
    assert desk.spelling.wrong("hola paqeute", "es")[0].text == "paqeute", "the next question is answered"


def test_words_that_cannot_be_kept_are_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "spelling").write_text("a file where the folder should be")
    with pytest.raises(Refused, match="could not be written"):
        desk.spelling.add("x", "es")
