"""A desk with a mailbox on mail servers in this process, and its background sync in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from csdesk.bootstrap import Desk
from tests.servers import ImapServer, SmtpServer


def connect(desk: Desk, imap: ImapServer, smtp: SmtpServer, **settings: str) -> None:
    """The shop's mailbox as an account of the desk."""
    desk.accounts.add(
        "shop",
        "imap",
        address="support@shop.test",
        settings={
            "imap": imap.url(), "smtp": smtp.url(), "password_env": "SHOP_PASSWORD", "timeout": "2", **settings,
        },
        undo_seconds=0,
    )  # fmt: skip


@contextmanager
def running(desk: Desk) -> Iterator[None]:
    """The background sync, in a thread; it must end within five seconds."""
    stop = threading.Event()
    thread = threading.Thread(target=desk.sync.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive(), "the sync did not end"


def within(seconds: float, what: Callable[[], object]) -> float:
    """Seconds until `what` was true; fails when it was not in time."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < seconds, "not in time"
        time.sleep(0.01)
    return time.monotonic() - begun
