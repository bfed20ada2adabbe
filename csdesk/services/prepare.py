"""Understanding one mail before the store is asked anything: parsed, folded, its language and its index words.

Knows no store, so that a process without one can do it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from csdesk.domain.mail import ParsedMail, visible_text
from csdesk.domain.orders import numbers_in
from csdesk.domain.ports import RawMail
from csdesk.domain.tokens import index_words
from csdesk.mail.automatic import looped, own_list
from csdesk.mail.parse import parse
from csdesk.mail.sender import Finding, sender_truth
from csdesk.mail.thread import candidate_ids, content_hash, synthetic_id
from csdesk.text import mask_cards
from csdesk.translation.detect import detect

FIRST_YEAR = 1995
"""A mail that says it was written before comes from a clock that was never set."""


@dataclass(slots=True)
class Prepared:
    """One mail, understood, before the store is asked anything."""

    raw: RawMail
    mail: ParsedMail
    message_id: str
    hash: str
    sent_at: datetime
    language: str
    words: str
    text: str
    numbers: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    candidates: tuple[str, ...] = ()
    """The ids of the mails that this one may answer, strongest first."""


def prepare(raw: RawMail, own: Collection[str] = ()) -> Prepared:
    """Parse, fold, detect the language and make the index words of one mail. `own` are the shop's addresses.
    Never raises for any bytes."""
    mail = parse(raw.raw)
    if mail.automatic == "list" and own_list(mail, own):
        mail = replace(mail, automatic="")
    elif not mail.automatic and looped(mail, own):
        # Our own mail come back: kept, but nobody waits for an answer to it.
        mail = replace(mail, automatic="auto-reply")
    text = mask_cards(mail.text)
    told = mail.date
    # A clock that runs ahead must not put a mail before all others for days.
    off = told is None or told > raw.received_at + timedelta(hours=26) or told.year < FIRST_YEAR
    sent_at = raw.received_at if told is None or off else told
    return Prepared(
        raw=raw,
        mail=mail,
        message_id=mail.message_id or synthetic_id(raw.raw, mail),
        hash=content_hash(mail),
        sent_at=sent_at,
        language=detect(visible_text(text, mail.quotes) or mail.subject),
        words=index_words(mail.subject, mail.sender.name, mail.sender.address, text),
        text=text,
        numbers=_numbers(f"{mail.subject}\n{text}"),
        candidates=candidate_ids(mail),
        findings=()
        if mail.sender.address in own
        else sender_truth(mail, [a.rpartition("@")[2] for a in own]),
    )


def _numbers(text: str) -> tuple[str, ...]:
    """Numbers of orders and parcels that a mail quotes. Each only suggests what the store has under it."""
    from csdesk.orders.carriers.quoted import parcels_in

    return tuple(dict.fromkeys((*numbers_in(text), *parcels_in(text))))
