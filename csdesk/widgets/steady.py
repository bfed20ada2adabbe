"""Emoji that every terminal gives the same room.

A heart with a variation selector, a family of joined people, a keycap or a thumb with a skin tone is two cells wide for
the desk, and one, two, four or eight for a terminal, tmux or screen that reads the Unicode tables of another year. A
wrong guess moves everything to the right of it. So only its first sign is drawn, with as much room as the whole was
given; the text itself stays whole for copying, searching and sending.
"""

from __future__ import annotations

from rich.cells import cell_len

from csdesk.patterns import pattern

_PICTURE = (
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_TONE = "\U0001f3fb-\U0001f3ff"
_MORE = f"(?:[\ufe0e\ufe0f\u20e3{_TONE}\U000e0020-\U000e007f]|\u200d{_PICTURE})"
_COMPOSED = pattern(f"({_PICTURE})({_MORE}+)")


def steady(text: str) -> str:
    """The text with every composed emoji as its first sign and blanks, as many cells as before. What is composed in
    other scripts stays."""
    found = _COMPOSED.sub(lambda hit: hit[1] + " " * max(cell_len(hit[0]) - cell_len(hit[1]), 0), text)
    wide, before = cell_len(found), cell_len(text)
    return found if wide == before else found + " " * (before - wide) if wide < before else text
