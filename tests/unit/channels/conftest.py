"""Servers and accounts for the tests of single channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csdesk.channels import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import Channel
from csdesk.secrets import Secrets
from tests.servers import PASSWORD, Certificate, ImapServer, SmtpServer, make_certificate

Open = Callable[..., Channel]


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    kept = Secrets(tmp_path / "secrets", use_keyring=False)
    kept.set("shop", PASSWORD)
    return kept


@pytest.fixture
def opened(secrets: Secrets) -> Iterator[Open]:
    """Open channels of the account 'shop' by kind and settings; they are closed in the end."""
    channels: list[Channel] = []

    def open_one(kind: str, *, address: str = "support@shop.test", **settings: str) -> Channel:
        account = Account(1, "shop", kind, address, settings={"timeout": "2", **settings})
        channels.append(open_channel(account, secrets))
        return channels[-1]

    yield open_one
    for each in channels:
        each.close()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate]:
    """'good' for 127.0.0.1, 'other' for another host, 'expired'; all their own authority."""
    folder = tmp_path_factory.mktemp("certificates")
    return {
        "good": make_certificate(folder),
        "other": make_certificate(folder, names=("mail.elsewhere.test",)),
        "expired": make_certificate(folder, days=-1),
    }
