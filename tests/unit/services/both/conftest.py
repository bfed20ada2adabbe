"""A desk with one account on both databases, and mails that arrive without any mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from csdesk.bootstrap import Desk, open_desk
from csdesk.config import Config
from tests.databases import (
    SteppingClock,
    clock,
    database,
    empty_url,
    migrated_file,
    open_store,
    postgres,
    store_url,
)
from tests.unit.services.both.shop import Shop

__all__ = ["clock", "database", "empty_url", "migrated_file", "open_store", "postgres", "store_url"]


@pytest.fixture
def desk(store_url: str, clock: SteppingClock) -> Iterator[Desk]:
    made = open_desk(replace(Config(), agent="Lin"), store=store_url, agent="Lin", clock=clock)
    with made.store.write() as tx:
        tx.accounts.add_agent("Lin", ["zh"])
        tx.accounts.add_agent("Mei", ["es"])
    yield made
    made.close()


@pytest.fixture
def shop(desk: Desk, clock: SteppingClock) -> Shop:
    return Shop(desk, clock)
