"""The real engine with real, small models. Lost otherwise: a number on its way through a model."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.shop_sentences import sentences
from csdesk.domain.ports import TranslationError, Translator
from csdesk.translation.client import Argos, Off
from csdesk.translation.link import Link
from csdesk.translation.models import Models
from csdesk.translation.whole import LARGEST
from tests.translating import installed, prove

WATCHED = """
import os, sys
def watch(event, args):
    if event.startswith("socket.") and event != "socket.gethostname":
        os._exit(9)
sys.addaudithook(watch)
from csdesk.translation import worker
worker.main(["1", "1500"])
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return installed(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def argos(models: Models) -> Iterator[Argos]:
    made = Argos(models)
    yield made
    made.close()


@pytest.mark.parametrize("pair", ["es-en", "en-es", "de-en", "en-de"])
def test_every_number_survives(argos: Argos, pair: str) -> None:
    """Lost otherwise: the order that a customer asks about."""
    source, target = pair.split("-")
    if argos.route(source, target) is None:
        pytest.skip(f"no model for {pair} here")
    ways = prove(argos, source, target, 60)
    assert ways[1] > 0
    assert sum(ways.values()) == 60


def test_a_letter_keeps_its_shape_and_is_translated(argos: Argos) -> None:
    """Lost otherwise: blank lines, list, signature."""
    letter = "Hola,\n\n¿Dónde está mi pedido 4471-22? 😀\n\n- 12,50 EUR\n\nGracias\nAna López\n"
    made = argos.translate([letter], "es", "en", keep=["Ana López"])[0]
    assert made.text == "Hello,\n\nWhere is my order 4471-22? 😀\n\n- 12,50 EUR\n\nThank you\nAna López\n"
    assert "".join(one.source + one.gap for one in made.sentences) == letter
    assert (made.engine, made.demo, made.doubtful) == ("argos es→en 0.2", True, ())
    origins = {one.source: one.origin for one in made.sentences}
    assert (origins["12,50 EUR"], origins["Ana López"], origins["Gracias"]) == ("same", "same", "model")


def test_a_missing_pair_goes_through_english_and_says_so(argos: Argos) -> None:
    """Lost otherwise: how far a translation is from what was written."""
    if argos.route("en", "de") is None:
        pytest.skip("no model for en-de here")
    route = argos.route("es", "de")
    assert route is not None
    assert (route.steps, route.pivots, route.demo) == (("es", "en", "de"), ("en",), True)
    made = argos.translate(["¿Dónde está mi pedido 4471-22, Ana?", "😀"], "es", "de", keep=["Ana"])
    assert "4471-22" in made[0].text
    assert "Ana" in made[0].text
    assert made[0].engine == "argos es→en→de"
    assert made[1].text == "😀"


def test_what_cannot_be_translated_is_a_sentence(argos: Argos, tmp_path: Path) -> None:
    """Lost otherwise: what the person can do about it."""
    for translator, source, target, text, code in (
        (argos, "fr", "en", "Bonjour", "no_model"),
        (argos, "es", "es", "Hola", "refused"),
        (argos, "es", "en", "ñ" * LARGEST, "too_long"),
        (Argos(Models(tmp_path / "none")), "es", "en", "Hola", "no_model"),
        (Off(), "es", "en", "Hola", "no_model"),
    ):
        with pytest.raises(TranslationError) as raised:
            translator.translate([text], source, target)
        assert raised.value.code == code
        assert raised.value.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "😀😀",
        "12,50 EUR",
        "...",
        "مرحبا",
        "字" * 900,
        "a" * 3_000,
        "⟦1⟧ ⟦2⟧",
        "\u202e abc",
        "x\n" * 300,
    ],
)
def test_odd_texts_come_back(argos: Argos, text: str) -> None:
    """Lost otherwise: the desk, to what somebody pasted."""
    made = argos.translate([text], "es", "en")[0]
    assert "".join(one.source + one.gap for one in made.sentences) == text
    if not any(char.isalpha() for char in text):
        assert made.text == text


def test_a_damaged_model_is_named_and_the_others_go_on(argos: Argos, models: Models, tmp_path: Path) -> None:
    """Lost otherwise: every pair, to one."""
    for pair in ("es-en", "en-es"):
        model = models.find(*pair.split("-"))
        assert model is not None
        shutil.copytree(model.path, tmp_path / "m" / model.path.name)
        if pair == "es-en":
            (tmp_path / "m" / model.path.name / "model" / "model.bin").write_bytes(b"no model at all" * 99)
    mixed = Argos(Models(tmp_path / "m"))
    try:
        with pytest.raises(TranslationError) as raised:
            mixed.translate(["Hola"], "es", "en")
        assert raised.value.code in ("damaged_model", "engine_dead")
        assert mixed.translate(["Thank you"], "en", "es")[0].text
    finally:
        mixed.close()


def test_a_small_memory_slows_but_does_not_stop(models: Models) -> None:
    """Models are let go and loaded again. Lost otherwise: the machine's memory, or the translation."""
    small = Argos(models, megabytes=1)
    try:
        for _ in range(3):
            assert small.translate(["Gracias"], "es", "en")[0].text == "Thank you"
            assert small.translate(["Thank you"], "en", "es")[0].text == "Gracias"
        assert small.link.started == 1
    finally:
        small.close()


def test_killed_in_mid_work_every_text_ends_translated_once(models: Models, kills: int = 3) -> None:
    """Lost otherwise: messages whose translation never comes."""
    argos = Argos(models)
    given = [text for text, _kept in sentences("es", 400, 3)]
    made: list[str] = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            made[:] = [one.text for one in argos.translate(given, "es", "en")]

    expected = [one.text for one in argos.translate(given, "es", "en")]
    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(kills):
            time.sleep(0.4)
            pid = argos.link.pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        stop.set()
        thread.join(120)
        assert made == expected
        assert argos.link.started >= 2
    finally:
        stop.set()
        argos.close()


def test_no_connection_is_opened(models: Models) -> None:
    """Not by the engine, not by its tokenizer, not by the splitter: the process would end at the first socket. Lost
    otherwise: that no customer's word leaves the machine."""
    link = Link()
    link.command = (sys.executable, "-c", WATCHED)
    argos = Argos(models, link=link)
    try:
        assert argos.translate(["Hola. ¿Dónde está?"], "es", "en")[0].text
        assert link.started == 1
    finally:
        argos.close()


def test_it_works_without_a_network(models: Models) -> None:
    """In a network namespace of its own, without so much as a loopback. Lost otherwise: work on a train."""
    without = shutil.which("unshare")
    can = (
        without
        and subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )
    if not can:
        pytest.skip("unshare -rn is not to be had here")
    link = Link()
    link.command = ("unshare", "-rn", *link.command)
    argos = Argos(models, link=link)
    try:
        assert argos.translate(["Gracias"], "es", "en")[0].text == "Thank you"
    finally:
        argos.close()


def test_without_the_engine_it_says_what_to_install(models: Models) -> None:
    """Lost otherwise: how to get it."""
    link = Link()
    script = "import sys; sys.modules['sentencex'] = None\nfrom csdesk.translation import worker\n"
    link.command = (sys.executable, "-c", f"{script}worker.main(['1', '900'])")
    argos = Argos(models, link=link)
    try:
        with pytest.raises(TranslationError, match="pip install") as raised:
            argos.translate(["Hola"], "es", "en")
        assert raised.value.code == "engine_dead"
    finally:
        argos.close()


class Counted(Link):
    """A link that answers each sentence with itself, after so many seconds a sentence, and notes the batches."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.sizes = seconds, list[int]()

    def ask(self, request: dict[str, Any], **_how: Any) -> dict[str, Any]:
        given = request["sentences"]
        self.sizes.append(len(given))
        time.sleep(self.seconds * len(given))
        return {"texts": [[one] for one in given], "cut": [[False]] * len(given)}


@pytest.mark.parametrize(("seconds", "sizes"), [(0.0001, [32, 64, 64]), (0.01, [32, 32, 32])])
def test_a_quick_model_gets_larger_batches_and_a_slow_one_never(
    models: Models, seconds: float, sizes: list[int]
) -> None:
    """Lost otherwise: either a tenth of a small model's speed, or the patience of whoever waits behind a large one."""
    link = Counted(seconds)
    argos = Argos(models, link=link)
    model = models.find("es", "en")
    assert model is not None
    decode = argos.decoder(model)
    for count in sizes:
        assert [one.texts for one in decode([f"n{at}" for at in range(count)], beam=2, hypotheses=1)] == [
            [f"n{at}"] for at in range(count)
        ]
    assert link.sizes == sizes
    link.sizes.clear()
    decode([f"n{at}" for at in range(40)], beam=2, hypotheses=4)
    assert max(link.sizes) == 8, "many answers to each are work enough"


def test_an_urgent_text_waits_for_one_batch_only(argos: Argos) -> None:
    """Lost otherwise: the message on the screen, behind thousands of old ones."""
    given = [text for text, _kept in sentences("es", 1_200, 5)]
    argos.translate(["Gracias"], "es", "en")
    stop = threading.Event()
    ended: list[float] = []

    def work() -> None:
        try:
            argos.translate(given, "es", "en", stop=stop.is_set)
        except TranslationError as error:
            assert error.code == "cancelled"
        ended.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    argos.translate(["¿Dónde está mi pedido?"], "es", "en", urgent=True)
    back = time.monotonic()
    assert not ended, "the old ones were done before"
    stop.set()
    thread.join(30)
    assert ended[0] >= back


def test_it_fulfils_what_the_desk_wants(argos: Argos) -> None:
    """Lost otherwise: an engine that can be put in another's place."""
    translators: list[Translator] = [argos, Off()]
    assert [one.route("fr", "ja") for one in translators] == [None, None]
