"""One customer: all that is known, all conversations whatever their status, all orders, and who may be the same
person. From here every conversation and order is opened, facts are edited and two customers merged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.calls import start
from csdesk.screens.over import ModalOver, Over
from csdesk.screens.prompts import AskText, Choose, Field, Form, plain
from csdesk.screens.unite import unite
from csdesk.text import clean_line
from csdesk.unionwords import why_words
from csdesk.widgets import customer_rows as rows
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import Line, line
from csdesk.widgets.lines import LineView
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.customer import Customer, Earlier, PageKey, Proposal, Purchases
    from csdesk.domain.orders import Order
    from csdesk.domain.translation import Translation
    from csdesk.screens.calls import Calls

SIZE = 100
NEAR = 20
LISTS = ("talks", "orders", "proposals")


class Facts(LineView, can_focus=False):
    """What is known of the customer."""

    def __init__(self) -> None:
        super().__init__()
        self.card: Customer | None = None
        self.bought: Purchases | None = None
        self.now: datetime | None = None
        self.here: tzinfo | None = None

    def layout_lines(self, width: int) -> list[Line]:
        """The facts for this width."""
        if self.card is None or self.now is None:
            return []
        few = self.screen.has_class("-narrow")
        return rows.facts(self.card, self.bought, width, self.now, self.here, few=few)


class CustomerScreen(Over[int | None]):
    """Gives the conversation to open, or None. `changed` says whether something was edited or merged here."""

    CSS_PATH = "customers.tcss"

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None, customer: int) -> None:
        super().__init__()
        self.calls, self.clock, self.here, self.customer = calls, clock, here, customer
        self.which = LISTS[0]
        self.card: Customer | None = None
        self.bought: Purchases | None = None
        self.talks: list[Earlier] = []
        self.next: PageKey | None = None
        self.maybe: tuple[Proposal, ...] = ()
        self.changed = False
        self.told = _("The customer is being read.")

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        with Container(id="whole"):
            yield Facts()
            with Vertical(id="lists"):
                yield Bar(classes="tabs", draw=self._draw_tabs)
                yield Bar(classes="columns", draw=self._draw_columns)
                yield PickList()
        yield Bar(classes="found")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the customer."""
        self.query_one(".head", Bar).set_line(line((" " + _("CUSTOMER"), "accent"), ground="bar"))
        keys = (
            ("enter", _("open")), ("tab", _("next list")), ("e", _("edit")), ("M", _("merge")), ("z", _("undo")),
            ("esc", _("back")),
        )  # fmt: skip
        self.query_one(KeyBar).say(*keys)
        self.query_one(PickList).focus()
        self.load()

    def load(self, said: str = "", ink: str = "dim") -> None:
        """Read the customer anew."""
        start(self, self._load(said, ink), group="load", exclusive=True)

    async def _load(self, said: str, ink: str) -> None:
        customer = self.customer
        try:
            await self.calls.call(lambda d: d.customers.visit(customer))
            card = await self.calls.call(lambda d: d.customers.card(customer))
            bought = await self.calls.call(lambda d: d.customers.purchases(card.id))
            page = await self.calls.call(lambda d: d.customers.talks(card.id, limit=SIZE))
            maybe = await self.calls.call(lambda d: d.customers.proposals(card.id))
        except DeskError as error:
            self.told = error.message
            self._show()
            return
        self.told = ""
        self.customer, self.card, self.bought, self.maybe = card.id, card, bought, maybe
        self.talks, self.next = list(page.rows), page.next
        self._say(said, ink)
        facts = self.query_one(Facts)
        facts.card, facts.bought, facts.now, facts.here = card, bought, self.clock.now(), self.here
        facts.relayout()
        self._show(keep=True)

    def _say(self, text: str, ink: str = "dim") -> None:
        self.query_one(".found", Bar).set_line(line((f" {text}" if text else "", ink)))

    # -- the lists ----------------------------------------------------------------------------------------

    def _names(self) -> list[str]:
        talks = self.card.conversations if self.card else 0
        orders = self.bought.count if self.bought else 0
        return [
            _("conversations {n}").format(n=talks),
            _("orders {n}").format(n=orders),
            _("one person? {n}").format(n=len(self.maybe)),
        ]

    def _draw_tabs(self) -> None:
        self.query_one(".tabs", Bar).set_line(rows.tabs(self._names(), LISTS.index(self.which)))

    def _draw_columns(self) -> None:
        bar = self.query_one(".columns", Bar)
        heads = {"talks": rows.talk_head, "orders": rows.order_head}
        make = heads.get(self.which)
        bar.set_line(make() if make else rows.pair_head(bar.size.width))

    def _show(self, *, keep: bool = False) -> None:
        self.query_one(".tabs", Bar).draw()
        self.query_one(".columns", Bar).draw()
        pick, now = self.query_one(PickList), self.clock.now()
        if self.which == "talks":
            pick.show(
                [Choice(("talk", one.id), (rows.talk_line(one, now, self.here),)) for one in self.talks],
                self.told or _("No conversation yet."), keep=keep,
            )  # fmt: skip
        elif self.which == "orders":
            orders = self.bought.orders if self.bought else ()
            pick.show(
                [Choice(("order", one.id), (rows.order_line(one, self.here),)) for one in orders],
                self.told or _("No order is known."), keep=keep,
            )  # fmt: skip
        else:
            width = pick.size.width - 3
            pick.show(
                [Choice(("pair", one), (rows.pair_line(one, width),)) for one in self.maybe],
                self.told or _("Nobody else looks like this customer."), keep=keep,
            )  # fmt: skip

    def on_resize(self, event: events.Resize) -> None:
        """Another width has other columns."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.query_one(Facts).relayout()
        self._show(keep=True)

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Near the end the next page is read."""
        pick = self.query_one(PickList)
        if self.which == "talks" and self.next is not None and pick.cursor >= len(pick.choices) - NEAR:
            start(self, self._more(self.next), group="more", exclusive=True)

    async def _more(self, after: PageKey) -> None:
        customer = self.customer
        try:
            page = await self.calls.call(lambda d: d.customers.talks(customer, after=after, limit=SIZE))
        except DeskError:
            return  # the next move asks again
        if self.next == after and self.customer == customer:
            self.talks += page.rows
            self.next = page.next
            if self.which == "talks":
                self._show(keep=True)

    # -- keys ---------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Move, open, edit, merge, take back, go back."""
        key = {"j": "down", "k": "up"}.get(event.key, event.key)
        doing = {"e": self._edit, "M": self._merge, "z": self._undo}
        if key == "escape":
            self.dismiss(None)
        elif key in ("tab", "shift+tab"):
            at = LISTS.index(self.which) + (1 if key == "tab" else -1)
            self.which = LISTS[at % len(LISTS)]
            self._show()
        elif key in doing and self.card is not None:
            start(self, self._guarded(doing[key]), group="act", exclusive=True)
        elif not self.query_one(PickList).press(key):
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click on the name of a list shows it."""
        bar = self.query_one(".tabs", Bar)
        if bar.region.contains_point(event.screen_offset):
            at = rows.tab_at(self._names(), event.screen_x - bar.region.x)
            if at is not None:
                self.which = LISTS[at]
                self._show()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Open a conversation, look at an order, look at a pair."""
        kind, value = event.value
        if kind == "talk":
            self.dismiss(value)
        elif kind == "order":
            order = (
                next((one for one in self.bought.orders if one.id == value), None) if self.bought else None
            )
            if order is not None:
                start(self, self._order(order), group="order", exclusive=True)
        else:
            start(
                self, self._guarded(lambda: self._unite(value.keep, value.gone)), group="act", exclusive=True
            )

    async def _order(self, order: Order) -> None:
        """Show an order, with what carriers said as far as it is translated."""
        from csdesk.domain.orders import OrderLink
        from csdesk.screens.translating import said_of

        texts = said_of((OrderLink(order, "linked", ""),))
        told = await self.calls.call(lambda d: d.translations.phrases.stored(texts))
        self.app.push_screen(OrderScreen(order, self.clock.now(), self.here, told))

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DeskError as error:
            self._say(error.message, "burn")

    async def _edit(self) -> None:
        if self.card is None:
            return
        if await self.app.push_screen_wait(EditScreen(self.calls, self.card)):
            self.changed = True
            self.load(_("Changed.") + "   " + _("{key} undo").format(key="z"), "done")

    async def _undo(self) -> None:
        said = await self.calls.call(lambda d: d.inbox.undo())
        self.changed = True
        self.load(said, "done")

    async def _merge(self) -> None:
        """With one who is proposed, or with a number that is typed."""
        options: list[tuple[Any, str, str]] = []
        for one in self.maybe:
            other, name = (
                (one.gone, one.gone_name) if one.keep == self.customer else (one.keep, one.keep_name)
            )
            options.append((other, f"{clean_line(name)}  {other}", why_words(one)))
        chosen: Any = await self.app.push_screen_wait(
            Choose(_("Merge with"), [*options, ("other", _("another number …"), "")])
        )
        if chosen == "other":
            text = await self.app.push_screen_wait(AskText(_("Merge with"), _("The other customer's number")))
            chosen = int(text) if text and text.strip().isdecimal() and len(text.strip()) < 19 else None
            if text and chosen is None:
                self._say(_("A number is needed; it stands in the list of customers."), "soon")
        if chosen is not None:
            await self._unite(self.customer, int(chosen))

    async def _unite(self, keep: int, gone: int) -> None:
        if await unite(self, self.calls, keep, gone):
            self.changed = True
            self.load(_("The two are one customer now.") + "   " + _("{key} undo").format(key="z"), "done")


class EditScreen(Form):
    """What is known of a customer as a form. A value that cannot be gets its sentence, and what was typed stays."""

    def __init__(self, calls: Calls, card: Customer) -> None:
        fields = [
            Field("name", _("Name"), card.name),
            Field("language", _("Language: a code such as es, or its name"), card.language),
            Field("country", _("Country: a code such as ES, or its name"), card.country),
            Field("tags", _("Tags, with spaces between them"), " ".join(card.tags)),
            Field("notes", _("Notes for colleagues; the customer never sees them"), card.notes, tall=True),
        ]
        super().__init__(_("Edit the customer"), fields, _("keep"))
        self.calls, self.customer = calls, card.id

    def first(self) -> Field:
        """Writing begins with the name."""
        return self.fields[0]

    def on_mount(self) -> None:
        """Room for what may be wrong."""
        self.query_one(".box").mount(plain("", "complaint", id="wrong"), before=".keys")

    def finish(self) -> None:
        """Keep it, or say what is wrong."""
        start(self, self._keep(self.texts()), group="keep", exclusive=True)

    async def _keep(self, given: Mapping[str, str]) -> None:
        customer = self.customer
        try:
            await self.calls.call(lambda d: d.customers.edit(customer, **given))
        except DeskError as error:
            self.query_one("#wrong", Static).update(Content(error.message))
            return
        self.dismiss(given)


class OrderScreen(ModalOver[None]):
    """One order with its parcels. `told` is what carriers said in the agent's language, by what they said."""

    def __init__(
        self, order: Order, now: datetime, here: tzinfo | None, told: Mapping[str, Translation]
    ) -> None:
        super().__init__()
        self.order, self.now, self.here, self.told = order, now, here, told

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield OrderLines(self.order, self.now, self.here, self.told)
            yield plain(_("o original   esc back") if self.told else _("esc back"), "quiet keys")

    def on_mount(self) -> None:
        """As tall as the order."""
        view = self.query_one(OrderLines)
        view.styles.height = min(len(view.layout_lines(56)), max(self.size.height - 8, 4))
        view.focus()

    def on_key(self, event: events.Key) -> None:
        """Scroll, or go back."""
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 8, "pageup": -8}
        view = self.query_one(OrderLines)
        if event.key in ("escape", "enter"):
            self.dismiss(None)
        elif event.key in steps:
            view.scroll_to(y=view.scroll_offset.y + steps[event.key], animate=False, force=True)
        elif event.key == "o" and self.told:
            view.turn()
        else:
            return
        event.stop()


class OrderLines(LineView):
    """The card of an order."""

    def __init__(
        self, order: Order, now: datetime, here: tzinfo | None, told: Mapping[str, Translation]
    ) -> None:
        super().__init__()
        self.order, self.now, self.here, self.told = order, now, here, told
        self.way = "translation"

    def turn(self) -> None:
        """The translation, both, the original, and again."""
        from csdesk.domain.translated import WAYS

        self.way = WAYS[(WAYS.index(self.way) + 1) % len(WAYS)]
        self.relayout()

    def layout_lines(self, width: int) -> list[Line]:
        """The card for this width."""
        from csdesk.domain.orders import OrderLink
        from csdesk.widgets.cards import order_card

        link = OrderLink(self.order, "linked", "")
        return order_card(link, width, self.now, self.here, self.told, self.way)
