"""An update asks widgets for the rows that changed alone, and draws what Textual would have drawn."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from csdesk.widgets.lines import Sparing
from tests.ui.conftest import Opener, Session

CROPS = [
    (0, 8, 1, 4),
    (0, 0, 200, 1),
    (77, 3, 3, 20),
    (100, 1, 40, 49),
    (0, 47, 200, 3),
    (0, 0, 200, 50),
    (5, 49, 1, 1),
]


def drawn(s: Session, crop: Region) -> list[list[tuple[int, list[tuple[str, str]]]]]:
    """The rows of this update as they go to the terminal: where each piece starts, its text and its style."""
    inside = set(crop.line_range).__contains__
    rows = s.screen._compositor._render_chops(crop, inside)
    return [
        [
            (x, [(part.text, str(part.style)) for part in strip])
            for x, strip in row.items()
            if strip is not None
        ]
        for row in rows
    ]


def within(rows: list[list[tuple[int, list[tuple[str, str]]]]], crop: Region) -> list[object]:
    """What of it the terminal is sent: the pieces that begin in the columns of the update."""
    return [[piece for piece in row if crop.x <= piece[0] < crop.right] for row in rows]


@pytest.mark.parametrize("keys", [(), ("enter",), ("enter", "r", "h", "i"), ("end", "home", "down")])
async def test_an_update_draws_what_textual_draws(opened: Opener, keys: tuple[str, ...]) -> None:
    async with opened(size=(200, 50)) as s:
        await s.keys(*keys)
        assert isinstance(s.screen._compositor, Sparing)
        for crop in (Region(*crop) for crop in CROPS):
            own = drawn(s, crop)
            with patch.object(Sparing, "_get_renders", Compositor._get_renders):
                theirs = drawn(s, crop)
            assert any(own) and within(own, crop) == within(theirs, crop), crop


async def test_a_cursor_that_moves_asks_for_the_rows_it_leaves_and_takes(opened: Opener) -> None:
    """Two rows of two lines each: of the queue, and of the panes beneath it."""
    asked: list[tuple[str | None, int]] = []
    original = Widget.render_lines

    def counting(widget: Widget, crop: Region) -> list[Strip]:
        asked.append((widget.id, crop.height))
        return original(widget, crop)

    async with opened(size=(200, 50)) as s:
        with patch.object(Widget, "render_lines", counting):
            drawn(s, Region(0, 8, 1, 4))
    assert ("queue", 4) in asked
    assert {height for _id, height in asked} == {4}
    assert not {"thread", "side", "composer", "header"} & {name for name, _height in asked}
