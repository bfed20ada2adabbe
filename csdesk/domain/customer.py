"""Customers and their identities, and what the desk knows of the place they live in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """One address, buyer id or phone on one channel. `value` is normalised (mail: lower case)."""

    id: int
    customer_id: int
    channel: str
    value: str
    name: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier conversation of the same customer, as the side panel lists it."""

    id: int
    subject: str
    status: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or company. `country` is ISO 3166 alpha-2 or '', `timezone` an IANA name or '',
    `languages` ISO 639-1 codes, most used first. `since` is the first contact, aware UTC."""

    id: int
    name: str
    identities: tuple[Identity, ...]
    language: str
    country: str
    timezone: str
    since: datetime
    notes: str = ""
    conversations: int = 0
    earlier: tuple[Earlier, ...] = ()
