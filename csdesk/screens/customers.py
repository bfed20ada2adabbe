"""The list of customers: who wrote last, at whom I looked last, and who may be one person. Found as you type."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.calls import start
from csdesk.screens.over import Over
from csdesk.widgets import customer_rows as rows
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.customer import CustomerPage, CustomerRow, PageKey, Proposal
    from csdesk.screens.calls import Calls

PAUSE = 0.12
SIZE = 100
NEAR = 20
"""So many rows before the end, the next page is asked for."""
ATTEMPTS = 8
"""Short pages that are joined at once; a rare word in a large shop is looked for piece by piece."""
LISTS = ("written", "visited", "proposals")


class CustomersScreen(Over[int | None]):
    """Gives the conversation to open, or None."""

    CSS_PATH = "customers.tcss"

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__()
        self.calls, self.clock, self.here = calls, clock, here
        self.which, self.query_text = LISTS[0], ""
        self.found: list[CustomerRow] = []
        self.pairs: Sequence[Proposal] = ()
        self.next: PageKey | None = None
        self.changed = False
        self.told = _("The customers are being read.")

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="tabs", draw=self._draw_tabs)
        yield CleanInput(compact=True, placeholder=_("name or address"))
        yield Bar(classes="columns", draw=self._draw_columns)
        yield PickList()
        yield KeyBar()

    def on_mount(self) -> None:
        """The cursor into the field, the newest below it."""
        self.query_one(".head", Bar).set_line(line((" " + _("CUSTOMERS"), "accent"), ground="bar"))
        keys = (("enter", _("open")), ("tab", _("next list")), ("esc", _("back")))
        self.query_one(KeyBar).say(*keys)
        self.query_one(Input).focus()
        self.load()

    def _draw_tabs(self) -> None:
        names = {"written": _("wrote last"), "visited": _("looked at"), "proposals": _("one person?")}
        self.query_one(".tabs", Bar).set_line(
            rows.tabs([names[one] for one in LISTS], LISTS.index(self.which))
        )

    def _draw_columns(self) -> None:
        bar = self.query_one(".columns", Bar)
        width = bar.size.width
        bar.set_line(rows.pair_head(width) if self.which == "proposals" else rows.recent_head(width))

    def on_resize(self, event: events.Resize) -> None:
        """Another width has other columns."""
        self.call_after_refresh(self._show, keep=True)

    # -- what is shown ------------------------------------------------------------------------------------

    def load(self, *, pause: float = 0) -> None:
        """Read the list anew."""
        start(self, self._load(pause), group="load", exclusive=True)

    async def _load(self, pause: float) -> None:
        await asyncio.sleep(pause)
        self.query_one(".tabs", Bar).draw()
        self.query_one(".columns", Bar).draw()
        try:
            if self.which == "proposals":
                self.pairs = await self.calls.call(lambda d: d.customers.proposals())
                self.next = None
            else:
                page = await self._page(None)
                self.found, self.next = list(page.rows), page.next
        except DeskError as error:
            self.found, self.pairs, self.next, self.told = [], (), None, error.message
        else:
            self.told = ""
        self._show()

    async def _page(self, after: PageKey | None) -> CustomerPage:
        which, text = self.which, self.query_text
        got: list[CustomerRow] = []
        for _attempt in range(ATTEMPTS):
            behind = after
            page = await self.calls.call(
                lambda d: d.customers.recent(which, after=behind, limit=SIZE, text=text)  # noqa: B023
            )
            got += page.rows
            after = page.next
            if len(got) >= SIZE // 2 or after is None:
                break
        from csdesk.domain.customer import CustomerPage

        return CustomerPage(tuple(got), after)

    def _show(self, *, keep: bool = False) -> None:
        pick = self.query_one(PickList)
        width, now = pick.size.width - 3, self.clock.now()
        if self.which == "proposals":
            asked = self.query_text.casefold()
            shown = [p for p in self.pairs if asked in f"{p.keep_name} {p.gone_name} {p.what}".casefold()]
            choices = [Choice(p, (rows.pair_line(p, width),)) for p in shown]
            pick.show(choices, self.told or _("No two customers look like one person."), keep=keep)
            return
        choices = [Choice(one.id, (rows.recent_line(one, width, now, self.here),)) for one in self.found]
        pick.show(choices, self._nothing(), keep=keep)

    def _nothing(self) -> str:
        if self.told:
            return self.told
        if self.query_text.strip():
            return _("Nothing here matches {text}.").format(text=self.query_text.strip())
        return (
            _("You have looked at nobody yet.") if self.which == "visited" else _("Nobody has written yet.")
        )

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Near the end the next page is read."""
        pick = self.query_one(PickList)
        if self.next is not None and pick.cursor >= len(pick.choices) - NEAR and pick.cursor:
            start(self, self._more(self.next), group="more", exclusive=True)

    async def _more(self, after: PageKey) -> None:
        try:
            page = await self._page(after)
        except DeskError:
            return  # the next move asks again
        if self.next == after:
            self.found += page.rows
            self.next = page.next
            self._show(keep=True)

    # -- keys ---------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find a moment after the last key."""
        if event.value != self.query_text:
            self.query_text = event.value
            self.load(pause=PAUSE)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens what is under the cursor."""
        self.query_one(PickList).pick()

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the cursor stays in the field; tab goes to the next list."""
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("tab", "shift+tab"):
            at = LISTS.index(self.which) + (1 if event.key == "tab" else -1)
            self.which = LISTS[at % len(LISTS)]
            self.load()
        elif event.key in ("down", "up", "pagedown", "pageup"):
            self.query_one(PickList).press(event.key)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """A click on the name of a list shows it."""
        bar = self.query_one(".tabs", Bar)
        if bar.region.contains_point(event.screen_offset):
            names = (_("wrote last"), _("looked at"), _("one person?"))
            if (at := rows.tab_at(names, event.screen_x)) is not None:
                self.which = LISTS[at]
                self.load()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """A customer is opened; a pair is looked at before it becomes one."""
        start(self, self._open(event.value), group="open", exclusive=True)

    async def _open(self, chosen: object) -> None:
        from csdesk.domain.customer import Proposal
        from csdesk.screens.customer import CustomerScreen
        from csdesk.screens.unite import unite

        if isinstance(chosen, Proposal):
            self.changed |= await unite(self, self.calls, chosen.keep, chosen.gone)
            self.load()
            return
        screen = CustomerScreen(self.calls, self.clock, self.here, int(str(chosen)))
        conversation = await self.app.push_screen_wait(screen)
        self.changed |= screen.changed
        if conversation is not None:
            self.dismiss(conversation)
        else:
            self.load()
