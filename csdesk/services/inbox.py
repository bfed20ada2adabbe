"""What an agent does with conversations: look, claim, snooze, close, tag, merge, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from csdesk.domain.conversation import QueuePage, QueueRow, Thread, Today
from csdesk.domain.events import UNDOABLE, Event, State, decode, still_holds
from csdesk.domain.views import DEFAULT_VIEW
from csdesk.errors import Conflict, Refused, Usage
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.services.files import save_as
from csdesk.store import Tx
from csdesk.text import clean_line

FILTER_LIMIT = 500


class Inbox:
    """The queue and its conversations, for one acting agent."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def page(
        self,
        view: str = DEFAULT_VIEW,
        *,
        after: tuple[int, int] | None = None,
        limit: int = 100,
        text: str = "",
    ) -> QueuePage:
        """Rows of a view behind the key `after`; with `text` only those in which these words occur (among the
        newest 500 messages that hold them). Raises Usage for an unknown view."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            among = _matching(tx, text) if text.strip() else None
            return tx.inbox.page(view, agent, after=after, limit=limit, among=among)

    def row(self, conversation: int) -> QueueRow:
        """One row. Raises NotFound."""
        with self.store.read() as tx:
            return tx.inbox.row(conversation)

    def counts(self) -> dict[str, int]:
        """How many conversations each view holds, with 'burning' and 'soon'."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            return tx.inbox.counts(agent)

    def today(self, since: datetime) -> Today:
        """What the acting agent did since an instant (aware), among the last thousand acts, and who wakes next."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            events = tx.log.by_agent(agent, frozenset({"queued", "closed"}), limit=1000)
            asleep = tx.inbox.page("snoozed", agent, after=None, limit=1).rows
        done = {kind: {e.conversation_id for e in events if e.kind == kind and e.at >= since}
                for kind in ("queued", "closed")}  # fmt: skip
        wake = asleep[0].snoozed_until if asleep else None
        return Today(len(done["queued"]), len(done["closed"]), wake)

    def thread(self, conversation: int) -> Thread:
        """A conversation whole. Does not mark it read. Raises NotFound."""
        with self.store.read() as tx:
            return tx.inbox.thread(conversation)

    def mark_read(self, conversation: int) -> None:
        """Somebody looked at it."""
        self._set(conversation, "read", {"unread": False})

    def mark_unread(self, conversation: int) -> None:
        """Show it as new again."""
        self._set(conversation, "unread", {"unread": True})

    def assign(self, conversation: int, agent: str | None, *, if_unassigned: bool = False) -> None:
        """Give it to an agent, or to nobody (None). With `if_unassigned` Conflict when somebody was faster."""
        with self.context.acting() as tx:
            who = tx.accounts.agent(agent) if agent is not None else None
            state = tx.conversations.state(conversation)
            if (
                if_unassigned
                and state.assignee_id is not None
                and (who is None or state.assignee_id != who.id)
            ):
                holder = next((a.name for a in tx.accounts.agents() if a.id == state.assignee_id), "?")
                raise Conflict(
                    _("Conversation {id} was already taken by {name}.").format(id=conversation, name=holder),
                    code="assigned",
                )
            self._change(tx, conversation, state, "assigned", {"assignee_id": who.id if who else None})

    def snooze(self, conversation: int, until: datetime) -> None:
        """Put it away until an instant (aware). Raises Usage when that is past."""
        if until <= self.context.clock.now():
            raise Usage(_("That time is already past; name one in the future."))
        self._set(conversation, "snoozed", {"status": "snoozed", "snoozed_until": until})

    def close(self, conversation: int) -> None:
        """Nothing is left to do. The clock stops."""
        fields = {
            "status": "closed",
            "snoozed_until": None,
            "waiting_since": None,
            "due_at": None,
            "unread": False,
        }
        self._set(conversation, "closed", fields)

    def reopen(self, conversation: int) -> None:
        """Back into the queue; the clock runs again if the last word was the customer's."""
        with self.context.acting() as tx:
            state = tx.conversations.state(conversation)
            fields = {"status": "open", "snoozed_until": None, **tx.conversations.clock(conversation, state)}
            self._change(tx, conversation, state, "reopened", fields)

    def spam(self, conversation: int) -> None:
        """Out of sight, with all that still comes in it."""
        fields = {
            "status": "spam",
            "snoozed_until": None,
            "waiting_since": None,
            "due_at": None,
            "unread": False,
        }
        self._set(conversation, "spammed", fields)

    def tag(
        self, conversation: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Add and remove tags; returns those it has now. Raises Usage for a tag that is no word."""
        fresh = [_tag(name) for name in add]
        gone = {_tag(name) for name in remove}
        with self.context.acting() as tx:
            state = tx.conversations.state(conversation)
            tags = tuple(dict.fromkeys([*(t for t in state.tags if t not in gone), *fresh]))
            self._change(tx, conversation, state, "tagged", {"tags": tags})
            return tags

    def merge(self, conversation: int, into: int) -> None:
        """Move all that was said into another conversation of the same account; this one becomes a signpost."""
        with self.context.acting() as tx:
            into = tx.conversations.root(into)
            state, target = tx.conversations.state(conversation), tx.conversations.state(into)
            if into == conversation or state.status == "merged":
                raise Refused(
                    _("Conversation {id} is already part of {into}.").format(id=conversation, into=into)
                )
            if state.account_id != target.account_id:
                raise Refused(_("Only conversations of one account can be merged."))
            for group in (tx.messages, tx.drafts, tx.outbox, tx.orders):
                group.move(conversation, into)
            gone = {
                "status": "merged",
                "merged_into": into,
                "messages": 0,
                "failed": 0,
                "waiting_since": None,
                "due_at": None,
                "unread": False,
            }
            tx.conversations.change(
                conversation, "merged_away", gone, agent=self.context.agent.id, data={"into": into}
            )
            since = min(filter(None, (state.waiting_since, target.waiting_since)), default=None)
            fields: dict[str, Any] = {
                "messages": target.messages + state.messages,
                "rev": target.rev + state.rev,
                "failed": target.failed + state.failed,
                "last_message_at": max(target.last_message_at, state.last_message_at),
                "waiting_since": since,
                "due_at": min(filter(None, (state.due_at, target.due_at)), default=None),
                "unread": target.unread or state.unread,
                "tags": tuple(dict.fromkeys([*target.tags, *state.tags])),
                "status": "open" if since else target.status,
            }
            tx.conversations.change(
                into, "merged_in", fields, agent=self.context.agent.id, data={"from": conversation}
            )

    def undo(self) -> str:
        """Take back the acting agent's last act on a conversation. Raises Refused when there is nothing to
        take back or when somebody changed the same since."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            event = _last_undoable(tx.log.by_agent(agent, UNDOABLE | {"undone"}))
            if event is None or event.conversation_id is None:
                raise Refused(_("There is nothing of yours to take back."), code="nothing_to_undo")
            state = tx.conversations.state(event.conversation_id)
            if not still_holds(event, state):
                raise Refused(
                    _("Conversation {id} was changed since; take a look first.").format(
                        id=event.conversation_id
                    ),
                    code="changed_since",
                )
            data = {"of": event.id, "kind": event.kind}
            tx.conversations.change(
                event.conversation_id, "undone", decode(event.was), agent=agent, data=data
            )
        return _undone(event)

    def wake(self) -> int:
        """Bring back snoozed conversations whose time has come; returns how many."""
        with self.store.read() as tx:
            due = tx.inbox.sleeping()
        if not due:
            return 0
        with self.store.write() as tx:
            for conversation in tx.inbox.sleeping():
                state = tx.conversations.state(conversation)
                if state.status != "snoozed":
                    continue  # another process woke it while this one waited for the row
                fields = {
                    "status": "open",
                    "snoozed_until": None,
                    "unread": True,
                    **tx.conversations.clock(conversation, state),
                }
                tx.conversations.change(conversation, "woken", fields, agent=None)
        return len(due)

    def save_attachment(self, attachment: int, folder: Path) -> Path:
        """Write an attachment into a folder and return its path; never overwrites. Raises NotFound, Refused."""
        with self.store.read() as tx:
            file = tx.messages.attachment(attachment)
            data = tx.blobs.get(file.hash)
        return save_as(folder, file.name, data)

    def save_original(self, message: int, folder: Path) -> Path:
        """Write a message's bytes, exactly as they came or left, into a folder as an .eml file and return its path;
        never overwrites. Raises NotFound, Refused."""
        with self.store.read() as tx:
            data = tx.blobs.get(tx.messages.raw_hash(message))
        return save_as(folder, f"message-{message}.eml", data)

    def _set(self, conversation: int, kind: str, fields: dict[str, Any]) -> None:
        with self.context.acting() as tx:
            self._change(tx, conversation, tx.conversations.state(conversation), kind, fields)

    def _change(self, tx: Tx, conversation: int, state: State, kind: str, fields: dict[str, Any]) -> None:
        """One act of the agent; an act that changes nothing leaves no line in the log."""
        if state.status == "merged":
            raise Refused(
                _("Conversation {id} was merged into {into}; go on there.").format(
                    id=conversation, into=state.merged_into
                ),
                code="merged",
            )
        if any(getattr(state, name) != value for name, value in fields.items()):
            tx.conversations.change(conversation, kind, fields, agent=self.context.agent.id)


def _matching(tx: Tx, text: str) -> list[int]:
    """Conversations in which the words occur, by messages and by order number."""
    ids = tx.search.find(text, FILTER_LIMIT)
    return list(dict.fromkeys(row.conversation_id for row in tx.messages.found(ids)))


def _tag(name: str) -> str:
    tag = clean_line(name, limit=40).lstrip("#+-").replace(" ", "-").lower()
    if not tag:
        raise Usage(_("A tag needs at least one letter."))
    return tag


def _last_undoable(events: Sequence[Event]) -> Event | None:
    """The newest act that was not taken back already; events come newest first."""
    undone = {event.data.get("of") for event in events if event.kind == "undone"}
    return next((e for e in events if e.kind in UNDOABLE and e.id not in undone), None)


def _undone(event: Event) -> str:
    words = {
        "assigned": _("Assignment of conversation {id} taken back."),
        "snoozed": _("Conversation {id} is no longer snoozed."),
        "closed": _("Conversation {id} is open again."),
        "reopened": _("Conversation {id} is as it was before it was reopened."),
        "spammed": _("Conversation {id} is no longer spam."),
        "tagged": _("Tags of conversation {id} are as they were."),
        "unread": _("Conversation {id} is read again."),
    }
    return words[event.kind].format(id=event.conversation_id)
