"""Themes of a person's own: read beside config.toml, and said when they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from csdesk import config, themes
from csdesk.errors import ConfigError
from csdesk.themes import own


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "themes"
    found.mkdir()
    return found


def test_a_theme_changes_some_colours_of_another(folder: Path) -> None:
    (folder / "amber-night.toml").write_text('base = "contrast"\naccent = "#FF9F43"\n')
    found = own.read(folder)
    assert found.problems == () and len(found.palettes) == 1
    palette = found.palettes[0]
    assert themes.short(palette) == "amber-night" and palette.accent == "#ff9f43"
    assert palette.burn == themes.CONTRAST.burn
    assert themes.named("amber-night", (*themes.ALL, palette)) is palette


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('accent = "orange"', ["mine.toml:1", "accent", "#rrggbb"]),
        ('accent = "#ff9f4"', ["mine.toml:1", "#rrggbb"]),
        ('\nakzent = "#ff9f43"', ["mine.toml:2", "did you mean 'accent'"]),
        ('base = "drak"', ["mine.toml:1", "did you mean 'dark'"]),
        ('base = "ansi"', ["mine.toml:1", "allowed are"]),
        ("accent = 5", ["mine.toml:1", "accent"]),
        ("accent = ", ["mine.toml:1", "TOML"]),
    ],
)
def test_an_unknown_colour_is_said_with_its_line_and_the_nearest_name(
    folder: Path, text: str, said: list[str]
) -> None:
    """And the desk opens all the same, in a theme of its own."""
    (folder / "mine.toml").write_text(text)
    (folder / "good.toml").write_text('ground = "#000000"')
    found = own.read(folder)
    assert [themes.short(one) for one in found.palettes] == ["good"]
    assert len(found.problems) == 1
    for part in said:
        assert part in found.problems[0]


def test_what_cannot_be_read_or_has_a_taken_name_is_said(folder: Path) -> None:
    (folder / "dark.toml").write_text("")
    (folder / "bytes.toml").write_bytes(b'accent = "\xff"')
    (folder / "place.toml").mkdir()
    (folder / "Not A Name!.toml").write_text("")
    found = own.read(folder)
    assert found.palettes == () and len(found.problems) == 3
    assert own.read(folder / "missing") == own.Own()


def test_the_configuration_takes_its_name(folder: Path) -> None:
    (folder / "mine.toml").write_text("")
    path = folder.parent / "config.toml"
    path.write_text('theme = "mine"')
    assert config.load(path).theme == "mine"
    path.write_text('theme = "mien"')
    with pytest.raises(ConfigError, match="did you mean 'mine'"):
        config.load(path)
