"""Which mails a machine wrote, and what a bounce says. Pure rules over header fields and MIME shape.

A bounce is known by its shape (RFC 3464), never by an empty Return-Path alone: a vacation notice has that too.
X-Auto-Response-Suppress alone is written by people's Outlook and says nothing (RFC 3834 has the rest).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from csdesk.mail import headers
from csdesk.text import clean, clean_line

_REPLYING = frozenset(("auto_reply", "auto-reply", "autoreply", "junk"))
_LISTING = frozenset(("list", "bulk"))
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
    if daemon or any(value.strip() == "<>" for value in fields.get("return-path", ())):
        return "auto-reply"
    return ""


def _submitted(fields: Mapping[str, Sequence[str]]) -> bool:
    values = [value.split(";")[0].split("(")[0].strip().lower() for value in fields.get("auto-submitted", ())]
    return any(value and value != "no" for value in values)


def failure(report: bytes, enclosed: bytes, recipients: Sequence[str] = ()) -> dict[str, str]:
    """What a bounce says, cleaned: 'reported-message-id' of the mail it is about; 'failed-action' ('failed',
    'delayed' ...), 'failed-status', 'failed-reason', 'failed-recipient' as far as they are told; and
    'failed-message-id', the same id, only when that mail surely did not arrive."""
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
    named = _ENCLOSED_ID.search(original)
    about = headers.message_id([named[1]]) if named else ""
    if about:
        out["reported-message-id"] = about
        failed = out.get("failed-action", "failed") == "failed" and not out.get(
            "failed-status", "5"
        ).startswith("2")
        if failed:
            out["failed-message-id"] = about
    return out
