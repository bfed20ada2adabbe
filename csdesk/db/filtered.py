"""Pages of a view under a filter and in another order: still by keyset over an index, and each with a bounded number of
rows looked at, so that a filter that finds little costs several short pages and never one long one. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, not_, select, tuple_, type_coerce

from csdesk.db import inbox as plain
from csdesk.db.rows import row_of
from csdesk.db.tables import Conversation, Draft, Tag, table
from csdesk.db.tx import Tx
from csdesk.domain.conversation import QueuePage, QueueRow
from csdesk.domain.filters import ME, NOBODY, Filter
from csdesk.domain.views import micros
from csdesk.errors import Usage
from csdesk.i18n import _

_CONV = table(Conversation)
_TAG = table(Tag)
_DRAFT = table(Draft)
WINDOW = 2000
"""Rows of an index that are looked at in one step."""
STEPS = 10
"""Steps that one page takes at most."""


@dataclass(frozen=True, slots=True)
class Order:
    """One way through an index: by a column, downwards or not, among all or only where a customer waits."""

    column: str
    down: bool = False
    waiting: bool = False

    @property
    def key(self) -> Any:
        """The column as the number it is stored as."""
        return type_coerce(_CONV.c[self.column], BigInteger)

    def of(self, row: QueueRow) -> int:
        """The key of a row."""
        value = getattr(row, self.column)
        return value if isinstance(value, int) else micros(value)


_ORDERS = {
    "due": Order("rank"),
    "newest": Order("last_message_at", down=True),
    "oldest": Order("waiting_since", waiting=True),
    "unanswered": Order("last_message_at", waiting=True),
}


def _order(view: str, sort: str) -> Order:
    if not sort and view == plain.DRAFTS:
        return Order("id", down=True)
    return _ORDERS[sort or ("newest" if view in plain.BY_TIME else "due")]


def _parts(view: str, order: Order) -> tuple[list[Any], list[Any]]:
    """What restricts a view in this order: what its index answers, and what is looked at row by row. A planner that is
    left to choose takes the index of the view and sorts all of it."""
    whole = plain.of_view(view)
    if order.waiting:
        return [_CONV.c.waiting_since.is_not(None)], whole
    if order.column == "last_message_at" and view in ("mine", "unassigned", "waiting"):
        return [_CONV.c.status == "open"], whole
    if order.column == "rank" and view == "all":
        return [_CONV.c.status == "open"], []  # nothing is due in any other
    return whole, []


class Filtered:
    """Queries of a view under a filter. `among` are the conversations in which its words occur, None without words."""

    def __init__(self, tx: Tx, view: str, agent: int, wanted: Filter, among: Sequence[int] | None) -> None:
        plain.check_view(view)
        self.tx, self.view = tx, view
        self.order = _order(view, wanted.sort)
        self.among = None if among is None else sorted(set(among))
        self.params: dict[str, Any] = {"agent": agent}
        self.core, rest = _parts(view, self.order)
        self.terms = [*rest, *self._terms(wanted, agent)]

    def _terms(self, wanted: Filter, agent: int) -> list[Any]:
        """What a row has to fulfil besides its view."""
        out: list[Any] = []
        for tags, there in ((wanted.tags, True), (wanted.without, False)):
            for tag in tags:
                has = exists(
                    select(_TAG.c.name).where(_TAG.c.conversation_id == _CONV.c.id, _TAG.c.name == tag)
                )
                out.append(has if there else not_(has))
        if wanted.language:
            out.append(_CONV.c.language == wanted.language)
        if wanted.account:
            out.append(_CONV.c.account_id == self._account(wanted.account))
        if wanted.assigned:
            out.append(self._assigned(wanted.assigned, agent))
        if wanted.unread is not None:
            out.append(_CONV.c.unread.is_(True) if wanted.unread else _CONV.c.unread.is_(False))
        if wanted.waiting:
            out.append(_CONV.c.waiting_since.is_not(None))
        if wanted.failed:
            out.append(_CONV.c.failed > 0)
        if wanted.draft:
            out.append(exists(select(_DRAFT.c.mode).where(_DRAFT.c.conversation_id == _CONV.c.id)))
        if wanted.before is not None:
            out.append(_CONV.c.last_message_at < wanted.before)
        if wanted.after is not None:
            out.append(_CONV.c.last_message_at >= wanted.after)
        return out

    def _account(self, name: str) -> int:
        known = {one.name.casefold(): one for one in self.tx.accounts.all()}
        if name.casefold() not in known:
            words = _("There is no account {name}; there are {names}.")
            raise Usage(words.format(name=name[:40], names=", ".join(one.name for one in known.values())))
        return known[name.casefold()].id

    def _assigned(self, name: str, agent: int) -> Any:
        if name.casefold() == NOBODY:
            return _CONV.c.assignee_id.is_(None)
        if name.casefold() == ME:
            return _CONV.c.assignee_id == agent
        known = {one.name.casefold(): one for one in self.tx.accounts.agents()}
        if name.casefold() not in known:
            words = _("There is no agent {name}; there are {names}.")
            raise Usage(
                words.format(
                    name=name[:40], names=", ".join(["me", "nobody", *(a.name for a in known.values())])
                )
            )
        return _CONV.c.assignee_id == known[name.casefold()].id

    # -- pages --------------------------------------------------------------------------------------------

    def page(self, *, after: tuple[int, int] | None, limit: int) -> QueuePage:
        """Up to `limit` rows behind the key `after`. A page may be short, even empty, and still have a next one."""
        rows: list[QueueRow] = []
        here = after
        for _step in range(STEPS):
            found = self._rows(here, limit - len(rows))
            rows += found
            if len(rows) == limit:
                return QueuePage(self.view, tuple(rows), (self.order.of(rows[-1]), rows[-1].id))
            here = self._end(here) if self._walks else None
            if here is None:
                return QueuePage(self.view, tuple(rows), None)
        return QueuePage(self.view, tuple(rows), here)

    def ids(self) -> list[int]:
        """All conversations that fulfil it, in its order."""
        query = self._inside(select(_CONV.c.id), None).where(*self.terms)
        return [row[0] for row in self.tx.rows(query.order_by(*self._by()), self.params)]

    @property
    def _walks(self) -> bool:
        """Whether rows are looked at that may not be wanted: not where the words name the few to look at."""
        return bool(self.terms) and self.among is None

    def _inside(self, query: Any, after: tuple[int, int] | None) -> Any:
        """The rows that the index holds behind a key."""
        query = query.where(*self.core)
        if self.among is not None:
            query = query.where(_CONV.c.id.in_(self.among))
        if after is not None:
            here, mark = tuple_(self.order.key, _CONV.c.id), tuple_(bindparam("after"), bindparam("after_id"))
            self.params |= {"after": after[0], "after_id": after[1]}
            query = query.where(here < mark if self.order.down else here > mark)
        return query

    def _by(self) -> tuple[Any, ...]:
        keys = (self.order.key, _CONV.c.id)
        return tuple(key.desc() for key in keys) if self.order.down else keys

    def _rows(self, after: tuple[int, int] | None, limit: int) -> list[QueueRow]:
        inner = self._inside(select(_CONV.c.id), after).order_by(*self._by())
        if self._walks:
            window = self.window(after).subquery("window")
            inner = select(_CONV.c.id).join(window, window.c.id == _CONV.c.id).order_by(*self._by())
        found = inner.where(*self.terms).limit(limit).subquery("page")
        query = plain.rows_of(found)
        return sorted(map(row_of, self.tx.rows(query, self.params)), key=self._sorted)

    def window(self, after: tuple[int, int] | None) -> Any:
        """The statement of the ids that one step looks at: a walk along an index, with no sort."""
        return self._inside(select(_CONV.c.id), after).order_by(*self._by()).limit(WINDOW)

    def _sorted(self, row: QueueRow) -> tuple[int, int]:
        sign = -1 if self.order.down else 1
        return sign * self.order.of(row), sign * row.id

    def _end(self, after: tuple[int, int] | None) -> tuple[int, int] | None:
        """The key of the last row that one step looked at; None where it came to the end."""
        query = self._inside(select(self.order.key, _CONV.c.id), after).order_by(*self._by())
        found = self.tx.one(query.limit(1).offset(WINDOW - 1), self.params)
        return None if found is None else (found[0], found[1])
