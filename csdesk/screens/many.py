"""One act on many conversations from the screen: asked before where they are many, told while it goes on, stopped by
escape, taken back by one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk import deedwords
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.domain.deeds import Deed
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.triage import Triage

ASK_FROM = 50
"""From so many on a person is asked: more than can be seen at a glance."""
IN_PLACE = 60
"""Up to so many rows are drawn anew where they stand; after more the queue is read anew."""


class Many:
    """Runs an act batch by batch."""

    def __init__(self, screen: DeskScreen, triage: Triage) -> None:
        self.screen, self.triage = screen, triage
        self._stopped = False

    async def act(self, ids: list[int], deed: Deed) -> None:
        """Do it to all of these; what was marked is not any more."""
        screen = self.screen
        if len(ids) >= ASK_FROM and not await self._sure(deedwords.asked(deed.kind, len(ids))):
            return
        if screen.stopping is not None:
            screen.say(_("Another act on many conversations is under way."), "soon")
            return
        screen.stopping, self._stopped = self._stop, False
        try:
            changed = await self._run(ids, deed)
        finally:
            screen.stopping = None
        screen.marks.clear()
        said = [deedwords.done(deed.kind, changed)]
        if self._stopped:
            said.append(_("Stopped before the end."))
        screen.say(" ".join(said) + self.triage.hint(), seconds=10)
        await self._show(ids)

    async def _run(self, ids: list[int], deed: Deed) -> int:
        steps = await self.screen.call(lambda d: d.bulk.run(deed, ids))
        changed = 0
        while (
            not self._stopped and (step := await self.screen.call(lambda _d: next(steps, None))) is not None
        ):
            changed = step.changed
            if step.done < step.total:
                words = _("{done} of {total}   esc stops").format(done=step.done, total=step.total)
                self.screen.say(words, "accent", 60)
        return changed

    def _stop(self) -> None:
        self._stopped = True

    async def _sure(self, question: str) -> bool:
        from csdesk.screens.prompts import Choose

        options = [(True, _("yes"), ""), (False, _("no"), "")]
        return bool(await self.screen.app.push_screen_wait(Choose(question, options)))

    async def _show(self, ids: list[int]) -> None:
        """The rows as they are now: few in their places, many by reading the queue anew."""
        if len(ids) > IN_PLACE:
            self.screen.reader.choose(self.screen.reader.view)
            return
        await self.triage.refresh(*ids)
        self.triage.move_on()
