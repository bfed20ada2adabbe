"""Asking the process that holds dictionaries. Started at the first question; one question at a time."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from csdesk.children import end

PATIENCE = 30.0
"""Seconds after which a process that does not answer is ended; the next question starts another."""


class Unavailable(Exception):
    """No answer: `reason` is 'no_engine' when the checker is not installed, else what went wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Speller:
    """Holds the process. May be asked from several threads."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def wrong(self, dictionary: Path, words: Sequence[str]) -> frozenset[str]:
        """Those of the words that the dictionary does not know. Raises Unavailable."""
        found = self._ask({"dictionary": str(dictionary), "check": list(dict.fromkeys(words))})
        return frozenset(found["wrong"])

    def suggest(self, dictionary: Path, word: str) -> tuple[str, ...]:
        """What may have been meant, the likeliest first. Raises Unavailable."""
        return tuple(self._ask({"dictionary": str(dictionary), "suggest": word})["suggested"])

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                found = self._exchange(request)
            except (OSError, ValueError) as error:
                self._end()
                raise Unavailable(type(error).__name__) from error
        if "error" in found:
            raise Unavailable(str(found["error"]))
        return found

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "csdesk.spelling.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], self.patience)[0]:
            raise TimeoutError
        found = json.loads(process.stdout.readline() or b"null")
        if not isinstance(found, dict):
            raise ValueError("the checker ended")
        return found

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)
