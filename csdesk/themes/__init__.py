"""The colours of the desk as plain values: one accent, and colour only where it means something.

Red burns, amber is soon, green is done; everything else is ink and two greys. Knows no screen library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


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
    dim="#a2a9b3",
    faint="#89909a",
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
    dim="#515862",
    faint="#646a72",
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
CONTRAST = Palette(
    name="csdesk-contrast",
    dark=True,
    ground="#000000",
    ink="#ffffff",
    dim="#c8c8c8",
    faint="#b1b1b1",
    rule="#7a7a7a",
    accent="#6fc3ff",
    burn="#ff9389",
    soon="#ffc94d",
    done="#7be07b",
    note="#ffe999",
    note_ground="#2b2600",
    reply_ground="#001a33",
    panel="#0c0c0c",
    bar="#161616",
    purple="#d6a8ff",
    teal="#5fe0e0",
)
COLOUR_BLIND = replace(
    DARK,
    name="csdesk-colour-blind",
    accent="#d79cc8",
    burn="#e8713c",
    soon="#f0e442",
    done="#56b4e9",
)
"""After Okabe and Ito (https://jfly.uni-koeln.de/color/): vermilion, yellow and sky blue stay apart for people who see
no red or no green."""
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
ALL = (DARK, LIGHT, CONTRAST, COLOUR_BLIND, ANSI)


def short(palette: Palette) -> str:
    """The name that config.toml uses."""
    return palette.name.removeprefix("csdesk-").removeprefix("own-")


def named(name: str, among: Iterable[Palette] = ALL) -> Palette:
    """The palette of a config value ('dark', 'light', 'contrast', 'colour-blind', 'ansi', or the name of a person's
    own) or a full name; dark where none fits."""
    return next((p for p in among if name in (p.name, short(p))), DARK)


def beside(config: Path | None, remembers: bool) -> tuple[tuple[Palette, ...], tuple[str, ...]]:
    """All palettes with the person's own from the folder beside a configuration, and what is wrong with these. Where
    there is no such file its usual place counts for a screen that `remembers`. Loads nothing where no folder is."""
    if config is None and remembers:
        from csdesk.paths import config_file

        config = config_file()
    if config is None or not (folder := config.with_name("themes")).is_dir():
        return ALL, ()
    from csdesk.themes import own

    found = own.read(folder)
    return (*ALL, *found.palettes), found.problems
