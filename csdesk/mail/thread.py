"""To which conversation a mail belongs: pure decisions over ids, addresses and subjects. Knows no store; what is
stored is asked through Lookup.

Strongest proof first: a keyed plus address, In-Reply-To, References from newest to oldest, our own keyed
Message-IDs, and last a subject token, which counts only when the sender takes part in that conversation.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from csdesk.domain.mail import Address, ParsedMail

MAX_CANDIDATES = 60
_OWN = re.compile(r"^(\d{1,18})\.([A-Za-z0-9_-]{1,64})\.([0-9a-f]{16})@", re.IGNORECASE)
_PLUS = re.compile(r"\+c(\d{1,18})-([0-9a-f]{16})@", re.IGNORECASE)
_TOKEN = re.compile(r"\[#(\d{1,18})\]")
_ANSWERS = "re|aw|antw|sv|vs|odp|ynt|res|rif|r|ref|回复|回覆|答复|答覆|返信|回信|rép|rep|отв|ответ|回復"
_FORWARDS = "fwd?|wg|wtr|tr|rv|enc|i|vl|pd|doorst|转发|轉寄|转寄|転送|пересл|пер|轉發"
_COUNT = r"(?:\s?[\[(*]?\d{1,3}[\])*]?)?"
_ANSWER = re.compile(rf"^\s*(?:{_ANSWERS}){_COUNT}\s*[:：]\s*", re.IGNORECASE)
_PREFIX = re.compile(rf"^\s*(?:{_ANSWERS}|{_FORWARDS}){_COUNT}\s*[:：]\s*", re.IGNORECASE)


class Lookup(Protocol):
    """What the store must tell. Conversations are already followed to where they were merged into."""

    def by_message_ids(self, ids: Sequence[str]) -> dict[str, int]:
        """The conversation of each of these message ids that is stored."""
        ...

    def is_participant(self, conversation: int, address: str) -> bool:
        """Whether this lower-case address has written or received a message of the conversation."""
        ...

    def exists(self, conversation: int) -> bool:
        """Whether there is such a conversation."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """The conversation a mail joins, or None for a new one. `proof` is '' or one of 'plus-address', 'bounce',
    'in-reply-to', 'references', 'own-id', 'subject'."""

    conversation: int | None
    proof: str


def _keyed(secret: bytes, purpose: str, value: str) -> str:
    return hmac.new(secret, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:16]


def own_message_id(conversation: int, secret: bytes, domain: str, random: str) -> str:
    """A Message-ID of ours without brackets: `<conversation>.<random>.<16 hex of a keyed hash>@domain`.

    `random` is letters, digits, '-' or '_'; raises ValueError for anything else.
    """
    local = f"{conversation}.{random}"
    made = f"{local}.{_keyed(secret, 'id', local)}@{domain}"
    if not _OWN.match(made) or any(char.isspace() or char in "<>@" for char in domain):
        raise ValueError(f"no message id can be made of {conversation!r}, {random!r} and {domain!r}")
    return made


def conversation_of(message_id: str, secret: bytes) -> int | None:
    """The conversation in one of our own Message-IDs; None for others' and for a wrong hash."""
    found = _OWN.match(message_id.strip("<> "))
    if found is None:
        return None
    genuine = hmac.compare_digest(found[3].lower(), _keyed(secret, "id", f"{found[1]}.{found[2]}"))
    return int(found[1]) if genuine else None


def plus_address(address: str, conversation: int, secret: bytes) -> str:
    """`local+c<conversation>-<hash>@domain` for a mailbox address; a plus part it has already is replaced."""
    local, _at, domain = address.rpartition("@")
    hashed = _keyed(secret, "plus", str(conversation))
    return f"{local.split('+')[0]}+c{conversation}-{hashed}@{domain}"


def plus_conversation(addresses: Iterable[Address | str], secret: bytes) -> int | None:
    """The conversation in the first genuine plus address among these."""
    for address in addresses:
        found = _PLUS.search(address if isinstance(address, str) else address.address)
        if found and hmac.compare_digest(found[2].lower(), _keyed(secret, "plus", found[1])):
            return int(found[1])
    return None


def subject_token(subject: str) -> int | None:
    """The number in the last `[#123]` of a subject."""
    found = _TOKEN.findall(subject)
    return int(found[-1]) if found else None


def base_subject(subject: str) -> str:
    """The subject without the answer and forward prefixes of any language: 'Re: AW: Re[2]: x' is 'x'."""
    return _without(subject, _PREFIX)


def without_answers(subject: str) -> str:
    """The subject without leading answer prefixes; a forward prefix stays."""
    return _without(subject, _ANSWER)


def _without(subject: str, prefix: re.Pattern[str]) -> str:
    subject = subject.strip()
    while found := prefix.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def candidate_ids(mail: ParsedMail) -> tuple[str, ...]:
    """The message ids worth looking up for this mail, strongest first, each once: for one query per batch."""
    ids = [*_reported(mail), *mail.in_reply_to[:10], *reversed(mail.references)]
    return tuple(dict.fromkeys(ids))[:MAX_CANDIDATES]


def _reported(mail: ParsedMail) -> tuple[str, ...]:
    about = mail.headers.get("reported-message-id", "")
    return (about,) if about and mail.automatic == "bounce" else ()


def decide(mail: ParsedMail, secret: bytes, lookup: Lookup) -> Decision:
    """Where this mail belongs. `secret` is the desk's key for its own ids and plus addresses."""
    plus = plus_conversation((*mail.delivered_to, *mail.to, *mail.cc), secret)
    if plus is not None and lookup.exists(plus):
        return Decision(plus, "plus-address")
    ids = candidate_ids(mail)
    stored = lookup.by_message_ids(ids) if ids else {}
    for proof, group in (("bounce", _reported(mail)), ("in-reply-to", mail.in_reply_to), ("references", ids)):
        for one in group:
            if one in stored:
                return Decision(stored[one], proof)
    for one in ids:
        own = conversation_of(one, secret)
        if own is not None and lookup.exists(own):
            return Decision(own, "own-id")
    return _by_subject(mail, lookup)


def _by_subject(mail: ParsedMail, lookup: Lookup) -> Decision:
    """A number in a subject can be typed by anyone, so it proves nothing for a stranger."""
    token = subject_token(mail.subject)
    if token is not None and mail.sender.address and lookup.is_participant(token, mail.sender.address):
        return Decision(token, "subject")
    return Decision(None, "")


def content_hash(mail: ParsedMail) -> str:
    """64 hex digits over what the mail says: sender, subject, instant, text and files. Two copies that came by
    different ways have the same."""
    digest = hashlib.sha256()
    parts = [mail.sender.address, mail.subject, mail.date.isoformat() if mail.date else "", mail.text]
    for part in parts:
        data = part.encode("utf-8", "replace")
        digest.update(b"%d:" % len(data) + data)
    for attachment in mail.attachments:
        if attachment.mime == "message/rfc822" and attachment.name.startswith("original") and mail.broken:
            continue  # the source of a broken copy holds its way here
        digest.update(hashlib.sha256(attachment.data).digest())
    return digest.hexdigest()


def synthetic_id(raw: bytes, mail: ParsedMail) -> str:
    """A stable id for a mail without one, from sender, date, subject and raw body, line ends aside. The fields a
    relay adds do not count, so a second fetch gives the same id."""
    source = raw.replace(b"\r\n", b"\n")
    _head, _gap, body = source.partition(b"\n\n")
    date = mail.date.isoformat() if mail.date else ""
    digest = hashlib.sha256(
        "\0".join((mail.sender.address, date, mail.subject, "")).encode("utf-8", "replace")
    )
    digest.update(body.rstrip(b"\n") if body else source)
    return f"{digest.hexdigest()[:32]}@no-message-id.invalid"
