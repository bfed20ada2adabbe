"""Where an agent was when the desk went away: one small file beside the logs, written whole or not at all.

It holds numbers and modes, never a word of what was written; the draft itself is in the store.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from csdesk.screens import statefile

FILE = "places.json"
MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation in which something was being written; `mode` is 'reply' or 'note'."""

    conversation: int
    mode: str


def recall(store: str, agent: str) -> Place | None:
    """Where this agent was writing on this store, or None. A damaged file is as good as none."""
    found = statefile.read(FILE).get(key_of(store, agent)) if store else None
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
    places, key = statefile.read(FILE), key_of(store, agent)
    if place is None and key not in places:
        return
    places.pop(key, None)
    if place is not None:
        places[key] = [place.conversation, place.mode]
    statefile.write(FILE, dict(list(places.items())[-MOST:]))


def key_of(store: str, agent: str) -> str:
    """A store's address may hold a password: only its digest is kept."""
    return hashlib.sha256(f"{store}\n{agent}".encode()).hexdigest()[:24]
