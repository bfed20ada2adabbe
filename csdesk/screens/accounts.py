"""How the accounts are, in words: when mail was last fetched, what is wrong, what to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from csdesk.domain.people import Account
from csdesk.domain.ports import ChannelProgress
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.calls import Calls
from csdesk.screens.over import Over
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock


class AccountsScreen(Over[None]):
    """One row an account."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        super().__init__()
        self.calls, self.clock = calls, clock

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList(tall=2)
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """Ask for the accounts."""
        self.query_one(".head", Bar).set_line(line((" " + _("ACCOUNTS"), "accent"), ground="bar"))
        self.query_one(".foot", Bar).set_line(
            line((" esc", "accent"), (" " + _("back"), "dim"), ground="bar")
        )
        self.query_one(PickList).focus()
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        pick = self.query_one(PickList)
        try:
            accounts, progress = await self.calls.call(lambda d: (d.accounts.list(), d.sync.progress()))
        except DeskError as error:
            pick.show((), error.message)
            return
        now = self.clock.now()
        none = _("There is no account yet. Add one: csdesk account add.")
        pick.show([Choice(one.id, account_lines(one, now, progress.get(one.name))) for one in accounts], none)

    def on_key(self, event: events.Key) -> None:
        """Move or go back."""
        if event.key == "escape":
            self.dismiss(None)
        elif not self.query_one(PickList).press({"j": "down", "k": "up"}.get(event.key, event.key)):
            return
        event.stop()


def account_lines(
    account: Account, now: datetime, progress: ChannelProgress | None = None
) -> tuple[Line, Line]:
    """An account, how it is, and how far its first fetch came while that is not over."""
    top = line(
        (f" {fit(one_line(account.name), 20)} ", "strong"),
        (fit(account.kind, 10), "dim"),
        one_line(account.address),
    )
    health: Piece = (one_line(account.health), "burn") if account.health else (_("well"), "done")
    if account.paused:
        health = (_("paused"), "soon")
    read = ""
    if progress is not None:
        read = _("{done} of {total} mails read").format(done=progress.done, total=progress.total)
    parts = [words.ago(account.last_sync_at, now), read, one_line(progress.note) if progress else ""]
    return top, line((" " * 22, ""), health, ("   " + "   ".join(p for p in parts if p), "dim"))
