"""What only shops tell of an order (refunds, returns, disputes, tags, notes), to columns and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from csdesk.db.types import from_micros
from csdesk.domain import orders as domain
from csdesk.domain.views import micros

MARKETS = frozenset(("amazon", "ebay", "aliexpress"))
"""Where a buyer's id means the same person in every shop."""


def buyer_identity(order: domain.Order) -> tuple[str, str] | None:
    """(channel, value) by which a buyer is known on other channels; an own shop numbers its buyers by itself, so
    there the account goes before the id. None for a buyer without one."""
    if not order.buyer_id:
        return None
    own = order.source in MARKETS or order.account is None
    return order.source, order.buyer_id if own else f"{order.account}:{order.buyer_id}"


def columns(order: domain.Order) -> dict[str, Any]:
    """As they are stored."""
    cases: dict[str, Any] = {}
    if order.refunds:
        cases["refunds"] = [[str(r.amount), _at(r.at), r.reason] for r in order.refunds]
    if order.returns:
        cases["returns"] = [
            [r.id, r.status, r.raw_status, r.reason, _at(r.respond_by)] for r in order.returns
        ]
    if order.disputes:
        cases["disputes"] = [
            [d.id, d.kind, d.status, d.raw_status, _money(d.amount), d.reason, _at(d.respond_by)]
            for d in order.disputes
        ]
    return {
        "account_id": order.account,
        "source_id": order.source_id,
        "buyer_id": order.buyer_id,
        "changed_at": order.changed_at,
        "shop_currency": order.shop_currency,
        "shop_total": "" if order.shop_total is None else str(order.shop_total),
        "cases": cases,
        "tags": list(order.tags),
        "notes": [[n.id, n.text, n.author, _at(n.at), n.public] for n in order.notes],
    }


def fields(row: Any) -> dict[str, Any]:
    """As Order's fields."""
    cases = row.cases or {}
    return {
        "account": row.account_id,
        "source_id": row.source_id,
        "buyer_id": row.buyer_id,
        "changed_at": row.changed_at,
        "shop_currency": row.shop_currency,
        "shop_total": Decimal(row.shop_total) if row.shop_total else None,
        "refunds": tuple(
            domain.Refund(Decimal(amount), from_micros(at), reason)
            for amount, at, reason in cases.get("refunds", ())
        ),
        "returns": tuple(
            domain.Return(id, status, raw, reason, from_micros(until))
            for id, status, raw, reason, until in cases.get("returns", ())
        ),
        "disputes": tuple(
            domain.Dispute(
                id, kind, status, raw, None if amount is None else Decimal(amount), reason, from_micros(until)
            )
            for id, kind, status, raw, amount, reason, until in cases.get("disputes", ())
        ),
        "tags": tuple(row.tags),
        "notes": tuple(
            domain.OrderNote(id, text, author, from_micros(at), public)
            for id, text, author, at, public in row.notes
        ),
    }


def _at(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
