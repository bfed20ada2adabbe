"""Leases: who works on what until when, so that two sync processes never fetch or send the same thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select, text

from csdesk.db.tables import Lease, table
from csdesk.db.tx import Tx
from csdesk.domain.views import micros

_LEASE = table(Lease)
# One statement, so that taking is atomic in both databases.
_TAKE = text(
    "INSERT INTO lease (name, owner, until) VALUES (:name, :owner, :until) "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until "
    "WHERE lease.owner = excluded.owner OR lease.until < :now RETURNING name"
)


class Leases:
    """Named leases with an owner and an end."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def take(self, name: str, owner: str, length: timedelta) -> bool:
        """Take or renew a lease. False when somebody else holds it and it has not ended."""
        values = {
            "name": name,
            "owner": owner,
            "until": micros(self.tx.now + length),
            "now": micros(self.tx.now),
        }
        return self.tx.one(_TAKE, values) is not None

    def release(self, name: str, owner: str) -> None:
        """Give a lease back, if it is still ours."""
        self.tx.run(delete(_LEASE).where(_LEASE.c.name == name, _LEASE.c.owner == owner))

    def break_dead(self, name: str, is_dead: Callable[[str], bool]) -> None:
        """End a lease whose holder is known to be gone, so that nobody waits for its end."""
        owner = self.holder(name)
        if owner and is_dead(owner):
            self.release(name, owner)

    def holder(self, name: str) -> str:
        """Who holds a lease now, '' when nobody does."""
        row = self.tx.one(select(_LEASE.c.owner).where(_LEASE.c.name == name, _LEASE.c.until >= self.tx.now))
        return row[0] if row else ""
