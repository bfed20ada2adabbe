"""The other places: search, outbox, accounts, help, palette, new and forwarded messages, saving files, leaving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.domain.conversation import Attachment
from csdesk.i18n import _
from csdesk.paths import downloads
from csdesk.widgets import words
from csdesk.widgets.bars import view_word
from csdesk.widgets.thread_lines import speaker

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


class Visits:
    """Opens what lies beside the desk and comes back with what was chosen there."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "view.choose": lambda: run(self._view(), "visit"),
            "thread.save": lambda: run(self._save(), "visit"),
            "thread.original": lambda: run(self._original(), "visit"),
            "write.new": lambda: run(self._new(), "visit"),
            "write.forward": lambda: run(self._forward(), "visit"),
            "place.search": lambda: run(self._search(), "visit"),
            "place.outbox": lambda: run(self._outbox(), "visit"),
            "place.accounts": lambda: run(self._accounts(), "visit"),
            "place.palette": lambda: self.screen.app.action_command_palette(),
            "place.theme": self._theme,
            "place.help": self._help,
            "place.quit": self._quit,
        }

    async def _view(self) -> None:
        from csdesk.screens.prompts import Choose

        reader = self.screen.reader
        counts = reader.standing.counts or {}
        options = [(view, view_word(view), str(counts.get(view, 0))) for view in reader.views()]
        if (view := await self.screen.app.push_screen_wait(Choose(_("View"), options))) is not None:
            reader.choose(view)
            self.screen.to_queue()

    async def _save(self) -> None:
        """Save one attachment of the conversation and say where it went."""
        from csdesk.screens.prompts import Choose

        thread = self.screen.reader.opened
        found: list[Attachment] = [one for m in thread.messages for one in m.attachments] if thread else []
        if not found:
            return
        chosen: int | None = found[0].id
        if len(found) > 1:
            options = [(one.id, one.name, words.size(one.size)) for one in found]
            chosen = await self.screen.app.push_screen_wait(Choose(_("Save which file"), options))
        if chosen is None:
            return
        wanted = chosen
        path = await self.screen.call(lambda d: d.inbox.save_attachment(wanted, downloads()))
        self.screen.say(_("Saved as {path}").format(path=_home(path)), "done", 12)

    async def _original(self) -> None:
        """Save the bytes of one message as they came or were sent."""
        from csdesk.screens.prompts import Choose

        screen = self.screen
        messages = screen.reader.opened.messages if screen.reader.opened else ()
        if not messages:
            return
        chosen: int | None = messages[-1].id
        if len(messages) > 1:
            now = screen.clock.now()
            options = [
                (one.id, speaker(one), words.day_or_time(one.sent_at, now, screen.here))
                for one in reversed(messages)
            ]
            chosen = await screen.app.push_screen_wait(
                Choose(_("Save the original of which message"), options)
            )
        if chosen is not None:
            wanted = chosen
            path = await screen.call(lambda d: d.inbox.save_original(wanted, downloads()))
            screen.say(_("Saved as {path}").format(path=_home(path)), "done", 12)

    async def _new(self) -> None:
        from csdesk.screens.prompts import Choose, Field, Form

        screen = self.screen
        accounts = await screen.call(lambda d: d.accounts.list())
        if not accounts:
            screen.say(_("There is no account to send from. Add one: csdesk account add."), "soon")
            return
        account = accounts[0].name
        if len(accounts) > 1:
            options = [(one.name, one.name, one.address) for one in accounts]
            chosen: str | None = await screen.app.push_screen_wait(Choose(_("From which account"), options))
            if chosen is None:
                return
            account = chosen
        fields = [Field("to", _("To")), Field("subject", _("Subject")), Field("text", _("Text"), tall=True)]
        given = await screen.app.push_screen_wait(Form(_("New message"), fields, _("send")))
        if given is not None:
            row = await screen.call(
                lambda d: d.replies.new(account, given["to"], given["subject"], given["text"])
            )
            screen.writer.sent(row)

    async def _forward(self) -> None:
        from csdesk.screens.prompts import Field, Form

        screen = self.screen
        if (target := screen.state().target) is None:
            return
        fields = [Field("to", _("To")), Field("text", _("Text above it"), tall=True)]
        title = _("Forward the conversation; its notes stay here")
        given = await screen.app.push_screen_wait(Form(title, fields, _("send")))
        if given is not None:
            row = await screen.call(lambda d: d.replies.forward(target, given["to"], text=given["text"]))
            screen.writer.sent(row)

    async def _search(self) -> None:
        from csdesk.screens.search import SearchScreen

        chosen = await self.screen.app.push_screen_wait(
            SearchScreen(self.screen.calls, self.screen.clock, self.screen.here)
        )
        if chosen is not None:
            self.screen.reader.open(chosen)

    async def _outbox(self) -> None:
        from csdesk.screens.outbox import OutboxScreen

        chosen = await self.screen.app.push_screen_wait(
            OutboxScreen(self.screen.calls, self.screen.clock, self.screen.here)
        )
        if chosen is not None:
            self.screen.reader.open(chosen)

    async def _accounts(self) -> None:
        from csdesk.screens.accounts import AccountsScreen

        await self.screen.app.push_screen_wait(AccountsScreen(self.screen.calls, self.screen.clock))

    def _help(self) -> None:
        from csdesk.screens.help import HelpScreen

        self.screen.app.push_screen(HelpScreen(tuple(self.screen.actions.values())))

    def _theme(self) -> None:
        from csdesk import themes

        names = [palette.name for palette in themes.ALL]
        at = names.index(self.screen.app.theme) if self.screen.app.theme in names else -1
        self.screen.app.theme = names[(at + 1) % len(names)]

    def _quit(self) -> None:
        self.screen.run(self.screen.app.action_quit(), "visit")


def _home(path: Path) -> str:
    """A path as a person writes it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
