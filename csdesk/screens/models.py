"""Translation models: the pairs that customers' languages ask for, what is on this machine, and what can be had.
Nothing is fetched unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from csdesk.errors import DeskError, Refused
from csdesk.i18n import _, ngettext
from csdesk.languages import language_name
from csdesk.modelwords import how
from csdesk.screens.activity import LookBack
from csdesk.text import clean_line
from csdesk.widgets import words
from csdesk.widgets.cells import Line, fit, line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.clock import Clock
    from csdesk.domain.models import Need
    from csdesk.screens.calls import Calls
    from csdesk.screens.face import Desk
    from csdesk.screens.face_words import ModelHere, ModelOffer

NAMES, STATES = 22, 16
"""Cells of a pair's names, and of how it stands: the reason beside them fits a terminal of 80 columns."""
OFTEN = 0.2
"""Seconds between two looks at how far a fetch came."""


class ModelsScreen(LookBack):
    """One row a pair. Gives None."""

    KEYS = (
        ("enter", lambda: _("install")),
        ("a", lambda: _("all there are")),
        ("f", lambda: _("from a file")),
        ("d", lambda: _("remove")),
        ("esc", lambda: _("back")),
    )

    def __init__(self, calls: Calls, clock: Clock, here: tzinfo | None) -> None:
        super().__init__(calls, clock, here)
        self.offers: Sequence[ModelOffer] = ()
        self._far: tuple[int, int] | None = None
        self._stop = self._fetches = False
        self._sure = ""
        """What the next press does: take a pair away, or with a + before it, fetch it."""

    def heading(self) -> str:
        """What the screen is."""
        return _("TRANSLATION MODELS")

    async def fill(self, said: str) -> None:
        """Show what is needed and what is here."""
        needs, here = await self.calls.call(lambda d: (d.shelf.needs(), d.shelf.installed()))
        rows = [Choice(one, (_need(one),)) for one in needs]
        rows += [Choice(one, (_here(one),)) for one in here]
        rows += [Choice(one, (_offer(one),)) for one in self.offers]
        self.query_one(PickList).show(
            rows, _("No customer wrote in a language that is not read here."), keep=True
        )
        missing = sum(not one.met for one in needs)
        told = ngettext("{n} pair could do with a model", "{n} pairs could do with a model", missing)
        self.say(said or told.format(n=missing), "" if said else "dim")

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Whoever was asked about another row was not asked about this one."""
        self._sure = ""

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Put in its pair, once what that costs was read."""
        pair: str = event.value.pair
        if getattr(event.value, "met", False):
            self.say(_("{pair} is translated already.").format(pair=pair), "done")
        elif self._sure == f"+{pair}":
            self._install(pair, lambda d: d.shelf.install(pair, self._progress))
        elif self._far is None:
            self._sure = f"+{pair}"
            self.run_worker(self._cost(pair), group="act", exclusive=True)

    async def _cost(self, pair: str) -> None:
        free = await self.calls.call(lambda d: d.shelf.free())
        cost = _("{pair}: enter fetches about 100 MB; 200 MB on the disk, {free} are free.")
        self.say(cost.format(pair=pair, free=words.size(free)), "soon")

    def leave(self) -> None:
        """A fetch is stopped first."""
        if self._far is None:
            super().leave()
        self._stop = True

    def press(self, key: str) -> bool:
        """a asks the index, f takes a file, d removes at the second press."""
        if key == "a":
            self.run_worker(self._all(), group="act", exclusive=True)
        elif key == "f":
            self.run_worker(self._file(), group="act", exclusive=True)
        elif key == "d" and (one := self.query_one(PickList).value) is not None:
            self._remove(one.pair)
        else:
            return False
        return True

    async def _all(self) -> None:
        self.say(_("asking the index …"))
        try:
            found = await self.calls.call(lambda d: d.shelf.available())
        except DeskError as error:
            self.say(error.message, "burn")
            return
        self.offers = [one for one in found if not one.installed]
        n = len(found)
        await self._guarded(ngettext("{n} model in the index", "{n} models in the index", n).format(n=n))

    async def _file(self) -> None:
        from csdesk.screens.onefile import OneFile

        chosen = await self.app.push_screen_wait(OneFile(_("A model from a file, NAME.argosmodel")))
        if chosen:
            path = chosen[0]
            self._install(clean_line(path), lambda d: (d.shelf.install_file(path),), fetches=False)

    def _install(
        self, what: str, work: Callable[[Desk], Sequence[ModelHere]], *, fetches: bool = True
    ) -> None:
        if self._far is None:
            self._far, self._stop, self._fetches, self._sure = (0, 0), False, fetches, ""
            self.run_worker(self._installed(what, work), group="install")

    async def _installed(self, what: str, work: Callable[[Desk], Sequence[ModelHere]]) -> None:
        told = asyncio.ensure_future(self._tell(what))
        try:
            made = await self.calls.call(work)
            names = ", ".join(one.pair for one in made) or what
            said, ink = _("{pair} is installed.").format(pair=names), "done"
            self.offers = [one for one in self.offers if one.pair not in {m.pair for m in made}]
        except DeskError as error:
            said, ink = error.message, "burn"
        finally:
            told.cancel()
            self._far = None
        await self._guarded(said)
        self.say(said, ink)

    async def _tell(self, what: str) -> None:
        """How far it came, until it is there."""
        while True:
            have, whole = self._far or (0, 0)
            if not self._fetches:
                self.say(_("{path} is being installed …").format(path=what))
                return
            far = words.size(have) + (f" / {words.size(whole)}" if whole else "")
            self.say(_("{pair}: {far}   esc stops it; what came is kept").format(pair=what, far=far))
            await asyncio.sleep(OFTEN)

    def _progress(self, have: int, whole: int) -> None:
        """Told by the thread that fetches."""
        if self._stop:
            raise Refused(_("Stopped. The next time it goes on where it was."), code="stopped")
        self._far = have, whole

    def _remove(self, pair: str) -> None:
        if self._sure != pair:
            self._sure = pair
            self.say(_("d once more removes {pair} from this machine.").format(pair=pair), "soon")
            return
        self._sure = ""
        self.run_worker(self._gone(pair), group="act", exclusive=True)

    async def _gone(self, pair: str) -> None:
        try:
            await self.calls.call(lambda d: d.shelf.remove(pair))
            said = _("{pair} is removed.").format(pair=pair)
        except DeskError as error:
            said = error.message
        await self._guarded(said)


def _names(one: Any) -> str:
    return f"{language_name(one.source)} → {language_name(one.target)}"


def _need(one: Need) -> Line:
    wrote = ngettext("{n} message", "{n} messages", one.messages).format(n=f"{one.messages:,}")
    return line(
        (f" {fit(_names(one), NAMES)} ", ""),
        (fit(wrote if one.incoming else _("answers to them"), STATES) + " ", "dim"),
        (how(one) if one.met else _unmet(one), "" if one.met else "soon"),
    )


def _unmet(one: Need) -> str:
    if one.route is None:
        return _("no model; enter installs it")
    return _("a demonstration; enter installs it")


def _here(one: ModelHere) -> Line:
    said = _("demonstration") if one.demo else ""
    return line(
        (f" {fit(_names(one), NAMES)} ", ""),
        (fit(_("on this machine"), STATES) + " ", "done"),
        (fit(one.version, 6) + " " + fit(words.size(one.size), 9), "dim"),
        (said, "faint"),
    )


def _offer(one: ModelOffer) -> Line:
    return line(
        (f" {fit(_names(one), NAMES)} ", "dim"),
        (fit(_("in the index"), STATES) + " ", "faint"),
        (one.version, "faint"),
    )
