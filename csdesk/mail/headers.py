"""Header fields as text: RFC 2047 words in their right and wrong forms, message ids, dates, RFC 2231 parameters.

Values come as the standard parser leaves them: str with undecodable bytes as lone surrogates, still folded.
Knows nothing of bodies.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from csdesk.mail import charsets
from csdesk.text import clean_line

MAX_VALUE = 65_536
MAX_IDS = 100
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,4000}?)\?=", re.DOTALL)
_CUT_WORD = re.compile(r"=\?([\w.:+*-]{1,60})\?([bBqQ])\?([^?\s]{2,})$")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_ID_SPLIT = re.compile(r"[,<>\s]+")
_ANGLE_ID = re.compile(r"<\s*([^<>\s]{1,996}?)\s*>")
_ONE_ID = re.compile(r"\s*<([!-;=?-~]{1,900})>\s*")
"""A field with one id and nothing else, as nearly all are."""
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)(?: \([A-Za-z]{1,5}\))?",
    re.ASCII,
)
"""A date as RFC 5322 wants it; the standard parser reads all the others."""
_MONTHS = {
    name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_PARAM = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL)
_LONG_PARAMS = 120
_SECTION = re.compile(r"^(.+?)\*(\d{1,3})?(\*)?$")
_ZERO_ZONE = re.compile(r"\+0000|\b(?:GMT|UTC?|WET|Z)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]%[89A-Fa-f][0-9A-Fa-f]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unfold(value: str) -> str:
    """The value on one line; absurdly long ones are cut at MAX_VALUE characters."""
    if len(value) > MAX_VALUE:
        value = value[:MAX_VALUE]
    return _FOLD.sub(" ", value) if "\n" in value or "\r" in value else value


def raw_text(value: str, hint: str = "") -> str:
    """A value whose raw 8-bit bytes (or raw ISO-2022-JP) are turned into characters; words stay encoded."""
    if value.isascii() and "\x1b" not in value:
        return value
    return charsets.decode(value.encode("utf-8", "surrogateescape"), "", hint)


def text(value: str, hint: str = "") -> str:
    """The readable text of an unstructured field, not yet cleaned. `hint`: charset for raw 8-bit bytes."""
    value = raw_text(unfold(value), hint)
    for _again in range(2):
        if "=?" not in value:
            break
        value = _words(value)
    return value


def line(value: str, hint: str = "", limit: int = 998) -> str:
    """text(), cleaned for one line of the screen."""
    return clean_line(text(value, hint), limit=limit)


def _words(value: str) -> str:
    """Decode encoded words. Neighbours of one charset are joined as bytes first: many mailers cut a character
    in two between them."""
    out: list[str] = []
    charset, pending = "", b""
    at = 0
    for found in _WORD.finditer(value):
        between = value[at : found.start()]
        label = found[1].split("*")[0].lower()
        if pending and (between.strip() or label != charset):
            out.append(charsets.decode(pending, charset))
            pending = b""
        if between.strip() or at == 0:
            out.append(between)
        charset, pending = label, pending + _word_bytes(found[2], found[3])
        at = found.end()
    rest = value[at:]
    cut = _CUT_WORD.search(rest) if "=?" in rest else None
    if cut is not None:
        joins = pending and not rest[: cut.start()].strip() and cut[1].lower() == charset
        if not joins:
            out += [charsets.decode(pending, charset), rest[: cut.start()]]
        pending, charset = (pending if joins else b"") + _word_bytes(cut[2], cut[3]), cut[1]
        rest = ""
    out += [charsets.decode(pending, charset), rest]
    return "".join(out)


def _word_bytes(encoding: str, body: str) -> bytes:
    data = body.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return base64_bytes(data)
    return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)


def base64_bytes(data: bytes) -> bytes:
    """Base64 with white space, padding or length wrong: as much as can be read."""
    kept = _NOT_BASE64.sub(b"", data)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def message_ids(values: list[str]) -> tuple[str, ...]:
    """Ids without brackets in the order given, each once, the last MAX_IDS of them. Phrases that some mailers
    put into In-Reply-To ("Your message of Tuesday") are left out."""
    if len(values) == 1 and (one := _ONE_ID.fullmatch(values[0])):
        return (one[1],)
    seen: dict[str, None] = {}
    for value in values:
        value = unfold(value)
        found = _ANGLE_ID.findall(value)
        for token in found or (word for word in _ID_SPLIT.split(value) if "@" in word):
            token = clean_line(token).replace(" ", "")
            if token:
                seen.pop(token, None)
                seen[token] = None
    return tuple(seen)[-MAX_IDS:]


def message_id(values: list[str]) -> str:
    """The one id of a Message-ID field without brackets; '' when there is none."""
    for value in values:
        ids = message_ids([value])
        if ids:
            return ids[0]
        bare = clean_line(unfold(value).strip("<> \t")).replace(" ", "")
        if bare:
            return bare
    return ""


def instant(value: str) -> tuple[datetime | None, int | None]:
    """The UTC instant of a Date field and the sender's offset in minutes; (None, None) for nonsense: what
    cannot be read, years before 1990 or after 2100, offsets beyond 15 hours. '-0000' says no offset."""
    value = unfold(value)[:200].strip()
    if not value:
        return None, None
    try:
        if written := _DATE.fullmatch(value):
            return _written(written)
        parts = parsedate_tz(value)
        if parts is None:
            return _iso(value)
        offset = parts[9] or 0
        zone = timezone(timedelta(seconds=offset))
        local = datetime(*parts[:5], min(parts[5], 59), tzinfo=zone)
        return _sane(local, offset // 60 if offset or _ZERO_ZONE.search(value) else None)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None, None


def _written(found: re.Match[str]) -> tuple[datetime | None, int | None]:
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = int(hours) * 60 + int(minutes)
    offset = -offset if sign == "-" else offset
    local = datetime(
        int(year),
        _MONTHS[month],
        int(day),
        int(hour),
        int(minute),
        min(int(second), 59),
        tzinfo=_zone(offset),
    )
    return _sane(local, offset if offset or _ZERO_ZONE.search(found.string) else None)


@lru_cache(maxsize=64)
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


def _iso(value: str) -> tuple[datetime | None, int | None]:
    """Machines that write ISO 8601 into the Date field."""
    at = datetime.fromisoformat(value.replace(" +", "+").replace(" UTC", "+00:00"))
    offset = at.utcoffset()
    if offset is None:
        return _sane(at.replace(tzinfo=UTC), None)
    return _sane(at, int(offset.total_seconds()) // 60)


def _sane(local: datetime, offset: int | None) -> tuple[datetime | None, int | None]:
    if not 1990 <= local.year <= 2100 or (offset is not None and abs(offset) > 15 * 60):
        return None, None
    return local.astimezone(UTC), offset


def params(value: str, hint: str = "") -> tuple[str, dict[str, str]]:
    """The main value, lower case, and the parameters of Content-Type or Content-Disposition, decoded:
    RFC 2231 (charset, percent, continuations), RFC 2047 words in the wrong place, raw 8-bit."""
    if len(value) > _LONG_PARAMS:
        return _params(value, hint)
    main, found = _short_params(value, hint)
    return main, dict(found)


@lru_cache(maxsize=512)
def _short_params(value: str, hint: str) -> tuple[str, dict[str, str]]:
    return _params(value, hint)


def _params(value: str, hint: str) -> tuple[str, dict[str, str]]:
    value = unfold(value)
    if ";" not in value:
        return value.strip().lower(), {}
    main = value.split(";", 1)[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, body in _PARAM.findall(value):
        name = name.lower()
        body = body.strip()
        if body.startswith('"'):
            body = _ESCAPED.sub(r"\1", body[1:-1] if body.endswith('"') and len(body) > 1 else body[1:])
        section = _SECTION.match(name) if "*" in name else None
        if section is None:
            plain.setdefault(name, body)
        else:
            encoded = section[3] is not None or section[2] is None
            pieces.setdefault(section[1], {})[int(section[2] or 0)] = (encoded, body)
    out = {name: text(_percented(body), hint) for name, body in plain.items()}
    for name, found in pieces.items():
        joined = _extended(found)
        out[name] = text(joined, hint) if "=?" in joined else joined
    return main, out


def _percented(body: str) -> str:
    """A value in percent form without the star that RFC 2231 asks for, when it is UTF-8 beyond ASCII."""
    if "%" not in body or not _PERCENT.search(body):
        return body
    try:
        return unquote_to_bytes(body.encode("utf-8", "surrogateescape")).decode("utf-8")
    except UnicodeDecodeError:
        return body


def _extended(pieces: dict[int, tuple[bool, str]]) -> str:
    """Join the sections of one RFC 2231 parameter and decode them in the charset that the first one names."""
    charset, data = "", b""
    for number in sorted(pieces):
        encoded, body = pieces[number]
        if encoded and number == min(pieces) and body.count("'") >= 2:
            charset, _language, body = body.split("'", 2)
        raw = body.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if encoded else raw
    return charsets.decode(data, charset)
