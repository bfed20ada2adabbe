"""Making two customers one: what would move is shown, and the person is asked twice, by two different keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.text import clean_line
from csdesk.unionwords import address_of, move_words

if TYPE_CHECKING:
    from csdesk.domain.customer import Move
    from csdesk.screens.calls import Calls


class UniteScreen(ModalOver[bool]):
    """Gives True when the two have become one."""

    def __init__(self, calls: Calls, keep: int, gone: int) -> None:
        super().__init__()
        self.calls, self.keep, self.gone = calls, keep, gone
        self.move: Move | None = None
        self.sure = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(_("Two customers become one"), "title")
            with VerticalScroll(can_focus=False):
                yield plain(_("What would move is being read."), id="told")
            yield plain("", "quiet keys", id="asks")

    def on_mount(self) -> None:
        """Look what would move."""
        self.run_worker(self._look(), group="look", exclusive=True)

    async def _look(self) -> None:
        keep, gone = self.keep, self.gone
        self.sure = False
        try:
            self.move = await self.calls.call(lambda d: d.customers.preview(keep, gone))
        except DeskError as error:
            self.move = None
            self._say(error.message, _("esc back"))
            return
        who = _("{gone} ({gone_address}) becomes part of {keep} ({keep_address}).").format(
            gone=clean_line(self.move.gone.name), gone_address=address_of(self.move.gone),
            keep=clean_line(self.move.keep.name), keep_address=address_of(self.move.keep),
        )  # fmt: skip
        told = "\n\n".join((who, *move_words(self.move)))
        self._say(told, _("enter go on   s the other one stays   esc cancel"))

    def _say(self, told: str, asks: str) -> None:
        self.query_one("#told", Static).update(Content(told))
        self.query_one("#asks", Static).update(Content(asks))

    def on_key(self, event: events.Key) -> None:
        """Enter, and then M; s turns it round; everything else leaves both as they are."""
        event.stop()
        if event.key == "escape":
            self.dismiss(False)
        elif self.move is None:
            return
        elif self.sure and event.key == "M":
            self.run_worker(self._merge(), group="merge", exclusive=True)
        elif not self.sure and event.key == "enter":
            self.sure = True
            sure = _("Are {gone} and {keep} one person? It can be taken back with z.")
            names = {"gone": clean_line(self.move.gone.name), "keep": clean_line(self.move.keep.name)}
            self._say(sure.format(**names), _("M merge them   esc cancel"))
        elif not self.sure and event.key == "s":
            self.keep, self.gone = self.gone, self.keep
            self.run_worker(self._look(), group="look", exclusive=True)

    async def _merge(self) -> None:
        keep, gone = self.keep, self.gone
        try:
            await self.calls.call(lambda d: d.customers.merge(keep, gone))
        except DeskError as error:
            self.move = None
            self._say(error.message, _("esc back"))
            return
        self.dismiss(True)


async def unite(screen: Screen[int | None], calls: Calls, keep: int, gone: int) -> bool:
    """Show what would move and ask; whether the two have become one."""
    became_one: bool | None = await screen.app.push_screen_wait(UniteScreen(calls, keep, gone))
    return bool(became_one)
