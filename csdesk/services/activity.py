"""What an agent did and may take back, and what happened while the agent was away. Reads the event log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from csdesk.domain.activity import ACTS, TROUBLE, Act, Away, Missed
from csdesk.domain.conversation import QueueRow
from csdesk.domain.events import UNDOABLE, Event, still_holds
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.services import customer_acts
from csdesk.services.bulk import take_back
from csdesk.services.context import Context
from csdesk.services.drafts import take_up
from csdesk.services.inbox import take_back_one, undone_sentence
from csdesk.store import Tx
from csdesk.text import excerpt

LOOKED_AT = 5000
"""Events that a look back reads at most."""
SHIFT = timedelta(hours=4)
"""So long without an act, and the next start of the desk begins a shift."""


class Activity:
    """The acting agent's own log."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def mine(self, limit: int = 50) -> tuple[Act, ...]:
        """The acting agent's newest acts, newest first."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            events = tx.log.by_agent(agent, ACTS, limit=limit, whole=True)
            undone = {event.data.get("of") for event in events if event.kind == "undone"}
            rows = _rows(tx, events)
            acts = (_act(tx, event, rows, undone) for event in events)
            return tuple(act for act in acts if act is not None)

    def take_back(self, act: int) -> str:
        """Take back one act of the acting agent, not only the last; returns a sentence. Raises NotFound, and Refused
        where it was taken back already or somebody changed the same since."""
        agent = self.context.agent.id
        with self.context.acting() as tx:
            events = tx.log.by_agent(agent, ACTS, limit=LOOKED_AT, whole=True)
            event = next((one for one in events if one.id == act), None)
            if event is None or (event.kind != "bulk" and event.conversation_id is event.customer_id is None):
                raise NotFound(_("There is no act {id} of yours.").format(id=act))
            undone = {one.data.get("of") for one in events if one.kind == "undone"}
            many = event.kind == "bulk" and event.id not in undone
            if not many and not _may_undo(tx, event, undone):
                raise Refused(
                    _("Act {id} cannot be taken back: it was already, or something changed since.").format(
                        id=act
                    ),
                    code="changed_since",
                )
            if event.kind == "draft_discarded":
                return _unthrow(tx, event, agent)
            if event.customer_id is not None:
                return customer_acts.take_back(tx, event, agent)
            if event.conversation_id is not None:
                take_back_one(tx, event, agent)
        return take_back(self.context, event) if many else undone_sentence(event)

    def away(self, since: datetime | None = None) -> Away | None:
        """What others did since an instant (aware), or since the acting agent's own last act; None for an agent who
        never did anything."""
        agent = self.context.agent
        with self.store.read() as tx:
            last = tx.log.last_of(agent.id)
            if since is None and last is None:
                return None
            begin = since or (last.at if last else self.context.clock.now())
            events, others = _since(tx, begin, agent.id)
            return _away(begin, others, _rows(tx, others), agent.name, more=len(events) == LOOKED_AT)

    def shift(self) -> Away | None:
        """What to tell at the start of a shift, as figures alone (`missed` is empty): None unless the last act is hours
        ago and something happened since. Every start of the desk asks: it reads no conversation."""
        agent = self.context.agent
        with self.store.read() as tx:
            last = tx.log.last_of(agent.id)
            if last is None or self.context.clock.now() - last.at < SHIFT:
                return None
            events, others = _since(tx, last.at, agent.id)
        found = _away(last.at, others, {}, agent.name, more=len(events) == LOOKED_AT)
        return None if found.quiet else found


def _since(tx: Tx, begin: datetime, agent: int) -> tuple[list[Event], list[Event]]:
    """What happened since an instant, and what of it others did to conversations, each newest first."""
    events = tx.log.newest(LOOKED_AT, since=begin)
    return events, [e for e in events if e.agent_id != agent and e.conversation_id is not None]


def _away(
    since: datetime, events: Sequence[Event], rows: dict[int, QueueRow], agent: str, *, more: bool
) -> Away:
    by: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by[event.conversation_id or 0].append(event)
    missed = [
        Missed(
            number, row.who, row.subject, frozenset(e.kind for e in found),
            sum(map(_is_word, found)), row.assignee == agent, any(e.kind == "created" for e in found),
            row.status,
        )
        for number, found in by.items()
        if (row := rows.get(number)) is not None
    ]  # fmt: skip
    kinds = [event.kind for event in events]
    return Away(
        since,
        messages=sum(map(_is_word, events)),
        fresh=kinds.count("created"),
        answered=sum(e.kind == "queued" for e in events if e.agent_id is not None),
        closed=sum(e.kind == "closed" for e in events if e.agent_id is not None),
        trouble=sum(kind in TROUBLE for kind in kinds),
        missed=tuple(sorted(missed, key=_urgency)),
        more=more,
    )


def _is_word(event: Event) -> bool:
    """Whether a customer wrote: the first message of a conversation makes it, the others come into it."""
    return event.kind == "received" or (event.kind == "created" and event.agent_id is None)


def _urgency(one: Missed) -> tuple[bool, bool, bool, int]:
    """Trouble first, then what is one's own and waits, then what is new, then the rest, newest first."""
    waits = one.messages > 0 and one.status == "open"
    return not one.kinds & TROUBLE, not (one.mine and waits), not waits, -one.conversation


def _unthrow(tx: Tx, event: Event, agent: int) -> str:
    """A draft that was thrown away is there again, in the conversation that its own was merged into, if it was."""
    draft = take_up(tx, int(event.data["kept"]), agent)
    data = {"of": event.id, "kind": event.kind}
    tx.log.append("undone", conversation=draft.conversation_id, agent=agent, data=data)
    return _("The draft in conversation {id} is there again.").format(id=draft.conversation_id)


def _may_undo(tx: Tx, event: Event, undone: set[object]) -> bool:
    if event.kind == "draft_discarded":
        return tx.drafts.is_kept(int(event.data["kept"]), event.agent_id or 0)
    if event.kind not in UNDOABLE or event.id in undone:
        return False
    if event.customer_id is not None:
        return customer_acts.holds(tx, event)
    if event.conversation_id is None:
        return False
    return still_holds(event, tx.conversations.state(event.conversation_id))


def _act(tx: Tx, event: Event, rows: dict[int, QueueRow], undone: set[object]) -> Act | None:
    """An event as an act; None for one of the agent's that touched no conversation that is still there."""
    if event.kind == "bulk":
        count = int(event.data["count"])
        return Act(event.id, event.at, event.data["kind"], None, "", "", event.id not in undone, count)
    may = _may_undo(tx, event, undone)
    if event.customer_id is not None:
        try:
            facts = tx.customers.facts(event.customer_id)
        except NotFound:
            return None
        said = str(event.data.get("name", "")) or _told(event.set)
        return Act(event.id, event.at, event.kind, None, facts["name"], said, may, customer=event.customer_id)
    row = rows.get(event.conversation_id) if event.conversation_id is not None else None
    if row is None:
        return None
    return Act(event.id, event.at, event.kind, row.id, row.who, row.subject, may)


def _told(fields: Mapping[str, object]) -> str:
    """What was written down of a customer, short."""
    texts = (
        ", ".join(map(str, v)) if isinstance(v, list) else str(v)
        for n, v in fields.items()
        if n != "timezone"
    )
    return excerpt("  ".join(filter(None, texts)), 80)


def _rows(tx: Tx, events: Sequence[Event]) -> dict[int, QueueRow]:
    return tx.inbox.some({e.conversation_id for e in events if e.conversation_id is not None})
