"""Reading the queue: pages by keyset over an index, counters, one thread. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, exists, func, select, text, tuple_, type_coerce

from csdesk.db.rows import EPOCH, row_of
from csdesk.db.tables import Account, Agent, Conversation, Counter, Customer, Draft, table
from csdesk.db.tx import Tx
from csdesk.domain.conversation import QueuePage, QueueRow, Thread
from csdesk.domain.reading import Key
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
BY_TIME = frozenset({"all", "failed"})
"""Views that are newest first, by the last message; the others are in the order of the rank."""
DRAFTS = "drafts"
"""The view of what an agent is writing: a handful of conversations, the newest first, found from the drafts."""


def _plain(name: str) -> Any:
    """An instant as the number it is stored as. A page has four hundred of them: _row() converts them faster."""
    return type_coerce(_CONV.c[name], BigInteger).label(name)


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
    _plain("waiting_since"),
    _plain("due_at"),
    _plain("snoozed_until"),
    _plain("last_message_at"),
    _CONV.c.preview,
    _CONV.c.messages,
    _CONV.c.failed,
    exists(select(_DRAFT.c.mode).where(_DRAFT.c.conversation_id == _CONV.c.id)).label("draft"),
    type_coerce(_CONV.c.tags, Text).label("tags"),
    _CONV.c.rank,
)
"""In the order of QueueRow's fields."""
_JOINED = (
    _CONV.join(_CUST, _CUST.c.id == _CONV.c.customer_id)
    .join(_ACCT, _ACCT.c.id == _CONV.c.account_id)
    .outerjoin(_AGENT, _AGENT.c.id == _CONV.c.assignee_id)
)
_ONE = select(*_COLUMNS).select_from(_JOINED).where(_CONV.c.id == bindparam("id"))
_SOME = select(*_COLUMNS).select_from(_JOINED).where(_CONV.c.id.in_(bindparam("ids", expanding=True)))
AT_ONCE = 500
"""Rows that are asked for by their ids at a time."""
_THREAD = (
    select(*_COLUMNS, _CONV.c.rev, _CONV.c.merged_into, _ACCT.c.address, _CONV.c.language_chosen)
    .select_from(_JOINED)
    .where(_CONV.c.id == bindparam("id"))
)
_OWN = select(_DRAFT.c.conversation_id).where(_DRAFT.c.agent_id == bindparam("agent"))
_DRAFTING = select(func.count(_DRAFT.c.conversation_id.distinct())).where(
    _DRAFT.c.agent_id == bindparam("agent")
)
_COUNTS = select(_COUNTER.c.name, _COUNTER.c.value)
_DUE = select(func.count()).select_from(
    select(_CONV.c.id)
    .where(_CONV.c.status == "open", _CONV.c.rank < bindparam("mark"))
    .limit(_COUNT_LIMIT)
    .subquery()
)


_TAGS = text(
    "WITH RECURSIVE known(name) AS (SELECT min(name) FROM tag UNION ALL "
    "SELECT (SELECT min(name) FROM tag WHERE tag.name > known.name) FROM known WHERE known.name IS NOT NULL) "
    "SELECT name FROM known WHERE name IS NOT NULL LIMIT :limit"
)


def _ranked(row: QueueRow) -> tuple[int, int]:
    return row.rank, row.id


def _latest(row: QueueRow) -> tuple[timedelta, int]:
    return EPOCH - row.last_message_at, -row.id


def _newest(row: QueueRow) -> tuple[int, int]:
    return -row.id, 0


def _sorter(view: str) -> Callable[[QueueRow], tuple[Any, int]]:
    return _latest if view in BY_TIME else _newest if view == DRAFTS else _ranked


def _place(row: QueueRow, view: str) -> int:
    """The first part of the key behind which the next page begins."""
    if view in BY_TIME:
        return micros(row.last_message_at)
    return row.id if view == DRAFTS else row.rank


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
        check_view(view)
        params: dict[str, Any] = {"agent": agent, "limit": limit}
        if after is not None:
            params |= {"after": after[0], "after_id": after[1]}
        if among is not None:
            params["among"] = list(among)
        query = _page(view, after is not None, among is not None)
        rows = tuple(sorted(map(row_of, self.tx.rows(query, params)), key=_sorter(view)))
        following = None
        if rows and len(rows) == limit:
            last = rows[-1]
            following = (_place(last, view), last.id)
        return QueuePage(view, rows, following)

    def ids(self, view: str, agent: int, *, among: Sequence[int] | None = None) -> list[int]:
        """The ids of a whole view, in its order. Raises Usage for an unknown view."""
        check_view(view)
        params: dict[str, Any] = {"agent": agent}
        if among is not None:
            params["among"] = list(among)
        return [row[0] for row in self.tx.rows(_whole(view, among is not None), params)]

    def tags(self, limit: int = 200) -> list[str]:
        """The tags there are, by name. A walk from one name to the next: it does not read the conversations."""
        return [row[0] for row in self.tx.rows(_TAGS, {"limit": limit})]

    def row(self, conversation: int) -> QueueRow:
        """One row, whatever its view. Raises NotFound."""
        found = self.tx.one(_ONE, {"id": conversation})
        if found is None:
            raise NotFound(_("There is no conversation {id}.").format(id=conversation))
        return row_of(found)

    def some(self, conversations: Collection[int]) -> dict[int, QueueRow]:
        """These rows by id, whatever their view; those that are not there are left out."""
        ids = sorted(conversations)
        found: dict[int, QueueRow] = {}
        for start in range(0, len(ids), AT_ONCE):
            for values in self.tx.rows(_SOME, {"ids": ids[start : start + AT_ONCE]}):
                found[values[0]] = row_of(values)
        return found

    def counts(self, agent: int) -> dict[str, int]:
        """View name to number, 'mine' the agent's own, with 'burning' (due within the hour) and 'soon' (within
        four), both capped at 1000."""
        stored = {row[0]: row[1] for row in self.tx.rows(_COUNTS)}
        out = {view: int(stored.get(view, 0)) for view in VIEWS}
        out["mine"] = int(stored.get(f"mine:{agent}", 0))
        out[DRAFTS] = int(self.tx.one(_DRAFTING, {"agent": agent})[0])
        burning = self._due_before(micros(self.tx.now + BURNING))
        out["burning"] = burning
        out["soon"] = max(self._due_before(micros(self.tx.now + SOON)) - burning, 0)
        return out

    def _due_before(self, mark: int) -> int:
        return int(self.tx.one(_DUE, {"mark": mark})[0])

    def thread(self, conversation: int, keys: Sequence[Key] | None = None) -> Thread:
        """One conversation whole, or with these entries only. Raises NotFound."""
        found = self.tx.one(_THREAD, {"id": conversation})
        if found is None:
            raise NotFound(_("There is no conversation {id}.").format(id=conversation))
        row, (rev, merged_into, address, chosen) = row_of(found[:-4]), found[-4:]
        return Thread(
            id=row.id,
            subject=row.subject,
            status=row.status,
            account=row.account,
            channel=row.channel,
            account_address=address,
            customer_id=row.customer_id,
            who=row.who,
            language=row.language,
            assignee=row.assignee,
            unread=row.unread,
            waiting_since=row.waiting_since,
            due_at=row.due_at,
            snoozed_until=row.snoozed_until,
            last_message_at=row.last_message_at,
            rev=rev,
            tags=row.tags,
            entries=self.tx.messages.entries(conversation) if keys is None else self.tx.messages.some(keys),
            merged_into=merged_into,
            language_chosen=chosen,
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


def check_view(view: str) -> None:
    """Raises Usage for an unknown view."""
    if view not in VIEWS:
        raise Usage(
            _("There is no view {view!r}; the views are {views}.").format(view=view, views=", ".join(VIEWS))
        )


@lru_cache(maxsize=64)
def _whole(view: str, among: bool) -> Any:
    by_time = view in BY_TIME
    ids = select(_CONV.c.id).where(*of_view(view))
    if among:
        ids = ids.where(_CONV.c.id.in_(bindparam("among", expanding=True)))
    latest = (_CONV.c.last_message_at.desc(), _CONV.c.id.desc())
    if view == DRAFTS:
        return ids.order_by(_CONV.c.id.desc())
    return ids.order_by(*(latest if by_time else (_CONV.c.rank, _CONV.c.id)))


@lru_cache(maxsize=64)
def _page(view: str, later: bool, among: bool) -> Any:
    """The statement of a page. It is made once: putting it together costs more than running it.

    The index alone finds the ids of the page; only those rows are then read and joined. A join has no order of
    its own, so page() puts its hundred rows in order, which is cheaper than a sort of whole rows in the database.
    """
    by_time = view in BY_TIME
    key = type_coerce(_CONV.c.last_message_at, BigInteger) if by_time else _CONV.c.rank
    if view == DRAFTS:
        key = _CONV.c.id
    ids = select(_CONV.c.id).where(*of_view(view))
    if later and view == DRAFTS:
        ids = ids.where(key < bindparam("after"))
    elif later:
        here, mark = tuple_(key, _CONV.c.id), tuple_(bindparam("after"), bindparam("after_id"))
        ids = ids.where(here < mark if by_time else here > mark)
    if among:
        ids = ids.where(_CONV.c.id.in_(bindparam("among", expanding=True)))
    order = (
        (key.desc(),) if view == DRAFTS else (key.desc(), _CONV.c.id.desc()) if by_time else (key, _CONV.c.id)
    )
    found = ids.order_by(*order).limit(bindparam("limit")).subquery("page")
    return rows_of(found)


def rows_of(found: Any) -> Any:
    """The statement that reads the rows of a subquery of ids, in no order."""
    return select(*_COLUMNS).select_from(_JOINED.join(found, found.c.id == _CONV.c.id))


def of_view(view: str) -> list[Any]:
    """What a row of a view fulfils; the parameter `agent` is whose view it is."""
    status = _CONV.c.status
    if view == "mine":
        return [_CONV.c.assignee_id == bindparam("agent"), status == "open"]
    if view == "unassigned":
        return [_CONV.c.assignee_id.is_(None), status == "open"]
    if view == "waiting":
        return [status == "open", _CONV.c.rank < FAR]
    if view == DRAFTS:
        return [_CONV.c.id.in_(_OWN)]
    if view == "failed":
        return [_CONV.c.failed > 0]
    if view == "all":
        return [status != "merged"]
    return [status == view]
