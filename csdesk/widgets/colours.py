"""Our palettes in the words of the screen library. Knows no screen."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from csdesk import themes


def variables(palette: themes.Palette) -> dict[str, str]:
    """The names that the styles use."""
    own = {
        "dim": palette.dim,
        "faint": palette.faint,
        "rule": palette.rule,
        "burn": palette.burn,
        "soon": palette.soon,
        "done": palette.done,
        "note": palette.note,
        "note-ground": palette.note_ground,
        "reply-ground": palette.reply_ground,
        "bar": palette.bar,
        "purple": palette.purple,
        "teal": palette.teal,
    }
    if palette.ansi:
        own = {**BUILTIN_THEMES["ansi-dark"].variables, **own}
    return own


def textual_theme(palette: themes.Palette) -> Theme:
    """A palette as the screen library wants it."""
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        warning=palette.soon,
        error=palette.burn,
        success=palette.done,
        foreground=palette.ink,
        background=palette.ground,
        surface=palette.panel,
        panel=palette.panel,
        dark=palette.dark,
        ansi=palette.ansi,
        variables=variables(palette),
    )
