"""The exceptions: what is wrong with orders and parcels, what is at stake, until when, and what to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from csdesk.errors import DeskError
from csdesk.i18n import _, ngettext
from csdesk.screens.activity import LookBack
from csdesk.troublewords import act_for, trouble_word
from csdesk.widgets import words
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.domain.troubles import TroubleLine

URGENT = 1
"""From this haste on it is red."""


class TroublesScreen(LookBack):
    """Troubles, the most urgent first. Gives the conversation to go to; `writes` when a draft was made there."""

    KEYS = (
        ("enter", lambda: _("write about it")),
        ("o", lambda: _("open the conversation")),
        ("esc", lambda: _("back")),
    )
    writes = False

    def heading(self) -> str:
        """What the screen is."""
        return _("EXCEPTIONS")

    def compose(self) -> ComposeResult:
        *above, foot = super().compose()
        yield from above
        yield Static(classes="whole")
        yield foot

    async def fill(self, said: str) -> None:
        """Show them."""
        found = await self.calls.call(lambda d: d.troubles.list())
        now = self.clock.now()
        rows = [Choice(one, (_row(one, now),)) for one in found]
        self.query_one(PickList).show(rows, _("Nothing is out of the ordinary."), keep=True)
        n = len(found)
        told = ngettext("{n} to look at, the most urgent first", "{n} to look at, the most urgent first", n)
        self.say(said or told.format(n=n))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """What to do, what the parcel said last, and the template."""
        one: TroubleLine | None = event.value
        if one is None:
            self.query_one(".whole", Static).update(Content(""))
            return
        trouble, parts = one.trouble, []
        parts.append(act_for(trouble.kind))
        if (parcel := trouble.parcel) is not None:
            last = one_line(parcel.events[0].text) if parcel.events else ""
            parts.append("  ".join(p for p in (one_line(parcel.number), one_line(parcel.carrier), last) if p))
            if trouble.late:
                late = ngettext("{n} day behind its lane", "{n} days behind its lane", trouble.late)
                parts.append(late.format(n=trouble.late))
        parts.append(_("Template: {name}").format(name=trouble.template))
        self.query_one(".whole", Static).update(Content("\n".join(parts)))

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Make a draft about it."""
        self.run_worker(self._draft(event.value), group="act", exclusive=True)

    async def _draft(self, one: TroubleLine) -> None:
        number, kind = one.trouble.order.number, one.trouble.kind
        try:
            conversation = await self.calls.call(lambda d: d.troubles.draft(number, kind))
        except DeskError as error:
            await self._guarded(error.message)
            return
        self.writes = True
        self.dismiss(conversation)

    def press(self, key: str) -> bool:
        """o opens the conversation."""
        one: TroubleLine | None = self.query_one(PickList).value
        if key != "o" or one is None:
            return False
        if one.conversation is None:
            self.say(_("This customer never wrote about it; enter begins a conversation."), "soon")
        else:
            self.dismiss(one.conversation)
        return True


def _row(one: TroubleLine, now: datetime) -> Line:
    from csdesk.domain.troubles import haste

    trouble = one.trouble
    hurry = haste(trouble.until, now)
    ink = "burn" if hurry == 0 else "soon" if hurry <= URGENT else ""
    left = ""
    if trouble.until is not None:
        left = _("over") if trouble.until <= now else words.span(trouble.until - now)
    return line(
        (f" {fit(trouble_word(trouble.kind), 18)} ", ink or "strong"),
        (fit(left, 10) + " ", ink or "faint"),
        (fit(words.money(trouble.order.total, trouble.order.currency), 10) + " ", ""),
        (fit(one_line(trouble.order.number), 12) + " ", "dim"),
        (one_line(one.who), ""),
    )
