"""Translation by command, as a person or a program calls it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import ROOT, Run
from tests.servers.libretranslate import LibreTranslateServer
from tests.translating import DEMO

ES_EN = DEMO / "translate-es_en-0_2.argosmodel"
EN_ES = DEMO / "translate-en_es-0_2.argosmodel"


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """What stands on stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_models_are_installed_listed_and_removed(csdesk: Run, tmp_path: Path) -> None:
    """Lost otherwise: translation on a machine without a network."""
    assert "csdesk models install" in csdesk("models", "list").out
    assert csdesk("models", "list", "--json").out == ""
    made = csdesk("models", "install", ES_EN, "--json")
    assert made.code == 0
    assert {key: made.one[key] for key in ("pair", "version", "demo")} == {
        "pair": "es-en", "version": "0.2", "demo": True,
    }  # fmt: skip
    assert [one["pair"] for one in csdesk("models", "list", "--json").objects] == ["es-en"]
    assert "demonstration" in csdesk("models", "list").out
    assert csdesk("models", "remove", "es-en").code == 0
    assert csdesk("models", "remove", "es-en", "--json").error == "not_found"
    (tmp_path / "bad").write_bytes(b"no package")
    bad = csdesk("models", "install", tmp_path / "bad", "--json")
    assert (bad.code, bad.error) == (1, "damaged_model")
    assert csdesk("models", "install", tmp_path / "none").code == 3


def test_a_pair_is_installed_from_an_index(csdesk: Run, tmp_path: Path) -> None:
    """From a mirror on a stick. Lost otherwise: the way to a new language."""
    entry = {"from_code": "es", "to_code": "en", "package_version": "0.2", "links": [ES_EN.name]}
    (tmp_path / "index.json").write_text(json.dumps([entry]))
    (tmp_path / ES_EN.name).write_bytes(ES_EN.read_bytes())
    config = tmp_path / "config.toml"
    config.write_text(f'[translation]\nindex = "{tmp_path / "index.json"}"\n')
    offered = csdesk("--config", config, "models", "available", "--json")
    assert [(one["pair"], one["installed"]) for one in offered.objects] == [("es-en", "")]
    assert csdesk("--config", config, "models", "install", "es-en").code == 0
    assert "0.2" in csdesk("--config", config, "models", "available").out
    assert csdesk("--config", config, "models", "install", "de-en").code == 3


def test_a_text_is_translated_with_its_numbers(csdesk: Run) -> None:
    """Lost otherwise: translation in a script."""
    csdesk("models", "install", ES_EN)
    made = csdesk("translate", "--from", "es", "--to", "en", "¿Dónde está mi pedido 4471-22?", "--json")
    assert made.code == 0
    assert {key: made.one[key] for key in ("text", "engine", "flags", "demo")} == {
        "text": "Where is my order 4471-22?", "engine": "argos es→en 0.2", "flags": [], "demo": True,
    }  # fmt: skip
    told = csdesk("translate", "--to", "en", "Hola, ¿dónde está mi pedido, por favor?")
    assert told.out == "Hi, where is my order?\n"
    assert "not for production" in told.err


def test_what_cannot_be_done_says_why(csdesk: Run) -> None:
    """Lost otherwise: which of the words was wrong."""
    missing = csdesk("translate", "--from", "fr", "--to", "en", "Bonjour", "--json")
    assert (missing.code, missing.error) == (3, "no_model")
    unknown = csdesk("translate", "--to", "en", "ok", "--json")
    assert (unknown.code, unknown.error) == (2, "no_language")
    same = csdesk("translate", "--from", "en", "--to", "en", "as it is", "--json")
    assert (same.code, same.one["text"]) == (0, "as it is")


def test_stdin_is_a_line_in_and_a_line_out(csdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty lines and lines that cannot be translated keep their places. Lost otherwise: which line is which."""
    csdesk("models", "install", ES_EN)
    lines = "Gracias\n\n😀\nMi pedido \x1b[31m4471-22\n".encode() + b"\xff\xfe\n"
    typed(monkeypatch, lines)
    made = csdesk("translate", "--from", "es", "--to", "en", "-")
    assert made.out.splitlines()[:3] == ["Thank you", "", "😀"]
    assert "4471-22" in made.out.splitlines()[3]
    assert len(made.out.splitlines()) == 5
    assert "\x1b" not in made.out
    typed(monkeypatch, b"Bonjour tout le monde\n")
    failed = csdesk("translate", "--from", "fr", "--to", "en", "-", "--json")
    assert (failed.code, failed.one["text"], failed.one["flags"]) == (
        1,
        "Bonjour tout le monde",
        ["untranslated"],
    )


def test_each_line_comes_out_before_the_next_goes_in(tmp_path: Path) -> None:
    """Lost otherwise: a program that talks to it over a pipe."""
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    start = [sys.executable, "-m", "csdesk"]
    subprocess.run(
        [*start, "models", "install", str(EN_ES)], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    with subprocess.Popen(
        [*start, "translate", "--from", "en", "--to", "es", "--json", "-"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin is not None and running.stdout is not None
        for number in ("4471-22", "4472-33"):
            running.stdin.write(f"Where is my order {number}?\n".encode())
            running.stdin.flush()
            assert number in json.loads(running.stdout.readline())["text"]
        running.stdin.close()
        assert running.wait(30) == 0


def test_it_can_be_switched_off(csdesk: Run, tmp_path: Path) -> None:
    """Lost otherwise: the choice of whoever may not use a machine's translation."""
    config = tmp_path / "config.toml"
    config.write_text('[translation]\nengine = "off"\n')
    made = csdesk("--config", config, "translate", "--from", "es", "--to", "en", "Hola", "--json")
    assert (made.code, made.error) == (3, "no_model")


def test_the_sample_shop_has_the_small_models(shop: Path) -> None:
    """Lost otherwise: the demonstration, on a machine without a network."""
    from csdesk.translation.models import Models

    assert [(one.pair, one.demo) for one in Models(shop / "models").installed()] == [
        ("en-es", True),
        ("es-en", True),
    ]


def test_engines_are_listed_and_one_that_is_gone_hurts_nobody(
    csdesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is down: Argos does it, and it is said. Lost otherwise: mail that waits for a dead machine."""
    csdesk("models", "install", ES_EN)
    with LibreTranslateServer(key="k-1") as server:
        config = tmp_path / "config.toml"
        config.write_text(
            f'[translation.pairs]\n"es-en" = "libretranslate"\n[translation.libretranslate]\nurl = "{server.url}"\n'
        )
        typed(monkeypatch, b"k-1\n")
        assert csdesk("--config", config, "engines", "key", "--json").one["kept"] in ("file", "keyring")
        words = ("--config", config, "translate", "--from", "es", "--to", "en", "Mi pedido 4471-22", "--json")
        made = csdesk(*words)
        assert (made.one["text"], made.one["instead_of"]) == ("MI PEDIDO 4471-22", "")
        states = {
            one["engine"]: one for one in csdesk("--config", config, "engines", "list", "--json").objects
        }
        assert states["libretranslate"]["ok"] and states["libretranslate"]["pairs"] == ["es-en"]
    gone = csdesk(*words)
    assert (gone.code, gone.one["engine"], gone.one["instead_of"]) == (0, "argos es→en 0.2", "libretranslate")
    alone = csdesk(*words, "--engine", "libretranslate")
    assert (alone.code, alone.error) == (5, "unreachable")
    assert csdesk("--config", config, "engines", "list").code == 1
    assert "did you mean apertium" in csdesk("translate", "--engine", "apertum", "--from", "es", "Hola").err
