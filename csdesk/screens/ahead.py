"""Keys that are faster than the store: what needs the desk is done once it is open, on the row that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen

QUIT = "place.quit"


class Ahead:
    """Holds the first key that has to wait, and all that come behind it: they belong together and keep their order."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self._keys: list[events.Key] = []
        self._row = 0

    @property
    def holds(self) -> bool:
        """Whether something waits."""
        return bool(self._keys)

    def begins(self, event: events.Key, name: str) -> bool:
        """Whether the key of this action has to wait: rows are shown, and the desk behind them is not there yet.
        Without rows nothing waits: it would be done to a conversation that nobody has seen."""
        screen = self.screen
        row = screen.queue.row
        if not screen.reader.opening or row is None or screen.actions[name].available(screen.state()) is None:
            return False
        self._keys, self._row = [event], row.id
        screen.draw_footer()
        return True

    def follows(self, event: events.Key) -> bool:
        """Whether a key waits behind another one. Escape takes all of them back, and who leaves does not wait."""
        if not self._keys:
            return False
        leaves = self.screen.bindings_by_pane.get(self.screen.pane(), {}).get(event.key) == QUIT
        if leaves or event.key == "escape":
            self.drop()
            return not leaves
        self._keys.append(event)
        return True

    def go_on(self) -> None:
        """The desk is open: do what was asked for, unless another conversation stands there now."""
        keys, self._keys = self._keys, []
        if not keys:
            return
        row = self.screen.queue.row
        if row is None or row.id != self._row:
            self.drop()
            self.screen.say(
                _("The queue changed while the store was being opened; your keys did nothing."), "soon"
            )
            return
        self.screen.draw_footer()
        for event in keys:
            self.screen.app.post_message(events.Key(event.key, event.character))

    def drop(self) -> None:
        """Forget what waits."""
        self._keys = []
        self.screen.hand.forget()
        self.screen.draw_footer()
