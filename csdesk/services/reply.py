"""Writing: drafts, notes, replies, new conversations and forwards, up to the frozen row in the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from csdesk.db.messages import search_id
from csdesk.db.search import prepare as index_words
from csdesk.domain.conversation import Draft, Message, Note
from csdesk.domain.events import State
from csdesk.domain.mail import Address, Outgoing, Part
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.mail.build import build, forward_subject, recipients, reply_subject
from csdesk.mail.fold import fold
from csdesk.mail.parse import parse
from csdesk.mail.thread import content_hash, own_message_id
from csdesk.services import checks, places, writing
from csdesk.services.context import Context
from csdesk.services.files import read_attachments
from csdesk.store import Tx
from csdesk.text import clean, clean_line, excerpt
from csdesk.translation.detect import detect


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who a reply comes from and goes to, shown before it is sent."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a message to be queued but its conversation."""

    account: Account
    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    quoted: str = ""
    language: str = ""
    template: str = ""
    now: bool = False
    draft: dict[str, Any] | None = None


class Replies:
    """What the acting agent writes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def draft(self, conversation: int, mode: str = "reply") -> Draft | None:
        """The agent's own draft in a conversation; mode is 'reply' or 'note'."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            return tx.drafts.get(conversation, agent, mode)

    def save_draft(self, draft: Draft) -> None:
        """Keep what is being written. An empty draft is forgotten. Raises NotFound."""
        if draft.mode not in ("reply", "note"):
            raise Usage(_("A draft is a reply or a note."))
        with self.store.write() as tx:
            tx.conversations.state(draft.conversation_id)
            tx.drafts.put(replace(draft, text=clean(draft.text)))

    def discard_draft(self, conversation: int, mode: str = "reply") -> None:
        """Forget a draft."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            tx.drafts.drop(conversation, agent, mode)
            tx.log.append(
                "draft", conversation=conversation, agent=agent, data={"mode": mode, "discarded": True}
            )

    def note(self, conversation: int, text: str) -> Note:
        """Keep an internal note. Raises Refused when it is empty."""
        text = clean(text).strip()
        if not text:
            raise Refused(_("An empty note says nothing; nothing was kept."), code="empty")
        agent = self.context.agent
        with self.store.write() as tx:
            conversation = tx.conversations.root(conversation)
            note = tx.messages.add_note(conversation, agent.id, text)
            tx.drafts.drop(conversation, agent.id, "note")
            tx.conversations.change(conversation, "note", {}, agent=agent.id, data={"note": note})
            return Note(note, conversation, agent.name, text, tx.now)

    def recipients(self, conversation: int) -> Recipients:
        """Who a reply would come from and go to. Raises NotFound, Refused when nobody can be answered."""
        with self.store.read() as tx:
            return _recipients(tx, conversation)

    def check(
        self,
        conversation: int,
        text: str,
        *,
        rev: int | None,
        cc: Sequence[str] = (),
        attachments: Sequence[str] = (),
    ) -> None:
        """Raises exactly what send() would raise, and changes nothing."""
        with self.store.read() as tx:
            checks.text(text)
            conversation = tx.conversations.root(conversation)
            checks.current(tx, conversation, rev)
            _recipients(tx, conversation)
        writing.addresses(cc)
        read_attachments(attachments)

    def send(
        self,
        conversation: int,
        text: str,
        *,
        rev: int | None = None,
        cc: Sequence[str] = (),
        attachments: Sequence[str] = (),
        language: str = "",
        template: str = "",
        now: bool = False,
    ) -> OutboxRow:
        """Queue a reply: recipients, body and key are frozen here. It leaves after the account's undo window,
        or at once with `now`. Raises Conflict (code newer_message) when something was said after `rev`,
        Refused for an empty text, unresolved template places, no recipient or an unreadable attachment."""
        text = clean(text).strip("\n")
        checks.text(text)
        parts = read_attachments(attachments)
        copies = writing.addresses(cc)
        agent = self.context.agent
        with self.store.write() as tx:
            conversation = tx.conversations.root(conversation)
            checks.current(tx, conversation, rev)
            to = _recipients(tx, conversation)
            thread = tx.inbox.thread(conversation)
            before = [m for m in thread.messages if m.state != "failed" and m.message_id]
            draft = {"text": text, "cc": list(cc), "attachments": list(attachments), "template": template}
            envelope = Envelope(
                account=tx.accounts.get(thread.account),
                to=to.to,
                cc=copies,
                subject=reply_subject(thread.subject),
                text=text,
                in_reply_to=_answered_id(before),
                references=tuple(m.message_id for m in before),
                parts=parts,
                language=language,
                template=template,
                now=now,
                draft={**draft, "language": language},
            )
            row = self._queue(tx, conversation, envelope)
            tx.drafts.drop(conversation, agent.id, "reply")
        return row

    def new(
        self,
        account: str,
        to: str,
        subject: str,
        text: str,
        *,
        cc: Sequence[str] = (),
        attachments: Sequence[str] = (),
        now: bool = False,
        template: str = "",
        language: str = "",
    ) -> OutboxRow:
        """Write first: to a customer, a carrier, a warehouse. A new conversation, assigned to the agent."""
        text = clean(text).strip("\n")
        checks.text(text)
        checks.text(subject, what="subject")
        with self.store.read() as tx:
            found = tx.accounts.get(account)
        envelope = Envelope(
            account=found,
            to=writing.receivers(to),
            cc=writing.addresses(cc),
            subject=clean_line(subject),
            text=text,
            parts=read_attachments(attachments),
            language=language or detect(text),
            template=template,
            now=now,
            draft={"text": text, "cc": list(cc), "attachments": list(attachments), "template": template},
        )
        return self._start(envelope)

    def forward(
        self, conversation: int, to: str, *, text: str = "", cc: Sequence[str] = (), now: bool = False
    ) -> OutboxRow:
        """Send what was said on to somebody else: every public message quoted, all attachments along, never a
        note. A new conversation with that address, so that the answer comes back to the desk."""
        text = clean(text).strip("\n")
        if text:
            checks.text(text)
        with self.store.read() as tx:
            conversation = tx.conversations.root(conversation)
            thread = tx.inbox.thread(conversation)
            account = tx.accounts.get(thread.account)
            files = [file for m in thread.messages for file in m.attachments]
            parts = tuple(
                Part(f.name, f.mime, tx.blobs.get(f.hash)) for f in {f.hash: f for f in files}.values()
            )
        envelope = Envelope(
            account=account,
            to=writing.receivers(to),
            cc=writing.addresses(cc),
            subject=forward_subject(thread.subject),
            text="\n\n".join(part for part in (text, writing.forwarded(thread.messages)) if part),
            parts=parts,
            language=detect(text) or self.context.config.language.replace("auto", ""),
            now=now,
            draft={"text": text},
        )
        row = self._start(envelope)
        with self.store.write() as tx:
            data = {"to": row.conversation_id, "outbox": row.id}
            tx.conversations.change(conversation, "forwarded", {}, agent=self.context.agent.id, data=data)
        return row

    def undo_send(self, outbox_id: int) -> Draft:
        """Take a queued message back: it becomes the agent's draft again, below a newer one if there is any.
        Raises Refused when it has left already."""
        agent = self.context.agent
        with self.store.write() as tx:
            row = tx.outbox.get(outbox_id)
            if row.state != "queued":
                raise Refused(
                    _("Message {id} can no longer be taken back: it is {state}.").format(
                        id=outbox_id, state=checks.state_word(row.state)
                    ),
                    code="too_late",
                )
            return writing.take_back(tx, row, agent.id)

    def _start(self, envelope: Envelope) -> OutboxRow:
        """A new conversation whose first message this is."""
        agent = self.context.agent
        with self.store.write() as tx:
            person = envelope.to[0]
            tx.customers.alone()
            known = tx.customers.by_values("mail", [person.address])
            customer = known.get(person.address) or self._customer(tx, person, envelope.language)
            conversation = tx.conversations.allocate(1)[0]
            state = State(
                account_id=envelope.account.id,
                customer_id=customer,
                created_at=tx.now,
                last_message_at=tx.now,
                assignee_id=agent.id,
                language=envelope.language,
            )
            changes = tx.conversations.batch()
            changes.create(conversation, envelope.subject, "", state, data={"agent": agent.id})
            changes.flush()
            return self._queue(tx, conversation, envelope)

    def _customer(self, tx: Tx, person: Address, language: str) -> int:
        country = places.country_of_address(person.address)
        fields = {
            "channel": "mail",
            "value": person.address,
            "name": person.name or person.address.partition("@")[0],
            "language": language,
            "country": country,
            "timezone": places.zone_of(country, None, tx.now),
            "utc_offset": None,
            "created_at": tx.now,
        }
        customer = tx.customers.add_all([fields])[0]
        tx.orders.adopt([(person.address, customer)])
        return customer

    def _queue(self, tx: Tx, conversation: int, envelope: Envelope) -> OutboxRow:
        """Freeze a message: build its bytes, store it, its outbox row and its event, all in this transaction."""
        agent = self.context.agent
        account = envelope.account
        if not account.address:
            raise Refused(
                _("Account {name} has no address to send from; add it with --address.").format(
                    name=account.name
                ),
                code="no_sender",
            )
        sender = Address(account.address, account.display_name)
        domain = account.address.rpartition("@")[2] or "localhost"
        key = own_message_id(
            conversation, tx.accounts.secret(), domain, secrets.token_urlsafe(9).replace("-", "_")
        )
        out = Outgoing(
            message_id=key,
            sender=sender,
            to=envelope.to,
            cc=envelope.cc,
            subject=envelope.subject,
            text=envelope.text,
            date=tx.now,
            in_reply_to=envelope.in_reply_to,
            references=envelope.references,
            signature=account.signature,
            attachments=envelope.parts,
            language=envelope.language,
        )
        raw = build(out)
        envelope_to = recipients(out)
        state = tx.conversations.state(conversation)
        message = self._store(tx, conversation, envelope, out, raw, state)
        due = tx.now if envelope.now else tx.now + timedelta(seconds=account.undo_seconds)
        row = tx.outbox.add(
            conversation_id=conversation,
            message_id=message,
            account_id=account.id,
            agent_id=agent.id,
            key=key,
            envelope_from=account.address,
            recipients=list(envelope_to),
            raw_hash=tx.blobs.put(raw),
            draft=envelope.draft or {},
            due_at=due,
        )
        self._record(tx, conversation, state, {"outbox": row, "message": message, "due": due.isoformat()})
        tx.conversations.set_preview({conversation: (excerpt(envelope.text), None)})
        return tx.outbox.get(row)

    def _record(self, tx: Tx, conversation: int, state: State, data: dict[str, Any]) -> None:
        agent = self.context.agent.id
        fields: dict[str, Any] = {
            "messages": state.messages + 1,
            "rev": state.rev + 1,
            "last_message_at": max(tx.now, state.last_message_at),
            "waiting_since": None,
            "due_at": None,
            "unread": False,
        }
        if state.assignee_id is None:
            # Who answers has it: a colleague sees at once that somebody is on it.
            fields["assignee_id"] = agent
        if state.status in ("closed", "snoozed"):
            fields.update(status="open", snoozed_until=None)
        tx.conversations.change(conversation, "queued", fields, agent=agent, data=data)

    def _store(
        self, tx: Tx, conversation: int, envelope: Envelope, out: Outgoing, raw: bytes, state: State
    ) -> int:
        message = tx.messages.allocate(1)[0]
        place = search_id(tx.now, message)
        shown = f"{envelope.text}\n\n-- \n{out.signature}" if out.signature else envelope.text
        row = {
            "id": message,
            "conversation_id": conversation,
            "account_id": envelope.account.id,
            "direction": "out",
            "message_id": out.message_id,
            "sender_name": out.sender.name,
            "sender_address": out.sender.address,
            "recipients": {
                kind: [[a.address, a.name] for a in people]
                for kind, people in (("to", out.to), ("cc", out.cc))
                if people
            },
            "subject": out.subject,
            "text": shown,
            "quotes": [[q.start, q.end, q.kind] for q in fold(shown)],
            "language": envelope.language or detect(envelope.text, state.language),
            "sent_at": tx.now,
            "received_at": tx.now,
            "agent_id": self.context.agent.id,
            "template": envelope.template,
            "automatic": "",
            "broken": "",
            "content_hash": content_hash(parse(raw)),
            "raw_hash": "",
            "search_id": place,
        }
        hashes = tx.blobs.put_all([part.data for part in out.attachments])
        files = [
            {"message_id": message, "name": p.name, "mime": p.mime, "size": len(p.data), "hash": digest}
            | {"content_id": "", "inline": False}
            for p, digest in zip(out.attachments, hashes, strict=True)
        ]
        tx.messages.add_all([row], files)
        tx.search.add_all([(place, index_words(out.subject, *(a.address for a in out.to), envelope.text))])
        return message


def _recipients(tx: Tx, conversation: int) -> Recipients:
    """The last customer message decides: its Reply-To, else its sender; before any came, whom we wrote to."""
    thread = tx.inbox.thread(tx.conversations.root(conversation))
    account = tx.accounts.get(thread.account)
    sender = Address(account.address, account.display_name)
    if to := tx.messages.answer_to(thread.id):
        return Recipients(sender, to)
    for message in reversed(thread.messages):
        if message.direction == "out" and message.to:
            return Recipients(sender, message.to)
    for identity in tx.customers.identities(thread.customer_id):
        if identity.channel == "mail":
            # All that was written here was taken back before it left.
            return Recipients(sender, (Address(identity.value, identity.name),))
    raise Refused(_("Nobody in this conversation can be answered: no address is known."), code="no_recipient")


def _answered_id(messages: Sequence[Message]) -> str:
    inbound = [m for m in messages if m.direction == "in" and not m.automatic]
    last = (inbound or list(messages))[-1:]
    return last[0].message_id if last else ""
