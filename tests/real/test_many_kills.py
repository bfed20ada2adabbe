"""The kills of the ordinary suite, several times as many: 200 while mail is fetched, 200 while replies are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.support import MANY_KILLS
from tests.faults.test_kill_outbox import kill_recorded, kill_unrecorded
from tests.faults.test_kill_sync import kill_sync

pytestmark = pytest.mark.real


def test_no_mail_is_lost_or_doubled(tmp_path: Path) -> None:
    """Lost otherwise: a customer's mail, or the time of whoever answers it a second time."""
    kill_sync(tmp_path, kills=MANY_KILLS.sync)


def test_no_reply_is_lost_or_doubled_where_the_provider_keeps_a_record(tmp_path: Path) -> None:
    """Lost otherwise: an answer, or the trust of a customer who gets it twice."""
    kill_recorded(tmp_path, kills=MANY_KILLS.recorded)


def test_no_reply_is_doubled_where_the_provider_keeps_none(tmp_path: Path) -> None:
    """Lost otherwise: an answer that nobody knows is in doubt."""
    kill_unrecorded(tmp_path, kills=MANY_KILLS.unrecorded)
