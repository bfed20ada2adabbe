"""A process beside others on one store: claims leases or outbox rows, or holds the store; run by the tests.

python -m tests.unit.db.workers lease URL PROCESSES
python -m tests.unit.db.workers claim URL PROCESSES ACCOUNT
python -m tests.unit.db.workers hold PATH SECONDS
python -m tests.unit.db.workers append URL
python -m tests.unit.db.workers fill URL BYTES
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from csdesk.clock import SystemClock
from csdesk.errors import DeskError
from csdesk.store import Store


def race(url: str, processes: int, work: Callable[[Store, str], None]) -> None:
    """That many processes of one kind, each with a store of its own, let go at once."""
    start, go = os.pipe()
    children = []
    for number in range(processes):
        if (child := os.fork()) == 0:
            failed = 1
            try:
                os.close(go)
                os.read(start, 1)  # ends for all when the parent closes its end
                store = Store(url, SystemClock(), patience=60)
                work(store, f"owner {number}")
                store.close()
                sys.stdout.flush()
                failed = 0
            finally:
                os._exit(failed)
        children.append(child)
    os.close(go)
    ends = [os.waitpid(child, 0)[1] for child in children]
    if any(ends):
        sys.exit(1)


def _say(number: int) -> None:
    """One write a line: several processes share the pipe, and print() may write a line in two."""
    os.write(1, f"{number}\n".encode())


def lease(store: Store, owner: str) -> None:
    """Prints the names of the leases it got, of twenty that everybody wants."""
    for number in range(20):
        with store.write() as tx:
            if tx.leases.take(f"account:{number}", owner, timedelta(minutes=5)):
                _say(number)


def claim(store: Store, owner: str, account: int) -> None:
    """Prints the outbox rows it claimed until none is left."""
    while True:
        with store.write() as tx:
            row = tx.outbox.claim(account, owner, timedelta(minutes=5))
        if row is None:
            return
        _say(row.id)


def hold(path: str, seconds: str) -> None:
    """Another program in the middle of a write."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("holding", flush=True)
    time.sleep(float(seconds))
    connection.execute("ROLLBACK")


def append(store: Store) -> None:
    """Writes an event."""
    with store.write() as tx:
        tx.log.append("account_added", data={"by": "another process"})


def fill(store: Store, limit: str) -> None:
    """Writes until no file may grow any more; prints what was acknowledged and then the sentence."""
    _ = store.engine
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        for number in range(2000):
            with store.write() as tx:
                tx.log.append("account_added", data={"number": number, "weight": "x" * 2000})
            print(number, flush=True)
    except DeskError as error:
        print(f"{error.code}: {error.message}", flush=True)


def main() -> None:
    """See the module."""
    what, where, *rest = sys.argv[1:]
    if what == "hold":
        hold(where, *rest)
        return
    if what == "lease":
        race(where, int(rest[0]), lease)
        return
    if what == "claim":
        race(where, int(rest[0]), lambda store, owner: claim(store, owner, int(rest[1])))
        return
    store = Store(where, SystemClock())
    _ = store.engine
    {"append": append, "fill": fill}[what](store, *rest)
    store.close()


if __name__ == "__main__":
    main()
