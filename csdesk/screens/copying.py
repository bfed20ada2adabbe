"""Copying on request: a message, an order's number, a parcel's, the customer's address, to the terminal's clipboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from csdesk import clipboard
from csdesk.i18n import _
from csdesk.text import clean

if TYPE_CHECKING:
    from csdesk.domain.conversation import Message, Note
    from csdesk.screens.desk import DeskScreen


def put(app: Any, text: str) -> str:
    """Hand a text to the terminal; '' or the sentence why that is not possible."""
    text = clean(text)
    if not clipboard.fits(text):
        words = _(
            "That is {size} kB, and terminals take {limit} kB at most. Export the conversation instead."
        )
        size = len(text.encode("utf-8", "replace"))
        return words.format(size=size // 1000 + 1, limit=clipboard.MOST_BYTES // 1000)
    send: Callable[[str], None] | None = getattr(app._driver, "copy", None)
    if send is None:
        return _("This terminal has no clipboard.")
    send(clipboard.sequence(text, os.environ))
    return ""


class Copying:
    """Offers what can be copied here."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen

    async def ask(self) -> None:
        """Choose what, and copy it."""
        from csdesk.screens.prompts import Choose
        from csdesk.widgets.cells import cut, one_line

        options = self.options()
        if not options:
            return
        shown = [(text, label, cut(one_line(text[:200]), 40)) for label, text in options]
        text = await self.screen.app.push_screen_wait(Choose(_("Copy what"), shown))
        if text is None:
            return
        problem = put(self.screen.app, text)
        said = _("Sent to the clipboard of the terminal: {text}").format(text=cut(one_line(text[:200]), 60))
        self.screen.say(problem or said, "soon" if problem else "done", 10)

    def options(self) -> list[tuple[str, str]]:
        """(label, text), most likely first."""
        reader = self.screen.reader
        thread = reader.opened
        if thread is None:
            return []
        out: list[tuple[str, str]] = []
        if (entry := self._entry()) is not None:
            out.append((_("this message"), getattr(entry, "visible_text", entry.text)))
            if getattr(entry, "visible_text", entry.text).strip() != entry.text.strip():
                out.append((_("this message with its quotes"), entry.text))
        for link in reader.orders:
            out.append((_("order number"), link.order.number))
            out += [(_("parcel number"), parcel.number) for parcel in link.order.shipments if parcel.number]
        identities = reader.customer.identities if reader.customer else ()
        out += [(_("address of the customer"), one.value) for one in identities]
        out.append((_("subject"), thread.subject))
        return [(label, text) for label, text in dict.fromkeys(out) if text.strip()]

    def _entry(self) -> Message | Note | None:
        thread, reading = self.screen.thread.thread, self.screen.thread.reading
        if thread is None or reading is None:
            return None
        number = self.screen.thread.number_of(reading.at)
        return thread.entries[number] if number is not None else None
