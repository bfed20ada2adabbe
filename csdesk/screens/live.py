"""What changes while the desk is open: a thread waits for changes, the screen follows at most twice a second."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from csdesk.errors import DeskError
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.domain.conversation import QueueRow
    from csdesk.screens.face import Change, Desk, SyncStatus
    from csdesk.screens.read import Reader

WAIT = 1.0
APART = 0.5
MOST = 60


class Live:
    """Follows the change feed of the store."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._stop = threading.Event()
        self._touched: set[int] = set()
        self._waiting = False
        self._last = 0.0
        self._known: tuple[int, int] | None = None
        self._following = False

    def begin(self, desk: Desk) -> None:
        """Start to follow; ends with `end()`."""
        self._following = True
        loop = asyncio.get_running_loop()
        # Timers look their app up in the context, and a thread starts with an empty one.
        context = contextvars.copy_context()
        threading.Thread(
            target=self._follow, args=(desk, loop, context), name="desk-changes", daemon=True
        ).start()

    def about_to_ask(self) -> bool:
        """Whether changes were heard that the screen does not show yet."""
        return self._waiting

    def end(self) -> None:
        """Stop to follow."""
        self._stop.set()

    def _follow(self, desk: Desk, loop: asyncio.AbstractEventLoop, context: contextvars.Context) -> None:
        """A feed outlives a store that is gone for a while: it knows how far it had come, so that what others wrote
        meanwhile is followed too."""
        feed, gone = None, False
        try:
            while not self._stop.is_set():
                try:
                    feed = feed or desk.changes()
                    changes = feed.wait(WAIT)
                except DeskError as error:
                    if not gone:
                        loop.call_soon_threadsafe(self.reader.gone, error.message, context=context)
                    gone = True
                    self._stop.wait(WAIT)
                    continue
                if (changes or gone) and not self._stop.is_set():
                    loop.call_soon_threadsafe(self.heard, changes, context=context)
                gone = False
        except RuntimeError:  # the loop has closed: the screen is gone
            return
        finally:
            if feed is not None:
                feed.close()

    def heard(self, changes: Sequence[Change]) -> None:
        """Note what changed and follow soon; what comes in between is taken along. A translation changes no counts, no
        rows' places and no entries."""
        translated = {one.conversation for one in changes if one.kind == "translated"} - {None}
        if translated:
            self.reader.screen.translating.heard(translated)  # type: ignore[arg-type]
            changes = [one for one in changes if one.kind != "translated"]
            if not changes:
                return
        self._touched.update(change.conversation for change in changes if change.conversation is not None)
        if not self._waiting:
            self._waiting = True
            wait = max(APART - (time.monotonic() - self._last), 0.02)
            self.reader.screen.set_timer(wait, self._follow_now)

    def _follow_now(self) -> None:
        self._waiting = False
        self._last = time.monotonic()
        touched, self._touched = self._touched, set()
        self.reader.screen.run(self._update(touched), "live")

    async def _update(self, touched: set[int]) -> None:
        """Counts, rows in their places, and the open conversation where it is touched."""
        reader = self.reader
        ids = sorted(touched, reverse=True)[:MOST]

        def ask(desk: Desk) -> tuple[dict[str, int], SyncStatus, dict[int, QueueRow]]:
            rows = {}
            for conversation in ids:
                try:
                    rows[conversation] = desk.inbox.row(conversation)
                except DeskError:
                    continue
            return desk.inbox.counts(), desk.standing.status(), rows

        counts, status, rows = await reader.screen.call(ask)
        if not reader.screen.is_attached:
            return  # the desk closed meanwhile
        self.stands(counts, status)
        self.place(rows)
        reader.screen.translating.rows_soon()
        if reader.opened is not None and reader.opened.id in touched:
            await reader.again()
        await reader.screen.pins.follow(touched)
        reader.screen.draw_bars()

    def place(self, rows: dict[int, QueueRow]) -> None:
        """Put fresh rows where they stand already; what is new is counted, and nothing moves."""
        from csdesk.screens.read import in_view

        reader, queue = self.reader, self.reader.screen.queue
        view, terms = reader.screen.shelf.asked()
        gone = {row.id for row in rows.values() if not in_view(row, view, reader.agent_name)}
        queue.update(rows, gone)
        shown = {row.id for _number, row in queue.rows.loaded()}
        fresh = [row for row in rows.values() if row.id not in shown and row.id not in gone]
        if terms:
            return
        if not shown and fresh:
            reader.choose(reader.view)
            return
        last = max(((row.rank, row.id) for _number, row in queue.rows.loaded()), default=(0, 0))
        behind = [row for row in fresh if queue.rows.next is None and (row.rank, row.id) > last]
        if behind:
            queue.append_rows(sorted(behind, key=lambda row: (row.rank, row.id)))
        reader.newcomers |= {row.id for row in fresh} - {row.id for row in behind}
        reader.newcomers -= gone

    def stands(self, counts: Mapping[str, int], status: SyncStatus) -> None:
        """Take over the counts and whether mail flows; ring where more burn than before."""
        reader = self.reader
        several = {one.name: one.settings.get("colour", "") for one in status.accounts}
        reader.screen.queue.accounts = several if len(several) > 1 else {}
        shop = next((a.display_name or a.name for a in status.accounts), "")
        reader.standing = replace(
            reader.standing, counts=dict(counts), synced_at=status.last_at, running=status.running,
            offline=status.offline, outbox=status.outbox_waiting, trouble="", fetched=status.fetched,
            shop=reader.screen.config.shop.name or clean_line(shop),
        )  # fmt: skip
        stand = (counts.get("waiting", 0), counts.get("burning", 0))
        known, self._known = self._known, stand
        if stand != known:
            more = known is not None and stand[0] > known[0]
            hotter = known is not None and stand[1] > known[1]
            reader.screen.post_message(reader.screen.Waiting(*stand, more, hotter))

    def minute(self) -> None:
        """A minute passed: what waits may burn by now, though nothing was written."""
        if self._following:
            self.heard(())
