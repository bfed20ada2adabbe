"""Customers to be told something before they ask: which notice for which order, why not, and what it would say."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from csdesk.errors import DeskError
from csdesk.i18n import _, ngettext
from csdesk.noticewords import blocked_word, rule_word
from csdesk.screens.activity import LookBack
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.notices import Notice
    from csdesk.screens.calls import Calls

SHOWN = 9
"""Lines of what a notice would say."""


class ToWriteScreen(LookBack):
    """Notices that are due. Gives the conversation in which the chosen one is now a draft, or None."""

    KEYS = (
        ("enter", lambda: _("write it")),
        ("s", lambda: _("skip it")),
        ("n", lambda: _("those not allowed")),
        ("esc", lambda: _("back")),
    )

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__(calls, clock, here)
        self.blocked = False

    def heading(self) -> str:
        """What the screen is."""
        return _("TO NOTIFY")

    def compose(self) -> ComposeResult:
        *above, foot = super().compose()
        yield from above
        yield Static(classes="whole")
        yield foot

    async def fill(self, said: str) -> None:
        """Show them."""
        blocked = self.blocked
        found = await self.calls.call(lambda d: d.notices.list(blocked=blocked))
        now = self.clock.now()
        rows = [Choice(one, (_row(one, now, self.here),)) for one in found]
        nothing = _("Nothing is kept back.") if blocked else _("No customer has to be told anything now.")
        self.query_one(PickList).show(rows, nothing, keep=True)
        n = len(found)
        if blocked:
            told = ngettext("{n} is due and not allowed", "{n} are due and not allowed", n)
        else:
            told = ngettext(
                "{n} proposed; none leaves by itself unless its rule is on",
                "{n} proposed; none leaves by itself unless its rule is on",
                n,
            )
        self.say(said or told.format(n=n))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """What it would say, or why not."""
        one: Notice | None = event.value
        if one is None:
            self._below("")
        elif one.proposal.blocked:
            source = one.proposal.policy.source if one.proposal.policy else ""
            self._below("\n".join(part for part in (blocked_word(one.proposal), source) if part))
        else:
            self.run_worker(self._preview(one), group="preview", exclusive=True)

    async def _preview(self, one: Notice) -> None:
        number, rule = one.proposal.order.number, one.proposal.rule.name
        try:
            text = await self.calls.call(lambda d: d.notices.preview(number, rule))
        except DeskError as error:
            self._below(error.message)
            return
        said = [one_line(part) for part in text.text.splitlines() if part.strip()]
        self._below("\n".join((one_line(text.subject), *said[:SHOWN])))

    def _below(self, text: str) -> None:
        self.query_one(".whole", Static).update(Content(text))

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Make a draft of it."""
        one: Notice = event.value
        if one.proposal.blocked:
            self.say(blocked_word(one.proposal), "soon")
            return
        self.run_worker(self._draft(one), group="act", exclusive=True)

    async def _draft(self, one: Notice) -> None:
        number, rule = one.proposal.order.number, one.proposal.rule.name
        try:
            conversation = await self.calls.call(lambda d: d.notices.draft(number, rule))
        except DeskError as error:
            await self._guarded(error.message)
            return
        self.dismiss(conversation)

    def press(self, key: str) -> bool:
        """s skips, n shows those that must not be written."""
        one: Notice | None = self.query_one(PickList).value
        if key == "n":
            self.blocked = not self.blocked
            self.query_one(".head", Bar).set_line(
                line((f" {_('NOT ALLOWED') if self.blocked else self.heading()}", "accent"), ground="bar")
            )
            self.load()
            return True
        if key != "s" or one is None:
            return False
        self.run_worker(self._skip(one), group="act", exclusive=True)
        return True

    async def _skip(self, one: Notice) -> None:
        number, rule = one.proposal.order.number, one.proposal.rule.name
        said = _("Skipped; csdesk notices unskip {number} {rule} proposes it again.")
        try:
            await self.calls.call(lambda d: d.notices.skip(number, rule))
        except DeskError as error:
            said = error.message
        await self._guarded(said.format(number=one_line(number), rule=rule))


def _row(one: Notice, now: datetime, here: tzinfo | None) -> Line:
    proposal = one.proposal
    there = f"{one.there:%H:%M}" if one.there else ""
    return line(
        (f" {fit(rule_word(proposal.rule.name), 22)} ", "soon" if proposal.blocked else "accent"),
        (fit(one_line(proposal.order.number), 12) + " ", ""),
        (fit(one_line(one.who), 18) + " ", ""),
        (fit(one.language, 3), "dim"),
        (fit(there, 6), "" if one.daytime else "soon"),
        (fit(words.day_or_time(proposal.due, now, here), 12), "faint"),
        (one_line(proposal.order.source), "faint"),
    )
