"""How well a palette can be read: contrast after WCAG 2.2, and what is left of it without red or green. Pure.

Sources: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio; Machado, Oliveira and Fernandes 2009, severity 1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from csdesk.themes import ALL, Palette, short

INKS = ("ink", "dim", "faint", "accent", "burn", "soon", "done", "purple", "teal")
GROUNDS = ("ground", "panel", "bar", "reply_ground", "note_ground")
AA, AAA = 4.5, 7.0
"""The least contrast of text: what every palette has, and what the one for high contrast has."""

_RGB = tuple[float, float, float]
_MATRICES: dict[str, tuple[_RGB, _RGB, _RGB]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


class Pair(NamedTuple):
    """An ink on a ground and their contrast, 1 to 21."""

    ink: str
    ground: str
    ratio: float


def pairs(palette: Palette) -> Iterator[Pair]:
    """Every ink on every ground that text stands on; the terminal's own colours cannot be measured and give none."""
    if palette.ansi:
        return
    for ground in GROUNDS:
        for ink in (*INKS, "note") if ground == "note_ground" else INKS:
            yield Pair(ink, ground, contrast(getattr(palette, ink), getattr(palette, ground)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two '#rrggbb' colours."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def apart(one: str, other: str, sight: str) -> float:
    """How far two colours are apart (CIE76 in Lab; 2 is just noticeable) for 'protanopia' or 'deuteranopia'."""
    a, b = (_lab(_seen(_linear(colour), sight)) for colour in (one, other))
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)


def markdown() -> str:
    """docs/themes.md: the measured contrast of every palette."""
    out = [
        "# Themes and their contrast", "",
        "Every ink on every ground on which text may stand, as a ratio after WCAG 2.2. Text needs 4.5 (AA); the theme",
        "`contrast` has at least 7 (AAA). The theme `ansi` uses the terminal's own sixteen colours, which only the",
        "terminal knows. Lines between panes carry no meaning and are not listed.", "",
    ]  # fmt: skip
    for palette in ALL:
        found = list(pairs(palette))
        if not found:
            continue
        out += [
            f"## {short(palette)}",
            "",
            "| ink | " + " | ".join(g.replace("_", " ") for g in GROUNDS) + " |",
        ]
        out.append("|---" * (len(GROUNDS) + 1) + "|")
        by = {(pair.ink, pair.ground): f"{pair.ratio:.1f}" for pair in found}
        out += [
            f"| {ink} | " + " | ".join(by.get((ink, ground), "") for ground in GROUNDS) + " |"
            for ink in (*INKS, "note")
        ]
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def _linear(colour: str) -> _RGB:
    r, g, b = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _channel(r), _channel(g), _channel(b)


def _channel(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    r, g, b = _linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _seen(linear: _RGB, sight: str) -> _RGB:
    r, g, b = (
        max(0.0, min(1.0, sum(k * v for k, v in zip(row, linear, strict=True)))) for row in _MATRICES[sight]
    )
    return r, g, b


def _lab(linear: _RGB) -> _RGB:
    r, g, b = linear
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
