"""The change feed of the desk in memory: what a test puts in is heard."""

from __future__ import annotations

import queue

from tests.ui.fake_samples import Change


class Feed:
    def __init__(self) -> None:
        self.changes: queue.SimpleQueue[Change] = queue.SimpleQueue()

    def wait(self, timeout: float) -> tuple[Change, ...]:
        try:
            return (self.changes.get(timeout=min(timeout, 0.05)),)
        except queue.Empty:
            return ()

    def close(self) -> None:
        return
