"""What of two conversations moves when they become one, and moves back when they are taken apart. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from csdesk.db.outbox import TROUBLED
from csdesk.db.tables import Draft, Mention, Message, Note, OrderLink, Outbox, table
from csdesk.db.tx import Tx
from csdesk.domain.mail import Quote, visible_text
from csdesk.text import excerpt

_MSG: Table = table(Message)
_NOTE: Table = table(Note)
_OUT: Table = table(Outbox)
_DRAFT: Table = table(Draft)
_MENTION: Table = table(Mention)
_LINK: Table = table(OrderLink)
_PART = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """A conversation by its messages: how many are shown, how many are in trouble, when the first and the last was
    (None without any), its first subject ('' for none) and the beginning of its newest text."""

    messages: int
    failed: int
    first_at: datetime | None
    last_at: datetime | None
    subject: str
    preview: str


class Merges:
    """Moves rows between two conversations."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def move(self, conversation: int, into: int) -> dict[str, Any]:
        """Everything into another conversation. Gives what back() needs to undo it."""
        moved: dict[str, Any] = {
            "messages": self._ids(_MSG, conversation),
            "notes": self._ids(_NOTE, conversation),
            "drafts": self.tx.drafts.move(conversation, into),
        }
        for target in (_MSG, _NOTE, _OUT):
            self.tx.run(
                update(target).where(target.c.conversation_id == conversation).values(conversation_id=into)
            )
        moved["numbers"], moved["orders"] = self.tx.orders.move(conversation, into)
        return moved

    def back(self, conversation: int, into: int, moved: dict[str, Any]) -> None:
        """What move() moved, as far as it is still there. What was written since stays where it is."""
        for target, column, ids in (
            (_MSG, _MSG.c.id, moved["messages"]),
            (_OUT, _OUT.c.message_id, moved["messages"]),
            (_NOTE, _NOTE.c.id, moved["notes"]),
            (_LINK, _LINK.c.order_id, moved["orders"]),
        ):
            for start in range(0, len(ids), _PART):
                here = (target.c.conversation_id == into) & column.in_(ids[start : start + _PART])
                self.tx.run(update(target).where(here).values(conversation_id=conversation))
        for number in moved["numbers"]:
            self.tx.run(
                delete(_MENTION).where(_MENTION.c.conversation_id == into, _MENTION.c.number == number)
            )
        for agent, mode in moved["drafts"]:
            hand = (_DRAFT.c.agent_id == agent) & (_DRAFT.c.mode == mode)
            row = self.tx.one(select(_DRAFT).where(_DRAFT.c.conversation_id == into, hand))
            if row is not None and self.tx.drafts.get(conversation, agent, mode) is None:
                self.tx.run(insert(_DRAFT).values(**{**row._mapping, "conversation_id": conversation}))
                self.tx.run(delete(_DRAFT).where(_DRAFT.c.conversation_id == into, hand))

    def _ids(self, target: Table, conversation: int) -> list[int]:
        found = select(target.c.id).where(target.c.conversation_id == conversation).order_by(target.c.id)
        return [row[0] for row in self.tx.rows(found)]

    def facts(self, conversation: int) -> Facts:
        """What the messages of a conversation say about it."""
        rows = self.tx.rows(
            select(_MSG.c.id, _MSG.c.sent_at, _MSG.c.subject, _MSG.c.automatic, _OUT.c.state)
            .outerjoin(_OUT, _OUT.c.message_id == _MSG.c.id)
            .where(_MSG.c.conversation_id == conversation)
            .order_by(_MSG.c.sent_at, _MSG.c.id)
        )
        shown: Sequence[Any] = [row for row in rows if row.state != "cancelled"]
        said = [row for row in shown if row.automatic != "ack"] or shown
        return Facts(
            messages=len(shown),
            failed=sum(row.state in TROUBLED for row in shown),
            first_at=shown[0].sent_at if shown else None,
            last_at=said[-1].sent_at if said else None,
            subject=next((row.subject for row in shown if row.subject), ""),
            preview=self._preview(said[-1].id) if said else "",
        )

    def _preview(self, message: int) -> str:
        row = self.tx.one(
            select(_MSG.c.text, _MSG.c.quotes, _MSG.c.broken, _MSG.c.subject).where(_MSG.c.id == message)
        )
        said = visible_text(row.text, tuple(Quote(*quote) for quote in row.quotes))
        return excerpt(said) if said else row.broken or excerpt(row.subject)
