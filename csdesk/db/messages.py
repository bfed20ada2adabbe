"""Messages, their attachments, the receipts of what was taken in, and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from csdesk.db.tables import (
    Acknowledgement,
    Agent,
    Attachment,
    Conversation,
    Message,
    Note,
    Outbox,
    Receipt,
    table,
)
from csdesk.db.tx import Tx
from csdesk.db.types import search_place
from csdesk.domain import conversation as domain
from csdesk.domain.mail import Address, Quote
from csdesk.domain.reading import Key
from csdesk.domain.views import micros
from csdesk.errors import NotFound
from csdesk.i18n import _, told

_MSG = table(Message)
_ACK = table(Acknowledgement)
_ATT = table(Attachment)
_RECEIPT = table(Receipt)
_NOTE = table(Note)
_AGENT = table(Agent)
_OUT = table(Outbox)
_CONV = table(Conversation)

# Statements of the hot paths are put together once: that costs more than running them.
_ALL_SAID = select(_MSG, _AGENT.c.name, _OUT.c.id, _OUT.c.state, _OUT.c.error).select_from(
    _MSG.outerjoin(_AGENT, _AGENT.c.id == _MSG.c.agent_id).outerjoin(_OUT, _OUT.c.message_id == _MSG.c.id)
)
_SAID = _ALL_SAID.where(_MSG.c.conversation_id == bindparam("conversation")).order_by(
    _MSG.c.sent_at, _MSG.c.id
)
_SOME_SAID = _ALL_SAID.where(_MSG.c.id.in_(bindparam("ids", expanding=True)))
_NOTES = select(_NOTE.c.id, _NOTE.c.conversation_id, _AGENT.c.name, _NOTE.c.text, _NOTE.c.created_at).join(
    _AGENT, _AGENT.c.id == _NOTE.c.agent_id
)
_NOTED = _NOTES.where(_NOTE.c.conversation_id == bindparam("conversation")).order_by(
    _NOTE.c.created_at, _NOTE.c.id
)
_SOME_NOTED = _NOTES.where(_NOTE.c.id.in_(bindparam("ids", expanding=True)))
_FROM_ELSEWHERE = (_MSG.c.direction == "out", _MSG.c.agent_id.is_(None), _MSG.c.automatic == "")
_ELSEWHERE = select(func.max(_MSG.c.sent_at)).where(
    _MSG.c.conversation_id == bindparam("conversation"), *_FROM_ELSEWHERE
)
_ALL_ELSEWHERE = (
    select(_MSG.c.conversation_id, func.max(_MSG.c.sent_at))
    .where(_MSG.c.conversation_id.in_(bindparam("conversations", expanding=True)), *_FROM_ELSEWHERE)
    .group_by(_MSG.c.conversation_id)
)
_FILES = select(_ATT).where(_ATT.c.message_id.in_(bindparam("messages", expanding=True))).order_by(_ATT.c.id)
_KNOWN = select(_RECEIPT.c.external_id).where(
    _RECEIPT.c.account_id == bindparam("account"),
    _RECEIPT.c.external_id.in_(bindparam("ids", expanding=True)),
)
_BY_MESSAGE_IDS = select(_MSG.c.message_id, _MSG.c.id, _MSG.c.conversation_id, _MSG.c.content_hash).where(
    _MSG.c.message_id.in_(bindparam("ids", expanding=True)), _MSG.c.account_id == bindparam("account")
)
_FOUND = select(
    _MSG.c.id,
    _MSG.c.conversation_id,
    _MSG.c.subject,
    _MSG.c.text,
    _MSG.c.sender_name,
    _MSG.c.sender_address,
    _MSG.c.sent_at,
    _MSG.c.search_id,
    _MSG.c.own_text,
).where(_MSG.c.search_id.in_(bindparam("ids", expanding=True)))

_FOUND_NOTES = (
    select(
        _NOTE.c.id,
        _NOTE.c.conversation_id,
        _NOTE.c.text,
        _AGENT.c.name.label("agent"),
        _NOTE.c.created_at,
        _NOTE.c.search_id,
        _CONV.c.subject,
    )
    .join(_AGENT, _AGENT.c.id == _NOTE.c.agent_id)
    .join(_CONV, _CONV.c.id == _NOTE.c.conversation_id)
    .where(_NOTE.c.search_id.in_(bindparam("ids", expanding=True)))
)


def search_id(sent_at: datetime, message: int) -> int:
    """The message's place in the full-text index; see db.types.search_place."""
    return search_place(micros(sent_at), message)


class Messages:
    """Reads and writes what was said."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def known(self, account: int, external_ids: Collection[str]) -> set[str]:
        """Which of these external ids were taken in before."""
        found: set[str] = set()
        wanted = list(external_ids)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found.update(row[0] for row in self.tx.rows(_KNOWN, {"account": account, "ids": part}))
        return found

    def by_message_ids(self, account: int, ids: Iterable[str]) -> dict[str, list[tuple[int, int, str]]]:
        """Message-ID to (message, conversation, content hash) of an account's messages that carry it, oldest first."""
        out: dict[str, list[tuple[int, int, str]]] = {}
        wanted = list(dict.fromkeys(i for i in ids if i))
        for start in range(0, len(wanted), 500):
            asked = {"account": account, "ids": wanted[start : start + 500]}
            for row in self.tx.rows(_BY_MESSAGE_IDS, asked):
                out.setdefault(row[0], []).append((row[1], row[2], row[3]))
        return out

    def add_all(
        self,
        messages: Sequence[dict[str, Any]],
        attachments: Sequence[dict[str, Any]] = (),
        receipts: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Bulk insert of rows with allocated ids."""
        for target, rows in ((_MSG, messages), (_ATT, attachments), (_RECEIPT, receipts)):
            self.tx.add_all(target, rows)

    def allocate(self, count: int) -> list[int]:
        """Fresh message ids."""
        return self.tx.allocate(_MSG, count)

    def entries(self, conversation: int) -> tuple[domain.Message | domain.Note, ...]:
        """Messages and notes of a conversation, oldest first."""
        found: list[domain.Message | domain.Note] = [
            *self.of_conversation(conversation),
            *self.notes(conversation),
        ]
        found.sort(key=lambda e: (e.sent_at if isinstance(e, domain.Message) else e.created_at, e.id))
        return tuple(found)

    def some(self, keys: Sequence[Key]) -> tuple[domain.Message | domain.Note, ...]:
        """These entries, in this order; what is gone meanwhile is left out."""
        found: dict[Key, domain.Message | domain.Note] = {}
        said = [id for kind, id in keys if kind == "message"]
        noted = [id for kind, id in keys if kind == "note"]
        for start in range(0, len(said), 500):
            rows = self.tx.rows(_SOME_SAID, {"ids": said[start : start + 500]})
            found |= {("message", one.id): one for one in self._said(rows)}
        for start in range(0, len(noted), 500):
            rows = self.tx.rows(_SOME_NOTED, {"ids": noted[start : start + 500]})
            found |= {("note", row[0]): domain.Note(*row) for row in rows}
        return tuple(found[key] for key in keys if key in found)

    def of_conversation(self, conversation: int) -> list[domain.Message]:
        """The public messages of a conversation, oldest first, with attachments and the fate of sent ones."""
        return self._said(self.tx.rows(_SAID, {"conversation": conversation}))

    def _said(self, rows: Sequence[Any]) -> list[domain.Message]:
        """Rows of _ALL_SAID as messages; what was taken back is none."""
        files = self._attachments([row[0] for row in rows])
        width = len(_MSG.c)
        shown = [r for r in rows if r[width + 2] != "cancelled"]
        return [_message(row, row[width : width + 4], files.get(row[0], ())) for row in shown]

    def notes(self, conversation: int) -> list[domain.Note]:
        """The internal notes of a conversation, oldest first."""
        return [domain.Note(*row) for row in self.tx.rows(_NOTED, {"conversation": conversation})]

    def add_note(self, conversation: int, agent: int, text: str) -> int:
        """Keep an internal note, to be found by its words; returns its id."""
        values = {"conversation_id": conversation, "agent_id": agent, "text": text, "created_at": self.tx.now}
        note = self.tx.insert(insert(_NOTE).values(**values))
        place = search_id(self.tx.now, note)
        self.tx.run(update(_NOTE).where(_NOTE.c.id == note).values(search_id=place))
        self.tx.search.add_note(place, text)
        return note

    def _attachments(self, messages: Sequence[int]) -> dict[int, tuple[domain.Attachment, ...]]:
        out: dict[int, list[domain.Attachment]] = {}
        for start in range(0, len(messages), 500):
            for row in self.tx.rows(_FILES, {"messages": messages[start : start + 500]}):
                file = domain.Attachment(row.id, row.name, row.mime, row.size, row.hash, row.inline)
                out.setdefault(row.message_id, []).append(file)
        return {message: tuple(files) for message, files in out.items()}

    def attachment(self, attachment: int) -> domain.Attachment:
        """One attachment. Raises NotFound."""
        row = self.tx.one(select(_ATT).where(_ATT.c.id == attachment))
        if row is None:
            raise NotFound(_("There is no attachment {id}.").format(id=attachment))
        return domain.Attachment(row.id, row.name, row.mime, row.size, row.hash, row.inline)

    def attachments_of(self, message: int) -> tuple[domain.Attachment, ...]:
        """The attachments of one message."""
        return self._attachments([message]).get(message, ())

    def answer_to(self, conversation: int) -> tuple[Address, ...]:
        """Where an answer to the customer's last message goes: its Reply-To, else its sender; () when there is
        no such message. Delivery reports do not count."""
        query = (
            select(_MSG.c.recipients, _MSG.c.sender_address, _MSG.c.sender_name)
            .where(
                _MSG.c.conversation_id == conversation,
                _MSG.c.direction == "in",
                _MSG.c.automatic != "bounce",
                _MSG.c.sender_address != "",
            )
            .order_by(_MSG.c.sent_at.desc(), _MSG.c.id.desc())
            .limit(1)
        )
        row = self.tx.one(query)
        if row is None:
            return ()
        return addresses(row[0].get("reply_to", ())) or (Address(row[1], row[2]),)

    def last_asked(self, conversation: int) -> domain.Message | None:
        """What the customer wrote last; machines do not count."""
        theirs = (_MSG.c.conversation_id == conversation, _MSG.c.direction == "in", _MSG.c.automatic == "")
        newest = _ALL_SAID.where(*theirs).order_by(_MSG.c.sent_at.desc(), _MSG.c.id.desc()).limit(1)
        return next(iter(self._said(self.tx.rows(newest))), None)

    def copied(self, limit: int = 400) -> tuple[Address, ...]:
        """Who got copies of our newest messages, the latest first, each once."""
        query = (
            select(_MSG.c.recipients).where(_MSG.c.direction == "out").order_by(_MSG.c.id.desc()).limit(limit)
        )
        found = {value: name for row in reversed(self.tx.rows(query)) for value, name in row[0].get("cc", ())}
        return tuple(Address(value, name) for value, name in reversed(found.items()))

    def withdraw(self, message: int) -> None:
        """A message that will never leave is no longer found by search; its row stays as evidence."""
        row = self.tx.one(select(_MSG.c.search_id).where(_MSG.c.id == message))
        if row is not None:
            self.tx.search.remove(row[0])

    def note_acknowledgements(self, account: int, messages: Sequence[int]) -> None:
        """These mails of an account are still to be acknowledged."""
        if messages:
            self.tx.run(insert(_ACK), [{"account_id": account, "message_id": one} for one in messages])

    def to_acknowledge(self, account: int) -> list[int]:
        """The mails of an account that are still to be acknowledged, oldest first."""
        query = select(_ACK.c.message_id).where(_ACK.c.account_id == account).order_by(_ACK.c.message_id)
        return [row[0] for row in self.tx.rows(query)]

    def settle_acknowledgement(self, message: int) -> bool:
        """This mail is acknowledged, or will not be. False when that was known already."""
        return self.tx.run(delete(_ACK).where(_ACK.c.message_id == message)) == 1

    def asked(self, message: int) -> Any:
        """A message's conversation_id, raw_hash, automatic and received_at. Raises NotFound."""
        columns = (_MSG.c.conversation_id, _MSG.c.raw_hash, _MSG.c.automatic, _MSG.c.received_at)
        row = self.tx.one(select(*columns).where(_MSG.c.id == message))
        if row is None:
            raise NotFound(_("There is no message {id}.").format(id=message))
        return row

    def acknowledged(self, conversation: int, since: datetime) -> bool:
        """Whether the desk acknowledged this conversation already, or its customer elsewhere since an instant."""
        of_customer = select(_CONV.c.id).where(
            _CONV.c.customer_id
            == select(_CONV.c.customer_id).where(_CONV.c.id == conversation).scalar_subquery()
        )
        query = select(_MSG.c.id).where(
            _MSG.c.automatic == "ack",
            (_MSG.c.conversation_id == conversation)
            | (_MSG.c.conversation_id.in_(of_customer) & (_MSG.c.sent_at >= since)),
        )
        return self.tx.one(query.limit(1)) is not None

    def raw_hash(self, message: int) -> str:
        """The blob of a message's original bytes. Raises NotFound."""
        row = self.tx.one(select(_MSG.c.raw_hash).where(_MSG.c.id == message))
        if row is None:
            raise NotFound(_("There is no message {id}.").format(id=message))
        return str(row[0])

    def last_elsewhere(self, conversation: int) -> datetime | None:
        """When the shop last answered from another program than this one, as its sent folder tells."""
        return self.tx.conn.execute(_ELSEWHERE, {"conversation": conversation}).scalar()

    def all_elsewhere(self, conversations: Collection[int]) -> dict[int, datetime | None]:
        """last_elsewhere of many conversations."""
        found: dict[int, datetime | None] = dict.fromkeys(conversations)
        wanted = list(found)
        for start in range(0, len(wanted), 500):
            rows = self.tx.rows(_ALL_ELSEWHERE, {"conversations": wanted[start : start + 500]})
            found.update((row[0], row[1]) for row in rows)
        return found

    def unanswered(self, conversation: int) -> tuple[datetime | None, datetime | None]:
        """Since when the customer waits, by the messages themselves (None: nobody does), and when the last
        message was. Replies that were taken back, failed or bounced and automatic mail do not count as answers."""
        query = (
            select(_MSG.c.direction, _MSG.c.sent_at, _MSG.c.automatic)
            .outerjoin(_OUT, _OUT.c.message_id == _MSG.c.id)
            .where(
                _MSG.c.conversation_id == conversation,
                func.coalesce(_OUT.c.state, "").not_in(["cancelled", "failed", "bounced"]),
            )
            .order_by(_MSG.c.sent_at, _MSG.c.id)
        )
        since: datetime | None = None
        last: datetime | None = None
        for direction, sent_at, automatic in self.tx.rows(query):
            last = sent_at
            if automatic:
                continue
            if direction == "out":
                since = None
            else:
                since = since or sent_at
        return since, last

    def found(self, ids: Sequence[int]) -> list[Any]:
        """Rows (id, conversation_id, subject, text, sender_name, sent_at, search_id, own_text) of these search ids."""
        return list(self.tx.rows(_FOUND, {"ids": list(ids)}))

    def found_notes(self, ids: Sequence[int]) -> list[Any]:
        """Rows (id, conversation_id, text, agent, created_at, search_id, subject) of these search ids of notes."""
        return list(self.tx.rows(_FOUND_NOTES, {"ids": list(ids)}))


def addresses(values: Iterable[Sequence[str]]) -> tuple[Address, ...]:
    """Stored [address, name] pairs as addresses."""
    return tuple(Address(value[0], value[1]) for value in values)


def _message(row: Any, extra: Any, files: tuple[domain.Attachment, ...]) -> domain.Message:
    agent, outbox_id, state, error = extra
    return domain.Message(
        id=row.id,
        conversation_id=row.conversation_id,
        direction=row.direction,
        sender=Address(row.sender_address, row.sender_name),
        to=addresses(row.recipients.get("to", ())),
        cc=addresses(row.recipients.get("cc", ())),
        subject=row.subject,
        text=row.text,
        quotes=tuple(Quote(*quote) for quote in row.quotes),
        sent_at=row.sent_at,
        message_id=row.message_id,
        language=row.language,
        state=state or ("received" if row.direction == "in" else "sent"),
        agent=agent,
        automatic=row.automatic,
        broken=row.broken,
        error=error or "",
        outbox_id=outbox_id,
        attachments=files,
        findings=tuple((level, told(sentence)) for level, sentence in row.findings),
        protection=row.protection,
        own_text=row.own_text,
        own_language=row.own_language,
    )
