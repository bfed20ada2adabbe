"""Reading: the views of the queue, the conversation under the cursor, and what changes while they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.timer import Timer
from textual.widgets import Input

from csdesk import collector
from csdesk.actions import key_word
from csdesk.domain.views import DEFAULT_VIEW, STATUSES, VIEWS
from csdesk.errors import DeskError, Usage
from csdesk.i18n import _
from csdesk.screens.live import Live
from csdesk.screens.looking import Looking
from csdesk.widgets import words
from csdesk.widgets.bars import Standing, view_word
from csdesk.widgets.pages import SIZE
from csdesk.widgets.pages import Key as RowKey

if TYPE_CHECKING:
    from csdesk.domain.conversation import QueueRow, Thread
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import OrderLink
    from csdesk.domain.reading import Key, Mark
    from csdesk.domain.translation import Translation
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk
    from csdesk.widgets.thread_lines import Reading

REST = 0.15
RETRY = 3.0
_ORDER = ("open", "mine", "unassigned", "waiting", "snoozed", "drafts", "failed")
SHOWN_VIEWS = (*_ORDER, *(view for view in VIEWS if view not in _ORDER))
"""The views in the order of the tabs: what is worked on first, then all others."""


class Look(NamedTuple):
    """All that is shown of one conversation."""

    thread: Thread
    customer: Customer | None
    orders: tuple[OrderLink, ...]
    mark: Mark | None = None
    translated: Mapping[int, Translation] = {}
    told: Mapping[str, Translation] = {}


def look(desk: Desk, conversation: int, start: int | None = None, around: Key | None = None) -> Look:
    """Read a conversation and what stands beside it, of a long one the part from entry `start` on or around an entry.
    A missing card does not hide the conversation."""
    found = desk.reading.open(conversation, start=start, around=around)
    from csdesk.screens.translating import said_of  # none of it is needed for the first frame

    thread = found.thread
    translated = desk.translations.stored(thread.messages)
    try:
        customer = desk.customers.card(thread.customer_id)
        orders = desk.orders.beside(thread.id)
        told = desk.translations.phrases.stored(said_of(orders))
    except DeskError:
        return Look(thread, None, (), found.mark, translated)
    return Look(thread, customer, orders, found.mark, translated, told)


def in_view(row: QueueRow, view: str, agent: str) -> bool:
    """Whether a conversation belongs into a view, by csdesk.domain.views."""
    if view == "all":
        return row.status != "merged"
    if view == "failed":
        return row.failed > 0
    if view == "drafts":
        return row.draft
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
        self.looking = Looking(screen)
        self.opening = False
        self._rest: Timer | None = None
        self._resting = False

    @property
    def desk(self) -> Desk | None:
        """The desk, once it is open."""
        return self.screen.calls.desk

    def beside(self) -> dict[str, Any]:
        """What csdesk.acts.state.State says of the orders beside the conversation."""
        linked = [one.order for one in self.orders if one.state == "linked"]
        return {
            "suggestions": sum(one.state == "suggested" for one in self.orders),
            "orders": sum(bool(order.account) for order in linked),
            "parcels": sum(len(one.order.shipments) for one in self.orders),
            "own_parcels": sum(len(order.shipments) for order in linked),
        }

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
        } | {f"go.{view}": partial(self.go, view) for view in VIEWS}

    def go(self, view: str) -> None:
        """To this view, the cursor in the queue."""
        self.choose(view)
        self.screen.to_queue()
        self.screen.draw_bars()

    def views(self) -> Iterable[str]:
        """The views in the order of the tabs, the saved ones behind the desk's own."""
        return (*SHOWN_VIEWS, *self.screen.shelf.names())

    # -- opening and the queue ----------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the store beside the screen."""
        self.screen.run(self._begin(), "begin")

    async def _begin(self) -> None:
        """Try until the store opens; what is wrong stands in the header meanwhile."""
        glanced = False
        while True:
            try:
                glanced = glanced or await self._glance()
                # The text field is the costliest thing to load; it is there before anybody can have read a mail.
                self.screen.run(self.screen.composer.ready(), "composer")
                desk = await self.screen.calls.open()
                agent = await self.screen.call(lambda d: d.agent)
                break
            except DeskError as error:
                collector.resume()
                self._trouble(error.message)
                await asyncio.sleep(RETRY)
        self.agent_id = agent.id
        self.standing = replace(self.standing, agent=agent.name, languages=agent.languages, trouble="")
        self.screen.queue.agent = agent.name
        self.live.begin(desk)
        self.screen.writer.agent_id = agent.id
        await self._list(self.view)
        collector.resume()
        self.opening = False
        self.screen.hand.ahead.go_on()
        await self.screen.writer.resume()
        await self._greet()

    async def _glance(self) -> bool:
        """The rows that are seen first, to look at and to move among while all that the desk needs is loaded: they have
        to be on the terminal before that begins to take the processor."""
        if self.screen.shelf.asked() != (DEFAULT_VIEW, ""):
            return True
        found = await self.screen.calls.glance(SIZE)
        if found is not None and found.page.rows:
            queue = self.screen.queue
            queue.accounts = dict(found.accounts) if len(found.accounts) > 1 else {}
            queue.now = self.screen.clock.now()
            queue.show(found.page)
            self.opening = True
            drawn = asyncio.Event()
            self.screen.call_after_refresh(drawn.set)
            await drawn.wait()
        return True

    async def _greet(self) -> None:
        """At the start of a shift, one line about what happened meanwhile; it takes no key, and goes by itself or
        with the first conversation that is opened."""
        from csdesk.lookback import away_words

        found = await self.screen.call(lambda d: d.activity.shift())
        keys = self.screen.actions["place.away"].keys
        if found is None or not keys:
            return
        since = words.day_or_time(found.since, self.screen.clock.now(), self.screen.here)
        said = _("Since {time}: {what}").format(time=since, what=away_words(found))
        own = f"{said}   {keys[0]} {self.screen.actions['place.away'].label}"
        self.screen.say(own, "accent", 20, brief=True)

    def gone(self, sentence: str) -> None:
        """The store cannot be reached: said where the state of mail stands, until it can, and among the notices, where
        there is room for all of a long sentence. The rows stay."""
        self.standing = replace(self.standing, trouble=sentence)
        if self.screen.is_attached:
            self.screen.say(sentence, "burn")
            self.screen.draw_bars()

    def _trouble(self, sentence: str) -> None:
        self.opening = False
        self.screen.hand.ahead.drop()
        self.standing = replace(self.standing, trouble=sentence)
        self.screen.queue.words = sentence
        self.screen.queue.refresh()
        self.screen.draw_bars()
        self.screen.say(sentence, "burn", RETRY)

    def choose(self, view: str) -> None:
        """Show this view, sorted anew. Marks on rows that are not shown any more would be acted on unseen."""
        if view != self.view:
            self.screen.marks.clear()
        self.view = view
        self.screen.run(self._list(view), "list", exclusive=True)

    async def _list(self, view: str) -> None:
        """Load the head of a view; the cursor stays on its conversation where that is in it."""
        text = self.text
        base, terms = self.screen.shelf.own.asked(view, text)
        while True:
            try:
                page, counts, status = await self.screen.call(
                    lambda d: (
                        d.inbox.page(base, limit=SIZE, text=terms),
                        d.inbox.counts(),
                        d.standing.status(),
                    )
                )
                break
            except Usage as error:
                self.screen.say(error.message, "soon", 12)
                return
            except DeskError as error:
                self._trouble(error.message)
                await asyncio.sleep(RETRY)
        self.newcomers.clear()
        self.live.stands(counts, status)
        queue = self.screen.queue
        queue.now = self.screen.clock.now()
        row = queue.row
        queue.show(
            page, keep=row.id if row else None, words=await self._nothing(terms) if not page.rows else ""
        )
        self.screen.draw_bars()
        self.screen.translating.rows_soon()
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
        done = {"answered": today.answered, "closed": today.closed}
        if today.next_wake is None:
            return _("Nothing is left. Today you answered {answered} and closed {closed}.").format(**done)
        said = _("Nothing is left. Today you answered {answered} and closed {closed}. The next wakes {time}.")
        return said.format(**done, time=words.day_or_time(today.next_wake, now, here))

    def more(self, after: RowKey | None, *, again: bool) -> None:
        """Load the page behind a key."""
        self.screen.run(self._more(*self.screen.shelf.asked(), after, again), "more")

    async def _more(self, view: str, text: str, after: RowKey | None, again: bool) -> None:
        page = await self.screen.call(lambda d: d.inbox.page(view, after=after, limit=SIZE, text=text))
        if (view, text) == self.screen.shelf.asked():
            self.screen.queue.add_page(page, after, again=again)
            self.screen.translating.rows_soon()

    def _step(self, by: int) -> None:
        views = tuple(self.views())
        at = views.index(self.view) if self.view in views else 0
        self.choose(views[(at + by) % len(views)])
        self.screen.draw_bars()

    # -- filter -------------------------------------------------------------------------------------------

    def ask_filter(self) -> None:
        """Show the filter line and write in it."""
        field = self.screen.query_one("#filter", Input)
        field.add_class("-open")
        self.screen.go_to(self.screen.queue)
        field.focus()

    def show_filter(self, text: str) -> None:
        """Filter by this text, which stands in the filter line then."""
        field = self.screen.query_one("#filter", Input)
        field.add_class("-open")
        field.value = text
        self.screen.go_to(self.screen.queue)

    def filter(self, text: str) -> None:
        """Show the rows that hold this text, a moment after the last key."""
        if text == self.text:
            return
        self.text = text
        self.screen.marks.clear()
        self.screen.run(self._filtered(text), "list", exclusive=True)

    async def _filtered(self, text: str) -> None:
        await asyncio.sleep(REST)
        if wrong := self.screen.shelf.check(text):
            self.screen.say(wrong, "soon", 12)
            return
        await self._list(self.view)

    def clear_filter(self) -> None:
        """Take the filter away."""
        field = self.screen.query_one("#filter", Input)
        field.remove_class("-open")
        field.value = ""
        if self.text:
            self.text = ""
            self.screen.marks.clear()
            self.choose(self.view)

    # -- the conversation ---------------------------------------------------------------------------------

    def rest_on(self, row: QueueRow) -> None:
        """The cursor came to a row: its conversation is shown when it rests there."""
        self._stop_resting()
        if self.desk is None:
            return  # the list that comes with the desk sees where the cursor is
        self.screen.translating.rows_soon(moved=True)
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

    def open(self, conversation: int, then: Callable[[], None] | None = None) -> None:
        """Open a conversation: it is shown, marked read, and the cursor goes into it; `then` is done once it is
        there."""
        self._stop_resting()
        self.screen.trail.add(conversation)
        self.screen.go_to(self.screen.thread)
        self.screen.run(self._open(conversation, then), "look", exclusive=True)

    async def _open(self, conversation: int, then: Callable[[], None] | None = None) -> None:
        await self._look(conversation)
        if then is not None:
            then()
        self.screen.pins.opened(conversation)
        if (opened := self.opened) is not None:
            await self.looking.opened(opened.id)
            await self.screen.call(lambda d: d.customers.visit(opened.customer_id))

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
        await self.looking.leave()
        fresh = await self.screen.call(lambda d: look(d, conversation))
        self.looking.came(fresh.mark)
        self._show(fresh)

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
        start = thread.earlier if thread.later else None if not thread.earlier else 1 << 40
        fresh = await self.screen.call(lambda d: look(d, thread.id, start))
        if self.opened is not None and self.opened.id == thread.id:
            self._show(fresh)

    async def part(
        self, start: int | None = None, place: Key | None = None, around: Key | None = None
    ) -> None:
        """Have another part of the open conversation at hand, and go to a place in it."""
        if (thread := self.opened) is None:
            return
        fresh = await self.screen.call(lambda d: look(d, thread.id, start, around))
        if self.opened is not None and self.opened.id == thread.id:
            self._show(fresh, place or around)

    def _show(self, fresh: Look | None, place: Key | None = None) -> None:
        self.opened = fresh.thread if fresh else None
        self.customer = fresh.customer if fresh else None
        self.orders = fresh.orders if fresh else ()
        self.screen.writer.came(self.opened)
        self.screen.translating.came(
            self.opened, fresh.translated if fresh else {}, fresh.told if fresh else {}
        )
        self.redraw(self.screen.clock.now(), place)
        self.screen.draw_bars()

    def redraw(self, now: datetime, place: Key | None = None) -> None:
        """Draw the conversation and the panel as of now."""
        reading = self.reading(now, self.customer, self.looking.mark, self.screen.translating.made)
        self.screen.thread.show(self.opened, reading, place=place)
        self.screen.side.show(self.customer, self.orders, now, self._asks())

    def _asks(self) -> str:
        """What the last message asks for, where a key answers it."""
        keys = self.screen.actions["order.where"].keys
        if self.opened is None or not keys:
            return ""
        from csdesk.domain.whereis import asks_where, unanswered, whose

        said = unanswered(self.opened.newest)
        if not said or not asks_where(said):
            return ""
        if whose(self.orders, said) is None:
            words = _("Asks for a parcel: {key} asks who is writing")
        else:
            words = _("Asks for the parcel: {key} answers")
        return words.format(key=key_word(keys[0]))

    def reading(
        self,
        now: datetime,
        customer: Customer | None,
        mark: Mark | None,
        translated: Mapping[int, Translation],
    ) -> Reading:
        """How this agent reads a conversation with this customer as of now, having seen it up to `mark`."""
        from csdesk.widgets.thread_lines import Reading

        zone = words.zone(customer.timezone) if customer else None
        return Reading(
            now, self.screen.here, zone, self.screen.writer.leaving(), mark, self.agent_name,
            translated=dict(translated), hints=self.screen.translating.hints, way=self.screen.translating.way,
        )  # fmt: skip

    def name_of(self, view: str) -> str:
        """A view with its counter, for menus."""
        count = (self.standing.counts or {}).get(view)
        return self.screen.shelf.own.views[view] if count is None else f"{view_word(view)} {count}"
