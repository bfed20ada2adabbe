"""Header fields and bodies as SMTP-ready bytes: RFC 5322 lines, RFC 2047 words, RFC 2231 names. Knows no message.

Nothing that comes in here can start a new header line: text is cleaned to one line, addresses and ids with anything
odd in them are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote as percent

from csdesk.domain.mail import Address
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.text import clean_line

CRLF = "\r\n"
WIDTH = 76
_WORD_BYTES = 42
_ATOM = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
)
_ID = re.compile(r"[!-;=?-~]{1,900}")
_MIME = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,80}/[a-z0-9][a-z0-9.+_-]{0,100}")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text_field(name: str, value: str) -> str:
    """One unstructured field, folded, with its line end."""
    value = clean_line(value)
    if value.isascii() and "=?" not in value and all(len(word) <= WIDTH for word in value.split(" ")):
        return _folded(name, value.split(" "), " ")
    return _folded(name, encoded_words(value), " ")


def encoded_words(value: str) -> list[str]:
    """RFC 2047 words of the value in UTF-8, each at most 75 characters, no character cut in two."""
    words: list[str] = []
    chunk = b""
    for char in value:
        data = char.encode("utf-8", "replace")
        if len(chunk) + len(data) > _WORD_BYTES:
            words.append(chunk.decode())
            chunk = b""
        chunk += data
    words.append(chunk.decode())
    return [f"=?utf-8?B?{base64.b64encode(word.encode()).decode()}?=" for word in words]


def _folded(name: str, tokens: Sequence[str], gap: str) -> str:
    """`Name: tokens` in lines of at most WIDTH where tokens allow it."""
    lines: list[str] = []
    current = f"{name}:"
    for token in tokens:
        if len(current) + len(token) + 1 > WIDTH and not current.endswith(":"):
            lines.append(current)
            current = ""
        current += gap + token
    # A line that ends in white space is stripped by some relays, which breaks a DKIM signature.
    return CRLF.join(line.rstrip() for line in (*lines, current)) + CRLF


def address_field(name: str, addresses: Sequence[Address]) -> str:
    """From, To or Cc. Raises Refused for an address that cannot be written to."""
    tokens: list[str] = []
    for at, address in enumerate(addresses):
        comma = "," if at + 1 < len(addresses) else ""
        tokens += [*_phrase(address.name), f"<{mailbox(address.address)}>{comma}"]
    if len(tokens) == 1 and addresses and not clean_line(addresses[0].name):
        tokens = [tokens[0].strip("<>")]
    return _folded(name, tokens, " ")


def _phrase(name: str) -> list[str]:
    """A display name as tokens: atoms, one quoted string, or encoded words."""
    name = clean_line(name, limit=200)
    if not name:
        return []
    if name.isascii() and "=?" not in name and len(name) <= 60:
        return [name] if _ATOM.fullmatch(name) else ['"' + re.sub(r'(["\\])', r"\\\1", name) + '"']
    return encoded_words(name)


def mailbox(address: str) -> str:
    """The address as it goes over the wire, its domain in IDNA. Raises Refused (code 'no_recipient') for what is
    no address or needs SMTPUTF8, which many servers lack."""
    local, _at, domain = address.strip().rpartition("@")
    try:
        wire = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        wire = ""
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if dotted or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(wire) or len(wire) > 253:
        shown = clean_line(address, limit=120)
        raise Refused(
            _("{address} is not an address that mail can be sent to.").format(address=shown or "?"),
            code="no_recipient",
        )
    return f"{local}@{wire}"


def ids_field(name: str, ids: Sequence[str]) -> str:
    """Message-ID, In-Reply-To or References; ids that could not stand in a header are left out."""
    usable = [f"<{one}>" for one in ids if _ID.fullmatch(one)]
    return _folded(name, usable, " ") if usable else ""


def usable_id(message_id: str) -> bool:
    """Whether this id may be sent as a Message-ID."""
    return _ID.fullmatch(message_id) is not None and message_id.count("@") == 1


def date_field(at: datetime) -> str:
    """The Date field in UTC; `at` is aware."""
    at = at.astimezone(UTC)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"Date: {day}, {at.day:02d} {month} {at.year:04d} {at:%H:%M:%S} +0000{CRLF}"


def mime_type(value: str) -> str:
    """A media type that is safe to write; multiparts and oddities become application/octet-stream."""
    value = value.strip().lower()
    if not _MIME.fullmatch(value) or value.startswith(("multipart/", "message/")):
        return "application/octet-stream"
    return value


def parameter(name: str, value: str) -> str:
    """`; name=value`, in RFC 2231 form when it is not plain ASCII, in sections when it is long."""
    value = clean_line(value, limit=300)
    if value.isascii() and len(value) <= 60 and not re.search(r'["\\%\x00-\x1f]', value):
        return f';{CRLF} {name}="{value}"'
    coded = percent(value.encode("utf-8", "replace"), safe="")
    whole = f"{name}*=utf-8''{coded}"
    if len(whole) <= WIDTH:
        return f";{CRLF} {whole}"
    sections = re.findall(r"(?:%..|.){1,18}", coded)
    return "".join(
        f";{CRLF} {name}*{at}*=" + ("utf-8''" if at == 0 else "") + section
        for at, section in enumerate(sections)
    )


def body(text: str) -> tuple[str, str]:
    """The transfer encoding and the encoded lines of a body: as it is when it is plain and narrow ASCII, else
    quoted-printable or base64, whichever is shorter. Lines never exceed 78 characters."""
    lines = text.split("\n")
    plain = all(
        len(line) <= 78 and not line.startswith(("From ", ".")) and not line.endswith((" ", "\t"))
        for line in lines
    )
    if plain and text.isascii() and "\x00" not in text and "\r" not in text:
        return "7bit", CRLF.join(lines) + CRLF
    printable = CRLF.join(_printable(line) for line in lines) + CRLF
    coded = base64_lines(CRLF.join(lines).encode("utf-8", "replace") + b"\r\n")
    return ("quoted-printable", printable) if len(printable) <= 1.2 * len(coded) else ("base64", coded)


def _printable(line: str) -> str:
    """One line in quoted-printable. 'From ' and a lone dot at its start are escaped against old relays."""
    coded = binascii.b2a_qp(line.encode("utf-8", "replace"), quotetabs=True, istext=False).decode("ascii")
    coded = coded.replace("=\n", f"={CRLF}")
    if coded.startswith("From "):
        return "=46" + coded[1:]
    return "=2E" + coded[1:] if coded.startswith(".") else coded


def base64_lines(data: bytes) -> str:
    """Base64 of the data, 57 bytes to a line of 76, CRLF ends."""
    step = 57
    return "".join(
        binascii.b2a_base64(data[at : at + step], newline=False).decode("ascii") + CRLF
        for at in range(0, len(data), step)
    )
