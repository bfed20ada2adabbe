"""A program on a pseudo terminal: its bytes, the moments they came, and what CPU and memory it took (Linux).

Knows nothing of csdesk; mail programs are measured by the same means.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()#][0-9A-Za-z]|P[^\x1b]*\x1b\\|[=>78cDEHMNOZ])"
)
PATIENCE = 60.0
_CONTENT = 12
"""So many visible characters are a first content; a spinner or a title are not."""


def visible(data: bytes) -> str:
    """The characters of an output without its escape sequences. Where they stand is lost."""
    return _ESCAPES.sub(b"", data).decode("utf-8", "replace")


class Terminal:
    """One program on a terminal of `columns` x `rows`. Use as a context manager: leaving ends the program."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 200,
        rows: int = 50,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._size = struct.pack("HHHH", rows, columns, 0, 0)
        self._command = list(command)
        self._env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        self.output = b""
        self.started = 0.0
        self.pid = 0
        self._master = -1

    def __enter__(self) -> Terminal:
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, self._size)
            try:
                os.execvpe(self._command[0], self._command, self._env)
            finally:
                os._exit(127)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._gone():  # a pid of 0 would mean our own group
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 5
        while time.monotonic() < end and not self._gone():
            self.read(0.05)
        if not self._gone():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        os.close(self._master)

    def _gone(self) -> bool:
        if self.pid and os.waitpid(self.pid, os.WNOHANG)[0]:
            self.pid = 0
        return self.pid == 0

    def read(self, seconds: float) -> bytes:
        """What comes within so many seconds at most; returns at the first bytes."""
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0))
        if not ready:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            time.sleep(min(seconds, 0.05))
            return b""
        self.output += data
        return data

    def quiet(self, still: float, at_most: float = PATIENCE) -> bytes:
        """Read until nothing has come for `still` seconds; returns what came."""
        start = len(self.output)
        end = time.monotonic() + at_most
        while time.monotonic() < end and self.read(still):
            pass
        return self.output[start:]

    def collect(self, seconds: float) -> bytes:
        """Everything that comes in the next seconds."""
        start, end = len(self.output), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)
        return self.output[start:]

    def until(self, words: str | None = None) -> float:
        """Milliseconds from the start of the program until these words (any content by default) have come.
        Raises TimeoutError with what was there instead."""
        end = self.started + PATIENCE
        while time.perf_counter() < end:
            data = self.read(0.2)
            now = time.perf_counter()
            if data:
                shown = visible(self.output)
                if words in shown if words is not None else len("".join(shown.split())) >= _CONTENT:
                    return (now - self.started) * 1000
            elif self._gone():
                break
        raise TimeoutError(f"{self._command[0]} never showed {words!r}: {visible(self.output)[-300:]!r}")

    def on_screen(self, words: str, patience: float) -> None:
        """Wait until these words stand on the screen, as far as a terminal shows it: programs send only the characters
        that changed. Raises TimeoutError after `patience` seconds."""
        import pyte

        rows, columns = struct.unpack("HHHH", self._size)[:2]
        screen = pyte.Screen(columns, rows)
        stream = pyte.ByteStream(screen)
        stream.feed(self.output)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if any(words in line for line in screen.display):
                return
            if data := self.read(0.2):
                stream.feed(data)
        raise TimeoutError(f"{self._command[0]} never showed {words!r}")

    def press(self, keys: str) -> None:
        """Type these bytes."""
        os.write(self._master, keys.encode())

    def cpu(self) -> float:
        """Seconds of CPU of the program's threads so far, as the scheduler counts them in nanoseconds."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory(self) -> float:
        """Resident megabytes now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0
