"""One file by its path, completed while it is typed: a table of orders, a model from a stick."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from csdesk.domain.limits import Limit
from csdesk.i18n import _
from csdesk.screens.files import FilePicker, remember, usable
from csdesk.screens.prompts import plain
from csdesk.widgets.clean_input import CleanInput
from csdesk.widgets.picklist import PickList


class OneFile(FilePicker):
    """Chooses one file by the same completion. Gives its path alone, or None."""

    def __init__(self, title: str) -> None:
        super().__init__((), Limit(""))
        self.caption = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide"):
            yield plain(self.caption, "title")
            yield plain(_("A path; ~ is your home"), "quiet")
            yield CleanInput(compact=True)
            yield PickList()
            yield plain("", "wrong")
            yield plain(_("enter choose   tab complete   esc cancel"), "quiet keys")

    def _say(self, wrong: str = "") -> None:
        self.query_one(".wrong", Static).update(plain(wrong).content)

    async def _toggle(self, path: str) -> None:
        if wrong := await asyncio.to_thread(usable, path):
            self._say(wrong)
            return
        await asyncio.to_thread(remember, str(Path(path).parent))
        self.dismiss((path,))
