"""A reply written in one's own language by command, through the sample shop's real models and out into a real mailbox.
Lost otherwise: a number on its way to the customer, or the agent's own words."""

from __future__ import annotations

import mailbox
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.e2e.commands import Done, Run

OWN = (
    "Hello Ana, your order 1042 is in Madrid. The tracking number is RB123456785CN. "
    "It will arrive on 27.11.2026. The price was 38.00 EUR."
)


@pytest.fixture
def spanish(desk: Run, shop: Path, tmp_path: Path) -> tuple[Run, int]:
    """Commands on the sample shop with its models, and Ana's conversation."""
    (tmp_path / "config.toml").write_text(f'[translation]\nmodels = "{shop / "models"}"\n')

    def run(*words: object) -> Done:
        return desk("--config", tmp_path / "config.toml", *words)

    rows = desk("queue", "--json", "--filter", "from:ana lang:es").objects
    return run, next(row["id"] for row in rows if "paquete" in row["subject"])


def test_it_leaves_in_spanish_with_every_number(spanish: tuple[Run, int], tmp_path: Path) -> None:
    csdesk, ana = spanish
    kept = csdesk("reply", ana, "--translate", "--text", OWN, "--json")
    assert kept.code == 0 and kept.one["text"] == OWN
    made = kept.one["translation"]
    assert (made["from"], made["language"], made["demo"]) == ("en", "es", True)
    assert all(one["back"] and not one["flags"] for one in made["sentences"])
    for piece in ("1042", "RB123456785CN", "27.11.2026", "38.00 EUR"):
        assert piece in made["text"]
    out = tmp_path / "out"
    mailbox.Maildir(out)
    csdesk("account", "set", "support", f"path={out}")
    assert csdesk("reply", ana, "--send", "--now").code == 0
    assert csdesk("sync", "--once").code == 0
    files = [one for one in (tmp_path / "out.Sent").rglob("*") if one.parent.name in ("cur", "new")]
    sent = [BytesParser(policy=policy.default).parsebytes(one.read_bytes()) for one in files]
    body = next(one.get_content() for one in sent if "ana.lopez" in one["To"])
    assert made["text"] in " ".join(body.split()) and "your order" not in body
    shown = csdesk("show", ana, "--json").one["messages"]
    last = [one for one in shown if one.get("own_text")][-1]
    assert (last["own_text"], last["own_language"], last["language"]) == (OWN, "en", "es")


def test_what_the_carrier_says_in_another_language(spanish: tuple[Run, int]) -> None:
    csdesk, _ana = spanish
    shown = csdesk("track", "#1042", "--lang", "en")
    assert "The parcel arrived at Madrid.  Madrid" in shown.out
    assert "El paquete llegó a Madrid.  (argos es→en" in shown.out and "demonstration model" in shown.out
    events = csdesk("track", "#1042", "--lang", "en", "--json").one["milestones"]
    made = {one["text"]: one["translation"] for one in events}
    assert made["El paquete llegó a Madrid."]["text"] == "The parcel arrived at Madrid."
    assert made["Left Shenzhen"] is None, "English already"
    wrong = csdesk("track", "#1042", "--lang", "en-gb!")
    assert wrong.code == 2 and "no language" in wrong.err
    missing = csdesk("track", "#1042", "--lang", "fr")
    assert missing.code == 0 and "models install" in missing.err and "llegó a Madrid" in missing.out


def test_a_missing_model_an_unknown_language_and_a_doubt_are_said(spanish: tuple[Run, int]) -> None:
    csdesk, ana = spanish
    missing = csdesk("reply", ana, "--translate", "--lang", "fr", "--text", "Hello.", "--json")
    assert (missing.code, missing.error) == (3, "no_model") and "models install en-fr" in missing.err
    assert csdesk("language", ana, "French").code == 0
    assert "models install en-fr" in csdesk("reply", ana, "--translate", "--text", "Hello.").err
    assert csdesk("undo").code == 0
    assert csdesk("language", ana, "blah").code == 2
    chinese = "我们已经联系了快递公司,请您耐心等待。"
    words = ("new", "--to", "z@x.es", "--subject", "s", "--lang", "es", "--text", chinese)
    stopped = csdesk(*words, "--json")
    assert (stopped.code, stopped.error) == (1, "doubtful")
    assert csdesk(*words, "--anyway").code == 0
    first = csdesk(
        "new", "--to", "z@x.es", "--subject", "s", "--lang", "es", "--translate", "--text", OWN, "--json"
    )
    assert first.code == 0
    said = csdesk("show", first.one["conversation"], "--json").one["messages"][-1]
    assert said["own_text"] == OWN and said["language"] == "es" and "RB123456785CN" in said["text"]
    assert "Hello" not in said["text"]
    on = csdesk(
        "forward", ana, "--to", "almacen@x.es", "--lang", "es", "--translate", "--text", OWN, "--json"
    )
    assert on.code == 0
    passed = csdesk("show", on.one["conversation"], "--json").one["messages"][-1]
    assert passed["own_text"].startswith(OWN) and passed["language"] == "es"
    above, _, quoted = passed["text"].partition("RB123456785CN")
    assert "Hello" not in above
    assert all("gracias por contestar tan rápido" in part for part in (quoted, passed["own_text"]))
