"""A desk on a store of its own and on mail servers in this process."""

from __future__ import annotations

from collections.abc import Iterator
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
