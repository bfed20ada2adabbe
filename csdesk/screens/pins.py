"""The pinned conversation: it stands beside the others to be read, while the desk goes on with another one.

A pin lasts as long as the session. On a terminal that has become too narrow it is kept and hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from csdesk.acts.checks import BESIDE
from csdesk.errors import NotFound
from csdesk.i18n import _
from csdesk.screens.read import Look, look

if TYPE_CHECKING:
    from csdesk.domain.reading import Key
    from csdesk.screens.desk import DeskScreen
    from csdesk.widgets.pinned import PinnedPane
    from csdesk.widgets.thread import ThreadView

ALL = 180
"""Columns from which the side panel has room beside two conversations and the queue."""
AsRead = tuple[dict[str, Any], "Key"]


class Pins:
    """Holds the pinned conversation, and draws it anew when something in it changes."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.number: int | None = None
        self.held: Look | None = None
        self._pane: PinnedPane | None = None

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {
            "pin.toggle": self._toggle,
            "pin.leave": self.drop,
            "pin.open": self._open,
            "pin.swap": self._swap,
        }

    @property
    def thread(self) -> ThreadView | None:
        """The pane's conversation, where it was ever needed."""
        return self._pane.view if self._pane is not None else None

    @property
    def translated(self) -> int:
        """How many of its messages are translated."""
        return len(self.held.translated) if self.held is not None else 0

    def _shown(self) -> bool:
        return self.held is not None and self.screen.size.width >= BESIDE

    def state(self) -> dict[str, Any]:
        """What csdesk.acts.state.State says of the pin."""
        opened = self.screen.reader.opened
        return {
            "beside": "" if self.number is None else "shown" if self._shown() else "hidden",
            "other": opened is not None and opened.id != self.number,
            "columns": self.screen.size.width,
        }

    def ring(self) -> list[ThreadView]:
        """The pane, where it is seen."""
        return [self.thread] if self.thread is not None and self._shown() else []

    # -- pinning ------------------------------------------------------------------------------------------

    def _toggle(self) -> None:
        if self.number is not None:
            self.drop()
        elif (target := self.screen.state().target) is not None:
            self.number = target
            self.screen.run(self._pin(target), "pin", exclusive=True)

    async def _pin(self, target: int) -> None:
        """Pin what is open as it is read there, else the conversation under the cursor."""
        mine = self._mine()
        as_read = self.screen.thread.as_read() if mine is not None and mine.thread.id == target else None
        try:
            held = mine if mine is not None and as_read else await self.screen.call(lambda d: look(d, target))
        except BaseException:
            self.number = None
            raise
        if self._pane is None:
            from csdesk.widgets.pinned import PinnedPane

            pane = PinnedPane(self._part)
            await self.screen.query_one("#panes").mount(pane, before=self.screen.side)
            self._pane = pane
        if self.number == target:
            self._hold(held, as_read)
            self.screen.go_to(self.screen.queue)

    def _mine(self) -> Look | None:
        """What is open."""
        reader = self.screen.reader
        if reader.opened is None:
            return None
        made = dict(self.screen.translating.made)
        return Look(reader.opened, reader.customer, reader.orders, reader.looking.mark, made)

    def _hold(self, held: Look, as_read: AsRead | None) -> None:
        self.number, self.held = held.thread.id, held
        self.screen.looks.lay_out()
        self.redraw()
        if as_read is not None and self.thread is not None:
            kept, place = as_read
            self.thread.go_on(kept | {"find": "", "hit": None}, place)
        self.screen.draw_bars()

    def drop(self) -> None:
        """Pin nothing any more."""
        self.number = self.held = None
        if self._pane is not None:
            self.screen.looks.lay_out()
            self._pane.show(None, None)
        self.screen.draw_bars()

    def opened(self, conversation: int) -> None:
        """A conversation was opened: it needs no pin any more."""
        if conversation == self.number:
            self.drop()

    def _open(self) -> None:
        """Into the conversation pane, as it is read here."""
        if self.thread is not None and self.number is not None:
            kept, place = self.thread.as_read()
            self.screen.reader.open(self.number, lambda: self.screen.thread.go_on(kept, place))

    def _swap(self) -> None:
        """Both change places, each as it was read."""
        mine, held, pane = self._mine(), self.held, self.thread
        if mine is None or held is None or pane is None:
            return
        here, there = self.screen.thread.as_read(), pane.as_read()

        def then() -> None:
            self._hold(mine, here)
            self.screen.thread.go_on(*there)

        self.screen.reader.open(held.thread.id, then)

    # -- what is shown ------------------------------------------------------------------------------------

    def lay_out(self, width: str | None) -> None:
        """Give the pane its room, where None as the style sheet has it; the side panel gives way where it must."""
        screen, shown = self.screen, self._shown()
        if self._pane is None:
            return
        had = not shown and screen.focused is self.thread
        screen.set_class(shown, "-pinned")
        screen.set_class(shown and screen.size.width < ALL, "-tight")
        self._pane.styles.width = width
        if had:
            screen.go_to(screen.queue if screen.reader.opened is None else screen.thread)

    def redraw(self, place: Key | None = None) -> None:
        """Draw it as of now."""
        if self._pane is not None and self.held is not None:
            now, held = self.screen.clock.now(), self.held
            reading = self.screen.reader.reading(now, held.customer, held.mark, held.translated)
            self._pane.show(held.thread, reading, place=place)

    async def follow(self, touched: Collection[int]) -> None:
        """Something changed in these conversations."""
        if self.held is None or self.held.thread.id not in touched:
            return
        thread = self.held.thread
        await self._read(thread.earlier if thread.later else None if not thread.earlier else 1 << 40)

    def _part(self, start: int, place: Key | None) -> None:
        self.screen.run(self._read(start, place), "pinned", exclusive=True)

    async def _read(self, start: int | None, place: Key | None = None) -> None:
        """Read it again; how far it had been read stays what it was."""
        if (held := self.held) is None:
            return
        try:
            fresh = await self.screen.call(lambda d: look(d, held.thread.id, start))
        except NotFound:
            self.drop()
            self.screen.say(_("The pinned conversation is gone."), "soon")
            return
        if self.held is not None and self.held.thread.id == held.thread.id:
            self.held = fresh._replace(mark=held.mark)
            self.redraw(place)
