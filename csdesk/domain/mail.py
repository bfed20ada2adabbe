"""What a mail is once it is parsed, and what one is before it is built. Shared by mail, channels and services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address. `address` is lower-cased `local@domain`; `name` is cleaned display text or ''."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment: `name` is safe as a file name (no separators, no control bytes), `data` the decoded bytes."""

    name: str
    mime: str
    data: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines `start` (inclusive) to `end` (exclusive) of a text that are folded away.

    `kind` is 'quote', 'signature' or 'frame' (what a marketplace or a signing program puts around the words).
    Folding never cuts: the lines stay in the text.
    """

    start: int
    end: int
    kind: str = "quote"


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail as the desk understands it. Everything textual has passed text.clean().

    `message_id` has its angle brackets removed and is '' when the mail has none.
    `date` is an aware UTC instant or None when the header is missing or nonsense.
    `text` is everything that was said (HTML turned to text when there is no usable plain part).
    `quotes` index the lines of `text` (text.split("\\n")).
    `broken` is '' or a sentence saying what could not be understood; the raw source is then an attachment.
    `automatic` is '' or one of 'auto-reply', 'bounce', 'list'.
    `protection` is '' or 'signed' (nothing is checked) or 'encrypted' (cannot be read here).
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: datetime | None
    utc_offset_minutes: int | None
    text: str
    quotes: tuple[Quote, ...] = ()
    attachments: tuple[Part, ...] = ()
    automatic: str = ""
    broken: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    protection: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to be built. `text` is the body without signature; `signature` is added under '-- '.

    `message_id` is without brackets; `references` oldest first; `date` an aware UTC instant.
    `quoted` is the answered text without '>' marks; `quoted_sender` and `quoted_date` (aware, in the zone to be
    shown) make the line above it. An attached image with `inline` set is shown in the text where that says
    '[name]', else below the words.
    """

    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    signature: str = ""
    quoted: str = ""
    attachments: tuple[Part, ...] = ()
    language: str = ""
    automatic: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    quoted_sender: Address | None = None
    quoted_date: datetime | None = None


def visible_text(text: str, quotes: tuple[Quote, ...]) -> str:
    """The text without its folded lines; the whole text when nothing else would remain."""
    if not quotes:
        return text.strip()
    hidden = {line for quote in quotes for line in range(quote.start, quote.end)}
    kept = [line for number, line in enumerate(text.split("\n")) if number not in hidden]
    visible = "\n".join(kept).strip()
    return visible or text.strip()
