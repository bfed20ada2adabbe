"""The real Apertium, warm: numbers, its processes' end, and one of them killed. Skipped where it is not installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.shop_sentences import NAME, sentences
from csdesk.translation.apertium import Apertium
from tests.e2e.commands import ROOT

FOLDER = Path("/usr/share/apertium")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (FOLDER / "modes" / "spa-eng.mode").exists() or shutil.which("lt-proc") is None,
        reason="Apertium is not installed (apt install apertium apertium-eng-spa)",
    ),
]


@pytest.fixture
def engine() -> Iterator[Apertium]:
    """Closed afterwards; none of its processes may be left."""
    made = Apertium(FOLDER)
    yield made
    pids = _pids(made)
    made.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _pids(engine: Apertium) -> list[int]:
    return [pid for line in engine._lines.values() for pid in line.pids]


@pytest.mark.parametrize(("source", "target"), [("es", "en"), ("en", "es")])
def test_every_number_survives_a_thousand_sentences(engine: Apertium, source: str, target: str) -> None:
    given = sentences(source, 1_000)
    made = engine.translate([text for text, _kept in given], source, target, keep=[NAME])
    lost = [
        (text, one.text)
        for (text, kept), one in zip(given, made, strict=True)
        if any(one.text.count(piece) < text.count(piece) for piece in kept)
    ]
    assert lost == []


def test_layout_and_signs_stay(engine: Apertium) -> None:
    text = "Hola [Ana] {{ order }}:\n\n- El pedido ^4471-22$ @casa 😀\n- a/b <b>\\\n\nGracias"
    (made,) = engine.translate([text], "es", "en")
    for piece in ("{{ order }}", "4471-22", "😀", "\n\n- ", "<b>"):
        assert piece in made.text
    assert made.engine == "apertium spa→eng"


def test_a_killed_process_is_started_again(engine: Apertium) -> None:
    engine.translate(["Hola."], "es", "en")
    for at in (0, 4, -1):
        before = _pids(engine)
        os.kill(before[at], signal.SIGKILL)
        assert engine.translate(["El perro come."], "es", "en")[0].text == "The dog eats."
        assert (
            not set(before) & {pid for pid in _pids(engine) if pid != before[at]} or _pids(engine) != before
        )


def test_its_processes_end_with_the_desk_however_it_ends() -> None:
    """Killed, it cannot close anything. Lost otherwise: ten processes more after every crash."""
    script = (
        "import time; from pathlib import Path; from csdesk.translation.apertium import Apertium\n"
        f"a = Apertium(Path({str(FOLDER)!r})); a.translate(['Hola.'], 'es', 'en')\n"
        "print(*[p for line in a._lines.values() for p in line.pids], flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        pids = [int(one) for one in desk.stdout.readline().split()]
        assert len(pids) >= 5
        desk.kill()
    end = time.monotonic() + 20
    while (left := [pid for pid in pids if _runs(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie that nobody asked about yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
