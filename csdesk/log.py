"""The log: one private file per kind of process, rotated, for whoever repairs. Knows no store and no screen.

Never in it: passwords, and what customers and agents wrote. Control characters are scrubbed, because logs are
read in terminals too.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from csdesk import paths
from csdesk.text import clean_line

MAX_BYTES = 1_000_000
KEPT = 3
LONGEST = 400
"""Characters of a message: enough for a reason, too few for a mail."""

_SECRETS = (
    (re.compile(r"(://[^:/@\s]*):[^@\s]*@"), r"\1:•••@"),
    (
        re.compile(r"(?i)\b(pass(?:word|wd)?|secret|token|api[_-]?key|authorization)\b(['\"]?\s*[=:]\s*)\S+"),
        r"\1\2•••",
    ),
)


def file(name: str = "csdesk") -> Path:
    """Where the log of a kind of process lies: 'csdesk' for screen and commands, 'sync' for the background."""
    return paths.state_dir() / f"{name}.log"


def start(name: str = "csdesk") -> None:
    """Send what csdesk logs to its file. May be called again; a folder that cannot be written is no error."""
    logger = logging.getLogger("csdesk")
    for old in [h for h in logger.handlers if isinstance(h, PrivateFile)]:
        logger.removeHandler(old)
        old.close()
    try:
        handler = PrivateFile(file(name))
    except OSError:
        logger.addHandler(logging.NullHandler())
        return
    handler.setFormatter(Harmless())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def failure(error: BaseException, name: str = "csdesk") -> str:
    """Log an error with its trace; returns the log's path for the sentence that a person reads."""
    logger = logging.getLogger("csdesk")
    if not any(isinstance(h, PrivateFile) for h in logger.handlers):
        start(name)
    logger.error("unexpected failure", exc_info=error)
    return str(file(name))


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file with mode 0600, opened at the first record. What cannot be logged is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        handle = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must not stop the desk because of its log."""


class Harmless(logging.Formatter):
    """One line a record, secrets masked, and traces without the values that were at hand."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record with nothing in it that drives a terminal."""
        head = f"{self.formatTime(record)} {record.process} {record.levelname} {record.name}: "
        text = head + safe(record.getMessage())
        return text + "\n" + self.formatException(record.exc_info) if record.exc_info else text

    def formatException(self, ei: Any) -> str:
        """File, line and name of every frame; the error's first line only, since behind it drivers put data."""
        return "\n".join(_frames(ei[1], ei[2]))


def _frames(error: BaseException, trace: TracebackType | None) -> list[str]:
    out = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        out += [*_frames(cause, cause.__traceback__), "  which led to"]
    for frame in traceback.extract_tb(trace):
        out.append(f"  {frame.filename}:{frame.lineno} {frame.name}")
    return [*out, f"  {type(error).__name__}: {safe(str(error).split(chr(10))[0])}"]


def safe(text: str) -> str:
    """A text on one short line without secrets and controls."""
    for pattern, masked in _SECRETS:
        text = pattern.sub(masked, text)
    return clean_line(text, limit=LONGEST)
