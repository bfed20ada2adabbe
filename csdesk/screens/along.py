"""What goes into a reply and along with it: templates, copies, files, a text written in the person's own editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.screens.templates import Insert
    from csdesk.screens.write import Writer


class Along:
    """Asks for it, and puts it into the composer. Whoever writes keeps the draft."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.screen = writer.screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "write.template": lambda: run(self._template_first(), "write", exclusive=True),
            "write.insert": lambda: run(self._insert_template(), "write", exclusive=True),
            "write.cc": lambda: run(self._ask_cc(), "write", exclusive=True),
            "write.attach": lambda: run(self._ask_files(), "write", exclusive=True),
            "write.outside": lambda: run(self._outside(), "write", exclusive=True),
        }

    async def _template_first(self) -> None:
        """A template from the queue or the conversation: opens a reply and puts it in."""
        await self.writer.begin("reply")
        await self._insert_template()

    async def _insert_template(self) -> None:
        from csdesk.screens.templates import TemplatePicker

        composer = self.screen.composer
        if (writing := composer.writing) is None or writing.mode != "reply":
            return
        picker = TemplatePicker(self.screen.calls, writing.conversation, writing.language)
        chosen: Insert | None = await self.screen.app.push_screen_wait(picker)
        if chosen is None or composer.writing is None:
            return
        composer.insert(chosen.text)
        composer.change(template=chosen.name, template_language=chosen.language)
        if chosen.missing:
            names = ", ".join(chosen.missing)
            self.screen.say(_("Still to fill in before it can be sent: {names}").format(names=names), "soon")

    async def _ask_cc(self) -> None:
        from csdesk.screens.copies import AskCopies

        composer = self.screen.composer
        if (writing := composer.writing) is None:
            return
        known = await self.screen.call(lambda d: d.replies.known_addresses(writing.conversation))
        reached = {address.lower() for address in writing.to}
        offered = tuple(one for one in known if one.address not in reached)
        given: tuple[str, ...] | None = await self.screen.app.push_screen_wait(
            AskCopies(self.screen.calls, writing.cc, offered)
        )
        if given is not None:
            composer.change(cc=given)
            self.writer.typed()

    async def _ask_files(self) -> None:
        from csdesk.screens.files import FilePicker

        composer = self.screen.composer
        if (writing := composer.writing) is None:
            return
        room = await self.screen.call(lambda d: d.replies.room(writing.conversation))
        given: tuple[str, ...] | None = await self.screen.app.push_screen_wait(
            FilePicker(writing.attachments, room)
        )
        if given is not None and given != writing.attachments:
            composer.change(attachments=given)
            self.writer.typed()

    async def _outside(self) -> None:
        """The whole text in the person's own editor; the draft is kept before, so that nothing hangs on it."""
        from csdesk.screens.outside import write_outside

        composer = self.screen.composer
        if composer.writing is None:
            return
        await self.writer.keep()
        screen = self.screen
        text = write_outside(
            screen.app, screen.config, composer.editor.text, lambda said: screen.say(said, "soon")
        )
        if text is not None and composer.writing is not None:
            text = text.rstrip("\n")
            if text != composer.editor.text:
                composer.editor.replace(text, (0, 0), composer.editor.document.end)
            await self.writer.keep()
