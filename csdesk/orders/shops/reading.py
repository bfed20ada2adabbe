"""What every shop's answer needs: values read without trust, states mapped with a safe way out, pages walked so that
nothing is skipped. Knows no shop.

A state that no table here knows is kept in the shop's own words under raw['unknown'], and read as the one that promises
least: neither paid nor shipped.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from csdesk.domain.orders import Order, Shipment
from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelError, MaybeSent, Rejected
from csdesk.domain.shopacts import Goods
from csdesk.domain.sources import Keys, OrderBatch, Renewed, Unread, Web, WebAnswer
from csdesk.i18n import _
from csdesk.orders.carriers import carrier_of
from csdesk.text import clean_line

DAYS = 60
"""How far back a first look goes, unless the account's setting `days` says otherwise."""
LATE = timedelta(seconds=30)
"""A change may become visible some seconds after the time it carries, so the newest half minute is looked at again."""


SPAN = timedelta(days=7)
AGAIN = 3


class Odd(ValueError):
    """An answer that cannot be understood; its text is the sentence."""


class Source:
    """What every shop is made of: its account, what speaks HTTP and what holds the secrets."""

    def __init__(self, account: Account, web: Web, keys: Keys) -> None:
        self._account = account
        self._web = web
        self._keys = keys

    def address(self, answer: Any) -> dict[str, str]:
        """Nothing here changes it."""
        return {}

    def goods(self, answer: Any) -> tuple[Goods, ...]:
        """Nothing is sent again from here."""
        return ()

    def close(self) -> None:
        """Nothing of its own is open."""


def under_way(number: str) -> Rejected:
    """Somebody in the shop was quicker than the act."""
    words = _("Order {number} is being packed or on its way already; its address cannot be changed any more.")
    return Rejected("too_late", words.format(number=number))


class OnlyRead(Source):
    """A shop whose orders are read and not changed from here."""

    market = ""
    acts: frozenset[str] = frozenset()

    def act(self, source_id: str, kind: str, words: Mapping[str, str]) -> None:
        """Refused."""
        raise Rejected("refused", _("This cannot be done at {market} from here.").format(market=self.market))

    def has_done(self, source_id: str, kind: str, words: Mapping[str, str], since: datetime) -> bool | None:
        """Nothing was done, and nothing proves it."""
        return None


def get(node: Any, *path: str | int) -> Any:
    """The value at a path of keys and positions; None where anything on the way is missing."""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and -len(node) <= step < len(node):
            node = node[step]
        else:
            return None
    return node


def text(node: Any, *path: str | int, limit: int = 998) -> str:
    """A text or number at a path as one clean line; '' where there is none."""
    value = get(node, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_line(str(value), limit=limit)


def listed(node: Any, *path: str | int) -> list[Any]:
    """The list at a path; [] where there is none."""
    value = get(node, *path)
    return value if isinstance(value, list) else []


_NOTHING_DONE = frozenset(
    {
        "ACCESS_DENIED", "BAD_USER_INPUT", "ENTITY_NOT_FOUND", "FORBIDDEN", "ILLEGAL_OPERATION", "MAX_COST_EXCEEDED",
        "SHOP_INACTIVE", "THROTTLED", "UNAUTHORIZED", "USER_INPUT_ERROR",
    }
)  # fmt: skip
_BROKE = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})


def failure(answer: Any, *, safe: bool) -> type[ChannelError]:
    """What the errors of a GraphQL answer are to a query (`safe`) or a mutation, which is Rejected where they prove
    that it did nothing: what is refused before it runs has no `data` (GraphQL specification, Response Format), and
    some codes say it besides (error codes of Shopify's and Vendure's Admin APIs). What broke inside a server may have
    been done: MaybeSent."""
    if safe:
        return ChannelError
    return Rejected if _nothing_done(answer) else MaybeSent


def _nothing_done(answer: Any) -> bool:
    codes = {text(one, "extensions", "code") for one in listed(answer, "errors")}
    if not codes or codes & _BROKE:
        return False
    return codes <= _NOTHING_DONE or (isinstance(answer, Mapping) and "data" not in answer)


def amount(value: Any) -> Decimal:
    """An amount of money. Raises Odd."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Odd(_("'{text}' is no amount").format(text=clean_line(str(value), limit=40))) from error
    if isinstance(value, bool) or not found.is_finite() or abs(found) > 10**13:
        raise Odd(_("'{text}' is no amount").format(text=clean_line(str(value), limit=40)))
    return found


def maybe_amount(value: Any) -> Decimal | None:
    """An amount, or None where the shop gives none. Raises Odd."""
    return None if value in (None, "") else amount(value)


def instant(value: Any) -> datetime:
    """ISO 8601 as an aware UTC instant; without an offset it is UTC. Raises Odd."""
    try:
        at = datetime.fromisoformat(str(value).strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Odd(_("'{text}' is no date").format(text=clean_line(str(value), limit=40))) from error
    if not 1990 <= at.year <= 2100:
        raise Odd(_("'{text}' is no date").format(text=clean_line(str(value), limit=40)))
    return at


def maybe_instant(value: Any) -> datetime | None:
    """An instant, or None where the shop gives none. Raises Odd."""
    return None if value in (None, "") else instant(value)


def currency(value: Any) -> str:
    """An ISO 4217 code. Raises Odd."""
    code = str(value).strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Odd(_("'{text}' is no currency").format(text=clean_line(str(value), limit=40)))
    return code


def country(value: Any) -> str:
    """A two-letter country code, or ''."""
    code = str(value or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def joined(*parts: str, by: str = ", ") -> str:
    """The parts that say something, in one line."""
    return clean_line(by.join(part for part in parts if part))


@dataclass(slots=True)
class States:
    """The shop's words for states, as they become Order.raw."""

    raw: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, value: Any, table: Mapping[str, str], otherwise: str) -> str:
        """What a word stands for; a word that the table does not know is kept, and read as `otherwise`."""
        word = clean_line(str(value if value is not None else ""), limit=80)
        if word:
            self.raw[name] = word
        known = table.get(word)
        if known is None and word:
            self.raw["unknown"] = joined(self.raw.get("unknown", ""), f"{name}: {word}")
        return otherwise if known is None else known


def parcel(
    number: str,
    carrier: str = "",
    *,
    shipped: datetime | None = None,
    delivered: bool = False,
    said: str = "",
) -> Shipment:
    """A parcel as a shop knows it: where it is only tracking tells, so it is 'unregistered' or 'delivered'."""
    compact = number.replace(" ", "").upper()
    status = "delivered" if delivered else "unregistered"
    return Shipment(compact, carrier or carrier_of(compact), status, raw_status=said, shipped_at=shipped)


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders as the shop tells them, those that changed first first. `after` leads to the next page of the same
    question; `more` whether there is one."""

    items: Sequence[Any]
    after: str
    more: bool


def since(cursor: str, account: Account, web: Web) -> datetime:
    """From when on to ask. Raises ChannelError for a cursor that nobody here wrote."""
    if not cursor:
        return web.now() - timedelta(days=int(account.settings.get("days", "") or DAYS))
    try:
        return instant(json.loads(cursor)["since"])
    except (ValueError, KeyError, TypeError) as error:
        raise ChannelError(
            "protocol", _("The cursor of account {name} is damaged.").format(name=account.name)
        ) from error


def resumed(cursor: str) -> str:
    """The page's token that a cursor holds beside its instant; ''."""
    return text(json.loads(cursor), "token", limit=4000) if cursor else ""


def cursor_at(at: datetime) -> str:
    """The cursor that goes on at this instant."""
    return json.dumps({"since": at.isoformat()})


def walk(
    ask: Callable[[datetime, str], Page],
    changed: Callable[[Any], datetime],
    read: Callable[[Any], Order | None],
    start: datetime,
    web: Web,
) -> Iterator[OrderBatch]:
    """Orders by the time of their last change, page by page. Every page asks for what changed at or after the newest
    change so far, so an order that changes meanwhile moves to the end and none moves out of sight; only where a whole
    page changed at one instant the shop's own paging goes on within it. `read` gives None for what is no order yet."""
    at, after = start, ""
    while True:
        page = ask(at, after)
        last = max(changed(page.items[-1]), at) if page.items else at
        orders, unread = read_all(page.items, read)
        if page.more and last > at:
            at, after = last, ""
        elif page.more and page.after and page.after != after:
            after = page.after
        else:
            yield OrderBatch(orders, cursor_at(max(start, min(last, web.now() - LATE))), unread)
            return
        yield OrderBatch(orders, cursor_at(at), unread)


@dataclass(frozen=True, slots=True)
class Span:
    """A page of the orders that changed within a span of time, and how many there are in it."""

    items: Sequence[Any]
    total: int


def spans(
    ask: Callable[[datetime, datetime, int], Span],
    read: Callable[[Any], Order | None],
    start: datetime,
    web: Web,
) -> Iterator[OrderBatch]:
    """Orders of shops that cannot sort by the last change: span after span, each by its pages. The cursor moves when a
    span is over. An order that changes meanwhile leaves the span and moves the others up by one place, which would
    hide one: then the count is another one at the end, and the span is read again."""
    begin, now = start, web.now() - LATE
    while True:
        end = min(begin + SPAN, max(now, begin))
        for _again in range(AGAIN):
            offset, first = 0, None
            while True:
                page = ask(begin, end, offset)
                first = page.total if first is None else first
                orders, unread = read_all(page.items, read)
                offset += len(page.items)
                over = not page.items or offset >= page.total
                if over and page.total == first:
                    break
                yield OrderBatch(orders, cursor_at(begin), unread)
                if over:
                    break
            if page.total == first:
                break
        yield OrderBatch(orders, cursor_at(end), unread)
        if end >= now:
            return
        begin = end


def read_all(
    items: Sequence[Any], read: Callable[[Any], Order | None]
) -> tuple[tuple[Order, ...], tuple[Unread, ...]]:
    """The orders of a page, and those that cannot be understood; one of them spoils no other."""
    orders, unread = [], []
    for item in items:
        try:
            order = read(item)
        except (Odd, KeyError, TypeError, ValueError, ArithmeticError) as error:
            name = text(item, "name") or text(item, "number") or text(item, "code") or text(item, "id") or "?"
            why = str(error) if isinstance(error, Odd) else _("its answer has another form than documented")
            unread.append(Unread(name, clean_line(why, limit=200)))
        else:
            if order is not None:
                orders.append(order)
    return tuple(orders), tuple(unread)


def basic(user: str, secret: str) -> dict[str, str]:
    """The header of HTTP Basic authentication (RFC 7617)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}


def payload(item: Any) -> str:
    """A shop's answer as it is stored."""
    return json.dumps(item, ensure_ascii=False, sort_keys=True)


def base_url(account: Account, default: str = "") -> str:
    """The shop's address without a slash at its end. Raises ChannelError('not_configured')."""
    found = (account.settings.get("url", "") or default).rstrip("/")
    if not found:
        raise ChannelError("not_configured", needs(account, "url"))
    return found if "://" in found else f"https://{found}"


def setting(account: Account, name: str) -> str:
    """A setting that there has to be. Raises ChannelError('not_configured')."""
    found = account.settings.get(name, "")
    if not found:
        raise ChannelError("not_configured", needs(account, name))
    return found


def needs(account: Account, name: str) -> str:
    """The sentence for a missing setting."""
    words = _("A {kind} account needs {key}: csdesk account set {name} {key}=...")
    return words.format(kind=account.kind, key=name, name=account.name)


def renewed(account: Account, answer: WebAnswer) -> Renewed:
    """What a token endpoint answered (RFC 6749, 5.1). Raises ChannelError."""
    access = text(answer.body, "access_token", limit=8000)
    if answer.status != 200 or not access:
        words = _("{kind} did not renew the sign-in of account {name}: {words}")
        said = text(answer.body, "error_description", limit=200) or text(answer.body, "error", limit=80)
        raise ChannelError(
            "wrong_password" if answer.status in (200, 400, 401) else "unreachable",
            words.format(kind=account.kind, name=account.name, words=said or answer.said[:160] or "-"),
        )
    life = get(answer.body, "expires_in")
    seconds = float(life) if str(life or "").isdecimal() else 3600.0
    return Renewed(access, text(answer.body, "refresh_token", limit=8000), seconds)


def refused(account: Account, answer: WebAnswer) -> ChannelError:
    """What an answer that is no success means."""
    if answer.status in (401, 403):
        words = _(
            "{kind} does not take the keys of account {name} ({status}: {words}). Check them and what they may do."
        )
        code = "wrong_password"
    else:
        words = _("{kind} did not answer account {name} as documented ({status}: {words}).")
        code = "protocol"
    return ChannelError(
        code,
        words.format(
            kind=account.kind, name=account.name, status=answer.status, words=answer.said[:160] or "-"
        ),
    )
