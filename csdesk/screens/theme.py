"""Choosing the colours: the desk behind the menu wears the theme under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.await_complete import AwaitComplete

from csdesk import themes
from csdesk.i18n import _
from csdesk.screens.prompts import Choose
from csdesk.widgets.picklist import PickList


def theme_word(name: str) -> tuple[str, str]:
    """A theme's name and what it is good for, in the interface's language."""
    words = {
        "dark": (_("dark"), _("quiet, for the night")),
        "light": (_("light"), _("for a bright room")),
        "contrast": (_("high contrast"), _("for tired eyes")),
        "colour-blind": (_("colour-blind safe"), _("red and green apart by other hues")),
        "ansi": (_("the terminal's own"), _("sixteen colours; half the bytes")),
    }
    return words.get(name, (name, _("your own")))


class ChooseTheme(Choose):
    """A menu of the themes; escape puts back the one that was worn before."""

    def __init__(self, worn: str, palettes: Sequence[themes.Palette] = themes.ALL) -> None:
        options = [(palette.name, *theme_word(themes.short(palette))) for palette in palettes]
        super().__init__(_("Colours"), options)
        self.worn = worn
        self._shown = False

    def on_mount(self) -> None:
        """The cursor on the theme that is worn."""
        super().on_mount()
        names = [value for value, _label, _hint in self.options]
        if self.worn in names:
            self.query_one(PickList).move(names.index(self.worn))
        self._shown = True

    def on_pick_list_moved(self, event: PickList.Moved) -> None:
        """Wear it."""
        super().on_pick_list_moved(event)
        if self._shown and event.value is not None and self.query_one(PickList).value == event.value:
            self.app.theme = event.value

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Wear what was chosen, or what was worn before."""
        if not self._answered:
            self.app.theme = result or self.worn
        return super().dismiss(result)
