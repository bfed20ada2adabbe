"""A parcel's way: milestones, what a newer answer may change, how long parcels usually take. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from csdesk.domain.orders import Shipment, TrackingEvent

MILESTONES = (
    "label",
    "picked_up",
    "export",
    "departed",
    "arrived",
    "customs_in",
    "customs_out",
    "last_mile",
    "out",
    "delivered",
)
REASONS = (
    "customs_docs",
    "customs_hold",
    "address",
    "refused",
    "damage",
    "weather",
    "processing",
    "unclaimed",
)
ETA_SOURCES = ("carrier", "aggregator", "own")
DONE = frozenset(("delivered", "returned", "lost", "cancelled"))
"""After these nothing more is expected of a parcel."""
ENOUGH = 5
"""So many delivered parcels make a usual time; fewer are chance."""
AFTER = timedelta(days=3)
"""How long a parcel is still asked about after its end: a wrong "delivered" is put right within days."""
SILENT = timedelta(days=30)
"""After so long without an event nobody is asked any more; services stop then themselves."""
COOL = timedelta(minutes=5)
"""Between two times that a person asks for the same parcel."""
_SILENT = frozenset(("expired", "unregistered", "not_found"))
_MARKS = {
    "info_received": "label",
    "out_for_delivery": "out",
    "ready_for_pickup": "last_mile",
    "delivery_failed": "out",
    "delivered": "delivered",
}


@dataclass(frozen=True, slots=True)
class Usual:
    """How long a parcel takes on a lane, in days from sent to delivered, by `count` own parcels."""

    median: int
    p90: int
    count: int


def milestones(events: Sequence[TrackingEvent]) -> dict[str, datetime]:
    """Milestone to when it was first reached, in the order of MILESTONES. What the carrier does not name follows from
    the statuses: the first time on its way is the pick-up, on its way again after customs is their release."""
    found: dict[str, datetime] = {}
    before = ""
    for event in sorted(events, key=lambda one: one.at):
        mark = event.milestone or _MARKS.get(event.status, "")
        if not mark and event.status == "customs":
            mark = "customs_in"
        if not mark and event.status == "in_transit":
            mark = "customs_out" if before == "customs" else "picked_up" if "picked_up" not in found else ""
        if mark in MILESTONES:
            found.setdefault(mark, event.at)
        before = event.status
    return {name: found[name] for name in MILESTONES if name in found}


def merged(known: Shipment | None, told: Shipment) -> Shipment:
    """What is known of a parcel after a source told more: events united newest first, empty fields filled. Silence
    (expired, not found, not registered) takes back nothing, least of all a delivery."""
    if known is None:
        return replace(told, events=tuple(sorted(set(told.events), key=_order, reverse=True)))
    events = _united(known.events, told.events)
    silent = told.status in _SILENT or (told.status == "info_received" and not told.events)
    if silent and known.status not in ("unregistered", "not_found"):
        told = replace(
            told, status=known.status, reason=known.reason, action_required=known.action_required,
        )  # fmt: skip
    return replace(
        told,
        events=events,
        carrier=told.carrier or known.carrier,
        eta_from=told.eta_from or known.eta_from,
        eta_to=told.eta_to or (known.eta_to if told.eta_from is None else None),
        eta_source=told.eta_source or known.eta_source,
        shipped_at=known.shipped_at or told.shipped_at,
        raw_status=told.raw_status or known.raw_status,
        raw_substatus=told.raw_substatus if told.raw_status else known.raw_substatus,
        origin=told.origin or known.origin,
        destination=told.destination or known.destination,
        polled_at=max((at for at in (told.polled_at, known.polled_at) if at), default=None),
    )


def _united(known: Iterable[TrackingEvent], told: Iterable[TrackingEvent]) -> tuple[TrackingEvent, ...]:
    """Each event once: one that comes again with more (a milestone) takes the place of the poorer one."""
    found: dict[tuple[datetime, str, str], TrackingEvent] = {}
    for event in (*known, *told):
        key = (event.at, event.text, event.place)
        if key not in found or event.milestone or not found[key].milestone:
            found[key] = event
    return tuple(sorted(found.values(), key=_order, reverse=True))


def _order(event: TrackingEvent) -> tuple[datetime, str]:
    return event.at, event.text


def lane(shipment: Shipment, destination: str = "") -> tuple[str, str, str] | None:
    """(origin, destination, carrier) of a parcel; None where the destination or the carrier is not known."""
    to = shipment.destination or destination
    return (shipment.origin, to, shipment.carrier) if to and shipment.carrier else None


def usual(days: Sequence[int]) -> Usual | None:
    """Median and 90th percentile (the smallest value that nine of ten do not exceed) of whole days; None for fewer
    than ENOUGH."""
    if len(days) < ENOUGH:
        return None
    ordered = sorted(days)
    return Usual(ordered[(len(ordered) - 1) // 2], ordered[ceil(0.9 * len(ordered)) - 1], len(ordered))


def days_on_way(shipment: Shipment, now: datetime) -> int | None:
    """Whole days since it was sent, until it was delivered; None before it is on its way."""
    if shipment.shipped_at is None:
        return None
    end = shipment.delivered_at or now
    return max((end - shipment.shipped_at).days, 0)


def next_look(
    shipment: Shipment, now: datetime, every: timedelta, after: timedelta = AFTER
) -> datetime | None:
    """When a source should be asked again, never more often than `every`; None for no more. After the end once a day
    for `after`; a parcel that is only announced half as often as one that moves."""
    last = shipment.events[0].at if shipment.events else None
    if shipment.status in DONE:
        end = shipment.delivered_at or last or now
        return now + max(every, timedelta(days=1)) if now - end < after else None
    if last is not None and now - last >= SILENT:
        return None
    slow = shipment.status in ("unregistered", "not_found", "info_received")
    return now + (2 * every if slow else every)


def cooling(polled_at: datetime | None, now: datetime) -> timedelta:
    """How long a person has to wait before the same parcel is asked about again; zero for not at all."""
    return timedelta(0) if polled_at is None else max(COOL - (now - polled_at), timedelta(0))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a carrier's word stands for. `status` is one of SHIPMENT_STATUSES."""

    status: str
    reason: str = ""
    action_required: bool = False
    milestone: str = ""


def meaning(main: str, sub: str, mains: Mapping[str, Meaning], subs: Mapping[str, Meaning]) -> Meaning:
    """By the more exact word where it is known, else by the main one; a word that no table knows is on its way with
    trouble to look at, because nothing else may be promised."""
    return subs.get(sub) or mains.get(main) or Meaning("exception")
