"""The queue's derived side: ranks, counters, pages, and the log they all follow from. A failure here shows agents a
queue in which a customer is missing, counted twice or sorted behind others who wait less."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from csdesk.domain.conversation import Draft
from csdesk.domain.events import fold
from csdesk.domain.views import VIEWS, rank, views_of
from csdesk.errors import NotFound, Usage
from csdesk.store import Store, Tx
from tests.databases import NOW, SteppingClock
from tests.unit.db import rows


def _recount(tx: Tx) -> dict[str, int]:
    """Every counter as the log says, computed the slow way."""
    tally: dict[str, int] = {}
    for row in tx.rows(text("SELECT id, rank FROM conversation")):
        state = fold(tx.log.of_conversation(row[0]))
        assert state is not None
        assert state == tx.conversations.state(row[0])
        assert row[1] == rank(state.place)
        for view in views_of(state.place):
            tally[view] = tally.get(view, 0) + 1
    return tally


def _counters(tx: Tx) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.rows(text("SELECT name, value FROM counter")) if row[1]}


_ACTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.one_of(
            st.fixed_dictionaries(
                {"status": st.sampled_from(["open", "closed", "spam", "snoozed", "lists", "merged"])}
            ),
            st.fixed_dictionaries({"assignee_id": st.sampled_from([None, 1, 2])}),
            st.fixed_dictionaries({"waiting_since": st.one_of(st.none(), st.just(NOW))}),
            st.fixed_dictionaries({"due_at": st.one_of(st.none(), st.just(NOW + timedelta(hours=3)))}),
            st.fixed_dictionaries({"failed": st.integers(0, 2)}),
            st.fixed_dictionaries({"tags": st.lists(st.sampled_from("abc"), unique=True).map(tuple)}),
            st.fixed_dictionaries({"snoozed_until": st.one_of(st.none(), st.just(NOW + timedelta(days=1)))}),
        ),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_whatever_happens_counters_equal_a_recount(
    store: Store, acts: list[tuple[int, dict[str, Any]]]
) -> None:
    with store.write() as tx:
        if not tx.accounts.all():
            account, customer = rows.account(tx), rows.customer(tx, "ana@buyer.example")
            for agent in ("Lin", "Mei"):
                tx.accounts.add_agent(agent, [])
            for _ in range(6):
                rows.conversation(tx, account, customer)
        ids = [row[0] for row in tx.rows(text("SELECT id FROM conversation ORDER BY id"))]
        for place, fields in acts[:12]:
            tx.conversations.change(ids[place], "act", fields, agent=1)
    with store.write() as tx:
        batch = tx.conversations.batch()
        batch.load(ids)
        for place, fields in acts[12:]:
            batch.change(ids[place], "act", fields, agent=2)
        batch.flush()
    with store.write() as tx:
        assert _counters(tx) == _recount(tx)
        assert tx.conversations.rebuild() == 0


CORRUPTIONS = [
    "UPDATE conversation SET rank = 7",
    "UPDATE conversation SET status = 'closed' WHERE id = 2",
    "UPDATE conversation SET waiting_since = NULL, due_at = NULL",
    "UPDATE conversation SET tags = '[]'",
    "UPDATE conversation SET assignee_id = 1",
    "DELETE FROM tag",
    "DELETE FROM counter",
    "UPDATE counter SET value = value + 3",
]


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_rebuild_restores_what_the_log_says(store: Store, corruption: str) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        tx.accounts.add_agent("Lin", [])
        ids = [rows.conversation(tx, account, customer) for _ in range(3)]
        tx.conversations.change(ids[0], "tagged", {"tags": ("vip", "customs")}, agent=1)
    with store.read() as tx:
        before = (tx.inbox.page("all", 1, after=None, limit=9), tx.inbox.counts(1), _recount(tx))
    with store.write() as tx:
        tx.run(text(corruption))
    with store.write() as tx:
        assert tx.conversations.rebuild() > 0
        assert tx.conversations.rebuild() == 0
    with store.read() as tx:
        assert (tx.inbox.page("all", 1, after=None, limit=9), tx.inbox.counts(1), _recount(tx)) == before
        assert {row[0] for row in tx.rows(text("SELECT name FROM tag"))} == {"vip", "customs"}


def test_an_event_and_its_change_are_written_together_or_not_at_all(store: Store) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        made = rows.conversation(tx, account, customer)
        events = tx.log.last_id()
    with pytest.raises(RuntimeError, match="the cable"), store.write() as tx:
        tx.conversations.change(made, "closed", {"status": "closed", "waiting_since": None}, agent=None)
        tx.log.append("account_added")
        raise RuntimeError("the cable")
    with store.read() as tx:
        assert tx.log.last_id() == events
        assert tx.conversations.state(made).status == "open"
        assert _counters(tx) == {"all": 1, "open": 1, "unassigned": 1, "waiting": 1}


def test_a_change_of_what_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="no conversation 77"), store.write() as tx:
        tx.conversations.change(77, "closed", {}, agent=None)
    with pytest.raises(NotFound), store.read() as tx:
        tx.inbox.row(77)
    with pytest.raises(Usage, match="no view 'opne'; the views are mine"), store.read() as tx:
        tx.inbox.page("opne", 1, after=None, limit=1)


def _fill(store: Store, count: int) -> None:
    chance = random.Random(5)
    account, customer = rows.desk(store)
    with store.write() as tx:
        tx.accounts.add_agent("Lin", [])
        tx.accounts.add_agent("Mei", [])
        for _ in range(count):
            at = NOW - timedelta(minutes=chance.randrange(40))  # many at one instant
            status = chance.choice(["open", "open", "open", "snoozed", "closed", "spam", "lists"])
            waits = status == "open" and chance.random() < 0.7
            rows.conversation(
                tx, account, customer, at,
                status=status, assignee_id=chance.choice([None, 1]), failed=chance.choice([0, 0, 1]),
                waiting_since=at if waits else None, due_at=at if waits else None,
                snoozed_until=NOW + timedelta(minutes=chance.randrange(9)) if status == "snoozed" else None,
            )  # fmt: skip
        for number in range(1, count, 9):
            for mode in ("reply", "note"):
                for agent in (1, 2) if number % 2 else (1,):
                    tx.drafts.put(Draft(number, agent, mode, "half a", 0, NOW))


def _walk(store: Store, view: str, limit: int) -> list[int]:
    after, found = None, []
    while True:
        with store.read() as tx:
            page = tx.inbox.page(view, 1, after=after, limit=limit)
        found += [row.id for row in page.rows]
        if page.next is None:
            return found
        after = page.next


def test_pages_hold_every_conversation_of_a_view_once_and_agree_with_its_counter(store: Store) -> None:
    _fill(store, 140)
    with store.read() as tx:
        counts = tx.inbox.counts(1)
    for view in VIEWS:
        whole = _walk(store, view, 1000)
        assert len(whole) == len(set(whole)) == counts[view] > 5, view
        for limit in (1, 7, counts[view]):
            assert _walk(store, view, limit) == whole, (view, limit)


def test_while_others_work_no_conversation_that_stays_is_missed_or_doubled(store: Store) -> None:
    _fill(store, 90)
    stays = set(_walk(store, "open", 1000))
    chance = random.Random(8)
    after, seen = None, []
    while True:
        with store.read() as tx:
            page = tx.inbox.page("open", 1, after=after, limit=7)
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        after = page.next
        gone = chance.choice(sorted(stays))
        stays.discard(gone)
        with store.write() as tx:
            tx.conversations.change(gone, "closed", {"status": "closed"}, agent=1)
            rows.conversation(tx, 1, 1, NOW - timedelta(days=1))
    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


def test_who_waits_longest_comes_first_and_the_rest_newest_first(store: Store) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        quiet = {"waiting_since": None, "due_at": None}
        late = rows.conversation(tx, account, customer, NOW)
        early = rows.conversation(tx, account, customer, NOW - timedelta(days=3))
        old = rows.conversation(tx, account, customer, NOW - timedelta(days=9), **quiet)
        new = rows.conversation(tx, account, customer, NOW - timedelta(hours=1), **quiet)
    assert _walk(store, "open", 10) == [early, late, new, old]
    assert _walk(store, "waiting", 10) == [early, late]
    assert _walk(store, "all", 10) == [late, new, early, old]


def test_burning_and_soon_are_counted_by_deadline(store: Store, clock: SteppingClock) -> None:
    account, customer = rows.desk(store)
    with store.write() as tx:
        for minutes in (-30, 30, 59, 61, 200, 300):
            due = NOW + timedelta(minutes=minutes)
            rows.conversation(tx, account, customer, NOW, due_at=due)
    with store.read() as tx:
        counts = tx.inbox.counts(1)
    assert (counts["burning"], counts["soon"]) == (3, 2)


def _plans(store: Store, work: Any) -> list[str]:
    """How SQLite answers every query of some work."""
    return [str(step[3]) for _statement, steps in _steps(store, work) for step in steps]


def _steps(store: Store, work: Any) -> list[tuple[str, list[Any]]]:
    """Every query of some work, with its plan's steps as (id, id of the step it is part of, -, words)."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with store.read() as tx:
        event.listen(store.engine, "before_cursor_execute", note)
        try:
            work(tx)
        finally:
            event.remove(store.engine, "before_cursor_execute", note)
        return [
            (statement, list(tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)))
            for statement, parameters in asked
        ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "drafts"])
def test_a_page_of_any_view_is_read_from_an_index_without_a_sort(store: Store, view: str) -> None:
    """Or the queue of a busy shop takes seconds to open instead of a blink."""
    _fill(store, 60)
    mark = (1, 1) if view in ("all", "failed") else (1_000_000, 1)
    for after in (None, mark):
        ((statement, steps),) = _steps(
            store, lambda tx, after=after: tx.inbox.page(view, 1, after=after, limit=50)
        )
        # "page" is made of at most fifty ids, which an index gives; it alone may be read from end to end.
        assert re.search(
            r"\(SELECT conversation\.id[^()]*\bFROM conversation\b.*\bLIMIT \?[^()]*\) AS page",
            statement,
            re.S,
        )
        (page,) = [step for step in steps if step[3] in ("MATERIALIZE page", "CO-ROUTINE page")]
        (inner,) = [step[3] for step in steps if step[1] == page[0]]
        assert re.match(r"(SEARCH|SCAN) conversation USING (COVERING )?INDEX \w+", inner), inner
        scanned = [s[3] for s in steps if s[3].startswith("SCAN") and s[1] != page[0]]
        assert scanned == ["SCAN page"], steps
        assert not [s for s in steps if "TEMP B-TREE" in s[3]], steps


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_drafts_are_found_from_the_few_there_are(store: Store) -> None:
    """The way leads from the agent's drafts to their conversations, never through a million conversations."""
    _fill(store, 60)
    for after in (None, (40, 40)):
        ((_statement, steps),) = _steps(
            store, lambda tx, after=after: tx.inbox.page("drafts", 1, after=after, limit=50)
        )
        plan = [str(step[3]) for step in steps]
        assert any(re.match(r"SEARCH conversation USING INTEGER PRIMARY KEY", one) for one in plan), plan
        assert any(re.match(r"SEARCH draft USING COVERING INDEX draft_agent", one) for one in plan), plan
        assert [one for one in plan if one.startswith("SCAN")] == ["SCAN page"], plan


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_counts_and_threads_are_read_from_indexes(store: Store) -> None:
    _fill(store, 30)
    plan = _plans(
        store, lambda tx: (tx.inbox.counts(1), tx.inbox.thread(1), tx.inbox.sleeping(), tx.customers.card(1))
    )
    assert len(plan) > 6
    assert not [
        line for line in plan if line.startswith("SCAN") and "counter" not in line and "anon_1" not in line
    ]
