"""How far an IMAP account was read, as the text that is stored with the mails. Pure: knows no connection.

One place per folder. Mails from `low` up to, but not including, `high` were handed out; what came later has
higher numbers, and what is older and still to come has lower ones (RFC 3501 2.3.1.1: UIDs only grow).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Place:
    """One folder. `high` is 0 before the first look, `low` is at most 1 when nothing older is left.

    `again` are mails that the server has but did not give so far. `rebuilt`: the folder was numbered anew, so
    its older mails may be known under other ids. `left` of `total` older mails are still to come. `modseq` is the
    folder's HIGHESTMODSEQ (RFC 7162) when it was last read to its end.
    """

    uidvalidity: int = 0
    low: int = 0
    high: int = 0
    again: list[int] = field(default_factory=list)
    rebuilt: bool = False
    left: int = 0
    total: int = 0
    modseq: int = 0

    @property
    def has_backlog(self) -> bool:
        """Whether older mails are still to come."""
        return self.low > 1


@dataclass(slots=True)
class Cursor:
    """All folders of an account, and how many bytes were fetched on which day (UTC, ISO)."""

    folders: dict[str, Place] = field(default_factory=dict)
    day: str = ""
    spent: int = 0

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    def place(self, folder: str, validity: int) -> Place:
        """The folder's place; from the beginning when the folder is new or was numbered anew."""
        known = self.folders.get(folder)
        if known is None or known.uidvalidity != validity:
            known = self.folders[folder] = Place(uidvalidity=validity, rebuilt=known is not None)
        return known

    def spend(self, count: int, day: str) -> None:
        """Note bytes that were fetched."""
        if day != self.day:
            self.day, self.spent = day, 0
        self.spent += count

    def spent_on(self, day: str) -> int:
        """Bytes fetched on a day."""
        return self.spent if day == self.day else 0


def read_cursor(text: str) -> Cursor:
    """The cursor in a stored text; an empty one when it is none of ours. Never raises: reading from the
    beginning costs time and loses nothing."""
    try:
        found = json.loads(text) if text else {}
        folders = {str(name): Place(**_checked(place)) for name, place in found["folders"].items()}
        return Cursor(folders, str(found["day"]), int(found["spent"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Cursor()


def _checked(place: Mapping[str, Any]) -> dict[str, Any]:
    numbers = ("uidvalidity", "low", "high", "left", "total", "modseq")
    return {
        **{name: int(place[name]) for name in numbers},
        "again": [int(uid) for uid in place["again"]],
        "rebuilt": bool(place["rebuilt"]),
    }


def external_id(folder: str, validity: int, uid: int) -> str:
    """The name of one mail, stable as long as the server keeps its numbers."""
    return f"{folder}/{validity}/{uid}"
