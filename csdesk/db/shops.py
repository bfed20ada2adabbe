"""What is done to orders in their shops, exchange rates, and accounts that were asked to wait."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from csdesk.db.shop_tables import AccountHold, OrderAct, OrderPayload, Rate
from csdesk.db.tables import Meta, Order, table
from csdesk.db.tx import Tx
from csdesk.db.types import dumps, loads
from csdesk.domain import rates
from csdesk.domain.shopacts import ShopAct

_ACT = table(OrderAct)
_PAYLOAD = table(OrderPayload)
_RATE = table(Rate)
_HOLD = table(AccountHold)
_ORD = table(Order)
_META = table(Meta)
_OPEN = ("queued", "doing", "uncertain")


def _columns_key(header: Sequence[str]) -> str:
    return "columns:" + hashlib.sha256("\0".join(sorted(header)).encode()).hexdigest()[:24]


class Shops:
    """Acts, payloads, rates, holds."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def keep_payload(self, order: int, payload: str) -> None:
        """What a shop answered about an order; the newest counts."""
        self.tx.run(delete(_PAYLOAD).where(_PAYLOAD.c.order_id == order))
        self.tx.run(insert(_PAYLOAD).values(order_id=order, payload=payload))

    def payload(self, order: int) -> str:
        """The shop's answer about an order as JSON; '' for one that came from a file."""
        row = self.tx.one(select(_PAYLOAD.c.payload).where(_PAYLOAD.c.order_id == order))
        return row[0] if row else ""

    def add_act(self, order: int, account: int, kind: str, words: dict[str, str], agent: int | None) -> int:
        """Hand an act over; its id."""
        return self.tx.insert(
            insert(_ACT).values(
                order_id=order, account_id=account, kind=kind, words=words, state="queued", agent_id=agent,
                created_at=self.tx.now, error="",
            )
        )  # fmt: skip

    def set_act(self, act: int, state: str, *, error: str = "", begun: bool = False) -> None:
        """How far it came; `begun` marks now as when the shop was first asked."""
        more: dict[str, Any] = {"begun_at": self.tx.now} if begun else {}
        self.tx.run(update(_ACT).where(_ACT.c.id == act).values(state=state, error=error, **more))

    def act(self, act: int) -> ShopAct | None:
        """One act, or None."""
        found = self._acts(_ACT.c.id == act)
        return found[0] if found else None

    def open_acts(self, account: int) -> list[ShopAct]:
        """What is not settled of an account, in the order in which it was asked for."""
        return self._acts((_ACT.c.account_id == account) & _ACT.c.state.in_(_OPEN))

    def waiting(self) -> set[int]:
        """Accounts with acts that nobody tried yet."""
        query = select(_ACT.c.account_id).where(_ACT.c.state == "queued", _ACT.c.error == "").distinct()
        return {row[0] for row in self.tx.rows(query)}

    def acts_of(self, order: int) -> list[ShopAct]:
        """All that was done to an order, oldest first."""
        return self._acts(_ACT.c.order_id == order)

    def _acts(self, where: Any) -> list[ShopAct]:
        query = select(_ACT, _ORD.c.source_id, _ORD.c.number).join(_ORD, _ORD.c.id == _ACT.c.order_id)
        return [
            ShopAct(
                row.id, row.order_id, row.account_id, row.source_id, row.number, row.kind, dict(row.words),
                row.state, row.agent_id, row.created_at, row.begun_at, row.error,
            )
            for row in self.tx.rows(query.where(where).order_by(_ACT.c.id))
        ]  # fmt: skip

    def columns(self, header: Sequence[str]) -> dict[str, str]:
        """What was said about the columns of files with this header; {} when nothing was."""
        row = self.tx.one(select(_META.c.value).where(_META.c.name == _columns_key(header)))
        return dict(loads(row[0])) if row else {}

    def remember_columns(self, header: Sequence[str], names: Mapping[str, str]) -> None:
        """Remember it for the next file."""
        key = _columns_key(header)
        self.tx.run(delete(_META).where(_META.c.name == key))
        self.tx.run(insert(_META).values(name=key, value=dumps(dict(names))))

    def put_rates(self, found: Iterable[rates.Rate]) -> int:
        """Write rates down; one of the same day is replaced. How many."""
        count = 0
        for one in found:
            same = (
                (_RATE.c.currency == one.currency)
                & (_RATE.c.into_currency == one.into)
                & (_RATE.c.day == one.day.isoformat())
            )
            self.tx.run(delete(_RATE).where(same))
            self.tx.run(
                insert(_RATE).values(
                    currency=one.currency, into_currency=one.into, day=one.day.isoformat(), value=str(one.value)
                )
            )  # fmt: skip
            count += 1
        return count

    def rates(self, *currencies: str) -> list[rates.Rate]:
        """Rates between these currencies, or all; newest first."""
        query = select(_RATE).order_by(_RATE.c.day.desc(), _RATE.c.currency, _RATE.c.into_currency)
        if currencies:
            query = query.where(_RATE.c.currency.in_(currencies), _RATE.c.into_currency.in_(currencies))
        return [
            rates.Rate(row.currency, row.into_currency, date.fromisoformat(row.day), Decimal(row.value))
            for row in self.tx.rows(query)
        ]

    def hold(self, account: int, until: datetime) -> None:
        """Leave an account alone until then."""
        self.release(account)
        self.tx.run(insert(_HOLD).values(account_id=account, until=until))

    def release(self, account: int) -> None:
        """The account may be asked again."""
        self.tx.run(delete(_HOLD).where(_HOLD.c.account_id == account))

    def held(self, account: int) -> datetime | None:
        """Until when an account is left alone; None when it may be asked now."""
        row = self.tx.one(select(_HOLD.c.until).where(_HOLD.c.account_id == account))
        return row[0] if row is not None and row[0] > self.tx.now else None

    def pulled(self, account: int) -> int:
        """How many orders came from an account."""
        found = self.tx.conn.execute(
            select(func.count()).select_from(_ORD).where(_ORD.c.account_id == account)
        )
        return int(found.scalar() or 0)
