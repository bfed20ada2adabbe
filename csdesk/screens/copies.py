"""Who else gets a reply: typed, or taken from addresses that are known."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from csdesk.domain.people import Known
from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.screens.calls import Calls, start
from csdesk.screens.over import ModalOver
from csdesk.screens.prompts import plain
from csdesk.text import clean_line
from csdesk.widgets.cells import Line, fit, line, one_line
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import Choice, PickList


class AskCopies(ModalOver[tuple[str, ...] | None]):
    """Addresses with commas between, and below what is known that begins so. Escape gives None."""

    def __init__(self, calls: Calls, given: tuple[str, ...], known: tuple[Known, ...]) -> None:
        super().__init__()
        self.calls, self.given, self.known = calls, given, known

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(_("Who else gets it"), "title")
            yield plain(_("Addresses, separated by commas"), "quiet")
            yield CleanInput(", ".join(self.given), compact=True)
            yield PickList()
            yield plain("", "wrong")
            yield plain(_("tab takes the known one   enter done   esc cancel"), "quiet keys")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(PickList).styles.height = 8
        self.query_one(Input).focus()
        self.offer("")

    def offer(self, begun: str) -> None:
        """Known addresses that hold what was begun."""
        begun = begun.casefold().strip()
        taken = self.query_one(Input).value.casefold()
        found = [
            one
            for one in self.known
            if begun in f"{one.address} {one.name}".casefold()
            and f"{one.address}," not in f"{taken},".replace(" ", "")
        ]
        self.query_one(PickList).show(
            [Choice(one, (_row(one),)) for one in found], _("None is known that begins so.")
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another beginning."""
        self.query_one(".wrong", Static).update("")
        self.offer(event.value.rpartition(",")[2])

    def on_pick_list_picked(self, event: PickList.Picked) -> None:
        """Take it into the line."""
        field = self.query_one(Input)
        before = field.value.rpartition(",")[0].strip()
        field.value = f"{before}, {event.value.address}, " if before else f"{event.value.address}, "
        field.cursor_position = len(field.value)
        field.focus()

    def on_key(self, event: events.Key) -> None:
        """Arrows move among the known ones, tab takes one."""
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "tab":
            self.query_one(PickList).pick()
        elif event.key not in ("down", "up") or not self.query_one(PickList).press(event.key):
            return
        event.stop()
        event.prevent_default()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """These are all, if each is an address."""
        event.stop()
        start(self, self._done(event.value), group="done", exclusive=True)

    async def _done(self, value: str) -> None:
        given = tuple(part for one in value.split(",") if (part := clean_line(one).strip()))
        try:
            await self.calls.call(lambda d: d.replies.addresses(given))
        except DeskError as error:
            self.query_one(".wrong", Static).update(plain(error.message).content)
            return
        self.dismiss(given)


def _row(one: Known) -> Line:
    words = {
        "customer": _("this customer"),
        "conversation": _("in this conversation"),
        "colleague": _("ours"),
        "before": _("copied lately"),
    }
    return line((fit(one_line(one.address), 36) + " ", ""), (fit(one_line(one.name), 18) + " ", "dim"),
                (words.get(one.why, ""), "faint"))  # fmt: skip
