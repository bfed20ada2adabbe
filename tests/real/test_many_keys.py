"""The cat on the keys at its full count: ten thousand presses, as fast as a minute has room."""

from __future__ import annotations

import time

import pytest

from csdesk.bootstrap import Desk
from tests.faults.test_live_in import Seat, cat_on_the_keys, desk, seat

__all__ = ["desk", "seat"]

pytestmark = pytest.mark.real


def test_ten_thousand_keys_within_a_minute(seat: Seat, desk: Desk) -> None:
    """Lost otherwise: the screen, on the day when a key is stuck."""
    begun = time.monotonic()
    cat_on_the_keys(seat, desk, 10_000)
    assert time.monotonic() - begun < 60
