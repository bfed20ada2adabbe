"""What other programs are told as it happens: which events of the log they are, how a message is signed, and how long
to wait after a failure. Pure.

Signatures are those of the Standard Webhooks specification 1.0 (github.com/standard-webhooks/standard-webhooks):
HMAC-SHA256 over 'id.timestamp.body', base64, behind 'v1,'.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from csdesk.domain.events import Event

VERSION = 1
"""Of the shape of messages. New names in it are no new version."""
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification wants them."""
FIRST = timedelta(seconds=5)
MOST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to tell: `type` is one of config_webhooks.EVENTS, `about` the id (a parcel's: number) of what it
    happened to, `data` what the log itself says of it. Its `id` is the same however often it is told."""

    id: str
    type: str
    at: datetime
    about: int | str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HookState:
    """How far a webhook came. `cursor` is the event of the log, and how many happenings of the next one, up to which
    everything was taken. Instants are aware UTC. `paused` is why it is paused, `error` why it last failed: sentences.
    """

    name: str
    cursor: tuple[int, int]
    paused: str = ""
    error: str = ""
    failing_since: datetime | None = None
    attempts: int = 0
    next_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HookHealth:
    """How a webhook is: `words` say it, `well` whether that is good; `delivered_at` (aware UTC) is when something was
    last taken, None for never."""

    name: str
    url: str
    enabled: bool
    paused: bool
    well: bool
    words: str
    delivered_at: datetime | None = None


def happenings(event: Event) -> tuple[Happening, ...]:
    """What an event of the log is for other programs; mostly nothing. Always the same for the same event."""
    if event.kind == "orders_changed":
        many = [one for one in event.data.get("orders", ()) if isinstance(one, int)]
        return tuple(
            Happening(f"evt_{event.id}_{at}", "order.changed", event.at, order, {})
            for at, order in enumerate(many, 1)
        )
    found = _one(event)
    if found is None:
        return ()
    kind, about, data = found
    return (Happening(f"evt_{event.id}", kind, event.at, about, data),)


def _one(event: Event) -> tuple[str, int | str, dict[str, Any]] | None:
    told = event.data
    if event.kind == "shipment_changed":
        return "parcel.changed", str(told.get("parcel", "")), {}
    if event.kind == "notice":
        if told.get("state") != "sent" or not isinstance(told.get("order"), int):
            return None
        data = {"rule": told.get("rule", ""), "conversation_id": event.conversation_id}
        return "notice.sent", told["order"], data
    if event.kind == "customer_merged" and event.customer_id is not None:
        return "customer.merged", event.customer_id, {"merged_customer_id": told.get("gone")}
    if event.conversation_id is None:
        return None
    if event.kind == "created":
        return "conversation.opened", event.conversation_id, {}
    if event.kind == "sent" and isinstance(told.get("message"), int) and not told.get("automatic"):
        return "conversation.answered", event.conversation_id, {"message_id": told["message"]}
    if event.set.get("status") == "closed":
        return "conversation.closed", event.conversation_id, {}
    if event.set.get("status") == "open" and event.was.get("status") == "closed":
        return "conversation.reopened", event.conversation_id, {}
    return None


def key_of(secret: str) -> bytes | None:
    """The bytes of a secret as people keep it, 'whsec_' and base64; None for anything else."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if SHORTEST <= len(key) <= LONGEST else None


def made_secret(key: bytes) -> str:
    """A key as people keep it."""
    return PREFIX + base64.b64encode(key).decode("ascii")


def signature(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    """What stands in the header webhook-signature."""
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def pause(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many failures in a row (from 1): twice as long each time, an hour at most, and up to a
    quarter more by `chance` (0 to 1), so that a server that comes back is not met by everybody at once; never less than
    the server asked for."""
    doubled: timedelta = FIRST * (1 << min(max(attempts - 1, 0), 20))
    usual = min(doubled, MOST) * (1 + chance / 4)
    return max(usual, asked) if asked else usual
