"""The Protocols of shops that orders are pulled from, and of what they are given to speak with. Nothing here knows
any shop, and no shop knows how HTTP is spoken or where secrets lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from csdesk.domain.orders import Order
from csdesk.domain.ports import ChannelError, Check
from csdesk.domain.shopacts import Goods

SHOP_KINDS = ("shopify", "woocommerce", "vendure", "amazon", "ebay", "aliexpress")
"""Kinds of accounts that orders are pulled from; they have no mail."""

CARRIER_KINDS = ("17track", "aftership", "ups", "usps", "dhl", "royalmail", "yanwen", "yunexpress")
"""Kinds of accounts that are asked about parcels; they have no mail. Services that know every carrier stand first."""
PULLED = (*SHOP_KINDS, *CARRIER_KINDS)
"""Both."""

RENEWED = ("amazon", "ebay", "aliexpress")
"""Those that sign in with a refresh token beside the secret."""


class Wait(ChannelError):
    """A server wants to be left alone until `until` (aware UTC). `asked` is true when it said so itself, false when
    its published limits say it."""

    def __init__(self, message: str, until: datetime, *, asked: bool = True) -> None:
        super().__init__("rate_limited", message)
        self.until = until
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Limit:
    """How often an operation may be asked for: `burst` at once, then `per_second`."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `operation` names what shares a limit. `safe` calls change nothing, so they are repeated when no
    answer came; others are not. At most one of `json` and `form` is sent."""

    operation: str
    method: str
    url: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    safe: bool = True
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What came back: header names in small letters, the JSON value (None where the body was none), and the body's
    beginning on one harmless line for sentences."""

    status: int
    headers: Mapping[str, str]
    body: Any
    said: str


class Web(Protocol):
    """HTTP for one account: limits kept, asked-for pauses honoured, the server's clock known."""

    def ask(self, call: Call) -> WebAnswer:
        """The answer, whatever its status, except that 429 and the server's trouble (5xx) were waited for and repeated
        where that is allowed. Raises Wait when it asks for a longer pause, ChannelError when it cannot be
        reached; for a call that is not safe NotSent or MaybeSent."""
        ...

    def rest(self, operation: str, seconds: float) -> None:
        """The server said in its own way that it wants a pause: make it, or raise Wait when it is long."""
        ...

    def now(self) -> datetime:
        """The time by the server's clock, as its Date header told it; ours before the first answer. Aware UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Renewed:
    """What signing in gave. `seconds` is how long `access` lives; an empty `refresh` leaves the one that was used."""

    access: str
    refresh: str = ""
    seconds: float = 3600.0

    def __repr__(self) -> str:
        return f"Renewed(seconds={self.seconds})"


class Keys(Protocol):
    """The secrets of one account."""

    def secret(self, name: str = "") -> str:
        """The account's secret, or its second one by name ('refresh'). Raises ChannelError('not_configured')."""
        ...

    def token(self, renew: Callable[[str], Renewed], *, refused: str = "") -> str:
        """An access token that should work, not `refused`. `renew` is given the refresh token ('' where there is
        none) and signs in; one process at a time does so, and what it gave is kept before it is used. Raises
        ChannelError."""
        ...


@dataclass(frozen=True, slots=True)
class Unread:
    """An order that could not be understood: what it is called there, and why in a sentence."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class OrderBatch:
    """Some orders and the cursor that is true once they are stored; both go into one transaction. An order may
    come again, in this batch or in a later one."""

    orders: tuple[Order, ...]
    cursor: str
    unread: tuple[Unread, ...] = ()


class OrderSource(Protocol):
    """One shop or marketplace account. The constructor opens nothing."""

    kind: str
    acts: frozenset[str]
    """What it can do of domain.shopacts.ACTS."""

    def check(self) -> list[Check]:
        """Try every step without changing anything; stops at the first failure."""
        ...

    def fetch(self, cursor: str) -> Iterator[OrderBatch]:
        """Orders that changed since `cursor` ('' at first), those that changed first first. Raises ChannelError."""
        ...

    def act(self, source_id: str, kind: str, words: Mapping[str, str]) -> None:
        """Do something to an order. Raises NotSent, Rejected or MaybeSent."""
        ...

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """Whether the shop has this act, done at `since` or later. None: it cannot tell. Raises ChannelError."""
        ...

    def address(self, answer: Any) -> dict[str, str]:
        """Where an order goes, by domain.addresses.FIELDS, read from what the shop answered about it (Order.payload
        as a value); {} where it does not say."""
        ...

    def goods(self, answer: Any) -> tuple[Goods, ...]:
        """What of an order can be sent again, read likewise. Raises ChannelError('not_configured') where something
        has to be set up first."""
        ...

    def close(self) -> None:
        """End connections."""
        ...
