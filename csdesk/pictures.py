"""Pictures in terminals that can: which protocol a terminal speaks, and its bytes. Decodes nothing.

kitty's graphics protocol (kitty, Ghostty; documented at sw.kovidgoyal.net/kitty/graphics-protocol) takes a PNG in
pieces; sixel (DEC STD 070; foot, WezTerm, mlterm, contour, iTerm2, xterm -ti vt340) takes bands of six rows and a
palette. A terminal that knows neither would print them: nothing is sent unless it is known or the person named one.
Inside tmux and screen nothing is: what stands outside cannot be known, and pictures would not move with the panes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

KINDS = ("kitty", "sixel")
_BY_PROGRAM = {"ghostty": "kitty", "wezterm": "sixel", "iterm.app": "sixel", "contour": "sixel"}
_BY_TERM = {"xterm-kitty": "kitty", "xterm-ghostty": "kitty", "foot": "sixel", "foot-extra": "sixel", "mlterm": "sixel",
            "contour": "sixel", "wezterm": "sixel"}  # fmt: skip
_PIECE = 4096
"""Characters of base64 that one piece of kitty's protocol may have."""
_ID = 7301


def kind_for(wanted: str, environment: Mapping[str, str]) -> str:
    """The protocol to use: kitty, sixel, or '' for none. `wanted` is the config's word."""
    if wanted in KINDS:
        return wanted
    inside = (
        environment.get("TMUX")
        or environment.get("STY")
        or environment.get("TERM", "").startswith(("tmux", "screen"))
    )
    if wanted != "auto" or inside:
        return ""
    by_program = _BY_PROGRAM.get(environment.get("TERM_PROGRAM", "").lower(), "")
    return by_program or _BY_TERM.get(environment.get("TERM", ""), "")


def fitted(width: int, height: int, columns: int, rows: int, cell: tuple[int, int]) -> tuple[int, int]:
    """How many cells a picture of so many pixels takes within a room of cells; never enlarged, at least one cell.
    `cell` is the width and height of a cell in pixels."""
    scale = min(columns * cell[0] / max(width, 1), rows * cell[1] / max(height, 1), 1.0)
    return (
        min(max(round(width * scale / cell[0]), 1), columns),
        min(max(round(height * scale / cell[1]), 1), rows),
    )


def kitty(png: bytes, columns: int, rows: int) -> str:
    """A PNG shown over so many cells from where the cursor is; the terminal is asked to be quiet and to leave the
    cursor."""
    payload = base64.b64encode(png).decode("ascii")
    pieces = [payload[at : at + _PIECE] for at in range(0, len(payload), _PIECE)]
    out = []
    for number, piece in enumerate(pieces):
        head = f"a=T,f=100,i={_ID},q=2,C=1,c={columns},r={rows}," if number == 0 else "q=2,"
        out.append(f"\x1b_G{head}m={int(number < len(pieces) - 1)};{piece}\x1b\\")
    return "".join(out)


def kitty_away() -> str:
    """The picture that `kitty` showed is taken away and forgotten."""
    return f"\x1b_Ga=d,d=I,i={_ID},q=2\x1b\\"


def sixel(indices: bytes, width: int, height: int, palette: Sequence[tuple[int, int, int]]) -> str:
    """A picture of palette indices, row by row, `palette` as red, green and blue from 0 to 255. Runs are shortened; a
    colour that a band lacks costs it nothing."""
    out = [f'\x1bP0;1;0q"1;1;{width};{height}']
    for number, parts in enumerate(palette):
        red, green, blue = (round(part * 100 / 255) for part in parts)
        out.append(f"#{number};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        band = [indices[y * width : (y + 1) * width] for y in range(top, min(top + 6, height))]
        lines = []
        for colour in sorted(set().union(*band)):
            bits = [0] * width
            for bit, row in enumerate(band):
                at = row.find(colour)
                while at >= 0:
                    bits[at] |= 1 << bit
                    at = row.find(colour, at + 1)
            lines.append(f"#{colour}" + _runs(bits))
        out.append("$".join(lines) + "-")
    return "".join(out) + "\x1b\\"


def _runs(bits: Sequence[int]) -> str:
    out, at, end = [], 0, len(bits)
    while end and not bits[end - 1]:
        end -= 1
    while at < end:
        stop = at + 1
        while stop < end and bits[stop] == bits[at]:
            stop += 1
        char, count = chr(63 + bits[at]), stop - at
        out.append(f"!{count}{char}" if count > 3 else char * count)
        at = stop
    return "".join(out)
