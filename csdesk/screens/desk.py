"""The desk: queue, conversation, side panel. Lays out the panes and hands every key to the one who does it.

What is done stands in the helpers beside this file: reading, writing, triage, places.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from csdesk import actions
from csdesk.actions import Action, State
from csdesk.config import Config
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.calls import Calls, start
from csdesk.screens.read import Reader
from csdesk.screens.triage import Triage
from csdesk.screens.visit import Visits
from csdesk.screens.write import Writer
from csdesk.widgets import words
from csdesk.widgets.bars import CardLine, ColumnHead, FooterBar, HeaderBar, PaneHead, ViewTabs
from csdesk.widgets.cells import Piece
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.composer import Composer
from csdesk.widgets.lines import LineView
from csdesk.widgets.queue import QueueList
from csdesk.widgets.side import SidePanel
from csdesk.widgets.thread import ThreadView
from csdesk.widgets.thread_lines import folded

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.screens.face import Desk
    from csdesk.widgets.editor import Editor

T = TypeVar("T")
NOTICE_SECONDS = 6.0


class DeskScreen(Screen[None]):
    """The main screen. `calls` runs services on worker threads; `clock` is the only clock."""

    @dataclass
    class Waiting(Message):
        """So many customers wait, so many of them burn; `more` when somebody began to wait just now."""

        count: int
        burning: int
        more: bool

    def __init__(self, calls: Calls, config: Config, clock: Clock, own: tuple[Action, ...]) -> None:
        super().__init__(classes="-at-queue")
        self.calls, self.config, self.clock = calls, config, clock
        self.here = words.zone(config.timezone)
        self.actions = {action.id: action for action in own}
        self.bindings_by_pane = actions.bindings(own)
        self.reader = Reader(self)
        self.writer = Writer(self)
        self.triage = Triage(self)
        self.visits = Visits(self)
        self.handlers: dict[str, Callable[[], None]] = {
            **self._moves(),
            **self.reader.handlers(),
            **self.writer.handlers(),
            **self.triage.handlers(),
            **self.visits.handlers(),
        }
        self.notice: tuple[str, str, datetime] | None = None
        self._minute = -1

    def compose(self) -> ComposeResult:
        yield HeaderBar(id="header", draw=self._draw_header)
        yield CardLine(id="card", draw=self._draw_card)
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield ViewTabs(id="tabs", draw=self._draw_tabs)
                yield CleanInput(id="filter", compact=True)
                yield ColumnHead(id="columns", draw=self._draw_columns)
                queue = QueueList(id="queue", compact=self.config.density == "compact", here=self.here)
                queue.words, queue.now = _("The queue is being read."), self.clock.now()
                yield queue
            with Vertical(id="middle"):
                yield PaneHead(id="head", draw=self._draw_head)
                yield ThreadView(id="thread")
                yield Composer(id="composer")
            yield SidePanel(id="side", here=self.here)
        yield FooterBar(id="footer", draw=self.draw_footer)

    @property
    def queue(self) -> QueueList:
        """The queue pane."""
        return self.query_one("#queue", QueueList)

    @property
    def thread(self) -> ThreadView:
        """The conversation pane."""
        return self.query_one("#thread", ThreadView)

    @property
    def side(self) -> SidePanel:
        """The side panel."""
        return self.query_one("#side", SidePanel)

    @property
    def composer(self) -> Composer:
        """The composer."""
        return self.query_one("#composer", Composer)

    def on_mount(self) -> None:
        """The frame comes first; the store is opened once it has been shown."""
        self.queue.focus()
        self.call_after_refresh(self.reader.begin)
        self.set_interval(1.0, self.tick)

    # -- who does what ------------------------------------------------------------------------------------

    def act(self, name: str) -> None:
        """Do an action by its id, or say why it cannot be done now."""
        if reason := self.actions[name].available(self.state()):
            self.say(reason, "soon")
        else:
            self.handlers[name]()

    def on_key(self, event: events.Key) -> None:
        """Every key that no text field took is looked up for the pane where the cursor is."""
        if self.writer.takes(event):
            event.stop()
            event.prevent_default()
            return
        name = self.bindings_by_pane.get(self.pane(), {}).get(event.key)
        if name is not None:
            event.stop()
            event.prevent_default()
            self.act(name)

    def pane(self) -> str:
        """Where the cursor is: queue, thread, side, composer or filter."""
        focused = self.focused
        if self.composer.holds(focused):
            return "composer"
        if isinstance(focused, Input):
            return "filter"
        if isinstance(focused, SidePanel):
            return "side"
        return "thread" if isinstance(focused, ThreadView) else "queue"

    def state(self) -> State:
        """What decides whether actions are available."""
        pane, reader, thread = self.pane(), self.reader, self.reader.opened
        row = self.queue.row if pane in ("queue", "filter") else None
        on_row = row is not None and (thread is None or row.id != thread.id)
        target = row if on_row and row is not None else thread
        return State(
            pane=pane,
            ready=reader.desk is not None,
            target=target.id if target else None,
            status=target.status if target else "",
            assignee=target.assignee if target else None,
            agent=reader.agent_name,
            opened=thread is not None,
            composing=self.composer.mode,
            stale=self.writer.stale,
            sending=bool(self.writer.pending),
            suggestions=sum(link.state == "suggested" for link in reader.orders),
            orders=len(reader.orders),
            messages=len(thread.messages) if thread else 0,
            attachments=sum(len(m.attachments) for m in thread.messages) if thread else 0,
            quotes=folded(thread) if thread else 0,
        )

    def run(self, work: Coroutine[Any, Any, Any], group: str, *, exclusive: bool = False) -> None:
        """Do something that waits, beside the screen. What goes wrong becomes a sentence, never the end."""
        start(self, self._guarded(work), work, group=group, exclusive=exclusive)

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except DeskError as error:
            self.say(error.message, "burn")
        except Exception as error:  # the screen stays; the trace goes to the log
            self.log.error(error)
            self.calls.report(error)
            self.say(_("That failed: {error}").format(error=str(error) or type(error).__name__), "burn")

    async def call(self, work: Callable[[Desk], T]) -> T:
        """What a service answers, from a worker thread. Raises DeskError."""
        return await self.calls.call(work)

    # -- panes --------------------------------------------------------------------------------------------

    def _moves(self) -> dict[str, Callable[[], None]]:
        page = self._page
        return {
            "move.down": lambda: self._move(1),
            "move.up": lambda: self._move(-1),
            "move.page_down": lambda: page(1),
            "move.page_up": lambda: page(-1),
            "move.top": lambda: self._move(-(1 << 40)),
            "move.bottom": lambda: self._move(1 << 40),
            "pane.next": lambda: self.turn(1),
            "pane.before": lambda: self.turn(-1),
            "pane.queue": self.to_queue,
            "pane.side": self.toggle_side,
        }

    def _move(self, by: int) -> None:
        focused = self.focused
        if isinstance(focused, ThreadView | SidePanel):
            focused.by(by)
        else:
            self.queue.move(by)

    def _page(self, by: int) -> None:
        focused = self.focused
        if isinstance(focused, ThreadView | SidePanel):
            focused.by(by * max(focused.size.height - 2, 1))
        else:
            self.queue.page(by)

    def ring(self) -> list[Widget]:
        """The panes that tab goes through, left to right."""
        panes: list[Widget] = [self.queue, self.thread]
        if self.composer.mode:
            panes.append(self.composer.editor)
        if self.has_class("-narrow") or self.side.display:
            panes.append(self.side)
        return panes

    def turn(self, by: int) -> None:
        """The cursor to the next pane."""
        ring = self.ring()
        at = ring.index(self.focused) if self.focused in ring else 0
        self.go_to(ring[(at + by) % len(ring)])

    def go_to(self, pane: Widget) -> None:
        """The cursor to this pane; on a narrow terminal it is the one that is shown then."""
        place = "queue" if pane is self.queue else "side" if pane is self.side else "thread"
        self.update_classes({f"-at-{name}": name == place for name in ("queue", "thread", "side")})
        pane.focus()
        self.call_after_refresh(self.draw_bars)

    def to_queue(self) -> None:
        """Back to the queue; a filter is taken away."""
        if self.pane() == "filter" or (self.focused is self.queue and self.reader.text):
            self.reader.clear_filter()
        self.go_to(self.queue)

    def toggle_side(self) -> None:
        """Show or hide the side panel."""
        if self.has_class("-narrow"):
            self.go_to(self.queue if self.has_class("-at-side") else self.side)
            return
        self.toggle_class("-no-side" if self.has_class("-wide") else "-side")
        if isinstance(self.focused, SidePanel):
            self.go_to(self.thread)

    # -- lines around the panes ---------------------------------------------------------------------------

    def say(self, text: str, ink: str = "", seconds: float = NOTICE_SECONDS) -> None:
        """Say something in the lowest line for a while."""
        self.notice = (text, ink, self.clock.now() + timedelta(seconds=seconds))
        self.calls.later(self, seconds, self._unsay, self.notice)
        self.draw_footer()

    def _unsay(self, notice: tuple[str, str, datetime]) -> None:
        if self.notice is notice:
            self.notice = None
            self.draw_footer()

    def tick(self) -> None:
        """Every second: countdowns. Every minute: clocks. Nothing is drawn that did not change."""
        now = self.clock.now()
        self.writer.tick(now)
        if now.minute != self._minute:
            self._minute = now.minute
            self.queue.tick(now)
            self.reader.redraw(now)
            self.draw_bars()

    def draw_bars(self) -> None:
        """Draw all the lines around the panes."""
        if self.query_one_optional("#footer") is None:
            return
        for bar in (HeaderBar, ViewTabs, ColumnHead, PaneHead, CardLine):
            self.query_one(bar).draw()
        self.draw_footer()

    def _draw_header(self) -> None:
        standing, zone = self.reader.standing, self.config.timezone
        self.query_one(HeaderBar).say(standing, self.clock.now(), self.here, zone)

    def _draw_tabs(self) -> None:
        reader = self.reader
        self.query_one(ViewTabs).say(
            reader.views(), reader.view, reader.standing.counts, len(reader.newcomers)
        )

    def _draw_columns(self) -> None:
        self.query_one(ColumnHead).say()

    def _draw_head(self) -> None:
        self.query_one(PaneHead).say(self.reader.opened, self.clock.now())

    def _draw_card(self) -> None:
        now, reader = self.clock.now(), self.reader
        self.query_one(CardLine).say(reader.opened, reader.customer, reader.orders, now)

    def draw_footer(self) -> None:
        """Draw the lowest line."""
        if self.query_one_optional("#footer") is None:
            return  # said before the panes are there
        state = self.state()
        shown = [self.actions[name] for name in actions.FOOTERS[state.pane]]
        if state.pane == "thread" and state.suggestions:
            shown[1:1] = [self.actions["order.confirm"], self.actions["order.reject"]]
        reasons = {action.id: action.available(state) for action in shown}
        self.query_one(FooterBar).say(self._news(), shown, reasons)

    def _news(self) -> Piece | None:
        if self.notice is not None:
            return self.notice[0], self.notice[1]
        return self.writer.countdown(self.clock.now())

    # -- what the panes say -------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Another size: the bars are laid out anew once the panes are."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.draw_bars()
        if not self.has_class("-narrow") and self.focused is not None and not self.focused.display:
            self.go_to(self.queue)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Another pane has other keys."""
        if isinstance(event.widget, LineView | Input) or self.composer.holds(event.widget):
            self.draw_footer()

    def on_queue_list_moved(self, event: QueueList.Moved) -> None:
        """The cursor rests on another row: show its conversation in a moment."""
        self.reader.rest_on(event.row)

    def on_queue_list_picked(self, event: QueueList.Picked) -> None:
        """A row was clicked twice."""
        self.reader.open(event.row.id)

    def on_queue_list_wanted(self, event: QueueList.Wanted) -> None:
        """The list needs more rows."""
        self.reader.more(event.after, again=event.again)

    def on_view_tabs_picked(self, event: ViewTabs.Picked) -> None:
        """A view was clicked."""
        self.reader.choose(event.view)

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter is being typed."""
        self.reader.filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The filter is done: to the rows it left."""
        self.go_to(self.queue)

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """Something was written: it is kept within a second."""
        self.writer.typed()

    def on_editor_slash(self, event: Editor.Slash) -> None:
        """'/' in an empty reply: a template."""
        if self.composer.mode == "reply":
            self.act("write.insert")
        else:
            self.composer.insert("/")
