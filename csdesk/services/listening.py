"""Hearing of new mail the moment it comes: one thread per account that can listen. Fetches nothing itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from csdesk.channels.registry import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, Listening
from csdesk.domain.sources import PULLED
from csdesk.errors import DeskError
from csdesk.i18n import ngettext
from csdesk.secrets import Secrets

LISTEN_SECONDS = 300.0
LEAVE_SECONDS = 3.0
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LATER = datetime.max.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


def pause_after(failures: int) -> timedelta:
    """How long to leave an account alone after failures in a row: 30 s, 1 min, 2 min ... at most 15 min."""
    doubled: timedelta = FIRST_PAUSE * (1 << min(max(failures - 1, 0), 10))
    return min(doubled, LONGEST_PAUSE)


class Pauses:
    """Which accounts are left alone for a while, because they failed. For several threads."""

    def __init__(self) -> None:
        self._failures: dict[int, int] = {}
        self._until: dict[int, datetime] = {}

    def failed(self, account: int, now: datetime) -> timedelta:
        """Note a failure; how long the pause is."""
        count = self._failures[account] = self._failures.get(account, 0) + 1
        pause = pause_after(count)
        self._until[account] = now + pause
        return pause

    def worked(self, account: int) -> None:
        """The account answers again."""
        self._failures.pop(account, None)
        self._until.pop(account, None)

    def ended(self, accounts: Sequence[Account], now: datetime) -> bool:
        """Whether the pause of one of these is over, so that it is to be tried now."""
        return any(now >= self._until.get(one.id, LATER) for one in accounts if not one.paused)

    def over(self, account: int, now: datetime) -> bool:
        """Whether the account may be tried."""
        return account not in self._until or now >= self._until[account]


def with_pause(problem: str, pause: timedelta) -> str:
    """The sentence about a failure, with when the next try is."""
    seconds = round(pause.total_seconds())
    if seconds < 60:
        words = ngettext(
            "{problem} Next try in {count} second.", "{problem} Next try in {count} seconds.", seconds
        )
        return words.format(problem=problem, count=seconds)
    minutes = round(seconds / 60)
    words = ngettext(
        "{problem} Next try in {count} minute.", "{problem} Next try in {count} minutes.", minutes
    )
    return words.format(problem=problem, count=minutes)


class Ears:
    """The listening threads of one sync process. `heard` is called in them, for the account that has news."""

    def __init__(self, secrets: Secrets, heard: Callable[[Account, threading.Event], None]) -> None:
        self._secrets = secrets
        self._heard = heard
        self._ears: dict[int, tuple[tuple[object, ...], threading.Event, threading.Thread]] = {}

    def keep(self, accounts: Sequence[Account]) -> None:
        """Listen to these accounts and to no others; one that was changed is listened to anew."""
        wanted = {one.id: one for one in accounts if not one.paused and one.kind not in PULLED}
        for number, (what, stop, _thread) in list(self._ears.items()):
            if number not in wanted or what != _what(wanted[number]):
                stop.set()
                del self._ears[number]
        for number, account in wanted.items():
            if number not in self._ears:
                stop = threading.Event()
                thread = threading.Thread(
                    target=self._listen, args=(account, stop), name=f"listen-{account.name}", daemon=True
                )
                self._ears[number] = (_what(account), stop, thread)
                thread.start()

    def close(self) -> None:
        """Stop listening. A thread that is still connecting is left to end by itself."""
        ears = [(stop, thread) for _account, stop, thread in self._ears.values()]
        self._ears.clear()
        for stop, _thread in ears:
            stop.set()
        deadline = time.monotonic() + LEAVE_SECONDS
        for _stop, thread in ears:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def _listen(self, account: Account, stop: threading.Event) -> None:
        channel = open_channel(account, self._secrets)
        if not isinstance(channel, Listening):
            return
        failures = 0
        try:
            while not stop.is_set():
                try:
                    news = channel.listen(stop, LISTEN_SECONDS)
                    failures = 0
                    if news and not stop.is_set():
                        self._heard(account, stop)
                except (ChannelError, DeskError) as error:
                    log.info("listening to %s: %s", account.name, error.message)
                    failures += 1
                except Exception:
                    log.exception("listening to %s", account.name)
                    failures += 1
                if failures:
                    channel.close()
                    stop.wait(pause_after(failures).total_seconds())
        finally:
            channel.close()


def _what(account: Account) -> tuple[object, ...]:
    """What of an account decides how it is listened to."""
    return account.name, account.kind, account.address, tuple(sorted(account.settings.items()))
