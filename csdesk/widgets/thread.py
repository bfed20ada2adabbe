"""The conversation pane: shows one thread and scrolls in it. Given a Thread, it calls nobody."""

from __future__ import annotations

from dataclasses import replace

from csdesk.domain.conversation import Thread
from csdesk.widgets.cells import Line, line
from csdesk.widgets.lines import LineView
from csdesk.widgets.thread_lines import Reading, thread_lines


class ThreadView(LineView):
    """One conversation. Opens at its last message; stays where the reader is when something is added."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.thread: Thread | None = None
        self.reading: Reading | None = None
        self.words = ""

    def show(self, thread: Thread | None, reading: Reading | None, words: str = "") -> None:
        """Show a conversation; another one than before is shown from its last unread or last message on."""
        other = (self.thread.id if self.thread else None) != (thread.id if thread else None)
        if self.reading is not None and reading is not None and not other:
            reading = replace(reading, unfolded=self.reading.unfolded)
        self.thread, self.reading, self.words = thread, reading, words
        self.relayout()
        if other:
            self.scroll_to(y=self._last_message(), animate=False, force=True)

    def fold(self) -> bool:
        """Fold or unfold what is quoted; True when it is unfolded now."""
        if self.reading is None:
            return False
        self.reading = replace(self.reading, unfolded=not self.reading.unfolded)
        self.relayout()
        return self.reading.unfolded

    def to_end(self) -> None:
        """Show the last message."""
        self.scroll_to(y=self._last_message(), animate=False, force=True)

    def by(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def layout_lines(self, width: int) -> list[Line]:
        """The thread in lines, or the quiet words in its place."""
        if self.thread is None or self.reading is None:
            return [Line(), line((f" {self.words}", "dim"))] if self.words else []
        return thread_lines(self.thread, width, self.reading)

    def _last_message(self) -> int:
        """Scrolled so that the newest message starts on the first line, or all of it is seen."""
        heads = [y for y, one in enumerate(self.lines) if one.data and one.data[0] in ("message", "note")]
        if not heads:
            return 0
        room = self.size.height
        end = max(len(self.lines) - room, 0)
        return min(end, heads[-1]) if len(self.lines) - heads[-1] > room else end
