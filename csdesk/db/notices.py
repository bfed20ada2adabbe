"""Notices that are written unasked: which orders may ask for one, what was done about them, where they leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.notice_tables import Notice, NoticeSwitch
from csdesk.db.tables import Order as OrderTable
from csdesk.db.tables import table
from csdesk.db.tx import Tx
from csdesk.domain.orders import Order

_NOTICE = table(Notice)
_SWITCH = table(NoticeSwitch)
_ORD = table(OrderTable)
PART = 500
MOST = 5000
"""Orders that are looked at in one go, the newest."""


class Notices:
    """Reads and writes what became of notices."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def candidates(self, since: datetime, only: int | None = None) -> list[tuple[Order, int | None]]:
        """Orders placed since an instant and their customers, newest first; cancelled ones are left out. `only`
        asks for one order."""
        where = (_ORD.c.placed_at >= since) & (_ORD.c.fulfilment != "cancelled")
        if only is not None:
            where &= _ORD.c.id == only
        found = self.tx.orders.of(where, MOST)
        owners: dict[int, int | None] = {}
        ids = [order.id for order in found]
        for start in range(0, len(ids), PART):
            query = select(_ORD.c.id, _ORD.c.customer_id).where(_ORD.c.id.in_(ids[start : start + PART]))
            owners.update({row[0]: row[1] for row in self.tx.rows(query)})
        return [(order, owners.get(order.id)) for order in found]

    def owner(self, order: int) -> int | None:
        """Whose order it is; None where no customer is known."""
        row = self.tx.one(select(_ORD.c.customer_id).where(_ORD.c.id == order))
        return row[0] if row is not None else None

    def done(self, orders: Sequence[int]) -> dict[int, dict[str, str]]:
        """Order to the rules that were handled for it and how."""
        out: dict[int, dict[str, str]] = {}
        for start in range(0, len(orders), PART):
            query = select(_NOTICE.c.order_id, _NOTICE.c.rule, _NOTICE.c.state).where(
                _NOTICE.c.order_id.in_(list(orders[start : start + PART]))
            )
            for order, rule, state in self.tx.rows(query):
                out.setdefault(order, {})[rule] = state
        return out

    def mark(
        self, order: int, rule: str, state: str, *, agent: int | None = None, conversation: int | None = None
    ) -> bool:
        """Write down that a notice was handled, with its event; False when it had been before."""
        make = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = make(_NOTICE).values(
            order_id=order, rule=rule, state=state, at=self.tx.now, agent_id=agent, conversation_id=conversation
        )  # fmt: skip
        if self.tx.one(row.on_conflict_do_nothing().returning(_NOTICE.c.order_id)) is None:
            return False
        data = {"order": order, "rule": rule, "state": state}
        self.tx.log.append("notice", conversation=conversation, agent=agent, data=data)
        return True

    def forget(self, order: int, rule: str) -> str:
        """Take back that a notice was skipped; the state it had, '' for none. One that was written stays written."""
        where = (_NOTICE.c.order_id == order) & (_NOTICE.c.rule == rule)
        row = self.tx.one(select(_NOTICE.c.state).where(where))
        if row is not None and row[0] == "skipped":
            self.tx.run(delete(_NOTICE).where(where))
        return "" if row is None else str(row[0])

    def switches(self) -> set[tuple[int, str]]:
        """(account, rule) of the notices that leave by themselves."""
        return {(row[0], row[1]) for row in self.tx.rows(select(_SWITCH.c.account_id, _SWITCH.c.rule))}

    def switch(self, account: int, rule: str, agent: int, *, on: bool) -> None:
        """Let a rule's notices leave by themselves through an account, or not any more."""
        self.tx.run(delete(_SWITCH).where(_SWITCH.c.account_id == account, _SWITCH.c.rule == rule))
        if on:
            self.tx.run(insert(_SWITCH).values(account_id=account, rule=rule, agent_id=agent, at=self.tx.now))
        data = {"account": account, "rule": rule, "on": on}
        self.tx.log.append("notice_switched", agent=agent, data=data)
