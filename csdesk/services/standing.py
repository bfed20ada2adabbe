"""Whether mail flows: what a screen says of the sync, read from the store. Loads nothing of what a sync works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csdesk.channels.registry import progress
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelProgress
from csdesk.services import owners
from csdesk.services.context import Context


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How the desk stands with the world. `running` is whether a sync process holds the lease."""

    running: bool
    last_at: datetime | None
    offline: bool
    outbox_waiting: int
    accounts: tuple[Account, ...]
    fetched: tuple[int, int] | None = None
    """Mails read and mails there are, of all accounts whose first fetch is not over; None where none is."""


class Standing:
    """How accounts and outbox stand, whoever works on them."""

    def __init__(self, context: Context) -> None:
        self.store = context.store

    def status(self) -> SyncStatus:
        """Whether a sync process runs, when mail was last fetched, and what waits in the outbox."""
        with self.store.read() as tx:
            holder = tx.leases.holder("sync")
            accounts = tx.accounts.all()
            counts = tx.outbox.counts()
            firsts = [
                one
                for account in accounts
                if not account.paused and (one := progress(account, tx.accounts.cursor(account.id)))
            ]
        active = [a for a in accounts if not a.paused]
        times = [a.last_sync_at for a in active if a.last_sync_at]
        return SyncStatus(
            running=bool(holder) and not owners.is_dead(holder),
            last_at=max(times, default=None),
            offline=bool(active) and all(a.health for a in active),
            outbox_waiting=counts.get("queued", 0) + counts.get("sending", 0),
            accounts=accounts,
            fetched=(sum(one.done for one in firsts), sum(one.total for one in firsts)) if firsts else None,
        )

    def progress(self) -> dict[str, ChannelProgress]:
        """Account name -> how far its first fetch came, for accounts where that is not over."""
        found = {}
        with self.store.read() as tx:
            for account in tx.accounts.all():
                if one := progress(account, tx.accounts.cursor(account.id)):
                    found[account.name] = one
        return found
