"""Small facts that the screen wants to find again: one JSON file each in the state folder, written whole or not at all.

They hold numbers and choices, never a word of a customer or an agent. A damaged file is as good as none.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from csdesk import paths


def read(name: str) -> dict[str, object]:
    """What a file holds; an empty dictionary where it is missing or damaged."""
    try:
        text = (paths.state_dir() / name).read_text("utf-8")
    except (OSError, ValueError):
        return {}
    import json  # only where there is something to read: the first frame waits for it

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write(name: str, facts: dict[str, object]) -> None:
    """Put these facts in the place of what was there. A full disk costs only that."""
    with suppress(OSError):
        _write(paths.state_dir() / name, facts)


def _write(file: Path, facts: dict[str, object]) -> None:
    import json
    import os
    import tempfile

    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(facts, out)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
