"""The outbox screen: what waits, what failed and why, and what may have been sent, for a person to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.over import Over
from csdesk.widgets import words
from csdesk.widgets.bars import Bar, KeyBar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.outbox import OutboxRow
    from csdesk.screens.calls import Calls
    from csdesk.screens.face import Desk

INDENT = 14
"""Cells before a row's reason."""
SHOWN = ("uncertain", "failed", "sending", "queued")


class OutboxScreen(Over[int | None]):
    """Rows that are not done. Gives the conversation to open, or None."""

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__()
        self.calls, self.clock, self.here = calls, clock, here

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList(tall=2)
        yield Static(classes="whole")
        yield KeyBar()

    def on_mount(self) -> None:
        """Ask for the rows."""
        self.query_one(".head", Bar).set_line(line((" " + _("OUTBOX"), "accent"), ground="bar"))
        self.query_one(PickList).focus()
        self._foot()
        self.load()

    def load(self, said: str = "") -> None:
        """Read the rows anew."""
        self.run_worker(self._load(said), group="load", exclusive=True)

    async def _load(self, said: str) -> None:
        pick = self.query_one(PickList)
        try:
            rows = await self.calls.call(lambda d: d.outbox.list(states=SHOWN))
        except DeskError as error:
            pick.show((), error.message)
            return
        now = self.clock.now()
        rows = tuple(sorted(rows, key=lambda row: (SHOWN.index(row.state), row.due_at)))
        pick.show(
            [Choice(row, _lines(row, now, self.here)) for row in rows], _("Nothing waits here."), keep=True
        )
        self.query_one(".found", Bar).set_line(line((f" {said}", "dim")))

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Other rows have other keys."""
        self._foot()
        self._whole()

    def on_resize(self) -> None:
        """What fitted may not any more."""
        self._whole()

    def _whole(self) -> None:
        """A reason that is cut in its row stands whole below: its end, a path or what to do, says most."""
        row: OutboxRow | None = self.query_one(PickList).value
        reason = one_line(row.error) if row is not None else ""
        cut = cell_len(reason) > self.size.width - INDENT - 3
        self.query_one(".whole", Static).update(Content(reason if cut else ""))

    def _foot(self) -> None:
        row: OutboxRow | None = self.query_one(PickList).value
        keys = [("enter", _("open"))]
        if row is not None and row.state == "failed":
            keys += [("r", _("try again")), ("d", _("drop it"))]
        if row is not None and row.state == "uncertain":
            keys += [("s", _("it was sent")), ("r", _("send it again")), ("d", _("drop it"))]
        self.query_one(KeyBar).say(*keys, ("esc", _("back")))

    def on_key(self, event: events.Key) -> None:
        """Move, open, decide."""
        if event.key == "escape":
            self.dismiss(None)
        else:
            key = {"j": "down", "k": "up"}.get(event.key, event.key)
            if not (self.query_one(PickList).press(key) or self._decide(event.key)):
                return
        event.stop()

    def _decide(self, key: str) -> bool:
        row: OutboxRow | None = self.query_one(PickList).value
        if row is None:
            return False
        number = row.id
        decisions: dict[tuple[str, str], tuple[Callable[[Desk], OutboxRow], str]] = {
            ("failed", "r"): (lambda d: d.outbox.retry(number), _("It is tried again.")),
            ("failed", "d"): (lambda d: d.outbox.resolve(number, "drop"), _("Dropped.")),
            ("uncertain", "s"): (lambda d: d.outbox.resolve(number, "sent"), _("Noted as sent.")),
            ("uncertain", "r"): (lambda d: d.outbox.resolve(number, "resend"), _("It is sent again.")),
            ("uncertain", "d"): (lambda d: d.outbox.resolve(number, "drop"), _("Dropped.")),
        }
        found = decisions.get((row.state, key))
        if found is None:
            return False
        self.run_worker(self._do(*found), group="decide", exclusive=True)
        return True

    async def _do(self, work: Callable[[Desk], OutboxRow], said: str) -> None:
        try:
            await self.calls.call(work)
        except DeskError as error:
            said = error.message
        await self._load(said)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Open its conversation."""
        self.dismiss(event.value.conversation_id)


def _lines(row: OutboxRow, now: datetime, here: tzinfo | None) -> tuple[Line, Line]:
    states: dict[str, Piece] = {
        "uncertain": (_("uncertain"), "soon"),
        "failed": (_("failed"), "burn"),
        "sending": (_("being sent"), "accent"),
        "queued": (_("waiting"), ""),
    }
    state, ink = states.get(row.state, (row.state, "dim"))
    to = ", ".join(one_line(one) for one in row.recipients[:3])
    when = words.day_or_time(row.created_at, now, here)
    top = line(
        (f" {fit(state, 12)} ", ink),
        (fit(when, 11), "faint"),
        (fit(to, 34) + " ", ""),
        (one_line(row.subject), ""),
    )
    return top, line((" " * INDENT, ""), (one_line(row.error) or _again(row, now), "dim"))


def _again(row: OutboxRow, now: datetime) -> str:
    at = row.next_attempt_at or row.due_at
    if row.state == "queued" and at > now:
        return _("leaves in {span}").format(span=words.span(at - now))
    return ""
