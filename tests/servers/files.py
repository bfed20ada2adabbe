"""A web server on loopback that gives files, whole or from a place on; it can break off or redirect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.servers.base import HOST


class FileServer:
    """`files` by path. `break_after` ends the next answer after so many bytes; `tag` is the ETag of all files;
    `redirects` lead from a path to an address; `lengths` is whether Content-Length is said. `asked` are the paths with
    the Range of each request."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.break_after: int | None = None
        self.tag = '"one"'
        self.lengths = True
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range", "")
                outer.asked.append((self.path, wanted))
                if self.path in outer.redirects:
                    self.send_response(302)
                    self.send_header("Location", outer.redirects[self.path])
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                data = outer.files.get(self.path)
                if data is None:
                    self.send_error(404)
                    return
                first = 0
                if wanted and self.headers.get("If-Range") == outer.tag:
                    first = int(wanted.removeprefix("bytes=").rstrip("-"))
                rest = data[first:]
                self.send_response(206 if first else 200)
                if outer.lengths:
                    self.send_header("Content-Length", str(len(rest)))
                if outer.tag:
                    self.send_header("ETag", outer.tag)
                self.end_headers()
                if outer.break_after is not None:
                    rest, outer.break_after = rest[: outer.break_after], None
                    self.close_connection = True
                self.wfile.write(rest)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        return Handler
