"""The event log's table. Append only: no statement here updates or deletes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, func, or_, select, type_coerce

from csdesk.db.tables import Event as EventRow
from csdesk.db.tables import table
from csdesk.db.tx import Tx
from csdesk.domain.events import Event

_EVENT = table(EventRow)
_COLUMNS = (
    _EVENT.c.id,
    _EVENT.c.at,
    _EVENT.c.kind,
    _EVENT.c.conversation_id,
    _EVENT.c.agent_id,
    _EVENT.c.after,
    _EVENT.c.before,
    _EVENT.c.data,
    _EVENT.c.customer_id,
)


STEP = 500
"""Events that a look back reads at a time."""


class Log:
    """Writes and reads events."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def append(
        self,
        kind: str,
        *,
        conversation: int | None = None,
        customer: int | None = None,
        agent: int | None = None,
        after: dict[str, Any] | None = None,
        before: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Write an event that changes no conversation's state (an account was added, a customer edited ...)."""
        row = self.row(kind, conversation=conversation, agent=agent, after=after, before=before, data=data)
        self.append_all([{**row, "customer_id": customer}])

    def row(
        self,
        kind: str,
        *,
        conversation: int | None,
        agent: int | None,
        after: dict[str, Any] | None = None,
        before: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """One event as a row for append_all."""
        return {
            "at": self.tx.now,
            "kind": kind,
            "conversation_id": conversation,
            "agent_id": agent,
            "after": after or {},
            "before": before or {},
            "data": data or {},
            "customer_id": None,
        }

    def append_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write many events in order."""
        if rows:
            self.tx.add_all(_EVENT, rows)
            self.tx.changed = True

    def last_id(self) -> int:
        """The id of the newest event, 0 when there is none."""
        return int(self.tx.conn.execute(select(func.max(_EVENT.c.id))).scalar() or 0)

    def since(self, event_id: int, limit: int = 1000) -> list[tuple[int, str, int | None]]:
        """(id, kind, conversation) of events behind this id, oldest first."""
        query = (
            select(_EVENT.c.id, _EVENT.c.kind, _EVENT.c.conversation_id)
            .where(_EVENT.c.id > event_id)
            .order_by(_EVENT.c.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in self.tx.rows(query)]

    def whole(self, event_id: int, limit: int) -> list[Event]:
        """The events behind this id, oldest first."""
        query = select(*_COLUMNS).where(_EVENT.c.id > event_id).order_by(_EVENT.c.id).limit(limit)
        return [Event(*row) for row in self.tx.rows(query)]

    def between(self, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, str, int | None]]:
        """(id, kind, conversation) of the events whose ids are in these ranges, both ends included, oldest first."""
        if not ranges:
            return []
        query = (
            select(_EVENT.c.id, _EVENT.c.kind, _EVENT.c.conversation_id)
            .where(or_(*(_EVENT.c.id.between(low, high) for low, high in ranges)))
            .order_by(_EVENT.c.id)
        )
        return [(row[0], row[1], row[2]) for row in self.tx.rows(query)]

    def of_conversation(self, conversation: int) -> list[Event]:
        """All events of one conversation, oldest first."""
        query = select(*_COLUMNS).where(_EVENT.c.conversation_id == conversation).order_by(_EVENT.c.id)
        return [Event(*row) for row in self.tx.rows(query)]

    def of_customer(self, customer: int, kinds: frozenset[str]) -> list[Event]:
        """Events of these kinds of one customer, newest first."""
        query = (
            select(*_COLUMNS)
            .where(_EVENT.c.customer_id == customer, _EVENT.c.kind.in_(sorted(kinds)))
            .order_by(_EVENT.c.id.desc())
        )
        return [Event(*row) for row in self.tx.rows(query)]

    def last_of(self, agent: int) -> Event | None:
        """An agent's newest event of any kind."""
        query = select(*_COLUMNS).where(_EVENT.c.agent_id == agent).order_by(_EVENT.c.id.desc()).limit(1)
        return next((Event(*row) for row in self.tx.rows(query)), None)

    def newest(self, limit: int, *, since: datetime) -> list[Event]:
        """The newest `limit` events, newest first, as long as they are not older than an instant (aware). Most looks go
        back by an hour: the log is walked in steps, and no further than to the first that is older throughout."""
        found: list[Event] = []
        query = select(*_COLUMNS).order_by(_EVENT.c.id.desc())
        before, looked = None, 0
        while looked < limit:
            step = query.limit(min(STEP, limit - looked))
            events = [
                Event(*row)
                for row in self.tx.rows(step if before is None else step.where(_EVENT.c.id < before))
            ]
            fresh = [event for event in events if event.at >= since]
            found += fresh
            if not fresh:
                break
            before, looked = events[-1].id, looked + len(events)
        return found

    def by_agent(
        self,
        agent: int,
        kinds: frozenset[str],
        limit: int = 50,
        *,
        before: int | None = None,
        whole: bool = False,
    ) -> list[Event]:
        """An agent's newest events of these kinds, newest first, older than the event `before`. `whole` leaves out
        the single events of a bulk act: its summary stands for them."""
        query = (
            select(*_COLUMNS)
            .where(_EVENT.c.agent_id == agent, _EVENT.c.kind.in_(sorted(kinds)))
            .order_by(_EVENT.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(_EVENT.c.id < before)
        if whole:
            query = query.where(type_coerce(_EVENT.c.data, Text).not_like('%"batch":"%'))
        return [Event(*row) for row in self.tx.rows(query)]

    def batch(self, agent: int, word: str, *, after: int, limit: int) -> list[Event]:
        """The events of an agent's bulk act, oldest first, behind the event `after`."""
        query = (
            select(*_COLUMNS)
            .where(
                _EVENT.c.agent_id == agent,
                _EVENT.c.id > after,
                type_coerce(_EVENT.c.data, Text).like(f'%"batch":"{word}"%'),
            )
            .order_by(_EVENT.c.id)
            .limit(limit)
        )
        return [Event(*row) for row in self.tx.rows(query)]
