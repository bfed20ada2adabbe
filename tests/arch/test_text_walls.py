"""The wall of text, attacked at random: whatever comes in, nothing that drives a terminal comes out."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcswidth

from csdesk import text

# Said here a second time, in other words than the code's: C0 but newline, DEL, C1, bidi controls, surrogates.
DRIVES = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
PIECES = st.sampled_from(
    [
        "\x1b]52;c;",
        "\x1b]0;",
        "\x1b[",
        "\x1b\\",
        "\x1bP",
        "\x1b",
        "\x07",
        "\x9b",
        "\x9d",
        "\x9c",
        "\x90",
        "31m",
        "\u202e",
        "\u2066",
        "\u200c",
        "\u200d",
        "\u200b",
        "\ufe0f",
        "\u0301",
        "\u064b",
        "\u0915",
        "\u094d",
        "ب",
        "م",
        "字",
        "❤",
        "👩",
        "\r",
        "\n",
        "\t",
        " ",
        "[/]",
        "[@click=app.quit]",
        "a",
        "\ud800",
    ]
)
ANYTHING = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(PIECES, max_size=30).map("".join),
)


@given(ANYTHING)
@example("\x1b\x1b[]0;x\x07")
@example("ب\u0301\u0301\u0301\u064b\u200cب")
@example("ب\u0301\u0301\u0301\u200c\u064bب")
def test_nothing_that_drives_a_terminal_comes_out(dirty: str) -> None:
    """Lost otherwise: control over the agent's terminal."""
    for washed in (text.clean(dirty), text.clean_line(dirty), text.scrub(dirty.replace("\t", " "))):
        assert not DRIVES.search(washed)
    assert "\n" not in text.clean_line(dirty)


@given(ANYTHING)
@example("ب\u0301\u0301\u0301\u064b\u200cب")
@example("a\u200c\u200cب\u200c\u200cم")
@example("\r\ufe00")
def test_washing_twice_changes_nothing(dirty: str) -> None:
    """Lost otherwise: the match between what is stored, indexed and shown."""
    for wash in (text.clean, text.clean_line, text.scrub):
        once = wash(dirty)
        assert wash(once) == once


@given(ANYTHING, st.integers(2, 40))
def test_a_limit_holds(dirty: str, limit: int) -> None:
    """Lost otherwise: the layout, to a text of a megabyte."""
    once = text.clean(dirty, limit=limit)
    assert len(once) <= limit
    assert text.clean(once, limit=limit) == once


@given(ANYTHING)
def test_what_is_left_can_be_measured(dirty: str) -> None:
    """No character that is left moves the cursor by a count nobody knows. Lost otherwise: aligned columns."""
    for line in text.bare(text.clean(dirty)).split("\n"):
        assert wcswidth(line) >= 0


@given(st.text(st.characters(categories=("L", "N", "P")), max_size=60))
def test_words_are_not_touched(words: str) -> None:
    """Lost otherwise: letters of a language we did not think of. The fillers that show nothing are the exception."""
    shown = "".join(c for c in words if c not in "\u3164\uffa0")
    assert text.clean(shown) == shown


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u064b", "\u06d6", "\u0903", "\ufe0f", "\u20e3", "\u0f71", "\U00016af0"]
)
def test_no_tower_is_built(mark: str) -> None:
    """Lost otherwise: the lines above, painted over by sixty accents on one letter."""
    washed = text.clean("e" + mark * 60 + "f")
    assert sum(unicodedata.category(c).startswith("M") for c in washed) <= text.MAX_MARKS
    assert washed[0] == "e"
    assert washed[-1] == "f"
