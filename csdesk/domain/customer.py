"""Customers and their identities: what is known of them, how they are found, what merging two of them moves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from csdesk.domain.orders import Order
from csdesk.domain.tokens import tokens


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
    """A conversation of a customer, as the side panel and the customer's screen list it."""

    id: int
    subject: str
    status: str
    last_message_at: datetime
    messages: int = 0
    account: str = ""
    waits: bool = False


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
    tags: tuple[str, ...] = ()
    merged_into: int | None = None


PageKey = tuple[int, int]
"""Where a page ended: microseconds and an id, both growing backwards."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in the list of recent ones. `at` is when they last wrote or when they were last looked at, aware UTC;
    `subject` is of their newest conversation."""

    id: int
    name: str
    address: str
    language: str
    country: str
    tags: tuple[str, ...]
    at: datetime
    subject: str = ""


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Some rows, and the key of the next ones (None at the end). A page can be short, even empty, with more behind
    it: a rare word is looked for piece by piece."""

    rows: tuple[CustomerRow, ...]
    next: PageKey | None


@dataclass(frozen=True, slots=True)
class TalkPage:
    """Some of a customer's conversations, newest first, and the key of the next ones."""

    rows: tuple[Earlier, ...]
    next: PageKey | None


@dataclass(frozen=True, slots=True)
class Purchases:
    """A customer's orders, newest first, as many as are shown; `count` of all of them. `totals` is what was bought by
    currency: cancelled, failed and refunded orders do not count."""

    orders: tuple[Order, ...]
    count: int
    totals: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two customers who may be one. `why` is 'name', 'order' or 'address', `what` the name, number or address."""

    keep: int
    keep_name: str
    gone: int
    gone_name: str
    why: str
    what: str


@dataclass(frozen=True, slots=True)
class Move:
    """What would move when `gone` becomes part of `keep`, and which facts of `keep` it would change."""

    keep: Customer
    gone: Customer
    conversations: int
    orders: int
    changes: Mapping[str, object]


def name_words(text: str) -> list[str]:
    """The words of a name or an address by which it is found."""
    return list(dict.fromkeys(tokens(text)))


def same_name_key(name: str, country: str) -> str:
    """What two customers of the same full name and country have in common, '' where that says nothing: no country, or
    a single word, which many people have. The order of the words does not count."""
    words = sorted(tokens(name))
    dense = bool(words) and not name.isascii()
    return (
        f"={' '.join(words)}|{country}" if country and (len(words) > 1 or (dense and len(name) > 2)) else ""
    )


def keys_of(name: str, country: str, values: Iterable[str]) -> set[str]:
    """All keys of one customer: words of the name and of every identity, and the key of namesakes."""
    found = {word for text in (name, *values) for word in name_words(text)}
    if same := same_name_key(name, country):
        found.add(same)
    return found


def without_tag(address: str) -> str:
    """A mail address without its plus part: 'ana+shop@x.es' is 'ana@x.es'. Others stay as they are."""
    local, at, domain = address.rpartition("@")
    base = local.partition("+")[0]
    return f"{base}{at}{domain}" if base and "+" in local else address


def united(keep: Customer, gone: Customer) -> dict[str, object]:
    """The facts of `keep` that change when `gone` becomes part of it: gaps are filled, notes and tags are put
    together, and the first contact is the earlier one. Nothing that is known is overwritten."""
    out: dict[str, object] = {}
    fields = ["language", "country"]
    if not keep.country or keep.country == gone.country:
        fields.append("timezone")  # another country's zone would greet at the wrong hour
    for field in fields:
        if not getattr(keep, field) and getattr(gone, field):
            out[field] = getattr(gone, field)
    if gone.notes and gone.notes not in keep.notes:
        out["notes"] = f"{keep.notes}\n{gone.notes}" if keep.notes else gone.notes
    tags = tuple(dict.fromkeys((*keep.tags, *gone.tags)))
    if tags != keep.tags:
        out["tags"] = tags
    if gone.since < keep.since:
        out["created_at"] = gone.since
    return out
