"""One line of text to fill in."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.widgets import Input

from csdesk.text import clean_line
from csdesk.widgets.caret import follow, stand


class CleanInput(Input):
    """One line of text; what is pasted is cleaned, for it is text from outside like any other."""

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the text goes on. Textual says one cell further at the end of a line, where its own block stands."""
        x, y, _width, _height = self.content_region
        return Offset(x + self._position_to_cell(self.cursor_position) - self.scroll_offset.x, y)

    def on_mount(self) -> None:
        """The terminal's cursor goes along."""
        follow(self)

    def on_focus(self) -> None:
        """The terminal's cursor comes here."""
        self.call_after_refresh(stand, self)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(clean_line(event.text))
