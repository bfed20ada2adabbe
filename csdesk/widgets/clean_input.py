"""One line of text to fill in."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from csdesk.text import clean_line


class CleanInput(Input):
    """One line of text; what is pasted is cleaned, for it is text from outside like any other."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(clean_line(event.text))
