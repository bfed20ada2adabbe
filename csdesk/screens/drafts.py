"""What the agent is writing everywhere, and what was thrown away in the last thirty days and can be had back."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from csdesk.i18n import _
from csdesk.screens.activity import LookBack
from csdesk.widgets import words
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.conversation import DraftLine
    from csdesk.screens.calls import Calls


class DraftsScreen(LookBack):
    """Drafts, then what was thrown away. Gives the conversation of the one that was chosen, which is `chosen`."""

    KEYS = (("enter", lambda: _("write on, or take it back")), ("esc", lambda: _("back")))

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__(calls, clock, here)
        self.chosen: DraftLine | None = None

    def heading(self) -> str:
        """What the screen is."""
        return _("DRAFTS")

    async def fill(self, said: str) -> None:
        """Show them."""
        found = await self.calls.call(lambda d: d.drafts.all())
        now = self.clock.now()
        rows = [Choice(one, (_row(one, now, self.here),)) for one in found]
        self.query_one(PickList).show(rows, _("You are writing nothing, and threw nothing away."), keep=True)
        self.say(said or _("What was thrown away can be had back for thirty days."))

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Write on; one that was thrown away is a draft again first."""
        self.chosen = event.value
        self.dismiss(event.value.conversation_id)


def _row(one: DraftLine, now: datetime, here: tzinfo | None) -> Line:
    state = _("draft") if one.id is None else _("thrown away")
    mode = _("note") if one.mode == "note" else _("reply")
    ink = "" if one.id is None else "dim"
    return line(
        (f" {fit(state, 12)} ", "accent" if one.id is None else "faint"),
        (fit(words.day_or_time(one.at, now, here), 11) + " ", "faint"),
        (fit(mode, 8) + " ", "note" if one.mode == "note" else "dim"),
        (fit(one_line(one.who), 20) + " ", ink),
        (one_line(one.text[:200]), "dim"),
    )
