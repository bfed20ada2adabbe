"""Writing: the composer's drafts, sending, taking back, and stopping when the customer was faster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer

from csdesk.actions import key_word
from csdesk.errors import Conflict, DeskError, Refused
from csdesk.i18n import _
from csdesk.screens import memory
from csdesk.screens.along import Along
from csdesk.screens.asktime import ask_time, stamp
from csdesk.screens.composing import Composing
from csdesk.screens.doubts import Doubts
from csdesk.screens.proof import Proof
from csdesk.text import clean_line
from csdesk.widgets import words
from csdesk.widgets.composer import Writing
from csdesk.widgets.thread_lines import speaker

if TYPE_CHECKING:
    from pathlib import Path

    from csdesk.domain.composed import Composed
    from csdesk.domain.conversation import Draft, Message, Thread
    from csdesk.domain.outbox import OutboxRow
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk
    from csdesk.widgets.cells import Piece

NEAR = timedelta(minutes=10)
"""What leaves within this is counted down second by second."""
SAVE_AFTER = 0.7
"""Seconds from the first key that is not kept to keeping it; at most a second may be lost."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that can still be taken back until `due`."""

    outbox: int
    conversation: int
    to: str
    due: datetime


class Writer:
    """Opens the composer, keeps what is written, and hands it over."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self.agent_id = 0
        self.stale = False
        self.pending: list[Pending] = []
        self._save: Timer | None = None
        self._unsaved = False
        self._busy = False
        self._saving = asyncio.Lock()
        self._ahead: list[str] | None = None
        self.proof = Proof(self)
        self.doubts = Doubts(self)
        self.composing = Composing(self)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return (
            Along(self).handlers()
            | self.proof.handlers()
            | self.doubts.handlers()
            | self.composing.handlers()
            | {
                "write.reply": lambda: self._soon("reply"),
                "reply.all": lambda: run(self._open("reply", everyone=True), "write", exclusive=True),
                "write.note": lambda: self._soon("note"),
                "write.send": lambda: run(self._send(stay=False), "send"),
                "write.send_stay": lambda: run(self._send(stay=True), "send"),
                "write.later": lambda: run(self._send_later(), "write", exclusive=True),
                "write.quote": self._toggle_quote,
                "write.leave": self.leave,
                "write.discard": lambda: run(self._discard(), "write", exclusive=True),
                "send.undo": lambda: run(self._take_back(), "write", exclusive=True),
            }
        )

    # -- opening and leaving ------------------------------------------------------------------------------

    def _soon(self, mode: str) -> None:
        """Open the composer. What is typed until it stands there is meant for it, not for the queue."""
        if self._ahead is None:
            self._ahead = []
        self.screen.run(self._opening(mode), "write", exclusive=True)

    async def _opening(self, mode: str) -> None:
        try:
            await self._open(mode)
        finally:
            typed, self._ahead = "".join(self._ahead or ()), None
            composer = self.screen.composer
            if composer.mode == mode:
                self.screen.set_focus(composer.editor)
                if typed:
                    composer.editor.insert(typed)

    def takes(self, event: events.Key) -> bool:
        """Whether a key is kept for the composer that is being opened."""
        if self._ahead is None:
            return False
        if event.key == "backspace":
            del self._ahead[-1:]
        elif event.key == "enter":
            self._ahead.append("\n")
        elif event.is_printable and event.character:
            self._ahead.append(event.character)
        return True

    async def _open(self, mode: str, draft: Draft | None = None, *, everyone: bool = False) -> None:
        """Write a reply or a note in the conversation that is open or under the cursor; `everyone` who got the
        customer's mail gets a copy, which else nobody does."""
        screen = self.screen
        if screen.composer.mode == mode:
            screen.go_to(screen.composer.editor)
            return
        target = screen.state().target
        if target is None:
            return
        if screen.reader.opened is None or screen.reader.opened.id != target:
            await screen.reader._open(target)
        await self._surely()
        if (thread := screen.reader.opened) is None:
            return
        if draft is None:
            draft = await screen.call(lambda d: d.replies.draft(thread.id, mode))
        writing = Writing(thread.id, mode, thread.rev, thread.who)
        if mode == "reply":
            writing = await screen.call(lambda d: _addressed(d, thread, writing, everyone))
        if draft is not None:
            writing = replace(
                writing, cc=tuple(dict.fromkeys((*draft.cc, *writing.cc))), attachments=draft.attachments,
                template=draft.template, template_language=draft.language,
            )  # fmt: skip
        await screen.composer.ready()
        self._begin(writing, draft)

    async def resume(self) -> None:
        """Go on where a line dropped or the desk was left while something was written: the same conversation, the
        same draft, the cursor where it was. Not when the person is busy with something else already."""
        from csdesk.screens import rescue

        screen = self.screen
        if await screen.call(rescue.have_back):
            screen.say(_("What could not be kept when you left is a draft again."), "accent", 20)
        place = await screen.call(lambda d: memory.recall(d.store_url, d.agent.name))
        if place is None or screen.composer.mode or screen.pane() != "queue":
            return
        try:
            draft = await screen.call(lambda d: d.replies.draft(place.conversation, place.mode))
            if draft is None:
                return
            await screen.reader.come_back(place.conversation)
        except DeskError:
            return  # it is gone since
        screen.go_to(screen.thread)
        await self._open(place.mode, draft)
        screen.say(_("Here is what you were writing."), "dim")

    async def begin(self, mode: str) -> None:
        """Write in the conversation that is open or under the cursor."""
        await self._open(mode)

    async def take_up(self, conversation: int, mode: str) -> None:
        """Write on in this conversation, with its draft."""
        screen = self.screen
        if (writing := screen.composer.writing) is not None:
            await self._surely()
            if (writing.conversation, writing.mode) != (conversation, mode):
                self._shut()
        await screen.reader.come_back(conversation)
        screen.go_to(screen.thread)
        draft = await screen.call(lambda d: d.replies.draft(conversation, mode))
        await self._open(mode, draft)

    def _remember(self, place: memory.Place | None) -> None:
        """What is open now, for the next start."""

        def keep(desk: Desk) -> None:
            memory.remember(desk.store_url, desk.agent.name, place)

        self.screen.run(self.screen.call(keep), "remember")

    def _begin(self, writing: Writing, draft: Draft | None) -> None:
        self.stale = False
        composer = self.screen.composer
        composer.open(writing, draft.text if draft else "", draft.cursor if draft else None)
        composer.warn("")
        self._remember(memory.Place(writing.conversation, writing.mode))
        self.screen.go_to(composer.editor)
        self.screen.call_after_refresh(self.screen.thread.to_end)
        self.proof.begin()
        self.composing.begin(writing, draft)

    def _shut(self) -> None:
        self.proof.end()
        self.doubts.end()
        self.composing.end()
        self.screen.composer.shut()
        self._remember(None)

    def leave(self) -> None:
        """Close the composer and keep the draft; a newer message is shown."""
        self.screen.run(self._leave(), "write", exclusive=True)

    async def _leave(self) -> None:
        await self._surely()
        stale, self.stale = self.stale, False
        kept = bool(self.screen.composer.editor.text.strip())
        self._shut()
        self.screen.go_to(self.screen.thread)
        if stale:
            self.screen.thread.to_end()
        if kept:
            self.screen.say(_("The draft is kept."), "dim")

    async def leave_for(self, conversation: int) -> None:
        """Another conversation is about to be shown: what is written in this one is kept. Raises Refused where it
        cannot be: then it stays."""
        writing = self.screen.composer.writing
        if writing is not None and writing.conversation != conversation:
            await self._surely()
            self.stale = False
            self._shut()

    async def _discard(self) -> None:
        composer = self.screen.composer
        if (writing := composer.writing) is None:
            return
        async with self._saving:
            await self._keep()  # the last second's words can be had back too
            self._forget_timer()
            await self.screen.call(lambda d: d.replies.discard_draft(writing.conversation, writing.mode))
        self._shut()
        self.screen.go_to(self.screen.thread)
        keys = self.screen.actions["place.drafts"].keys
        said = _("The draft is thrown away; {key} has it back for thirty days.")
        if not keys:
            said = _("The draft is thrown away.")
        self.screen.say(said.format(key=key_word(keys[0]) if keys else ""), "dim")

    # -- drafts -------------------------------------------------------------------------------------------

    def typed(self) -> None:
        """Something was written: keep it soon, however fast the typing goes on."""
        self._unsaved = True
        if self._save is None:
            self._save = self.screen.set_timer(SAVE_AFTER, self._save_now)
        self.proof.typed()
        self.doubts.typed()
        self.composing.typed()

    def kept_soon(self) -> None:
        """The translation was changed, which is kept like the text; what was doubtful may be so no more."""
        if self._busy:
            return
        self._unsaved = True
        if self._save is None:
            self._save = self.screen.set_timer(SAVE_AFTER, self._save_now)
        self.doubts.typed()

    def translated(self) -> None:
        """What is written is translated: that is kept with it, and looked at."""
        if self.screen.composer.editor.text.strip():
            self.kept_soon()

    def _save_now(self) -> None:
        self._save = None
        self.screen.run(self.keep(), "keep")

    def _forget_timer(self) -> None:
        if self._save is not None:
            self._save.stop()
            self._save = None
        self._unsaved = False

    async def keep(self) -> str:
        """Keep the draft now, if it is not kept yet. '' when all is kept, else why not; a failure is shown beside the
        text, which stays."""
        async with self._saving:
            return await self._keep()

    async def _surely(self) -> None:
        """The same before the composer closes. Raises Refused, for then it must not."""
        if reason := await self.keep():
            words_ = _("The draft could not be kept, so it stays open here. {reason}")
            raise Refused(words_.format(reason=reason), code="draft_not_kept")

    async def keep_last(self, within: float) -> Path | None:
        """The same before the desk goes, which waits `within` seconds for it. Where the store takes nothing, the draft
        is put aside for the next start: its file."""
        draft = self.screen.composer.draft(self.agent_id, self.screen.clock.now())
        try:
            if not await asyncio.wait_for(self.keep(), within):
                return None
        except TimeoutError as error:
            self.screen.calls.report(error)
        if draft is None or (desk := self.screen.calls.desk) is None:
            return None
        from csdesk.screens import rescue

        return rescue.put_aside(desk.store_url, self.screen.reader.agent_name, self.composing.into(draft))

    async def _keep(self) -> str:
        if not self._unsaved:
            return ""
        draft = self.screen.composer.draft(self.agent_id, self.screen.clock.now())
        if draft is None:
            return ""
        draft = self.composing.into(draft)
        self._forget_timer()
        try:
            await self.screen.call(lambda d: d.replies.save_draft(draft))
        except DeskError as error:
            self._unsaved = True
            self.screen.composer.say_state(_("draft not saved"), "burn")
            self.screen.say(error.message, "burn")
            self._save = self._save or self.screen.set_timer(3.0, self._save_now)
            return error.message
        self.screen.composer.say_state(_("draft saved"), "dim")
        return ""

    # -- sending ------------------------------------------------------------------------------------------

    async def _send_later(self) -> None:
        """Hand it over now, to leave at a time that is asked for."""
        if (at := await ask_time(self.screen, _("Send it"))) is not None:
            await self._send(stay=False, at=at)

    def _toggle_quote(self) -> None:
        if (writing := self.screen.composer.writing) is not None:
            self.screen.composer.change(quote=not writing.quote)

    async def _send(self, *, stay: bool, at: datetime | None = None) -> None:
        """Hand over what is written. What is refused stays in the composer with the reason."""
        composer = self.screen.composer
        if (writing := composer.writing) is None or self._busy:
            return
        text = composer.editor.text
        self._busy = True
        try:
            async with self._saving:  # a draft saved after its message was handed over would come back
                self._forget_timer()
                if writing.mode == "note":
                    await self.screen.call(lambda d: d.replies.note(writing.conversation, text))
                else:
                    ready, made = await self.composing.settle(text) if text.strip() else (True, None)
                    if not ready or (text.strip() and not await self.doubts.may_go(writing, text, made)):
                        self._unsaved = True
                        self._save_now()
                        return
                    await self._reply(writing, text, at, made)
        except Conflict as error:
            self._unsaved = True
            await self.keep()
            if error.code != "newer_message":
                raise
            await self.screen.reader.again()
            self._stop(error.message)
            return
        except DeskError:
            self._unsaved = True
            await self.keep()
            raise
        finally:
            self._busy = False
        await self._after(writing, stay=stay or writing.mode == "note")

    async def _reply(
        self, writing: Writing, text: str, at: datetime | None, made: Composed | None = None
    ) -> None:
        row = await self.screen.call(
            lambda d: d.replies.send(
                writing.conversation, text, rev=writing.rev, cc=writing.cc, attachments=writing.attachments,
                language=writing.template_language or writing.language, template=writing.template, at=at,
                quote=writing.quote, made=made,
            )
        )  # fmt: skip
        self.sent(row)

    def sent(self, row: OutboxRow) -> None:
        """A message was handed over: count down while it can be taken back."""
        to = clean_line(row.recipients[0]) if row.recipients else "?"
        far = row.due_at - self.screen.clock.now() > NEAR
        self.pending.insert(
            0 if far else len(self.pending), Pending(row.id, row.conversation_id, to, row.due_at)
        )
        self.screen.notice = None
        if far:
            words_ = _("It leaves {time}. The outbox has it until then.")
            self.screen.say(words_.format(time=stamp(row.due_at, self.screen)), "accent")
        self.tick(self.screen.clock.now())

    async def _after(self, writing: Writing, *, stay: bool) -> None:
        self._shut()
        self.screen.go_to(self.screen.thread)
        if writing.mode == "note":
            self.screen.say(_("The note is kept with the conversation."), "dim")
        await self.screen.reader.again()
        self.screen.thread.to_end()
        self.tick(self.screen.clock.now())
        self.screen.draw_footer()
        if not stay:
            self.screen.reader.open_next(writing.conversation)

    def tick(self, now: datetime) -> None:
        """Count down; what has left cannot be taken back any more."""
        if not self.pending:
            return
        gone = [one for one in self.pending if one.due <= now]
        self.pending = [one for one in self.pending if one.due > now]
        self.screen.draw_footer()
        opened = self.screen.reader.opened
        if opened is not None and any(one.conversation == opened.id for one in (*gone, *self.pending)):
            self.screen.reader.redraw(now)

    def countdown(self, now: datetime) -> Piece | None:
        """'sending to ana@… in 8 s   u undo', while something can be taken back."""
        if not self.pending or self.pending[-1].due - now > NEAR:
            return None
        last = self.pending[-1]
        left = words.span(max(last.due - now, timedelta(0)))
        key = self.screen.actions["send.undo"].keys
        undo = _("{key} undo").format(key=key[0]) if key else ""
        return _("sending to {to} in {span}   {undo}").format(
            to=_short(last.to), span=left, undo=undo
        ), "accent"

    def leaving(self) -> dict[int, datetime]:
        """When queued messages leave, by outbox id."""
        return {one.outbox: one.due for one in self.pending}

    async def _take_back(self) -> None:
        """The last message that has not left becomes a draft again, and the composer opens with it."""
        if not self.pending:
            return
        last = self.pending.pop()
        draft = await self.screen.call(lambda d: d.replies.undo_send(last.outbox))
        await self.screen.reader._look(last.conversation)
        await self._open("reply", draft)
        self.screen.say(_("Taken back. It is a draft again."), "dim")

    # -- when the customer was faster ---------------------------------------------------------------------

    def came(self, thread: Thread | None) -> None:
        """The open conversation was read anew: stop if the customer wrote since the reply was begun."""
        writing = self.screen.composer.writing
        if thread is None or writing is None or writing.mode != "reply" or writing.conversation != thread.id:
            return
        if thread.rev <= writing.rev:
            return
        last = next((m for m in reversed(thread.newest) if m.direction == "in"), None)
        if last is None or thread.newest[-1].direction == "out":
            self.screen.composer.change(rev=thread.rev)
            return
        self._stop(self._newer(last))

    def _newer(self, last: Message) -> str:
        at = last.sent_at.astimezone(self.screen.here)
        text = _("{who} wrote again at {time}. Press escape to read it; the draft is kept.")
        return text.format(who=speaker(last), time=f"{at:%H:%M}")

    def _stop(self, sentence: str) -> None:
        self.stale = True
        self.screen.composer.warn(sentence)
        self.screen.draw_footer()


def _addressed(desk: Desk, thread: Thread, writing: Writing, everyone: bool) -> Writing:
    """A reply with the addresses it goes from and to, in the conversation's language, quoting as its account does."""
    found = desk.replies.recipients(thread.id, everyone=everyone)
    account = next((one for one in desk.accounts.list() if one.name == thread.account), None)
    return replace(
        writing,
        language=thread.language,
        sender=found.sender.address,
        to=tuple(one.address for one in found.to),
        cc=tuple(one.address for one in found.cc),
        quote=account is not None and account.settings.get("quote") == "1",
        most=desk.replies.holds(thread.id).characters,
    )


def _short(address: str) -> str:
    """ana@… of ana@example.com: the domain is seldom what one looks for."""
    return address.split("@")[0] + "@…" if "@" in address else address
