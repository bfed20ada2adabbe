"""Pulling orders from one shop, and doing there what agents asked for. Part of the sync process; an account's lease is
held by the caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from csdesk.channels.shop_keys import ShopKeys
from csdesk.channels.web import WebClient
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, MaybeSent, NotSent, Rejected
from csdesk.domain.shopacts import ShopAct, next_step
from csdesk.domain.sources import OrderBatch, OrderSource, Wait
from csdesk.i18n import _, stored
from csdesk.orders.shops import open_source
from csdesk.services.context import Context
from csdesk.store import Tx

if TYPE_CHECKING:
    from csdesk.services.sync import AccountReport

GIVEN_UP = timedelta(days=1)
"""After so long an act that never reached its shop is given up: whoever asked for it will have gone another way."""
log = logging.getLogger(__name__)


def source_of(context: Context, account: Account) -> tuple[OrderSource, WebClient]:
    """The account's source and the connection that it speaks over; close the latter. Touches no network."""
    web = WebClient(account.name, account.settings, context.clock)
    return open_source(account, web, ShopKeys(account, context.secrets, context.clock)), web


def work(
    context: Context, account: Account, report: AccountReport, fetch: bool, go_on: Callable[[], bool]
) -> bool:
    """One round: what agents asked for first, then orders that changed. Whether the shop was asked for orders.
    Raises ChannelError, StoreFailure."""
    with context.store.read() as tx:
        held = tx.shops.held(account.id)
        acts = tx.shops.open_acts(account.id)
    if held is not None:
        report.error, report.code = account.health, "rate_limited" if account.health else ""
        return False
    if not (fetch or acts):
        return False
    source, web = source_of(context, account)
    with closing(web), closing(source):
        try:
            if acts:
                perform(context, account, source, acts, fetch=fetch)
            if fetch:
                _fetch(context, account, source, report, go_on)
        except Wait as wait:
            with context.store.write() as tx:
                tx.shops.hold(account.id, wait.until)
            if wait.asked:
                raise
    return fetch


def _fetch(
    context: Context, account: Account, source: OrderSource, report: AccountReport, go_on: Callable[[], bool]
) -> None:
    with context.store.read() as tx:
        cursor = tx.accounts.cursor(account.id)
    with closing(source.fetch(cursor)) as batches:  # type: ignore[type-var]
        for batch in batches:
            with context.store.write() as tx:
                counts = take(tx, account, batch, cursor)
            cursor = batch.cursor
            report.fetched += len(batch.orders) + len(batch.unread)
            report.stored += counts["added"] + counts["updated"]
            report.duplicates += counts["unchanged"]
            report.failed += len(batch.unread)
            if not go_on():
                report.unfinished = True
                break


def take(tx: Tx, account: Account, batch: OrderBatch, before: str = "") -> dict[str, int]:
    """Store a batch and its cursor: how many orders were added, updated, unchanged. Open conversations beside an order
    that changed hear of it."""
    tx.customers.alone()  # whose an order is must not change between looking and writing
    counts = {"added": 0, "updated": 0, "unchanged": 0}
    changed = []
    for order, what in zip(batch.orders, tx.orders.upsert_all(batch.orders), strict=True):
        counts[what] += 1
        if what != "unchanged":
            changed.append(order.source_id)
    if batch.cursor != before:
        tx.accounts.set_cursor(account.id, batch.cursor)
    for one in batch.unread:
        log.warning("account %s: order %s: %s", account.name, one.name, one.why)
        data = {"account": account.name, "order": one.name, "why": one.why}
        tx.log.append("order_unreadable", data=data)
    if changed:
        rows = [
            tx.log.row("order_changed", conversation=talk, agent=None, data={"order": order})
            for talk, order in tx.orders.talks_beside(account.id, changed)
        ]
        told = {"account": account.name, "added": counts["added"], "updated": counts["updated"]}
        tx.log.append_all([*rows, tx.log.row("orders_pulled", conversation=None, agent=None, data=told)])
    return counts


def perform(
    context: Context, account: Account, source: OrderSource, acts: list[ShopAct], *, fetch: bool = True
) -> None:
    """Do what was asked for, in order; what nobody knows the end of is looked up first. An act that failed for now is
    tried again in full rounds (`fetch`) only. Raises ChannelError when the shop cannot be asked at all."""
    for act in acts:
        try:
            if act.state in ("doing", "uncertain"):
                _settle(context, source, act)
            elif fetch or not act.error:
                _do(context, account, source, act)
        except ChannelError as error:
            _note(context, act, act.state if act.state != "doing" else "uncertain", error.message)
            raise


def _do(context: Context, account: Account, source: OrderSource, act: ShopAct) -> None:
    with context.store.write() as tx:
        tx.shops.set_act(act.id, "doing", begun=True)
    try:
        source.act(act.source_id, act.kind, act.fields)
    except NotSent as error:
        old = context.clock.now() - act.created_at > GIVEN_UP
        _note(context, act, "failed" if old else "queued", error.message)
    except Rejected as error:
        _note(context, act, "failed", error.message)
    except MaybeSent as error:
        words = _("{words} Nobody knows whether it was done; the shop is asked before it is tried again.")
        _note(context, act, "uncertain", words.format(words=error.message))
    except ChannelError:
        # It came from what goes before: signing in, a pause. The act itself was not handed over.
        with context.store.write() as tx:
            tx.shops.set_act(act.id, "queued", error=act.error)
        raise
    else:
        _note(context, act, "done", "")


def _settle(context: Context, source: OrderSource, act: ShopAct) -> None:
    """Ask the shop whether it has the act. One that it records itself and does not have is asked for again."""
    found = source.has_done(act.source_id, act.kind, act.fields, act.begun_at or act.created_at)
    state = next_step(act, found, context.clock.now())
    error = "" if state == "done" else act.error
    if state == "uncertain" and not error:
        error = _("Nobody knows whether it was done; the shop is asked before it is tried again.")
    if state != act.state or error != act.error:
        _note(context, act, state, error if state != "queued" else _("It was not there; it is tried again."))


def _note(context: Context, act: ShopAct, state: str, error: str) -> None:
    """Write down how far an act came, and tell the conversations beside the order."""
    with context.store.write() as tx:
        tx.shops.set_act(act.id, state, error=error)
        data = {
            "act": act.id, "kind": act.kind, "order": act.order, "number": act.number, "state": state,
            "error": stored(error),
        }  # fmt: skip
        talks = tx.orders.talks_beside(act.account, [act.source_id])
        rows = [
            tx.log.row("order_act", conversation=talk, agent=act.agent, data=data) for talk, _order in talks
        ]
        tx.log.append_all(rows or [tx.log.row("order_act", conversation=None, agent=act.agent, data=data)])
