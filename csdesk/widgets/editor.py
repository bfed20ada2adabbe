"""The text field of the composer. Apart from it, because Textual's text area is the costliest import of the screen: it
is loaded when the first frame stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.widgets import TextArea

from csdesk.domain.vocabulary import begun, completions
from csdesk.i18n import _
from csdesk.text import clean
from csdesk.widgets.caret import follow, stand

MAX_PASTE = 200_000
"""Characters of one paste. A longer one is a file, and refused whole: half of it would look like all of it."""


class Editor(TextArea):
    """A text field whose pastes are cleaned and which asks for a template when '/' is its first character. It shows
    how the word that is being typed may end, dim behind the cursor, and underlines words that were found wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"editor--wrong"}
    vocabulary: Sequence[str] = ()
    """Words that the one being typed may become, the likeliest first."""
    _wrong: dict[int, tuple[tuple[int, int, str], ...]]

    class Slash(Message):
        """'/' was pressed where nothing is written yet."""

        def __init__(self, area: Editor) -> None:
            super().__init__()
            self.area = area

    class TooMuch(Message):
        """A paste was refused; `sentence` says why and what to do."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def on_mount(self) -> None:
        """The terminal's cursor goes along."""
        follow(self)

    def on_focus(self) -> None:
        """The terminal's cursor comes here."""
        self.call_after_refresh(stand, self)

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted is text from outside like any other."""
        event.prevent_default()
        event.stop()
        if len(event.text) > MAX_PASTE:
            said = _(
                "Nothing was pasted: {n} characters are more than the {most} of one paste. Send it as a file."
            )
            self.post_message(self.TooMuch(said.format(n=f"{len(event.text):,}", most=f"{MAX_PASTE:,}")))
            return
        start, end = self.selection
        self.replace(clean(event.text), start, end, maintain_selection_offset=False)

    async def _on_key(self, event: events.Key) -> None:
        if event.character == "/" and not self.text:
            event.prevent_default()
            event.stop()
            self.post_message(self.Slash(self))

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

    # -- completing ---------------------------------------------------------------------------------------

    @property
    def begun(self) -> str:
        """The word that is being typed at the cursor, '' when the cursor stands elsewhere."""
        if not self.selection.is_empty:
            return ""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return "" if line[column : column + 1].isalnum() else begun(line[:column])

    def offers(self) -> tuple[str, ...]:
        """How the word at the cursor may go on."""
        return completions(self.begun, self.vocabulary)

    def complete(self, word: str) -> None:
        """Put a word in the place of what was typed of it."""
        row, column = self.cursor_location
        self.replace(word, (row, column - len(self.begun)), (row, column), maintain_selection_offset=False)

    def update_suggestion(self) -> None:
        """The rest of the likeliest word, only at the end of a line: nothing that stands there is moved."""
        rest = ""
        row, column = self.cursor_location
        if self.vocabulary and column == len(self.document.get_line(row)):
            word = self.begun
            rest = next((one[len(word) :] for one in self.offers() if one.startswith(word)), "")
        if rest != self.suggestion:
            self.suggestion = rest

    # -- spelling -----------------------------------------------------------------------------------------

    def mark(self, places: Iterable[tuple[int, int, str]]) -> None:
        """Underline these words: (start, end, word) as indexes into the text. Only lines that change are drawn."""
        before, found = self.__dict__.get("_wrong", {}), dict[int, list[tuple[int, int, str]]]()
        starts = [0]
        for number in range(self.document.line_count):
            starts.append(starts[-1] + len(self.document.get_line(number)) + 1)
        row = 0
        for start, end, word in sorted(places):
            while row + 1 < len(starts) and starts[row + 1] <= start:
                row += 1
            found.setdefault(row, []).append((start - starts[row], end - starts[row], word))
        self._wrong = {row: tuple(marks) for row, marks in found.items()}
        changed = {row for row in {*before, *self._wrong} if before.get(row) != self._wrong.get(row)}
        if changed:
            self._line_cache.clear()
            self._redraw(changed)

    def _redraw(self, rows: Iterable[int]) -> None:
        for row in rows:
            if row >= self.document.line_count:
                continue
            top = self.wrapped_document.location_to_offset((row, 0)).y
            height = len(self.wrapped_document.get_offsets(row)) + 1
            y = top - self.scroll_offset.y
            if y + height > 0 and y < self.size.height:
                self.refresh(Region(0, max(y, 0), self.size.width, min(height, self.size.height - max(y, 0))))

    def get_line(self, line_index: int) -> Text:
        """A line with its wrong words underlined; a word that was changed since is none any more."""
        line = super().get_line(line_index)
        marks = self.__dict__.get("_wrong", {}).get(line_index, ())
        if marks:
            style = self.get_component_rich_style("editor--wrong", partial=True)
            for start, end, word in marks:
                if line.plain[start:end] == word:
                    line.stylize(style, start, end)
        return line

    def wrong_after(self) -> tuple[int, int, int, str] | None:
        """The next wrong word from the cursor on, round to the beginning: (row, start, end, word)."""
        found = [
            (row, start, end, word)
            for row, marks in sorted(self.__dict__.get("_wrong", {}).items())
            for start, end, word in marks
            if row < self.document.line_count and self.document.get_line(row)[start:end] == word
        ]
        here = self.cursor_location
        return next((one for one in found if (one[0], one[2]) >= here), found[0] if found else None)
