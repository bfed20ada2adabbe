"""How often templates are used, by agent. Counted when a message made with one is queued, and given back when that is
taken back before it left; rebuild() counts again what was really handed over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, bindparam, case, delete, func, insert, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.tables import Message, Outbox, TemplateUse, table
from csdesk.db.tx import Tx
from csdesk.domain.template import Uses as Told

_USE = table(TemplateUse)
_MESSAGE = table(Message)
_OUTBOX = table(Outbox)


class Uses:
    """One row for each template and agent."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def count(self, template: str, agent: int, by: int = 1) -> None:
        """A message of this agent was made with a template, or with -1 was taken back."""
        make = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = make(_USE).values(template=template, agent_id=agent, uses=max(by, 0), last_at=self.tx.now)
        more = _USE.c.uses + type_coerce(bindparam("by", by), Integer)
        changed: dict[str, Any] = {"uses": case((more > 0, more), else_=0)}
        if by > 0:
            changed["last_at"] = row.excluded.last_at
        self.tx.run(row.on_conflict_do_update(index_elements=["template", "agent_id"], set_=changed))

    def all(self, agent: int) -> dict[str, Told]:
        """Every template that was ever used: how often by this agent, and by everybody."""
        own = func.sum(case((_USE.c.agent_id == agent, _USE.c.uses), else_=0))
        query = select(_USE.c.template, own, func.sum(_USE.c.uses), func.max(_USE.c.last_at))
        rows = self.tx.rows(query.group_by(_USE.c.template))
        return {row[0]: Told(int(row[1]), int(row[2]), row[3]) for row in rows if row[2]}

    def rebuild(self) -> int:
        """Count again from the messages that were handed over; returns how many counts were wrong."""
        before = {(row.template, row.agent_id): row.uses for row in self.tx.rows(select(_USE)) if row.uses}
        counted = (
            select(
                _MESSAGE.c.template,
                _MESSAGE.c.agent_id,
                func.count().label("uses"),
                func.max(_MESSAGE.c.sent_at),
            )
            .join(_OUTBOX, _OUTBOX.c.message_id == _MESSAGE.c.id)
            .where(
                _MESSAGE.c.template != "",
                _MESSAGE.c.agent_id.is_not(None),
                _OUTBOX.c.state.not_in(("cancelled",)),
            )
            .group_by(_MESSAGE.c.template, _MESSAGE.c.agent_id)
        )
        rows = self.tx.rows(counted)
        after = {(row[0], row[1]): int(row[2]) for row in rows}
        wrong = sum(int(before.get(key) != after.get(key)) for key in {*before, *after})
        if wrong:
            self.tx.run(delete(_USE))
            values = [
                dict(zip(("template", "agent_id", "uses", "last_at"), row, strict=True)) for row in rows
            ]
            if values:
                self.tx.run(insert(_USE), values)
        return wrong
