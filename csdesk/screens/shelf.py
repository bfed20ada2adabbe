"""Saved views and the order of each view: chosen on the screen, kept in views.toml."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csdesk import viewsfile
from csdesk.domain.filters import SORTS, parse
from csdesk.domain.views import VIEWS
from csdesk.errors import DeskError
from csdesk.i18n import _, pgettext
from csdesk.paths import config_file
from csdesk.viewsfile import OwnViews

if TYPE_CHECKING:
    from pathlib import Path

    from csdesk.screens.desk import DeskScreen


def sort_word(sort: str) -> tuple[str, str]:
    """An order's name and what it means."""
    words = {
        "due": (_("due first"), _("who has to be answered first")),
        "newest": (_("newest"), _("the last message first")),
        "oldest": (_("oldest waiting"), _("who waits longest")),
        "unanswered": (_("longest unanswered"), _("whose last word stands longest without an answer")),
    }
    return words[sort]


class Shelf:
    """The views of whoever sits here. `remember` finds them again at the next start."""

    def __init__(self, screen: DeskScreen, *, remember: bool) -> None:
        self.screen = screen
        self.path: Path | None = None
        self.own = OwnViews()
        if remember:
            self.path = (screen.config.source or config_file()).with_name(viewsfile.NAME)
            self.own = viewsfile.read(self.path)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Actions that this helper does."""
        run = self.screen.run
        return {
            "view.save": lambda: run(self._save(), "shelf"),
            "view.drop": lambda: run(self._drop(), "shelf"),
            "view.sort": lambda: run(self._sort(), "shelf"),
        }

    def asked(self) -> tuple[str, str]:
        """The desk's view and the filter that are shown now."""
        return self.own.asked(self.screen.reader.view, self.screen.reader.text)

    def check(self, text: str) -> str:
        """What is wrong with a filter, as a sentence; '' when nothing is."""
        try:
            parse(text, self.screen.clock.now(), self.screen.here)
        except DeskError as error:
            return error.message
        return ""

    def save(self, name: str) -> None:
        """The filter of now as a view of its own. Raises Usage and Refused."""
        view, text = self.asked()
        if "in:" not in text and view != "open":
            text = f"in:{view} {text}"
        self._keep(self.own.saved(name, text))
        self.screen.say(_("Saved as the view {name}.").format(name=name), "done")
        self.screen.reader.clear_filter()
        self.screen.reader.go(name)

    def drop(self, name: str) -> None:
        """Forget a saved view. Raises NotFound and Refused."""
        self._keep(self.own.dropped(name))
        self.screen.say(_("The view {name} is gone; its conversations are not.").format(name=name))
        self.screen.reader.go("open" if self.screen.reader.view == name else self.screen.reader.view)

    def sort(self, sort: str) -> None:
        """Show this view in this order from now on. Raises Refused."""
        view = self.screen.reader.view
        self._keep(self.own.sorted(view, "" if sort == "due" else sort))
        self.screen.reader.choose(view)
        self.screen.say(_("Order: {order}").format(order=sort_word(sort)[0]))

    def _keep(self, own: OwnViews) -> None:
        self.own = own
        if self.path is not None:
            viewsfile.write(self.path, own)

    async def _save(self) -> None:
        from csdesk.screens.prompts import AskText

        _view, text = self.asked()
        name = await self.screen.app.push_screen_wait(AskText(_("Save as a view"), text, ""))
        if name:
            self.save(name.strip())

    async def _drop(self) -> None:
        from csdesk.screens.prompts import Choose

        options = [(name, name, text) for name, text in self.own.views.items()]
        if (
            name := await self.screen.app.push_screen_wait(Choose(_("Forget which view"), options))
        ) is not None:
            self.drop(name)

    async def _sort(self) -> None:
        from csdesk.screens.prompts import Choose

        options = [(sort, *sort_word(sort)) for sort in SORTS]
        if (
            sort := await self.screen.app.push_screen_wait(Choose(pgettext("sort", "Order"), options))
        ) is not None:
            self.sort(sort)

    def names(self) -> tuple[str, ...]:
        """The saved views."""
        return tuple(name for name in self.own.views if name not in VIEWS)
