"""Drafts: what is being written, and what was thrown away and can still be had back. A reply's and a note's are
different rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from csdesk.db.tables import Conversation, Customer, Discarded, Draft, table
from csdesk.db.tx import Tx
from csdesk.domain import conversation as domain
from csdesk.domain.composed import packed, unpacked

_DRAFT = table(Draft)
_GONE = table(Discarded)
_CONV = table(Conversation)
_CUST = table(Customer)
KEPT = timedelta(days=30)
"""For so long what was thrown away can be had back."""
WORTH = 20
"""A text that is emptied without a word is kept for that time when it has so many characters."""
_NAMED = _CONV.join(_CUST, _CUST.c.id == _CONV.c.customer_id)


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
            row.translation.get("on"),
            unpacked(row.translation.get("made")),
        )

    def put(self, draft: domain.Draft) -> None:
        """Insert or replace a draft; an empty one without attachments is dropped."""
        before = self.get(draft.conversation_id, draft.agent_id, draft.mode)
        fresh = before is None
        self.drop(draft.conversation_id, draft.agent_id, draft.mode)
        if not draft.text.strip() and not draft.attachments:
            if before is not None and len(before.text.strip()) >= WORTH:
                self._keep(before)
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
            "translation": _translation(draft),
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

    def discard(self, conversation: int, agent: int, mode: str) -> None:
        """Throw a draft away; for KEPT it can be had back. What was thrown away longer ago is gone."""
        draft = self.get(conversation, agent, mode)
        self.drop(conversation, agent, mode)
        if draft is not None:
            self._keep(draft)

    def _keep(self, draft: domain.Draft) -> None:
        self.tx.run(delete(_GONE).where(_GONE.c.discarded_at < self.tx.now - KEPT))
        values = {
            "conversation_id": draft.conversation_id,
            "agent_id": draft.agent_id,
            "mode": draft.mode,
            "text": draft.text,
            "cc": list(draft.cc),
            "attachments": list(draft.attachments),
            "template": draft.template,
            "language": draft.language,
            "discarded_at": self.tx.now,
            "translation": _translation(draft),
        }
        number = self.tx.insert(insert(_GONE).values(**values))
        self.tx.log.append(
            "draft_discarded",
            conversation=draft.conversation_id,
            agent=draft.agent_id,
            data={"mode": draft.mode, "kept": number},
        )

    def is_kept(self, number: int, agent: int) -> bool:
        """Whether something that this agent threw away can still be had back."""
        return self.tx.one(select(_GONE.c.id).where(*self._kept(number, agent))) is not None

    def _kept(self, number: int, agent: int) -> list[Any]:
        return [_GONE.c.id == number, _GONE.c.agent_id == agent, _GONE.c.discarded_at >= self.tx.now - KEPT]

    def listed(self, agent: int) -> tuple[domain.DraftLine, ...]:
        """What an agent is writing, the newest first, then what this agent threw away within KEPT."""
        named = (_CUST.c.name, _CONV.c.subject)
        mine = (
            select(_DRAFT.c.conversation_id, _DRAFT.c.mode, _DRAFT.c.text, _DRAFT.c.updated_at, *named)
            .select_from(_NAMED.join(_DRAFT, _DRAFT.c.conversation_id == _CONV.c.id))
            .where(_DRAFT.c.agent_id == agent)
            .order_by(_DRAFT.c.updated_at.desc(), _DRAFT.c.conversation_id, _DRAFT.c.mode)
        )
        gone = (
            select(
                _GONE.c.id, _GONE.c.conversation_id, _GONE.c.mode, _GONE.c.text, _GONE.c.discarded_at, *named
            )
            .select_from(_NAMED.join(_GONE, _GONE.c.conversation_id == _CONV.c.id))
            .where(_GONE.c.agent_id == agent, _GONE.c.discarded_at >= self.tx.now - KEPT)
            .order_by(_GONE.c.discarded_at.desc(), _GONE.c.id.desc())
        )
        return (
            *(_line(None, row) for row in self.tx.rows(mine)),
            *(_line(row[0], row[1:]) for row in self.tx.rows(gone)),
        )

    def take_up(self, number: int, agent: int) -> domain.Draft | None:
        """Something that this agent threw away within KEPT, which is no longer kept apart; None when there is none."""
        row = self.tx.one(select(_GONE).where(*self._kept(number, agent)))
        if row is None:
            return None
        self.tx.run(delete(_GONE).where(_GONE.c.id == number))
        return domain.Draft(
            row.conversation_id, row.agent_id, row.mode, row.text, 0, row.discarded_at, tuple(row.cc),
            tuple(row.attachments), row.template, row.language, 0, row.translation.get("on"),
            unpacked(row.translation.get("made")),
        )  # fmt: skip

    def move(self, conversation: int, into: int) -> list[tuple[int, str]]:
        """Drafts of a merged conversation go along; below the words of the same hand, where there are any. Gives
        (agent, mode) of those that went whole. What was thrown away goes along too."""
        self.tx.run(update(_GONE).where(_GONE.c.conversation_id == conversation).values(conversation_id=into))
        whole = []
        for row in self.tx.rows(select(_DRAFT).where(_DRAFT.c.conversation_id == conversation)):
            here = _key(into, row.agent_id, row.mode)
            known = self.tx.one(select(_DRAFT).where(*here))
            values = {**row._mapping, "conversation_id": into}
            if known is None:
                whole.append((row.agent_id, row.mode))
            else:
                values |= {
                    "text": "\n\n".join(part for part in (known.text, row.text) if part.strip()),
                    "cc": list(dict.fromkeys([*known.cc, *row.cc])),
                    "attachments": list(dict.fromkeys([*known.attachments, *row.attachments])),
                }
                self.tx.run(delete(_DRAFT).where(*here))
            self.tx.run(insert(_DRAFT).values(**values))
            self.drop(conversation, row.agent_id, row.mode)
        return whole


def _key(conversation: int, agent: int, mode: str) -> list[Any]:
    return [_DRAFT.c.conversation_id == conversation, _DRAFT.c.agent_id == agent, _DRAFT.c.mode == mode]


def _translation(draft: domain.Draft) -> dict[str, Any]:
    """Whether a draft is translated, and its translation so far."""
    kept: dict[str, Any] = {} if draft.translate is None else {"on": draft.translate}
    return kept | ({"made": packed(draft.made)} if draft.made is not None else {})


def _line(number: int | None, row: Sequence[Any]) -> domain.DraftLine:
    conversation, mode, text, at, who, subject = row
    return domain.DraftLine(number, conversation, mode, text, at, who, subject)
