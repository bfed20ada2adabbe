"""Drafts: what is being written. A reply's and a note's are different rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from csdesk.db.tables import Draft, table
from csdesk.db.tx import Tx
from csdesk.domain import conversation as domain

_DRAFT = table(Draft)


class Drafts:
    """Keeps what is being written, one row for each conversation, agent and mode."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def get(self, conversation: int, agent: int, mode: str) -> domain.Draft | None:
        """One draft, or None."""
        row = self.tx.one(select(_DRAFT).where(*_key(conversation, agent, mode)))
        if row is None:
            return None
        return domain.Draft(
            row.conversation_id,
            row.agent_id,
            row.mode,
            row.text,
            row.rev,
            row.updated_at,
            tuple(row.cc),
            tuple(row.attachments),
            row.template,
            row.language,
            row.cursor,
        )

    def put(self, draft: domain.Draft) -> None:
        """Insert or replace a draft; an empty one without attachments is dropped."""
        fresh = self.get(draft.conversation_id, draft.agent_id, draft.mode) is None
        self.drop(draft.conversation_id, draft.agent_id, draft.mode)
        if not draft.text.strip() and not draft.attachments:
            return
        values = {
            "conversation_id": draft.conversation_id,
            "agent_id": draft.agent_id,
            "mode": draft.mode,
            "text": draft.text,
            "rev": draft.rev,
            "cc": list(draft.cc),
            "attachments": list(draft.attachments),
            "template": draft.template,
            "language": draft.language,
            "cursor": draft.cursor,
            "updated_at": self.tx.now,
        }
        self.tx.run(insert(_DRAFT).values(**values))
        if fresh:
            # One event when writing begins; a line a second while somebody types would drown the log.
            self.tx.log.append(
                "draft", conversation=draft.conversation_id, agent=draft.agent_id, data={"mode": draft.mode}
            )

    def drop(self, conversation: int, agent: int, mode: str) -> None:
        """Forget a draft."""
        self.tx.run(delete(_DRAFT).where(*_key(conversation, agent, mode)))

    def move(self, conversation: int, into: int) -> None:
        """Drafts of a merged conversation go along, unless the target has one of the same hand already."""
        for row in self.tx.rows(select(_DRAFT).where(_DRAFT.c.conversation_id == conversation)):
            if self.get(into, row.agent_id, row.mode) is None:
                values = {**row._mapping, "conversation_id": into}
                self.tx.run(insert(_DRAFT).values(**values))
                self.drop(conversation, row.agent_id, row.mode)


def _key(conversation: int, agent: int, mode: str) -> list[Any]:
    return [_DRAFT.c.conversation_id == conversation, _DRAFT.c.agent_id == agent, _DRAFT.c.mode == mode]
