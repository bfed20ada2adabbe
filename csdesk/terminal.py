"""Whether this terminal can carry the full screen, and how a signal from it ends one. Knows nothing of the screen
itself, so a command may ask cheaply."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from csdesk.i18n import _

if TYPE_CHECKING:
    import asyncio
    import signal

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


def has_few_colours(env: Mapping[str, str] | None = None) -> bool:
    """Whether the terminal has no more than sixteen colours, by what TERM and COLORTERM say: the Linux console, a
    BSD console, `screen` and `xterm-16color` without the 256 in their names. A theme of finer colours would be
    pressed into them, and its greys would fall together."""
    env = os.environ if env is None else env
    term = env.get("TERM", "").lower()
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") or "256color" in term or "direct" in term:
        return False
    return term.startswith(("linux", "vt", "ansi", "cons25", "screen", "rxvt")) or term.endswith("-16color")


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


def leave_at(
    number: signal.Signals,
    loop: asyncio.AbstractEventLoop,
    hurry: Callable[[int], None],
    leave: Callable[[], None],
) -> None:
    """Leave at a signal even while the loop waits for a terminal that takes no bytes: a handler of the loop itself
    would wait with it. `hurry` is given the exit code that the signal asks for. From the main thread only."""
    import contextvars
    import signal as signals

    context = contextvars.copy_context()  # a handler starts with whatever runs at the moment

    def signalled(got: int, _frame: object) -> None:
        hurry(128 + got)
        try:
            loop.call_soon_threadsafe(leave, context=context)
        except RuntimeError:  # the loop is closed: we are past all that was to be kept
            raise SystemExit(128 + got) from None

    signals.signal(number, signalled)
