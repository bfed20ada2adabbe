"""Reading the queue: pages by keyset over an index, counters, one thread. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, tuple_

from csdesk.db.tables import Account, Agent, Conversation, Counter, Customer, Draft, table
from csdesk.db.tx import Tx
from csdesk.db.types import from_micros
from csdesk.domain.conversation import QueuePage, QueueRow, Thread
from csdesk.domain.views import FAR, VIEWS, micros
from csdesk.errors import NotFound, Usage
from csdesk.i18n import _

_CONV = table(Conversation)
_CUST = table(Customer)
_ACCT = table(Account)
_AGENT = table(Agent)
_COUNTER = table(Counter)
_DRAFT = table(Draft)

BURNING = timedelta(hours=1)
SOON = timedelta(hours=4)
_COUNT_LIMIT = 1000

_COLUMNS = (
    _CONV.c.id,
    _CONV.c.subject,
    _CUST.c.name.label("who"),
    _CONV.c.customer_id,
    _ACCT.c.kind.label("channel"),
    _ACCT.c.name.label("account"),
    _CONV.c.status,
    _CONV.c.language,
    _CONV.c.unread,
    _AGENT.c.name.label("assignee"),
    _CONV.c.waiting_since,
    _CONV.c.due_at,
    _CONV.c.snoozed_until,
    _CONV.c.last_message_at,
    _CONV.c.preview,
    _CONV.c.messages,
    _CONV.c.failed,
    exists(select(_DRAFT.c.mode).where(_DRAFT.c.conversation_id == _CONV.c.id)).label("draft"),
    _CONV.c.tags,
    _CONV.c.rank,
)
_JOINED = (
    _CONV.join(_CUST, _CUST.c.id == _CONV.c.customer_id)
    .join(_ACCT, _ACCT.c.id == _CONV.c.account_id)
    .outerjoin(_AGENT, _AGENT.c.id == _CONV.c.assignee_id)
)
CHANNEL_WORDS = {"imap": "mail", "maildir": "mail", "mbox": "mail"}
"""How account kinds are shown: three ways to hold a mailbox are one channel."""


class Inbox:
    """Queries behind the queue and the thread."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def page(
        self,
        view: str,
        agent: int,
        *,
        after: tuple[int, int] | None,
        limit: int,
        among: Sequence[int] | None = None,
    ) -> QueuePage:
        """Up to `limit` rows of a view behind the key `after`. `among` restricts to these conversations (the
        result of a text filter). Raises Usage for an unknown view."""
        if view not in VIEWS:
            raise Usage(
                _("There is no view {view!r}; the views are {views}.").format(
                    view=view, views=", ".join(VIEWS)
                )
            )
        by_time = view in ("all", "failed")
        key = _CONV.c.last_message_at if by_time else _CONV.c.rank
        # Two steps: the index alone finds the ids of the page, then only those rows are joined and read.
        ids = select(_CONV.c.id).where(*_where(view, agent)).limit(limit)
        if after is not None:
            mark = (from_micros(after[0]) if by_time else after[0], after[1])
            here = tuple_(key, _CONV.c.id)
            ids = ids.where(here < mark if by_time else here > mark)
        if among is not None:
            ids = ids.where(_CONV.c.id.in_(list(among)))
        ids = ids.order_by(key.desc(), _CONV.c.id.desc()) if by_time else ids.order_by(key, _CONV.c.id)
        found = [row[0] for row in self.tx.rows(ids)]
        rows = self._rows(found)
        last = rows[-1] if len(found) == limit else None
        following = None
        if last is not None:
            following = (micros(last.last_message_at) if by_time else last.rank, last.id)
        return QueuePage(view, tuple(rows), following)

    def row(self, conversation: int) -> QueueRow:
        """One row, whatever its view. Raises NotFound."""
        rows = self._rows([conversation])
        if not rows:
            raise NotFound(_("There is no conversation {id}.").format(id=conversation))
        return rows[0]

    def _rows(self, ids: Sequence[int]) -> list[QueueRow]:
        if not ids:
            return []
        found = self.tx.rows(select(*_COLUMNS).select_from(_JOINED).where(_CONV.c.id.in_(list(ids))))
        by_id = {row.id: _row(row) for row in found}
        return [by_id[i] for i in ids if i in by_id]

    def counts(self, agent: int) -> dict[str, int]:
        """View name to number, 'mine' the agent's own, with 'burning' (due within the hour) and 'soon' (within
        four), both capped at 1000."""
        stored = {row[0]: row[1] for row in self.tx.rows(select(_COUNTER.c.name, _COUNTER.c.value))}
        out = {view: int(stored.get(view, 0)) for view in VIEWS}
        out["mine"] = int(stored.get(f"mine:{agent}", 0))
        burning = self._due_before(micros(self.tx.now + BURNING))
        out["burning"] = burning
        out["soon"] = max(self._due_before(micros(self.tx.now + SOON)) - burning, 0)
        return out

    def _due_before(self, mark: int) -> int:
        some = select(_CONV.c.id).where(_CONV.c.status == "open", _CONV.c.rank < mark).limit(_COUNT_LIMIT)
        return int(self.tx.conn.execute(select(func.count()).select_from(some.subquery())).scalar() or 0)

    def thread(self, conversation: int) -> Thread:
        """One conversation whole. Raises NotFound."""
        query = (
            select(*_COLUMNS, _CONV.c.rev, _CONV.c.merged_into, _ACCT.c.address)
            .select_from(_JOINED)
            .where(_CONV.c.id == conversation)
        )
        row = self.tx.one(query)
        if row is None:
            raise NotFound(_("There is no conversation {id}.").format(id=conversation))
        return Thread(
            id=row.id,
            subject=row.subject,
            status=row.status,
            account=row.account,
            channel=CHANNEL_WORDS.get(row.channel, row.channel),
            account_address=row.address,
            customer_id=row.customer_id,
            who=row.who,
            language=row.language,
            assignee=row.assignee,
            unread=row.unread,
            waiting_since=row.waiting_since,
            due_at=row.due_at,
            snoozed_until=row.snoozed_until,
            last_message_at=row.last_message_at,
            rev=row.rev,
            tags=tuple(row.tags),
            entries=self.tx.messages.entries(conversation),
            merged_into=row.merged_into,
        )

    def sleeping(self) -> list[int]:
        """Snoozed conversations whose time has come."""
        query = (
            select(_CONV.c.id)
            .where(_CONV.c.status == "snoozed", _CONV.c.rank <= micros(self.tx.now))
            .order_by(_CONV.c.rank)
            .limit(500)
        )
        return [row[0] for row in self.tx.rows(query)]


def _where(view: str, agent: int) -> list[Any]:
    status = _CONV.c.status
    if view == "mine":
        return [_CONV.c.assignee_id == agent, status == "open"]
    if view == "unassigned":
        return [_CONV.c.assignee_id.is_(None), status == "open"]
    if view == "waiting":
        return [status == "open", _CONV.c.rank < FAR]
    if view == "failed":
        return [_CONV.c.failed > 0]
    if view == "all":
        return [status != "merged"]
    return [status == view]


def _row(row: Any) -> QueueRow:
    return QueueRow(
        row.id,
        row.subject,
        row.who,
        row.customer_id,
        CHANNEL_WORDS.get(row.channel, row.channel),
        row.account,
        row.status,
        row.language,
        row.unread,
        row.assignee,
        row.waiting_since,
        row.due_at,
        row.snoozed_until,
        row.last_message_at,
        row.preview,
        row.messages,
        row.failed,
        bool(row.draft),
        tuple(row.tags),
        row.rank,
    )
