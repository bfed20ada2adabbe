"""Looking back: the agent's own acts, each of which can be taken back, and what happened while the agent was away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.lookback import act_word, away_words, many, missed_word
from csdesk.screens.over import Over
from csdesk.widgets import words
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import Line, Piece, fit, line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.activity import Act, Away, Missed
    from csdesk.screens.calls import Calls
    from csdesk.screens.face import Desk


class LookBack(Over[int | None]):
    """A head, a line of words, rows, keys. Gives the conversation to open, or None."""

    KEYS: tuple[tuple[str, Callable[[], str]], ...] = ()

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__()
        self.calls, self.clock, self.here = calls, clock, here

    def heading(self) -> str:
        """What the screen is."""
        return ""

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList()
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """Ask for the rows."""
        self.query_one(".head", Bar).set_line(line((f" {self.heading()}", "accent"), ground="bar"))
        pieces: list[Piece] = []
        for key, word in self.KEYS:
            pieces += [(f" {key}", "accent"), (f" {word()}  ", "dim")]
        self.query_one(".foot", Bar).set_line(Line(tuple(pieces), "bar"))
        self.query_one(PickList).focus()
        self.load()

    def load(self, said: str = "") -> None:
        """Read the rows anew."""
        self.run_worker(self._guarded(said), group="load", exclusive=True)

    async def _guarded(self, said: str) -> None:
        try:
            await self.fill(said)
        except DeskError as error:
            self.query_one(PickList).show((), error.message)

    async def fill(self, said: str) -> None:
        """Show the rows; raises DeskError."""

    def say(self, text: str, ink: str = "dim") -> None:
        """The line over the rows."""
        self.query_one(".found", Bar).set_line(line((f" {text}", ink)))

    def on_key(self, event: events.Key) -> None:
        """Move, open, go back."""
        key = {"j": "down", "k": "up"}.get(event.key, event.key)
        if key == "escape":
            self.leave()
        elif not (self.query_one(PickList).press(key) or self.press(event.key)):
            return
        event.stop()

    def leave(self) -> None:
        """Escape: go back."""
        self.dismiss(None)

    def press(self, key: str) -> bool:
        """Keys of this screen alone; False when the key means nothing here."""
        return False


class ActivityScreen(LookBack):
    """The agent's own acts, newest first."""

    KEYS = (("enter", lambda: _("open")), ("z", lambda: _("take it back")), ("esc", lambda: _("back")))

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__(calls, clock, here)
        self.acts: dict[int, Act] = {}

    def heading(self) -> str:
        """What the screen is."""
        return _("WHAT I DID")

    async def fill(self, said: str) -> None:
        """Show the acts."""
        acts = await self.calls.call(lambda d: d.activity.mine(200))
        now = self.clock.now()
        self.acts = {act.id: act for act in acts}
        rows = [Choice(act.id, (_act_line(act, now, self.here),)) for act in acts]
        self.query_one(PickList).show(rows, _("Nothing yet."), keep=True)
        self.say(said)

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Open its conversation; an act on many, or on a customer, has none of its own."""
        if (conversation := self.acts[event.value].conversation) is not None:
            self.dismiss(conversation)

    def press(self, key: str) -> bool:
        """z takes the act under the cursor back."""
        act = self.acts.get(self.query_one(PickList).value or 0)
        if key != "z" or act is None:
            return False
        if not act.undoable:
            self.say(_("That cannot be taken back: it was already, or something changed since."), "soon")
            return True
        number = act.id
        self.run_worker(self._take_back(lambda d: d.activity.take_back(number)), group="undo", exclusive=True)
        return True

    async def _take_back(self, work: Callable[[Desk], str]) -> None:
        try:
            said = await self.calls.call(work)
        except DeskError as error:
            said = error.message
        await self._guarded(said)


class AwayScreen(LookBack):
    """What happened since the agent's last act, what needs the agent first."""

    KEYS = (("enter", lambda: _("open")), ("esc", lambda: _("back")))

    def heading(self) -> str:
        """What the screen is."""
        return _("WHILE I WAS AWAY")

    async def fill(self, said: str) -> None:
        """Show the conversations."""
        found: Away | None = await self.calls.call(lambda d: d.activity.away())
        pick = self.query_one(PickList)
        if found is None or found.quiet:
            pick.show((), _("Nothing happened meanwhile."))
            return
        since = words.day_or_time(found.since, self.clock.now(), self.here)
        self.say(_("Since {time}: {what}").format(time=since, what=away_words(found)))
        pick.show([Choice(one, (_missed_line(one),)) for one in found.missed])

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Open its conversation."""
        self.dismiss(event.value.conversation)


def _act_line(act: Act, now: datetime, here: tzinfo | None) -> Line:
    return line(
        (f" {fit(words.day_or_time(act.at, now, here), 11)} ", "faint"),
        (fit(act_word(act.kind), 16) + " ", "" if act.undoable else "dim"),
        (fit(one_line(act.who), 22) + " ", ""),
        (one_line(act.subject) or many(act), "dim"),
    )


def _missed_line(one: Missed) -> Line:
    ink = "burn" if one.kinds & {"send_failed", "send_uncertain", "bounced"} else "strong" if one.mine else ""
    return line(
        (f" {fit(one_line(one.who), 22)} ", ink),
        (fit(missed_word(one), 32) + " ", ink or "dim"),
        (one_line(one.subject), "dim"),
    )
