"""What the desk in memory gives of a conversation, and how far its agent has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.domain.find import count
from csdesk.domain.links import Link, links
from csdesk.domain.reading import Key, Mark, Opened, first_new, key_of, newest, window
from csdesk.mail.fold import levels
from csdesk.services.depict import depict
from csdesk.services.preview import Depicted, Preview, preview

if TYPE_CHECKING:
    from tests.ui.fakes import FakeDesk


@dataclass
class FakeReading:
    desk: FakeDesk
    marks: dict[int, Mark] = field(default_factory=dict)

    def open(self, conversation: int, *, start: int | None = None, around: Key | None = None) -> Opened:
        thread = self.desk.inbox.thread(conversation)
        if thread.merged_into is not None:
            thread = self.desk.inbox.thread(thread.merged_into)
        keys = [key_of(one) for one in thread.entries]
        if around is not None:
            start = keys.index(around) - 60
        mark = self.marks.get(thread.id)
        fresh = first_new(thread, mark, "Lin") if start is None else None
        first, end = window(len(keys), start=start, first_new=fresh)
        part = replace(
            thread, entries=thread.entries[first:end], earlier=first, later=len(keys) - end,
            last=thread.messages[-8:] if end < len(keys) else (),
        )  # fmt: skip
        return Opened(part, mark)

    def looked(self, conversation: int, mark: Mark) -> None:
        if self.desk.thread_of(conversation).unread:
            self.desk.inbox.mark_read(conversation)
        self.marks[conversation] = mark

    def newest(self, conversation: int) -> Mark:
        return newest(self.desk.thread_of(conversation))

    def find(self, conversation: int, query: str) -> tuple[tuple[Key, int], ...]:
        entries = self.desk.thread_of(conversation).entries
        return tuple((key_of(one), found) for one in entries if (found := count(one.text, query)))

    def links(self, conversation: int) -> tuple[tuple[Key, Link], ...]:
        entries = reversed(self.desk.thread_of(conversation).entries)
        return tuple((key_of(one), link) for one in entries for link in links(one.text))

    def levels(self, texts: Mapping[int, str]) -> dict[int, tuple[int, ...]]:
        return {key: levels(text) for key, text in texts.items()}


@dataclass
class FakePreviews:
    desk: FakeDesk
    data: dict[int, bytes] = field(default_factory=dict)

    def look(self, attachment: int) -> Preview:
        files = [f for thread in self.desk.threads.values() for m in thread.messages for f in m.attachments]
        return preview(next(f for f in files if f.id == attachment), self.data.get(attachment, b""))

    def depict(self, attachment: int, kind: str, columns: int, rows: int, cell: tuple[int, int]) -> Depicted:
        return Depicted(*depict(self.data.get(attachment, b""), kind, columns, rows, cell))


@dataclass
class FakeExport:
    desk: FakeDesk

    def save(
        self, conversation: int, form: str, folder: Path, *, notes: bool = False, here: tzinfo | None = None
    ) -> tuple[Path, int]:
        self.desk.note_call("export", (conversation, form, notes))
        return folder / f"conversation-{conversation}.{form}", 0 if notes else 1
