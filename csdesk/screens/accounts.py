"""How accounts, webhooks and translation engines are, in words: when mail was last fetched, what is wrong, what to do
about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.modelwords import used_for
from csdesk.screens.over import Over
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line, wrap
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.people import Account
    from csdesk.domain.ports import ChannelProgress
    from csdesk.domain.translation import EngineHealth
    from csdesk.domain.webhooks import HookHealth
    from csdesk.screens.calls import Calls

TALL = 3
"""Lines an account has: what it is, and two for how it is."""
BESIDE = 4
"""Cells of the list that are no text: cursor, scroll bar."""
WIDE = 100
"""Cells from which the second line begins under the kind."""


class AccountsScreen(Over[bool]):
    """One row an account, below them one a webhook and one an engine. Gives True where orders are to come from a
    file."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        super().__init__()
        self.calls, self.clock = calls, clock
        self.found: list[tuple[Account, ChannelProgress | None]] = []
        self.hooks: tuple[HookHealth, ...] = ()
        self.engines: Sequence[EngineHealth] = ()
        self._asked = False

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList(tall=TALL)
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """Ask for the accounts."""
        self.query_one(".head", Bar).set_line(line((" " + _("ACCOUNTS"), "accent"), ground="bar"))
        self._foot()
        self.query_one(PickList).focus()
        self.run_worker(self._load(), exclusive=True)

    def _foot(self) -> None:
        keys = [("i", _("import orders")), ("esc", _("back"))]
        if self.hooks:
            keys.insert(1, ("p", _("pause or resume a webhook")))
        pieces = [piece for key, word in keys for piece in ((f" {key}", "accent"), (f" {word}  ", "dim"))]
        self.query_one(".foot", Bar).set_line(line(*pieces, ground="bar"))

    async def _load(self) -> None:
        pick = self.query_one(PickList)
        try:
            accounts, progress, self.hooks, engines = await self.calls.call(
                lambda d: (
                    d.accounts.list(),
                    d.standing.progress(),
                    d.webhooks.health(),
                    () if self._asked else d.engines.all(ask=False, unused=False),
                )
            )
        except DeskError as error:
            pick.show((), error.message)
            return
        self.found = [(one, progress.get(one.name)) for one in accounts]
        self.engines = engines or self.engines
        self._foot()
        self._show()
        if not self._asked:
            await self._ask()

    async def _ask(self) -> None:
        """An engine shows how it is by working, which may take seconds: a server that does not answer, a process that
        has to begin. Keys wait for none of it."""
        try:
            self.engines = await self.calls.aside(lambda d: d.engines.all(unused=False))
        except DeskError as error:
            self.engines = [replace(one, ok=False, words=error.message) for one in self.engines]
        self._asked = True
        if self.is_attached:
            self._show()

    async def _switch(self, name: str) -> None:
        """Pause a webhook, or go on with one that is paused."""
        paused = any(one.name == name and one.paused for one in self.hooks)
        try:
            await self.calls.call(lambda d: d.webhooks.resume(name) if paused else d.webhooks.pause(name))
        except DeskError as error:
            self.query_one(PickList).show((), error.message)
            return
        await self._load()

    def _show(self) -> None:
        pick, now = self.query_one(PickList), self.clock.now()
        width = self.size.width - BESIDE
        none = _("There is no account yet. Add one: csdesk account add.")
        rows = [Choice(one.id, account_lines(one, now, width, far)) for one, far in self.found]
        rows += [Choice(one.name, hook_lines(one, now, width)) for one in self.hooks]
        rows += [Choice(one, engine_lines(one, width, asked=self._asked)) for one in self.engines]
        pick.show(rows, none, keep=True)

    def on_resize(self, event: events.Resize) -> None:
        """Another width breaks the sentences elsewhere."""
        if self.found or self.hooks or self.engines:
            self._show()

    def on_key(self, event: events.Key) -> None:
        """Move or go back."""
        if event.key == "escape":
            self.dismiss(False)
        elif event.key == "i":
            self.dismiss(True)
        elif event.key == "p":
            if isinstance(name := self.query_one(PickList).value, str):
                self.run_worker(self._switch(name), exclusive=True)
        elif not self.query_one(PickList).press({"j": "down", "k": "up"}.get(event.key, event.key)):
            return
        event.stop()


def account_lines(
    account: Account, now: datetime, width: int, progress: ChannelProgress | None = None
) -> tuple[Line, ...]:
    """An account in `width` cells: what it is, how it is, and how far its first fetch came while that is not over. What
    is wrong is said whole, for it says what to do."""
    health: Piece = (one_line(account.health), "burn") if account.health else (_("well"), "done")
    if account.paused:
        health = (_("paused"), "soon")
    read = ""
    if progress is not None:
        read = _("{done} of {total} mails read").format(done=progress.done, total=progress.total)
    parts = [words.ago(account.last_sync_at, now), read, one_line(progress.note) if progress else ""]
    told = "   ".join(part for part in parts if part)
    return _lines(account.name, account.kind, account.address, health, told, width)


def hook_lines(hook: HookHealth, now: datetime, width: int) -> tuple[Line, ...]:
    """A webhook in `width` cells: where it goes, how it is, when something was last taken."""
    ink = "dim" if not hook.enabled else "done" if hook.well else "soon" if hook.paused else "burn"
    health = (one_line(hook.words), ink)
    told = _("nothing taken yet")
    if hook.delivered_at is not None:
        since = now - hook.delivered_at
        told = _("taken just now")
        if since >= timedelta(minutes=1):
            told = _("last taken {span} ago").format(span=words.span(since))
    return _lines(hook.name, _("webhook"), hook.url, health, told, width)


def engine_lines(engine: EngineHealth, width: int, *, asked: bool) -> tuple[Line, ...]:
    """An engine that translates in `width` cells: for which pairs, and how it is once it was asked."""
    ink = "done" if engine.ok else "burn"
    health = (
        (one_line(engine.words) or _("well"), ink) if asked or not engine.ok else (_("being asked …"), "dim")
    )
    return _lines(engine.name, _("engine"), used_for(engine), health, "", width)


def _lines(name: str, kind: str, address: str, health: Piece, told: str, width: int) -> tuple[Line, ...]:
    """What it is, how it is, and what is told of it besides."""
    top = line((f" {fit(one_line(name), 20)} ", "strong"), (fit(kind, 12), "dim"), one_line(address))
    indent = 22 if width >= WIDE else 3
    said, ink = health
    out = [line((" " * indent, ""), (part, ink)) for part in wrap(said, width - indent)[: TALL - 1]]
    if not told:
        return top, *out
    if out[-1].width + len("   ") + cell_len(told) <= width or len(out) == TALL - 1:
        out[-1] = Line((*out[-1].pieces, ("   " + told, "dim")))
    else:
        out.append(line((" " * indent, ""), (told, "dim")))
    return top, *out
