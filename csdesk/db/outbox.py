"""The outbox: claims under a lease, every step through the state machine, and an event for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from csdesk.db.tables import Account, Agent, Message, table
from csdesk.db.tables import Outbox as OutboxTable
from csdesk.db.tx import Tx
from csdesk.domain.outbox import OutboxRow, may
from csdesk.errors import Conflict, NotFound
from csdesk.i18n import N_, _, stored

_OUT = table(OutboxTable)
_ACCT = table(Account)
_AGENT = table(Agent)
_MSG = table(Message)

EVENTS = {
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "failed": "send_failed",
    "uncertain": "send_uncertain",
    "cancelled": "send_cancelled",
    "delivered": "delivered",
    "bounced": "bounced",
}
STATE_WORDS = {
    "queued": N_("queued"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "uncertain": N_("uncertain"),
    "cancelled": N_("taken back"),
    "delivered": N_("delivered"),
    "bounced": N_("bounced"),
}
TROUBLED = frozenset({"failed", "uncertain", "bounced"})


class Outbox:
    """Rows handed over for sending."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def add(self, **values: Any) -> int:
        """A frozen row in state 'queued'; returns its id. The caller records the event with the reply."""
        return self.tx.insert(insert(_OUT).values(state="queued", created_at=self.tx.now, **values))

    def get(self, row: int) -> OutboxRow:
        """One row. Raises NotFound."""
        found = self._read(_OUT.c.id == row)
        if not found:
            raise NotFound(_("There is no message {id} in the outbox.").format(id=row))
        return found[0]

    def rows(self, states: Sequence[str] = (), limit: int | None = 500) -> tuple[OutboxRow, ...]:
        """Rows in these states (all of them by default), newest first."""
        return tuple(self._read(_OUT.c.state.in_(list(states)) if states else _OUT.c.id > 0, limit))

    def counts(self) -> dict[str, int]:
        """State to number of rows."""
        query = select(_OUT.c.state, func.count()).group_by(_OUT.c.state)
        return {row[0]: int(row[1]) for row in self.tx.rows(query)}

    def _read(self, where: Any, limit: int | None = 500) -> list[OutboxRow]:
        query = (
            select(_OUT, _ACCT.c.name, _AGENT.c.name, _MSG.c.subject)
            .select_from(
                _OUT.join(_ACCT, _ACCT.c.id == _OUT.c.account_id)
                .join(_MSG, _MSG.c.id == _OUT.c.message_id)
                .outerjoin(_AGENT, _AGENT.c.id == _OUT.c.agent_id)
            )
            .where(where)
            .order_by(_OUT.c.id.desc())
            .limit(limit)
        )
        return [_row(row) for row in self.tx.rows(query)]

    def claim(self, account: int, owner: str, lease: timedelta) -> OutboxRow | None:
        """Take the oldest row of an account that is due, as 'sending' under a lease; None when there is none.

        A row that is 'sending' under a lease that ended belonged to a process that died after it may have
        handed the body over: it becomes 'uncertain' (see abandoned()), never 'queued'.
        """
        now = self.tx.now
        due = and_(
            _OUT.c.account_id == account,
            _OUT.c.state == "queued",
            _OUT.c.due_at <= now,
            or_(_OUT.c.next_attempt_at.is_(None), _OUT.c.next_attempt_at <= now),
        )
        query = select(_OUT.c.id).where(due).order_by(_OUT.c.due_at, _OUT.c.id).limit(1)
        if not self.tx.sqlite:
            query = query.with_for_update(skip_locked=True)
        found = self.tx.one(query)
        if found is None:
            return None
        self.step(
            found[0],
            "sending",
            lease_owner=owner,
            lease_until=now + lease,
            attempted_at=now,
            attempts=_OUT.c.attempts + 1,
        )
        return self.get(found[0])

    def abandoned(self, account: int, is_dead: Callable[[str], bool]) -> list[int]:
        """Rows left in 'sending' by a process whose lease has ended or that `is_dead` knows to be gone."""
        query = select(_OUT.c.id, _OUT.c.lease_owner, _OUT.c.lease_until).where(
            _OUT.c.account_id == account, _OUT.c.state == "sending"
        )
        return [
            row[0] for row in self.tx.rows(query) if row[2] is None or row[2] < self.tx.now or is_dead(row[1])
        ]

    def uncertain(self, account: int) -> list[OutboxRow]:
        """Rows of an account whose fate must be looked up, oldest first."""
        now = self.tx.now
        where = and_(
            _OUT.c.account_id == account,
            _OUT.c.state == "uncertain",
            or_(_OUT.c.next_attempt_at.is_(None), _OUT.c.next_attempt_at <= now),
        )
        return list(reversed(self._read(where)))

    def unfiled(self, account: int) -> list[OutboxRow]:
        """Sent rows whose own copy is not yet in the sent folder."""
        left = _OUT.c.state.in_(["sent", "delivered", "bounced"])
        where = and_(_OUT.c.account_id == account, left, _OUT.c.filed.is_(False))
        return list(reversed(self._read(where, 50)))

    def mark_filed(self, row: int) -> None:
        """The own copy is where sent mail is kept."""
        self.tx.run(update(_OUT).where(_OUT.c.id == row).values(filed=True))

    def postpone(self, row: int, until: datetime) -> None:
        """Look an uncertain row up again at this instant, not before."""
        self.tx.run(update(_OUT).where(_OUT.c.id == row).values(next_attempt_at=until))

    def hurry(self, row: int) -> None:
        """Try a queued row at the next chance, whatever it was waiting for."""
        self.tx.run(
            update(_OUT)
            .where(_OUT.c.id == row, _OUT.c.state == "queued")
            .values(next_attempt_at=None, due_at=self.tx.now)
        )
        self.tx.changed = True

    def last_attempt(self, row: int) -> datetime:
        """When a row was last handed over, as far as is known."""
        found = self.tx.one(select(_OUT.c.attempted_at, _OUT.c.created_at).where(_OUT.c.id == row))
        at: datetime = found[0] or found[1]
        return at

    def step(self, row: int, state: str, *, agent: int | None = None, error: str = "", **values: Any) -> None:
        """One step of the state machine with its event. Raises Conflict when the row is not where it must be,
        which also stops two processes that took the same step."""
        found = self.tx.one(
            select(_OUT.c.state, _OUT.c.conversation_id, _OUT.c.message_id).where(_OUT.c.id == row)
        )
        if found is None:
            raise NotFound(_("There is no message {id} in the outbox.").format(id=row))
        before, conversation, message = found
        if not may(before, state):
            raise Conflict(
                _("Message {id} in the outbox is already {state}.").format(
                    id=row, state=_(STATE_WORDS.get(before, before))
                ),
                code="outbox_state",
            )
        fresh = {"state": state, "error": error, "next_attempt_at": None, **values}
        if state not in ("sending",):
            fresh.update(lease_owner="", lease_until=None)
        if state == "sent":
            fresh["sent_at"] = self.tx.now
        touched = self.tx.run(update(_OUT).where(_OUT.c.id == row, _OUT.c.state == before).values(**fresh))
        if touched != 1:
            raise Conflict(_("Someone else is working on message {id} of the outbox.").format(id=row))
        data = {"outbox": row, "message": message, "from": before, "to": state, "error": stored(error)}
        self._record(conversation, before, state, agent, data)

    def _record(
        self, conversation: int, before: str, state: str, agent: int | None, data: dict[str, Any]
    ) -> None:
        delta = (state in TROUBLED) - (before in TROUBLED)
        now = self.tx.conversations.state(conversation)
        fields: dict[str, Any] = {"failed": max(now.failed + delta, 0)}
        if state in ("failed", "cancelled", "queued", "bounced"):
            # What will not leave answers nobody: the customer's clock goes on as if it had never been written.
            fields.update(self.tx.conversations.clock(conversation, now))
        if state == "cancelled":
            fields["messages"] = max(now.messages - 1, 0)
            _since, last = self.tx.messages.unanswered(conversation)
            fields["last_message_at"] = last or now.last_message_at
        self.tx.conversations.change(conversation, EVENTS[state], fields, agent=agent, data=data)

    def reported(self, message: int, action: str, sentence: str) -> None:
        """What a delivery report says of a sent message: 'delivered', 'failed' or anything else, which is only
        noted. A report about what is not known as sent changes nothing."""
        row = self.tx.one(select(_OUT.c.id, _OUT.c.state).where(_OUT.c.message_id == message))
        if row is None:
            return
        state = {"failed": "bounced", "delivered": "delivered"}.get(action, "")
        if state and row[1] in ("sent", "delivered") and may(row[1], state):
            self.step(row[0], state, error=sentence if state == "bounced" else "")
        elif row[1] == "sent" and sentence:
            self.tx.run(update(_OUT).where(_OUT.c.id == row[0]).values(error=sentence))

    def due(self, now: datetime) -> bool:
        """Whether anything of an account that is not paused is to be sent or looked up now."""
        waits = or_(_OUT.c.next_attempt_at.is_(None), _OUT.c.next_attempt_at <= now)
        query = (
            select(_OUT.c.id)
            .join(_ACCT, _ACCT.c.id == _OUT.c.account_id)
            .where(
                _OUT.c.state.in_(["queued", "uncertain"]),
                _OUT.c.due_at <= now,
                waits,
                _ACCT.c.paused.is_(False),
            )
            .limit(1)
        )
        return self.tx.one(query) is not None

    def next_due(self) -> datetime | None:
        """When the next queued row may leave for the first time, None when there is none. Paused accounts and
        rows that wait for another attempt do not count."""
        query = (
            select(func.min(_OUT.c.due_at))
            .join(_ACCT, _ACCT.c.id == _OUT.c.account_id)
            .where(_OUT.c.state == "queued", _OUT.c.next_attempt_at.is_(None), _ACCT.c.paused.is_(False))
        )
        return self.tx.conn.execute(query).scalar()

    def draft_of(self, row: int) -> dict[str, Any]:
        """What the agent had written, as it was when the row was queued."""
        found = self.tx.one(select(_OUT.c.draft).where(_OUT.c.id == row))
        return dict(found[0]) if found else {}


def _row(row: Any) -> OutboxRow:
    width = len(_OUT.c)
    return OutboxRow(
        row.id,
        row.conversation_id,
        row.message_id,
        row.account_id,
        row[width],
        row.state,
        row.key,
        row.envelope_from,
        tuple(row.recipients),
        row.raw_hash,
        row.attempts,
        row.due_at,
        row.created_at,
        row.next_attempt_at,
        row.error,
        row[width + 1],
        row[width + 2],
    )
