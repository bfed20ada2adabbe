"""The second wall: the last thing that touches a line before its bytes go to the terminal.

Whatever widget drew it, no control, bidi or invisible character leaves here, and no hyperlink. Widths stay.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from csdesk.text import scrub

_LAYOUT = {ord("\n"): None, ord("\t"): None, ord("\r"): None}


class Harmless(LineFilter):
    """Drops what a terminal could take for a command, and links; pads so that every cell keeps its place."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line, harmless."""
        return [_harmless(segment) for segment in segments]


def _harmless(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link:
        style = style.update_link(None)
    if not text.isprintable():
        safe = scrub(text).translate(_LAYOUT)
        if safe != text:
            text = safe + " " * (cell_len(text) - cell_len(safe))
    return Segment(text, style, control)
