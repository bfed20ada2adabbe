"""The colours of the desk as plain values: one accent, and colour only where it means something.

Red burns, amber is soon, green is done; everything else is ink and two greys. Knows no screen library.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. Colours are '#rrggbb', or 'ansi_*' names where `ansi` says that the terminal's own are used."""

    name: str
    dark: bool
    ground: str
    ink: str
    dim: str
    faint: str
    rule: str
    accent: str
    burn: str
    soon: str
    done: str
    note: str
    note_ground: str
    reply_ground: str
    panel: str
    bar: str
    purple: str
    teal: str
    ansi: bool = False


DARK = Palette(
    name="csdesk-dark",
    dark=True,
    ground="#14171b",
    ink="#d5d9df",
    dim="#8d949e",
    faint="#5d646e",
    rule="#343a42",
    accent="#7fb0e6",
    burn="#f0766f",
    soon="#e0b05c",
    done="#8fbf7f",
    note="#e8d9a6",
    note_ground="#2d2817",
    reply_ground="#172230",
    panel="#1b1f25",
    bar="#1f242b",
    purple="#c39be6",
    teal="#6fc2c2",
)
LIGHT = Palette(
    name="csdesk-light",
    dark=False,
    ground="#fbfbf9",
    ink="#23272d",
    dim="#656c76",
    faint="#9aa0a8",
    rule="#d3d6da",
    accent="#1f5fa8",
    burn="#b3261e",
    soon="#8a5a00",
    done="#2f6f2a",
    note="#4d3f0c",
    note_ground="#faf0c8",
    reply_ground="#e8f0fa",
    panel="#f2f3f4",
    bar="#e9ebee",
    purple="#7a3fa0",
    teal="#11696b",
)
ANSI = Palette(
    name="csdesk-ansi",
    dark=True,
    ground="ansi_default",
    ink="ansi_default",
    dim="ansi_default",
    faint="ansi_bright_black",
    rule="ansi_bright_black",
    accent="ansi_cyan",
    burn="ansi_red",
    soon="ansi_yellow",
    done="ansi_green",
    note="ansi_black",
    note_ground="ansi_yellow",
    reply_ground="ansi_default",
    panel="ansi_default",
    bar="ansi_default",
    purple="ansi_magenta",
    teal="ansi_cyan",
    ansi=True,
)
ALL = (DARK, LIGHT, ANSI)


def named(name: str) -> Palette:
    """The palette of a config value ('dark', 'light', 'ansi' or a full name); dark where none fits."""
    return next((p for p in ALL if name in (p.name, p.name.removeprefix("csdesk-"))), DARK)
