"""Freezing a message: its bytes, recipients and key are made once and stored with its outbox row and its event.

Whatever changes afterwards - the account, the customer, the clock - what was queued is what is sent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from csdesk.db.messages import search_id
from csdesk.domain.events import State
from csdesk.domain.mail import Address, Outgoing, Part
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account, Agent
from csdesk.domain.tokens import index_words
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.mail.build import build, full_text, recipients
from csdesk.mail.fold import fold
from csdesk.mail.parse import parse
from csdesk.mail.thread import content_hash, own_message_id
from csdesk.services.along import signature
from csdesk.store import Tx
from csdesk.text import excerpt
from csdesk.translation.detect import detect


@dataclass(frozen=True, slots=True)
class Quoted:
    """The customer's words that a reply carries below its own. `at` is in the zone to be shown."""

    text: str
    sender: Address
    at: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a message to be queued but its conversation. It leaves at `at` (aware), or after the
    account's undo window, or at once with `now`. `automatic` is 'ack' for what the desk sends by a rule. `own_text` is
    what the agent wrote, in `own_language`, where `text` is its translation."""

    account: Account
    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    quoted: Quoted | None = None
    language: str = ""
    template: str = ""
    now: bool = False
    at: datetime | None = None
    automatic: str = ""
    own_text: str = ""
    own_language: str = ""
    draft: dict[str, Any] = field(default_factory=dict)


def freeze(tx: Tx, conversation: int, envelope: Envelope, agent: Agent | None) -> OutboxRow:
    """Queue a message, all in this transaction. `agent` is None for what the desk sends by a rule. Raises Refused
    when the account has no address or an address cannot be written to."""
    account = envelope.account
    if not account.address:
        raise Refused(
            _("Account {name} has no address to send from; add it with --address.").format(name=account.name),
            code="no_sender",
        )
    out = _outgoing(tx, conversation, envelope, agent)
    raw = build(out)
    raw_hash = tx.blobs.put(raw)
    state = tx.conversations.state(conversation)
    message = _store(tx, conversation, envelope, out, raw_hash, content_hash(parse(raw)), state, agent)
    due = tx.now if envelope.now else tx.now + timedelta(seconds=account.undo_seconds)
    row = tx.outbox.add(
        conversation_id=conversation,
        message_id=message,
        account_id=account.id,
        agent_id=agent.id if agent else None,
        key=out.message_id,
        envelope_from=account.address,
        recipients=list(recipients(out)),
        raw_hash=raw_hash,
        draft=envelope.draft,
        due_at=max(envelope.at, tx.now) if envelope.at else due,
    )
    data = {"outbox": row, "message": message, "due": due.isoformat()}
    _record(tx, conversation, state, agent, envelope.automatic, data)
    if envelope.template and agent is not None:
        tx.uses.count(envelope.template, agent.id)
    if not envelope.automatic:
        tx.conversations.set_preview({conversation: (excerpt(envelope.text), None)})
    return tx.outbox.get(row)


def _outgoing(tx: Tx, conversation: int, envelope: Envelope, agent: Agent | None) -> Outgoing:
    account = envelope.account
    domain = account.address.rpartition("@")[2] or "localhost"
    random = secrets.token_urlsafe(9).replace("-", "_")
    quoted = envelope.quoted
    return Outgoing(
        message_id=own_message_id(conversation, tx.accounts.secret(), domain, random),
        sender=Address(account.address, account.display_name),
        to=envelope.to,
        cc=envelope.cc,
        subject=envelope.subject,
        text=envelope.text,
        date=tx.now,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        signature=signature(
            account, envelope.language or detect(envelope.text), agent.name if agent is not None else ""
        ),
        attachments=envelope.parts,
        language=envelope.language,
        automatic=bool(envelope.automatic),
        quoted=quoted.text if quoted else "",
        quoted_sender=quoted.sender if quoted else None,
        quoted_date=quoted.at if quoted else None,
    )


def _record(
    tx: Tx, conversation: int, state: State, agent: Agent | None, automatic: str, data: dict[str, Any]
) -> None:
    fields: dict[str, Any] = {"messages": state.messages + 1}
    if not automatic:
        fields |= {
            "rev": state.rev + 1,
            "last_message_at": max(tx.now, state.last_message_at),
            "waiting_since": None,
            "due_at": None,
            "unread": False,
        }
    if agent is not None and state.assignee_id is None:
        # Who answers has it: a colleague sees at once that somebody is on it.
        fields["assignee_id"] = agent.id
    if not automatic and state.status in ("closed", "snoozed", "lists"):
        fields.update(status="open", snoozed_until=None)
    tx.conversations.change(conversation, "queued", fields, agent=agent.id if agent else None, data=data)


def _store(
    tx: Tx,
    conversation: int,
    envelope: Envelope,
    out: Outgoing,
    raw_hash: str,
    content: str,
    state: State,
    agent: Agent | None,
) -> int:
    message = tx.messages.allocate(1)[0]
    place = search_id(tx.now, message)
    shown = full_text(out)
    people = (("to", out.to), ("cc", out.cc))
    row = {
        "id": message,
        "conversation_id": conversation,
        "account_id": envelope.account.id,
        "direction": "out",
        "message_id": out.message_id,
        "sender_name": out.sender.name,
        "sender_address": out.sender.address,
        "recipients": {kind: [[a.address, a.name] for a in found] for kind, found in people if found},
        "subject": out.subject,
        "text": shown,
        "quotes": [[q.start, q.end, q.kind] for q in fold(shown)],
        "language": envelope.language or detect(envelope.text, state.language),
        "sent_at": tx.now,
        "received_at": tx.now,
        "agent_id": agent.id if agent else None,
        "template": envelope.template,
        "automatic": envelope.automatic,
        "broken": "",
        "content_hash": content,
        "raw_hash": raw_hash,
        "findings": [],
        "protection": "",
        "own_text": envelope.own_text,
        "own_language": envelope.own_language,
        "search_id": place,
    }
    hashes = tx.blobs.put_all([part.data for part in out.attachments])
    files = [
        {"message_id": message, "name": p.name, "mime": p.mime, "size": len(p.data), "hash": digest}
        | {"content_id": "", "inline": False}
        for p, digest in zip(out.attachments, hashes, strict=True)
    ]
    tx.messages.add_all([row], files)
    words = index_words(out.subject, *(a.address for a in out.to), envelope.text, envelope.own_text)
    tx.search.add_all([(place, words)])  # an agent looks for what was written, not for what it became
    return message
