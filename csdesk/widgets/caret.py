"""The terminal's own cursor stands where text goes on: input methods show their candidates there, also before the first
key. Textual moves it with each change of a text field, but not when the field itself comes to another place."""

from __future__ import annotations

from typing import Any

from textual.geometry import Region


def follow(field: Any) -> None:
    """Keep the cursor at this text field (an Input or TextArea) while it has the focus, wherever layouts put it. To be
    called when it is mounted."""
    field.screen.screen_layout_refresh_signal.subscribe(field, lambda _screen: stand(field))


def stand(field: Any) -> None:
    """Put the cursor where the text of the focused field goes on. One cell is drawn, for only a drawing takes the
    cursor along, and nothing at all when it stands there already."""
    if not field.has_focus or field.app.cursor_position == field.cursor_screen_offset:
        return
    field.app.cursor_position = field.cursor_screen_offset
    field.refresh(Region(0, 0, 1, 1))
