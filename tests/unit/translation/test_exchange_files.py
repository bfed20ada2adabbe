"""TMX and TBX in and out. A failure here loses what a team translated in years, or lets a file from a stranger in too
deep."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from csdesk.domain.memory import Remembered, Term
from csdesk.errors import Refused
from csdesk.translation import tbx, tmx

TMX = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="{source}" datatype="xml"/><body>
<tu><tuv xml:lang="es-ES"><seg>Hola <bpt i="1">&lt;b></bpt>Ana<ept i="1">&lt;/b></ept>.</seg></tuv>
<tuv xml:lang="EN-us"><seg>Hello <hi>Ana</hi>.</seg></tuv><tuv lang="de"><seg>Hallo Ana.</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>solo</seg></tuv></tu>
<tu><tuv xml:lang="es"><seg>  </seg></tuv><tuv xml:lang="en"><seg>x</seg></tuv></tu>
</body></tmx>"""


def _read(tmp_path: Path, text: str | bytes) -> tuple[list[Remembered], int]:
    path = tmp_path / "m.tmx"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found: list[Remembered] = []
    return found, tmx.read(path, found.append)


def test_a_memory_of_another_program(tmp_path: Path) -> None:
    found, skipped = _read(tmp_path, TMX.format(source="es"))
    assert [(m.source_language, m.target_language, m.source, m.target) for m in found] == [
        ("es", "en", "Hola Ana.", "Hello Ana."),
        ("es", "de", "Hola Ana.", "Hallo Ana."),
    ]
    assert skipped == 2
    every, _skipped = _read(tmp_path, TMX.format(source="*all*"))
    assert {(m.source_language, m.target_language) for m in every} == {
        (one, other) for one in ("es", "en", "de") for other in ("es", "en", "de") if one != other
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_memory_in_any_encoding_that_it_names(tmp_path: Path, encoding: str) -> None:
    named = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = (
        f'<?xml version="1.0" encoding="{named}"?><tmx><header srclang="es"/><body><tu><tuv xml:lang="es">'
        '<seg>año</seg></tuv><tuv xml:lang="fr"><seg>année</seg></tuv></tu></body></tmx>'
    )
    found, _skipped = _read(tmp_path, text.encode(encoding))
    assert (found[0].source, found[0].target) == ("año", "année")


def test_a_memory_comes_back_as_it_went(tmp_path: Path) -> None:
    units = [
        Remembered("es", "en", "a < b & \"c\" 'd'", "x > y", 'Mei "M" <b>', 3),
        Remembered("zh", "es", "第一行\n第二行 🎉", "línea\nsegunda", "", 0),
    ]
    out = io.StringIO()
    assert tmx.write(out, units) == 2
    found, skipped = _read(tmp_path, out.getvalue())
    assert skipped == 0
    assert [(m.source, m.target) for m in found] == [(m.source, m.target) for m in units]


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<tmx><body><tu><tuv lang="es"><seg>&b;</seg></tuv></tu></body></tmx>"""
FETCH = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<tmx><body><tu><tuv lang="es"><seg>&a;</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "document type"),
        (FETCH, "document type"),
        ("<a>" * 5000, "too deep"),
        ("<tmx><body><tu>", "well-formed"),
        ("not xml at all", "well-formed"),
        ("", "well-formed"),
        ("<tmx>\x00</tmx>", "well-formed"),
    ],
)
def test_hostile_xml_is_refused_with_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    for suffix, read in (("tmx", tmx.read), ("tbx", tbx.read)):
        path = tmp_path / f"bad.{suffix}"
        path.write_text(text, "utf-8")
        found: list[object] = []
        with pytest.raises(Refused, match=why) as refused:
            read(path, found.append)
        assert "line" in refused.value.message and found == []


def test_outside_entities_are_never_fetched(tmp_path: Path) -> None:
    """A document type may be named, as TMX does; nothing of it is read."""
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY a "read">', "utf-8")
    text = f"""<!DOCTYPE tmx SYSTEM "{secret}"><tmx><header srclang="es"/><body><tu><tuv xml:lang="es">
    <seg>x &a; y</seg></tuv><tuv xml:lang="en"><seg>z</seg></tuv></tu></body></tmx>"""
    found, _skipped = _read(tmp_path, text)
    assert "read" not in found[0].source


def test_what_drives_a_terminal_stays_outside(tmp_path: Path) -> None:
    text = TMX.format(source="es").replace("Hola ", "Hola\u202e&#x9b;31m ")
    found, _skipped = _read(tmp_path, text)
    assert not {"\u202e", "\x9b"} & set(found[0].source)


OLD = """<martif type="TBX-Basic"><text><body><termEntry id="1"><descrip type="definition">d</descrip>
<note>for cups</note><langSet xml:lang="es-ES"><tig><term>taza</term></tig></langSet>
<langSet xml:lang="en"><tig><term>mug</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig>
<ntig><termGrp><term>cup</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termGrp></ntig>
</langSet></termEntry></body></text></martif>"""
NEW = """<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="1"><note>for cups</note><langSec xml:lang="es"><termSec><term>taza</term></termSec></langSec>
<langSec xml:lang="en"><termSec><term>mug</term></termSec><termSec><term>cup</term>
<min:x xmlns:min="urn:x"/><termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></termSec></langSec>
</conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize("text", [OLD, NEW])
def test_a_termbase_of_another_program(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.tbx"
    path.write_text(text, "utf-8")
    found: list[Term] = []
    assert tbx.read(path, found.append) == 0
    assert found == [
        Term("es", "en", "taza", "mug", "approved", "for cups"),
        Term("es", "en", "taza", "cup", "forbidden", "for cups"),
    ]
    found.clear()
    tbx.read(path, found.append, "en")
    assert found == [Term("en", "es", "mug", "taza", "approved", "for cups")]


def test_a_termbase_comes_back_as_it_went(tmp_path: Path) -> None:
    terms = [
        Term("es", "en", "taza & plato", "mug <big>", "approved", 'note "1"'),
        Term("es", "en", "taza", "cup", "forbidden"),
        Term("", "", "Nordlicht", "", "keep", "our name"),
        Term("es", "en", "Lux", "", "keep"),
    ]
    path = tmp_path / "t.tbx"
    out = io.StringIO()
    assert tbx.write(out, terms) == 4
    path.write_text(out.getvalue(), "utf-8")
    found: list[Term] = []
    assert tbx.read(path, found.append) == 0
    assert found == terms
