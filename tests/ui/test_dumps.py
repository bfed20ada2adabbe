"""Every screen is kept as text in tests/dumps/, at three sizes and in both languages, and shown as it is kept.

`make dumps` writes them anew after a change that is meant; what changed is then read in the diff. All kept dumps are
looked at by machine for what a tired eye passes over: a line that is too wide, a border out of its column, a label that
is cut.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from rich.cells import cell_len, get_character_cell_size

import csdesk
from csdesk import actions, i18n
from csdesk.screens.help import NAME
from csdesk.screens.remap import GROUP, LABEL
from tests.ui.dumping import BASES, KEPT, PLACES, SIZES, Place, Walk, file_of, screens

WALKS = [(size, language) for size in SIZES for language in i18n.LANGUAGES]


def some(number: int) -> list[Place]:
    """The places that the walk with this number looks at in the short run, every sixth of them between the walks."""
    return list(PLACES[number :: 6 * len(WALKS)])


def kept() -> Iterator[tuple[Path, tuple[int, int], str]]:
    """Every dump with its size and its language."""
    for path in sorted(KEPT.glob("*.txt")):
        _name, size, language = path.stem.rsplit(".", 2)
        width, height = size.split("x")
        yield path, (int(width), int(height)), language


# -- as kept ------------------------------------------------------------------------------------------------


async def compare(number: int, places: Sequence[Place]) -> None:
    size, language = WALKS[number]
    shown = await Walk(size, language).all(places)
    wrong = []
    for name, text in shown.items():
        path = file_of(name, size, language)
        before = path.read_text("utf-8") if path.exists() else ""
        if text != before:
            lines = difflib.unified_diff(
                before.split("\n"), text.split("\n"), path.name, "now", lineterm="", n=1
            )
            wrong.append("\n".join(lines))
    assert not wrong, "If this is meant, run `make dumps` and read what it changed.\n" + "\n".join(wrong)


@pytest.mark.parametrize("number", range(len(WALKS)))
async def test_screens_look_as_they_are_kept(number: int) -> None:
    """A change of a screen that nobody meant. The long run looks at all of them."""
    await compare(number, some(number))


@pytest.mark.real
@pytest.mark.parametrize("number", range(len(WALKS)))
async def test_every_screen_looks_as_it_is_kept_at_every_size(number: int) -> None:
    await compare(number, PLACES)


def test_every_screen_of_the_package_has_a_dump() -> None:
    """A screen that nobody has looked at."""
    shown = {place.kind for place in PLACES}
    assert set(screens()) - shown - BASES == set()
    assert not BASES & shown and all(
        any(issubclass(kind, screens()[base]) for name, kind in screens().items() if name != base)
        for base in BASES
    )
    short = [place.name for one in range(len(WALKS)) for place in some(one)]
    assert len(set(short)) == len(short) and len(short) * 6 >= len(PLACES), (
        "the short run's walks share the places"
    )


def test_there_is_a_dump_for_every_place_and_no_other() -> None:
    wanted = {file_of(place.name, size, language).name for place in PLACES for size, language in WALKS}
    assert {path.name for path in KEPT.iterdir()} == wanted


# -- by machine ---------------------------------------------------------------------------------------------


def test_no_line_is_wider_and_no_dump_higher_than_its_terminal() -> None:
    wrong = []
    for path, (width, height), _language in kept():
        lines = path.read_text("utf-8").removesuffix("\n").split("\n")
        wrong += [f"{path.name}:{number}" for number, one in enumerate(lines, 1) if cell_len(one) > width]
        if len(lines) != height:
            wrong.append(f"{path.name}: {len(lines)} lines")
    assert not wrong, wrong


def test_the_way_back_is_on_every_screen_over_the_desk() -> None:
    """A box that is higher than its terminal hides its lowest line first, and that is the one with the keys."""
    own = {"DeskScreen", "FirstScreen", "JumpOver", "CommandLine", "DeskPalette"}
    over = {place.name for place in PLACES if place.kind not in own}
    wrong = [
        path.name
        for path, _size, _language in kept()
        if path.name.partition(".")[0] in over
        and not re.search(
            r"(^|[ ▌])esc \w", path.read_text("utf-8").replace("esc queue", "").replace("esc 队列", "")
        )
    ]
    assert over and not wrong, wrong


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_an_action_does_fits_beside_its_keys(language: str) -> None:
    """Lists of actions have one line for it at 120 columns, and the command line at 80."""
    before = i18n.language()
    try:
        i18n.use(language)
        known = actions.registry()
        assert [one.help for one in known if cell_len(one.help) > 60] == []
        assert [one.label for one in known if cell_len(one.label) > LABEL] == []
        assert [one.id for one in known if cell_len(one.id) > NAME] == []
        assert [one.group for one in known if cell_len(one.group) > GROUP] == []
    finally:
        i18n.use(before)


def cells(line: str, width: int) -> list[str]:
    """What stands in each cell; the second cell of a wide character is ''."""
    out: list[str] = []
    for char in line:
        size = get_character_cell_size(char)
        if size:
            out += [char] + [""] * (size - 1)
    return out + [" "] * (width - len(out))


def breaks(grid: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Rows and columns where a long border has a gap and goes on one or two cells beside it."""
    out = []
    for column in range(1, len(grid[0]) - 1):
        run = [y for y, row in enumerate(grid) if row[column] == "│"]
        if len(run) < 6:
            continue
        for y in range(run[0], run[-1] + 1):
            beside = [grid[y][at] for at in range(max(column - 2, 0), column + 3) if at < len(grid[y])]
            if grid[y][column] != "│" and "│" in beside:
                out.append((y + 1, column + 1))
    return out


def test_a_border_stands_in_one_column_from_its_first_line_to_its_last() -> None:
    """A wide character that was counted as one cell pushes the rest of its line aside."""
    wrong = []
    for path, (width, _height), _language in kept():
        grid = [cells(one, width) for one in path.read_text("utf-8").split("\n")[:-1]]
        wrong += [f"{path.name}:{row} column {column}" for row, column in breaks(grid)]
    assert not wrong, wrong


def test_the_search_for_breaks_finds_one() -> None:
    good = [list("ab│cd   ")] * 8
    assert breaks(good) == []
    assert breaks([*good[:4], list("abc│d   "), *good[:4]]) == [(5, 3)]


@cache
def texts(language: str) -> tuple[str, ...]:
    """The texts of the interface in a language that have no place to be filled in and no line break."""
    path = Path(csdesk.__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "csdesk.po"
    with path.open("rb") as file:
        found = [one for one in read_po(file) if one.id and isinstance(one.id, str)]
    out = {str(one.id if language == "en" else one.string) for one in found}
    return tuple(sorted(one for one in out if cell_len(one) >= 4 and "{" not in one and "\n" not in one))


def cut_texts(lines: Sequence[str], language: str) -> list[str]:
    """Texts of the interface of which a line shows the beginning and then '…'. What a text from outside may begin with
    too is not told apart from it, so two letters or words are too few."""
    known = texts(language)
    out = []
    for number, one in enumerate(lines, 1):
        for match in re.finditer(r"(?:^|(?<=[│▌])|(?<= {2})|(?<=[0-9] ))\s*([^…│▌]{4,}?)…", one):
            begun = match[1].split("   ")[-1].strip()
            whole = [text for text in known if text.startswith(begun) and not text.startswith(begun + "…")]
            if cell_len(begun) >= 4 and whole:
                out.append(f"{number}: {begun}…")
    return out


def clipped_texts(lines: Sequence[str], width: int, language: str) -> list[str]:
    """Texts of the interface that run into the end of the line or into the border of the next pane, and are not whole.
    A first word is left out too: it is the key that stands before a label."""
    known = texts(language)
    out = []
    for number, one in enumerate(lines, 1):
        parts = [part for part in one.split("│")[:-1] if not part.endswith((" ", "…"))]
        if cell_len(one) >= width - 1 and not one.endswith("…"):
            parts.append(one.split("│")[-1])
        for part in parts:
            last = re.split(r" {2,}|▌", part)[-1].strip()
            for begun in {last, last.partition(" ")[2]}:
                if (
                    cell_len(begun) >= 4
                    and not any(text.endswith(begun) for text in known)
                    and any(text.startswith(begun) for text in known)
                ):
                    out.append(f"{number}: {begun}")
    return out


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_text_of_the_interface_is_cut(language: str) -> None:
    """'the last word of a hint' is often the one that matters. Names and subjects come from outside and may be cut."""
    wrong = []
    for path, (width, _height), spoken in kept():
        if spoken == language:
            lines = path.read_text("utf-8").split("\n")
            found = cut_texts(lines, language) + clipped_texts(lines, width, language)
            wrong += [f"{path.name}:{one}" for one in found]
    assert not wrong, wrong


def test_the_search_for_cut_texts_finds_one() -> None:
    assert cut_texts(["  3 oldest waiting   who waits lon…"], "en") == ["1: who waits lon…"]
    assert cut_texts(["  3 Frau Maier   wo ist mein Pak…", "  5 another time …"], "en") == []
    assert clipped_texts(["  enter open   s set of ke", "enter open   s set of keys"], 26, "en") == [
        "1: set of ke"
    ]
    assert clipped_texts(["Where is my par│ nobody has", "nobody has it│ "], 40, "en") == []
    assert clipped_texts(["  nobody ha│ Ana"], 40, "en") == ["1: nobody ha"]
