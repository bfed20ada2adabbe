"""The fault table of the ordinary suite at its full counts: full disks, shuffled mailboxes, failing providers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.support import MANY_TIMES, Zygote
from tests.faults.test_faults_fetching import full_disk, locked_store, shuffled_mailbox
from tests.faults.test_faults_sending import failing_provider

pytestmark = pytest.mark.real


def test_a_full_disk_at_many_points(tmp_path: Path) -> None:
    """Lost otherwise: the mails of one batch, on the day when nobody has time to look."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    with Zygote(tmp_path) as zygote:
        full_disk(tmp_path, zygote, points=MANY_TIMES.disks, mounted=True)


def test_a_mailbox_shuffled_many_times(tmp_path: Path) -> None:
    """Lost otherwise: a customer's mail, or its place in the conversation."""
    shuffled_mailbox(tmp_path, times=MANY_TIMES.shuffles)


def test_many_replies_through_a_failing_provider(tmp_path: Path) -> None:
    """Lost otherwise: an answer, or the trust of a customer who gets it twice."""
    failing_provider(tmp_path, rounds=MANY_TIMES.sendings)


def test_a_store_that_is_locked_for_half_a_minute(tmp_path: Path) -> None:
    """Lost otherwise: the background sync, and with it all mail until somebody notices."""
    with Zygote(tmp_path) as zygote:
        locked_store(tmp_path, zygote, seconds=30.0, patience=0)
