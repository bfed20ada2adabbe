"""Writing first: when an order asks for a notice to its customer, and what stands in the way. Pure.

The rules and the markets' policies are data (csdesk/notices.toml); this module is given them. It proposes, nothing
more: whether a proposal becomes a draft or leaves by itself is decided by people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from csdesk.domain.hours import Hours, parse_hours
from csdesk.domain.orders import Order, stage

TOPICS = ("payment", "order", "shipment", "extension", "receipt", "review")
"""What a notice is about, as a market's policy names it."""
EVENTS = ("placed", "dispatched", "delivered", "protection_ends")
"""What a rule counts its days from."""
NO_NOTICES = "no-notices"
"""The tag of a customer who does not want to be written to unasked."""
BLOCKS = ("policy", "opted_out", "waits", "talking", "relay", "nobody")
"""Why a notice that is due is not proposed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One notice. It is due from `after` to `before` days behind `event` (both may be negative), while the order is at
    one of `stages` and, where `parcels` is not empty, its parcel in one of these statuses. `lanes` are
    'ORIGIN>DESTINATION' countries (ISO 3166) with * for any, `channels` the order's sources, ('*',) for all.
    `hours` is the part of the customer's day in which it may be sent by itself, 'HH:MM-HH:MM'; `by_itself` False
    where a person has to do something first."""

    name: str
    stages: tuple[str, ...]
    event: str
    after: float
    before: float
    template: str
    topic: str
    hours: str = "9:00-20:00"
    payments: tuple[str, ...] = ()
    parcels: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ("*>*",)
    channels: tuple[str, ...] = ("*",)
    by_itself: bool = True
    unless_late: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What a market does not let sellers write unasked, from a day on; None for ever since. `relay` says that its
    addresses take a mail only in a conversation that the buyer began. `source` is where that is written. Where nobody
    has read what a market allows, `verified` is False, and nothing is allowed."""

    channel: str
    since: date | None
    forbids: tuple[str, ...]
    source: str
    relay: bool = False
    verified: bool = True

    def against(self, topic: str) -> bool:
        """Whether a notice about this must not be written there."""
        return topic in self.forbids or not self.verified


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision about one order needs. `channels` are the names by which policies may know where it was
    sold; `conversation` one in which it is surely linked, None for none; `waits` that its customer waits for an answer,
    `talking` that a talk with them is not closed; `relay` that its address is a market's; `notified` the rules that
    were drafted, sent or skipped for it."""

    order: Order
    channels: frozenset[str]
    conversation: int | None = None
    waits: bool = False
    talking: bool = False
    opted_out: bool = False
    relay: bool = False
    late: bool = False
    notified: frozenset[str] = frozenset()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice that is due since `due` (aware). `blocked` is one of BLOCKS, or '' when it may be written; `policy` is
    what forbids it."""

    rule: Rule
    order: Order
    due: datetime
    conversation: int | None = None
    blocked: str = ""
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A proposal with what a person wants to know of it: to whom, through which account, in which language, and what
    time it is there (aware, in the customer's zone; None where that is not known). `daytime` says whether it may leave
    by itself now."""

    proposal: Proposal
    who: str
    account: str
    language: str
    there: datetime | None
    daytime: bool


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule and the names of the accounts through which its notices leave by themselves."""

    rule: Rule
    on: tuple[str, ...]


def event_at(order: Order, event: str) -> datetime | None:
    """When something happened to an order, or is to happen; None where that is not known."""
    if event == "placed":
        return order.placed_at
    if event == "protection_ends":
        return order.protection_until if order.protection in ("running", "extended") else None
    if event == "dispatched":
        began = [s.shipped_at or min((e.at for e in s.events), default=None) for s in order.shipments]
        return min((at for at in began if at is not None), default=None)
    arrived = [e.at for s in order.shipments if s.status == "delivered" for e in s.events[:1]]
    return max(arrived, default=None)


def fits(rule: Rule, situation: Situation, now: datetime) -> datetime | None:
    """Since when a rule asks for a notice, None where it does not."""
    order = situation.order
    at = event_at(order, rule.event)
    if at is None or stage(order, now) not in rule.stages:
        return None
    due = at + timedelta(days=rule.after)
    if not due <= now < at + timedelta(days=rule.before):
        return None
    if rule.payments and order.payment not in rule.payments:
        return None
    if rule.parcels and not any(s.status in rule.parcels for s in order.shipments):
        return None
    if rule.unless_late and situation.late:
        return None
    if "*" not in rule.channels and not situation.channels & set(rule.channels):
        return None
    return due if any(_on(lane, situation.origin, order.country) for lane in rule.lanes) else None


def _on(lane: str, origin: str, destination: str) -> bool:
    one, _sign, other = lane.partition(">")
    return one in ("*", origin) and other in ("*", destination)


def in_force(policies: Iterable[Policy], channels: frozenset[str], day: date) -> tuple[Policy, ...]:
    """The newest policy of each of these channels that holds on a day."""
    newest: dict[str, Policy] = {}
    for one in sorted(policies, key=lambda policy: policy.since or date.min):
        if one.channel in channels and (one.since or date.min) <= day:
            newest[one.channel] = one
    return tuple(newest.values())


def propose(
    rules: Iterable[Rule], policies: Iterable[Policy], situation: Situation, now: datetime
) -> tuple[Proposal, ...]:
    """The notices that are due for one order and were not handled yet, with what stands in the way of each."""
    held = in_force(policies, situation.channels, now.date())
    out = []
    for rule in rules:
        if rule.name in situation.notified or (due := fits(rule, situation, now)) is None:
            continue
        against = next((one for one in held if one.against(rule.topic)), None)
        blocked = "policy" if against is not None else _blocked(rule, situation, held)
        out.append(Proposal(rule, situation.order, due, situation.conversation, blocked, against))
    return tuple(out)


def _blocked(rule: Rule, situation: Situation, held: tuple[Policy, ...]) -> str:
    """What keeps every notice of an order back, '' for nothing."""
    if situation.opted_out:
        return "opted_out"
    if situation.waits:
        return "waits"  # whoever asked gets an answer, not a notice
    if situation.talking and rule.topic == "review":
        return "talking"  # nobody is asked for a review in the middle of a trouble
    if situation.conversation is None:
        if not situation.order.email:
            return "nobody"
        if situation.relay and (not held or any(one.relay for one in held)):
            return "relay"
    return ""


def daytime(rule: Rule, zone: str) -> Hours | None:
    """The hours in which a notice may leave by itself, in the customer's zone; None where that is not known."""
    if not zone:
        return None
    try:
        return parse_hours(f"mon-sun {rule.hours}", zone)
    except ValueError:
        return None
