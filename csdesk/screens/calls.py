"""Calls of the services from the screen: the desk is opened on a worker thread, and so is every question to it."""

from __future__ import annotations

import asyncio
import inspect
import logging
import weakref
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from csdesk.background import Background
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.widget import Widget

    from csdesk.domain.conversation import Glance
    from csdesk.screens.face import Desk

T = TypeVar("T")
_log = logging.getLogger("csdesk.screen")


def start(node: DOMNode, *work: Coroutine[Any, Any, Any], group: str, exclusive: bool = False) -> None:
    """Run the first of these beside the screen; the others it awaits itself. A worker that the next key calls off
    before it has begun leaves coroutines that nobody awaited: they are closed with it, for Python complains else.
    """
    worker = node.run_worker(work[0], group=group, exclusive=exclusive, exit_on_error=False)
    for one in work:
        weakref.finalize(worker, _close, one)


def _close(work: Coroutine[Any, Any, Any]) -> None:
    """End what has not begun. What has begun ends by itself, and must not be disturbed when the process leaves."""
    if inspect.getcoroutinestate(work) == inspect.CORO_CREATED:
        work.close()


class Calls:
    """Opens the desk at the first call and asks it. Everything here may raise DeskError."""

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        self._open = open_desk
        self._background = Background()
        self._aside = Background(1)
        self._made: Desk | None = None
        self._desk: Desk | None = None
        self._opening = asyncio.Lock()
        self.busy = 0

    @property
    def desk(self) -> Desk | None:
        """The desk, once it is open."""
        return self._desk

    async def glance(self, limit: int) -> Glance | None:
        """The head of the queue before the desk is open, where that is quick. Opens nothing that open() would not."""

        def work() -> Glance | None:
            self._made = self._open()
            try:
                return self._made.glance(limit)
            except Exception as error:  # what it cannot show, the desk can, or has the words for
                self.report(error)
                return None

        self.busy += 1
        try:
            return await self._background.call(work)
        finally:
            self.busy -= 1

    async def open(self) -> Desk:
        """Open the desk and read from it once, so that what is wrong with its store is known now. Whoever asks
        meanwhile waits for the same desk."""

        def work() -> Desk:
            desk, self._made = self._made or self._open(), None
            desk.agent  # noqa: B018 - the store is opened by the first question
            return desk

        self.busy += 1
        try:
            async with self._opening:
                if self._desk is None:
                    self._desk = await self._background.call(work)
        finally:
            self.busy -= 1
        return self._desk

    async def call(self, work: Callable[[Desk], T]) -> T:
        """What `work` answers, from a worker thread. Whatever goes wrong there is raised as a DeskError."""
        return await self._on(self._background, work)

    async def aside(self, work: Callable[[Desk], T]) -> T:
        """The same for what may take long (a model): one at a time, on a thread of its own, so that nobody who asks
        for something else waits behind it."""
        return await self._on(self._aside, work)

    async def _on(self, threads: Background, work: Callable[[Desk], T]) -> T:
        desk = self._desk or await self.open()
        self.busy += 1
        try:
            return await threads.call(lambda: work(desk))
        except DeskError:
            raise
        except (
            Exception
        ) as error:  # no place of the desk may end it: it gets a sentence, the log gets the trace
            self.report(error)
            first = clean_line(str(error).split("\n")[0], limit=160)
            raise DeskError(
                _("That failed: {error}").format(error=first or type(error).__name__), code="internal"
            ) from error
        finally:
            self.busy -= 1

    def close(self) -> None:
        """Close the desk, if it was opened."""
        if self._desk is not None:
            self._desk.close()

    def report(self, error: BaseException) -> None:
        """A failure that nobody expected goes to the log with its trace."""
        _log.error("the screen failed", exc_info=error)

    def later(self, widget: Widget, seconds: float, work: Callable[..., None], *args: Any) -> None:
        """Do something after some seconds."""
        widget.set_timer(seconds, lambda: work(*args))
