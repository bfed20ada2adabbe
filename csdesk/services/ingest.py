"""Taking mail in: parse outside the transaction, then thread and store a whole batch with its cursor in one.

Nothing is dropped: what cannot be parsed is a message that says so; what was seen before is a receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from csdesk.db.awaited import Strangers
from csdesk.db.messages import search_id
from csdesk.domain.customer import without_tag
from csdesk.domain.events import State
from csdesk.domain.mail import visible_text
from csdesk.domain.people import Account
from csdesk.domain.ports import Batch
from csdesk.i18n import _, stored
from csdesk.mail.bounce import explain
from csdesk.mail.relays import market_of, order_numbers
from csdesk.mail.thread import decide
from csdesk.services import merging, places
from csdesk.services.correspondent import Person, other_side, shop_wrote
from csdesk.services.opening import acknowledges
from csdesk.services.prepare import Prepared, prepare
from csdesk.store import Store, Tx
from csdesk.text import excerpt

STALE = timedelta(days=90)
"""Mail that a mailbox received longer ago than this comes in as history, not as work."""

FRESH = timedelta(hours=24)
"""Only what came since then can be acknowledged: who connects a mailbox greets nobody of last month."""


@dataclass(slots=True)
class Taken:
    """What became of a batch: rows stored, mails known before, and the conversations they are in."""

    stored: int = 0
    duplicates: int = 0
    conversations: list[int] = field(default_factory=list)


def own_addresses(store: Store) -> frozenset[str]:
    """The shop's own addresses, in lower case."""
    with store.read() as tx:
        return frozenset(a.address.lower() for a in tx.accounts.all() if a.address)


def take(store: Store, account: Account, batch: Batch, prepared: Sequence[Prepared] | None = None) -> Taken:
    """Store a batch and its cursor; its mails may have been prepared elsewhere. Raises StoreFailure; then nothing
    of the batch is stored."""
    if prepared is None:
        own = own_addresses(store)
        prepared = [prepare(raw, own) for raw in batch.mails]
    with store.write() as tx:
        taken = _Intake(tx, account).run(prepared)
        taken.duplicates += Strangers(tx, account.id).add_receipts(batch.same)
        tx.accounts.set_cursor(account.id, batch.cursor)
    return taken


class _Intake:
    """One batch inside one transaction."""

    def __init__(self, tx: Tx, account: Account) -> None:
        self.tx = tx
        self.account = account
        self.secret = tx.accounts.secret()
        self.own = {a.address.lower() for a in tx.accounts.all() if a.address}
        self.changes = tx.conversations.batch()
        self.taken = Taken()
        self.answers: dict[int, datetime] = {}
        self.elsewhere: dict[int, datetime | None] = {}
        self.ids: dict[str, list[tuple[int, int, str]]] = {}
        self.customers: dict[tuple[str, str], int] = {}
        self.reports: list[tuple[int, str, str]] = []
        self.previews: dict[int, tuple[str, str | None]] = {}
        self.rows: list[dict[str, Any]] = []
        self.files: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self.mentions: list[tuple[int, str]] = []
        self.index: list[tuple[int, str]] = []
        self.spoken: dict[int, str] = {}
        self.strangers = Strangers(tx, account.id)
        self.awaited: dict[str, int] = {}
        self.missing: dict[str, int] = {}
        self.earlier: set[int] = set()
        self.threads: list[tuple[int, int]] = []
        self.subjects: dict[int, str] = {}
        self.unattended = acknowledges(account, tx.now)
        self.asked: list[int] = []

    def run(self, prepared: Sequence[Prepared]) -> Taken:
        """Store all that is new."""
        known = self.tx.messages.known(self.account.id, [p.raw.external_id for p in prepared])
        fresh: dict[str, Prepared] = {}
        for item in prepared:
            if item.raw.external_id in known or item.raw.external_id in fresh:
                self.taken.duplicates += 1
            else:
                fresh[item.raw.external_id] = item
        self.tx.customers.alone()
        items = sorted(fresh.values(), key=lambda p: p.sent_at)
        self.ids = self._lookup(items)
        self.awaited = self.strangers.awaiting(i for p in items for i in (p.message_id, *p.candidates))
        self._know_customers(items)
        self._know_conversations()
        self._await_further(items)
        message_ids = self.tx.messages.allocate(len(items))
        conversation_ids = iter(self.tx.conversations.allocate(len(items)))
        hashes = iter(self.tx.blobs.put_all([p.raw.raw for p in items]))
        for item, message in zip(items, message_ids, strict=True):
            raw_hash = next(hashes)
            if (seen := self._duplicate(item)) is not None:
                self._receipt(item, seen)
                self.taken.duplicates += 1
                continue
            self._one(item, message, raw_hash, conversation_ids)
        self.changes.flush()
        self.tx.messages.add_all(self.rows, self.files, self.receipts)
        self.tx.messages.note_acknowledgements(self.account.id, self.asked)
        self.tx.conversations.set_preview(self.previews)
        self.tx.conversations.set_subjects(self.subjects)
        self.tx.search.add_all(self.index)
        come = [i for i in self.awaited if i in self.ids]
        self.strangers.await_({i: c for i, c in self.missing.items() if i not in self.ids}, come)
        self.tx.orders.add_mentions(self.mentions)
        self.tx.customers.learn_languages(self.spoken)
        self._set_clocks_back()
        for one, other in self.threads:
            merging.one_thread(self.tx, one, other)
        for about, action, sentence in self.reports:
            self.tx.outbox.reported(about, action, sentence)
        return self.taken

    def _set_clocks_back(self) -> None:
        """A mailbox is read from the newest mail backwards: where a customer turns out to have asked before, the
        waiting began then."""
        for conversation in sorted(self.earlier):
            state = self.tx.conversations.state(conversation)
            fields = self.tx.conversations.clock(conversation, state)
            if (
                state.waiting_since
                and fields["waiting_since"]
                and fields["waiting_since"] < state.waiting_since
            ):
                self.tx.conversations.change(conversation, "clock", fields, agent=None)

    def _lookup(self, items: Iterable[Prepared]) -> dict[str, list[tuple[int, int, str]]]:
        wanted = [i for p in items for i in (p.message_id, *p.candidates)]
        return self.tx.messages.by_message_ids(self.account.id, wanted)

    def _duplicate(self, item: Prepared) -> int | None:
        """The stored message that this one is: same id and same content, or our own sent mail come back."""
        for message, _conversation, content in self.ids.get(item.message_id, ()):
            if content == item.hash or self._outbound(item):
                return message
        return None

    def _outbound(self, item: Prepared) -> bool:
        return item.raw.outbound or shop_wrote(item.mail, self.own)

    def _other(self, item: Prepared) -> Person:
        return other_side(item.mail, self._outbound(item), self.own)

    def _customer(self, item: Prepared) -> int:
        other = self._other(item)
        return self.customers[other.channel, other.value]

    def _know_customers(self, items: Sequence[Prepared]) -> None:
        """Customer ids for every identity in the batch; unknown ones are made."""
        people = [(self._other(item), item) for item in items]
        wanted = {(p.channel, p.value) for p, _item in people}
        wanted |= {(channel, without_tag(value)) for channel, value in wanted if channel == "mail"}
        self.customers = self.tx.customers.by_identities(wanted)
        unknown: dict[tuple[str, str], tuple[Person, Prepared]] = {}
        for person, item in people:
            key = (person.channel, person.value)
            if key in self.customers or key in unknown:
                continue
            base = (
                self.customers.get(("mail", without_tag(person.value))) if person.channel == "mail" else None
            )
            if base is not None:
                # 'ana+shop@x' reaches the mailbox of 'ana@x': another identity of a customer we know.
                self.tx.customers.add_identity(base, person.channel, person.value, person.name)
                self.customers[key] = base
            else:
                unknown[key] = (person, item)
        countries = self.tx.orders.places([value for _channel, value in unknown])
        made = [self._person(person, item, countries) for person, item in unknown.values()]
        fresh = dict(zip(unknown, self.tx.customers.add_all(made), strict=True))
        self.customers.update(fresh)
        self.tx.orders.adopt(
            (value, customer) for (channel, value), customer in fresh.items() if channel == "mail"
        )
        self.tx.orders.adopt_buyers((*key, customer) for key, customer in fresh.items() if key[0] != "mail")

    def _know_conversations(self) -> None:
        """The conversations that this batch may go on with, and the shop's last answers in them, at once."""
        there = {conversation for rows in self.ids.values() for _message, conversation, _hash in rows}
        there.update(self.awaited.values())
        self.changes.load(there)
        self.elsewhere = self.tx.messages.all_elsewhere(there)

    def _person(self, person: Person, item: Prepared, countries: dict[str, str]) -> dict[str, Any]:
        market = market_of(person.value) is not None
        country = countries.get(person.value) or ("" if market else places.country_of_address(person.value))
        offset = None if self._outbound(item) or market else item.mail.utc_offset_minutes
        return {
            "channel": person.channel,
            "value": person.value,
            "name": person.name or person.value.partition("@")[0],
            "language": "" if self._outbound(item) else item.language,
            "country": country,
            "timezone": places.zone_of(country, offset, self.tx.now),
            "utc_offset": offset,
            "created_at": item.sent_at,
        }

    # Lookup for mail.thread.decide
    def by_message_ids(self, ids: Sequence[str]) -> dict[str, int]:
        """Message-ID to conversation, of this account's messages."""
        return {i: self.ids[i][0][1] for i in ids if self.ids.get(i)}

    def is_participant(self, conversation: int, address: str) -> bool:
        """Whether an address belongs to a conversation's customer, in a conversation of this account."""
        if not self.exists(conversation):
            return False
        state = self.changes.states.get(conversation)
        if state is not None and self.customers.get(("mail", address)) == state.customer_id:
            return True
        return self.tx.customers.is_participant(conversation, address)

    def exists(self, conversation: int) -> bool:
        """Whether this account has such a conversation."""
        state = self.changes.states.get(conversation) or self.tx.conversations.find(conversation)
        return state is not None and state.account_id == self.account.id

    def _one(self, item: Prepared, message: int, raw_hash: str, conversation_ids: Any) -> None:
        conversation = decide(item.mail, self.secret, self).conversation
        outbound = self._outbound(item)
        if conversation is None:
            conversation = self._awaited_by(item)
        if conversation is None:
            conversation = next(conversation_ids)
            self._create(conversation, item, message, outbound)
        else:
            conversation = self._load(conversation)
            self._join(conversation, item, message, outbound)
        self._links(conversation, item)
        self._rows(conversation, item, message, raw_hash, outbound)
        self._report(item)
        waits = not outbound and self.changes.states[conversation].waiting_since is not None
        if waits and self.unattended and self.tx.now - item.raw.received_at < FRESH:
            self.asked.append(message)
        for one in item.candidates:
            if one not in self.ids and one not in self.awaited:
                self.missing.setdefault(one, conversation)
        self.taken.stored += 1
        self.taken.conversations.append(conversation)

    def _report(self, item: Prepared) -> None:
        """A delivery report marks the message that it is about."""
        told = item.mail.headers
        about = self.ids.get(told.get("reported-message-id", ""), ())
        if item.mail.automatic == "bounce" and about:
            bounce = explain(told)
            failed = "failed-message-id" in told
            action = "failed" if failed else told.get("failed-action", "")
            self.reports.append((about[0][0], action, bounce.sentence if bounce else item.mail.subject))

    def _awaited_by(self, item: Prepared) -> int | None:
        """The conversation whose mails refer to this one, or to what this one refers to, and came before it: a
        mailbox is read from the newest mail backwards. Only for the same customer, because anyone can write any
        reference."""
        for one in (item.message_id, *item.candidates):
            conversation = self.missing.get(one) or self.awaited.get(one)
            if conversation is not None:
                conversation = self._load(conversation)
                if self.changes.states[conversation].customer_id == self._customer(item):
                    return conversation
        return None

    def _links(self, conversation: int, item: Prepared) -> None:
        """Other conversations that this mail shows to be the same thread: they hold what it refers to, or wait for
        it, or for what it refers to. A delivery report proves nothing, and neither does a stranger's mail."""
        if item.mail.automatic == "bounce":
            return
        ids = (item.message_id, *item.candidates)
        waiting = {found for i in ids if (found := self.missing.get(i) or self.awaited.get(i))}
        holding = {self.ids[i][0][1] for i in ids[1:] if self.ids.get(i)}
        customer = self._customer(item)
        for other in sorted((waiting | holding) - {conversation}):
            other = self._load(other)
            if other != conversation and all(
                self.changes.states[one].customer_id == customer for one in (other, conversation)
            ):
                self.threads.append((other, conversation))

    def _await_further(self, items: Sequence[Prepared]) -> None:
        """What an awaited mail of this batch answers is awaited with it, newest first: many programs name only
        the one mail that they answer, and the chain would break between two batches."""
        for item in reversed(items):
            conversation = self.awaited.get(item.message_id) or self.missing.get(item.message_id)
            if conversation is None or self._awaited_by(item) is None:
                continue
            for one in item.candidates:
                if one not in self.ids and one not in self.awaited:
                    self.missing.setdefault(one, conversation)

    def _load(self, conversation: int) -> int:
        if conversation not in self.changes.states:
            self.changes.load([conversation])
        seen = {conversation}
        while (into := self.changes.states[conversation].merged_into) is not None and into not in seen:
            seen.add(into)
            conversation = into
            self.changes.load([conversation])
        return conversation

    def _clock(self, item: Prepared, since: datetime | None = None) -> dict[str, Any]:
        start = since or min(item.sent_at, self.tx.now)
        return {"waiting_since": start, "due_at": start + timedelta(minutes=self.account.first_reply_minutes)}

    def _create(self, conversation: int, item: Prepared, message: int, outbound: bool) -> None:
        mail = item.mail
        stale = self.tx.now - item.raw.received_at > STALE
        waits = not outbound and not mail.automatic and not stale
        state = State(
            account_id=self.account.id,
            customer_id=self._customer(item),
            created_at=item.sent_at,
            last_message_at=item.sent_at,
            status="closed" if stale or outbound else "lists" if mail.automatic == "list" else "open",
            language="" if outbound else item.language,
            unread=not outbound and not stale,
            messages=1,
            rev=1,
            **(self._clock(item) if waits else {}),
        )
        self.elsewhere[conversation] = None
        if outbound:
            self.answers[conversation] = item.sent_at
        subject = mail.subject or _("(no subject)")
        other = self._other(item)  # whose it is should the customer be parted in two again
        data = {
            "message": message,
            "external_id": item.raw.external_id,
            "identity": [other.channel, other.value],
        }
        self.changes.create(conversation, subject, _preview(item), state, data=data)

    def _join(self, conversation: int, item: Prepared, message: int, outbound: bool) -> None:
        state = self.changes.states[conversation]
        newest = item.sent_at >= state.last_message_at
        oldest = item.sent_at < state.created_at and item.mail.automatic != "bounce"
        fields: dict[str, Any] = {"messages": state.messages + 1}
        if newest:
            fields["last_message_at"] = item.sent_at
            self.previews[conversation] = (_preview(item), None)
        if oldest:
            # A mailbox is read from the newest mail backwards: the thread began here, under this subject.
            fields["created_at"] = item.sent_at
            if item.mail.subject:
                self.subjects[conversation] = item.mail.subject
        if outbound:
            self.answers[conversation] = max(item.sent_at, self.answers.get(conversation, item.sent_at))
            fields.update(self._answered(item, state))
        elif not item.mail.automatic:
            fields.update(self._asked(conversation, item, state))
        data = {"message": message, "external_id": item.raw.external_id, "automatic": item.mail.automatic}
        self.changes.change(conversation, "sent" if outbound else "received", fields, agent=None, data=data)

    def _answered_elsewhere(self, conversation: int, came: datetime) -> bool:
        """Whether the shop answered from another program after a mail had come. An answer written here proves
        nothing: its writer could not see a mail that the desk did not have yet."""
        if conversation not in self.elsewhere:
            self.elsewhere[conversation] = self.tx.messages.last_elsewhere(conversation)
        answers = [self.answers.get(conversation), self.elsewhere[conversation]]
        return any(answer is not None and answer > came for answer in answers)

    def _asked(self, conversation: int, item: Prepared, state: State) -> dict[str, Any]:
        """A customer wrote: somebody waits again, unless this is history or was answered since."""
        fields: dict[str, Any] = {"rev": state.rev + 1}
        if item.language:
            self.spoken[state.customer_id] = item.language
            if not state.language_chosen:
                fields["language"] = item.language
        if state.status == "spam" or self.tx.now - item.raw.received_at > STALE:
            return fields
        if self._answered_elsewhere(conversation, max(item.sent_at, item.raw.received_at)):
            return fields
        fields["unread"] = True
        if state.status in ("closed", "snoozed", "lists"):
            fields.update(status="open", snoozed_until=None)
        if state.waiting_since is None:
            fields.update(self._clock(item))
        elif item.sent_at < state.waiting_since:
            self.earlier.add(conversation)
        return fields

    def _answered(self, item: Prepared, state: State) -> dict[str, Any]:
        """The shop wrote, from here or elsewhere: nobody waits, unless the customer asked after that."""
        fields: dict[str, Any] = {"rev": state.rev + 1}
        if item.sent_at >= state.last_message_at:
            fields.update(waiting_since=None, due_at=None, unread=False)
        return fields

    def _receipt(self, item: Prepared, message: int) -> None:
        row = {"account_id": self.account.id, "external_id": item.raw.external_id, "message_id": message}
        self.receipts.append(row)

    def _rows(self, conversation: int, item: Prepared, message: int, raw_hash: str, outbound: bool) -> None:
        mail = item.mail
        place = search_id(item.sent_at, message)
        language = item.language or ("" if outbound else self.changes.states[conversation].language)
        self.rows.append(
            {
                "id": message,
                "conversation_id": conversation,
                "account_id": self.account.id,
                "direction": "out" if outbound else "in",
                "message_id": item.message_id,
                "sender_name": mail.sender.name,
                "sender_address": mail.sender.address,
                "recipients": {
                    kind: [[a.address, a.name] for a in people]
                    for kind, people in (("to", mail.to), ("cc", mail.cc), ("reply_to", mail.reply_to))
                    if people
                },
                "subject": mail.subject,
                "text": item.text,
                "quotes": [[q.start, q.end, q.kind] for q in mail.quotes],
                "language": language,
                "sent_at": item.sent_at,
                "received_at": item.raw.received_at,
                "agent_id": None,
                "template": "",
                "automatic": mail.automatic,
                "broken": mail.broken,
                "content_hash": item.hash,
                "raw_hash": raw_hash,
                "findings": [[one.level, stored(one.sentence)] for one in item.findings],
                "protection": mail.protection,
                "search_id": place,
            }
        )
        self.ids.setdefault(item.message_id, []).append((message, conversation, item.hash))
        self._receipt(item, message)
        self.index.append((place, item.words))
        market = market_of(mail.sender.address)
        orders = order_numbers(market, mail) if market else ()
        for number in dict.fromkeys((*orders, *item.numbers)):
            self.mentions.append((conversation, number))
        if mail.attachments:
            hashes = self.tx.blobs.put_all([part.data for part in mail.attachments])
            self.files += [
                {
                    "message_id": message,
                    "name": part.name,
                    "mime": part.mime,
                    "size": len(part.data),
                    "hash": digest,
                    "content_id": part.content_id,
                    "inline": part.inline,
                }
                for part, digest in zip(mail.attachments, hashes, strict=True)
            ]


def _preview(item: Prepared) -> str:
    said = visible_text(item.text, item.mail.quotes)
    return excerpt(said) if said else item.mail.broken or excerpt(item.mail.subject)
