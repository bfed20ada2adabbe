"""The out-of-hours acknowledgement: where an account asks for it, a customer who writes while nobody is there is told
so once a conversation, in the customer's language, and never in answer to a machine.

It answers nobody: clocks go on, and it is marked as automatic on the wire and in the conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from csdesk.domain.mail import ParsedMail
from csdesk.domain.people import Account
from csdesk.errors import DeskError, NotFound, Refused, Usage
from csdesk.mail.automatic import may_answer
from csdesk.mail.build import reply_subject
from csdesk.mail.parse import parse
from csdesk.mail.relays import relay_of
from csdesk.services.context import Context
from csdesk.services.freezing import Envelope, freeze
from csdesk.services.opening import acknowledges
from csdesk.services.templates import Templates
from csdesk.store import Tx
from csdesk.templating.marks import unresolved

TEMPLATE = "out_of_hours"
log = logging.getLogger(__name__)
FRESH = timedelta(hours=24)
"""Only what came since then is acknowledged."""
AGAIN_AFTER = timedelta(hours=24)
"""One customer gets one acknowledgement a day, however many conversations are begun: no two machines can keep each
other busy."""


def acknowledge(context: Context, account: Account) -> int:
    """Queue the acknowledgements that are still to be written for this account; returns how many. They were noted in
    the transaction that stored the mails, so a process that dies in between leaves them to the next. Whoever's turn
    comes when somebody is there again gets none. A failure is noted in the log and stops no mail from coming in."""
    with context.store.read() as tx:
        waiting = tx.messages.to_acknowledge(account.id)
    if not waiting:
        return 0
    done = 0
    closed = acknowledges(account, context.clock.now())
    templates = Templates(context)  # they are read once, not once a customer
    for message in waiting:
        try:
            done += _one(context, account, message, templates) if closed else _settled(context, message)
        except (Usage, Refused, NotFound) as error:
            log.warning("message %s: %s", message, error.code)
            _settled(context, message)
        except DeskError as error:
            log.warning("message %s is acknowledged later: %s", message, error.code)
    return done


def _settled(context: Context, message: int) -> int:
    """Nothing is to be written for this mail."""
    with context.store.write() as tx:
        tx.messages.settle_acknowledgement(message)
    return 0


def _one(context: Context, account: Account, message: int, templates: Templates) -> int:
    with context.store.read() as tx:
        own = [a.address.lower() for a in tx.accounts.all() if a.address]
        asked = tx.messages.asked(message)
        conversation = tx.conversations.root(asked.conversation_id)
        mail = replace(parse(tx.blobs.get(asked.raw_hash)), automatic=asked.automatic)
        due = (
            tx.now - asked.received_at < FRESH
            and may_answer(mail, own)
            and _reaches_a_person(mail, own)
            and not tx.messages.acknowledged(conversation, tx.now - AGAIN_AFTER)
        )
    if not due:
        return _settled(context, message)
    name = account.settings.get("acknowledge_template", "") or TEMPLATE
    text = templates.render(name, conversation=conversation, agent="")
    if text.missing or unresolved(text.text):
        log.warning("template %s has places that nobody can fill in", name)
        return _settled(context, message)
    with context.store.write() as tx:
        if not tx.messages.settle_acknowledgement(message):
            return 0  # another process was faster
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
        subject=reply_subject(mail.subject or thread.own_subject),
        text=text,
        in_reply_to=mail.message_id,
        references=ids,
        language=language,
        template=TEMPLATE,
        now=True,
        automatic="ack",
    )
