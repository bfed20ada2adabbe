"""Every theme can be read: contrast measured, not judged by one person's eyes on one evening."""

from __future__ import annotations

from itertools import combinations

import pytest

from csdesk import themes
from csdesk.config import THEMES
from csdesk.themes.contrast import AA, AAA, GROUNDS, INKS, apart, contrast, pairs

MEASURED = [palette for palette in themes.ALL if not palette.ansi]


def test_black_on_white_is_the_standards_own_example() -> None:
    """A wrong formula would call unreadable text fine."""
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("palette", MEASURED, ids=themes.short)
def test_every_text_on_every_ground_has_the_contrast_of_aa(palette: themes.Palette) -> None:
    """Grey on grey at four in the morning is a mistake in an order number."""
    least = AAA if palette is themes.CONTRAST else AA
    found = list(pairs(palette))
    assert len(found) == len(INKS) * len(GROUNDS) + 1
    assert [pair for pair in found if pair.ratio < least] == []


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
def test_what_burns_what_is_soon_and_what_is_done_stay_apart_without_red_or_green(sight: str) -> None:
    """One man in twelve sees no difference between the usual red and green."""
    p = themes.COLOUR_BLIND
    for one, other in combinations((p.burn, p.soon, p.done, p.ink), 2):
        assert apart(one, other, sight) > 20, (one, other)


def test_every_theme_can_be_named_in_the_configuration() -> None:
    """A theme that config.toml refuses is there for nobody."""
    assert tuple(themes.short(palette) for palette in themes.ALL) == THEMES
    assert all(themes.named(name).name == f"csdesk-{name}" for name in THEMES)
    assert themes.named("plaid") is themes.DARK
