"""Looking for words inside the open conversation: a line to type in, the hits marked, from one to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from csdesk.domain.reading import key_of
from csdesk.i18n import _
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.widgets.clean_input import CleanInput

if TYPE_CHECKING:
    from csdesk.domain.reading import Key
    from csdesk.screens.desk import DeskScreen

PAUSE = 0.15


class FindLine(ModalOver[bool]):
    """The line one types in. Enter keeps the hits, escape gives them up; up and down go from hit to hit meanwhile."""

    def __init__(self, text: str, typed: Callable[[str], None], step: Callable[[int], None]) -> None:
        super().__init__()
        self._text, self._typed, self._step = text, typed, step

    def compose(self) -> ComposeResult:
        with Vertical(classes="line"):
            with Horizontal():
                yield plain(_("Find in this conversation"), "quiet", id="said")
                yield plain(_("enter keep   esc give up"), "quiet", id="find-keys")
            yield CleanInput(self._text, compact=True)

    def tell(self, said: str) -> None:
        """How many there are, above the words."""
        self.query_one("#said", Static).update(Content(said or _("Find in this conversation")))

    def on_mount(self) -> None:
        """What was looked for last is found again."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find as one types."""
        event.stop()
        self._typed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done typing."""
        event.stop()
        self.dismiss(True)

    def on_key(self, event: events.Key) -> None:
        """Escape gives up, up and down go to other hits."""
        if event.key == "escape":
            self.dismiss(False)
        elif event.key in ("down", "up"):
            self._step(1 if event.key == "down" else -1)
        else:
            return
        event.stop()


class Finder:
    """Knows the hits of the words looked for in the open conversation."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.query = ""
        self.conversation: int | None = None
        self.hits: list[tuple[Key, int]] = []
        self.at = -1
        self.line: FindLine | None = None

    @property
    def active(self) -> bool:
        """Whether hits are marked in the conversation that is shown."""
        opened = self.screen.reader.opened
        return bool(self.query) and opened is not None and opened.id == self.conversation

    async def ask(self) -> None:
        """Type the words; the hits are marked meanwhile."""
        self.line = FindLine(self.query if self.active else "", self.typed, self.step)
        kept = await self.screen.app.push_screen_wait(self.line)
        self.line = None
        if kept:
            self.screen.go_to(self.screen.thread)
        else:
            self.off()

    def typed(self, query: str) -> None:
        """Look for these words, a moment after the last key."""
        self.screen.run(self._find(query), "find", exclusive=True)

    async def _find(self, query: str) -> None:
        await asyncio.sleep(PAUSE)
        opened = self.screen.reader.opened
        if opened is None:
            return
        found: Sequence[tuple[Key, int]] = ()
        if query.strip():
            found = await self.screen.call(lambda d: d.reading.find(opened.id, query))
        self.query, self.conversation = query.strip(), opened.id
        self.hits = [(key, number) for key, count in found for number in range(count)]
        self.at = -1
        if not self.hits:
            self.screen.thread.change(find=self.query, hit=None)
            missing = _("{text} is not in this conversation.").format(text=self.query)
            self._say(missing if self.query else "", "soon")
            return
        await self._go(self._nearest())

    def _nearest(self) -> int:
        """The last hit at or before the entry the reader is at: one looks for what was said last."""
        reading, thread = self.screen.thread.reading, self.screen.thread.thread
        keys = [key_of(one) for one in thread.entries] if thread else []
        if reading is None or reading.at not in keys:
            return len(self.hits) - 1
        before = set(keys[: keys.index(reading.at) + 1])
        later = set(keys) - before
        for number in range(len(self.hits) - 1, -1, -1):
            if self.hits[number][0] in before:
                return number
        return next((n for n, hit in enumerate(self.hits) if hit[0] in later), len(self.hits) - 1)

    def step(self, by: int) -> None:
        """To the next hit or the one before, round the ends."""
        if not self.active or not self.hits:
            self.screen.say(_("Nothing is being looked for. Find words first."), "soon")
            return
        self.screen.run(self._go((self.at + by) % len(self.hits)), "find", exclusive=True)

    async def _go(self, number: int) -> None:
        """Show a hit: fetched where it is far away, unfolded where it is folded."""
        self.at = number
        key, nth = self.hits[number]
        pane = self.screen.thread
        if pane.number_of(key) is None:
            await self.screen.reader.part(around=key)
        reading = pane.reading
        if reading is None or pane.number_of(key) is None:
            return
        turned = reading.turned ^ {key} if reading.is_shut(key) else reading.turned
        whole = reading.whole | {key[1]} if key[0] == "message" else reading.whole
        pane.change(find=self.query, hit=(key, nth), turned=turned, whole=whole)
        if pane.line_of(pane.number_of(key) or 0) is None:
            pane.go_to(key)
        pane.change(at=key)
        pane.show_line(("hit", key, nth))
        self._say(_("{n} of {all}: {text}").format(n=number + 1, all=len(self.hits), text=self.query), "dim")

    def _say(self, said: str, ink: str) -> None:
        if self.line is not None and self.line.is_mounted:
            self.line.tell(said)
        self.screen.say(said, ink, 30)

    def off(self) -> None:
        """Enough: nothing is marked any more, what was unfolded for a hit folds again."""
        self.query, self.hits, self.at = "", [], -1
        self.screen.thread.change(find="", hit=None, whole=frozenset())
        self.screen.say("", "dim", 0.1)
