"""IMAP's FETCH answers as imaplib hands them over, read into values. Pure: knows no connection.

Servers may send parts in any order, a short body as a quoted string, NIL for a body that they cannot read,
and answers that nobody asked for in between (RFC 3501 7.4.2); all of that is read here and nothing raises.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_tz

_START = re.compile(rb"\d+ \(")
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"', re.IGNORECASE)
_QUOTED_BODY = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE | re.DOTALL)

Piece = bytes | tuple[bytes, bytes] | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail's answer. `body` is None when the server sent NIL or none; `at` is aware UTC or None."""

    uid: int
    size: int
    at: datetime | None
    body: bytes | None


def fetched(data: Sequence[Piece]) -> dict[int, Fetched]:
    """uid -> answer. Where a mail is answered twice, the answer with a body counts."""
    found: dict[int, Fetched] = {}
    for words, body in _answers(data):
        quoted = _QUOTED_BODY.search(words)
        if quoted and body is None:
            body = re.sub(rb"\\(.)", rb"\1", quoted[1])
        rest = _QUOTED_BODY.sub(b"", words)
        uid = _UID.search(rest)
        if uid is None:
            continue
        size, date = _SIZE.search(rest), _DATE.search(rest)
        each = Fetched(
            int(uid[1]), int(size[1]) if size else 0, internal_date(date[1]) if date else None, body
        )
        if each.uid not in found or body is not None:
            found[each.uid] = each
    return found


def internal_date(written: bytes) -> datetime | None:
    """An INTERNALDATE such as "17-Jul-2026 02:44:25 -0700" as an aware UTC instant; None when it is
    nonsense."""
    parsed = parsedate_tz(written.decode("ascii", "replace").strip())
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm((*parsed[:6], 0, 0, 0)) - (parsed[9] or 0), UTC)
    except (ValueError, OverflowError):
        return None


def response_code(data: object) -> str:
    """The code in brackets of a NO answer, such as 'AUTHENTICATIONFAILED'; '' when there is none (RFC
    5530)."""
    words = data[0] if isinstance(data, (list, tuple)) and data else data
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else str(words)
    found = re.search(r"\[([A-Z-]+)", text)
    return found[1] if found else ""


def words_of(data: object) -> bytes | str:
    """What the server said in an answer, without imaplib's wrapping."""
    words = data[0] if isinstance(data, (list, tuple)) and data else data
    return words if isinstance(words, (bytes, str)) else ""


def _answers(data: Sequence[Piece]) -> Iterator[tuple[bytes, bytes | None]]:
    """The words of each answer and its first literal."""
    words, body, begun = b"", None, False
    for piece in data:
        head, literal = piece if isinstance(piece, tuple) else (piece, None)
        if not head:
            continue
        if _START.match(head):
            if begun:
                yield words, body
            words, body, begun = b"", None, True
        words += head + b" "
        body = literal if body is None else body
    if begun:
        yield words, body
