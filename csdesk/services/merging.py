"""Two conversations made one, by an agent or because a mail proves that they are one thread; and taken apart again.

Knows the states and their events; which mail proves what is for ingest to say.
"""

from __future__ import annotations

from typing import Any

from csdesk.db.merges import Facts, Merges
from csdesk.domain.events import Event, State, decode
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.store import Tx

SPLIT = "split"


def merge(tx: Tx, conversation: int, into: int, *, agent: int | None) -> int:
    """Move all that was said into another conversation of the same account; this one becomes a signpost. Returns
    where it is now. Raises NotFound, Refused."""
    into = tx.conversations.root(into)
    state, target = tx.conversations.state(conversation), tx.conversations.state(into)
    if into == conversation or state.status == "merged":
        raise Refused(_("Conversation {id} is already part of {into}.").format(id=conversation, into=into))
    if state.account_id != target.account_id:
        raise Refused(_("Only conversations of one account can be merged."))
    moved = Merges(tx).move(conversation, into)
    gone = {
        "status": "merged",
        "merged_into": into,
        "messages": 0,
        "failed": 0,
        "waiting_since": None,
        "due_at": None,
        "unread": False,
    }
    tx.conversations.change(conversation, "merged_away", gone, agent=agent, data={"into": into})
    data = {"from": conversation, "moved": moved}
    tx.conversations.change(into, "merged_in", _both(state, target), agent=agent, data=data)
    _retell(tx, into, Merges(tx).facts(into))
    return into


def _both(state: State, target: State) -> dict[str, Any]:
    since = min(filter(None, (state.waiting_since, target.waiting_since)), default=None)
    return {
        "messages": target.messages + state.messages,
        "rev": target.rev + state.rev,
        "failed": target.failed + state.failed,
        "created_at": min(target.created_at, state.created_at),
        "last_message_at": max(target.last_message_at, state.last_message_at),
        "waiting_since": since,
        "due_at": min(filter(None, (state.due_at, target.due_at)), default=None),
        "unread": target.unread or state.unread,
        "tags": tuple(dict.fromkeys([*target.tags, *state.tags])),
        "assignee_id": state.assignee_id if target.assignee_id is None else target.assignee_id,
        "status": "open" if since else target.status,
    }


def one_thread(tx: Tx, one: int, other: int) -> bool:
    """Make one of two conversations that a mail showed to be one thread: the one that began first goes on. False
    where that must not be: other accounts or customers, spam, or somebody took these two apart before."""
    one, other = tx.conversations.root(one), tx.conversations.root(other)
    if one == other:
        return False
    a, b = tx.conversations.state(min(one, other)), tx.conversations.state(max(one, other))
    if (a.account_id, a.customer_id) != (b.account_id, b.customer_id) or "spam" in (a.status, b.status):
        return False
    first, second = min(one, other), max(one, other)
    if b.created_at < a.created_at:
        first, second = second, first
    if _were_split(tx, second, first) or _were_split(tx, first, second):
        return False
    asleep = {a.status, b.status} & {"open", "snoozed"}
    into = merge(tx, second, first, agent=None)
    now = tx.conversations.state(into)
    if asleep and now.status in ("closed", "lists"):
        tx.conversations.change(into, "reopened", {"status": "open", "snoozed_until": None}, agent=None)
    return True


def _were_split(tx: Tx, conversation: int, other: int) -> bool:
    return any(
        event.kind == SPLIT and event.data.get("from") == other
        for event in tx.log.of_conversation(conversation)
    )


def split(tx: Tx, conversation: int, *, agent: int | None) -> tuple[int, int]:
    """Take a merge back: of this conversation into another one, or the last one into it. What was said before the
    merge goes back, what came since stays. Returns (the one that is on its own again, where it was). Raises
    NotFound, Refused."""
    state = tx.conversations.state(conversation)
    into = state.merged_into if state.merged_into is not None else conversation
    event = _last_merge(tx, into, None if into == conversation else conversation)
    gone = int(event.data["from"])
    target = tx.conversations.state(into)
    if target.merged_into is not None:
        raise Refused(
            _("Conversation {id} was itself merged into {into}; take that apart first.").format(
                id=into, into=target.merged_into
            )
        )
    Merges(tx).back(gone, into, dict(event.data["moved"]))
    _alone_again(tx, gone, into, agent)
    _left_behind(tx, into, gone, event, agent)
    return gone, into


def _last_merge(tx: Tx, into: int, gone: int | None) -> Event:
    """The newest merge into a conversation (of `gone`, where that is given) that was not taken back."""
    events = tx.log.of_conversation(into)
    back = {event.data.get("of") for event in events if event.kind == SPLIT}
    for event in reversed(events):
        if event.kind == "merged_in" and event.id not in back and gone in (None, event.data["from"]):
            if "moved" not in event.data:
                raise Refused(_("An older csdesk merged these; it kept no list of what was moved."))
            return event
    raise Refused(_("Nothing was merged into conversation {id}.").format(id=into), code="not_merged")


def _alone_again(tx: Tx, gone: int, into: int, agent: int | None) -> None:
    """The merged one as it was, with the messages that it has now."""
    was = next(e for e in reversed(tx.log.of_conversation(gone)) if e.kind == "merged_away").was
    state, facts = tx.conversations.state(gone), Merges(tx).facts(gone)
    before = decode(was)
    fields: dict[str, Any] = {
        "status": before["status"],
        "merged_into": None,
        "unread": before.get("unread", False),
        **_counted(tx, gone, before["status"], state, facts),
    }
    tx.conversations.change(gone, SPLIT, fields, agent=agent, data={"from": into})
    _retell(tx, gone, facts)


def _left_behind(tx: Tx, into: int, gone: int, event: Event, agent: int | None) -> None:
    """The one that goes on without what was taken out of it."""
    state, facts = tx.conversations.state(into), Merges(tx).facts(into)
    after, before = decode(event.set), decode(event.was)
    brought = set(after.get("tags", ())) - set(before.get("tags", ()))
    fields = {
        "rev": state.rev + 1,
        "tags": tuple(tag for tag in state.tags if tag not in brought),
        **_counted(tx, into, state.status, state, facts),
    }
    tx.conversations.change(into, SPLIT, fields, agent=agent, data={"of": event.id, "from": gone})
    _retell(tx, into, facts)


def _counted(tx: Tx, conversation: int, status: str, state: State, facts: Facts) -> dict[str, Any]:
    clock = {"waiting_since": None, "due_at": None}
    if status == "open":
        clock = tx.conversations.clock(conversation, state)
    return {
        "messages": facts.messages,
        "failed": facts.failed,
        "created_at": facts.first_at or state.created_at,
        "last_message_at": facts.last_at or state.last_message_at,
        **clock,
    }


def _retell(tx: Tx, conversation: int, facts: Facts) -> None:
    """Subject and preview follow from the messages."""
    tx.conversations.set_preview({conversation: (facts.preview, facts.subject or None)})
