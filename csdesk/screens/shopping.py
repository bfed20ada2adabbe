"""Acting on an order in its shop: which order, what, then whether one is sure. The sync process does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from csdesk.i18n import _
from csdesk.text import clean_line
from csdesk.widgets import words
from csdesk.widgets.cells import cut

if TYPE_CHECKING:
    from csdesk.domain.orders import Order
    from csdesk.screens.desk import DeskScreen

SHOWN = 60
"""Cells of a note in the question whether it is to be added."""


class Shopping:
    """Acts on the orders that are linked to the open conversation."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {"order.shop": lambda: self.screen.run(self._act(), "visit")}

    async def _act(self) -> None:
        order = await self._which()
        if order is None:
            return
        can = await self.screen.call(lambda d: d.shops.acts(order))
        labels = {
            "note": _("add a note for the shop"),
            "cancel": _("cancel the order"),
            "address": _("change the address"),
            "extend": _("extend the protection"),
            "resend": _("send again"),
        }
        hints = {
            "note": _("the buyer does not see it"),
            "cancel": _("before it is sent"),
            "address": _("before it is packed"),
            "extend": _("more days for the buyer to confirm"),
            "resend": _("a new order, free of charge"),
        }
        options = [(kind, label, hints[kind]) for kind, label in labels.items() if kind in can]
        if not options:
            self.screen.say(_("Nothing can be done in {shop} from here.").format(shop=order.source), "soon")
            return
        title = _("Order {number} in {shop}").format(number=clean_line(order.number), shop=order.source)
        chosen = await self._choose(title, options)
        if chosen == "note":
            await self._note(order, title)
        elif chosen == "cancel":
            await self._cancel(order, title)
        elif chosen == "address":
            await self._address(order, title)
        elif chosen == "extend":
            await self._extend(order, title)
        elif chosen == "resend":
            await self._resend(order, title)

    async def _which(self) -> Order | None:
        """The one order that came from a shop, or the one that is chosen."""
        links = self.screen.reader.orders
        orders = [one.order for one in links if one.state == "linked" and one.order.account is not None]
        if len(orders) < 2:
            return orders[0] if orders else None
        options = [(one, clean_line(one.number), words.money(one.total, one.currency)) for one in orders]
        chosen: Order | None = await self._choose(_("Which order"), options)
        return chosen

    async def _note(self, order: Order, title: str) -> None:
        from csdesk.screens.prompts import AskText

        text = await self.screen.app.push_screen_wait(AskText(title, _("A note that only the shop sees")))
        if not (text or "").strip():
            return
        said = text or ""
        asked = _("Add to order {number}: {text}").format(
            number=clean_line(order.number), text=cut(clean_line(said), SHOWN)
        )
        if await self._sure(asked):
            await self.screen.call(lambda d: d.shops.note(order, said))
            await self._told(order)

    async def _cancel(self, order: Order, title: str) -> None:
        from csdesk.screens.prompts import AskText

        reason = await self.screen.app.push_screen_wait(
            AskText(title, _("Why it is cancelled, for the shop"))
        )
        if reason is None:
            return
        asked = _("Cancel order {number}; that cannot be taken back?").format(number=clean_line(order.number))
        if await self._sure(asked):
            await self.screen.call(lambda d: d.shops.cancel(order, reason))
            await self._told(order)

    async def _address(self, order: Order, title: str) -> None:
        """A form filled with the address that the shop has; what is wrong is said in it, and nothing is lost."""
        from csdesk.domain import addresses
        from csdesk.errors import DeskError
        from csdesk.screens.prompts import Field, Form

        old = await self.screen.call(lambda d: d.shops.address(order))
        texts, complaint = dict(old), addresses.fault(old) if old else ""
        while True:
            # The country stays: taxes, postage and customs hang on it.
            parts = [part for part in addresses.FIELDS if part != "country"]
            fields = [Field(part, addresses.label(part), texts.get(part, "")) for part in parts]
            form = Form(title, fields, _("compare"), complaint)
            given = await self.screen.app.push_screen_wait(form)
            if given is None:
                return
            texts = {**texts, **given}
            try:
                new = await self.screen.call(lambda d, given=given: d.shops.new_address(order, given))  # type: ignore[misc]
            except DeskError as error:
                complaint = error.message
                continue
            asked = _("Send order {number} to another address?").format(number=clean_line(order.number))
            before = _("until now: {address}").format(address=addresses.in_line(old) or order.address)
            then = _("from now: {address}").format(address=addresses.in_line(new))
            if await self._sure(f"{asked}\n{clean_line(before)}\n{clean_line(then)}"):
                await self.screen.call(lambda d, given=given: d.shops.readdress(order, given))  # type: ignore[misc]
                await self._told(order)
            return

    async def _extend(self, order: Order, title: str) -> None:
        from csdesk.screens.prompts import AskText

        said = await self.screen.app.push_screen_wait(AskText(title, _("By how many days"), "7"))
        if said is None or not said.strip():
            return
        days = int(said) if said.strip().isdecimal() and len(said) < 6 else 0
        asked = _("Extend order {number} by {days} days; that cannot be taken back?")
        if not days or await self._sure(asked.format(number=clean_line(order.number), days=days)):
            await self.screen.call(lambda d: d.shops.extend(order, days))
            await self._told(order)

    async def _resend(self, order: Order, title: str) -> None:
        """How many of each line; what is wrong is said in the form, and nothing is lost."""
        from csdesk.errors import DeskError
        from csdesk.screens.prompts import Field, Form

        goods = await self.screen.call(lambda d: d.shops.goods(order))
        if not goods:
            self.screen.say(_("Nothing of this order can be sent again."), "soon")
            return
        texts, complaint = {str(n): str(one.count) for n, one in enumerate(goods)}, ""
        label = _("{title}: how many of {count}")
        while True:
            fields = [
                Field(str(n), label.format(title=clean_line(one.title), count=one.count), texts[str(n)])
                for n, one in enumerate(goods)
            ]
            given = await self.screen.app.push_screen_wait(Form(title, fields, _("go on"), complaint))
            if given is None:
                return
            texts = {**texts, **given}
            counts = {one.key: _count(texts[str(n)]) for n, one in enumerate(goods)}
            try:
                told = await self.screen.call(lambda d, wanted=counts: d.shops.chosen(order, wanted)[1])  # type: ignore[misc]
            except DeskError as error:
                complaint = error.message
                continue
            asked = _("Send again, free of charge; that cannot be taken back?")
            if await self._sure(f"{asked}\n{clean_line(told)}\n{clean_line(order.address)}"):
                await self.screen.call(lambda d, wanted=counts: d.shops.resend(order, wanted))  # type: ignore[misc]
                await self._told(order)
            return

    async def _told(self, order: Order) -> None:
        said = _("Order {number}: handed over to the shop; its card says when it is done.")
        self.screen.say(said.format(number=clean_line(order.number)), "done")
        await self.screen.reader.again()

    async def _sure(self, question: str) -> bool:
        return bool(await self._choose(question, [(False, _("no"), ""), (True, _("yes"), "")]))

    async def _choose(self, title: str, options: Sequence[tuple[Any, str, str]]) -> Any:
        from csdesk.screens.prompts import Choose

        return await self.screen.app.push_screen_wait(Choose(title, options))


def _count(said: str) -> int:
    """How many somebody wrote; nothing is none, and what is no number is more than there can be."""
    said = said.strip()
    return 0 if not said else int(said) if said.isdecimal() and len(said) < 7 else -1
