"""Reading: the views of the queue, the conversation under the cursor, and what changes while they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widgets import Input

from csdesk.domain.conversation import QueueRow, Thread
from csdesk.domain.customer import Customer
from csdesk.domain.orders import OrderLink
from csdesk.domain.views import STATUSES, VIEWS
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.live import Live
from csdesk.widgets import words
from csdesk.widgets.bars import Standing, view_word
from csdesk.widgets.pages import SIZE, Key
from csdesk.widgets.thread_lines import Reading

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk

REST = 0.15
RETRY = 3.0
_ORDER = ("open", "mine", "unassigned", "waiting", "snoozed", "failed")
SHOWN_VIEWS = (*_ORDER, *(view for view in VIEWS if view not in _ORDER))
"""The views in the order of the tabs: what is worked on first, then all others."""


@dataclass(frozen=True, slots=True)
class Look:
    """All that is shown of one conversation."""

    thread: Thread
    customer: Customer | None
    orders: tuple[OrderLink, ...]


def look(desk: Desk, conversation: int) -> Look:
    """Read a conversation and what stands beside it. A missing card does not hide the conversation."""
    thread = desk.inbox.thread(conversation)
    if thread.merged_into is not None:
        return look(desk, thread.merged_into)
    try:
        customer = desk.customers.card(thread.customer_id)
        orders = desk.orders.beside(thread.id)
    except DeskError:
        return Look(thread, None, ())
    return Look(thread, customer, orders)


def in_view(row: QueueRow, view: str, agent: str) -> bool:
    """Whether a conversation belongs into a view, by csdesk.domain.views."""
    if view == "all":
        return row.status != "merged"
    if view == "failed":
        return row.failed > 0
    if view in STATUSES and view != "open":
        return row.status == view
    by_view = {"waiting": row.waiting_since is not None, "unassigned": row.assignee is None,
               "mine": row.assignee == agent}  # fmt: skip
    return row.status == "open" and by_view.get(view, True)


class Reader:
    """Loads what is shown. Holds the view, the open conversation and what stands beside it."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.view = "open"
        self.text = ""
        self.opened: Thread | None = None
        self.customer: Customer | None = None
        self.orders: tuple[OrderLink, ...] = ()
        self.standing = Standing()
        self.newcomers: set[int] = set()
        self.agent_id = 0
        self.live = Live(self)
        self._rest: Timer | None = None
        self._resting = False

    @property
    def desk(self) -> Desk | None:
        """The desk, once it is open."""
        return self.screen.calls.desk

    @property
    def agent_name(self) -> str:
        """Who acts here."""
        return self.standing.agent

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {
            "queue.open": self.open_row,
            "queue.next": lambda: self.open_next(None),
            "queue.refresh": lambda: self.choose(self.view),
            "queue.filter": self.ask_filter,
            "view.next": lambda: self._step(1),
            "view.before": lambda: self._step(-1),
            "thread.quotes": self._fold,
        }

    def views(self) -> Iterable[str]:
        """The views in the order of the tabs."""
        return SHOWN_VIEWS

    # -- opening and the queue ----------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the store beside the screen."""
        self.screen.run(self._begin(), "begin")
        # The text field is the costliest thing to load; it is there before anybody can have read a mail.
        self.screen.run(self.screen.composer.ready(), "composer")

    async def _begin(self) -> None:
        """Try until the store opens; what is wrong stands in the header meanwhile."""
        while True:
            try:
                desk = await self.screen.calls.open()
                agent = await self.screen.call(lambda d: d.agent)
                break
            except DeskError as error:
                self._trouble(error.message)
                await asyncio.sleep(RETRY)
        self.agent_id = agent.id
        self.standing = replace(self.standing, agent=agent.name, languages=agent.languages, trouble="")
        self.screen.queue.agent = agent.name
        self.live.begin(desk)
        self.screen.writer.agent_id = agent.id
        await self._list(self.view)
        await self.screen.writer.resume()

    def _trouble(self, sentence: str) -> None:
        self.standing = replace(self.standing, trouble=sentence)
        self.screen.queue.words = sentence
        self.screen.queue.refresh()
        self.screen.draw_bars()
        self.screen.say(sentence, "burn", RETRY)

    def choose(self, view: str) -> None:
        """Show this view, sorted anew."""
        self.view = view
        self.screen.run(self._list(view), "list", exclusive=True)

    async def _list(self, view: str) -> None:
        """Load the head of a view; the cursor stays on its conversation where that is in it."""
        text = self.text
        while True:
            try:
                page, counts, status = await self.screen.call(
                    lambda d: (d.inbox.page(view, limit=SIZE, text=text), d.inbox.counts(), d.sync.status())
                )
                break
            except DeskError as error:
                self._trouble(error.message)
                await asyncio.sleep(RETRY)
        self.newcomers.clear()
        self.live.stands(counts, status)
        queue = self.screen.queue
        queue.now = self.screen.clock.now()
        row = queue.row
        queue.show(
            page, keep=row.id if row else None, words=await self._nothing(text) if not page.rows else ""
        )
        self.screen.draw_bars()
        if queue.row is not None and not self.screen.composer.mode:
            self.rest_on(queue.row)
        elif queue.row is None and not self.screen.composer.mode:
            self._show(None)

    async def _nothing(self, text: str) -> str:
        """The quiet line where a view holds nothing."""
        if text:
            return _("Nothing here matches {text}.").format(text=text)
        if self.view not in ("open", "mine", "waiting"):
            return _("Nothing is left here.")
        now, here = self.screen.clock.now(), self.screen.here
        morning = now.astimezone(here).replace(hour=0, minute=0, second=0, microsecond=0)
        today = await self.screen.call(lambda d: d.inbox.today(morning))
        done = _("Nothing is left. Today you answered {answered} and closed {closed}.")
        said = done.format(answered=today.answered, closed=today.closed)
        if today.next_wake is None:
            return said
        wakes = _("The next wakes {time}.").format(time=words.day_or_time(today.next_wake, now, here))
        return f"{said} {wakes}"

    def more(self, after: Key | None, *, again: bool) -> None:
        """Load the page behind a key."""
        self.screen.run(self._more(self.view, self.text, after, again), "more")

    async def _more(self, view: str, text: str, after: Key | None, again: bool) -> None:
        page = await self.screen.call(lambda d: d.inbox.page(view, after=after, limit=SIZE, text=text))
        if (view, text) == (self.view, self.text):
            self.screen.queue.add_page(page, after, again=again)

    def _step(self, by: int) -> None:
        at = SHOWN_VIEWS.index(self.view) if self.view in SHOWN_VIEWS else 0
        self.choose(SHOWN_VIEWS[(at + by) % len(SHOWN_VIEWS)])
        self.screen.draw_bars()

    # -- filter -------------------------------------------------------------------------------------------

    def ask_filter(self) -> None:
        """Show the filter line and write in it."""
        field = self.screen.query_one("#filter", Input)
        field.add_class("-open")
        self.screen.go_to(self.screen.queue)
        field.focus()

    def filter(self, text: str) -> None:
        """Show the rows that hold this text, a moment after the last key."""
        if text == self.text:
            return
        self.text = text
        self.screen.run(self._filtered(text), "list", exclusive=True)

    async def _filtered(self, text: str) -> None:
        await asyncio.sleep(REST)
        await self._list(self.view)

    def clear_filter(self) -> None:
        """Take the filter away."""
        field = self.screen.query_one("#filter", Input)
        field.remove_class("-open")
        field.value = ""
        if self.text:
            self.text = ""
            self.choose(self.view)

    # -- the conversation ---------------------------------------------------------------------------------

    def rest_on(self, row: QueueRow) -> None:
        """The cursor came to a row: its conversation is shown when it rests there."""
        self._stop_resting()
        if self.screen.composer.mode and self.opened is not None and self.opened.id == row.id:
            return
        self._resting = True
        self._rest = self.screen.set_timer(REST, lambda: self.preview(row.id))

    def _stop_resting(self) -> None:
        self._resting = False
        if self._rest is not None:
            self._rest.stop()

    def about_to_ask(self) -> bool:
        """Whether something will be asked of a service in a moment without another key."""
        return self._resting or self.live.about_to_ask()

    def preview(self, conversation: int) -> None:
        """Show a conversation without opening it: it stays unread, the cursor stays in the queue."""
        self._resting = False
        if not self.screen.has_class("-narrow"):
            self.screen.run(self._look(conversation), "look", exclusive=True)

    def open_row(self) -> None:
        """Open the conversation under the cursor."""
        if (row := self.screen.queue.row) is not None:
            self.open(row.id)

    def open(self, conversation: int) -> None:
        """Open a conversation: it is shown, marked read, and the cursor goes into it."""
        self._stop_resting()
        self.screen.go_to(self.screen.thread)
        self.screen.run(self._open(conversation), "look", exclusive=True)

    async def _open(self, conversation: int) -> None:
        await self._look(conversation)
        if self.opened is not None and self.opened.unread:
            await self.screen.call(lambda d: d.inbox.mark_read(conversation))

    def open_next(self, after: int | None) -> None:
        """Open the next conversation of the list in which somebody waits; the one that burns first is first."""
        queue = self.screen.queue
        busy = {pending.conversation for pending in self.screen.writer.pending} | queue.gone | {after}
        if after is None and self.opened is not None:
            busy.add(self.opened.id)
        for number, row in queue.rows.loaded():
            if row.waiting_since is not None and row.status == "open" and row.id not in busy:
                queue.go(number)
                self.open(row.id)
                return
        if after is None:
            self.screen.say(_("Nobody else waits here."))

    async def _look(self, conversation: int) -> None:
        """Show a conversation; a draft of another one is kept before."""
        await self.screen.writer.leave_for(conversation)
        self._show(await self.screen.call(lambda d: look(d, conversation)))

    async def come_back(self, conversation: int) -> None:
        """Show this conversation instead of the one under the cursor; the cursor goes to it where it is in sight."""
        self._stop_resting()
        await self._look(conversation)
        if (number := self.screen.queue.rows.find(conversation)) is not None:
            self.screen.queue.go(number)

    async def again(self) -> None:
        """Read the open conversation again, because something in it changed."""
        if (thread := self.opened) is None:
            return
        fresh = await self.screen.call(lambda d: look(d, thread.id))
        if self.opened is not None and self.opened.id == thread.id:
            self._show(fresh)

    def _show(self, fresh: Look | None) -> None:
        self.opened = fresh.thread if fresh else None
        self.customer = fresh.customer if fresh else None
        self.orders = fresh.orders if fresh else ()
        self.screen.writer.came(self.opened)
        self.redraw(self.screen.clock.now())
        self.screen.draw_bars()

    def redraw(self, now: datetime) -> None:
        """Draw the conversation and the panel as of now."""
        zone = words.zone(self.customer.timezone) if self.customer else None
        reading = Reading(now, self.screen.here, zone, leaving=self.screen.writer.leaving())
        self.screen.thread.show(self.opened, reading)
        self.screen.side.show(self.customer, self.orders, now)

    def _fold(self) -> None:
        self.screen.thread.fold()

    def name_of(self, view: str) -> str:
        """A view with its counter, for menus."""
        return f"{view_word(view)} {(self.standing.counts or {}).get(view, 0)}"
