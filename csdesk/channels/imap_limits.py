"""What mail providers allow a day and at once, as data, and the sentences about it. Knows no connection.

Gmail: 2,500 MB by IMAP a day and 15 connections at once, by its own help pages ("Gmail bandwidth limits", "Add
Gmail to another email client"); who takes more is locked out for up to a day. Others name no figures, so they
have none here; an account's settings `bytes_per_day` and `connections` say otherwise for any server.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from csdesk.channels.imap_cursor import Cursor
from csdesk.domain.ports import ChannelError, ChannelProgress
from csdesk.i18n import _

MB = 1_000_000
_SHARE_OF_OLD = 0.8
"""Older mail stops at this share of the day's bytes, so that new mail still gets through."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes a day and connections at once; 0 is no limit."""

    bytes_per_day: int = 0
    connections: int = 0


_HOSTS: Mapping[str, Limits] = {
    "imap.gmail.com": Limits(2_500 * MB, 15),
    "imap.googlemail.com": Limits(2_500 * MB, 15),
}


def limits_of(host: str, settings: Mapping[str, str]) -> Limits:
    """The limits of an account: its settings, else what is known of the host."""
    known = _HOSTS.get(host.lower().rstrip("."), Limits())
    return Limits(
        _number(settings, "bytes_per_day", known.bytes_per_day),
        _number(settings, "connections", known.connections),
    )


def may_fetch_old(limits: Limits, cursor: Cursor, day: str) -> bool:
    """Whether older mail may go on today."""
    return not limits.bytes_per_day or cursor.spent_on(day) < limits.bytes_per_day * _SHARE_OF_OLD


def demand_bytes(limits: Limits, cursor: Cursor, day: str, host: str) -> None:
    """Raises ChannelError('budget') when the day's bytes are used up."""
    if limits.bytes_per_day and cursor.spent_on(day) >= limits.bytes_per_day:
        raise ChannelError(
            "budget",
            _(
                "{host} allows {megabytes} MB a day and they are used up. It goes on after midnight UTC; "
                "nothing is lost."
            ).format(host=host, megabytes=limits.bytes_per_day // MB),
        )


def progress(cursor: Cursor, limits: Limits, day: str) -> ChannelProgress | None:
    """How far the first look came, all folders together; None when everything is here."""
    places = [place for place in cursor.folders.values() if place.has_backlog]
    if not places:
        return None
    total = sum(place.total for place in places)
    note = "" if may_fetch_old(limits, cursor, day) else _("Older mail goes on after midnight UTC.")
    return ChannelProgress(max(total - sum(place.left for place in places), 0), total, note)


_open: Counter[tuple[str, str]] = Counter()
_open_lock = threading.Lock()


def take_connection(host: str, user: str, limits: Limits) -> None:
    """Count a connection. Raises ChannelError('budget')."""
    with _open_lock:
        if limits.connections and _open[host, user] >= limits.connections:
            raise ChannelError(
                "budget",
                _("{host} allows {count} connections at once and all are in use. It is tried again.").format(
                    host=host, count=limits.connections
                ),
            )
        _open[host, user] += 1


def give_connection(host: str, user: str) -> None:
    """Stop counting a connection."""
    with _open_lock:
        _open[host, user] -= 1
        if _open[host, user] <= 0:
            del _open[host, user]


def _number(settings: Mapping[str, str], name: str, usual: int) -> int:
    written = settings.get(name, "")
    return int(written) if written.isascii() and written.isdigit() else usual
