"""Acting on orders in their shops, and the rates by which amounts are compared.

What is asked for is written down first; the sync process does it, or this one where nobody else holds the account.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from decimal import Decimal

from csdesk.domain import addresses, shopacts
from csdesk.domain.orders import Order
from csdesk.domain.ports import ChannelError
from csdesk.domain.rates import Rate, convert, value
from csdesk.domain.shopacts import Goods, ShopAct
from csdesk.domain.sources import SHOP_KINDS
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean, clean_line

NOTE_LIMIT = 2000
EXTENSION = 90
"""Days. What a marketplace allows is less and its own matter; it says so."""


class Shops:
    """What can be done in shops."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def acts(self, order: Order) -> frozenset[str]:
        """What can be done to this order in its shop; nothing for one from a file."""
        from csdesk.services.pull import source_of

        if order.account is None:
            return frozenset()
        with self.store.read() as tx:
            account = tx.accounts.by_id(order.account)
        return source_of(self.context, account)[0].acts

    def note(self, order: Order, text: str) -> ShopAct:
        """A note to the order that only the shop's own people see. Raises Refused, Usage."""
        text = clean(text).strip()
        if not text:
            raise Usage(_("The note is empty."))
        if len(text) > NOTE_LIMIT:
            words = _("A note holds {limit} characters; this one has {count}.")
            raise Usage(words.format(limit=NOTE_LIMIT, count=len(text)))
        return self._ask(order, shopacts.NOTE, {"text": text})

    def cancel(self, order: Order, reason: str) -> ShopAct:
        """Cancel an order that was not sent yet. Raises Refused."""
        if order.fulfilment == "cancelled":
            raise Refused(_("Order {number} is cancelled already.").format(number=order.number))
        if order.fulfilment not in ("unshipped", "on_hold"):
            words = _("Order {number} is on its way already; it cannot be cancelled any more.")
            raise Refused(words.format(number=order.number))
        return self._ask(order, shopacts.CANCEL, {"reason": clean_line(reason, limit=200)})

    def extend(self, order: Order, days: int) -> ShopAct:
        """More days for the buyer to confirm that the order came, before the marketplace does so by itself. Raises
        Refused, Usage."""
        if not 1 <= days <= EXTENSION:
            raise Usage(_("An extension has 1 to {limit} days.").format(limit=EXTENSION))
        if order.after_sale == "dispute":
            words = _("There is a dispute about order {number}; its protection cannot be extended.")
            raise Refused(words.format(number=order.number))
        if order.account is not None and order.fulfilment not in ("partial", "shipped"):
            words = _(
                "Only an order that is on its way can have its protection extended; {number} is not sent yet, or over."
            )
            raise Refused(words.format(number=order.number))
        return self._ask(order, shopacts.EXTEND, {"days": str(days)})

    def address(self, order: Order) -> dict[str, str]:
        """Where an order goes by its shop, by addresses.FIELDS; {} where the shop does not say."""
        from csdesk.services.pull import source_of

        payload = self.payload(order)
        if order.account is None or not payload:
            return {}
        with self.store.read() as tx:
            account = tx.accounts.by_id(order.account)
        return source_of(self.context, account)[0].address(json.loads(payload))

    def readdress(self, order: Order, given: Mapping[str, str]) -> ShopAct:
        """Send an order that was not packed yet to another address; parts that are not given stay as they are. The
        country cannot change from here: taxes, postage and customs hang on it. Raises Refused, Usage."""
        return self._ask(order, shopacts.ADDRESS, self.new_address(order, given))

    def new_address(self, order: Order, given: Mapping[str, str]) -> dict[str, str]:
        """The whole address as it would be. Raises Refused where this order's cannot be changed any more, Usage where
        the new one is wrong."""
        self._must(order, shopacts.ADDRESS)
        old = self.address(order)
        new = {part: clean_line(given.get(part, old.get(part, ""))).strip() for part in addresses.FIELDS}
        new["country"] = new["country"].upper()
        if order.fulfilment not in ("unshipped", "on_hold") or order.shipments:
            words = _(
                "Order {number} is being packed or on its way already; its address cannot be changed any more."
            )
            if order.fulfilment == "cancelled":
                words = _("Order {number} is cancelled already.")
            raise Refused(words.format(number=order.number), code="too_late")
        for part, said in new.items():
            if len(said) > addresses.LIMIT:
                sentence = _("The {part} is longer than {limit} characters.")
                raise Usage(sentence.format(part=addresses.label(part), limit=addresses.LIMIT))
        if old.get("country") and new["country"] != old["country"].upper():
            raise Refused(
                _(
                    "Another country changes taxes, postage and customs. Cancel the order or change it in the shop "
                    "itself."
                )
            )
        if why := addresses.fault(new):
            raise Usage(why)
        if all(new[part] == old.get(part, "") for part in addresses.FIELDS):
            raise Usage(_("That is the address that the order has."))
        return new

    def goods(self, order: Order) -> tuple[Goods, ...]:
        """What of an order can be sent again. Raises Refused."""
        from csdesk.services.pull import source_of

        self._must(order, shopacts.RESEND)
        assert order.account is not None
        if order.fulfilment == "cancelled" or order.payment not in ("paid", "part_refunded"):
            words = _("Order {number} is cancelled or not paid; nothing of it is sent again.")
            raise Refused(words.format(number=order.number))
        with self.store.read() as tx:
            account = tx.accounts.by_id(order.account)
        try:
            return source_of(self.context, account)[0].goods(json.loads(self.payload(order) or "{}"))
        except ChannelError as error:
            raise Refused(error.message, code=error.code) from error

    def chosen(self, order: Order, wanted: Mapping[str, int]) -> tuple[dict[str, int], str]:
        """(counts by line, the same in words) of what is to be sent again; no line named means all. Raises Usage for
        a line or a count that the order does not have, Refused."""
        goods = self.goods(order)
        by = {one.sku: one for one in goods if one.sku} | {one.key: one for one in goods}
        counts: dict[str, int] = {}
        for name, count in wanted.items():
            if (one := by.get(name)) is None:
                words = _("Order {number} has no {name}. It has: {goods}.")
                known = ", ".join(each.sku or each.key for each in goods) or "-"
                raise Usage(words.format(number=order.number, name=repr(name), goods=known))
            if not 0 <= count <= one.count:
                words = _("Of {title} the order has {count}; from none to all of them can be sent again.")
                raise Usage(words.format(title=one.title, count=one.count))
            counts[one.key] = count
        counts = counts if wanted else {one.key: one.count for one in goods}
        if not any(counts.values()):
            raise Usage(_("Nothing was chosen to be sent again."))
        told = ", ".join(f"{counts[one.key]} × {one.title}" for one in goods if counts.get(one.key))
        return counts, told

    def resend(self, order: Order, wanted: Mapping[str, int]) -> ShopAct:
        """Send goods of an order again, free of charge, as a new order to the same address. Raises Refused, Usage."""
        counts, said = self.chosen(order, wanted)
        return self._ask(
            order, shopacts.RESEND, {"lines": shopacts.packed(counts), "said": said[:500]}, keyed=True
        )

    def _ask(self, order: Order, kind: str, words: Mapping[str, str], *, keyed: bool = False) -> ShopAct:
        """Write down what is to be done. The same act that is still under way is not asked for twice. One that is
        `keyed` gets a reference by which the shop knows it again."""
        self._must(order, kind)
        assert order.account is not None
        with self.context.acting() as tx:
            for one in tx.shops.open_acts(order.account):
                fields = {name: said for name, said in one.fields.items() if name != "reference"}
                if (one.order, one.kind, fields) == (order.id, kind, dict(words)):
                    return one
            if keyed:
                words = {**words, "reference": f"csdesk-{secrets.token_hex(8)}"}
            agent = self.context.agent.id
            act = tx.shops.add_act(order.id, order.account, kind, dict(words), agent)
            data = {"act": act, "kind": kind, "order": order.id, "number": order.number, "state": "queued"}
            tx.log.append("order_act", agent=agent, data=data)
            made = tx.shops.act(act)
        assert made is not None
        return made

    def _must(self, order: Order, kind: str) -> None:
        """Raises Refused for what cannot be done to this order in its shop."""
        if order.account is None:
            said = _("Order {number} came from a file; nothing can be done to it in its shop.")
            raise Refused(said.format(number=order.number), code="no_shop")
        if kind not in self.acts(order):
            said = _("{shop} does not take this from here. Do it in the shop itself.")
            raise Refused(said.format(shop=order.source), code="not_supported")

    def settle(self, act: ShopAct) -> ShopAct:
        """Do it now, if no other process works the account, and tell how it stands."""
        from csdesk.services.sync import Sync

        with self.store.read() as tx:
            account = tx.accounts.by_id(act.account)
        if not account.paused:
            Sync(self.context).shop(account)
        with self.store.read() as tx:
            return tx.shops.act(act.id) or act

    def acts_of(self, order: Order) -> list[ShopAct]:
        """All that was asked for about an order, oldest first."""
        with self.store.read() as tx:
            return tx.shops.acts_of(order.id)

    def drop(self, number: int) -> ShopAct:
        """A person knows better: an act that is not settled is not tried any more. Raises NotFound, Refused."""
        with self.context.acting() as tx:
            act = tx.shops.act(number)
            if act is None:
                raise NotFound(_("There is no act {id}.").format(id=number))
            if act.state in ("done", "failed", "doing"):
                raise Refused(_("Act {id} is settled or under way.").format(id=number))
            error = _("given up by an agent")
            tx.shops.set_act(number, "failed", error=error)
            data = {
                "act": act.id,
                "kind": act.kind,
                "order": act.order,
                "number": act.number,
                "state": "failed",
            }
            tx.log.append("order_act", agent=self.context.agent.id, data=data)
            return tx.shops.act(number) or act

    def payload(self, order: Order) -> str:
        """What the shop answered about an order, as JSON; '' for one from a file."""
        with self.store.read() as tx:
            return tx.shops.payload(order.id)

    # -- rates ------------------------------------------------------------------------------------------------

    def rates(self) -> list[Rate]:
        """All rates, newest first."""
        with self.store.read() as tx:
            return tx.shops.rates()

    def put_rates(self, found: Iterable[Rate]) -> int:
        """Write rates down. How many."""
        with self.context.acting() as tx:
            count = tx.shops.put_rates(found)
            tx.log.append("rates_set", agent=self.context.agent.id, data={"count": count})
        return count

    def own_currency(self, order: Order) -> str:
        """The currency that the shop reckons in: the account's setting `currency`, else what the shop said; ''."""
        with self.store.read() as tx:
            return own_currency(tx, order)

    def worth(self, order: Order) -> tuple[str, Decimal | None, Rate | None]:
        """See worth()."""
        with self.store.read() as tx:
            return worth(tx, order, self.context.here)


def own_currency(tx: Tx, order: Order) -> str:
    """The currency that the order's shop reckons in; '' where nobody said."""
    named = tx.accounts.by_id(order.account).settings.get("currency", "") if order.account is not None else ""
    return named or order.shop_currency


def worth(tx: Tx, order: Order, here: tzinfo | None) -> tuple[str, Decimal | None, Rate | None]:
    """(shop currency, the order's total in it, the rate it was made with): the shop's own figure where it gave
    one, then without a rate; the total None where no rate is known; ('', None, None) where nothing has to be
    converted."""
    into = own_currency(tx, order)
    if not into or into == order.currency:
        return "", None, None
    if order.shop_total is not None and order.shop_currency == into:
        return into, order.shop_total, None
    known = tx.shops.rates(order.currency, into)
    made = convert(order.total, order.currency, into, order.placed_at.astimezone(here).date(), known)
    return into, made.amount if made else None, made.rate if made else None


def rate(currency: str, into: str, worth: str, day: str, today: date) -> Rate:
    """A rate as a person wrote it. Raises Usage."""
    codes = [code.strip().upper() for code in (currency, into)]
    for code in codes:
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise Usage(_("{code!r} is no currency such as EUR.").format(code=clean_line(code, limit=20)))
    if codes[0] == codes[1]:
        raise Usage(_("A rate is between two currencies."))
    found = value(worth)
    if found is None:
        raise Usage(
            _("{text!r} is no rate; write it with a point, such as 0.92.").format(
                text=clean_line(worth, limit=20)
            )
        )
    try:
        on = date.fromisoformat(day) if day else today
    except ValueError as error:
        raise Usage(
            _("{text!r} is no day such as 2026-11-20.").format(text=clean_line(day, limit=20))
        ) from error
    return Rate(codes[0], codes[1], on, found)


def is_shop(kind: str) -> bool:
    """Whether accounts of this kind have orders and no mail."""
    return kind in SHOP_KINDS
