"""Whether this terminal can carry the full screen. Knows nothing of the screen itself, so a command may ask cheaply."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from typing import Protocol

from csdesk.i18n import _

DUMB = frozenset({"dumb", "unknown"})


class Stream(Protocol):
    """As much of a text stream as is asked here."""

    @property
    def encoding(self) -> str | None:
        """The codec's name."""
        ...

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        ...


def can_run_full_screen(env: Mapping[str, str], stdin: Stream, stdout: Stream) -> str | None:
    """None when the full screen can be shown, else a sentence that says why not and what to use instead."""
    if not _is_terminal(stdin) or not _is_terminal(stdout):
        return _(
            "There is no terminal here to show the desk on. "
            "Use csdesk demo --dump, or the plain commands: csdesk queue, csdesk show ID, csdesk reply ID."
        )
    term = env.get("TERM", "")
    if term in DUMB:
        return _(
            "The terminal is of the kind {term}, which cannot move its cursor. Use another TERM, csdesk demo "
            "--dump, or the plain commands: csdesk queue, csdesk show ID, csdesk reply ID."
        ).format(term=term)
    encoding = stdout.encoding or "utf-8"
    if not _is_utf8(encoding):
        return _(
            "Text goes out as {encoding} here, and the desk needs UTF-8. "
            "Unset PYTHONIOENCODING or set it to utf-8."
        ).format(encoding=encoding)
    return None


def wants_no_colour(env: Mapping[str, str] | None = None) -> bool:
    """Whether NO_COLOR asks for a screen without colours (https://no-color.org: any value that is not empty)."""
    return bool((os.environ if env is None else env).get("NO_COLOR"))


def _is_terminal(stream: Stream) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _is_utf8(encoding: str) -> bool:
    """Plain ASCII counts: under LANG=C the screen writes UTF-8 all the same."""
    try:
        return codecs.lookup(encoding).name in ("utf-8", "ascii")
    except LookupError:
        return False
