"""Writing: drafts, notes, replies, new conversations and forwards, up to the frozen row in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from csdesk.domain.composed import Composed, packed
from csdesk.domain.conversation import Draft, Message, Note, Thread
from csdesk.domain.events import State
from csdesk.domain.limits import Limit
from csdesk.domain.mail import Address, Part
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Known
from csdesk.domain.vocabulary import vocabulary
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.mail.build import forward_subject, reply_subject
from csdesk.mail.parse import parse
from csdesk.mail.relays import market_of, relay_of
from csdesk.services import along, checks, places, writing
from csdesk.services.context import Context
from csdesk.services.files import read_attachments
from csdesk.services.freezing import Envelope, Quoted, freeze
from csdesk.services.learning import learn, translated_body
from csdesk.store import Tx
from csdesk.text import clean, clean_line, excerpt
from csdesk.translation.detect import detect


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who a reply comes from and goes to, shown before it is sent."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()


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
            tx.drafts.put(writing.follow(tx, replace(draft, text=clean(draft.text))))

    def discard_draft(self, conversation: int, mode: str = "reply") -> None:
        """Throw a draft away; for thirty days it can be had back."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            tx.drafts.discard(conversation, agent, mode)

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

    def recipients(self, conversation: int, *, everyone: bool = False) -> Recipients:
        """Who a reply would come from and go to; with `everyone` those who got the customer's mail beside us are
        its copies. Raises NotFound, Refused when nobody can be answered."""
        with self.store.read() as tx:
            found = _recipients(tx, conversation)
            return replace(found, cc=_beside(tx, conversation, found)) if everyone else found

    def known_addresses(self, conversation: int) -> tuple[Known, ...]:
        """Whom one may want in copy here, the likeliest first. Raises NotFound."""
        with self.store.read() as tx:
            return along.known_addresses(tx, tx.inbox.thread(tx.conversations.root(conversation)))

    def vocabulary(self, conversation: int) -> tuple[str, ...]:
        """Words that a reply here is likely to need, the likeliest first. An order's facts only when it is linked.
        Raises NotFound."""
        from csdesk.services.orders import linked

        with self.store.read() as tx:
            thread = tx.inbox.thread(tx.conversations.root(conversation))
            orders = [link.order for link in linked(tx, thread.id) if link.state == "linked"]
            return vocabulary(tx.customers.card(thread.customer_id), orders, thread)

    def addresses(self, given: Sequence[str]) -> tuple[Address, ...]:
        """Addresses as typed. Raises Usage naming the one that is none."""
        return writing.addresses(given)

    def holds(self, conversation: int) -> Limit:
        """How much a message may hold here. Raises NotFound."""
        with self.store.read() as tx:
            return along.holds(tx.inbox.thread(tx.conversations.root(conversation)))

    def room(self, conversation: int) -> Limit:
        """How much may be attached here. Raises NotFound."""
        with self.store.read() as tx:
            return along.room(tx.inbox.thread(tx.conversations.root(conversation)))

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
        at: datetime | None = None,
        quote: bool | None = None,
        made: Composed | None = None,
    ) -> OutboxRow:
        """Queue a reply: recipients, body and key are frozen here. With `made` the body is that translation of the
        text, exactly as it stands there; what the agent wrote is kept with the message, and sentences that the agent
        put right are remembered. It leaves after the account's undo window,
        at once with `now`, or at an instant `at` (aware). With `quote` (by default as the account's setting
        'quote' says) it carries the customer's last words below its own, never a note. Raises Conflict (code
        newer_message) when something was said after `rev`, Refused for an empty text, unresolved template places,
        no recipient, an unreadable attachment or a translation of another text."""
        text = clean(text).strip("\n")
        checks.text(text)
        body = text if made is None else translated_body(text, made)
        parts = read_attachments(attachments)
        copies = writing.addresses(cc)
        agent = self.context.agent
        with self.store.write() as tx:
            conversation = tx.conversations.root(conversation)
            checks.current(tx, conversation, rev)
            to = _recipients(tx, conversation)
            thread = tx.inbox.thread(conversation)
            along.fits(parts, along.room(thread))
            before = [m for m in thread.messages if m.state != "failed" and m.message_id]
            account = tx.accounts.get(thread.account)
            if quote is None:
                quote = account.settings.get("quote", "") == "1"
            draft = {"text": text, "cc": list(cc), "attachments": list(attachments), "template": template}
            envelope = Envelope(
                account=account,
                to=to.to,
                cc=copies,
                subject=reply_subject(thread.own_subject) if thread.messages else thread.subject,
                text=body,
                in_reply_to=_answered_id(before),
                references=tuple(m.message_id for m in before),
                parts=parts,
                language=made.target_language if made is not None else language,
                template=template,
                now=now,
                at=_later(tx, at),
                quoted=self._quoted(before) if quote else None,
                own_text=text if made is not None else "",
                own_language=made.source_language if made is not None else "",
                draft={**draft, "language": language} | ({"made": packed(made)} if made is not None else {}),
            )
            row = freeze(tx, conversation, envelope, agent)
            tx.drafts.drop(conversation, agent.id, "reply")
            if made is not None:
                learn(tx, made, agent)
                line = excerpt(body), excerpt(text)  # in the queue the agent reads what the agent wrote
                tx.translations.put_line(conversation, made.source_language, *line)
        return row

    def _quoted(self, messages: Sequence[Message]) -> Quoted | None:
        """The customer's last words, as the customer wrote them: without what they quoted themselves."""
        asked = [m for m in messages if m.direction == "in" and not m.automatic]
        if not asked:
            return None
        return Quoted(asked[-1].visible_text, asked[-1].sender, asked[-1].sent_at)

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
        made: Composed | None = None,
    ) -> OutboxRow:
        """Write first: to a customer, a carrier, a warehouse. A new conversation, assigned to the agent. `made` is the
        text's translation, as in send(); the subject stays as it is."""
        text = clean(text).strip("\n")
        checks.text(text)
        body = text if made is None else translated_body(text, made)
        language = made.target_language if made is not None else language
        draft = {"text": text, "cc": list(cc), "attachments": list(attachments), "template": template}
        checks.text(subject, what="subject")
        with self.store.read() as tx:
            found = tx.accounts.get(account)
        envelope = Envelope(
            account=found,
            to=writing.receivers(to),
            cc=writing.addresses(cc),
            subject=clean_line(subject),
            text=body,
            parts=read_attachments(attachments),
            language=language or detect(text),
            template=template,
            now=now,
            own_text=text if made is not None else "",
            own_language=made.source_language if made is not None else "",
            draft=draft | ({"made": packed(made)} if made is not None else {}),
        )
        return self._start(envelope)

    def forward(
        self,
        conversation: int,
        to: str,
        *,
        text: str = "",
        cc: Sequence[str] = (),
        now: bool = False,
        made: Composed | None = None,
    ) -> OutboxRow:
        """Send what was said on to somebody else: every public message quoted, all attachments along, never a
        note. A new conversation with that address, so that the answer comes back to the desk. `made` is the
        translation of the text above; what customers wrote stays as they wrote it."""
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
        quoted = writing.forwarded(thread.messages)
        above = text if made is None else translated_body(text, made)
        language = made.target_language if made is not None else detect(text)
        envelope = Envelope(
            account=account,
            to=writing.receivers(to),
            cc=writing.addresses(cc),
            subject=forward_subject(thread.own_subject),
            text="\n\n".join(part for part in (above, quoted) if part),
            parts=parts,
            language=language or self.context.config.language.replace("auto", ""),
            own_text=f"{text}\n\n{quoted}".strip() if made is not None else "",
            own_language=made.source_language if made is not None else "",
            now=now,
            draft={"text": text} | ({"made": packed(made)} if made is not None else {}),
        )
        return self._start(envelope, forwarded=conversation)

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

    def _start(self, envelope: Envelope, *, forwarded: int | None = None) -> OutboxRow:
        """A new conversation whose first message this is; `forwarded` is the one that goes on in it."""
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
            changes.create(conversation, envelope.subject, "", state,
                data={"agent": agent.id, "identity": ["mail", person.address]})  # fmt: skip
            changes.flush()
            row = freeze(tx, conversation, envelope, agent)
            if forwarded is not None:
                data = {"to": conversation, "outbox": row.id}
                tx.conversations.change(forwarded, "forwarded", {}, agent=agent.id, data=data)
            return row

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


def _later(tx: Tx, at: datetime | None) -> datetime | None:
    if at is not None and at <= tx.now:
        raise Usage(_("That time is already past; name one in the future."))
    return at


def _beside(tx: Tx, conversation: int, found: Recipients) -> tuple[Address, ...]:
    """Whom the customer's last mail went to beside the shop."""
    own = {account.address.lower() for account in tx.accounts.all()}
    skipped = own | {address.address for address in found.to}
    for message in reversed(tx.messages.of_conversation(tx.conversations.root(conversation))):
        if message.direction == "in" and not message.automatic:
            people = {a.address: a for a in (*message.to, *message.cc) if a.address not in skipped}
            return tuple(people.values())
    return ()


def _recipients(tx: Tx, conversation: int) -> Recipients:
    """The last customer message decides: its Reply-To, else its sender; before any came, whom we wrote to."""
    thread = tx.inbox.thread(tx.conversations.root(conversation))
    account = tx.accounts.get(thread.account)
    sender = Address(account.address, account.display_name)
    if to := tx.messages.answer_to(thread.id):
        _reaches_somebody(tx, thread)
        return Recipients(sender, to)
    for message in reversed(thread.messages):
        if message.direction == "out" and message.to:
            return Recipients(sender, message.to)
    for identity in tx.customers.identities(thread.customer_id):
        if identity.channel == "mail":
            # All that was written here was taken back before it left.
            return Recipients(sender, (Address(identity.value, identity.name),))
    raise Refused(_("Nobody in this conversation can be answered: no address is known."), code="no_recipient")


def _reaches_somebody(tx: Tx, thread: Thread) -> None:
    """Raises Refused when the last mail came through a marketplace that takes no answer by mail."""
    asked = [m for m in thread.messages if m.direction == "in" and m.automatic != "bounce"]
    if not asked or market_of(asked[-1].sender.address) is None:
        return
    relay = relay_of(parse(tx.blobs.get(tx.messages.raw_hash(asked[-1].id))))
    if relay is not None and not relay.answerable:
        raise Refused(
            _(
                "A mail would reach nobody: this buyer can only be answered in {market}'s own messages."
            ).format(market=relay.market.capitalize()),
            code="no_recipient",
        )


def _answered_id(messages: Sequence[Message]) -> str:
    inbound = [m for m in messages if m.direction == "in" and not m.automatic]
    last = (inbound or list(messages))[-1:]
    return last[0].message_id if last else ""
