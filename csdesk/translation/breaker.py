"""A fuse before an engine: one that is dead, slow or refuses is left alone for a while, so that nobody waits for it
again and again. Pure but for the clock that it is given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds for which an engine is left alone, by how often in a row the fuse blew."""
SOFT = 3
"""Failures in a row that can be the text's own fault; as many blow the fuse."""


class Fuse:
    """Counts failures of one engine. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._blown = self._soft = 0
        self.why = ""

    @property
    def left(self) -> float:
        """Seconds for which the engine is still left alone; 0 when it may be asked."""
        return max(0.0, self._until - self._clock())

    def worked(self) -> None:
        """It answered: all is forgotten."""
        with self._lock:
            self._until, self._blown, self._soft, self.why = 0.0, 0, 0, ""

    def failed(self, why: str, *, hard: bool, pause: float = 0.0) -> None:
        """It failed, in a sentence. `hard`: whatever it is asked, it would fail again. `pause` is how many seconds it
        asked for itself."""
        with self._lock:
            self.why = why
            self._soft += 1
            if not (hard or pause or self._soft >= SOFT):
                return
            own = PAUSES[min(self._blown, len(PAUSES) - 1)]
            self._blown, self._soft = self._blown + 1, 0
            self._until = self._clock() + max(own, pause)
