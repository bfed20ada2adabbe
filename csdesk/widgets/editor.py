"""The text field of the composer. Apart from it, because Textual's text area is the costliest import of the screen: it
is loaded when the first frame stands."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from csdesk.text import clean

MAX_PASTE = 200_000


class Editor(TextArea):
    """A text field whose pastes are cleaned and which asks for a template when '/' is its first character."""

    class Slash(Message):
        """'/' was pressed where nothing is written yet."""

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted is text from outside like any other."""
        event.prevent_default()
        event.stop()
        start, end = self.selection
        self.replace(clean(event.text, limit=MAX_PASTE), start, end, maintain_selection_offset=False)

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "/" and not self.text:
            event.prevent_default()
            event.stop()
            self.post_message(self.Slash())

    @property
    def index(self) -> int:
        """Where the cursor is, as an index into the text."""
        row, column = self.cursor_location
        return sum(len(self.document.get_line(n)) + 1 for n in range(row)) + column

    def place(self, index: int) -> None:
        """Put the cursor at an index into the text."""
        before = self.text[: max(index, 0)]
        row = before.count("\n")
        self.move_cursor((row, len(before) - (before.rfind("\n") + 1)))
