"""Triage: whose it is, when it comes back, what it is about. Every act is one call and can be taken back with undo."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from csdesk.actions import key_word
from csdesk.domain.deeds import Deed
from csdesk.i18n import _
from csdesk.screens.asktime import ask_time, stamp
from csdesk.screens.many import Many
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk


AWAY = ("closed", "spammed", "snoozed")
"""Acts after which a conversation usually leaves the view."""


def single(desk: Desk, deed: Deed, conversation: int) -> None:
    """The act on one conversation."""
    inbox = desk.inbox
    if deed.kind == "assigned":
        inbox.assign(conversation, deed.agent)
    elif deed.kind == "snoozed" and deed.until is not None:
        inbox.snooze(conversation, deed.until)
    elif deed.kind == "tagged":
        inbox.tag(conversation, add=deed.add, remove=deed.remove)
    else:
        {"closed": inbox.close, "reopened": inbox.reopen, "spammed": inbox.spam, "read": inbox.mark_read,
         "unread": inbox.mark_unread}[deed.kind](conversation)  # fmt: skip


def tag_deed(text: str) -> Deed | None:
    """'vip -late' as an act; None where no tag is named."""
    parts = text.replace(",", " ").split()
    add = tuple(part.lstrip("+#") for part in parts if not part.startswith("-") and part.lstrip("+#"))
    remove = tuple(part.lstrip("-#") for part in parts if part.startswith("-") and part.lstrip("-#"))
    return Deed("tagged", add=add, remove=remove) if add or remove else None


class Triage:
    """Acts on the marked conversations or as many rows as were asked for, else on the one under the cursor or open."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.many = Many(screen, self)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        plain = {"queue.close": "closed", "queue.reopen": "reopened", "queue.spam": "spammed",
                 "queue.unread": "unread", "queue.read": "read"}  # fmt: skip
        made: dict[str, Callable[[], None]] = {}
        for name, kind in plain.items():
            made[name] = partial(self.do, Deed(kind))
        run = self.screen.run
        return made | {
            "queue.mine": lambda: self.do(Deed("assigned", agent=self.screen.reader.agent_name)),
            "queue.unassign": lambda: self.do(Deed("assigned")),
            "queue.assign": lambda: self._ask(self._assign),
            "queue.snooze": lambda: self._ask(self._snooze),
            "queue.tag": lambda: self._ask(self._tag),
            "queue.repeat": self._repeat,
            "queue.language": lambda: run(self._language(), "triage"),
            "queue.merge": lambda: run(self._merge(), "triage"),
            "queue.split": lambda: run(self._split(), "triage"),
            "queue.undo": lambda: run(self._undo(), "triage"),
            "order.confirm": lambda: run(self._order(True), "triage"),
            "order.reject": lambda: run(self._order(False), "triage"),
        }

    def targets(self) -> list[int]:
        """What an act is about: in the queue the marked ones, or so many rows; else one conversation."""
        screen = self.screen
        count = screen.hand.take_count()
        if screen.pane() == "queue":
            if screen.queue.marked:
                return sorted(screen.queue.marked)
            if count is not None:
                return screen.marks.rows_from(screen.queue.cursor, count)
        target = screen.state().target
        return [] if target is None else [target]

    def do(self, deed: Deed, targets: list[int] | None = None) -> None:
        """Do this to what it is about, and be ready to do it again."""
        ids = self.targets() if targets is None else targets
        if not ids:
            return
        self.screen.last_deed = deed
        self.screen.run(self.many.act(ids, deed) if len(ids) > 1 else self._act(ids[0], deed), "triage")

    def _ask(self, ask: Callable[[], Coroutine[Any, Any, Deed | None]]) -> None:
        """Ask what exactly is to be done, then do it to what was meant when the key was pressed."""
        ids = self.targets()

        async def work() -> None:
            if ids and (deed := await ask()) is not None:
                self.do(deed, ids)

        self.screen.run(work(), "triage")

    def _repeat(self) -> None:
        if (deed := self.screen.last_deed) is not None:
            self.do(deed)

    async def _act(self, target: int, deed: Deed) -> None:
        """Do it to one, then put the fresh row in its place; the cursor moves on when the row leaves the view."""
        await self.screen.call(lambda d: single(d, deed, target))
        self.screen.say(self._said(deed) + self.hint())
        await self.refresh(target)
        if deed.kind in AWAY:
            self._leave(target)

    def hint(self) -> str:
        """How to take it back."""
        undo = self.screen.actions["queue.undo"].keys
        return "   " + _("{key} undo").format(key=key_word(undo[0])) if undo else ""

    def _said(self, deed: Deed) -> str:
        if deed.kind == "assigned":
            if deed.agent is None:
                return _("Nobody has it now.")
            mine = deed.agent == self.screen.reader.agent_name
            return _("It is yours.") if mine else _("It is {name}'s.").format(name=clean_line(deed.agent))
        if deed.kind == "snoozed" and deed.until is not None:
            return _("Snoozed until {time}.").format(time=stamp(deed.until, self.screen))
        words = {"closed": _("Closed."), "reopened": _("Open again."), "spammed": _("Marked as spam."),
                 "unread": _("Marked unread."), "read": _("Marked read."), "tagged": _("Tags changed.")}  # fmt: skip
        return words[deed.kind]

    async def refresh(self, *targets: int) -> None:
        """The rows, the counts and, where it is one of them, the open conversation as they are now."""
        screen = self.screen
        counts, status, rows = await screen.call(
            lambda d: (d.inbox.counts(), d.standing.status(), {one: d.inbox.row(one) for one in targets})
        )
        screen.reader.live.stands(counts, status)
        screen.reader.live.place(rows)
        if screen.reader.opened is not None and screen.reader.opened.id in rows:
            await screen.reader.again()
        screen.draw_bars()

    def _leave(self, target: int) -> None:
        """On from a conversation that left the view, where the cursor is still on it."""
        row = self.screen.queue.row
        if row is not None and row.id == target:
            self.move_on()

    def move_on(self) -> None:
        """The row under the cursor went away: to the next one that is still there."""
        screen, queue = self.screen, self.screen.queue
        row = queue.row
        if row is None or row.id not in queue.gone:
            return
        for number, one in queue.rows.loaded():
            if number > queue.cursor and one.id not in queue.gone:
                queue.go(number)
                break
        if screen.pane() != "queue":
            screen.to_queue()

    async def _snooze(self) -> Deed | None:
        chosen = await ask_time(self.screen, _("Snooze until"))
        return None if chosen is None else Deed("snoozed", until=chosen)

    async def _tag(self) -> Deed | None:
        from csdesk.screens.prompts import AskText

        text = await self.screen.app.push_screen_wait(AskText(_("Tags"), _("vip adds, -vip takes away")))
        return tag_deed(text or "")

    async def _assign(self) -> Deed | None:
        from csdesk.screens.prompts import Choose

        agents = await self.screen.call(lambda d: d.agents.list())
        options = [(one.name, one.name, " ".join(one.languages)) for one in agents]
        chosen = await self.screen.app.push_screen_wait(
            Choose(_("Assign to"), [*options, ("", _("nobody"), "")])
        )
        return None if chosen is None else Deed("assigned", agent=chosen or None)

    async def _language(self) -> None:
        """In which language the customer is answered: those of the desk, or one that is typed."""
        from csdesk.languages import LIKELY, language_name
        from csdesk.screens.prompts import AskText, Choose

        screen = self.screen
        if (target := screen.state().target) is None:
            return
        options = [(code, language_name(code), code) for code in LIKELY]
        title = _("Answer the customer in")
        wanted = await screen.app.push_screen_wait(
            Choose(
                title, [("", _("as the customer writes"), ""), *options, ("other", _("another one …"), "")]
            )
        )
        if wanted == "other":
            typed = await screen.app.push_screen_wait(AskText(title, _("A code such as es, or its name")))
            wanted = (typed or "").strip() or None
        if wanted is not None:
            await self.answer_in(wanted, target)

    async def answer_in(self, wanted: str, target: int | None = None) -> None:
        """The customer of the conversation, of the one of now where none is named, is answered in this language from
        now on; '' is as the customer writes."""
        from csdesk.languages import language_name

        screen = self.screen
        target = screen.state().target if target is None else target
        if target is None:
            return
        chosen = target
        code = await screen.call(lambda d: d.inbox.set_language(chosen, wanted))
        words = _("The customer is answered in {language}.") if code else _("The language is not known.")
        screen.say(words.format(language=language_name(code)) + self.hint())
        await self.refresh(target)
        if (writing := screen.composer.writing) is not None and writing.conversation == target:
            await screen.writer.composing.language_changed(code)

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
            number = (text or "").strip().removeprefix("#")
            good = number.isdecimal() and len(number) < 19
            if number and not good:
                words = _("{text} is no conversation's number.")
                screen.say(words.format(text=clean_line(number, limit=40)), "soon")
            into = int(number) if good else None
        if into is not None:
            await self.merge_into(into, target)

    async def merge_into(self, into: int, target: int | None = None) -> None:
        """Merge the conversation, the one of now where none is named, into another one."""
        target = self.screen.state().target if target is None else target
        if target is None:
            return
        merged = target
        await self.screen.call(lambda d: d.inbox.merge(merged, into))
        self.screen.say(_("Merged into {id}.").format(id=into))
        await self.refresh(merged)
        self._leave(merged)

    async def _split(self) -> None:
        """The last merge into it taken back; what was merged is a row of its own again."""
        screen = self.screen
        if (target := screen.state().target) is None:
            return
        gone, into = await screen.call(lambda d: d.inbox.split(target))
        screen.say(_("Conversation {id} is on its own again.").format(id=gone))
        await self.refresh(gone, into)

    async def _undo(self) -> None:
        said = await self.screen.call(lambda d: d.inbox.undo())
        self.screen.say(said)
        targets = {self.screen.state().target, *self.screen.queue.gone}
        await self.refresh(*(one for one in targets if one is not None))

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
