"""The search screen: newest first over messages, notes, customers and order numbers; enter opens the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from csdesk.errors import DeskError
from csdesk.i18n import _, ngettext
from csdesk.screens.calls import Calls, start
from csdesk.screens.over import Over
from csdesk.text import clean_line
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.screens.face import Hit

PAUSE = 0.12
MOST = 50


class SearchScreen(Over[int | None]):
    """Find as you type. Gives the conversation that was chosen, or None."""

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None, text: str = "") -> None:
        super().__init__()
        self.text = text
        self.calls, self.clock, self.here = calls, clock, here

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield CleanInput(clean_line(self.text), compact=True)
        yield Bar(classes="found")
        yield PickList(tall=2)
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """The cursor into the field."""
        self.query_one(".head", Bar).set_line(line((" " + _("SEARCH"), "accent"), ground="bar"))
        self.query_one(".foot", Bar).set_line(
            line(
                (" enter", "accent"),
                (" " + _("open"), "dim"),
                ("   esc", "accent"),
                (" " + _("back"), "dim"),
                ground="bar",
            )
        )
        self.query_one(Input).focus()
        if not self.text:
            self.query_one(PickList).show((), self.hint())

    def hint(self) -> str:
        """What can be looked for, while nothing is."""
        return _("Words of a message or note, a name, an address, an order number.")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find a moment after the last key."""
        start(self, self._find(event.value), group="find", exclusive=True)

    async def _find(self, query: str) -> None:
        await asyncio.sleep(PAUSE)
        pick, found = self.query_one(PickList), self.query_one(".found", Bar)
        if not query.strip():
            pick.show((), self.hint())
            found.set_line(Line())
            return
        try:
            hits = await self.calls.call(lambda d: d.search.find(query, limit=MOST))
        except DeskError as error:
            pick.show((), error.message)
            return
        self._show(hits)

    def _show(self, hits: Sequence[Hit]) -> None:
        now = self.clock.now()
        choices = [Choice(hit.conversation, _rows(hit, now, self.here)) for hit in hits]
        self.query_one(PickList).show(choices, _("Nothing was found."))
        count = ngettext("{n} hit", "{n} hits", len(hits)).format(n=len(hits))
        newest = _("{count}, newest first").format(count=count)
        self.query_one(".found", Bar).set_line(line((f" {newest}" if hits else "", "dim")))

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list, escape goes back."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in ("down", "up", "pagedown", "pageup"):
            event.stop()
            self.query_one(PickList).press(event.key)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens what is under the cursor."""
        self.query_one(PickList).pick()

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """This one."""
        self.dismiss(event.value)


def _rows(hit: Hit, now: datetime, here: tzinfo | None) -> tuple[Line, Line]:
    when = fit(words.day_or_time(hit.at, now, here), 10)
    top = line((f" {when} ", "faint"), (fit(one_line(hit.who), 22) + " ", "strong"), one_line(hit.subject))
    mark = () if hit.note is None else ((f"{_('NOTE')} ", "note"),)
    return top, line((" " * 12, ""), *mark, (one_line(hit.snippet), "dim"))
