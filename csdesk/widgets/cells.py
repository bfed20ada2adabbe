"""Text measured in terminal cells: cutting, padding and wrapping, and lines of styled pieces. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, get_character_cell_size

from csdesk.text import clean_line, scrub

Piece = tuple[str, str]
"""Text and the name of its ink: '', 'dim', 'faint', 'burn', 'soon', 'done', 'accent', 'strong' ..."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen: pieces from left to right, the ground it lies on, and what it stands for."""

    pieces: tuple[Piece, ...] = ()
    ground: str = ""
    data: Any = None

    @property
    def text(self) -> str:
        """The line without its inks."""
        return "".join(text for text, _ink in self.pieces)

    @property
    def width(self) -> int:
        """How many cells it takes."""
        return sum(cell_len(text) for text, _ink in self.pieces)


def line(*pieces: Piece | str, ground: str = "", data: Any = None) -> Line:
    """A line of pieces; a bare string has the plain ink."""
    return Line(tuple((p, "") if isinstance(p, str) else p for p in pieces), ground, data)


def one_line(text: str) -> str:
    """Text from outside made safe for one line of the screen, whatever came before this."""
    return text if text.isascii() and text.isprintable() and "  " not in text else clean_line(text)


def cut(text: str, width: int, mark: str = "…") -> str:
    """The text in at most `width` cells; what is cut off leaves a mark. Never splits a wide character."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(mark)
    if room < 0:
        return "." * width
    return _take(text, room) + mark


def _take(text: str, width: int) -> str:
    used = 0
    for at, char in enumerate(text):
        used += get_character_cell_size(char)
        if used > width:
            return text[:at]
    return text


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells, cut or padded; `right` puts the padding before it."""
    short = cut(text, width)
    pad = " " * (width - cell_len(short))
    return pad + short if right else short + pad


def spread(left: tuple[Piece, ...], right: tuple[Piece, ...], width: int, **rest: Any) -> Line:
    """One line with pieces at both ends. Where both do not fit, the left is cut and the right stays."""
    need = sum(cell_len(text) for text, _ink in right)
    if need > width - 4:
        return Line(cut_pieces(left, width), **rest)
    left = cut_pieces(left, width - need - 1)
    used = sum(cell_len(text) for text, _ink in left)
    return Line((*left, (" " * (width - need - used), ""), *right), **rest)


def cut_pieces(pieces: tuple[Piece, ...], width: int) -> tuple[Piece, ...]:
    """Pieces in at most `width` cells together."""
    out: list[Piece] = []
    for text, ink in pieces:
        need = cell_len(text)
        if need > width:
            if width > 0:
                out.append((cut(text, width), ink))
            break
        out.append((text, ink))
        width -= need
    return tuple(out)


def wrap(text: str, width: int) -> list[str]:
    """One paragraph (no newline) in lines of at most `width` cells: broken at spaces, and anywhere between wide
    characters or in a word that is longer than a line. Leading spaces of the paragraph are kept."""
    width = max(width, 2)
    text = scrub(text).rstrip()
    if cell_len(text) <= width:
        return [text]
    out: list[str] = []
    start = used = 0
    breakable = -1
    at = 0
    while at < len(text):
        size = get_character_cell_size(text[at])
        if used + size > width and at > start:
            end, after = _break(text, start, at, breakable)
            out.append(text[start:end].rstrip())
            start, used, breakable = after, 0, -1
            at = start
            continue
        closes = breakable == at - 1 >= start and text[at] in _NO_START
        if text[at] == " " or size == 2 or (closes and text[breakable] != " "):
            breakable = at
        used += size
        at += 1
    out.append(text[start:].rstrip())
    return [one for one in out if one] or [""]


_NO_START = "、。，．；：！？）」』】》〉〕］｝％,.;:!?)]}”’…%"


def _break(text: str, start: int, at: int, breakable: int) -> tuple[int, int]:
    """Where a full line ends and the next begins."""
    if text[at] == " ":
        return at, at + 1
    if breakable <= start:
        return at, at
    if text[breakable] == " ":
        return breakable, breakable + 1
    if breakable == at - 1:
        hangs = text[at] in _NO_START and at - 1 > start
        return (at - 1, at - 1) if hangs else (at, at)
    return breakable + 1, breakable + 1
