"""Translation memory, glossary and foreign conversations by command, as a person and a program use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import ROOT, Run

TMX = """<?xml version="1.0" encoding="UTF-8"?><tmx version="1.4"><header srclang="es"/><body>
<tu><tuv xml:lang="es"><seg>¿Dónde está mi pedido 1042?</seg></tuv>
<tuv xml:lang="en"><seg>Where is order 1042?</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>Gracias.</seg></tuv><tuv xml:lang="en"><seg>Thank you.</seg></tuv></tu>
</body></tmx>"""


def test_a_memory_goes_in_is_found_and_comes_out(desk: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "m.tmx", tmp_path / "out.tmx"
    assert "Nothing is remembered" in desk("memory", "list").out
    file.write_text(TMX, "utf-8")
    assert desk("memory", "import", file, "--json").one == {
        "kept": 2, "known": 0, "skipped": 0, "reasons": [],
    }  # fmt: skip
    assert desk("memory", "import", file, "--json").one["known"] == 2
    assert desk("memory", "list", "--json").one == {"from": "es", "to": "en", "sentences": 2}
    pair = ("--from", "es", "--to", "en")
    found = desk("memory", "find", "¿Dónde está mi pedido 2077?", *pair, "--json").one
    assert found["target"] == "Where is order 1042?" and 85 <= found["score"] < 100
    assert found["same_numbers"] is False
    assert "other numbers" in desk("memory", "find", "¿Dónde está mi pedido 2077?", *pair).out
    assert desk("memory", "find", "gracias.", *pair, "--json").one["score"] == 100
    assert "Nothing like it" in desk("memory", "find", "Otra cosa.", *pair).out
    assert desk("memory", "export", out, "--json").one == {"file": str(out), "entries": 2}
    assert out.stat().st_mode & 0o777 == 0o600
    assert desk("memory", "export", out).code == 1, "never writes over"
    assert desk("memory", "import", out, "--json").one["known"] == 2, "comes back as it went"


def test_a_hostile_file_is_refused_and_changes_nothing(desk: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tmx"
    bad.write_text('<!DOCTYPE x [<!ENTITY a "a">]>' + TMX.partition("?>")[2], "utf-8")
    done = desk("memory", "import", bad, "--json")
    assert (done.code, done.error) == (1, "xml")
    assert desk("memory", "list", "--json").out == ""
    assert desk("memory", "import", tmp_path / "none.tmx", "--json").error == "file"


def test_a_glossary_from_a_spreadsheet(desk: Run, tmp_path: Path) -> None:
    file = tmp_path / "g.csv"
    rows = (
        "Source_Language;Target_Language;Term;Translation;Status;Note\r\n"
        "es;en;taza;mug;approved;for cups\r\nes;en;taza;cup;forbidden;\r\n;;Nordlicht;;keep;our name\r\n"
        "es;en;;x;approved;\r\nes;en;plato;;approved;\r\nes;en;vaso;glass;maybe;\r\n"
    )
    file.write_bytes(b"\xef\xbb\xbf" + rows.encode())
    done = desk("glossary", "import", file, "--json").one
    assert (done["kept"], done["skipped"]) == (3, 3)
    assert [one["line"] for one in done["reasons"]] == [5, 6, 7]
    terms = desk("glossary", "list", "--json").objects
    assert [(t["from"], t["term"], t["translation"], t["status"]) for t in terms] == [
        (None, "Nordlicht", None, "keep"), ("es", "taza", "mug", "approved"), ("es", "taza", "cup", "forbidden"),
    ]  # fmt: skip
    shown = desk("glossary", "list", "--from", "es", "--to", "en").out
    assert "stays as it is" in shown and "taza" in shown
    assert [t["term"] for t in desk("glossary", "list", "--from", "de", "--json").objects] == ["Nordlicht"]


@pytest.mark.parametrize("suffix", ["csv", "tbx"])
def test_a_glossary_comes_back_as_it_went(desk: Run, tmp_path: Path, suffix: str) -> None:
    file, out = tmp_path / "g.csv", tmp_path / f"out.{suffix}"
    file.write_text('term,translation,status,note\ntaza,mug,,"=1+1"\nLux,,keep,\n', "utf-8")
    assert desk("glossary", "import", file, "--from", "es", "--to", "en", "--json").one["kept"] == 2
    before = desk("glossary", "list", "--json").objects
    assert desk("glossary", "export", out, "--json").one["entries"] == 2
    if suffix == "csv":
        raw = out.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and b"'=1+1" in raw, "no spreadsheet takes it for a formula"
    for term in ("taza", "Lux"):
        assert desk("glossary", "remove", term).code == 0
    assert desk("glossary", "remove", "taza").code == 3
    assert desk("glossary", "import", out, "--json").one["kept"] == 2
    after = desk("glossary", "list", "--json").objects
    assert [(t["term"], t["translation"], t["status"]) for t in after] == [
        (t["term"], t["translation"], t["status"]) for t in before
    ]


def test_what_is_no_glossary_is_refused(desk: Run, tmp_path: Path) -> None:
    other = tmp_path / "g.pdf"
    other.write_text("x", "utf-8")
    assert desk("glossary", "import", other).code == 2
    empty = tmp_path / "g.csv"
    empty.write_text("word,other\na,b\n", "utf-8")
    assert desk("glossary", "import", empty, "--json").error == "columns"
    empty.write_text("term,translation\na,b\n", "utf-8")
    assert desk("glossary", "import", empty, "--json").code == 1, "languages are not named"


def _spanish(desk: Run) -> int:
    rows = desk("queue", "all", "--json").objects
    return next(int(row["id"]) for row in rows if row["language"] == "es")


def test_a_conversation_in_another_language(
    desk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made once, told with its maker, there for everybody afterwards."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    model = ROOT / "csdesk" / "demo" / "models" / "translate-es_en-0_2.argosmodel"
    assert desk("models", "install", model).code == 0
    number = _spanish(desk)
    shown = desk("show", number, "--lang", "en", "--json").one
    foreign = [m for m in shown["messages"] if m["direction"] == "in" and m["language"] == "es"]
    assert foreign
    for message in foreign:
        made = message["translation"]
        assert made["language"] == "en" and made["text"] and made["engine"].startswith("argos es→en")
        assert made["demo"] is True and isinstance(made["doubtful"], list)
        assert made["text"] != message["visible_text"]
    ours = [m for m in shown["messages"] if m["direction"] != "in"]
    assert all(m["translation"] is None for m in ours)
    again = desk("show", number, "--json").one
    assert [m["translation"] for m in again["messages"]] == [m["translation"] for m in shown["messages"]]
    said = desk("show", number, "--lang", "en").out
    assert "[es → en, argos es→en" in said and "demonstration model" in said
    assert "[es → en" not in desk("show", number).out, "the original without --lang"


def test_a_missing_model_is_named_and_the_original_shown(desk: Run) -> None:
    number = _spanish(desk)
    done = desk("show", number, "--lang", "ja")
    assert done.code == 0 and "csdesk models install es-ja" in done.err
    assert desk("show", number, "--lang", "../x").code == 2
