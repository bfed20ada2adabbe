"""How far the agent had read the open conversation, and telling the store how far it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.domain.reading import Mark, newest
from csdesk.errors import DeskError

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


class Looking:
    """Knows how far the agent had read the conversation when it was opened, and tells the store how far it is now."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.mark: Mark | None = None
        self._open: int | None = None

    def came(self, mark: Mark | None) -> None:
        """A conversation is shown; so far it was read before."""
        self.mark = mark

    async def opened(self, conversation: int) -> None:
        """It was opened on purpose: all of it counts as seen from now on."""
        self._open = conversation
        thread = self.screen.reader.opened
        if thread is None or thread.id != conversation:
            return
        mark = newest(thread)
        if thread.later:
            mark = await self.screen.call(lambda d: d.reading.newest(conversation))
        if self.mark is None:
            self.mark = mark  # opened for the first time: what comes from now on is new
        await self.screen.call(lambda d: d.reading.looked(conversation, mark))

    async def leave(self) -> None:
        """Another conversation comes: what was added to this one while its end was in sight was seen too."""
        thread, pane = self.screen.reader.opened, self.screen.thread
        if thread is None or thread.id != self._open or not pane.at_end:
            return
        self._open, mark = None, newest(thread)
        if self.mark is not None and (mark.message, mark.note) == (self.mark.message, self.mark.note):
            return
        try:
            await self.screen.call(lambda d: d.reading.looked(thread.id, mark))
        except DeskError:
            return  # a mark that is not kept shows a line once more: no reason to stop anybody
