"""IDLE (RFC 2177) on one connection: starting it, hearing what the server says meanwhile, ending it. Knows no account.

imaplib in Python 3.11 has no IDLE. Its file object is shared, so what it buffered is taken from there, and the
socket is read without blocking: a time limit that strikes in the middle of a line would lose its beginning.
"""

from __future__ import annotations

import imaplib
import re
import select
import ssl
import time
from collections.abc import Callable

_EXISTS = re.compile(rb"\* (\d+) EXISTS", re.IGNORECASE)
_EXPUNGE = re.compile(rb"\* \d+ EXPUNGE", re.IGNORECASE)
_LONGEST_LINE = 100_000


class Idle:
    """A running IDLE, started by the constructor, on a folder with `exists` mails. Raises what imaplib and sockets
    raise; the connection is of no use then. `news` is whether more mails were told of than that and than before;
    who acts on it takes it back. `ended` is whether it is over, by us or by the server."""

    def __init__(self, client: imaplib.IMAP4, patience: float, exists: int) -> None:
        self._client, self._patience = client, patience
        self._rest = b""
        self.exists = exists
        self.news = False
        self.ended = False
        self.started = time.monotonic()
        client.sock.settimeout(patience)
        self._tag: bytes = client._new_tag()
        client.send(self._tag + b" IDLE\r\n")
        while not (line := client.readline()).startswith(b"+"):
            if not line or line.startswith((self._tag, b"* BYE")):
                raise imaplib.IMAP4.abort(f"IDLE was not taken: {line[:200]!r}")
            self._heard(line)

    def wait(self, seconds: float) -> bool:
        """Listen for at most `seconds`, until there is news or the server ends it; gives `news`."""
        deadline = time.monotonic() + seconds
        while not (self.news or self.ended):
            left = deadline - time.monotonic()
            for line in self._lines(max(left, 0.0)):
                self._heard(line)
            if left <= 0:
                break
        return self.news

    def end(self) -> None:
        """DONE, and wait for the server's word. A line that died silently shows here."""
        if self.ended:
            self._client.sock.settimeout(self._patience)
            return
        self._client.sock.settimeout(self._patience)
        self._client.send(b"DONE\r\n")
        deadline = time.monotonic() + self._patience
        while self._runs():
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError("no answer to DONE")
            for line in self._lines(left):
                self._heard(line)
        self._client.sock.settimeout(self._patience)

    def _runs(self) -> bool:
        return not self.ended

    def _heard(self, line: bytes) -> None:
        if found := _EXISTS.match(line):
            self.news = self.news or int(found[1]) > self.exists
            self.exists = int(found[1])
        elif _EXPUNGE.match(line) and self.exists:
            self.exists -= 1
        elif line.startswith(b"* BYE"):
            raise imaplib.IMAP4.abort("the server says goodbye")
        elif line.startswith(self._tag + b" "):
            self.ended = True

    def _lines(self, seconds: float) -> list[bytes]:
        """The whole lines that came within `seconds`; returns with the first."""
        sock = self._client.sock
        sock.settimeout(0)
        data = self._read()
        if not data:
            poll = select.poll()
            poll.register(sock.fileno(), select.POLLIN)
            if not poll.poll(seconds * 1000):
                return []
            data = self._read()
            if data == b"":
                raise imaplib.IMAP4.abort("EOF")
        *lines, self._rest = (self._rest + (data or b"")).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            raise imaplib.IMAP4.abort("a line without end")
        return lines

    def _read(self) -> bytes | None:
        """What is there already: None when the line is open and silent, b'' (only on a line that says it can be
        read) when it is over."""
        try:
            read: Callable[[int], bytes | None] = self._client.file.read1  # type: ignore[union-attr]
            return read(65_536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
