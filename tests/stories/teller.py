"""The one who tells a story: does actions by their names, types, looks, and asks the store what became of it.

A key is pressed only where its action is available; else the story fails with the reason that the desk gives.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from csdesk import i18n
from csdesk.app import DeskApp
from csdesk.bootstrap import Desk
from csdesk.clock import FixedClock
from csdesk.domain.conversation import Message, QueueRow, Thread
from csdesk.domain.outbox import OutboxRow
from csdesk.dump import press, screen_text, settle
from csdesk.screens.desk import DeskScreen

SIZES = ((80, 24), (120, 40), (200, 50))
SPACE = re.compile(r"\s+")
FRAME = re.compile(r"[│▌▅▂▃▄▆▇█]")


@dataclass
class Teller:
    """A desk, the app on it, and short words."""

    desk: Desk
    app: DeskApp
    pilot: Pilot[Any]
    clock: FixedClock
    mailbox: Path
    mails: int = 0

    # -- doing --------------------------------------------------------------------------------------------

    @property
    def screen(self) -> DeskScreen:
        """The desk's screen, whatever lies over it."""
        found = self.app.desk_screen
        assert found is not None
        return found

    async def do(self, *names: str) -> None:
        """Do these actions, each by its first key, on the desk."""
        for name in names:
            assert self.app.screen is self.screen, (
                f"{name}: {type(self.app.screen).__name__} lies over the desk"
            )
            action = self.screen.actions[name]
            state = self.screen.state()
            assert state.pane in action.where, f"{name} is not to be had in the {state.pane}"
            reason = action.available(state)
            assert reason is None, f"{name}: {reason}"
            await self.keys(action.keys[0])

    async def keys(self, *keys: str) -> None:
        """Press keys, for what lies over the desk."""
        for key in keys:
            await press(self.pilot, key)
            await settle(self.pilot, 0.03)

    async def type(self, text: str) -> None:
        """Type a text, its line breaks as they are."""
        for number, part in enumerate(text.split("\n")):
            if number:
                await press(self.pilot, "enter")
            if part:
                await press(self.pilot, f"text:{part}")
        await settle(self.pilot, 0.03)

    async def go(self, who: str, view: str = "", words: str = "") -> int:
        """Open the conversation of a customer, found by the filter, by other words where given; gives its id."""
        if view:
            self.screen.reader.choose(view)
            await settle(self.pilot, 0.05)
        if self.screen.state().pane != "queue":
            await self.do("pane.queue")
        await self.do("queue.filter")
        await self.type(words or who)
        await settle(self.pilot, 0.2)
        await self.keys("enter")
        await self.do("queue.open")
        thread = self.opened
        assert who.casefold() in thread.who.casefold(), f"{thread.who} instead of {who}"
        return thread.id

    async def wait(self, **time: float) -> None:
        """Let the clock go on, and the sync work as it does in the background."""
        self.clock.at += timedelta(**time)
        self.desk.sync.once()
        await settle(self.pilot, 0.7)

    async def receive(self, sender: str, subject: str, text: str, answers: str = "", cc: str = "") -> None:
        """A mail comes into the mailbox and is fetched. `answers` is a Message-ID without brackets."""
        self.mails += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "support@nordlicht.example", subject
        mail["Date"] = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
        mail["Message-ID"] = f"<story{self.mails}@story.example>"
        if cc:
            mail["Cc"] = cc
        if answers:
            mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
        mail.set_content(text)
        path = self.mailbox / "new" / f"{self.clock.now().timestamp():.0f}.s{self.mails}.story"
        path.write_bytes(bytes(mail))
        os.utime(path, (self.clock.now().timestamp(), self.clock.now().timestamp()))
        await self.wait(seconds=1)

    # -- looking ------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The screen as it is."""
        return screen_text(self.app)

    def sees(self, *texts: str) -> None:
        """Each of these texts is on the screen, whatever line breaks and frames lie in it."""
        shown = SPACE.sub("", FRAME.sub("", self.text))
        for text in texts:
            assert SPACE.sub("", text) in shown, f"{text!r} is not on the screen:\n{self.text}"

    def says(self, message: str, **values: object) -> None:
        """The screen says this text of the catalogue, in the language in use; values may be left out."""
        words = i18n._(message)
        words = words.format(**values) if values else words.split("{")[0]
        self.sees(words[:60] if not values else words)

    def sees_not(self, text: str) -> None:
        """A text is nowhere."""
        assert SPACE.sub("", text) not in SPACE.sub("", self.text), f"{text!r} is on the screen:\n{self.text}"

    @property
    def opened(self) -> Thread:
        """The conversation on show."""
        thread = self.screen.reader.opened
        assert thread is not None, self.text
        return thread

    @property
    def written(self) -> str:
        """What stands in the composer."""
        return self.screen.composer.editor.text

    # -- what became of it --------------------------------------------------------------------------------

    def row(self, conversation: int) -> QueueRow:
        """A conversation as the store has it."""
        return self.desk.inbox.row(conversation)

    def letter(self, row: OutboxRow) -> Message:
        """What a row of the outbox says to whoever gets it."""
        thread = self.desk.inbox.thread(row.conversation_id)
        return next(one for one in thread.messages if one.id == row.message_id)

    def outbox(self, *states: str) -> tuple[OutboxRow, ...]:
        """What is to be sent or was, newest first."""
        return self.desk.outbox.list(states=states)
