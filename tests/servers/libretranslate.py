"""A LibreTranslate server on loopback, answering as the real one's own description says: GET /languages,
GET /frontend/settings, POST /translate with errors as {"error": words}.

Source: libretranslate/app.py of github.com/LibreTranslate/LibreTranslate (the OpenAPI in its docstrings, served by the
server at /spec; its words for refusals) and its tests/test_api/test_api_translate.py (batches, alternatives).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.servers.base import HOST


def shout(text: str) -> str:
    """What it makes of a text: the words in capitals, whatever is no word as it was."""
    return text.upper()


class LibreTranslateServer:
    """`key` is the one it wants, '' for none; `char_limit` and `batch_limit` as its options (-1: none); `answers` are
    given in place of the next ones, as (status, headers, body); `hang` holds requests until it is set."""

    def __init__(self, *, key: str = "", char_limit: int = -1, batch_limit: int = -1) -> None:
        self.key = key
        self.char_limit, self.batch_limit = char_limit, batch_limit
        self.alternatives_limit = 3
        self.says: Callable[[str], str] = shout
        self.languages: Any = [
            {"code": "es", "name": "Spanish", "targets": ["en", "es"]},
            {"code": "en", "name": "English", "targets": ["es", "zh-Hans"]},
        ]
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.hang: threading.Event | None = None
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.hang is not None:
            self.hang.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def batches(self) -> list[list[str]]:
        """The texts of every request to translate."""
        return [body["q"] for path, body in self.asked if path == "/translate"]

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        """What it answers."""
        self.asked.append((path, body))
        if self.hang is not None:
            self.hang.wait(30)
        if path == "/languages":
            return 200, {}, self.languages
        if path == "/frontend/settings":
            return (
                200,
                {},
                {"charLimit": self.char_limit, "apiKeys": bool(self.key), "keyRequired": bool(self.key)},
            )
        if path != "/translate":
            return 404, {}, {"error": "Not Found"}
        if self.answers:
            status, headers, raw = self.answers.pop(0)
            return status, headers, raw
        return self._translate(body)

    def _translate(self, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        if self.key and body.get("api_key") != self.key:
            if body.get("api_key"):
                return 403, {}, {"error": "Invalid API key"}
            return 400, {}, {"error": "Please contact the server operator to get an API key"}
        q = body.get("q")
        if not q or not isinstance(q, list):
            return 400, {}, {"error": "Invalid request: missing q parameter"}
        size = sum(map(len, q))
        for limit, found in ((self.batch_limit, len(q)), (self.char_limit, size)):
            if limit != -1 and limit < found:
                return 400, {}, {"error": f"Invalid request: request ({found}) exceeds text limit ({limit})"}
        more = body.get("alternatives", 0)
        if more > self.alternatives_limit:
            return 400, {}, {"error": "Invalid request: alternatives parameter exceeds the limit"}
        known = {one["code"]: one["targets"] for one in self.languages}
        if body.get("target") not in known.get(body.get("source"), ()) or body.get("format") != "text":
            return 400, {}, {"error": f"{body.get('target')} is not supported"}
        said = {"translatedText": [self.says(one) for one in q]}
        if more:
            said["alternatives"] = [[shout(one)] for one in q]  # type: ignore[misc]
        return 200, {}, said

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._give({})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self._give(json.loads(self.rfile.read(length)))

            def _give(self, body: dict[str, Any]) -> None:
                status, headers, said = server.answer(self.path, body)
                raw = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                try:
                    self.wfile.write(raw)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Nobody reads it."""

        return Handler
