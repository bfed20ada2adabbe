"""The pane of the pinned conversation: a head line of its own over a thread that is only read. Calls nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from csdesk.widgets.bars import PaneHead
from csdesk.widgets.thread import ThreadView

if TYPE_CHECKING:
    from datetime import datetime

    from csdesk.domain.conversation import Thread
    from csdesk.domain.reading import Key
    from csdesk.widgets.thread_lines import Reading


class PinnedPane(Vertical):
    """Shows a thread that it is given. `wanted` is asked for entries that are not at hand, as by ThreadView.Wanted."""

    def __init__(self, wanted: Callable[[int, Key | None], None]) -> None:
        super().__init__(id="pinned")
        self._wanted = wanted
        self._now: datetime | None = None

    def compose(self) -> ComposeResult:
        """A head and a conversation."""
        yield PaneHead(draw=self._draw_head)
        yield ThreadView(id="pinned-thread")

    @property
    def view(self) -> ThreadView:
        """The conversation."""
        return self.query_one(ThreadView)

    def show(self, thread: Thread | None, reading: Reading | None, *, place: Key | None = None) -> None:
        """Show this conversation, or nothing; what was folded stays so while it is the same one."""
        self._now = reading.now if reading is not None else None
        self.view.show(thread, reading, place=place)
        self.query_one(PaneHead).draw()

    def _draw_head(self) -> None:
        if self._now is not None:
            self.query_one(PaneHead).say(self.view.thread, self._now, pinned=True)

    def on_thread_view_wanted(self, event: ThreadView.Wanted) -> None:
        """The reader comes to messages that are not at hand: of this conversation, not of the open one."""
        event.stop()
        self._wanted(event.start, event.place)

    def on_thread_view_clicked(self, event: ThreadView.Clicked) -> None:
        """Folded lines that are clicked unfold."""
        event.stop()
        data, reading = event.data, self.view.reading
        if isinstance(data, tuple) and data[0] in ("fold", "finding") and reading is not None:
            self.view.change(whole=reading.whole ^ {data[1]})
