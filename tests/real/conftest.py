"""The real servers, started once a run; every test here is skipped, with the reason, where they cannot run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real.servers import MailServers, why_not


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """A private Dovecot and Postfix on loopback."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    running = MailServers.start()
    yield running
    running.stop()
