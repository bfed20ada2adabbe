"""A shop's API on loopback: a real HTTP server whose answers a test writes, with what was asked kept for reading."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.servers.base import HOST


@dataclass(frozen=True)
class Asked:
    """One request. `body` is the JSON value, or the form as a dict."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Said:
    """One answer; `hang_up` closes the connection after the work was done, with no answer."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


Shop = Callable[[Asked], "Said | Any"]


class ShopServer:
    """Answers by `shop`; `asked` is everything that was asked, in order."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                form = "urlencoded" in self.headers.get("Content-Type", "")
                body = dict(parse_qsl(sent)) if form else json.loads(sent) if sent else None
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                asked = Asked(self.command, parts.path, query, dict(self.headers.items()), body)
                server.asked.append(asked)
                said = server.shop(asked)
                if not isinstance(said, Said):
                    said = Said(said)
                if said.hang_up:
                    self.close_connection = True
                    return
                raw = json.dumps(said.body).encode()
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PUT = _serve

            def log_message(self, *_words: object) -> None:
                pass

            def date_time_string(self, timestamp: float | None = None) -> str:
                return server.date or super().date_time_string(timestamp)

        return Handler

    date = ""
    """What the Date header says instead of now."""
