"""Looking back through the event log. A failure here tells an agent of another night than the one that was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from csdesk.db import inbox
from csdesk.db.log import STEP
from csdesk.store import Store
from tests.databases import NOW
from tests.unit.db import rows

EVENTS = 2 * STEP + 100


def _written(store: Store) -> None:
    """Events a second apart, the last of them now."""
    with store.write() as tx:
        made = tx.log.row("received", conversation=None, agent=None)
        tx.log.append_all(
            [{**made, "at": NOW - timedelta(seconds=EVENTS - number)} for number in range(1, EVENTS + 1)]
        )


def test_a_look_back_has_the_newest_since_an_instant(store: Store) -> None:
    _written(store)
    with store.read() as tx:
        for limit in (1, STEP - 1, STEP, STEP + 1, EVENTS, 5000):
            for back in (0, 10, STEP - 1, STEP, STEP + 1, EVENTS + 10):
                found = tx.log.newest(limit, since=NOW - timedelta(seconds=back))
                ages = [round((NOW - one.at).total_seconds()) for one in found]
                assert ages == list(range(min(limit, back + 1, EVENTS))), (limit, back)


def test_a_short_look_back_reads_a_short_way(store: Store) -> None:
    _written(store)
    with store.read() as tx:
        said: list[Any] = []
        event.listen(store.engine, "after_cursor_execute", lambda *given: said.append(given[2]))
        assert len(tx.log.newest(5000, since=NOW - timedelta(seconds=5))) == 6
        assert len(said) == 2, "one step that has something, and one that has nothing"


def test_rows_by_their_ids_are_those_that_are_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 3)
    account, customer = rows.desk(store)
    with store.write() as tx:
        made = [rows.conversation(tx, account, customer) for _n in range(7)]
    with store.read() as tx:
        assert tx.inbox.some([*made, 10_000]) == {one: tx.inbox.row(one) for one in made}
        assert tx.inbox.some([]) == {}
