"""Acts on many conversations for the desk in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from csdesk.domain.deeds import Deed, Progress

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


class FakeBulk:
    """Ten a batch; `gate` holds the second batch back until it is set."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.gate = threading.Event()
        self.gate.set()

    def run(self, deed: Deed, conversations: Sequence[int]) -> Iterator[Progress]:
        self.desk.note_call("bulk", (deed, tuple(conversations)))
        before = {one: self.desk.thread_of(one) for one in conversations}
        for start in range(0, len(conversations), 10):
            if start:
                self.gate.wait(10)
            for one in conversations[start : start + 10]:
                self._do(deed, one)
            self.desk.together = before
            done = min(start + 10, len(conversations))
            yield Progress(done, done, len(conversations))

    def _do(self, deed: Deed, one: int) -> None:
        thread = self.desk.thread_of(one)
        every: dict[str, dict[str, object]] = {
            "assigned": {"assignee": deed.agent},
            "tagged": {"tags": (*(t for t in thread.tags if t not in deed.remove), *deed.add)},
            "snoozed": {"status": "snoozed", "snoozed_until": deed.until},
            "closed": {"status": "closed"}, "reopened": {"status": "open"}, "spammed": {"status": "spam"},
            "read": {"unread": False}, "unread": {"unread": True},
        }  # fmt: skip
        self.desk.threads[one] = replace(thread, **every[deed.kind])  # type: ignore[arg-type]
