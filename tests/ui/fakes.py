"""A desk in memory with the services' face, for quick tests of the screen. It keeps its rules simple and honest:
drafts, revisions, the undo window and refusals behave as the real services promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from csdesk.clock import FixedClock
from csdesk.domain.activity import Act, Away
from csdesk.domain.composed import Composed
from csdesk.domain.conversation import Draft, Glance, Message, Note, QueuePage, QueueRow, Thread, Today
from csdesk.domain.customer import Customer, Earlier, Identity
from csdesk.domain.filters import parse
from csdesk.domain.mail import Address
from csdesk.domain.orders import OrderLink
from csdesk.domain.outbox import OutboxRow
from csdesk.domain.people import Account, Agent
from csdesk.domain.ports import ChannelProgress
from csdesk.domain.template import Template
from csdesk.domain.views import VIEWS
from csdesk.errors import Conflict, DeskError, NotFound, Refused
from tests.ui.fake_bulk import FakeBulk
from tests.ui.fake_customers import FakeCustomers
from tests.ui.fake_feed import Feed
from tests.ui.fake_models import FakeEngines, FakeShelf
from tests.ui.fake_notices import FakeNotices, FakeTroubles, FakeWhereabouts
from tests.ui.fake_order_files import FakeOrderFiles
from tests.ui.fake_reading import FakeExport, FakePreviews, FakeReading
from tests.ui.fake_samples import (
    NOW,
    PEOPLE,
    TEMPLATES,
    Change,
    Found,
    Status,
    To,
    link,
    make_thread,
    row_of,
)
from tests.ui.fake_shops import FakeParcels, FakeShops, FakeWebhooks
from tests.ui.fake_translating import FakeComposing, FakeTranslations
from tests.ui.fake_writing import FakeAlong, FakeBefore, FakeDrafts, FakeSpelling, FakeTemplates


@dataclass
class FakeDesk:
    """Everything in one object; `inbox`, `replies` ... are itself, as every method has a name of its own but two."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    count: int = 40
    fail_open: list[DeskError] = field(default_factory=list)
    fail_next: list[DeskError] = field(default_factory=list)
    store_url: str = ""
    fetched: tuple[int, int] | None = None
    more_accounts: tuple[Account, ...] = ()

    def __post_init__(self) -> None:
        self.agent = Agent(1, "Lin", ("es", "de", "fr"))
        self.calls: list[tuple[str, object]] = []
        self.feed = Feed()
        self.threads: dict[int, Thread] = {n: make_thread(n) for n in range(1, min(self.count, 60) + 1)}
        self.rows: dict[int, QueueRow] = {}
        self.links: dict[int, tuple[OrderLink, ...]] = {1: (link(1),), 2: (link(2, "suggested"),)}
        self.drafts = FakeDrafts(self)
        self.box: dict[int, OutboxRow] = {}
        self.taken_back: set[int] = set()
        self.together: dict[int, Thread] = {}
        self.undone: list[tuple[int, Thread]] = []
        self.account = Account(
            1, "support", "imap", "support@nordlicht.example", "Nordlicht Shop", last_sync_at=NOW
        )
        self.inbox, self.replies, self.customers = _Inbox(self), _Replies(self), _Customers(self)
        self.orders, self.templates, self.search = _Orders(self), FakeTemplates(self), _Search(self)
        self.texts = {one.name: one for one in TEMPLATES}
        self.gone: dict[str, Template] = {}
        self.spelling, self.before = FakeSpelling(), FakeBefore()
        self.activity, self.bulk = _Activity(self), FakeBulk(self)
        self.reading, self.previews, self.export = FakeReading(self), FakePreviews(self), FakeExport(self)
        self.translations, self.composing = FakeTranslations(self), FakeComposing()
        self.shelf, self.engines = FakeShelf(self), FakeEngines()
        self.order_files = FakeOrderFiles(self)
        self.away: Away | None = None
        self.shops, self.parcels, self.notices = FakeShops(self), FakeParcels(self), FakeNotices(self)
        self.whereabouts, self.troubles = FakeWhereabouts(self), FakeTroubles(self)
        self.webhooks = FakeWebhooks()
        self.outbox, self.accounts, self.agents, self.standing = (
            _Outbox(self),
            _Accounts(self),
            _Agents(self),
            _Standing(self),
        )

    def glance(self, limit: int) -> Glance | None:
        return None

    def changes(self) -> Feed:
        return self.feed

    def close(self) -> None:
        self.calls.append(("close_desk", None))

    def calls_of(self, name: str) -> list[object]:
        return [value for one, value in self.calls if one == name]

    def note_call(self, name: str, value: object = None) -> None:
        self.calls.append((name, value))
        if self.fail_next:
            raise self.fail_next.pop(0)

    def thread_of(self, number: int) -> Thread:
        if number not in self.threads:
            if not 1 <= number <= self.count:
                raise NotFound(f"There is no conversation {number}.")
            return make_thread(number)
        return self.threads[number]

    def change(self, number: int, **fields: object) -> None:
        before = self.thread_of(number)
        self.undone.append((number, before))
        self.threads[number] = replace(before, **fields)  # type: ignore[arg-type]

    def receive(self, number: int, text: str) -> None:
        """The customer writes once more."""
        old = self.thread_of(number)
        at = self.clock.now()
        new = Message(
            9000 + old.rev, number, "in", Address(f"c{number}@example.com", old.who), (), (), old.subject, text, (),
            at, f"m{old.rev}@example.com", old.language, "received",
        )  # fmt: skip
        self.threads[number] = replace(
            old, entries=(*old.entries, new), rev=old.rev + 1, last_message_at=at, unread=True, status="open",
            waiting_since=old.waiting_since or at,
        )  # fmt: skip
        self.feed.changes.put(Change(1, "received", number))


@dataclass
class _Part:
    desk: FakeDesk


class _Inbox(_Part):
    def page(
        self, view: str = "open", *, after: tuple[int, int] | None = None, limit: int = 100, text: str = ""
    ) -> QueuePage:
        self.desk.note_call("page", (view, after, text))
        if self.desk.count > 60:
            start = after[1] if after else 0
            rows = [
                row_of(self.desk.thread_of(n), {})
                for n in range(start + 1, min(start + limit, self.desk.count) + 1)
            ]
            rows = [replace(row, rank=row.id) for row in rows]
        else:
            start = 0
            rows = sorted(self._rows(view, text), key=lambda row: (row.rank, row.id))
            if after is not None:
                rows = [row for row in rows if (row.rank, row.id) > after]
        more = len(rows) > limit or (self.desk.count > 60 and start + limit < self.desk.count)
        rows = rows[:limit]
        return QueuePage(view, tuple(rows), (rows[-1].rank, rows[-1].id) if more and rows else None)

    def _rows(self, view: str, text: str) -> list[QueueRow]:
        rows = [row_of(thread, self.desk.drafts) for thread in list(self.desk.threads.values())]
        wanted = parse(text, self.desk.clock.now())
        found = [
            r
            for r in rows
            if self._in(r, wanted.view or view)
            and wanted.words.lower() in f"{r.who} {r.subject} {r.preview}".lower()
            and set(wanted.tags) <= set(r.tags)
            and wanted.language in ("", r.language)
            and wanted.unread in (None, r.unread)
        ]
        if wanted.sort == "newest":
            found = [replace(r, rank=-int(r.last_message_at.timestamp())) for r in found]
        return found

    def _in(self, row: QueueRow, view: str) -> bool:
        if view in ("snoozed", "closed", "spam", "lists"):
            return row.status == view
        if view in ("failed", "drafts"):
            return row.failed > 0 if view == "failed" else row.draft
        extra = {"mine": row.assignee == "Lin", "unassigned": row.assignee is None,
                 "waiting": row.waiting_since is not None}  # fmt: skip
        return view == "all" or (row.status == "open" and extra.get(view, True))

    def ids(self, view: str = "open", *, text: str = "") -> list[int]:
        self.desk.note_call("ids", (view, text))
        if self.desk.count > 60:
            return list(range(1, self.desk.count + 1))
        return [row.id for row in self.page(view, text=text).rows]

    def tags(self) -> list[str]:
        return sorted({tag for thread in self.desk.threads.values() for tag in thread.tags})

    def row(self, conversation: int) -> QueueRow:
        return row_of(self.desk.thread_of(conversation), self.desk.drafts)

    def counts(self) -> dict[str, int]:
        out = {view: len(self._rows(view, "")) for view in VIEWS}
        if self.desk.count > 60:
            out["open"] = self.desk.count
        return out | {"burning": 2, "soon": 7}

    def thread(self, conversation: int) -> Thread:
        self.desk.note_call("thread", conversation)
        return self.desk.thread_of(conversation)

    def mark_read(self, conversation: int) -> None:
        self.desk.note_call("mark_read", conversation)
        self.desk.threads[conversation] = replace(self.desk.thread_of(conversation), unread=False)

    def mark_unread(self, conversation: int) -> None:
        self.desk.note_call("mark_unread", conversation)
        self.desk.change(conversation, unread=True)

    def assign(self, conversation: int, agent: str | None, *, if_unassigned: bool = False) -> None:
        self.desk.note_call("assign", (conversation, agent))
        self.desk.change(conversation, assignee=agent)

    def snooze(self, conversation: int, until: datetime) -> None:
        self.desk.note_call("snooze", (conversation, until))
        self.desk.change(conversation, status="snoozed", snoozed_until=until)

    def close(self, conversation: int) -> None:
        self.desk.note_call("close", conversation)
        self.desk.change(conversation, status="closed")

    def reopen(self, conversation: int) -> None:
        self.desk.note_call("reopen", conversation)
        self.desk.change(conversation, status="open")

    def spam(self, conversation: int) -> None:
        self.desk.note_call("spam", conversation)
        self.desk.change(conversation, status="spam")

    def tag(
        self, conversation: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        self.desk.note_call("tag", (conversation, tuple(add), tuple(remove)))
        kept = [tag for tag in self.desk.thread_of(conversation).tags if tag not in remove]
        self.desk.change(conversation, tags=(*kept, *add))
        return self.desk.thread_of(conversation).tags

    def set_language(self, conversation: int, language: str) -> str:
        self.desk.note_call("set_language", (conversation, language))
        self.desk.change(conversation, language=language)
        return language

    def merge(self, conversation: int, into: int) -> None:
        self.desk.note_call("merge", (conversation, into))
        self.desk.change(conversation, status="merged", merged_into=into)

    def split(self, conversation: int) -> tuple[int, int]:
        self.desk.note_call("split", conversation)
        for number, thread in self.desk.threads.items():
            if thread.merged_into == conversation:
                self.desk.change(number, status="open", merged_into=None)
                return number, conversation
        raise Refused(f"Nothing was merged into conversation {conversation}.")

    def undo(self) -> str:
        self.desk.note_call("undo")
        if self.desk.together:
            back, self.desk.together = self.desk.together, {}
            self.desk.threads |= back
            return f"{len(back)} conversations are as they were."
        if not self.desk.undone:
            raise Refused("There is nothing to take back.")
        number, before = self.desk.undone.pop()
        self.desk.threads[number] = before
        return f"Conversation {number} is as it was."

    def today(self, since: datetime) -> Today:
        self.desk.note_call("today", since)
        return Today(12, 9, NOW + timedelta(days=1))

    def save_original(self, message: int, folder: Path) -> Path:
        self.desk.note_call("save_original", message)
        return folder / f"message-{message}.eml"

    def save_attachment(self, attachment: int, folder: Path) -> Path:
        self.desk.note_call("save_attachment", attachment)
        return Path("/tmp/downloads/foto del paquete.jpg")


class _Replies(FakeAlong, _Part):
    def draft(self, conversation: int, mode: str = "reply") -> Draft | None:
        return self.desk.drafts.get((conversation, mode))

    def save_draft(self, draft: Draft) -> None:
        self.desk.note_call("save_draft", draft)
        if draft.text:
            self.desk.drafts[draft.conversation_id, draft.mode] = draft
        else:
            self.desk.drafts.pop((draft.conversation_id, draft.mode), None)

    def discard_draft(self, conversation: int, mode: str = "reply") -> None:
        self.desk.note_call("discard_draft", (conversation, mode))
        if (gone := self.desk.drafts.pop((conversation, mode), None)) is not None:
            self.desk.drafts.gone.append(gone)

    def recipients(self, conversation: int, *, everyone: bool = False) -> To:
        thread = self.desk.thread_of(conversation)
        return To(
            Address("support@nordlicht.example"), (Address(f"c{conversation}@example.com", thread.who),),
            (Address("boss@example.com"), Address("aunt@example.com")) if everyone else (),
        )  # fmt: skip

    def send(
        self, conversation: int, text: str, *, rev: int | None = None, cc: Sequence[str] = (),
        attachments: Sequence[str] = (), language: str = "", template: str = "", now: bool = False,
        at: datetime | None = None, quote: bool | None = None, made: Composed | None = None,
    ) -> OutboxRow:  # fmt: skip
        own, text = text, made.text if made is not None else text
        self.desk.note_call("send", (conversation, text, tuple(cc), template))
        self.desk.note_call("how", (at, quote))
        thread = self.desk.thread_of(conversation)
        if not text.strip():
            raise Refused("There is no text to send.", code="empty")
        if rev is not None and rev < thread.rev:
            raise Conflict("The customer wrote again.", code="newer_message")
        if "{{" in text:
            raise Refused("The text still has a gap: {{ days }}.", code="unresolved")
        number = 500 + len(self.desk.box)
        leaves, at = at or self.desk.clock.now() + timedelta(seconds=8), self.desk.clock.now()
        row = OutboxRow(
            number, conversation, number, 1, "support", "queued", f"k{number}", "support@nordlicht.example",
            (f"c{conversation}@example.com", *cc), "h", 0, leaves, at, None, "", "Lin", thread.subject,
        )  # fmt: skip
        self.desk.box[number] = row
        self.desk.drafts.pop((conversation, "reply"), None)
        message = Message(
            number, conversation, "out", Address("support@nordlicht.example"), (Address(row.recipients[0]),), (),
            thread.subject, text, (), at, row.key, made.target_language if made else language, "queued", agent="Lin",
            outbox_id=number, own_text=own if made else "", own_language=made.source_language if made else "",
        )  # fmt: skip
        self.desk.threads[conversation] = replace(
            thread,
            entries=(*thread.entries, message),
            rev=thread.rev + 1,
            waiting_since=None,
            due_at=None,
            unread=False,
        )
        return row

    def undo_send(self, outbox_id: int) -> Draft:
        self.desk.note_call("undo_send", outbox_id)
        row = self.desk.box.pop(outbox_id)
        thread = self.desk.thread_of(row.conversation_id)
        text = thread.messages[-1].text
        self.desk.threads[thread.id] = replace(
            thread, entries=thread.entries[:-1], waiting_since=thread.last_message_at
        )
        draft = Draft(thread.id, 1, "reply", text, thread.rev, self.desk.clock.now())
        self.desk.drafts[thread.id, "reply"] = draft
        return draft

    def note(self, conversation: int, text: str) -> Note:
        self.desk.note_call("note", (conversation, text))
        note = Note(900, conversation, "Lin", text, self.desk.clock.now())
        thread = self.desk.thread_of(conversation)
        self.desk.threads[conversation] = replace(thread, entries=(*thread.entries, note))
        self.desk.drafts.pop((conversation, "note"), None)
        return note

    def new(
        self, account: str, to: str, subject: str, text: str, *, cc: Sequence[str] = (), attachments: Sequence[str] = (),  # noqa: E501
        now: bool = False, template: str = "", language: str = "", made: Composed | None = None,
    ) -> OutboxRow:  # fmt: skip
        self.desk.note_call("new", (account, to, subject, text, *([made.text] if made is not None else [])))
        return self.send(3, text)

    def forward(self, conversation: int, to: str, *, text: str = "", now: bool = False, made: Composed | None = None) -> OutboxRow:  # noqa: E501  # fmt: skip
        self.desk.note_call("forward", (conversation, to, text, *([made.text] if made is not None else [])))
        return self.send(conversation, text or "-")


class _Customers(FakeCustomers):
    def made(self, customer: int) -> Customer:
        who, language, country, zone, _subject, _text = PEOPLE[(customer - 1) % len(PEOPLE)]
        earlier = (
            Earlier(30, "Change of address", "closed", NOW - timedelta(days=40)),
            Earlier(31, "Gift wrapping?", "closed", NOW - timedelta(days=200)),
        )
        return Customer(
            customer, who, (Identity(1, customer, "mail", f"c{customer}@example.com"),), language, country, zone,
            datetime(2024, 3, 4, tzinfo=UTC), "", 3, earlier,
        )  # fmt: skip


class _Orders(_Part):
    def beside(self, conversation: int) -> tuple[OrderLink, ...]:
        return self.desk.links.get(conversation, ())

    def confirm(self, conversation: int, order: int) -> None:
        self.desk.note_call("confirm", (conversation, order))
        self.desk.links[conversation] = tuple(
            replace(one, state="linked") for one in self.desk.links[conversation]
        )

    def reject(self, conversation: int, order: int) -> None:
        self.desk.note_call("reject", (conversation, order))
        self.desk.links[conversation] = ()


class _Activity(_Part):
    def mine(self, limit: int = 50) -> tuple[Act, ...]:
        kinds = {"close": "closed", "spam": "spammed", "mark_unread": "unread"}
        found = [(kinds[name], value) for name, value in self.desk.calls if name in kinds]
        return tuple(
            Act(n, NOW, kind, int(str(value)), f"who {value}", "about", n not in self.desk.taken_back)
            for n, (kind, value) in reversed(list(enumerate(found, 1)))
        )

    def take_back(self, act: int) -> str:
        self.desk.note_call("take_back", act)
        self.desk.taken_back.add(act)
        return f"Act {act} taken back."

    def away(self, since: datetime | None = None) -> Away | None:
        return self.desk.away

    def shift(self) -> Away | None:
        return self.desk.away


class _Search(_Part):
    def find(self, query: str, *, limit: int = 50) -> tuple[Found, ...]:
        self.desk.note_call("find", query)
        hits = [
            t
            for t in self.desk.threads.values()
            if query.lower() in f"{t.who} {t.subject} {t.messages[0].text}".lower()
        ]
        return tuple(
            Found(t.id, None, 1.0, t.messages[0].text[:80], t.subject, t.who, t.last_message_at)
            for t in hits[:limit]
        )


class _Outbox(_Part):
    def list(self, *, states: Sequence[str] = ()) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self.desk.box.values() if not states or row.state in states)

    def retry(self, id: int) -> OutboxRow:
        self.desk.note_call("retry", id)
        self.desk.box[id] = replace(self.desk.box[id], state="queued", error="")
        return self.desk.box[id]

    def resolve(self, id: int, decision: str) -> OutboxRow:
        self.desk.note_call("resolve", (id, decision))
        return self.desk.box.pop(id)


class _Accounts(_Part):
    def list(self, *, mail: bool = False) -> tuple[Account, ...]:
        return (
            self.desk.account,
            replace(
                self.desk.account,
                id=2,
                name="ebay",
                kind="ebay",
                health="The password was not accepted; run csdesk account test ebay.",
            ),
        )


class _Agents(_Part):
    def list(self) -> tuple[Agent, ...]:
        return (self.desk.agent, Agent(2, "Mei"))


class _Standing(_Part):
    def progress(self) -> dict[str, ChannelProgress]:
        return {"ebay": ChannelProgress(1200, 200_000)}

    def status(self) -> Status:
        waiting = sum(row.state == "queued" for row in self.desk.box.values())
        accounts = (self.desk.account, *self.desk.more_accounts)
        return Status(accounts, outbox_waiting=waiting, fetched=self.desk.fetched)
