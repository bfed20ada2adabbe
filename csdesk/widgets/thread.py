"""The conversation pane: shows one thread and scrolls in it. Given a Thread, it calls nobody.

Only what is seen is laid out, and a screenful before and behind it: `lines` holds the entries from `_low` to `_high`.
When the reader comes near the end of what is at hand of a long conversation, the pane asks for more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import events
from textual.geometry import Size
from textual.message import Message

from csdesk.domain.reading import STEP, Key, first_new, key_of
from csdesk.widgets.cells import Line, line
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csdesk.domain.conversation import Thread
    from csdesk.domain.translation import Translation
    from csdesk.widgets.thread_lines import Reading

FAR = 1 << 30
"""Moving by so many lines means to the first or the last."""
KEPT = ("level", "levels", "shut", "turned", "whole", "find", "hit", "at")
"""What the reader chose, and keeps while the same conversation is shown."""
END: Key = ("end", 0)


class ThreadView(LineView):
    """One conversation. Opens at what is new or at its last message; stays where the reader is when something is
    added."""

    class Wanted(Message):
        """The reader comes to entries that are not at hand: those from number `start` on. `place` is where to go
        then: END, an entry, or None for where the reader is."""

        def __init__(self, start: int, place: Key | None = None) -> None:
            super().__init__()
            self.start, self.place = start, place

    class Clicked(Message):
        """A line that stands for something was clicked; `data` says what."""

        def __init__(self, data: Any) -> None:
            super().__init__()
            self.data = data

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.thread: Thread | None = None
        self.reading: Reading | None = None
        self.words = ""
        self._fresh: int | None = None
        self._place: tuple[Key, int] | None = None
        self._low = self._high = 0
        self._blocks: dict[int, list[Line]] = {}
        self._asked = self._reaching = False

    # -- what is shown ------------------------------------------------------------------------------------

    def show(
        self, thread: Thread | None, reading: Reading | None, words: str = "", *, place: Key | None = None
    ) -> None:
        """Show a conversation, from `place` on where that is given; another one than before is shown from its first
        new message on, or at its end."""
        other = (self.thread.id if self.thread else None) != (thread.id if thread else None)
        if self.reading is not None and reading is not None and not other:
            reading = replace(reading, **{name: getattr(self.reading, name) for name in KEPT})
        if not other and place is None:
            place_now = self._place or self._top()
        else:
            place_now = None
        self.thread, self.reading, self.words = thread, reading, words
        self._asked = False
        self._fresh = None
        if thread is not None and reading is not None:
            self._fresh = first_new(thread, reading.mark, reading.agent)
            keys = [key_of(one) for one in thread.entries]
            if place is None and other and self._fresh is not None:
                place = keys[self._fresh]
            elif place is None and place_now is None:
                place = END
            if place is not None:
                place_now = (place, 0)
                self.reading = replace(reading, at=place if place != END else (keys[-1] if keys else None))
        self._place = place_now
        self.relayout()

    def change(self, **fields: Any) -> None:
        """Show it as the reader wants it now; what is at the top stays there."""
        if self.reading is not None:
            self._place = self._place or self._top()
            self.reading = replace(self.reading, **fields)
            self.relayout()

    def translate(self, translated: Mapping[int, Translation], hints: Mapping[int, str], way: str) -> None:
        """Show this of it in the reader's language. The first entry whose head is in sight stays on its line; where a
        text fills the pane, the same part of it is seen."""
        if self.reading is None or self.thread is None:
            return
        held = None if self._place else self._held()
        self.reading = replace(self.reading, translated=translated, hints=hints, way=way)
        if held is None:
            self.relayout()
            return
        key, offset, was = held
        self._place = (key, offset)
        self.relayout()
        at = self.number_of(key)
        if was and at is not None and (top := self.line_of(at)) is not None:
            self._scroll(top + offset * len(self._blocks[at]) // was)

    def _held(self) -> tuple[Key, int, int] | None:
        """What is to stay where it is: an entry, where the pane's first line is seen from its head, and, where no head
        is in sight, how many lines the entry has."""
        y = self.scroll_offset.y
        for number, one in enumerate(self.lines[y : y + self.size.height]):
            if _is_head(one):
                at = self.number_of(one.data)
                top = None if at is None else self.line_of(at)
                if top is not None:
                    return one.data, y - top, 0
                return one.data, -number, 0
        found = self._top()
        at = self.number_of(found[0]) if found is not None else None
        return None if found is None or at is None else (*found, len(self._blocks[at]))

    def seen(self) -> set[Key]:
        """The entries of which something is in sight."""
        found, y = set(), self.scroll_offset.y
        for at in range(self._low, self._high):
            top = self.line_of(at) or 0
            if self.thread is not None and top < y + self.size.height and top + len(self._blocks[at]) > y:
                found.add(key_of(self.thread.entries[at]))
        return found

    def turn(self, key: Key) -> None:
        """Fold an entry to one line, or open it again."""
        if self.reading is not None:
            self.change(turned=self.reading.turned ^ {key})

    @property
    def folded(self) -> int:
        """How many things of it unfold: quotes, signatures, what was found out about senders."""
        if self.thread is None:
            return 0
        from csdesk.widgets.thread_lines import folded

        return folded(self.thread)

    @property
    def at_end(self) -> bool:
        """Whether the end of the conversation is in sight."""
        thread = self.thread
        return (
            thread is not None
            and not thread.later
            and self._high == len(thread.entries)
            and self.scroll_offset.y + self.size.height >= len(self.lines)
        )

    def as_read(self) -> tuple[dict[str, Any], Key]:
        """How the reader has the conversation and where, for another pane that goes on from there."""
        top = self._place or self._top()
        kept = {name: getattr(self.reading, name) for name in KEPT} if self.reading is not None else {}
        return kept, END if self.at_end or top is None else top[0]

    def go_on(self, kept: dict[str, Any], place: Key) -> None:
        """Show the conversation as another pane had it."""
        if self.reading is not None:
            self._place = (place, 0)
            self.change(**kept)

    # -- moving -------------------------------------------------------------------------------------------

    def by(self, lines: int) -> None:
        """Scroll by lines; by FAR or more to the first or last."""
        if abs(lines) >= FAR:
            self.to_start() if lines < 0 else self.to_end()
            return
        self._scroll(self.scroll_offset.y + lines)
        self._follow()

    def to_start(self) -> None:
        """Show the first message."""
        if self.thread is not None and self.thread.earlier:
            self.post_message(self.Wanted(0, ("start", 0)))
        elif self.thread is not None and self.thread.entries:
            self.go_to(key_of(self.thread.entries[0]))

    def to_end(self) -> None:
        """Show the last message."""
        if self.thread is None:
            return
        if self.thread.later:
            self.post_message(
                self.Wanted(self.thread.earlier + len(self.thread.entries) + self.thread.later, END)
            )
        else:
            self._place = (END, 0)
            if self.reading is not None and self.thread.entries:
                self.reading = replace(self.reading, at=key_of(self.thread.entries[-1]))
            self.relayout()

    def go_to(self, key: Key) -> None:
        """To an entry: it becomes the reader's and begins on the first line, unless all of it is in sight."""
        if self.reading is None or self.thread is None:
            return
        at = self.number_of(key)
        if at is None:
            return
        self.reading = replace(self.reading, at=key)
        top = self.line_of(at)
        seen = range(self.scroll_offset.y, self.scroll_offset.y + self.size.height)
        if top is not None and top in seen and top + len(self._blocks[at]) - 1 in seen:
            self._place = self._top()
        else:
            self._place = (key, 0)
        self.relayout()

    def step(self, by: int) -> bool:
        """To the next or the one before of the entries at hand; False where there is none."""
        if self.thread is None or self.reading is None or not self.thread.entries:
            return False
        here = self.number_of(self.reading.at)
        at = len(self.thread.entries) - 1 if here is None else here + by
        if not 0 <= at < len(self.thread.entries):
            return False
        self.go_to(key_of(self.thread.entries[at]))
        return True

    def show_line(self, data: Any) -> None:
        """Scroll so that the line that stands for something is in sight, a third down the pane."""
        for y, one in enumerate(self.lines):
            if one.data == data:
                if not self.scroll_offset.y <= y < self.scroll_offset.y + self.size.height - 1:
                    self._scroll(y - self.size.height // 3)
                return

    def next_new(self) -> Key | None:
        """The first new entry behind the one at which the reader is."""
        thread, reading = self.thread, self.reading
        if thread is None or reading is None or self._fresh is None:
            return None
        from csdesk.domain.reading import is_new

        here = self.number_of(reading.at)
        behind = thread.entries[(here + 1) if here is not None else 0 :]
        return next((key_of(one) for one in behind if is_new(one, reading.mark, reading.agent)), None)

    # -- layout -------------------------------------------------------------------------------------------

    def relayout(self) -> None:
        """Lay out anew around the place where the reader is."""
        place = self._place or self._top()
        super().relayout()
        if self._laid_out_for < 0:
            self._place = place  # not on the screen yet
            return
        self._place = None
        if self.thread is not None and place is not None:
            self._scroll(self._y_of(place))
        self._reach()

    def layout_lines(self, width: int) -> list[Line]:
        """The entries around the reader's place in lines, or the quiet words in their place."""
        self._blocks = {}
        self._low = self._high = 0
        thread = self.thread
        if thread is None or self.reading is None or not thread.entries:
            return [Line(), line((f" {self.words}", "dim"))] if self.words else []
        key, offset = self._place or self._top() or (END, 0)
        number = self.number_of(key)
        if number is None:
            number, offset = (0 if key[0] == "start" else len(thread.entries) - 1), 0
        rows = max(self.size.height, 1)
        self._low, self._high = number, number
        self._down(2 * rows + offset)
        self._up(rows if self._count(range(number, self._high)) - offset > rows else 2 * rows)
        return self._joined()

    def _count(self, numbers: Iterable[int]) -> int:
        return sum(len(self._blocks[at]) for at in numbers)

    def _block(self, at: int) -> list[Line]:
        from csdesk.widgets.thread_lines import entry_lines

        assert self.thread is not None and self.reading is not None
        width = self.scrollable_content_region.width or self.size.width
        self._blocks[at] = found = entry_lines(self.thread, at, width, self.reading, self._fresh)
        return found

    def _up(self, rows: int) -> int:
        """Lay out entries before the first until that gave so many lines; returns how many."""
        made = 0
        while self._low > 0 and made < rows:
            self._low -= 1
            made += len(self._block(self._low))
        return made

    def _down(self, rows: int) -> int:
        made = 0
        assert self.thread is not None
        while self._high < len(self.thread.entries) and made < rows:
            made += len(self._block(self._high))
            self._high += 1
        return made

    def _joined(self) -> list[Line]:
        return [one for at in range(self._low, self._high) for one in self._blocks[at]]

    def _reach(self) -> None:
        """Lay out what the reader comes near, and ask for what is not at hand."""
        if self._reaching or self.thread is None or not self._blocks or self.size.height <= 0:
            return
        rows, y = self.size.height, self.scroll_offset.y
        above = self._up(rows - y) if y < rows else 0
        left = len(self.lines) - y
        below = self._down(2 * rows - left) if left < 2 * rows else 0
        if above or below:
            self._reaching = True
            self.lines = self._joined()
            self.virtual_size = Size(self._laid_out_for, len(self.lines))
            if above:
                self._scroll(y + above)
            self.refresh()
            self._reaching = False
        self._ask(rows)

    def _ask(self, rows: int) -> None:
        thread, y = self.thread, self.scroll_offset.y
        if thread is None or self._asked:
            return
        if self._low == 0 and thread.earlier and y < rows:
            start = max(thread.earlier - STEP, 0)
        elif self._high == len(thread.entries) and thread.later and len(self.lines) - y < 2 * rows:
            start = thread.earlier + STEP
        else:
            return
        self._asked = True
        self.post_message(self.Wanted(start))

    def _scroll(self, y: int) -> None:
        y = max(0, min(y, len(self.lines) - self.size.height))
        self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The reader moved, by whatever means."""
        super().watch_scroll_y(old_value, new_value)
        self._reach()

    def on_resize(self, event: events.Resize) -> None:
        """Another width means other lines, another height more or fewer."""
        if self._laid_out_for != (self.scrollable_content_region.width or self.size.width):
            self.relayout()
        else:
            self._reach()

    # -- places -------------------------------------------------------------------------------------------

    def number_of(self, key: Key | None) -> int | None:
        """The place of an entry among those at hand."""
        if self.thread is None or key is None:
            return None
        return next((at for at, one in enumerate(self.thread.entries) if key_of(one) == key), None)

    def line_of(self, at: int) -> int | None:
        """The line on which an entry begins, None where it is not laid out."""
        return self._count(range(self._low, at)) if self._low <= at < self._high else None

    def _top(self) -> tuple[Key, int] | None:
        """The entry at the top of the pane and how many of its lines are above; END at the end."""
        if self.thread is None or not self._blocks:
            return None
        y = self.scroll_offset.y
        for at in range(self._low, self._high):
            if y < len(self._blocks[at]):
                return key_of(self.thread.entries[at]), y
            y -= len(self._blocks[at])
        return None

    def _y_of(self, place: tuple[Key, int]) -> int:
        """The line of a place. At the end the newest message starts on the first line, or all of it is seen."""
        key, offset = place
        at = self.number_of(key)
        if at is not None and (top := self.line_of(at)) is not None:
            return top + offset
        if key[0] == "start":
            return 0
        end = max(len(self.lines) - self.size.height, 0)
        head = next((y for y in range(len(self.lines) - 1, -1, -1) if _is_head(self.lines[y])), end)
        return min(end, head) if len(self.lines) - head > self.size.height else end

    def _follow(self) -> None:
        """The reader is at the entry that was there before while it is in sight, else at the first in sight."""
        if self.reading is None or self.thread is None:
            return
        y = self.scroll_offset.y
        seen = [one.data for one in self.lines[y : y + self.size.height] if _is_head(one)]
        top = self._top()
        key = seen[0] if seen else top[0] if top else None
        if key is None or self.reading.at in seen or key == self.reading.at:
            return
        before, self.reading = self.reading.at, replace(self.reading, at=key)
        for each in (before, key):
            at = self.number_of(each)
            top_line = None if at is None else self.line_of(at)
            if at is not None and top_line is not None:
                self._block(at)
                self.lines = self._joined()
                self.redraw(top_line, len(self._blocks[at]))

    def on_click(self, event: events.Click) -> None:
        """A message that is clicked is the reader's; on a line that stands for something that is meant."""
        found = self.line_at(event.y + self.scroll_offset.y)
        if _is_head(found) and self.reading is not None:
            self.change(at=found.data)
        if found.data is not None:
            self.post_message(self.Clicked(found.data))


def _is_head(one: Line) -> bool:
    return bool(one.data) and one.data[0] in ("message", "note")
