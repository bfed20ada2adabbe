"""What a command writes: aligned words for people or JSON lines for programs. The last wall before a terminal.

Everything for people passes text.scrub(); in JSON every control, bidi and zero-width character is escaped.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Any, TextIO

from csdesk.i18n import _
from csdesk.text import bare, clean_line, scrub

GAP = 2
JOINERS = "\u200c\u200d"


def prepare(stream: TextIO) -> None:
    """Make a stream that cannot show a character write its code instead of failing."""
    with suppress(AttributeError, ValueError, OSError):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]


def as_json(value: Any, stream: TextIO | None = None) -> str:
    """One line of JSON in which no character drives a terminal; ASCII only where the stream needs that."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
    import json  # most commands, and the screen, write none

    line = json.dumps(value, ensure_ascii=encoding != "utf8")
    if scrub(line) == line and not any(joiner in line for joiner in JOINERS):
        return line
    driving = {char for char in set(line) if char in JOINERS or scrub(char) != char}
    return line.translate({ord(char): _escape(char) for char in driving})


def _escape(char: str) -> str:
    import json

    return json.dumps(char)[1:-1]


def zone(name: str) -> tzinfo | None:
    """The agent's time zone; None is the machine's own."""
    if name in ("", "local"):
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class Out:
    """Where a command's results and sentences go. `json` is whether --json was asked for."""

    def __init__(self, *, json: bool = False, where: tzinfo | None = None) -> None:
        self.json = json
        self.where = where

    def object(self, value: Mapping[str, Any]) -> None:
        """One JSON object on a line of its own."""
        sys.stdout.write(as_json(value, sys.stdout) + "\n")

    def say(self, text: str = "") -> None:
        """Words for a person on stdout, harmless whatever is in them."""
        sys.stdout.write(scrub(text) + "\n")

    def warn(self, text: str) -> None:
        """A sentence beside the result, on stderr."""
        sys.stderr.write(scrub(text) + "\n")

    def done(self, value: Mapping[str, Any], sentence: str) -> None:
        """The result of an act: an object for programs, a sentence for people."""
        if self.json:
            self.object(value)
        else:
            self.say(sentence)

    def error(self, code: str, message: str) -> None:
        """Why it did not work, on stderr."""
        if self.json:
            line = as_json({"error": {"code": code, "message": message}}, sys.stderr)
        else:
            line = scrub(_("csdesk: {message}").format(message=message))
        sys.stderr.write(line + "\n")

    def time(self, at: datetime | None) -> str:
        """An instant in the agent's zone, '' for none."""
        return "" if at is None else at.astimezone(self.where).strftime("%Y-%m-%d %H:%M")

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Columns aligned by cell width. On a terminal the last column is cut at the edge."""
        lines = [[bare(clean_line(str(cell), limit=400)) for cell in row] for row in rows]
        for line in aligned([list(heads), *lines], _width()):
            self.say(line)

    def facts(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Names and values, one pair a line; empty values are left out."""
        lines = [
            [name, bare(clean_line(str(value), limit=400))]
            for name, value in pairs
            if value not in ("", None)
        ]
        for line in aligned(lines, _width()):
            self.say(line)


def _width() -> int:
    """Cells of a terminal, 0 where nothing has to be cut."""
    with suppress(ValueError, OSError):
        if sys.stdout.isatty():
            return shutil.get_terminal_size().columns
    return 0


def aligned(rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Rows as lines whose columns begin in the same cell; `width` cuts lines (0 does not)."""
    from rich.cells import cell_len, set_cell_size

    count = max((len(row) for row in rows), default=0)
    widths = [max((cell_len(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)]
    out = []
    for row in rows:
        cells = [cell + " " * (widths[at] - cell_len(cell)) for at, cell in enumerate(row)]
        line = (" " * GAP).join(cells).rstrip()
        if width and cell_len(line) > width:
            line = set_cell_size(line, width - 1).rstrip() + "…"
        out.append(line)
    return out


def discard_output() -> None:
    """Nobody reads stdout any more: let what is still buffered go nowhere, quietly."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
