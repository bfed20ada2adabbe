"""What a conversation is on the screen and in a command: rows of the queue, threads, messages, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from csdesk.domain.mail import Address, Quote
from csdesk.domain.mail import visible_text as _visible

if TYPE_CHECKING:
    from csdesk.domain.composed import Composed


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. Instants are aware UTC; `who`, `subject` and `preview` are cleaned text."""

    id: int
    subject: str
    who: str
    customer_id: int
    channel: str
    account: str
    status: str
    language: str
    unread: bool
    assignee: str | None
    waiting_since: datetime | None
    due_at: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    preview: str
    messages: int
    failed: int = 0
    draft: bool = False
    tags: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Consecutive rows of one view; `next` is the key to pass for the rows behind them, or None at the end."""

    view: str
    rows: tuple[QueueRow, ...]
    next: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be seen of the queue before the desk is open: the head of the view 'open', and every account's name with
    the colour that a person gave it, or ''."""

    page: QueuePage
    accounts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. `id` is what `attachment save` takes; `hash` is the SHA-256 of its bytes."""

    id: int
    name: str
    mime: str
    size: int
    hash: str
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One inbound or outbound text. `direction` is 'in' or 'out'. `state` of an outbound one is an outbox state;
    of an inbound one 'received'. `message_id` has no angle brackets. `automatic` as in ParsedMail, or 'ack' for an
    acknowledgement that the desk sent. `findings` are (level, sentence) about who sent it, worst first; level is
    'warning', 'note' or 'good'. `protection` as in ParsedMail. `own_text` is what the agent wrote, in `own_language`,
    where `text` is its translation."""

    id: int
    conversation_id: int
    direction: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    quotes: tuple[Quote, ...]
    sent_at: datetime
    message_id: str
    language: str
    state: str
    agent: str | None = None
    automatic: str = ""
    broken: str = ""
    error: str = ""
    outbox_id: int | None = None
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    protection: str = ""
    own_text: str = ""
    own_language: str = ""

    @property
    def visible_text(self) -> str:
        """The text without folded quotes and signatures."""
        return _visible(self.text, self.quotes)


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note. A type of its own: nothing that sends takes one."""

    id: int
    conversation_id: int
    agent: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation. `entries` are messages and notes, oldest first: all of them, or of a long one the part that
    is at hand; then `earlier` and `later` say how many there are before and behind them, and `last` are the newest
    messages where they are not among them. `rev` grows with every public message: a reply begun at one rev is
    stopped when a newer customer message has come. `language_chosen` says that a person chose its language."""

    id: int
    subject: str
    status: str
    account: str
    channel: str
    account_address: str
    customer_id: int
    who: str
    language: str
    assignee: str | None
    unread: bool
    waiting_since: datetime | None
    due_at: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    rev: int
    tags: tuple[str, ...]
    entries: tuple[Message | Note, ...]
    merged_into: int | None = None
    earlier: int = 0
    later: int = 0
    last: tuple[Message, ...] = ()
    language_chosen: bool = False

    @property
    def newest(self) -> tuple[Message, ...]:
        """The newest public messages, oldest first, whatever part of the conversation is at hand."""
        return self.last or self.messages

    @property
    def messages(self) -> tuple[Message, ...]:
        """The public messages only, oldest first."""
        return tuple(entry for entry in self.entries if isinstance(entry, Message))

    @property
    def own_subject(self) -> str:
        """The subject as somebody wrote it; '' where nobody wrote one and `subject` holds words of the desk."""
        return self.subject if any(message.subject for message in self.messages) else ""


@dataclass(frozen=True, slots=True)
class Today:
    """What an agent did since a morning: conversations answered and closed; and when the next snoozed conversation
    comes back (aware UTC; None when none sleeps)."""

    answered: int
    closed: int
    next_wake: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written and by whom. `mode` is 'reply' or 'note' and never changes: a reply's draft and a
    note's are two drafts. `rev` is the conversation's when writing began. `cursor` is an index into `text`.
    `translate` says whether it leaves in the customer's language, None where nobody said; `made` is its translation,
    which may be that of an earlier state of the text."""

    conversation_id: int
    agent_id: int
    mode: str
    text: str
    rev: int
    updated_at: datetime
    cc: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    template: str = ""
    language: str = ""
    cursor: int = 0
    translate: bool | None = None
    made: Composed | None = None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. `id` is None for one that is being written, else what gets one back that was thrown away;
    `at` (aware UTC) is when it was last written in, or thrown away."""

    id: int | None
    conversation_id: int
    mode: str
    text: str
    at: datetime
    who: str
    subject: str
