"""Preparing mail beside the store: while one batch is written, processes of their own understand the next ones.

Only for long fetches. What is read ahead is stored in order, one transaction a batch, by the process that asked;
its helpers know no store and end when it ends, however it ends, because their input ends with it.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from csdesk import i18n
from csdesk.domain.mail import Address, ParsedMail, Part, Quote
from csdesk.domain.ports import Batch, RawMail
from csdesk.mail.sender import Finding
from csdesk.services.prepare import Prepared, prepare

LONG = 150
"""A fetch whose first batches hold more mails is a long one; for less, starting a process takes longer than it
saves."""
AHEAD = 3
"""Batches read ahead at most; each is bounded in bytes, and so is the memory they need."""
MOST = 2
_PIECE = 50
_PATIENCE = 5.0
log = logging.getLogger(__name__)


def _by_fields(cls: Any) -> Callable[[Any], tuple[Callable[..., Any], tuple[Any, ...]]]:
    get = attrgetter(*(one.name for one in fields(cls)))
    return lambda value: (cls, get(value))


_PARTS: dict[type, Callable[[Any], tuple[Callable[..., Any], tuple[Any, ...]]]] = {
    cls: _by_fields(cls) for cls in (RawMail, Prepared, ParsedMail, Address, Part, Quote, Finding)
}
"""Left to itself, pickle asks each of these for its state by a function in Python, and that takes most of its time."""

Understood = tuple[Batch, list[Prepared]]


def understood(batches: Iterator[Batch], own: Callable[[], frozenset[str]]) -> Iterator[Understood]:
    """Every batch with its mails prepared, in order. `own` tells the shop's addresses. What reading raises comes
    after everything that was read before it."""
    first, trouble = _some(batches)
    every = chain(first, _failing(trouble) if trouble is not None else batches)
    count = min(_cores() - 1, MOST)
    if count > 0 and sum(len(batch.mails) for batch in first) > LONG:
        with _Helpers(count) as helpers:
            yield from _ahead(every, own, helpers)
        return
    for batch in every:
        addresses = own()
        yield batch, [prepare(raw, addresses) for raw in batch.mails]


def _some(batches: Iterator[Batch]) -> tuple[list[Batch], Exception | None]:
    """The first batches, as many as are read ahead, and what kept the rest from being read."""
    found: list[Batch] = []
    try:
        for batch in islice(batches, AHEAD):
            found.append(batch)
    except Exception as error:
        return found, error
    return found, None


def _failing(trouble: Exception) -> Iterator[Batch]:
    """Batches of which the first cannot be read."""

    def tell(_nothing: None) -> Batch:
        raise trouble

    return map(tell, [None])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ahead(
    batches: Iterator[Batch], own: Callable[[], frozenset[str]], helpers: _Helpers
) -> Iterator[Understood]:
    waiting: deque[tuple[Batch, list[Future[list[Prepared]]]]] = deque()
    more, trouble = True, None
    while True:
        while more and len(waiting) < AHEAD:
            try:
                batch = next(batches)
            except StopIteration:
                more = False
            except Exception as error:
                more, trouble = False, error
            else:
                waiting.append((batch, helpers.prepare(batch.mails, own())))
        if not waiting:
            break
        batch, pieces = waiting.popleft()
        yield batch, [item for piece in pieces for item in piece.result()]
    if trouble is not None:
        raise trouble


class _Helpers:
    """Some helper processes, each asked by a thread that waits for its answer."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="prepare")
        self._idle: queue.SimpleQueue[_Helper] = queue.SimpleQueue()
        self._all = [_Helper() for _ in range(count)]
        for helper in self._all:
            self._idle.put(helper)

    def __enter__(self) -> _Helpers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        for helper in self._all:
            helper.end()

    def prepare(self, mails: Sequence[RawMail], own: frozenset[str]) -> list[Future[list[Prepared]]]:
        """The mails in pieces, in order."""
        return [
            self._threads.submit(self._ask, mails[start : start + _PIECE], own)
            for start in range(0, len(mails), _PIECE)
        ]

    def _ask(self, mails: Sequence[RawMail], own: frozenset[str]) -> list[Prepared]:
        helper = self._idle.get()
        try:
            return helper.ask(mails, own)
        finally:
            self._idle.put(helper)


class _Helper:
    """One helper process. When it cannot be started or dies, this process does its work."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "csdesk.services.ahead", i18n.language()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl+C is for the process that asks; this one ends with it
                env={**_without_secrets(), "PYTHONPATH": path},
            )

    def ask(self, mails: Sequence[RawMail], own: frozenset[str]) -> list[Prepared]:
        """The mails prepared, in order."""
        found = self._answer(mails, own)
        if found is None:
            return [prepare(raw, own) for raw in mails]
        for item, raw in zip(found, mails, strict=True):
            item.raw = raw
        return found

    def _answer(self, mails: Sequence[RawMail], own: frozenset[str]) -> list[Prepared] | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            _write((mails, own), process.stdin)
            return cast("list[Prepared]", pickle.load(process.stdout))  # noqa: S301 - what serve() wrote
        except (OSError, EOFError, pickle.PickleError) as error:
            log.warning("a helper that prepares mail ended: %r", error)
            self.end()
            return None

    def end(self) -> None:
        """Close its input and wait until it has gone."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _without_secrets() -> dict[str, str]:
    """The environment without what is said to the desk in it: passwords and the store's key are no help here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CSDESK_")}


def _write(value: object, pipe: IO[bytes]) -> None:
    pickler = pickle.Pickler(pipe, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _PARTS
    pickler.dump(value)
    pipe.flush()


def serve() -> None:
    """Prepare what comes in until there is no more. Whatever else writes to the output goes to the errors."""
    gc.freeze()  # the modules stay; there is no need to walk through them again and again
    with os.fdopen(os.dup(0), "rb") as asked, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        with suppress(EOFError, BrokenPipeError):
            while True:
                mails, own = pickle.load(asked)  # noqa: S301 - what _Helper wrote
                found = [prepare(raw, own) for raw in mails]
                for item in found:  # the one who asks has the bytes
                    item.raw = RawMail(item.raw.external_id, b"", item.raw.received_at)
                _write(found, answers)


if __name__ == "__main__":
    i18n.use(sys.argv[1])
    serve()
