"""NO_COLOR: a filter that takes every colour away and leaves bold, underline and reverse. Knows no widget."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


class NoColour(LineFilter):
    """Sends no colour at all (https://no-color.org), not even a grey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the terminal's own ink on its own ground."""
        return [
            Segment(text, _bare(style) if style is not None else None, control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=1024)
def _bare(style: Style) -> Style:
    return Style(
        bold=style.bold, dim=style.dim, italic=style.italic, underline=style.underline, reverse=style.reverse,
        strike=style.strike, meta=style.meta or None,
    )  # fmt: skip
