"""What an agent does with conversations: look, claim, snooze, close, tag, merge, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csdesk.domain.conversation import QueuePage, QueueRow, Thread, Today
from csdesk.domain.deeds import Deed, changes
from csdesk.domain.deeds import fields as fields_of
from csdesk.domain.events import UNDOABLE, Event, State, decode, still_holds
from csdesk.domain.filters import parse
from csdesk.domain.views import DEFAULT_VIEW
from csdesk.errors import Conflict, Refused
from csdesk.i18n import _
from csdesk.services import codes, customer_acts, merging
from csdesk.services.bulk import checked, take_back
from csdesk.services.context import Context
from csdesk.services.files import save_as
from csdesk.store import Tx

if TYPE_CHECKING:
    from csdesk.db.filtered import Filtered

FILTER_LIMIT = 500
FROM_LIMIT = 2000
LOOKED_AT = 200
"""Events that undo reads at a time, from the newest backwards."""


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
        """Rows of a view behind the key `after`; with `text`, a filter (csdesk.domain.filters), only those that it
        lets through, in its order. Words are looked for among the newest 500 messages that hold them. A page under a
        filter may be short and still have a next one. Raises Usage for an unknown view and for a filter that makes no
        sense."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            if not text.strip():
                return tx.inbox.page(view, agent, after=after, limit=limit)
            return self._filtered(tx, view, text).page(after=after, limit=limit)

    def ids(self, view: str = DEFAULT_VIEW, *, text: str = "") -> list[int]:
        """All conversations of a view, with `text` those that this filter lets through. Raises Usage."""
        agent = self.context.agent.id
        with self.store.read() as tx:
            if not text.strip():
                return tx.inbox.ids(view, agent)
            return self._filtered(tx, view, text).ids()

    def _filtered(self, tx: Tx, view: str, text: str) -> Filtered:
        wanted = parse(text, self.context.clock.now(), self.context.here)
        among = _matching(tx, wanted.words) if wanted.words else None
        if wanted.sender:
            theirs = _from(tx, wanted.sender)
            among = theirs if among is None else [one for one in among if one in set(theirs)]
        return tx.filtered(wanted.view or view, self.context.agent.id, wanted, among)

    def tags(self) -> list[str]:
        """The tags there are, by name, 200 at most."""
        with self.store.read() as tx:
            return tx.inbox.tags()

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
        self._do(conversation, Deed("read"))

    def mark_unread(self, conversation: int) -> None:
        """Show it as new again."""
        self._do(conversation, Deed("unread"))

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
        self._do(conversation, Deed("snoozed", until=until))

    def close(self, conversation: int) -> None:
        """Nothing is left to do. The clock stops."""
        self._do(conversation, Deed("closed"))

    def reopen(self, conversation: int) -> None:
        """Back into the queue; the clock runs again if the last word was the customer's."""
        self._do(conversation, Deed("reopened"))

    def spam(self, conversation: int) -> None:
        """Out of sight, with all that still comes in it."""
        self._do(conversation, Deed("spammed"))

    def tag(
        self, conversation: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Add and remove tags; returns those it has now. Raises Usage for a tag that is no word."""
        return self._do(conversation, Deed("tagged", add=tuple(add), remove=tuple(remove))).tags

    def set_language(self, conversation: int, language: str) -> str:
        """In which language the customer is answered: a code, or a name as people write it; '' lets the customer's
        words tell it again. Returns the code it has now. Raises Usage, NotFound, Refused for a merged one."""
        code = codes.language(language)
        with self.context.acting() as tx:
            state = tx.conversations.state(conversation)
            fields: dict[str, Any] = {"language": code, "language_chosen": bool(code)}
            if not code:
                asked = [
                    m for m in tx.messages.of_conversation(conversation) if m.direction == "in" and m.language
                ]
                fields["language"] = asked[-1].language if asked else ""
            return self._change(tx, conversation, state, "language", fields).language

    def merge(self, conversation: int, into: int) -> None:
        """Move all that was said into another conversation of the same account; this one becomes a signpost."""
        with self.context.acting() as tx:
            merging.merge(tx, conversation, into, agent=self.context.agent.id)

    def split(self, conversation: int) -> tuple[int, int]:
        """Take a merge back: that of this conversation into another one, or the last one into it. Returns (the one
        that is on its own again, where it was). Raises NotFound, Refused."""
        with self.context.acting() as tx:
            return merging.split(tx, conversation, agent=self.context.agent.id)

    def undo(self) -> str:
        """Take back the acting agent's last act, on one conversation or on many. Raises Refused when there is nothing
        to take back or when somebody changed the same since."""
        agent = self.context.agent.id
        with self.store.write() as tx:
            event = _last_undoable(tx, agent)
            if event is not None and event.customer_id is not None:
                return customer_acts.take_back(tx, event, agent)
            if event is None:
                raise Refused(_("There is nothing of yours to take back."), code="nothing_to_undo")
            if event.conversation_id is not None:
                state = tx.conversations.state(event.conversation_id)
                if not still_holds(event, state):
                    raise Refused(
                        _("Conversation {id} was changed since; take a look first.").format(
                            id=event.conversation_id
                        ),
                        code="changed_since",
                    )
                take_back_one(tx, event, agent)
                return undone_sentence(event)
        return take_back(self.context, event)

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

    def _do(self, conversation: int, deed: Deed) -> State:
        """One act on one conversation; returns its state after it."""
        deed = checked(self.context, deed)
        with self.context.acting() as tx:
            state = tx.conversations.state(conversation)
            set_ = fields_of(deed, state)
            if deed.kind == "reopened":
                set_ |= tx.conversations.clock(conversation, state)
            return self._change(tx, conversation, state, deed.kind, set_)

    def _change(self, tx: Tx, conversation: int, state: State, kind: str, set_: dict[str, Any]) -> State:
        """One act of the agent; an act that changes nothing leaves no line in the log."""
        if state.status == "merged":
            raise Refused(
                _("Conversation {id} was merged into {into}; go on there.").format(
                    id=conversation, into=state.merged_into
                ),
                code="merged",
            )
        if not changes(state, set_):
            return state
        return tx.conversations.change(conversation, kind, set_, agent=self.context.agent.id)


def _matching(tx: Tx, text: str) -> list[int]:
    """Conversations in which the words occur, in messages or in internal notes."""
    rows = [
        *tx.messages.found(tx.search.find(text, FILTER_LIMIT)),
        *tx.messages.found_notes(tx.search.find_notes(text, FILTER_LIMIT)),
    ]
    return list(dict.fromkeys(row.conversation_id for row in rows))


def _from(tx: Tx, who: str) -> list[int]:
    """Conversations in which somebody of this name or address wrote, among the newest messages that hold it."""
    folded = who.casefold()
    rows = tx.messages.found(tx.search.find(who, FROM_LIMIT))
    return list(
        dict.fromkeys(
            row.conversation_id
            for row in rows
            if folded in row.sender_name.casefold() or folded in row.sender_address.casefold()
        )
    )


def _last_undoable(tx: Tx, agent: int) -> Event | None:
    """The newest act that was not taken back already."""
    undone: set[Any] = set()
    before: int | None = None
    while True:
        events = tx.log.by_agent(agent, UNDOABLE | {"bulk", "undone"}, LOOKED_AT, before=before, whole=True)
        for event in events:
            if event.kind == "undone":
                undone.add(event.data.get("of"))
            elif event.id not in undone:
                return event
        if len(events) < LOOKED_AT:
            return None
        before = events[-1].id


def take_back_one(tx: Tx, event: Event, agent: int) -> None:
    """Take back one act on one conversation, which still holds."""
    conversation = event.conversation_id
    if conversation is None:
        return
    fields = decode(event.was)
    if event.kind == "merged_away":
        merging.split(tx, conversation, agent=agent)
        fields = {}
    data = {"of": event.id, "kind": event.kind}
    tx.conversations.change(conversation, "undone", fields, agent=agent, data=data)


def undone_sentence(event: Event) -> str:
    """What was taken back, in words."""
    words = {
        "assigned": _("Assignment of conversation {id} taken back."),
        "snoozed": _("Conversation {id} is no longer snoozed."),
        "closed": _("Conversation {id} is open again."),
        "reopened": _("Conversation {id} is as it was before it was reopened."),
        "spammed": _("Conversation {id} is no longer spam."),
        "tagged": _("Tags of conversation {id} are as they were."),
        "unread": _("Conversation {id} is read again."),
        "language": _("The language of conversation {id} is as it was."),
        "merged_away": _("Conversation {id} is on its own again."),
    }
    return words[event.kind].format(id=event.conversation_id)
