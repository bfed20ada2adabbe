"""Writing in the person's own editor: the screen steps aside, and comes back with what was saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from csdesk.errors import DeskError
from csdesk.i18n import _
from csdesk.outside import edited, editor
from csdesk.text import clean

if TYPE_CHECKING:
    from csdesk.config import Config


def write_outside(app: App[object], config: Config, text: str, say: Callable[[str], None]) -> str | None:
    """The text as it came out of the editor, cleaned like every text from outside; None when all stays as it was.
    Why is said then."""
    try:
        command = editor(config.editor)
        with app.suspend():
            found = edited(text, command)
    except SuspendNotSupported:
        say(_("This terminal cannot be handed to an editor."))
        return None
    except DeskError as error:
        say(error.message)
        return None
    if found is None:
        say(_("The editor ended with an error; nothing was changed."))
        return None
    return clean(found)
