"""The out-of-hours acknowledgement: where an account asks for it, a customer who writes while nobody is there is told
so once a conversation, in the customer's language, and never in answer to a machine.

It answers nobody: clocks go on, and it is marked as automatic on the wire and in the conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from csdesk.domain.hours import Hours, parse_hours
from csdesk.domain.mail import ParsedMail
from csdesk.domain.people import Account
from csdesk.errors import DeskError, Usage
from csdesk.i18n import _
from csdesk.mail.automatic import may_answer
from csdesk.mail.build import reply_subject
from csdesk.mail.relays import relay_of
from csdesk.services.context import Context
from csdesk.services.freezing import Envelope, freeze
from csdesk.services.templates import Templates
from csdesk.store import Tx
from csdesk.templating.marks import unresolved

TEMPLATE = "out_of_hours"
log = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(hours=24)
"""One customer gets one acknowledgement a day, however many conversations are begun: no two machines can keep each
other busy."""


def hours_of(settings: dict[str, str]) -> Hours | None:
    """The account's house hours (settings 'hours' and 'hours_zone'), None where it has none. Raises Usage."""
    text = settings.get("hours", "")
    if not text:
        return None
    try:
        return parse_hours(text, settings.get("hours_zone", "") or "UTC")
    except ValueError as error:
        raise Usage(
            _(
                "{part!r} is not understood; write hours as 'mon-fri 8:00-17:00, sat 20:00-4:00' "
                "and hours_zone as Asia/Shanghai."
            ).format(part=str(error))
        ) from error


def wanted(account: Account) -> bool:
    """Whether a person switched the acknowledgement on for this account."""
    return account.settings.get("acknowledge", "") == "1" and bool(account.settings.get("hours"))


def acknowledge(context: Context, account: Account, asked: Iterable[tuple[int, ParsedMail]]) -> int:
    """Queue acknowledgements for conversations in which a customer now waits; returns how many. A failure is noted
    in the log and stops no mail from coming in."""
    hours = hours_of(account.settings) if wanted(account) else None
    if hours is None or hours.open_at(context.clock.now()):
        return 0
    done = 0
    for conversation, mail in asked:
        try:
            done += _one(context, account, conversation, mail)
        except DeskError as error:
            log.warning("conversation %s: %s", conversation, error.code)
    return done


def _one(context: Context, account: Account, conversation: int, mail: ParsedMail) -> int:
    with context.store.read() as tx:
        own = [a.address.lower() for a in tx.accounts.all() if a.address]
        if not may_answer(mail, own) or not _reaches_a_person(mail, own):
            return 0
        if tx.messages.acknowledged(conversation, tx.now - AGAIN_AFTER):
            return 0
    templates = Templates(context)
    name = account.settings.get("acknowledge_template", "") or TEMPLATE
    text = templates.render(name, conversation=conversation, agent="")
    if text.missing or unresolved(text.text):
        log.warning("template %s has places that nobody can fill in", name)
        return 0
    with context.store.write() as tx:
        if tx.messages.acknowledged(conversation, tx.now - AGAIN_AFTER):
            return 0
        freeze(tx, conversation, _envelope(tx, account, conversation, mail, text.text, text.language), None)
    return 1


def _reaches_a_person(mail: ParsedMail, own: Sequence[str]) -> bool:
    """Whether an answer goes to the customer: not to us, and not to a market's address that takes no mail."""
    relay = relay_of(mail)
    if relay is not None and not relay.answerable:
        return False
    return all(may_answer(replace(mail, sender=one), own) for one in mail.reply_to)


def _envelope(
    tx: Tx, account: Account, conversation: int, mail: ParsedMail, text: str, language: str
) -> Envelope:
    thread = tx.inbox.thread(conversation)
    ids = tuple(
        m.message_id for m in thread.messages if m.message_id and m.state not in ("failed", "bounced")
    )
    return Envelope(
        account=account,
        to=mail.reply_to or (mail.sender,),
        subject=reply_subject(mail.subject or thread.subject),
        text=text,
        in_reply_to=mail.message_id,
        references=ids,
        language=language,
        template=TEMPLATE,
        now=True,
        automatic="ack",
    )
