"""The other places: search, outbox, accounts, help, palette, new and forwarded messages, saving files, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.actions import key_word
from csdesk.i18n import _
from csdesk.paths import downloads
from csdesk.widgets import words
from csdesk.widgets.bars import view_word
from csdesk.widgets.thread_lines import speaker

if TYPE_CHECKING:
    from csdesk.domain.conversation import Attachment
    from csdesk.domain.outbox import OutboxRow
    from csdesk.screens.abroad import Abroad
    from csdesk.screens.customer import CustomerScreen
    from csdesk.screens.customers import CustomersScreen
    from csdesk.screens.desk import DeskScreen
    from csdesk.screens.face import Desk
    from csdesk.screens.importing import OrderImport
    from csdesk.screens.prompts import Field


class Visits:
    """Opens what lies beside the desk and comes back with what was chosen there."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self._unfinished: dict[str, Mapping[str, str]] = {}
        """Messages that were begun in a form and not sent, by form, until the desk is left."""
        self._job: OrderImport | None = None
        """The last file of orders that was taken in, or is."""

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
            "place.customer": lambda: run(self._customer(), "visit"),
            "place.customers": lambda: run(self._customers(), "visit"),
            "place.outbox": lambda: run(self._outbox(), "visit"),
            "place.accounts": lambda: run(self._accounts(), "visit"),
            "place.activity": lambda: run(self._look_back("ActivityScreen"), "visit"),
            "place.models": lambda: run(self._models(), "visit"),
            "place.import": lambda: run(self._import(), "visit"),
            "place.notices": lambda: run(self._notices(), "visit"),
            "place.away": lambda: run(self._look_back("AwayScreen"), "visit"),
            "place.drafts": lambda: run(self._drafts(), "write", exclusive=True),
            "place.to_write": lambda: run(self._to_write(), "write", exclusive=True),
            "place.troubles": lambda: run(self._troubles(), "write", exclusive=True),
            "place.templates": lambda: run(self._templates(), "visit"),
            "place.keys": lambda: run(self._keys(), "visit"),
            "place.palette": lambda: self.screen.app.action_command_palette(),
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
        from csdesk.screens.abroad import Abroad
        from csdesk.screens.prompts import Choose, Field

        screen = self.screen
        accounts = await screen.call(lambda d: d.accounts.list(mail=True))
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
        abroad = Abroad(screen)
        await self._sent_by_form(
            "new",
            _("New message"),
            fields,
            lambda d, given: d.replies.new(
                account, given["to"], given["subject"], given["text"], made=abroad.made
            ),
            abroad,
        )

    async def _forward(self) -> None:
        from csdesk.screens.abroad import Abroad
        from csdesk.screens.prompts import Field

        screen, abroad = self.screen, Abroad(self.screen)
        if (target := screen.state().target) is None:
            return
        fields = [Field("to", _("To")), Field("text", _("Text above it"), tall=True)]
        title = _("Forward the conversation; its notes stay here")
        await self._sent_by_form(
            f"forward {target}",
            title,
            fields,
            lambda d, given: d.replies.forward(target, given["to"], text=given["text"], made=abroad.made),
            abroad,
        )

    async def _sent_by_form(
        self,
        name: str,
        title: str,
        fields: list[Field],
        send: Callable[[Desk, Mapping[str, str]], OutboxRow],
        abroad: Abroad,
    ) -> None:
        """Ask until what was written is taken. A refusal is said in the form, which keeps every word; and what was
        left with escape is there again the next time. What is doubtful in it is said once, and what is translated is
        shown before."""
        from csdesk.errors import DeskError
        from csdesk.screens.prompts import Form

        screen, complaint, read = self.screen, "", ""
        texts = self._unfinished.get(name, {})
        while True:
            filled = [replace(one, text=texts.get(one.name, one.text)) for one in fields]
            form = Form(title, filled, _("send"), complaint)
            given = await screen.app.push_screen_wait(form)
            texts = self._unfinished[name] = form.last
            if given is None:
                return
            to, text = given["to"], given["text"]
            try:
                complaint, made = await abroad.ready(to, text), abroad.made
                if text.strip() and (complaint or read != text):
                    found = await screen.call(
                        lambda d, to=to, text=text, made=made: d.before.first(to, text, made=made)  # type: ignore[misc]
                    )
                    if found:
                        # As with a reply: whoever has read the reason and presses send once more, sends.
                        words_ = _("{reason} {key} sends it all the same.")
                        complaint = words_.format(reason=found[0].sentence, key=key_word("ctrl+s"))
                if complaint:
                    read = text
                    continue
                row = await screen.call(lambda d, given=given: send(d, given))  # type: ignore[misc]
            except DeskError as error:
                complaint = error.message
                continue
            self._unfinished.pop(name, None)
            screen.writer.sent(row)
            return

    def search(self, text: str) -> None:
        """Search, with these words to begin with."""
        self.screen.run(self._search(text), "visit")

    async def _search(self, text: str = "") -> None:
        from csdesk.screens.search import SearchScreen

        chosen = await self.screen.app.push_screen_wait(
            SearchScreen(self.screen.calls, self.screen.clock, self.screen.here, text)
        )
        if chosen is not None:
            self.screen.reader.open(chosen)

    async def _customer(self) -> None:
        """The customer of the conversation that an act would touch."""
        from csdesk.screens.customer import CustomerScreen

        screen, target = self.screen, self.screen.state().target
        opened, row = screen.reader.opened, screen.queue.row
        whose = opened if opened is not None and opened.id == target else row
        if target is None or whose is None:
            return
        await self._customer_screen(
            CustomerScreen(screen.calls, screen.clock, screen.here, whose.customer_id)
        )

    async def _customers(self) -> None:
        from csdesk.screens.customers import CustomersScreen

        screen = self.screen
        await self._customer_screen(CustomersScreen(screen.calls, screen.clock, screen.here))

    async def _customer_screen(self, over: CustomerScreen | CustomersScreen) -> None:
        """Open what was chosen there; names that were changed there are changed here."""
        screen = self.screen
        chosen = await screen.app.push_screen_wait(over)
        if over.changed:
            screen.reader.choose(screen.reader.view)
            await screen.reader.again()
        if chosen is not None:
            screen.reader.open(chosen)

    async def _outbox(self) -> None:
        from csdesk.screens.outbox import OutboxScreen

        chosen = await self.screen.app.push_screen_wait(
            OutboxScreen(self.screen.calls, self.screen.clock, self.screen.here)
        )
        if chosen is not None:
            self.screen.reader.open(chosen)

    async def _look_back(self, name: str) -> None:
        from csdesk.screens import activity

        kind = activity.ActivityScreen if name == "ActivityScreen" else activity.AwayScreen
        chosen = await self.screen.app.push_screen_wait(
            kind(self.screen.calls, self.screen.clock, self.screen.here)
        )
        if chosen is not None:
            self.screen.reader.open(chosen)

    async def _notices(self) -> None:
        from csdesk.screens.notices import NoticesScreen

        await self.screen.app.push_screen_wait(NoticesScreen(self.screen.said, self.screen.here))

    async def _models(self) -> None:
        from csdesk.screens.models import ModelsScreen

        screen = self.screen
        await screen.app.push_screen_wait(ModelsScreen(screen.calls, screen.clock, screen.here))

    async def _accounts(self) -> None:
        from csdesk.screens.accounts import AccountsScreen

        place = AccountsScreen(self.screen.calls, self.screen.clock)
        if await self.screen.app.push_screen_wait(place):
            await self._import()

    async def _import(self) -> None:
        """A file of orders; the one that is being taken in, where there is one."""
        from csdesk.screens.importing import ImportScreen
        from csdesk.screens.onefile import OneFile

        screen, job = self.screen, self._job
        path: str | None = job.path if job is not None and job.runs else None
        while True:
            if path is None:
                found = await screen.app.push_screen_wait(OneFile(_("Orders from a file")))
                if not found:
                    return
                path = found[0]
            place = ImportScreen(screen.calls, screen.clock, screen.here, path, job, self._take)
            if await screen.app.push_screen_wait(place) is None:
                return
            path, job = None, self._job

    def _take(self, job: OrderImport) -> None:
        """Take a file in beside all else; the lowest line says how it went."""
        self._job = job

        async def taken() -> None:
            await job.run(self.screen.calls)
            self.screen.say(job.said, job.ink, 12)
            await self.screen.reader.again()

        self.screen.run(taken(), "import")

    def show_link(self, url: str) -> None:
        """A link in full, the name of its host first and in the letters that are really sent."""
        from urllib.parse import urlsplit

        host = urlsplit(url).hostname or ""
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
        self.screen.say(f"{host}   {url}", "accent", 20)

    def choose_keys(self, name: str) -> None:
        """Another set of keys. Raises Refused where it cannot be kept."""
        try:
            self.screen.keyboard.change(name)
        finally:
            self.screen.problems = self.screen.rekey()
            self.screen.draw_bars()
        self.screen.say(_("The keys are {name} now.").format(name=name))

    async def _drafts(self) -> None:
        """Write on where a draft was left, or with what was thrown away."""
        from csdesk.screens.drafts import DraftsScreen

        screen = self.screen
        place = DraftsScreen(screen.calls, screen.clock, screen.here)
        if await screen.app.push_screen_wait(place) is None or (chosen := place.chosen) is None:
            return
        conversation, number = chosen.conversation_id, chosen.id
        if number is not None:
            draft = await screen.call(lambda d: d.drafts.restore(number))
            conversation = draft.conversation_id
        await screen.writer.take_up(conversation, chosen.mode)
        if number is not None:
            screen.say(_("It is a draft again."), "dim")

    async def _to_write(self) -> None:
        """Write on in the draft that was made there."""
        from csdesk.screens.to_write import ToWriteScreen

        screen = self.screen
        place = ToWriteScreen(screen.calls, screen.clock, screen.here)
        if (conversation := await screen.app.push_screen_wait(place)) is not None:
            await screen.writer.take_up(conversation, "reply")

    async def _troubles(self) -> None:
        """Go where it is talked about, or write on in the draft that was made there."""
        from csdesk.screens.troubles import TroublesScreen

        screen = self.screen
        place = TroublesScreen(screen.calls, screen.clock, screen.here)
        if (conversation := await screen.app.push_screen_wait(place)) is None:
            return
        if place.writes:
            await screen.writer.take_up(conversation, "reply")
        else:
            screen.reader.open(conversation)

    async def _templates(self) -> None:
        from csdesk.screens.template_list import TemplatesScreen

        await self.screen.app.push_screen_wait(TemplatesScreen(self.screen.calls, self.screen.config))

    async def _keys(self) -> None:
        from csdesk.screens.remap import KeysScreen

        await self.screen.app.push_screen_wait(KeysScreen(self.screen.keyboard))
        self.screen.problems = self.screen.rekey()
        self.screen.draw_bars()

    def _help(self) -> None:
        from csdesk.screens.help import HelpScreen

        self.screen.app.push_screen(HelpScreen(tuple(self.screen.actions.values())))

    def _quit(self) -> None:
        self.screen.run(self.screen.app.action_quit(), "quit")


def _home(path: Path) -> str:
    """A path as a person writes it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
