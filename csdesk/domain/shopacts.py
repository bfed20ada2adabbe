"""What can be done to an order in its shop, and how far such an act came. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

NOTE, CANCEL, ADDRESS, EXTEND, RESEND = "note", "cancel", "address", "extend", "resend"
ACTS = (NOTE, CANCEL, ADDRESS, EXTEND, RESEND)
"""Add a note that stays within the shop; cancel an order; send it to another address, both before dispatch only; give
the buyer more days to confirm that the order came; send goods of an order again, free of charge, as a new order."""

STATES = ("queued", "doing", "done", "failed", "uncertain")
SETTLE = timedelta(seconds=30)
"""How long after a lost answer a shop may still be at work on what was asked; before that, absence proves nothing."""


@dataclass(frozen=True, slots=True)
class ShopAct:
    """One act on one order. `source_id` is the shop's own id of the order, `fields` what the act says ('text' of a
    note, 'reason' of a cancellation, addresses.FIELDS, 'days' of an extension, 'lines',
    'said' and 'reference' of goods that are sent again). `begun_at` is when it was first handed to the shop."""

    id: int
    order: int
    account: int
    source_id: str
    number: str
    kind: str
    fields: dict[str, str]
    state: str
    agent: int | None
    created_at: datetime
    begun_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of an order that can be sent again. `key` is the shop's id of the line, `count` how many it has."""

    key: str
    title: str
    count: int
    sku: str = ""


def packed(wanted: Mapping[str, int]) -> str:
    """Lines and counts as an act keeps them."""
    return " ".join(f"{key}={count}" for key, count in wanted.items() if count)


def unpacked(lines: str) -> dict[str, int]:
    """The same back."""
    return {key: int(count) for key, _is, count in (one.rpartition("=") for one in lines.split())}


def next_step(act: ShopAct, found: bool | None, now: datetime) -> str:
    """What becomes of an act whose answer was lost, after the shop was asked whether it has it: 'done' when it was
    found; 'queued' again when the shop records all of its kind, does not have it and had time enough; else it stays
    'uncertain', and a person decides where the shop cannot tell."""
    if found:
        return "done"
    begun = act.begun_at or act.created_at
    return "queued" if found is False and now - begun >= SETTLE else "uncertain"
