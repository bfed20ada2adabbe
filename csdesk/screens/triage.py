"""Triage: whose it is, when it comes back, what it is about. Every act is one call and can be taken back with undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk.i18n import _
from csdesk.screens.asktime import ask_time, stamp

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk


class Triage:
    """Acts on the conversation under the cursor, or the open one."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        plain: dict[str, tuple[Callable[[Desk, int], object], Callable[[], str], bool]] = {
            "queue.mine": (self._mine, lambda: _("It is yours."), False),
            "queue.unassign": (lambda d, c: d.inbox.assign(c, None), lambda: _("Nobody has it now."), False),
            "queue.close": (lambda d, c: d.inbox.close(c), lambda: _("Closed."), True),
            "queue.reopen": (lambda d, c: d.inbox.reopen(c), lambda: _("Open again."), False),
            "queue.spam": (lambda d, c: d.inbox.spam(c), lambda: _("Marked as spam."), True),
            "queue.unread": (lambda d, c: d.inbox.mark_unread(c), lambda: _("Marked unread."), False),
        }
        made: dict[str, Callable[[], None]] = {}
        for name, (work, said, away) in plain.items():
            made[name] = self._starter(work, said, away)
        return made | {
            "queue.snooze": lambda: self.screen.run(self._snooze(), "triage"),
            "queue.tag": lambda: self.screen.run(self._tag(), "triage"),
            "queue.merge": lambda: self.screen.run(self._merge(), "triage"),
            "queue.undo": lambda: self.screen.run(self._undo(), "triage"),
            "order.confirm": lambda: self.screen.run(self._order(True), "triage"),
            "order.reject": lambda: self.screen.run(self._order(False), "triage"),
        }

    def _starter(
        self, work: Callable[[Desk, int], object], said: Callable[[], str], away: bool
    ) -> Callable[[], None]:
        def start() -> None:
            target = self.screen.state().target
            if target is not None:
                self.screen.run(self._act(target, work, said, away=away), "triage")

        return start

    def _mine(self, desk: Desk, conversation: int) -> None:
        """Take what is free, or what is somebody's on purpose: the row says whose it is."""
        desk.inbox.assign(conversation, desk.agent.name)

    async def _act(
        self, target: int, work: Callable[[Desk, int], object], said: Callable[[], str], *, away: bool
    ) -> None:
        """Do it, then put the fresh row in its place; `away` moves the cursor on when the row leaves the view."""
        await self.screen.call(lambda d: work(d, target))
        undo = self.screen.actions["queue.undo"].keys
        hint = "   " + _("{key} undo").format(key=undo[0]) if undo else ""
        self.screen.say(said() + hint)
        await self.refresh(target)
        if away:
            self._move_on(target)

    async def refresh(self, target: int) -> None:
        """The row, the counts and, where it is open, the conversation as they are now."""
        screen = self.screen
        counts, status, row = await screen.call(
            lambda d: (d.inbox.counts(), d.sync.status(), d.inbox.row(target))
        )
        screen.reader.live.stands(counts, status)
        screen.reader.live.place({target: row})
        if screen.reader.opened is not None and screen.reader.opened.id == target:
            await screen.reader.again()
        screen.draw_bars()

    def _move_on(self, target: int) -> None:
        """The row went away under the cursor: to the next one that is still there."""
        screen, queue = self.screen, self.screen.queue
        row = queue.row
        if row is None or row.id != target or target not in queue.gone:
            return
        for number, one in queue.rows.loaded():
            if number > queue.cursor and one.id not in queue.gone:
                queue.go(number)
                break
        if screen.pane() != "queue":
            screen.to_queue()

    async def _snooze(self) -> None:
        screen = self.screen
        if (target := screen.state().target) is None:
            return
        chosen = await ask_time(screen, _("Snooze until"))
        if chosen is not None:
            said = _("Snoozed until {time}.").format(time=stamp(chosen, screen))
            await self._act(target, lambda d, c: d.inbox.snooze(c, chosen), lambda: said, away=True)

    async def _tag(self) -> None:
        from csdesk.screens.prompts import AskText

        if (target := self.screen.state().target) is None:
            return
        text = await self.screen.app.push_screen_wait(AskText(_("Tags"), _("vip adds, -vip takes away")))
        parts = (text or "").replace(",", " ").split()
        add = [part.lstrip("+#") for part in parts if not part.startswith("-") and part.lstrip("+#")]
        remove = [part.lstrip("-#") for part in parts if part.startswith("-") and part.lstrip("-#")]
        if add or remove:
            said = _("Tags changed.")
            await self._act(
                target, lambda d, c: d.inbox.tag(c, add=add, remove=remove), lambda: said, away=False
            )

    async def _merge(self) -> None:
        """Into one of the same customer's other conversations, or a number that is typed."""
        from csdesk.screens.prompts import AskText, Choose

        screen = self.screen
        if (target := screen.state().target) is None:
            return
        if screen.reader.opened is None or screen.reader.opened.id != target:
            await screen.reader._look(target)
        earlier = screen.reader.customer.earlier if screen.reader.customer else ()
        options = [(one.id, one.subject, f"{one.id}") for one in earlier if one.id != target]
        into = await screen.app.push_screen_wait(
            Choose(_("Merge into"), [*options, ("other", _("another number …"), "")])
        )
        if into == "other":
            text = await screen.app.push_screen_wait(AskText(_("Merge into"), _("The conversation's number")))
            into = int(text) if text and text.strip().isdigit() else None
        if into is not None:
            said = _("Merged into {id}.").format(id=into)
            await self._act(target, lambda d, c: d.inbox.merge(c, into), lambda: said, away=True)

    async def _undo(self) -> None:
        said = await self.screen.call(lambda d: d.inbox.undo())
        self.screen.say(said)
        targets = {self.screen.state().target, *self.screen.queue.gone} - {None}
        for target in targets:
            if target is not None:
                await self.refresh(target)

    async def _order(self, confirmed: bool) -> None:
        screen = self.screen
        opened = screen.reader.opened
        link = next((one for one in screen.reader.orders if one.state == "suggested"), None)
        if opened is None or link is None:
            return
        order = link.order.id
        if confirmed:
            await screen.call(lambda d: d.orders.confirm(opened.id, order))
            screen.say(_("Order {number} is linked.").format(number=link.order.number), "done")
        else:
            await screen.call(lambda d: d.orders.reject(opened.id, order))
            screen.say(_("Order {number} is not linked.").format(number=link.order.number))
        await screen.reader.again()
