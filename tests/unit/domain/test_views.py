"""Which views a conversation is in, and in what order the queue stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csdesk.domain.views import DEFAULT_VIEW, FAR, VIEWS, Place, micros, rank, views_of

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
QUIET = Place("open", None, None, None, None, NOW)
WAITS = replace(QUIET, waiting_since=NOW - timedelta(hours=3), due_at=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("place", "views"),
    [
        (QUIET, {"all", "open", "unassigned"}),
        (WAITS, {"all", "open", "unassigned", "waiting"}),
        (replace(WAITS, assignee_id=7), {"all", "open", "waiting", "mine:7"}),
        (replace(WAITS, failed=1), {"all", "open", "unassigned", "waiting", "failed"}),
        (replace(WAITS, status="snoozed", assignee_id=7), {"all", "snoozed"}),
        (replace(QUIET, status="closed"), {"all", "closed"}),
        (replace(QUIET, status="closed", failed=1), {"all", "closed", "failed"}),
        (replace(QUIET, status="spam"), {"all", "spam"}),
        (replace(QUIET, status="merged", failed=1), set()),
    ],
)
def test_views_hold_what_their_name_says(place: Place, views: set[str]) -> None:
    """Lost otherwise: a conversation that no view shows, or a counter that lies."""
    assert views_of(place) == views


def test_every_view_is_known() -> None:
    """Lost otherwise: a view that `queue VIEW` does not accept."""
    assert DEFAULT_VIEW in VIEWS
    for status in ("open", "snoozed", "closed", "spam"):
        found = views_of(replace(WAITS, status=status, assignee_id=1, failed=1))
        assert {view.split(":")[0] for view in found} <= set(VIEWS)


def test_who_waits_comes_first_by_deadline() -> None:
    """Lost otherwise: the deadline of whoever stood further down."""
    soon = replace(WAITS, due_at=NOW)
    without_clock = replace(WAITS, due_at=None)
    newer = replace(QUIET, last_message_at=NOW + timedelta(days=1))
    assert sorted([QUIET, newer, WAITS, soon, without_clock], key=rank) == [
        without_clock,
        soon,
        WAITS,
        newer,
        QUIET,
    ]


def test_who_wakes_first_comes_first() -> None:
    """Lost otherwise: the overview of what comes back next."""
    early = replace(QUIET, status="snoozed", snoozed_until=NOW + timedelta(hours=1))
    late = replace(QUIET, status="snoozed", snoozed_until=NOW + timedelta(hours=9))
    assert rank(early) < rank(late)


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_instants_keep_their_microseconds(at: datetime) -> None:
    """Lost otherwise: the place in the queue of two messages within one second."""
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros(at)) == at
    assert 0 <= micros(at) < FAR < rank(replace(QUIET, last_message_at=at))
