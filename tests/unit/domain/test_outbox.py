"""The outbox's state machine: what may follow what, and how long to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csdesk.domain.outbox import MAX_ATTEMPTS, TRANSITIONS, backoff, may


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("queued", "sending"),
        ("queued", "cancelled"),
        ("sending", "sent"),
        ("sending", "queued"),
        ("sending", "uncertain"),
        ("uncertain", "sent"),
        ("uncertain", "queued"),
        ("failed", "queued"),
    ],
)
def test_what_may_happen(before: str, after: str) -> None:
    """Lost otherwise: a message that can go neither forward nor back."""
    assert may(before, after)


@pytest.mark.parametrize("after", sorted(TRANSITIONS))
def test_what_was_sent_is_only_reported_on_and_what_was_taken_back_is_over(after: str) -> None:
    """Lost otherwise: a customer who gets the same answer twice."""
    assert may("sent", after) == (after in ("delivered", "bounced"))
    assert may("delivered", after) == (after == "bounced")
    assert may("bounced", after) == (after == "queued"), "a person may send again what surely did not arrive"
    assert not may("cancelled", after)


@pytest.mark.parametrize(
    ("before", "after"),
    [("queued", "sent"), ("failed", "sending"), ("uncertain", "sending"), ("nonsense", "sent")],
)
def test_no_step_is_left_out(before: str, after: str) -> None:
    """Nothing is sent that was not claimed, and nothing uncertain without a look-up. Lost otherwise: the proof."""
    assert not may(before, after)


def test_every_target_is_a_state() -> None:
    """Lost otherwise: a row in a state that nothing handles."""
    assert set().union(*TRANSITIONS.values()) <= set(TRANSITIONS)


def test_waiting_grows_to_an_hour() -> None:
    """Lost otherwise: a server that would take the message if it were not hammered."""
    waits = [backoff(n) for n in range(1, MAX_ATTEMPTS + 5)]
    assert waits[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(minutes=1)]
    assert waits == sorted(waits)
    assert backoff(0) == timedelta(seconds=15)
    assert backoff(10_000) == timedelta(hours=1)
