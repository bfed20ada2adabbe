"""Asking carriers and tracking services about parcels, at a pace that they like. Part of the sync process, whose
account leases the caller holds; and once for one parcel, when a person asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from csdesk.channels.shop_keys import ShopKeys
from csdesk.channels.web import WebClient
from csdesk.domain.orders import Shipment
from csdesk.domain.parcels import AFTER, cooling, merged, next_look
from csdesk.domain.people import Account
from csdesk.domain.ports import Asked, Carrier, ChannelError, Told
from csdesk.domain.sources import CARRIER_KINDS, Wait
from csdesk.errors import DeskError, Refused
from csdesk.i18n import _, ngettext, stored
from csdesk.orders.carriers.opening import NAMES, SERVICES, open_carrier
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.db.parcels import Watched
    from csdesk.services.sync import AccountReport

MISTAKEN = timedelta(days=1)
"""A number that a source takes not is tried again after this: most are typed wrongly and stay wrong."""


class Unreachable(DeskError):
    """A carrier that cannot be asked now."""

    exit_code = 5


def carrier_of_account(context: Context, account: Account) -> tuple[Carrier, WebClient]:
    """The account's carrier and the connection that it speaks over; close the latter. Touches no network."""
    web = WebClient(account.name, account.settings, context.clock)
    return open_carrier(account, web, ShopKeys(account, context.secrets, context.clock)), web


def best(carrier: str, accounts: Sequence[Account]) -> Account | None:
    """Whom to ask about a parcel: its own carrier, which knows first, else a service that knows all."""
    working = [one for one in accounts if one.kind in CARRIER_KINDS and not one.paused]
    for one in working:
        if NAMES.get(one.kind, "").casefold() == carrier.casefold() != "":
            return one
    services = [one for one in working if one.kind in SERVICES]
    return min(services, key=lambda one: SERVICES.index(one.kind), default=None)


def work(
    context: Context, account: Account, report: AccountReport, fetch: bool, go_on: Callable[[], bool]
) -> bool:
    """One round: parcels whose turn it is, a batch at a time. Whether anybody was asked. Raises ChannelError,
    StoreFailure."""
    if not fetch:
        return False
    with context.store.read() as tx:
        held = tx.shops.held(account.id)
    if held is not None:
        report.error, report.code = account.health, "rate_limited" if account.health else ""
        return False
    _enrol(context, account)
    carrier, web = carrier_of_account(context, account)
    with closing(web):
        try:
            while True:
                with context.store.read() as tx:
                    due = tx.parcels.due(account.id, carrier.batch)
                if not due:
                    break
                _round(context, account, carrier, due, report)
                if not go_on():
                    report.unfinished = True
                    break
        except Wait as wait:
            with context.store.write() as tx:
                tx.shops.hold(account.id, wait.until)
            if wait.asked:
                raise
    return True


def _enrol(context: Context, account: Account) -> None:
    """Parcels that nobody asks about yet, and that this account should."""
    with context.store.read() as tx:
        accounts, parcels = tx.accounts.all(), tx.parcels.unwatched()
    mine = []
    for one in parcels:
        chosen = best(one.carrier, accounts)
        if chosen is not None and chosen.id == account.id:
            mine.append(one.id)
    if mine:
        with context.store.write() as tx:
            tx.parcels.watch(mine, account.id)


def _round(
    context: Context, account: Account, carrier: Carrier, due: Sequence[Watched], report: AccountReport
) -> None:
    fresh = [one for one in due if carrier.registers and not one.registered]
    refused = {}
    if fresh:
        told = carrier.register([_asked(one) for one in fresh])
        refused = {one.number: one for one in told if one.error}
        with context.store.write() as tx:
            for one in fresh:
                if one.number not in refused:
                    tx.parcels.set(one.id, registered=True)
    ready = [one for one in due if one.number not in refused]
    answers = carrier.ask([_asked(one) for one in ready]) if ready else []
    known = {one.number.upper(): one for one in answers} | refused
    with context.store.write() as tx:
        for one in due:
            what = _keep(tx, account, carrier, one, known.get(one.number.upper()))
            report.fetched += 1
            report.stored += what in ("added", "updated")
            report.duplicates += what == "unchanged"
            report.failed += what == "refused"


def _asked(one: Watched) -> Asked:
    return Asked(one.number, one.carrier, one.country)


def _keep(tx: Tx, account: Account, carrier: Carrier, one: Watched, told: Told | None) -> str:
    """Store what was said of a parcel and when to ask again: 'added', 'updated', 'unchanged' or 'refused'."""
    if told is None or told.shipment is None:
        error = told.error if told is not None else ""
        again = told is not None and told.again
        later = carrier.every if again or not error else max(carrier.every, MISTAKEN)
        tx.parcels.set(
            one.id, next_at=tx.now + later, error=stored(error), **({"registered": False} if again else {})
        )
        return "refused" if error else "unchanged"
    before = tx.orders.parcel(one.number)
    # A source has its own name for a carrier; who the shop handed it to is known better here.
    shipment = replace(
        told.shipment, number=one.number, carrier=one.carrier or told.shipment.carrier, polled_at=tx.now
    )
    what = tx.orders.put_shipment(shipment, one.order, one.country)
    after = timedelta(days=float(account.settings.get("after_days", "") or AFTER.days))
    look = next_look(merged(before, shipment), tx.now, carrier.every, after)
    tx.parcels.set(one.id, next_at=look, error="")
    if what != "unchanged" and one.order is not None:
        data = {"parcel": one.number, "status": shipment.status, "order": one.order}
        rows = [
            tx.log.row("parcel_changed", conversation=talk, agent=None, data=data)
            for talk, _order in tx.parcels.talks([one.order])
        ]
        if rows:
            tx.log.append_all(rows)
    return what


def ask_now(context: Context, number: str) -> Shipment:
    """Ask about one parcel because a person wants to know; also about a number that is not stored, which is only shown.
    Raises Refused while it was asked about just now or where no account can be asked, ChannelError as DeskError."""
    from csdesk.orders.carriers import carrier_of
    from csdesk.orders.carriers.numbers import compact

    number = compact(clean_line(number, limit=80))
    with context.store.read() as tx:
        accounts, found, known = tx.accounts.all(), tx.parcels.of(number), tx.orders.parcel(number)
    wait = cooling(known.polled_at if known else None, context.clock.now())
    if wait > timedelta(0):
        seconds = int(wait.total_seconds()) + 1
        words = ngettext(
            "{number} was asked about just now; ask again in {n} second.",
            "{number} was asked about just now; ask again in {n} seconds.",
            seconds,
        )
        raise Refused(words.format(number=number, n=seconds), code="cooling")
    carrier_name = (known.carrier if known else "") or carrier_of(number)
    watcher = next((one for one in accounts if found and one.id == found[1] and not one.paused), None)
    account = watcher or best(carrier_name, accounts)
    if account is None:
        words = _("No account can be asked about {number}. Add one, such as: {command}")
        command = "csdesk account add tracking 17track --password-env KEY"
        raise Refused(words.format(number=number, command=command), code="no_carrier")
    with context.store.read() as tx:
        held = tx.shops.held(account.id)
    if held is not None:
        words = _("{name} is not asked before {time} UTC, as the service wishes.")
        raise Refused(words.format(name=account.name, time=f"{held:%Y-%m-%d %H:%M}"), code="rate_limited")
    try:
        return _now(context, account, number, found[0] if found else None, watcher is not None)
    except Wait as waiting:
        with context.store.write() as tx:
            tx.shops.hold(account.id, waiting.until)
        raise Refused(waiting.message, code="rate_limited") from waiting
    except ChannelError as error:
        raise Unreachable(error.message, code=error.code) from error


def _now(context: Context, account: Account, number: str, one: Watched | None, same: bool) -> Shipment:
    carrier, web = carrier_of_account(context, account)
    asked = _asked(one) if one else Asked(number)
    with closing(web):
        if carrier.registers and not (one and one.registered and same):
            for told in carrier.register([asked]):
                if told.error:
                    raise Refused(told.error, code="refused")
        answer = next(iter(carrier.ask([asked])), None)
    if answer is None or answer.shipment is None:
        error = answer.error if answer else ""
        raise Refused(
            error or _("{name} knows nothing of {number}.").format(name=account.name, number=number)
        )
    if one is None:
        return replace(answer.shipment, polled_at=context.clock.now())
    with context.store.write() as tx:
        tx.parcels.move(one.id, account.id, registered=carrier.registers)
        _keep(tx, account, carrier, one, replace(answer, number=one.number))
        stored_now = tx.orders.parcel(one.number)
    assert stored_now is not None
    return stored_now
