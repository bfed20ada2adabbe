"""The sync process: fetch every account, send the outbox, wake what was snoozed. Leases keep two of them apart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from csdesk.channels.registry import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import Channel, ChannelError
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.services import owners
from csdesk.services.context import Context
from csdesk.services.inbox import Inbox
from csdesk.services.ingest import take
from csdesk.services.outbox import Sender
from csdesk.store import Store

ACCOUNT_LEASE = timedelta(minutes=5)
SYNC_LEASE = timedelta(seconds=30)
WORKERS = 4
log = logging.getLogger(__name__)


@dataclass(slots=True)
class AccountReport:
    """What one round did with one account. `error` is '' or a sentence, `busy` true when another process has it."""

    name: str
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0
    error: str = ""
    code: str = ""
    busy: bool = False


@dataclass(slots=True)
class SyncReport:
    """One round over all accounts, and how many outbox rows are in each state after it."""

    accounts: tuple[AccountReport, ...] = ()
    outbox: dict[str, int] = field(default_factory=dict)
    woken: int = 0

    @property
    def failed(self) -> bool:
        """Whether any account failed."""
        return any(account.error for account in self.accounts)


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How the desk stands with the world. `running` is whether a sync process holds the lease."""

    running: bool
    last_at: datetime | None
    offline: bool
    outbox_waiting: int
    accounts: tuple[Account, ...]


class Sync:
    """Fetching and sending for all accounts."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store
        self.owner = owners.me()

    def once(self, *, fetch: bool = True) -> SyncReport:
        """One round: every account that is not paused, side by side; one that fails harms no other."""
        accounts = [a for a in self._accounts() if not a.paused]
        with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="account") as pool:
            reports = tuple(pool.map(lambda account: self._account(account, fetch), accounts))
        woken = Inbox(self.context).wake()
        with self.store.read() as tx:
            counts = tx.outbox.counts()
        outbox = {state: counts.get(state, 0) for state in ("sent", "failed", "uncertain", "queued")}
        return SyncReport(reports, outbox, woken)

    def _accounts(self) -> tuple[Account, ...]:
        with self.store.read() as tx:
            return tx.accounts.all()

    def _account(self, account: Account, fetch: bool) -> AccountReport:
        report = AccountReport(account.name)
        lease, owner = f"account:{account.id}", self.owner
        with self.store.write() as tx:
            tx.leases.break_dead(lease, owners.is_dead)
            if not tx.leases.take(lease, owner, ACCOUNT_LEASE):
                report.busy = True
                return report
        try:
            channel = open_channel(account, self.context.secrets)
            try:
                self._work(account, channel, report, fetch)
            finally:
                channel.close()
        except ChannelError as error:
            report.error, report.code = error.message, error.code
        except DeskError as error:
            report.error, report.code = error.message, error.code
        except Exception as error:
            log.exception("account %s", account.name)
            report.error = _("Unexpected failure: {error}").format(error=error)
            report.code = "internal"
        finally:
            self._finish(account, report, lease, owner)
        return report

    def _work(self, account: Account, channel: Channel, report: AccountReport, fetch: bool) -> None:
        """Send first: what an agent wrote must not wait behind a long first fetch."""
        sender = Sender(self.store, account, channel, self.owner)
        troubles: list[ChannelError] = []
        try:
            sender.work()
        except ChannelError as error:
            troubles.append(error)
        if fetch:
            fetch_account(self.store, account, channel, report)
        if troubles:
            raise troubles[0]

    def _finish(self, account: Account, report: AccountReport, lease: str, owner: str) -> None:
        with self.store.write() as tx:
            fields: dict[str, object] = {"health": report.error}
            if not report.error:
                fields["last_sync_at"] = tx.now
            tx.accounts.set(account.id, **fields)
            tx.leases.release(lease, owner)
            if report.error != account.health:
                tx.log.append("account_health", data={"account": account.name, "health": report.error})

    def run(self, stop: threading.Event, *, on_round: Callable[[SyncReport], None] = lambda _r: None) -> None:
        """Rounds until `stop`: a full one every interval, a sending one as soon as something is due or a change
        asks for it. While another sync process holds the lease this one only waits to take over."""
        feed = self.store.feed()
        interval = timedelta(seconds=self.context.config.sync.interval_seconds)
        next_fetch = self.context.clock.now()
        try:
            while not stop.is_set():
                if not self.hold():
                    stop.wait(2.0)
                    continue
                now = self.context.clock.now()
                full = now >= next_fetch
                if full or self._due(now):
                    on_round(self.once(fetch=full))
                if full:
                    next_fetch = self.context.clock.now() + interval
                if self._due(now):
                    # What was due and still is cannot be worked now (another process has the account).
                    stop.wait(1.0)
                self._doze(stop, feed.wait, next_fetch)
        finally:
            feed.close()
            self.let_go()

    def drain(self, stop: threading.Event) -> int:
        """Send what is queued, waiting for undo windows to end; returns how many rows are still queued."""
        while not stop.is_set():
            with self.store.read() as tx:
                due, now = tx.outbox.next_due(), tx.now
            if due is None:
                break
            if due <= now:
                report = self.once(fetch=False)
                with self.store.read() as tx:
                    stuck = tx.outbox.next_due() == due
                if stuck or any(account.error or account.busy for account in report.accounts):
                    break
            else:
                stop.wait(min((due - now).total_seconds(), 1.0) + 0.05)
        with self.store.read() as tx:
            return tx.outbox.counts().get("queued", 0)

    def hold(self) -> bool:
        """Take or renew the one lease of sync processes; False when another one lives."""
        with self.store.write() as tx:
            tx.leases.break_dead("sync", owners.is_dead)
            return tx.leases.take("sync", self.owner, SYNC_LEASE)

    def let_go(self) -> None:
        """Give the lease back."""
        with self.store.write() as tx:
            tx.leases.release("sync", self.owner)

    def _due(self, now: datetime) -> bool:
        with self.store.read() as tx:
            return tx.outbox.due(now)

    def _doze(self, stop: threading.Event, wait: Callable[[float], object], until: datetime) -> None:
        """Sleep until the next fetch, the next message that becomes due, or a change."""
        now = self.context.clock.now()
        with self.store.read() as tx:
            due = tx.outbox.next_due()
        seconds = min((until - now).total_seconds(), SYNC_LEASE.total_seconds() / 3)
        if due is not None:
            seconds = min(seconds, (due - now).total_seconds() + 0.02)
        if not stop.is_set() and seconds > 0:
            wait(min(seconds, 1.0))

    def status(self) -> SyncStatus:
        """Whether a sync process runs, when mail was last fetched, and what waits in the outbox."""
        with self.store.read() as tx:
            holder = tx.leases.holder("sync")
            accounts = tx.accounts.all()
            counts = tx.outbox.counts()
        active = [a for a in accounts if not a.paused]
        times = [a.last_sync_at for a in active if a.last_sync_at]
        return SyncStatus(
            running=bool(holder) and not owners.is_dead(holder),
            last_at=max(times, default=None),
            offline=bool(active) and all(a.health for a in active),
            outbox_waiting=counts.get("queued", 0) + counts.get("sending", 0),
            accounts=accounts,
        )


def fetch_account(store: Store, account: Account, channel: Channel, report: AccountReport) -> None:
    """Fetch what is new, batch by batch, each stored with its cursor. Raises ChannelError, StoreFailure."""

    def known(ids: Collection[str]) -> set[str]:
        with store.read() as tx:
            return tx.messages.known(account.id, ids)

    with store.read() as tx:
        cursor = tx.accounts.cursor(account.id)
    for batch in channel.fetch(cursor, known):
        taken = take(store, account, batch)
        report.fetched += len(batch.mails)
        report.stored += taken.stored
        report.duplicates += taken.duplicates
