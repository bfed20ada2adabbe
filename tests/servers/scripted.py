"""A server that says what a test wrote down, as broken as the test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.servers.base import HOST, Threaded


class Scripted(Threaded):
    """A server that says fixed words: `greeting`, then for every line what `answer(line)` gives (None: hang up)."""

    def __init__(self, greeting: bytes, answer: Callable[[bytes], bytes | None]) -> None:
        super().__init__()
        self._greeting, self._answer = greeting, answer
        self.lines: list[bytes] = []
        self._writers: list[asyncio.StreamWriter] = []

    def push(self, words: bytes) -> None:
        """Say something that nobody asked for, on every open connection."""

        async def say() -> None:
            for writer in self._writers:
                writer.write(words)

        self.call(say())

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer.transport)
        self._writers.append(writer)
        try:
            writer.write(self._greeting)
            while line := await reader.readline():
                self.lines.append(line)
                said = self._answer(line)
                if said is None:
                    break
                writer.write(said)
                await writer.drain()
        except OSError:
            pass
        finally:
            self._writers.remove(writer)
            writer.close()
