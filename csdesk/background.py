"""Work that may wait, done on daemon threads so that neither the screen nor leaving it ever waits for it.

Knows nothing of screens or the store: it is given functions and hands back futures of the caller's event loop.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
_Job = Callable[[], None]


class Background:
    """A few daemon threads. A thread that hangs in a locked store cannot keep the process alive."""

    def __init__(self, threads: int = 3) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._wanted = threads
        self._started = 0

    def call(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Run `work` on one of the threads; the future belongs to the running loop and carries its error."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as error:
                _hand_over(loop, future, None, error)
            else:
                _hand_over(loop, future, result, None)

        self._start_one()
        self._jobs.put(job)
        return future

    def _start_one(self) -> None:
        if self._started < self._wanted:
            self._started += 1
            threading.Thread(target=self._run, name=f"desk-{self._started}", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._jobs.get()()


def _hand_over(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], result: Any, error: BaseException | None
) -> None:
    """Settle the future on its own loop; a loop that has closed meanwhile has nobody left who asks."""

    def settle() -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return
