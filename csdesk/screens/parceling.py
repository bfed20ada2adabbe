"""The parcels beside a conversation: copying a number, opening its page, asking about it now, telling the customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from csdesk import opener
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.widgets.cells import one_line

if TYPE_CHECKING:
    from csdesk.domain.orders import Shipment
    from csdesk.screens.desk import DeskScreen


class Parceling:
    """Acts on one parcel of the orders beside the open conversation."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "parcel.copy": lambda: run(self._copy(), "visit"),
            "parcel.open": lambda: run(self._open(), "visit"),
            "parcel.ask": lambda: run(self._ask(), "visit"),
            "order.where": lambda: run(self._where(), "write", exclusive=True),
            "parcel.insert": lambda: run(self._insert(), "write", exclusive=True),
        }

    async def _which(self, *, linked: bool = False) -> Shipment | None:
        """The one parcel, or the one that is chosen."""
        from csdesk.screens.prompts import Choose
        from csdesk.widgets.cards import parcel_status

        links = [one for one in self.screen.reader.orders if one.state == "linked" or not linked]
        parcels = [parcel for link in links for parcel in link.order.shipments]
        if len(parcels) < 2:
            return parcels[0] if parcels else None
        options = [(one, one_line(one.number), parcel_status(one.status)[0]) for one in parcels]
        chosen: Shipment | None = await self.screen.app.push_screen_wait(Choose(_("Which parcel"), options))
        return chosen

    async def _copy(self) -> None:
        from csdesk.screens.copying import put

        if (parcel := await self._which()) is not None:
            problem = put(self.screen.app, parcel.number)
            said = _("Sent to the clipboard of the terminal: {text}").format(text=one_line(parcel.number))
            self.screen.say(problem or said, "soon" if problem else "done", 10)

    async def _open(self) -> None:
        from csdesk.screens.copying import put

        if (parcel := await self._which()) is None:
            return
        screen = self.screen
        page = await screen.call(lambda d: d.parcels.page(parcel))
        words = opener.program(screen.config.opener)
        if words is None:
            problem = put(screen.app, page)
            said = _("No browser can be opened here; the link was sent to the clipboard: {target}")
            screen.say(problem or said.format(target=one_line(page)), "soon")
            return
        try:
            await screen.call(lambda _desk: opener.start(words, page))
        except OSError as error:
            said = _("{program} cannot be started: {reason}. Set opener in config.toml.")
            screen.say(said.format(program=words[0], reason=error.strerror or error), "burn")
            return
        screen.say(_("Given to {program}: {target}").format(program=words[0], target=one_line(page)), "done")

    async def _ask(self) -> None:
        if (parcel := await self._which()) is None:
            return
        screen = self.screen
        screen.say(_("Asking about {number} ...").format(number=one_line(parcel.number)), "dim")
        try:
            news = await screen.call(lambda d: d.parcels.refresh(parcel.number))
        except DeskError as error:
            screen.say(error.message, "soon")
            return
        await screen.reader.again()
        from csdesk.widgets.cards import parcel_status

        word, ink = parcel_status(news.status)
        said = _("{number}: {status}").format(number=one_line(news.number), status=word)
        screen.say(said, ink or "done")

    async def _where(self) -> None:
        """The answer as a draft; what is being written there already stays above it."""
        screen = self.screen
        if screen.reader.opened is None:
            return
        conversation = screen.reader.opened.id
        await screen.writer.keep()
        made = await screen.call(lambda d: d.whereabouts.draft(conversation))
        await screen.writer.take_up(conversation, "reply")
        if made.order:
            screen.say(_("From order {number}: read it before it goes.").format(number=one_line(made.order)))
        else:
            screen.say(
                _("No order is surely this customer's: it tells nothing and asks who is writing."), "soon"
            )

    async def _insert(self) -> None:
        screen = self.screen
        parcel: Any = await self._which(linked=True)
        if parcel is None or screen.reader.opened is None:
            return
        await screen.writer.begin("reply")
        writing = screen.composer.writing
        if writing is None or writing.mode != "reply":
            return
        language = writing.own_language or writing.language or screen.reader.opened.language
        try:
            said = await screen.call(
                lambda d: d.parcels.sentence(writing.conversation, parcel.number, language)
            )
        except DeskError as error:
            screen.say(error.message, "soon")
            return
        if screen.composer.writing is not None:
            screen.composer.insert(said)
