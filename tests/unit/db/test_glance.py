"""The head of the queue by the driver alone. A failure here shows an agent another queue for the first third of a
second than the one that the desk then opens, or makes, locks or changes a store by looking at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from csdesk.bootstrap import open_desk
from csdesk.clock import FixedClock
from csdesk.config import Config
from csdesk.db import migrations
from csdesk.db.inbox import _page
from csdesk.db.rows import OPEN_PAGE, glance
from csdesk.domain.conversation import Draft
from csdesk.paths import sqlite_path
from csdesk.store import Store
from tests.databases import NOW, SteppingClock
from tests.unit.db import rows

Opener = Callable[..., Store]


def _words(statement: object) -> str:
    return re.sub(r"\s+", " ", str(statement)).strip()


def test_its_statement_is_the_queues_own() -> None:
    """A column that one of them gets and the other does not."""
    made = _page("open", False, False).compile(dialect=sqlite.dialect(paramstyle="named"))
    assert {**made.params, "limit": 7} == {"status_1": "open", "param_1": 0, "limit": 7}
    own = _words(made).replace(":status_1", "'open'").replace(":param_1", "0")
    assert own == _words(OPEN_PAGE)


def _fill(store: Store, count: int = 12) -> None:
    with store.write() as tx:
        lin = tx.accounts.add_agent("Lin", ["zh"]).id
        first, second = rows.account(tx), rows.account(tx, "ebay", kind="ebay", settings={"colour": "teal"})
        person = rows.customer(tx, "ana@buyer.example")
        for number in range(count):
            at = NOW - timedelta(minutes=37 * (number % 5), seconds=number)
            rows.conversation(
                tx, (first, second)[number % 2], person, at,
                assignee_id=lin if number == 3 else None, tags=("vip", "退款") if number == 4 else (),
                unread=number % 2 == 0, failed=int(number == 5), status="closed" if number == 6 else "open",
            )  # fmt: skip
        tx.drafts.put(Draft(2, lin, "reply", "Hola", 1, NOW))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("limit", [5, 11, 100])
def test_it_shows_what_the_desk_shows(store: Store, limit: int) -> None:
    _fill(store)
    seen = glance(store.url, limit=limit)
    with store.read() as tx:
        page = tx.inbox.page("open", 1, after=None, limit=limit)
    assert seen is not None and page.rows
    assert seen.page == page
    assert dict(seen.accounts) == {"support": "", "ebay": "teal"}
    assert limit == 5 or {row.draft for row in page.rows} == {True, False}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_desk_gives_it_before_the_store_is_opened(store: Store) -> None:
    _fill(store)
    desk = open_desk(Config(), store=store.url, agent="Lin", clock=FixedClock(NOW))
    seen = desk.glance(100)
    assert "store" not in desk.__dict__ and "context" not in desk.__dict__
    assert seen is not None and seen.page == desk.inbox.page(limit=100)
    desk.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_waits_for_no_writer_and_sees_no_half_of_what_it_writes(store: Store) -> None:
    _fill(store)
    with store.write() as tx:
        tx.run(text("UPDATE conversation SET subject = 'half'"))
        seen = glance(store.url)
    assert seen is not None and len(seen.page.rows) == 11
    assert "half" not in {row.subject for row in seen.page.rows}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("schema", [str(migrations.LATEST - 1), str(migrations.LATEST + 1), "", None])
def test_a_store_of_another_schema_is_left_to_the_desk(store: Store, schema: str | None) -> None:
    _fill(store)
    with store.write() as tx:
        tx.run(text("DELETE FROM meta WHERE name = 'schema'"))
        if schema is not None:
            tx.run(text("INSERT INTO meta (name, value) VALUES ('schema', :value)"), {"value": schema})
    assert glance(store.url) is None


def test_it_makes_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    assert glance(f"sqlite:///{tmp_path / 'none' / 'desk.db'}") is None
    assert glance(f"sqlite:///{tmp_path}") is None
    assert glance("postgresql://127.0.0.1:1/none") is None and glance("nonsense") is None
    assert list(tmp_path.iterdir()) == []
    empty = tmp_path / "empty.db"
    empty.touch()
    assert glance(f"sqlite:///{empty}") is None and empty.stat().st_size == 0
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database " * 400)
    assert glance(f"sqlite:///{broken}") is None and broken.read_bytes() == b"no database " * 400


def test_an_encrypted_store_needs_its_key(tmp_path: Path, clock: SteppingClock, open_store: Opener) -> None:
    url = f"sqlite:///{tmp_path / 'a #100% & 中文.db'}"
    _fill(open_store(url, clock, "it's secret"))
    seen = glance(url, "it's secret")
    assert seen is not None and len(seen.page.rows) == 11
    assert glance(url) is None and glance(url, "other") is None
    path = sqlite_path(url)
    assert path is not None and path.stat().st_mode & 0o077 == 0
