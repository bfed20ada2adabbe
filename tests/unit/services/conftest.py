"""A desk on a store of its own and on mail servers in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from tests.servers import PASSWORD, ImapServer, SmtpServer


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    found = open_desk(Config(), store=f"sqlite:///{tmp_path / 'desk.db'}")
    found.agents.add("Ana")
    yield found
    found.close()


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
