"""A team's own server: batches within its limits, its refusals in words, no number lost. tests/servers says where its
behaviour is written down. A failure here loses what a customer said, or says it to somebody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from csdesk.channels.http import JsonServer
from csdesk.domain.ports import TranslationError
from csdesk.translation.libretranslate import LibreTranslate
from tests.servers.libretranslate import LibreTranslateServer

TEXT = "Hola Ana. El pedido 4471-22 no ha llegado.\n\nPagué 12,50 EUR el 20/11/2026."


@pytest.fixture
def server() -> Iterator[LibreTranslateServer]:
    """Without a key and without limits."""
    with LibreTranslateServer() as running:
        yield running


OPEN: list[LibreTranslate] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Connections end with the test."""
    yield
    while OPEN:
        OPEN.pop().close()


def engine(
    server: LibreTranslateServer, key: str = "", *, timeout: float = 10.0, batch: int = 32
) -> LibreTranslate:
    OPEN.append(LibreTranslate(JsonServer(server.url), lambda: key, timeout=timeout, batch=batch))
    return OPEN[-1]


def failure(of: LibreTranslate, text: str = "Hola") -> TranslationError:
    with pytest.raises(TranslationError) as caught:
        of.translate([text], "es", "en")
    return caught.value


def test_sentences_go_in_batches_and_every_number_comes_back(server: LibreTranslateServer) -> None:
    desk = engine(server)
    assert desk.route("es", "en") is not None and desk.route("es", "es") is None
    (made,) = desk.translate([TEXT], "es", "en", keep=["Ana"])
    assert made.text == "HOLA Ana. EL PEDIDO 4471-22 NO HA LLEGADO.\n\nPAGUÉ 12,50 EUR EL 20/11/2026."
    assert made.engine == "libretranslate es→en (127.0.0.1)" and not made.doubtful
    (path, body) = server.asked[-1]
    assert path == "/translate"
    assert {name: body[name] for name in ("source", "target", "format")} == {
        "source": "es", "target": "en", "format": "text",
    }  # fmt: skip
    assert len(server.batches) == 1 and "4471-22" not in str(server.batches), "numbers travel as placeholders"
    assert "api_key" not in body
    assert desk.route("es", "de") is None, "it has said what it has"
    desk.close()
    assert failure(desk).code == "cancelled"


def test_a_server_that_drops_placeholders_loses_no_number(server: LibreTranslateServer) -> None:
    """First by its other answers, else carried around it; the form that it drops is not the first one tried again."""
    server.says = lambda text: "".join(char for char in text.upper() if char not in "0123456789")
    desk = engine(server)
    (made,) = desk.translate([TEXT], "es", "en")
    assert all(piece in made.text for piece in ("4471-22", "12,50 EUR", "20/11/2026"))
    assert not made.doubtful and max(one.ways for one in made.sentences) > 1
    assert desk._forms["es", "en"].order[0] == "brackets"


def test_limits_that_it_says_and_limits_that_it_does_not(server: LibreTranslateServer) -> None:
    server.char_limit, server.batch_limit = 60, 3
    text = "\n".join(f"Esta es la frase con letra {letter}." for letter in "abcdefgh")
    desk = engine(server)
    (made,) = desk.translate([text], "es", "en")
    assert made.text == text.upper()
    assert all(sum(map(len, batch)) <= 60 for batch in server.batches)
    server.char_limit = -1
    assert engine(server).translate([text], "es", "en")[0].text == text.upper()
    assert any(len(batch) <= 3 for batch in server.batches)


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "words"),
    [
        (403, {}, b'{"error": "Invalid API key"}', "refused", "csdesk engines key"),
        (403, {}, b'{"error": "Too many request limits violations"}', "refused", "Too many"),
        (429, {"Retry-After": "40"}, b'{"error": "Slowdown: 1 per 1 minute"}', "refused", "asks for a pause"),
        (500, {}, b'{"error": "Cannot translate text: x"}', "engine_dead", "Cannot translate"),
        (502, {}, b"<html>", "engine_dead", "502"),
        (200, {}, b"<html>hello</html>", "damaged_model", "Check the url"),
        (200, {}, b'{"translatedText": ["a", "b"]}', "damaged_model", "Check the url"),
        (200, {}, b'{"translatedText": [7]}', "damaged_model", "Check the url"),
        (302, {"Location": "http://127.0.0.1:9/x"}, b"", "refused", "another address"),
        (413, {}, b"", "damaged_model", "Check the url"),
        (200, {}, b"[" * 100_000, "damaged_model", "Check the url"),
        (200, {}, b" " * 1_100_000, "unreachable", "too much"),
    ],
)
def test_what_it_refuses_is_said(
    server: LibreTranslateServer, status: int, headers: dict[str, str], body: bytes, code: str, words: str
) -> None:
    server.answers = [(status, headers, body)]
    error = failure(engine(server))
    assert error.code == code and words in error.message
    assert error.pause == (40 if status == 429 else 0)


def test_a_short_pause_is_waited_for(server: LibreTranslateServer) -> None:
    server.answers = [(429, {"Retry-After": "0"}, b'{"error": "Slowdown:"}')]
    assert engine(server).translate(["Hola"], "es", "en")[0].text == "HOLA"


def test_its_key_is_sent_and_never_said(server: LibreTranslateServer) -> None:
    server.key = "k-123456"
    assert "contact the server operator" in failure(engine(server)).message
    assert engine(server, "k-123456").translate(["Hola"], "es", "en")[0].text == "HOLA"
    server.answers = [(403, {}, b'{"error": "no k-123456 here"}')]
    assert "k-123456" not in failure(engine(server, "k-123456")).message


def test_one_that_is_gone_slow_or_something_else(server: LibreTranslateServer) -> None:
    server.hang = threading.Event()
    assert failure(engine(server, timeout=0.2)).code == "timeout"
    server.hang.set()
    server.hang = None
    server.languages = {"hello": "world"}
    assert failure(engine(server)).code == "damaged_model"
    assert failure(LibreTranslate(None, str)).code == "no_model"
    plain = LibreTranslate(JsonServer("http://translate.example.com"), str)
    assert "https" in failure(plain).message, "customers' words do not travel in the open"
    with LibreTranslateServer() as other:
        url = other.url
    OPEN.append(LibreTranslate(JsonServer(url), str))
    assert failure(OPEN[-1]).code == "unreachable"


def test_its_own_codes_are_understood(server: LibreTranslateServer) -> None:
    """Chinese is zh-Hans on newer servers."""
    engine(server).translate(["Hello"], "en", "zh")
    assert server.asked[-1][1]["target"] == "zh-Hans"
