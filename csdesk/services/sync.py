"""The sync process: fetch every account, send the outbox, wake what was snoozed. Leases keep two of them apart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from csdesk.channels.registry import open_channel
from csdesk.domain.people import Account
from csdesk.domain.ports import Channel, ChannelError, Recognising
from csdesk.domain.sources import CARRIER_KINDS, SHOP_KINDS
from csdesk.errors import DeskError
from csdesk.i18n import _, stored
from csdesk.services import owners
from csdesk.services.acknowledge import acknowledge
from csdesk.services.acquaintance import recogniser
from csdesk.services.ahead import understood
from csdesk.services.context import Context
from csdesk.services.inbox import Inbox
from csdesk.services.ingest import Taken, own_addresses, take
from csdesk.services.listening import Ears, Pauses, with_pause
from csdesk.services.notices import send_due
from csdesk.services.outbox import Sender
from csdesk.store import Store

if TYPE_CHECKING:
    from csdesk.services.webhooks import Posting

ACCOUNT_LEASE = timedelta(minutes=5)
SYNC_LEASE = timedelta(seconds=30)
WORKERS = 4
PATIENCE = 30.0
"""Seconds after which the background sync leaves a long fetch, which then goes on in the next round: no account and
no answer waits behind another account's first fetch."""
SENDING = 10.0
"""Seconds after which the background sync stops sending for a while and looks for new mail."""
LEAVING = 3.0
"""Seconds that the end waits for a translation under way; what is not stored then is made again."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class AccountReport:
    """What one round did with one account. `error` is '' or a sentence, `busy` true when somebody else works it now,
    `unfinished` true when there is more to fetch at once, `orders` true when orders were counted and not mails."""

    name: str
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0
    error: str = ""
    code: str = ""
    busy: bool = False
    unfinished: bool = False
    orders: bool = False


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


class Sync:
    """Fetching and sending for all accounts. `catch_up` translates some of what came in, as long as the function that
    it is given says so, and tells whether more waits."""

    def __init__(
        self, context: Context, catch_up: Callable[[Callable[[], bool]], bool] | None = None
    ) -> None:
        self.context = context
        self._catch_up = catch_up
        self._came = threading.Event()
        self._translating: threading.Thread | None = None
        self.store = context.store
        self.owner = owners.me()
        self._locks: dict[int, threading.Lock] = {}
        self._pauses: Pauses | None = None
        self._held = -SYNC_LEASE.total_seconds()
        self._warm = False

    def once(self, *, fetch: bool = True, patience: float | None = None) -> SyncReport:
        """One round: every account that is not paused, side by side; one that fails harms no other. A fetch is left
        after `patience` seconds (None: when all is here); then its report is unfinished."""
        accounts = [a for a in self._accounts() if not a.paused]
        with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="account") as pool:
            reports = tuple(pool.map(lambda account: self._account(account, fetch, patience), accounts))
        woken = Inbox(self.context).wake()
        return SyncReport(reports, self._outbox(), woken)

    def _outbox(self) -> dict[str, int]:
        with self.store.read() as tx:
            counts = tx.outbox.counts()
        return {state: counts.get(state, 0) for state in ("sent", "failed", "uncertain", "queued")}

    def _accounts(self) -> tuple[Account, ...]:
        with self.store.read() as tx:
            return tx.accounts.all()

    def _account(
        self, account: Account, fetch: bool, patience: float | None = None, *, wait: bool = False
    ) -> AccountReport:
        """One round of one account; one thread of this process at a time. `wait` for another one's end."""
        report = AccountReport(account.name, orders=account.kind in SHOP_KINDS)
        if fetch and self._pauses is not None:
            fetch = self._pauses.over(account.id, self.context.clock.now())
        lock = self._locks.setdefault(account.id, threading.Lock())
        if not lock.acquire(blocking=wait):
            report.busy = True
            return report
        try:
            return self._leased(account, report, fetch, patience)
        finally:
            lock.release()

    def _leased(
        self, account: Account, report: AccountReport, fetch: bool, patience: float | None
    ) -> AccountReport:
        lease, owner = f"account:{account.id}", self.owner
        with self.store.write() as tx:
            tx.leases.break_dead(lease, owners.is_dead)
            if not tx.leases.take(lease, owner, ACCOUNT_LEASE):
                report.busy = True
                return report
        try:
            if account.kind in SHOP_KINDS:
                from csdesk.services import pull

                fetch = pull.work(self.context, account, report, fetch, self._going(account, patience))
            elif account.kind in CARRIER_KINDS:
                from csdesk.services import tracking

                fetch = tracking.work(self.context, account, report, fetch, self._going(account, patience))
            else:
                channel = open_channel(account, self.context.secrets)
                try:
                    self._work(account, channel, report, fetch, patience)
                finally:
                    channel.close()
        except (ChannelError, DeskError) as error:
            report.error, report.code = error.message, error.code
        except Exception as error:
            log.exception("account %s", account.name)
            report.error = _("Unexpected failure: {error}").format(error=error)
            report.code = "internal"
        finally:
            self._finish(account, report, lease, fetched=fetch)
        return report

    def _work(
        self, account: Account, channel: Channel, report: AccountReport, fetch: bool, patience: float | None
    ) -> None:
        """Send first: what an agent wrote must not wait behind a long first fetch, and neither during it."""
        sender = Sender(self.store, account, channel, self.owner)
        troubles: list[ChannelError] = []

        def send() -> None:
            end = None if patience is None else time.monotonic() + SENDING
            try:
                sender.work(lambda: end is None or time.monotonic() < end)
                report.unfinished = report.unfinished or (end is not None and time.monotonic() >= end)
            except ChannelError as error:
                troubles.append(error)

        going = self._going(account, patience)

        def go_on() -> bool:
            if self._due(self.context.clock.now()):
                send()
            return going()

        if fetch:
            send_due(self.context, account)
        send()
        if fetch:
            acknowledge(self.context, account)  # what a process that died left to be written
            fetch_account(
                self.store,
                account,
                channel,
                report,
                go_on,
                lambda _taken: acknowledge(self.context, account),
            )
        if troubles:
            raise troubles[0]

    def _going(self, account: Account, patience: float | None) -> Callable[[], bool]:
        """Whether a fetch may go on; asking keeps the account's lease."""
        begun = renewed = time.monotonic()

        def going() -> bool:
            nonlocal renewed
            now = time.monotonic()
            if now - renewed > ACCOUNT_LEASE.total_seconds() / 10:
                renewed = now
                with self.store.write() as tx:
                    tx.leases.take(f"account:{account.id}", self.owner, ACCOUNT_LEASE)
            return patience is None or now - begun < patience

        return going

    def shop(self, account: Account) -> AccountReport:
        """Do now what agents asked a shop for, where nobody else holds the account."""
        return self._account(account, False)

    def _finish(self, account: Account, report: AccountReport, lease: str, *, fetched: bool) -> None:
        """Keep how it went. A round that only sent says nothing about fetching."""
        health = report.error
        if self._pauses is not None and fetched:
            if report.error:
                pause = self._pauses.failed(account.id, self.context.clock.now())
                health = with_pause(report.error, pause)
            else:
                self._pauses.worked(account.id)
        with self.store.write() as tx:
            fields: dict[str, object] = {"health": health} if fetched or health else {}
            if fetched and not report.error:
                fields["last_sync_at"] = tx.now
            if fields:
                tx.accounts.set(account.id, **fields)
            tx.leases.release(lease, self.owner)
            if fields and health != account.health:
                tx.log.append("account_health", data={"account": account.name, "health": stored(health)})

    def run(self, stop: threading.Event, *, on_round: Callable[[SyncReport], None] = lambda _r: None) -> None:
        """Rounds until `stop`: a full one every interval, a sending one as soon as something is due or a change
        asks for it, and one of a single account as soon as its server says that something is new. While another
        sync process holds the lease this one only waits to take over. `on_round` is called by one thread at a
        time, not always the same."""
        feed = self.store.feed()
        interval = timedelta(seconds=self.context.config.sync.interval_seconds)
        next_fetch = self.context.clock.now()
        telling = threading.Lock()

        def tell(report: SyncReport) -> None:
            if any(one.stored for one in report.accounts):
                self._came.set()
            with telling:
                on_round(report)

        def heard(account: Account, enough: threading.Event) -> None:
            report = self._account(account, True, PATIENCE, wait=True)
            tell(SyncReport((report,), self._outbox()))
            while report.unfinished and not (enough.is_set() or stop.is_set()):
                report = self._account(account, True, PATIENCE, wait=True)
                tell(SyncReport((report,), self._outbox()))

        ears = Ears(self.context.secrets, heard)
        posting: Posting | None = None
        self._pauses = Pauses()
        self._came.set()
        try:
            while not stop.is_set():
                if not self.hold():
                    ears.close()
                    stop.wait(2.0)
                    continue
                if posting is None and self.context.config.webhooks:
                    from csdesk.services.webhooks import Posting

                    posting = Posting(self.context, stop)
                accounts = self._accounts()
                ears.keep(accounts)
                now = self.context.clock.now()
                full = now >= next_fetch or self._pauses.ended(accounts, now)
                if full or self._due(now):
                    report = self.once(fetch=full, patience=PATIENCE)
                    tell(report)
                    unfinished = any(one.unfinished for one in report.accounts)
                    full = full and not unfinished
                if full:
                    self._came.set()  # what failed before may work by now
                    self._warm_up()
                    next_fetch = self.context.clock.now() + interval
                if self._due(now):
                    # What was due and still is cannot be worked now (another process has the account).
                    stop.wait(1.0)
                else:
                    self._translate(stop)
                self._doze(stop, feed.wait, next_fetch)
        finally:
            ears.close()
            if posting is not None:
                posting.close()
            if self._translating is not None:
                self._translating.join(LEAVING)
            self._pauses = None
            feed.close()
            self.let_go()

    def _warm_up(self) -> None:
        """Load what tells languages apart while nobody waits: it takes seconds on a busy machine, and they would be
        the first customer's."""
        if not self._warm:
            from csdesk.translation.detect import warm_up

            self._warm = True
            threading.Thread(target=warm_up, name="languages", daemon=True).start()

    def _translate(self, stop: threading.Event) -> None:
        """Translate some of what came in, on a thread of its own: an engine that is slow or hangs holds up neither
        mail nor answers. It makes way as soon as something is to be sent."""
        catch_up, busy = self._catch_up, self._translating
        if catch_up is None or not self._came.is_set() or (busy is not None and busy.is_alive()):
            return
        self._came.clear()

        def work() -> None:
            if catch_up(lambda: not stop.is_set() and not self._due(self.context.clock.now())):
                self._came.set()

        self._translating = threading.Thread(target=work, name="translations", daemon=True)
        self._translating.start()

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
        """Take or renew the one lease of sync processes; False when another one lives. It is renewed when a third of
        it is over, so that an idle desk writes nothing every second."""
        if time.monotonic() - self._held < SYNC_LEASE.total_seconds() / 3:
            return True
        with self.store.write() as tx:
            tx.leases.break_dead("sync", owners.is_dead)
            held = tx.leases.take("sync", self.owner, SYNC_LEASE)
        self._held = time.monotonic() if held else -SYNC_LEASE.total_seconds()
        return held

    def let_go(self) -> None:
        """Give the lease back."""
        self._held = -SYNC_LEASE.total_seconds()
        with self.store.write() as tx:
            tx.leases.release("sync", self.owner)

    def _due(self, now: datetime) -> bool:
        with self.store.read() as tx:
            return tx.outbox.due(now) or bool(tx.shops.waiting())

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


def fetch_account(
    store: Store,
    account: Account,
    channel: Channel,
    report: AccountReport,
    go_on: Callable[[], bool] = lambda: True,
    came: Callable[[Taken], object] = lambda _taken: None,
) -> None:
    """Fetch what is new, batch by batch, each stored with its cursor, as long as `go_on` says after one. `came` is
    told of every batch. Raises
    ChannelError, StoreFailure."""

    def known(ids: Collection[str]) -> set[str]:
        with store.read() as tx:
            return tx.messages.known(account.id, ids)

    with store.read() as tx:
        cursor = tx.accounts.cursor(account.id)
    if isinstance(channel, Recognising):
        channel.recognise_with(recogniser(store, account))
    with (
        closing(channel.fetch(cursor, known)) as batches,  # type: ignore[type-var]
        closing(understood(batches, partial(own_addresses, store))) as found,  # type: ignore[type-var]
    ):
        for batch, prepared in found:
            taken = take(store, account, batch, prepared)
            report.fetched += len(batch.mails)
            report.stored += taken.stored
            report.duplicates += taken.duplicates
            came(taken)
            if not go_on():
                report.unfinished = True
                break
