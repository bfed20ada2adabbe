"""Which notices are due now, for whom, through which account and in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from csdesk.domain.customer import Customer
from csdesk.domain.notices import NO_NOTICES, Notice, Proposal, Rule, Situation, daytime, propose
from csdesk.domain.orders import Order
from csdesk.domain.people import Account
from csdesk.mail.relays import market_of
from csdesk.services import places
from csdesk.services.lateness import is_late
from csdesk.services.notice_rules import book
from csdesk.services.orders import linked
from csdesk.services.shops import is_shop
from csdesk.store import Tx

BACK = timedelta(days=120)
"""Older orders ask for nothing."""
QUIET = timedelta(days=14)
"""So long nobody may have written before a customer is asked for a review."""
MOST = 500
"""Proposals that are made in one go."""


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal with all that writing it needs."""

    proposal: Proposal
    customer: Customer
    account: Account
    language: str


def cases(tx: Tx, only: int | None = None) -> Sequence[Case]:
    """All proposals, the longest due first."""
    candidates = tx.notices.candidates(tx.now - BACK, only)
    done = tx.notices.done([order.id for order, _customer in candidates])
    accounts = [one for one in tx.accounts.all() if not is_shop(one.kind) and one.address]
    found: list[Case] = []
    for order, customer in candidates:
        situation = Situation(
            order,
            _channels(order),
            late=is_late(tx, order),
            notified=frozenset(done.get(order.id, {})),
            origin=_origin(order),
        )
        if not propose(book().rules, (), situation, tx.now):
            continue  # most orders ask for nothing; only the others are looked at closely
        found += _of_order(tx, situation, customer, accounts)
        if len(found) >= MOST:
            break
    return sorted(found, key=lambda case: case.proposal.due)


def _of_order(tx: Tx, situation: Situation, customer: int | None, accounts: Sequence[Account]) -> list[Case]:
    order = situation.order
    card = tx.customers.card(customer) if customer is not None else _stranger(order, tx.now)
    talk, waits, talking = _talk(tx, order.id)
    by_id = {one.id: one for one in accounts}
    account = by_id.get(tx.conversations.state(talk).account_id) if talk is not None else None
    account = account or next(iter(accounts), None)
    if account is None:
        return []
    market = market_of(order.email)
    situation = replace(
        situation,
        channels=situation.channels | ({market} if market else frozenset()) | {account.kind},
        conversation=talk,
        waits=waits,
        talking=talking,
        opted_out=NO_NOTICES in card.tags,
        relay=market is not None,
    )
    language = (tx.conversations.state(talk).language if talk is not None else "") or card.language
    language = language or book().languages.get(order.country, "en")
    made = propose(book().rules, book().policies, situation, tx.now)
    return [Case(one, card, account, language) for one in made]


def _channels(order: Order) -> frozenset[str]:
    return frozenset({order.source})


def _origin(order: Order) -> str:
    return next((parcel.origin for parcel in order.shipments if parcel.origin), "")


def single(tx: Tx, order: Order, rule: Rule) -> Case | None:
    """A rule's case for one order whatever its day; None where its customer cannot be written to."""
    customer = tx.notices.owner(order.id)
    card = tx.customers.card(customer) if customer is not None else _stranger(order, tx.now)
    talk = talk_of(tx, order.id)
    accounts = {one.id: one for one in tx.accounts.all() if not is_shop(one.kind) and one.address}
    if talk is None and (not order.email or market_of(order.email) is not None):
        return None
    account = accounts.get(tx.conversations.state(talk).account_id) if talk is not None else None
    account = account or next(iter(accounts.values()), None)
    if account is None:
        return None
    language = (tx.conversations.state(talk).language if talk is not None else "") or card.language
    language = language or book().languages.get(order.country, "en")
    return Case(Proposal(rule, order, tx.now, talk), card, account, language)


def talk_of(tx: Tx, order: int) -> int | None:
    """The newest conversation in which an order is surely linked."""
    return _talk(tx, order)[0]


def _talk(tx: Tx, order: int) -> tuple[int | None, bool, bool]:
    """The newest conversation in which an order is surely linked; whether its customer waits in any; whether any is not
    closed or was not quiet for long."""
    newest, waits, talking = None, False, False
    for conversation, _subject, last in tx.orders.conversations(order):
        state = tx.conversations.state(conversation)
        if state.status == "spam":
            continue
        waits = waits or state.waiting_since is not None
        talking = talking or state.status in ("open", "snoozed") or tx.now - last < QUIET
        if newest is None and is_linked(tx, conversation, order):
            newest = conversation
    return newest, waits, talking


def is_linked(tx: Tx, conversation: int, order: int) -> bool:
    """Whether an order surely belongs to a conversation."""
    return any(one.order.id == order and one.state == "linked" for one in linked(tx, conversation))


def _stranger(order: Order, now: datetime) -> Customer:
    """Who ordered and never wrote."""
    name = order.customer_name or order.email.partition("@")[0]
    zone = places.zone_of(order.country, None, now)
    return Customer(0, name, (), book().languages.get(order.country, "en"), order.country, zone, now)


def _zone(case: Case, now: datetime) -> str:
    return case.customer.timezone or places.zone_of(case.proposal.order.country, None, now)


def is_day(case: Case, now: datetime) -> bool:
    """Whether it is the part of the customer's day in which a notice may leave by itself."""
    hours = daytime(case.proposal.rule, _zone(case, now))
    return hours is not None and hours.open_at(now)


def notice(case: Case, now: datetime) -> Notice:
    """A case as a person sees it."""
    there = places.local_time(_zone(case, now), now)
    who = case.customer.name or case.proposal.order.email
    return Notice(case.proposal, who, case.account.name, case.language, there, is_day(case, now))
