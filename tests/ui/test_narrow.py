"""A terminal of 80 columns: what stands over a column stands over it, no key is cut, the way out is always shown."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from csdesk import keymaps
from csdesk.actions import with_keys
from csdesk.screens.help import HelpLines
from tests.ui.conftest import Opener

SMALL = (80, 24)


def at(text: str, word: str) -> int:
    """The cell in which a word begins."""
    return cell_len(text[: text.index(word)])


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_the_names_of_the_columns_stand_over_them_also_beside_a_scroll_bar(
    opened: Opener, size: tuple[int, int]
) -> None:
    """One cell aside, all night."""
    async with opened(size=size) as s:
        assert len(s.screen.queue.rows) * s.screen.queue.tall > s.screen.queue.size.height
        lines = s.text.split("\n")
        head = next(one for one in lines if "clock" in one)
        row = next(one for one in lines if "Ana López" in one and one.startswith("▌"))
        assert at(head, "who") == at(row, "Ana López")
        assert at(head, "lang") == at(row, " es ") + 1
        assert at(head, "about") == at(row, "Where is my parcel")


async def test_help_is_named_in_the_lowest_line_whatever_else_has_to_go(opened: Opener) -> None:
    """Who is new looks for it there."""
    async with opened(size=SMALL) as s:
        assert s.lowest.rstrip().endswith("? help") and "esc" not in s.lowest
        await s.keys("enter")
        assert s.lowest.rstrip().endswith("? help")
        await s.keys("e")
        assert "Closed." in s.lowest and s.lowest.rstrip().endswith("? help")


@pytest.mark.parametrize("name", keymaps.SETS)
def test_no_key_is_cut_in_help(name: str) -> None:
    """'alt+rig…' is no key."""
    known, _problems = with_keys({}, chosen=name)
    for width in (74, 94):
        assert not [one.text for one in HelpLines(known).layout_lines(width) if "…" in one.text[:24]]


async def test_the_screen_of_keys_says_how_to_leave(opened: Opener) -> None:
    async with opened(size=SMALL) as s:
        await s.keys("K")
        assert s.lowest.rstrip().endswith("esc back") and "set of keys" in s.lowest


async def test_an_empty_search_says_what_can_be_found(opened: Opener) -> None:
    async with opened(size=SMALL) as s:
        await s.keys("S")
        assert "an order number" in s.text
        await s.keys("text:parcel")
        await s.rest(0.3)
        assert "an order number" not in s.text


async def test_a_hint_that_has_no_room_in_the_menu_stands_below_it_whole(opened: Opener) -> None:
    """'who has to be answ…' helps nobody to choose."""
    async with opened(size=SMALL) as s:
        await s.keys("^", "down", "down", "down")
        assert "whose last word stands longest without an answer" in " ".join(s.text.split())
        await s.keys("up")
        assert "who waits longest" in s.text and "whose last word" not in s.text


async def test_what_is_wrong_with_an_account_is_said_whole(opened: Opener) -> None:
    async with opened(size=SMALL) as s:
        await s.keys("X")
        assert "run csdesk account test ebay." in s.text


async def test_the_first_label_of_a_form_and_its_keys_are_seen(opened: Opener) -> None:
    async with opened(size=SMALL) as s:
        await s.keys("C", "e")
        assert " Name\n" in s.text and "esc cancel" in s.text


async def test_only_what_is_seen_can_be_jumped_to(opened: Opener) -> None:
    """The views are hidden behind the conversation: no letter lies on the header."""
    async with opened(size=SMALL) as s:
        await s.keys("enter")
        before = s.text.split("\n")[0]
        await s.keys(";")
        assert s.text.split("\n")[0] == before


async def test_a_scroll_bar_that_appears_covers_no_letter(opened: Opener) -> None:
    async with opened(size=SMALL) as s:
        await s.keys("enter", "tab")
        side = s.screen.side
        assert side.show_vertical_scrollbar
        assert max(one.width for one in side.lines) <= side.scrollable_content_region.width
