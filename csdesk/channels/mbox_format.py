"""How an mbox file is cut into mails. Pure: lines in, mails out; opens nothing.

The format has no standard, only habits (RFC 4155, appendix A; the mboxo and mboxrd variants). A mail begins
at a line "From " after an empty line; such lines inside a mail carry a '>'.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_tz
from typing import BinaryIO

_DATED = re.compile(rb"^From .*\b\d{1,2}:\d\d(:\d\d)?\b.*\b(19|20)\d\d\b|^From .*\b(19|20)\d\d-\d\d-\d\d")
_FIELD = re.compile(rb"^[!-9;-~]+:")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_CHANGING = re.compile(
    rb"(?im)^(Status|X-Status|X-Keywords|X-UID|X-IMAP|X-IMAPbase|Content-Length|Lines|X-Mozilla-Status2?"
    rb"|X-Mozilla-Keys):.*\n(?:[ \t].*\n)*"
)
_MONTHS = re.compile(
    rb"([A-Z][a-z]{2})\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{1,2}:\d\d(?::\d\d)?)\s+(?:([+-]\d{4}|[A-Z]{3,4})\s+)?(\d{4})"
    rb"(?:\s+([+-]\d{4}))?"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the file: its unescaped bytes, the offset behind it, its "From " line, and whether its last
    line was complete."""

    raw: bytes
    end: int
    envelope: bytes
    complete: bool


def entries(stream: BinaryIO, start: int) -> Iterator[Entry]:
    """The mails from an offset on, which must be the beginning of a mail or empty lines before one."""
    stream.seek(start)
    at = start
    envelope = b""
    held: list[bytes] = []
    empty, waiting = True, b""
    for line in stream:
        if waiting:  # a dubious "From " line: a mail only when a header follows
            if _FIELD.match(line):
                if envelope:
                    yield _entry(held, at - len(waiting), envelope)
                envelope, held = waiting, []
            else:
                held.append(waiting)
            waiting = b""
        if empty and line.startswith(b"From "):
            if _DATED.match(line) or not envelope:
                if envelope:
                    yield _entry(held, at, envelope)
                envelope, held = line, []
            else:
                waiting = line
        elif envelope:
            held.append(line)
        at += len(line)
        empty = not line.strip(b"\r\n")
    if waiting:
        held.append(waiting)
    if envelope:
        yield _entry(held, at, envelope)


def begins_a_mail(stream: BinaryIO, start: int) -> bool:
    """Whether a mail begins at the offset, or nothing but empty lines follows."""
    stream.seek(start)
    for line in stream:
        if line.strip(b"\r\n"):
            return line.startswith(b"From ")
    return True


def fingerprint(raw: bytes) -> str:
    """A mail's identity: a hash that the marks which mail programs write into the header do not change."""
    header, gap, body = raw.partition(b"\n\n")
    return hashlib.sha256(_CHANGING.sub(b"", header + b"\n") + gap + body).hexdigest()[:40]


def is_internal(raw: bytes) -> bool:
    """Whether it is the pseudo-mail in which some servers keep their own data."""
    header = raw[:4096].partition(b"\n\n")[0]
    return b"\nX-IMAP:" in b"\n" + header and b"FOLDER INTERNAL DATA" in header


def envelope_date(envelope: bytes) -> datetime | None:
    """The instant in a "From " line, taken as UTC when it names no zone; None when there is none."""
    found = _MONTHS.search(envelope)
    if found is None:
        return None
    day, month, number, time, zone, year, later = (
        part.decode("ascii") if part else "" for part in found.groups()
    )
    offset = zone or later
    parsed = parsedate_tz(
        f"{day}, {number} {month} {year} {time} {offset if offset[:1] in '+-' else '+0000'}"
    )
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm((*parsed[:6], 0, 0, 0)) - (parsed[9] or 0), UTC)
    except (ValueError, OverflowError):
        return None


def _entry(lines: list[bytes], end: int, envelope: bytes) -> Entry:
    complete = bool(lines) and lines[-1].endswith(b"\n")
    if lines and not lines[-1].strip(b"\r\n"):
        lines = lines[:-1]  # the empty line before the next mail belongs to the file
    return Entry(_ESCAPED.sub(rb"\1", b"".join(lines)), end, envelope, complete)
