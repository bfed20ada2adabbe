"""The menu under the right mouse button: all that can be done in the pane that was clicked, what matters first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.actions import FOOTERS, key_word
from csdesk.i18n import _
from csdesk.screens.prompts import Choose
from csdesk.widgets.picklist import PickList

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


class Menu(Choose):
    """Actions to choose from; one click does it. Gives the action's id or None."""

    def __init__(self, screen: DeskScreen) -> None:
        state = screen.state()
        first = FOOTERS.get(state.pane, ())
        here = [one for one in screen.actions.values() if state.pane in one.where]
        here.sort(key=lambda one: first.index(one.id) if one.id in first else len(first))
        options = [(one.id, one.label, one.available(state) or one.help) for one in here]
        keys = {one.id: key_word(one.keys[0]) for one in here if one.keys}
        super().__init__(_("What is to be done?"), options, keys)

    def on_mount(self) -> None:
        """One click is enough in a menu."""
        super().on_mount()
        self.query_one(PickList).quick = True
