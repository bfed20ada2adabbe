"""Reading in one's own language: asks for translations beside the screen, and puts each in its place when it is there.

Originals are shown at once. What is on the screen comes first, the newest before the others; nothing moves under the
reader's eye.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from csdesk import i18n
from csdesk.errors import DeskError
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.actions import State
    from csdesk.domain.conversation import Message, QueueRow, Thread
    from csdesk.domain.orders import OrderLink
    from csdesk.domain.translation import Translation
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk

PAUSE = 0.3
"""Seconds that the queue must rest before its lines are translated."""
ROWS = 4
"""Conversations whose lines are made together; a message that is opened meanwhile does not wait long."""
TRIED = 5000
LATER = 61.0
"""Seconds after which what failed is tried again while it is still looked at."""


def said_of(orders: Iterable[OrderLink]) -> tuple[str, ...]:
    """What carriers said of the parcels of these orders."""
    return tuple(
        dict.fromkeys(
            event.text
            for link in orders
            for parcel in link.order.shipments
            for event in parcel.events
            if event.text
        )
    )


class Translating:
    """Holds what of the open conversation is translated, and what of it is shown."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.way = "translation"
        self.made: dict[int, Translation] = {}
        self.hints: dict[int, str] = {}
        self.told: Mapping[str, Translation] = {}
        self._open: int | None = None
        self._tried: set[tuple[int, str]] = set()
        self._waiting = self._waits = False
        self._whole: tuple[int, int, int] | None = None
        self._moved = 0.0
        self._heard: set[int] = set()

    @property
    def count(self) -> int:
        """How many messages of the open conversation have an original: translated ones, replies that were written
        in another language than they left in, and what carriers say beside it."""
        thread = self.screen.reader.opened
        own = sum(bool(one.own_text) for one in thread.messages) if thread is not None else 0
        return len(self.made) + own + len(self.told)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {"thread.translation": self.turn}

    def next_acts(self, state: State) -> tuple[str, ...]:
        """What the lowest line names because of a translation: the original is one key away."""
        return ("thread.translation",) if state.pane == "thread" and state.translated else ()

    def turn(self) -> None:
        """The translation, both, the original, and again."""
        from csdesk.domain.translated import WAYS  # none of it is needed for the first frame

        self.way = WAYS[(WAYS.index(self.way) + 1) % len(WAYS)]
        self._draw()
        self.screen.pins.redraw()
        words = {
            "translation": _("The translation is shown."),
            "both": _("The original and its translation are shown."),
            "original": _("The original is shown."),
        }
        self.screen.say(words[self.way], "dim")

    # -- the conversation ---------------------------------------------------------------------------------

    def came(
        self,
        thread: Thread | None,
        stored: Mapping[int, Translation],
        told: Mapping[str, Translation] = {},
    ) -> None:
        """A conversation is about to be shown, with what is stored of it."""
        if thread is None or thread.id != self._open:
            self.hints = {}
            self.made = {}
        self._open = thread.id if thread is not None else None
        self.made |= stored
        self._tell(told)
        if thread is not None and any(one.direction == "in" for one in thread.messages):
            self.screen.run(self._work(thread), "translate", exclusive=True)

    async def _work(self, thread: Thread) -> None:
        """Have made what is missing, a message at a time."""
        known = await self.screen.calls.aside(lambda d: d.translations.known(thread.messages))
        if self._open != thread.id:
            return
        self._take(known.made, known.hints)
        todo = self._nearest_first(thread, known.todo)
        by_id = {one.id: one for one in thread.messages}
        failed = False
        for number in todo:
            made = await self.screen.calls.aside(partial(self._make, by_id[number], thread.id))
            if self._open != thread.id:
                return
            failed = failed or not made
            self._take(made, self.hints)
        if failed:
            known = await self.screen.calls.aside(lambda d: d.translations.known(thread.messages))
            if self._open == thread.id:
                self._take(known.made, known.hints)
                self.screen.set_timer(LATER, lambda: self._again(thread.id))

    def _again(self, conversation: int) -> None:
        """Try once more what failed, if somebody still looks at it."""
        thread = self.screen.reader.opened
        if thread is not None and thread.id == conversation == self._open:
            self.screen.run(self._work(thread), "translate", exclusive=True)

    def _make(self, message: Message, conversation: int, desk: Desk) -> Mapping[int, Translation]:
        """On a worker thread. Who went on meanwhile waits for nothing that was asked for before."""
        if self._open != conversation:
            return {}
        return desk.translations.make((message,), urgent=True)

    def _nearest_first(self, thread: Thread, todo: Collection[int]) -> list[int]:
        """The messages to be translated: those that are seen, then the newest."""
        seen = {key[1] for key in self.screen.thread.seen() if key[0] == "message"}
        return sorted(todo, key=lambda one: one not in seen)

    def _take(self, made: Mapping[int, Translation], hints: Mapping[int, str]) -> None:
        if not made and dict(hints) == self.hints:
            return
        before = (dict(self.made), self.hints)
        self.made |= made
        self.hints = dict(hints)
        if before != (self.made, self.hints):
            self._draw()
            self.screen.draw_footer()

    def _tell(self, told: Mapping[str, Translation]) -> None:
        """What carriers say, in the panel."""
        self.told = told
        self.screen.side.translate(told, self.way)

    def _draw(self) -> None:
        self.screen.side.translate(self.told, self.way)
        self.screen.thread.translate(dict(self.made), self.hints, self.way)

    def heard(self, conversations: Collection[int]) -> None:
        """Something was translated, here or in another process."""
        self._heard.update(conversations)
        if not self._waiting:
            self._waiting = True
            self.screen.set_timer(PAUSE, self._follow)

    def _follow(self) -> None:
        self._waiting = self._waits = False
        self._moved = 0.0
        heard, self._heard = self._heard, set()
        self.screen.run(self._refresh(heard), "translated")

    async def _refresh(self, heard: set[int]) -> None:
        """Take in what another process translated."""
        thread = self.screen.reader.opened
        if thread is not None and thread.id in heard:
            texts = said_of(self.screen.reader.orders)
            found, told = await self.screen.call(
                lambda d: (d.translations.stored(thread.messages), d.translations.phrases.stored(texts))
            )
            if self._open == thread.id:
                self._tell(told)
                self.screen.draw_footer()
                self._take(found, {one: said for one, said in self.hints.items() if one not in found})
        await self.screen.pins.follow(heard)
        rows = [row for _number, row in self.screen.queue.rows.loaded() if row.id in heard]
        if rows:
            self.screen.queue.translate(await self.screen.call(lambda d: d.translations.lines(rows)))

    # -- the queue ----------------------------------------------------------------------------------------

    def rows_soon(self, *, moved: bool = False) -> None:
        """Other rows are seen: have their lines once the queue rests. A key costs a look at the clock: who waits for
        the rest already waits on, and where the cursor only `moved` in a window that lacked nothing, it still does."""
        self._moved = monotonic()
        queue = self.screen.queue
        window = queue.scroll_offset.y, queue.size.height, queue.tall
        if self._waits or (moved and window == self._whole):
            return
        self._whole = window
        if self._lacking():
            self._waits, self._whole = True, None
            self.screen.run(self._rows(), "rows", exclusive=True)

    def _lacking(self) -> list[QueueRow]:
        """Rows in sight in a language that the agent does not read, whose line was not asked for yet."""
        queue = self.screen.queue
        if queue.tall < 2 or self.screen.calls.desk is None:
            return []
        from csdesk.domain.translated import base, targets

        into = targets(self.screen.reader.standing.languages, i18n.language())
        return [
            row
            for row in queue.in_sight()
            if base(row.language) not in ("", *into)
            and (row.id, row.preview) not in self._tried
            and queue.translated.get(row.id, ("", ""))[0] != row.preview
        ]

    async def _rows(self) -> None:
        from asyncio import sleep

        try:
            while (left := self._moved + PAUSE - monotonic()) > 0:
                await sleep(left)
        finally:
            self._waits = False
        lacking = self._lacking()
        if not lacking:
            return
        queue = self.screen.queue
        lines = await self.screen.call(lambda d: d.translations.lines(lacking))
        queue.translate(lines)
        rest = [row for row in lacking if row.id not in lines]
        for start in range(0, len(rest), ROWS):
            part = rest[start : start + ROWS]
            if len(self._tried) > TRIED:
                self._tried.clear()
            self._tried.update((row.id, row.preview) for row in part)
            try:
                made = await self.screen.calls.aside(
                    lambda d, ids=tuple(row.id for row in part): d.translations.make_rows(ids)  # type: ignore[misc]
                )
            except DeskError:
                return  # a line that stays as it came is no news
            queue.translate(made)
