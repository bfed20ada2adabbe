"""Files that leave the store for a person's folder, and files that a person attaches."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Sequence
from pathlib import Path

from csdesk.domain.mail import Part
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.mail import names

MAX_TOTAL_BYTES = 20 * 1024 * 1024
"""What most mail servers take, counted before the encoding adds a third."""


def save_as(folder: Path, name: str, data: bytes) -> Path:
    """Write a new file named `name` into a folder, "name (2)" when taken; mode 0600. Raises Refused; then
    nothing of it is left behind. The name is made safe again: whatever the store says, it stays in the folder."""
    name = names.safe(name) or "file"
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = folder / (f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}")
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            _fill(handle, path, data)
            return path
    except OSError as error:
        raise Refused(
            _("{name} could not be saved in {folder}: {reason}.").format(
                name=name, folder=folder, reason=error.strerror
            ),
            code="not_saved",
        ) from error
    raise Refused(_("There are too many files named {name} in {folder}.").format(name=name, folder=folder))


def _fill(handle: int, path: Path, data: bytes) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)  # half a file looks like a whole one
        raise


def read_attachments(paths: Sequence[str]) -> tuple[Part, ...]:
    """Files as mail parts. Raises Refused naming the file that is missing, unreadable or too much."""
    parts: list[Part] = []
    total = 0
    for given in paths:
        path = Path(given).expanduser()
        try:
            total += path.stat().st_size
            if total > MAX_TOTAL_BYTES:
                raise Refused(
                    _("The attachments are larger than {limit} MB together; {path} is one too many.").format(
                        limit=MAX_TOTAL_BYTES // 1024 // 1024, path=path
                    ),
                    code="attachment",
                )
            data = path.read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or error
            raise Refused(
                _("The attachment {path} cannot be read: {reason}.").format(path=path, reason=reason),
                code="attachment",
            ) from error
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        parts.append(Part(path.name, mime, data))
    return tuple(parts)
