"""The desk: queue, conversation, side panel. Lays out the panes and hands every key to the one who does it.

What is done stands in the helpers beside this file: reading, writing, triage, places.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from csdesk import actions, themes
from csdesk.actions import State
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.keys import in_short
from csdesk.screens.calls import Calls, start
from csdesk.screens.hand import Hand
from csdesk.screens.helpers import Helpers
from csdesk.screens.looks import Looks, Taste
from csdesk.screens.read import Reader
from csdesk.widgets import words
from csdesk.widgets.bars import Bar, CardLine, ColumnHead, FooterBar, HeaderBar, PaneHead, ViewTabs
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.composer import Composer
from csdesk.widgets.lines import LineView, Sparing
from csdesk.widgets.queue import RIGHT, QueueList
from csdesk.widgets.side import SidePanel
from csdesk.widgets.thread import ThreadView

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.config import Config
    from csdesk.domain.deeds import Deed
    from csdesk.screens.face import Desk
    from csdesk.screens.ownkeys import Keyboard
    from csdesk.widgets.cells import Piece
    from csdesk.widgets.editor import Editor

T = TypeVar("T")
NOTICE_SECONDS = 6.0
NOTICES_KEPT = 200


class Said(NamedTuple):
    """A notice of the lowest line, and when it was said."""

    at: datetime
    text: str
    ink: str


class DeskScreen(Helpers, Screen[None]):
    """The main screen. `calls` runs services on worker threads; `clock` is the only clock."""

    class Waiting(Message):
        """So many customers wait, so many of them burn; `more` when somebody began to wait just now, `hotter` when
        somebody began to burn."""

        def __init__(self, count: int, burning: int, more: bool, hotter: bool) -> None:
            super().__init__()
            self.count, self.burning, self.more, self.hotter = count, burning, more, hotter

    def __init__(
        self,
        calls: Calls,
        config: Config,
        clock: Clock,
        keyboard: Keyboard,
        taste: Taste,
        *,
        remember: bool = False,
    ) -> None:
        super().__init__(classes="-at-queue")
        self._compositor = Sparing()
        self.calls, self.config, self.clock = calls, config, clock
        self.here = words.zone(config.timezone)
        self.keyboard = keyboard
        self.problems = self.rekey()
        self.reader = Reader(self)
        self.looks = Looks(self, taste, remember=remember)
        self.notice: tuple[str, str, datetime] | None = None
        self.said: deque[Said] = deque(maxlen=NOTICES_KEPT)
        self.hand = Hand(self)
        self.palettes: Sequence[themes.Palette] = themes.ALL
        self.theme_problems: tuple[str, ...] = ()
        self._passing: tuple[str, str, datetime] | None = None
        self.last_deed: Deed | None = None
        self.stopping: Callable[[], None] | None = None
        self._minute = int(clock.now().timestamp() // 60)

    def rekey(self) -> tuple[str, ...]:
        """The actions under the keyboard's keys from now on; what is wrong with these in sentences."""
        own, problems = self.keyboard.actions()
        self.actions = {action.id: action for action in own}
        self.bindings_by_pane = actions.bindings(own)
        return problems

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
        self.looks.begin()
        problems = (*self.problems, *self.theme_problems, *filter(None, [self.shelf.own.problem]))
        if problems:
            self.say(in_short(problems), "soon", 20)
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
        if self.hand.press(event):
            event.stop()
            event.prevent_default()

    def stop_work(self) -> bool:
        """Stop a long work that is under way; False when there is none."""
        if self.stopping is None:
            return False
        self.stopping()
        return True

    def pane(self) -> str:
        """Where the cursor is: queue, thread, pinned, side, composer or filter."""
        focused = self.focused
        if self.composer.holds(focused):
            return "composer"
        if isinstance(focused, Input):
            return "filter"
        if isinstance(focused, SidePanel):
            return "side"
        if isinstance(focused, ThreadView):
            return "thread" if focused is self.thread else "pinned"
        return "queue"

    def state(self) -> State:
        """What decides whether actions are available."""
        pane, reader, thread = self.pane(), self.reader, self.reader.opened
        writes = "writer" in self.__dict__
        row = self.queue.row if pane in ("queue", "filter") else None
        on_row = row is not None and (thread is None or row.id != thread.id)
        target = row if on_row and row is not None else thread
        return State(
            pane=pane,
            ready=reader.desk is not None and not reader.opening,
            target=target.id if target else None,
            status=target.status if target else "",
            assignee=target.assignee if target else None,
            agent=reader.agent_name,
            opened=thread is not None or pane == "pinned",
            composing=self.composer.mode,
            stale=writes and self.writer.stale,
            sending=writes and bool(self.writer.pending),
            **reader.beside(),
            messages=len(thread.messages) if thread else 0,
            attachments=sum(len(m.attachments) for m in thread.messages) if thread else 0,
            quotes=(self.focused if isinstance(self.focused, ThreadView) else self.thread).folded,
            marked=len(self.queue.marked) if pane == "queue" else 0,
            repeats=self.last_deed is not None,
            filtered=bool(self.shelf.asked()[1]),
            saved=len(self.shelf.own.views),
            translated=self.translating.count + self.pins.translated,
            **self.pins.state(),
        )

    def run(self, work: Coroutine[Any, Any, Any], group: str, *, exclusive: bool = False) -> None:
        """Do something that waits, beside the screen. What goes wrong becomes a sentence, never the end. There is
        one visit at a time: keys that are faster than a place opens must not pile others on it."""
        if group == "visit" and any(one.group == group and one.is_running for one in self.workers):
            work.close()
            return
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

    def moves(self) -> dict[str, Callable[[], None]]:
        """Actions that the panes do themselves."""
        page = self._page
        return {
            "move.down": lambda: self._move(self.hand.take_count() or 1),
            "move.up": lambda: self._move(-(self.hand.take_count() or 1)),
            "move.page_down": lambda: page(self.hand.take_count() or 1),
            "move.page_up": lambda: page(-(self.hand.take_count() or 1)),
            "move.top": lambda: self._to_line(0),
            "move.bottom": lambda: self._to_line(1 << 40),
            "pane.next": lambda: self.turn(1),
            "pane.before": lambda: self.turn(-1),
            "pane.queue": self.to_queue,
            "pane.side": self.toggle_side,
            "move.jump": lambda: self.run(self._jump(), "jump", exclusive=True),
        }

    def _move(self, by: int) -> None:
        focused = self.focused
        if isinstance(focused, ThreadView | SidePanel):
            focused.by(by)
        else:
            self.queue.move(by)

    async def _jump(self) -> None:
        from csdesk.screens.jump import JumpOver, goals

        if (goal := await self.app.push_screen_wait(JumpOver(goals(self)))) is not None:
            goal.go()

    def _to_line(self, number: int) -> None:
        """To this line, or to the one that was asked for by its number before."""
        self._move(-(1 << 40))
        self._move((self.hand.take_count() or number + 1) - 1)

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
        panes += self.pins.ring()
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
        if self._passing is not None:
            self._unsay(self._passing)
        self.call_after_refresh(self.draw_bars)

    def to_queue(self) -> None:
        """Back to the queue; a filter is taken away."""
        if self.pane() == "filter" or (self.focused is self.queue and self.reader.text):
            self.reader.clear_filter()
        self.go_to(self.queue)

    def toggle_side(self) -> None:
        """Show or hide the side panel."""
        if self.has_class("-tight"):
            self.say(_("The side panel has no room while a conversation is pinned."), "soon")
            return
        if self.has_class("-narrow"):
            self.go_to(self.queue if self.has_class("-at-side") else self.side)
            return
        self.toggle_class("-no-side" if self.has_class("-wide") else "-side")
        self.looks.lay_out()
        if isinstance(self.focused, SidePanel):
            self.go_to(self.thread)

    # -- lines around the panes ---------------------------------------------------------------------------

    def say(self, text: str, ink: str = "", seconds: float = NOTICE_SECONDS, *, brief: bool = False) -> None:
        """Say something in the lowest line for a while; it stays in the list of notices. With `brief` it gives
        way to the keys of the next pane that is gone to."""
        self.said.append(Said(self.clock.now(), text, ink))
        self.notice = (text, ink, self.clock.now() + timedelta(seconds=seconds))
        self._passing = self.notice if brief else None
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
        if (minute := int(now.timestamp() // 60)) != self._minute:  # of the whole clock: it may jump by a day
            self._minute = minute
            self.queue.tick(now)
            self.reader.redraw(now)
            self.pins.redraw()
            self.reader.live.minute()
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
            reader.views(), reader.view, reader.standing.counts, len(reader.newcomers), len(self.queue.marked)
        )

    def draw_marks(self) -> None:
        """The number of marks, and what the keys mean now."""
        self.query_one(ViewTabs).draw()
        self.draw_footer()

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
        if (following := self.hand.following()) is not None:
            self.query_one(FooterBar).offer(*following)
            return
        state = self.state()
        shown = [self.actions[name] for name in actions.FOOTERS[state.pane]]
        if state.pane == "thread" and state.suggestions:
            shown[1:1] = [self.actions["order.confirm"], self.actions["order.reject"]]
        shown[1:1] = [self.actions[name] for name in self.translating.next_acts(state)]
        reasons = {action.id: action.available(state) for action in shown}
        self.query_one(FooterBar).say(self._news(), shown, reasons)

    def _news(self) -> Piece | None:
        if (typed := self.hand.typed()) is not None:
            return typed
        if self.notice is not None:
            return self.notice[0], self.notice[1]
        return self.writer.countdown(self.clock.now()) if "writer" in self.__dict__ else None

    # -- what the panes say -------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Another size: the bars are laid out anew once the panes are."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.looks.lay_out()
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

    def on_thread_view_wanted(self, event: ThreadView.Wanted) -> None:
        """The reader comes to messages of a long conversation that are not at hand."""
        self.run(self.reader.part(event.start, event.place), "part", exclusive=True)

    def on_thread_view_clicked(self, event: ThreadView.Clicked) -> None:
        """A line of the conversation was clicked."""
        self.thread_keys.clicked(event.data)

    def on_click(self, event: events.Click) -> None:
        """The right button asks what is to be done there."""
        if event.button == RIGHT and not isinstance(event.widget, Bar):
            self.run(self._menu(), "menu", exclusive=True)

    async def _menu(self) -> None:
        from csdesk.screens.menu import Menu

        if (name := await self.app.push_screen_wait(Menu(self))) is not None:
            self.act(name)

    def on_footer_bar_picked(self, event: FooterBar.Picked) -> None:
        """A key of the footer was clicked."""
        self.hand.forget()
        self.act(event.action)

    def on_header_bar_asked(self, event: HeaderBar.Asked) -> None:
        """The name of the desk was clicked: find anything that can be done."""
        self.act("place.palette")

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

    def on_editor_too_much(self, event: Editor.TooMuch) -> None:
        """A paste was refused."""
        self.say(event.sentence, "soon", 12)

    def on_editor_slash(self, event: Editor.Slash) -> None:
        """'/' in an empty reply: a template."""
        if self.composer.mode == "reply":
            self.act("write.insert")
        else:
            self.composer.insert("/")
