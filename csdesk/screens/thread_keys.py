"""What one does inside the open conversation: go from message to message, fold, come to what is new."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from csdesk.i18n import _, ngettext
from csdesk.widgets import words

if TYPE_CHECKING:
    from csdesk.domain.reading import Key
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.find import Finder
    from csdesk.widgets.thread import ThreadView


class ThreadKeys:
    """Acts on the conversation pane."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        return {
            "thread.next": lambda: self._step(1),
            "thread.before": lambda: self._step(-1),
            "thread.unread": self._unread,
            "thread.quotes": lambda: self.screen.run(self._quotes(), "quotes", exclusive=True),
            "thread.fold": self._fold,
            "thread.fold_all": self._fold_all,
            "thread.find": lambda: self.screen.run(self.finder.ask(), "visit"),
            "thread.find_next": lambda: self.finder.step(1),
            "thread.find_before": lambda: self.finder.step(-1),
            "thread.links": lambda: self.screen.run(self._links(), "visit"),
            "thread.copy": lambda: self.screen.run(self._copy(), "visit"),
            "thread.file": lambda: self.screen.run(self._look_into(), "visit"),
            "thread.export": lambda: self.screen.run(self._export(), "visit"),
            "pane.queue": self._leave,
        }

    @property
    def pane(self) -> ThreadView:
        """The pane of the conversation in which the cursor is: the open one or the pinned one."""
        pinned = self.screen.pins.thread if self.screen.pane() == "pinned" else None
        return pinned or self.screen.thread

    def _step(self, by: int) -> None:
        if not self.pane.step(by):
            self.screen.say(
                _("That is the last message.") if by > 0 else _("That is the first message."), "dim"
            )

    def _unread(self) -> None:
        """The next message that is new in this conversation, else the next conversation that nobody read."""
        if self.screen.reader.opened is not None and (key := self.pane.next_new()) is not None:
            self.screen.go_to(self.pane)
            self.pane.go_to(key)
            return
        queue, opened = self.screen.queue, self.screen.reader.opened
        rows = [(number, row) for number, row in queue.rows.loaded() if row.unread]
        rows = [
            one for one in rows if one[1].id not in queue.gone and (opened is None or one[1].id != opened.id)
        ]
        behind = [one for one in rows if one[0] > queue.cursor]
        if not rows:
            self.screen.say(_("Nothing unread is left in this view."), "dim")
            return
        number, row = (behind or rows)[0]
        queue.go(number)
        self.screen.reader.open(row.id)

    async def _quotes(self) -> None:
        """One quote level more; behind the deepest all are folded."""
        reading, thread = self.pane.reading, self.pane.thread
        if reading is None or thread is None:
            return
        texts = {m.id: m.text for m in thread.messages if m.quotes and m.id not in reading.levels}
        levels = dict(reading.levels)
        if texts:
            levels |= await self.screen.call(lambda d: d.reading.levels(texts))
        shown = [levels[m.id] for m in thread.messages if m.id in levels]
        deepest = max((max(one, default=1) for one in shown), default=1)
        level = 0 if reading.level >= max(deepest, 1) else reading.level + 1
        self.pane.change(level=level, levels=levels)
        if deepest > 1:
            said = (
                _("Quotes are folded.")
                if not level
                else _("Quote level {n} of {all}.").format(n=level, all=deepest)
            )
            self.screen.say(said, "dim")

    @cached_property
    def finder(self) -> Finder:
        """Who looks for words."""
        from csdesk.screens.find import Finder

        return Finder(self.screen)

    def _leave(self) -> None:
        """Out of the hits first, then to the queue."""
        if self.screen.pane() == "thread" and "finder" in self.__dict__ and self.finder.active:
            self.finder.off()
        else:
            self.screen.to_queue()

    async def _links(self) -> None:
        from csdesk.screens.links import LinksScreen

        screen = self.screen
        if screen.reader.opened is not None:
            links = LinksScreen(
                screen.calls, screen.clock, screen.here, screen.reader.opened.id, screen.config.opener
            )
            await screen.app.push_screen_wait(links)

    async def _copy(self) -> None:
        from csdesk.screens.copying import Copying

        await Copying(self.screen).ask()

    async def _look_into(self) -> None:
        """Choose a file where there are several; those of the message the reader is at stand first."""
        from csdesk.screens.preview import FileScreen
        from csdesk.screens.prompts import Choose

        thread, here = self.screen.reader.opened, self._here()
        messages = sorted(thread.messages if thread else (), key=lambda m: ("message", m.id) != here)
        found = [file for message in messages for file in message.attachments]
        chosen: int | None = found[0].id if found else None
        if len(found) > 1:
            options = [(one.id, one.name, words.size(one.size)) for one in found]
            chosen = await self.screen.app.push_screen_wait(Choose(_("Look into which file"), options))
        if chosen is not None:
            await self.screen.app.push_screen_wait(
                FileScreen(self.screen.calls, chosen, self.screen.config.pictures)
            )

    async def _export(self) -> None:
        from csdesk.paths import downloads
        from csdesk.screens.prompts import Choose

        thread = self.screen.reader.opened
        if thread is None:
            return
        left = _("without internal notes")
        options = [
            (("html", False), _("page to print"), left),
            (("txt", False), _("text"), left),
            (("mbox", False), _("mailbox with the original mails"), left),
            (("json", False), "JSON", left),
            (("txt", True), _("text for colleagues"), _("with internal notes, marked")),
        ]
        chosen = await self.screen.app.push_screen_wait(Choose(_("Export the conversation"), options))
        if chosen is None:
            return
        form, notes = chosen
        here, number = self.screen.here, thread.id
        path, count = await self.screen.call(
            lambda d: d.export.save(number, form, downloads(), notes=notes, here=here)
        )
        said = _("Saved as {path}").format(path=path)
        if count:
            omitted = ngettext("{n} note was left out.", "{n} notes were left out.", count).format(n=count)
            said = f"{said}  {omitted}"
        self.screen.say(said, "done", 12)

    def _here(self) -> Key | None:
        return self.pane.reading.at if self.pane.reading is not None else None

    def _fold(self) -> None:
        if (key := self._here()) is not None:
            self.pane.turn(key)

    def _fold_all(self) -> None:
        if (reading := self.pane.reading) is not None:
            anything_open = not reading.shut or bool(reading.turned)
            self.pane.change(shut=anything_open, turned=frozenset())
            if (key := self._here()) is not None:
                self.pane.go_to(key)

    def clicked(self, data: object) -> None:
        """A line of the conversation that stands for something was clicked."""
        if isinstance(data, tuple) and data[0] in ("fold", "finding") and (reading := self.pane.reading):
            self.pane.change(whole=reading.whole ^ {data[1]})
        elif isinstance(data, tuple) and data[0] == "translation":
            self.screen.translating.turn()
