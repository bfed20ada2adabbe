"""A scrolling widget drawn line by line: the ground of queue, thread, panel and lists. Only what changed is redrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import Compositor
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from csdesk.widgets.cells import Line

INKS: Mapping[str, str] = {
    "dim": "dim", "faint": "faint", "burn": "burn", "soon": "soon", "done": "done", "accent": "accent",
    "mark": "accent", "rule": "rule", "note": "note",
    "found": "accent", "hit": "accent",
    "red": "burn", "green": "done", "yellow": "soon", "blue": "accent", "magenta": "purple", "cyan": "teal",
}  # fmt: skip
"""Inks and the theme's colour that each is drawn in; 'strong' and 'unread' have the widget's own, in bold. The last
six are hues that a person may give an account."""
GROUNDS: Mapping[str, str] = {"note": "note-ground", "bar": "bar", "chosen": "panel", "amber": "note-ground"}
BOLD = frozenset({"strong", "unread", "mark"})
LINED = frozenset({"found"})
TURNED = frozenset({"hit"})
"""Hits of a search: underlined, and the one the reader is at in reverse, so that they are seen without colours."""


class Sparing(Compositor):
    """Textual asks every widget that an update touches for all of its lines, and drops those that did not change. Two
    rows of the queue change with a key, and two hundred were asked for: here widgets are asked for the rows of the
    update alone. What is drawn is the same (Textual 8.2, `Compositor._get_renders`)."""

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not crop:
            yield from super()._get_renders(crop)
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = clip.intersection(rows)
            if (part := region.intersection(shown)) and crop.overlaps(part):
                yield region, shown, widget.render_lines(part.translate(-region.offset))


class LineView(ScrollView, can_focus=True):
    """Shows a list of Line. Subclasses give `layout_lines(width)` and call `relayout()` when their data changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Line] = ()
        self._laid_out_for = -1
        self._inks: dict[tuple[str, str], Style] = {}

    def layout_lines(self, width: int) -> Sequence[Line]:
        """The lines for this width in cells."""
        return self.lines

    def relayout(self) -> None:
        """Lay out anew and redraw the lines that differ from before."""
        width = self.scrollable_content_region.width or self.size.width
        if width <= 0:
            self._laid_out_for = -1
            return
        before, self.lines = self.lines, self.layout_lines(width)
        same_width, self._laid_out_for = self._laid_out_for == width, width
        self.virtual_size = Size(width, len(self.lines))
        if not same_width or len(before) != len(self.lines):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self.lines, strict=True)):
            if old != new:
                self.redraw(y)

    def redraw(self, y: int, count: int = 1, *, x: int = 0, width: int | None = None) -> None:
        """Redraw some lines, or only some cells of them."""
        top = y - self.scroll_offset.y
        if top + count > 0 and top < self.size.height:
            self.refresh(Region(x, top, self.size.width if width is None else width, count))

    def on_resize(self, event: events.Resize) -> None:
        """Another width means other lines."""
        if self._laid_out_for != (self.scrollable_content_region.width or self.size.width):
            self.relayout()

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """A bar that appears stands where we are: Textual tells it of scrolling only while it is there. It takes a
        column, and one that goes gives it back: neither comes as another size, and the end of a line would lie under
        it."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_y
        if self._laid_out_for > 0 and self._laid_out_for != self.scrollable_content_region.width > 0:
            self.relayout()

    def notify_style_update(self) -> None:
        """Another theme means other inks."""
        self._inks.clear()
        super().notify_style_update()

    def style_of(self, ink: str, ground: str = "") -> Style:
        """The style of an ink on a ground."""
        style = self._inks.get((ink, ground))
        if style is None:
            style = self._inks[ink, ground] = self.rich_style + _style(ink, ground, self.app.theme_variables)
        return style

    def line_at(self, y: int) -> Line:
        """The line with this number; an empty one behind the end."""
        return self.lines[y] if 0 <= y < len(self.lines) else Line()

    def render_line(self, y: int) -> Strip:
        """What Textual asks for: the strip at `y` of the window."""
        return self.strip_of(self.line_at(y + self.scroll_offset.y))

    def strip_of(self, line: Line) -> Strip:
        """One line drawn over the whole width of the window."""
        width = self.size.width
        segments = [Segment(text, self.style_of(ink, line.ground)) for text, ink in line.pieces if text]
        return Strip(segments).adjust_cell_length(width, self.style_of("", line.ground))


def _style(ink: str, ground: str, colours: Mapping[str, str]) -> Style:
    """Straight from the theme: styles kept per widget and ink would be computed anew at every change of a class."""
    name = INKS.get(ink) or ("note" if ground == "note" else None)
    return Style(
        color=Color.parse(colours[name]).rich_color if name else None,
        bgcolor=Color.parse(colours[GROUNDS[ground]]).rich_color if ground else None,
        bold=True if ink in BOLD else None,
        underline=True if ink in LINED else None,
        reverse=True if ink in TURNED else None,
    )
