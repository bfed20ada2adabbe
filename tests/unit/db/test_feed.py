"""The change feed under transactions that take long. A failure here leaves an open screen without a mail that came."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from csdesk.db.feed import skipped
from csdesk.db.tables import Event, table
from csdesk.store import Store
from tests.databases import NOW

ROW = {"at": NOW, "conversation_id": None, "agent_id": None, "after": {}, "before": {}, "data": {}}


@pytest.mark.parametrize(
    ("first", "last", "seen", "left"),
    [
        (1, 3, [], [(1, 3)]),
        (1, 3, [1, 2, 3], []),
        (1, 9, [3, 4, 8], [(1, 2), (5, 7), (9, 9)]),
        (5, 6, [1, 5, 9], [(6, 6)]),
        (4, 3, [], []),
    ],
)
def test_skipped_ids_are_known_by_what_lies_around_them(
    first: int, last: int, seen: list[int], left: list[tuple[int, int]]
) -> None:
    assert skipped(first, last, seen) == left


def _append(store: Store, kind: str, count: int) -> None:
    with store.write() as tx:
        tx.log.append_all(
            [tx.log.row(kind, conversation=None, agent=None, data={"n": n}) for n in range(count)]
        )


def _drained(feed: object, kind: str, count: int) -> int:
    got = 0
    for _round in range(20):
        got += sum(change.kind == kind for change in feed.wait(0.3))  # type: ignore[attr-defined]
        if got >= count:
            break
    return got


def test_events_committed_thousands_of_ids_late_are_told_once_and_rolled_back_ones_never(
    store: Store, database: str
) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one writer at a time: ids are committed in order")
    _append(store, "before", 3)
    begun = store.raw()
    begun.begin()
    begun.execute(insert(table(Event)), [{**ROW, "kind": "begun before the feed"}] * 2)
    feed = store.feed()
    try:
        late, gone = store.raw(), store.raw()
        for conn, kind in ((late, "late"), (gone, "rolled back")):
            conn.begin()
            conn.execute(insert(table(Event)), [{**ROW, "kind": kind}] * 3)
        for _part in range(3):
            _append(store, "between", 900)
        late.execute(insert(table(Event)), [{**ROW, "kind": "late"}])
        assert _drained(feed, "between", 2700) == 2700
        late.get_transaction().commit()  # type: ignore[union-attr]
        begun.get_transaction().commit()  # type: ignore[union-attr]
        gone.get_transaction().rollback()  # type: ignore[union-attr]
        _append(store, "after", 1)
        told = [change.kind for _round in range(4) for change in feed.wait(0.3)]
        assert sorted(told) == ["after", *["begun before the feed"] * 2, *["late"] * 4]
        for conn in (begun, late, gone):
            conn.close()
    finally:
        feed.close()
