"""What the lowest line said since the desk was opened, newest first: a notice that passed by can be read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from csdesk.i18n import _
from csdesk.screens.over import Over
from csdesk.widgets.bars import Bar
from csdesk.widgets.cells import line, one_line
from csdesk.widgets.picklist import Choice, PickList

if TYPE_CHECKING:
    from csdesk.screens.desk import Said


class NoticesScreen(Over[None]):
    """A row a notice, with its time. The list is this session's alone."""

    def __init__(self, said: Iterable[Said], here: tzinfo | None) -> None:
        super().__init__()
        self.said, self.here = tuple(said), here

    def compose(self) -> ComposeResult:
        yield Bar(classes="head")
        yield Bar(classes="found")
        yield PickList()
        yield Bar(classes="foot")

    def on_mount(self) -> None:
        """Show them."""
        self.query_one(".head", Bar).set_line(line((" " + _("NOTICES"), "accent"), ground="bar"))
        self.query_one(".foot", Bar).set_line(
            line((" esc", "accent"), (" " + _("back"), "dim"), ground="bar")
        )
        rows = [
            Choice(
                number,
                (
                    line(
                        (f"{one.at.astimezone(self.here):%H:%M:%S}   ", "dim"), (one_line(one.text), one.ink)
                    ),
                ),
            )
            for number, one in enumerate(reversed(self.said))
        ]
        pick = self.query_one(PickList)
        pick.show(rows, _("Nothing was said yet."))
        pick.focus()

    def on_key(self, event: events.Key) -> None:
        """Move or go back."""
        if event.key in ("escape", "enter"):
            self.dismiss(None)
        elif not self.query_one(PickList).press({"j": "down", "k": "up"}.get(event.key, event.key)):
            return
        event.stop()
