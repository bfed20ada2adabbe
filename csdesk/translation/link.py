"""The way to the worker: starts it when it is first needed, lets one request through at a time (urgent ones first),
starts it again after it died, and gives a request up that it died of twice."""

from __future__ import annotations

import heapq
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from csdesk.children import end
from csdesk.domain.ports import TranslationError
from csdesk.i18n import _
from csdesk.translation import frames

PATIENCE = 60.0
"""Seconds for one batch, with the loading of its model; a worker that takes longer is ended."""
PAUSES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the worker is started again, by how often in a row it died."""
LONGEST_WAIT = 2.5
"""Seconds that a request waits for that; with a longer pause it is told so."""
TRIES = 2
Stop = Callable[[], bool]


class Deadly(TranslationError):
    """The worker died of this request, twice."""


def never() -> bool:
    """For requests that nobody takes back."""
    return False


class Link:
    """Holds the process. Safe to use from several threads."""

    def __init__(self, threads: int = 1, megabytes: int = 1500, *, patience: float = PATIENCE) -> None:
        self.command: Sequence[str] = (
            sys.executable, "-m", "csdesk.translation.worker", str(threads), str(megabytes),
        )  # fmt: skip
        self.patience = patience
        self.started = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._not_before = 0.0
        self._closed = threading.Event()
        self._gate = threading.Condition()
        self._busy = False
        self._line: list[tuple[bool, int]] = []
        self._numbers = itertools.count()

    def ask(self, request: dict[str, Any], *, urgent: bool = False, stop: Stop = never) -> dict[str, Any]:
        """One request, answered. Blocks while others are ahead. Raises TranslationError."""
        with self._turn(urgent, stop):
            for attempt in range(TRIES):
                try:
                    return self._checked(self._exchange(request))
                except (frames.Closed, OSError) as error:
                    self._end()
                    if self._closed.is_set():
                        raise cancelled() from error
                    self._died()
                    if attempt + 1 == TRIES:
                        late = isinstance(error, TimeoutError)
                        raise (_timeout() if late else _dead()) from error
        raise _dead()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End the process, in the middle of a batch too. What waits is told that it was cancelled."""
        with self._gate:
            self._closed.set()
            self._gate.notify_all()
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.kill()
        with self._gate:
            if not self._busy:
                self._end()

    @contextmanager
    def _turn(self, urgent: bool, stop: Stop) -> Iterator[None]:
        ticket = (not urgent, next(self._numbers))
        with self._gate:
            heapq.heappush(self._line, ticket)
            try:
                while self._busy or self._line[0] != ticket:
                    if self._closed.is_set() or stop():
                        raise cancelled()
                    self._gate.wait(0.1)
                if self._closed.is_set() or stop():
                    raise cancelled()
                self._busy = True
            finally:
                self._line.remove(ticket)
                heapq.heapify(self._line)
                self._gate.notify_all()
        try:
            yield
        finally:
            with self._gate:
                self._busy = False
                if self._closed.is_set():
                    self._end()
                self._gate.notify_all()

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        number = next(self._numbers)
        frames.write(process.stdin.fileno(), {"id": number, **request})
        answer = frames.read(process.stdout.fileno(), self.patience)
        if answer.get("id") != number:
            raise frames.Closed
        self._deaths = 0
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        if self._process is not None:
            self._end()
            self._died()
        pause = self._not_before - time.monotonic()
        if pause > LONGEST_WAIT:
            raise _resting(pause)
        if pause > 0:
            time.sleep(pause)
        if self._closed.is_set():
            raise frames.Closed
        self.started += 1
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self._process

    def _died(self) -> None:
        self._not_before = time.monotonic() + PAUSES[min(self._deaths, len(PAUSES) - 1)]
        self._deaths += 1

    def _checked(self, answer: dict[str, Any]) -> dict[str, Any]:
        match answer.get("error"):
            case None:
                return answer
            case "no_engine":
                raise TranslationError(
                    "engine_dead",
                    _("The translator is not installed whole: pip install argos-translate-lt sentencex."),
                )
            case "memory":
                raise TranslationError("engine_dead", _("There was not enough memory to translate this."))
            case _:
                raise TranslationError(
                    "damaged_model",
                    _("The model of this pair cannot be used: remove it, and install it again."),
                )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)


def cancelled() -> TranslationError:
    """For what nobody wants any more."""
    return TranslationError("cancelled", _("The translation was stopped."))


def _dead() -> TranslationError:
    return Deadly("engine_dead", _("The translator ended twice over this text; it stays as it is."))


def _timeout() -> TranslationError:
    return TranslationError("timeout", _("The translator took too long over this text; it stays as it is."))


def _resting(pause: float) -> TranslationError:
    words = _("The translator ended several times; it is started again in {seconds} s.")
    return TranslationError("engine_dead", words.format(seconds=round(pause)))
