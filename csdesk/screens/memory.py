"""Where an agent was when the desk went away: one small file beside the logs, written whole or not at all.

It holds numbers and modes, never a word of what was written; the draft itself is in the store.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from csdesk import paths

MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation in which something was being written; `mode` is 'reply' or 'note'."""

    conversation: int
    mode: str


def recall(store: str, agent: str) -> Place | None:
    """Where this agent was writing on this store, or None. A damaged file is as good as none."""
    found = _read().get(_key(store, agent)) if store else None
    if (
        isinstance(found, list)
        and len(found) == 2
        and isinstance(found[0], int)
        and found[1] in ("reply", "note")
    ):
        return Place(found[0], found[1])
    return None


def remember(store: str, agent: str, place: Place | None) -> None:
    """Keep the place for the next start, or forget it. A full disk costs only that."""
    if not store:
        return
    places, key = _read(), _key(store, agent)
    if place is None and key not in places:
        return
    places.pop(key, None)
    if place is not None:
        places[key] = [place.conversation, place.mode]
    with suppress(OSError):
        _write(dict(list(places.items())[-MOST:]))


def _key(store: str, agent: str) -> str:
    """A store's address may hold a password: only its digest is kept."""
    return hashlib.sha256(f"{store}\n{agent}".encode()).hexdigest()[:24]


def _file() -> Path:
    return paths.state_dir() / "places.json"


def _read() -> dict[str, object]:
    try:
        found = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(places: dict[str, object]) -> None:
    file = _file()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".places-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(places, out)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
