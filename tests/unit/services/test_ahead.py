"""Preparing mail in processes of their own. A failure here would lose or mix up mails of a long first fetch, or leave
processes behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csdesk import i18n
from csdesk.domain.ports import Batch, ChannelError, RawMail
from csdesk.services import ahead
from csdesk.services.prepare import Prepared, prepare

OWN = frozenset({"support@shop.example"})
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _mail(number: int) -> RawMail:
    raw = (
        f"From: Ana <ana{number}@buyer.example>\r\nTo: support@shop.example\r\nSubject: Order #{1000 + number}\r\n"
        f"Message-ID: <{number}@buyer.example>\r\n\r\nWhere is my parcel {number}? 我的包裹呢\r\n"
    )
    return RawMail(
        f"id{number}",
        raw.encode() if number % 7 else b"\xff\x00 no mail at all",
        AT,
        "INBOX",
        number % 5 == 0,
    )


def _batches(count: int, size: int = 60) -> list[Batch]:
    return [
        Batch(tuple(_mail(n) for n in range(i * size, (i + 1) * size)), f"cursor {i}") for i in range(count)
    ]


@pytest.fixture(autouse=True)
def several_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_cores", lambda: 3)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every helper process that is started."""
    found: list[subprocess.Popen[bytes]] = []
    make = subprocess.Popen

    def popen(*words: object, **more: object) -> subprocess.Popen[bytes]:
        found.append(make(*words, **more))  # type: ignore[call-overload]
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    return found


def _all(batches: Iterator[Batch]) -> list[tuple[Batch, list[Prepared]]]:
    return list(ahead.understood(batches, lambda: OWN))


def test_helpers_say_what_this_process_would_say_in_order_and_in_its_language(
    started: list[subprocess.Popen[bytes]],
) -> None:
    batches = _batches(9)
    i18n.use("zh")
    try:
        found = _all(iter(batches))
        assert [batch for batch, _items in found] == batches
        for batch, items in found:
            assert items == [prepare(raw, OWN) for raw in batch.mails]
    finally:
        i18n.use("en")
    assert len(started) == 2
    assert all(helper.returncode == 0 for helper in started), "they end when there is no more"


def test_a_short_fetch_starts_no_process(started: list[subprocess.Popen[bytes]]) -> None:
    assert sum(len(items) for _batch, items in _all(iter(_batches(2)))) == 120
    assert not started


def test_no_mail_is_lost_when_the_helpers_are_killed(started: list[subprocess.Popen[bytes]]) -> None:
    batches = _batches(14)
    found = []
    for number, one in enumerate(ahead.understood(iter(batches), lambda: OWN)):
        found.append(one)
        if number == 6:
            for helper in started:
                helper.kill()
    assert len(started) == 2
    assert [[item.raw for item in items] for _batch, items in found] == [list(b.mails) for b in batches]
    assert found[-1][1] == [prepare(raw, OWN) for raw in batches[-1].mails]


def test_no_mail_is_lost_when_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_more: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert sum(len(items) for _batch, items in _all(iter(_batches(7)))) == 420


def test_what_was_read_before_a_failure_is_handed_on_before_it_is_told() -> None:
    def reading() -> Iterator[Batch]:
        yield from _batches(6)
        raise ChannelError("gone", "The line broke.")

    found = []
    with pytest.raises(ChannelError, match="The line broke"):
        for batch, _items in ahead.understood(reading(), lambda: OWN):
            found.append(batch.cursor)
    assert found == [f"cursor {number}" for number in range(6)]


def test_leaving_early_ends_the_helpers(started: list[subprocess.Popen[bytes]]) -> None:
    running = ahead.understood(iter(_batches(30)), lambda: OWN)
    for _number in range(6):
        next(running)
    assert [helper.poll() for helper in started] == [None, None]
    running.close()  # type: ignore[attr-defined]
    assert all(helper.returncode is not None for helper in started)


def test_helpers_end_when_the_sync_process_is_killed(tmp_path: Path) -> None:
    """Or every crash would leave two processes behind."""
    script = tmp_path / "sync.py"
    script.write_text(
        "import sys, time\n"
        "from csdesk.services import ahead\n"
        "helper = ahead._Helper()\n"
        "from tests.unit.services.test_ahead import OWN, _mail\n"
        "helper.ask([_mail(1)], OWN)\n"
        "print(helper._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    root = str(Path(__file__).resolve().parents[3])
    env = {**os.environ, "PYTHONPATH": root}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=env, cwd=root) as parent:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        assert _lives(helper)
        parent.send_signal(signal.SIGKILL)
    assert _within(10, lambda: not _lives(helper))


def _lives(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()
