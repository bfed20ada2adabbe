"""The states of conversations: every change is an event plus the columns and counters that follow from it, in
one transaction. There is no other way to change a conversation."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import fields as dataclass_fields
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update

from csdesk.db.tables import Conversation, Counter, Tag, table
from csdesk.db.tx import Tx
from csdesk.domain.events import State, advance, encode, fold
from csdesk.domain.views import rank, views_of
from csdesk.errors import NotFound
from csdesk.i18n import _

_CONV = table(Conversation)
_TAG = table(Tag)
_COUNTER = table(Counter)
_FIELDS = tuple(field.name for field in dataclass_fields(State))
_ADD = text(
    "INSERT INTO counter (name, value) VALUES (:name, :delta) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value"
)


class Conversations:
    """Reads and changes conversation states."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def allocate(self, count: int) -> list[int]:
        """Fresh conversation ids."""
        return self.tx.allocate(_CONV, count)

    def find(self, conversation: int) -> State | None:
        """The state of one conversation, or None when there is no such one."""
        row = self.tx.one(select(*_columns()).where(_CONV.c.id == conversation))
        return None if row is None else _state(row)

    def batch(self) -> Changes:
        """Collect changes; nothing is written before its flush()."""
        return Changes(self.tx)

    def change(
        self,
        conversation: int,
        kind: str,
        fields: dict[str, Any],
        *,
        agent: int | None,
        data: dict[str, Any] | None = None,
    ) -> State:
        """One change, written now; returns the new state. Raises NotFound."""
        batch = self.batch()
        batch.load([conversation])
        batch.change(conversation, kind, fields, agent=agent, data=data)
        batch.flush()
        return batch.states[conversation]

    def state(self, conversation: int) -> State:
        """The state of one conversation, locked in a PostgreSQL write transaction. Raises NotFound."""
        batch = self.batch()
        batch.load([conversation])
        return batch.states[conversation]

    def clock(self, conversation: int, state: State) -> dict[str, Any]:
        """waiting_since and due_at as the messages themselves say."""
        since, _last = self.tx.messages.unanswered(conversation)
        minutes = self.tx.accounts.by_id(state.account_id).first_reply_minutes
        return {"waiting_since": since, "due_at": since + timedelta(minutes=minutes) if since else None}

    def root(self, conversation: int) -> int:
        """Where a conversation's talk goes on: itself, or what it was merged into, through the whole chain."""
        seen: set[int] = set()
        while conversation not in seen:
            seen.add(conversation)
            into = self.state(conversation).merged_into
            if into is None:
                return conversation
            conversation = into
        return conversation

    def set_preview(self, previews: dict[int, tuple[str, str | None]]) -> None:
        """Set preview and, when not None, subject of conversations; both follow from messages, not events."""
        both = [{"b_id": c, "preview": p, "subject": s} for c, (p, s) in previews.items() if s is not None]
        one = [{"b_id": c, "preview": p} for c, (p, s) in previews.items() if s is None]
        for rows in (both, one):
            if rows:
                self.tx.change_all(_CONV, rows)

    def set_subjects(self, subjects: dict[int, str]) -> None:
        """Set the subjects of conversations, which follow from their first messages."""
        rows = [{"b_id": one, "subject": subject} for one, subject in subjects.items()]
        if rows:
            self.tx.run(update(_CONV).where(_CONV.c.id == bindparam("b_id")), rows)

    def rebuild(self) -> int:
        """Compute every derived column and all counters again from the log; returns how many rows differed."""
        wrong = 0
        tally: Tally[str] = Tally()
        ids = [row[0] for row in self.tx.rows(select(_CONV.c.id).order_by(_CONV.c.id))]
        for conversation in ids:
            truth = fold(self.tx.log.of_conversation(conversation))
            if truth is None:
                continue
            row = self.tx.one(select(_CONV.c.rank, *_columns()).where(_CONV.c.id == conversation))
            tags = self.tx.rows(select(_TAG.c.name).where(_TAG.c.conversation_id == conversation))
            tagged = {tag[0] for tag in tags} == set(truth.tags)
            if _state(row[1:]) != truth or row[0] != rank(truth.place) or not tagged:
                wrong += 1
                self.tx.run(update(_CONV).where(_CONV.c.id == conversation), _values(truth))
                _write_tags(self.tx, [(conversation, truth)])
            tally.update(views_of(truth.place))
        stored = {row[0]: row[1] for row in self.tx.rows(select(_COUNTER.c.name, _COUNTER.c.value))}
        if {k: v for k, v in stored.items() if v} != dict(tally):
            wrong += 1
            self.tx.run(delete(_COUNTER))
            if tally:
                self.tx.run(
                    insert(_COUNTER), [{"name": name, "value": n} for name, n in sorted(tally.items())]
                )
        return wrong


class Changes:
    """Changes to many conversations, applied in memory in order and written in bulk by flush()."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.states: dict[int, State] = {}
        self._before: dict[int, State | None] = {}
        self._new: dict[int, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []

    def load(self, conversations: Iterable[int]) -> None:
        """Fetch states, locking the rows in PostgreSQL in ascending order. Raises NotFound."""
        wanted = sorted(set(conversations) - self.states.keys())
        lock = self.tx.writing and not self.tx.sqlite
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            for row in self.tx.rows(_LOCKED if lock else _STATES, {"ids": part}):
                self.states[row[0]] = self._before[row[0]] = _state(row[1:])
        for conversation in wanted:
            if conversation not in self.states:
                raise NotFound(_("There is no conversation {id}.").format(id=conversation))

    def create(
        self, conversation: int, subject: str, preview: str, state: State, *, data: dict[str, Any]
    ) -> None:
        """A new conversation under an allocated id; its first event carries the whole state."""
        self._new[conversation] = {"subject": subject, "preview": preview}
        self._before[conversation] = None
        self.states[conversation] = state
        whole = encode({name: getattr(state, name) for name in _FIELDS})
        self._events.append(
            self.tx.log.row("created", conversation=conversation, agent=None, after=whole, data=data)
        )

    def change(
        self,
        conversation: int,
        kind: str,
        fields: dict[str, Any],
        *,
        agent: int | None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Set these fields of a loaded conversation; fields that already hold are left out of the event."""
        state = self.states[conversation]
        fresh = {name: value for name, value in fields.items() if getattr(state, name) != value}
        was = {name: getattr(state, name) for name in fresh}
        self.states[conversation] = advance(state, fresh)
        self._events.append(
            self.tx.log.row(
                kind,
                conversation=conversation,
                agent=agent,
                after=encode(fresh),
                before=encode(was),
                data=data,
            )
        )

    def flush(self) -> None:
        """Write rows, events, tags and counters."""
        touched = [(c, s) for c, s in self.states.items() if s != self._before[c]]
        rows = [{"id": c, **self._new[c], **_values(s)} for c, s in touched if c in self._new]
        if rows:
            self.tx.add_all(_CONV, rows)
        old = [{"b_id": c, **_values(s)} for c, s in touched if c not in self._new]
        if old:
            self.tx.change_all(_CONV, old)
        self.tx.log.append_all(self._events)
        _write_tags(self.tx, [(c, s) for c, s in touched if s.tags != getattr(self._before[c], "tags", ())])
        self._count(touched)
        self._before.update(self.states)
        self._new.clear()
        self._events.clear()

    def _count(self, touched: list[tuple[int, State]]) -> None:
        tally: Tally[str] = Tally()
        for conversation, state in touched:
            before = self._before[conversation]
            tally.update(views_of(state.place))
            if before is not None:
                tally.subtract(views_of(before.place))
        # Sorted, so that two PostgreSQL transactions never wait for each other in a circle.
        rows = [{"name": name, "delta": delta} for name, delta in sorted(tally.items()) if delta]
        if rows:
            self.tx.run(_ADD, rows)


def _columns() -> list[Any]:
    return [_CONV.c[name] for name in _FIELDS]


# Put together once: a mailbox that is read for the first time asks this for every mail that answers another.
_STATES = (
    select(_CONV.c.id, *_columns())
    .where(_CONV.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_CONV.c.id)
)
_LOCKED = _STATES.with_for_update()


def _state(values: Any) -> State:
    found = dict(zip(_FIELDS, values, strict=True))
    found["tags"] = tuple(found["tags"])
    return State(**found)


def _values(state: State) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in _FIELDS}
    values["tags"] = list(state.tags)
    values["rank"] = rank(state.place)
    return values


def _write_tags(tx: Tx, states: list[tuple[int, State]]) -> None:
    for conversation, state in states:
        tx.run(delete(_TAG).where(_TAG.c.conversation_id == conversation))
        if state.tags:
            tx.run(insert(_TAG), [{"conversation_id": conversation, "name": name} for name in state.tags])
