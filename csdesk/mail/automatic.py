"""Which mails a machine wrote, and what a bounce says. Pure rules over header fields and MIME shape.

A bounce is known by its shape (RFC 3464), never by an empty Return-Path alone: a vacation notice has that too.
X-Auto-Response-Suppress alone is written by people's Outlook and says nothing (RFC 3834 has the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from csdesk.domain.mail import ParsedMail, visible_text
from csdesk.mail import auto_words, bounce, headers, relays
from csdesk.text import clean, clean_line

_REPLYING = frozenset(("auto_reply", "auto-reply", "autoreply", "junk"))
_LISTING = frozenset(("list", "bulk"))
_BULK_SIGNS = ("list-unsubscribe-post", "feedback-id", "x-csa-complaints", "x-campaign-id", "x-campaignid", "x-mc-user",
               "x-mailchimp-campaign", "x-sib-id", "x-job")  # fmt: skip
"""Fields that mass mailing services add beside List-Unsubscribe."""
_SUPPRESSED = frozenset(("all", "autoreply", "oof"))
_NOBODY = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|donotreply|ne-?pas-?repondre|nicht-?antworten|bounces?)\b", re.I
)
_DAEMONS = ("mailer-daemon@", "mailerdaemon@", "postmaster@")
_STATUS = re.compile(r"^status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^action:\s*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(
    r"^diagnostic-code:\s*(?:[\w-]+\s*;)?\s*((?:[^\n]|\n[ \t]+)+)", re.IGNORECASE | re.MULTILINE
)
_RECIPIENT = re.compile(
    r"^(?:final|original)-recipient:\s*[\w-]+\s*;\s*<?([^\s<>]+)", re.IGNORECASE | re.MULTILINE
)
_ENCLOSED_ID = re.compile(r"^message-id:\s*((?:[^\n]|\n[ \t])+)", re.IGNORECASE | re.MULTILINE)


def kind(
    fields: Mapping[str, Sequence[str]], sender: str, content_type: str, report: bool, enclosed: bool
) -> str:
    """'bounce', 'auto-reply', 'list' or ''. `fields` have lower-case names, `sender` is an address,
    `content_type` the whole field; `report` and `enclosed` say whether there are a delivery-status part and a
    returned message or its headers."""
    lowered = content_type.lower()
    daemon = sender.startswith(_DAEMONS)
    if report or (lowered.startswith("multipart/report") and "delivery-status" in lowered):
        return "bounce"
    if daemon and ("x-failed-recipients" in fields or enclosed):
        return "bounce"
    if lowered.startswith("multipart/report"):
        return "auto-reply"
    precedence = {
        headers.unfold(v).strip().lower() for n in ("precedence", "x-precedence") for v in fields.get(n, ())
    }
    if _submitted(fields) or "x-autoreply" in fields or "x-autorespond" in fields or precedence & _REPLYING:
        return "auto-reply"
    if "list-id" in fields or precedence & _LISTING:
        return "list"
    if "list-unsubscribe" in fields and any(name in fields for name in _BULK_SIGNS):
        # A market's messages go out through the same machines, but a buyer wrote them.
        return "" if relays.market_of(sender) or "in-reply-to" in fields else "list"
    if daemon or any(value.strip() == "<>" for value in fields.get("return-path", ())):
        return "auto-reply"
    return ""


def _submitted(fields: Mapping[str, Sequence[str]]) -> bool:
    values = [value.split(";")[0].split("(")[0].strip().lower() for value in fields.get("auto-submitted", ())]
    return any(value and value != "no" for value in values)


def by_words(kind: str, mail: ParsedMail) -> str:
    """`kind` put right by what the mail says: bounces of servers that write no report, and auto-replies that no
    field marks."""
    if kind in ("", "auto-reply") and bounce.looks_like(mail.sender.address, mail.subject, mail.text):
        return "bounce"
    if kind or not auto_words.may_be(mail.subject):
        return kind
    quotes = any(quote.kind == "quote" for quote in mail.quotes)
    said = visible_text(mail.text, mail.quotes)
    found = auto_words.is_auto_reply(mail.subject, said, answers=bool(mail.in_reply_to), quotes=quotes)
    return "auto-reply" if found else kind


def looped(mail: ParsedMail, own: Iterable[str]) -> bool:
    """Whether this is a mail of ours that came back as it was: it carries our mark with one of our addresses."""
    marked = mail.headers.get("x-csdesk-loop", "").lower()
    return bool(marked) and any(marked == address.lower() for address in own)


def own_list(mail: ParsedMail, own: Iterable[str]) -> bool:
    """Whether the mailing list that marks this mail is a shared mailbox of ours (a group that hands customers' mail
    on): its id or its posting address is one of our addresses. Such mail is a person's."""
    listed = mail.headers.get("list-id", "").lower()
    post = mail.headers.get("list-post", "").lower()
    inside = listed[listed.rfind("<") + 1 :].strip("> ")
    return any(
        f"mailto:{address}>" in post or inside == address.replace("@", ".")
        for address in (one.lower() for one in own)
        if "@" in address
    )


def may_answer(mail: ParsedMail, own: Iterable[str]) -> bool:
    """Whether a machine may answer this mail (an out-of-hours acknowledgement): never what a machine wrote, what asks
    for no such answer, what came from ourselves or from an address that nobody reads."""
    own = [address.lower() for address in own]
    sender = mail.sender.address
    suppress = {word.strip().lower() for word in mail.headers.get("x-auto-response-suppress", "").split(",")}
    return not (
        mail.automatic
        or not sender
        or sender in own
        or looped(mail, own)
        or "x-loop" in mail.headers
        or suppress & _SUPPRESSED
        or _NOBODY.match(sender)
        or sender.startswith(_DAEMONS)
        or mail.headers.get("return-path", "").replace(" ", "") == "<>"
        or mail.headers.get("x-spam-flag", "").lower() == "yes"
    )


def failure(
    report: bytes,
    enclosed: bytes,
    recipients: Sequence[str] = (),
    text: str = "",
    answers: Sequence[str] = (),
) -> dict[str, str]:
    """What a bounce says, cleaned: 'reported-message-id' of the mail it is about; 'failed-action' ('failed',
    'delayed' ...), 'failed-status', 'failed-reason', 'failed-recipient' as far as they are told; and
    'failed-message-id', the same id, only when that mail surely did not arrive. `text` is asked where there is
    no report, `answers` (the ids of In-Reply-To) where no id is found."""
    told = report[:200_000].decode("utf-8", "replace").replace("\r\n", "\n")
    original = enclosed[:200_000].decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n\n", 1)[0]
    out: dict[str, str] = {}
    for key, pattern in (
        ("failed-action", _ACTION),
        ("failed-status", _STATUS),
        ("failed-recipient", _RECIPIENT),
    ):
        found = pattern.search(told)
        if found:
            out[key] = clean_line(found[1].lower(), limit=320)
    reason = _DIAGNOSTIC.search(told)
    if reason:
        out["failed-reason"] = clean_line(clean(reason[1]), limit=500)
    if "failed-recipient" not in out and recipients:
        out["failed-recipient"] = clean_line(headers.unfold(recipients[0]).split(",")[0].lower(), limit=320)
    words = bounce.from_text(text) if text and not report else {}
    for key in ("failed-recipient", "failed-status", "failed-reason", "failed-action"):
        if words.get(key):
            out.setdefault(key, words[key])
    named = _ENCLOSED_ID.search(original)
    written = named[1] if named else words.get("original-id", "")
    about = headers.message_id([written]) if written else answers[0] if answers else ""
    if about:
        out["reported-message-id"] = about
        failed = out.get("failed-action", "failed") == "failed" and not out.get(
            "failed-status", "5"
        ).startswith("2")
        if failed:
            out["failed-message-id"] = about
    return out
