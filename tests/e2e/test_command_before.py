"""Doubts about a reply by command. Lost when this fails: a script sends what a person would have been asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import Run

ENGLISH = "Thank you for your message. The parcel left our warehouse and it is on the way to you."


def spanish(desk: Run) -> int:
    """A conversation with somebody who writes Spanish."""
    return int(next(one["id"] for one in desk("queue", "--json").objects if one["language"] == "es"))


def test_another_language_stops_a_reply_and_anyway_sends_it(desk: Run) -> None:
    number = spanish(desk)
    stopped = desk("reply", number, "--text", ENGLISH, "--send")
    assert stopped.code == 1 and "line 1: This is written in en" in stopped.err and "--anyway" in stopped.err
    told = desk("reply", number, "--text", ENGLISH, "--send", "--json")
    assert (told.code, told.error) == (1, "doubtful")
    assert desk("outbox", "list", "--json").out == "", "nothing was queued"
    sent = desk("reply", number, "--text", ENGLISH, "--send", "--anyway", "--json")
    assert sent.code == 0 and "written in en" in sent.err and sent.one["state"] == "queued"


def test_a_language_that_was_named_is_meant(desk: Run) -> None:
    sent = desk("reply", spanish(desk), "--text", ENGLISH, "--lang", "en", "--send")
    assert sent.code == 0 and "written in en" in sent.err


def test_a_warning_is_said_and_holds_nothing_up(desk: Run) -> None:
    sent = desk("reply", spanish(desk), "--text", "Hola,\n¡Gracias por su mensaje!!!", "--send")
    assert sent.code == 0 and "line 2:" in sent.err and "shouting" in sent.err
    assert desk("reply", spanish(desk), "--text", "x", "--anyway").code == 2, "--anyway goes with --send"


def test_an_own_market_takes_the_desks_place_and_a_mistake_in_one_is_named(
    desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("CSDESK_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "lexicon").mkdir()
    own = tmp_path / "lexicon" / "es.toml"
    head = 'countries = ["ES", "MX", "AR", "CO"]\ndefault_for = ["es"]\n'
    own.write_text(
        head + '[[entry]]\nlanguage = "es"\nwords = ["oficina"]\nwhy = "We say tienda."\ninstead = "tienda"'
    )
    text = "Hola: gracias por su mensaje. El paquete está en la oficina de correos."
    assert "We say tienda." in desk("reply", spanish(desk), "--text", text, "--send").err
    own.write_text(head + '[[entry]]\nwords = ["oficina"]')
    sent = desk("reply", spanish(desk), "--text", text, "--send")
    assert sent.code == 0 and "es.toml: entry 1: language is missing." in sent.err


def test_a_clean_reply_and_a_draft_hear_nothing(desk: Run) -> None:
    number = spanish(desk)
    assert desk("reply", number, "--text", ENGLISH).err == "", "a draft is nobody's business"
    text = "Hola: gracias por su mensaje. El paquete está en la oficina de correos."
    sent = desk("reply", number, "--text", text, "--send")
    assert (sent.code, sent.err) == (0, "")
