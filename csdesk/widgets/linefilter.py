"""The second wall: the last thing that touches a line before its bytes go to the terminal.

Whatever widget drew it, no control, bidi or invisible character leaves here, and no hyperlink. Widths stay.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from csdesk.patterns import pattern
from csdesk.text import scrub

_RIGHT_TO_LEFT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_OF_PARTS = pattern("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_LAYOUT = {ord("\n"): None, ord("\t"): None, ord("\r"): None}


class Harmless(LineFilter):
    """Drops what a terminal could take for a command, and links; pads so that every cell keeps its place. With
    `reorder` Arabic and Hebrew are put in the order in which they are read, for terminals that do not do it. With
    `whole_emoji` composed emoji are sent as they are, for terminals that measure them as Textual does."""

    def __init__(self, *, reorder: bool = False, whole_emoji: bool = False) -> None:
        super().__init__()
        self._reorder, self._whole_emoji = reorder, whole_emoji

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line, harmless."""
        return [_harmless(segment, self._reorder, self._whole_emoji) for segment in segments]


def _as_read(text: str) -> str:
    """Left to right as the eye meets it. The line's own direction stays left to right, so columns stay columns."""
    from bidi import get_display

    shown = get_display(text, base_dir="L")
    return shown if isinstance(shown, str) and cell_len(shown) == cell_len(text) else text


def _harmless(segment: Segment, reorder: bool = False, whole_emoji: bool = False) -> Segment:
    text, style, control = segment
    if style is not None and style.link:
        style = style.update_link(None)
    if not text.isprintable():
        safe = scrub(text).translate(_LAYOUT)
        if safe != text:
            text = safe + " " * (cell_len(text) - cell_len(safe))
    if not whole_emoji and _OF_PARTS.search(text):
        from csdesk.widgets.steady import steady

        text = steady(text)
    if reorder and _RIGHT_TO_LEFT.search(text):
        text = _as_read(text)
    return Segment(text, style, control)
