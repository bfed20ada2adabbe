"""One act on many conversations: a transaction a batch, one line in the log for the whole, one undo for the whole.

The events of the conversations carry the word of their batch; the summary event `bulk` stands before them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from csdesk.domain.deeds import KINDS, Deed, Progress, changes, fields
from csdesk.domain.events import Event, decode, still_holds
from csdesk.errors import Refused, Usage
from csdesk.i18n import _, ngettext
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.services.context import Context
    from csdesk.store import Tx

BATCH = 500
"""Conversations in a transaction: short enough that nobody who writes a draft waits for it."""


class Bulk:
    """Acts on many conversations, for one acting agent."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def run(self, deed: Deed, conversations: Sequence[int]) -> Iterator[Progress]:
        """Do it batch by batch; each step of the iterator is one transaction, and whoever stops to ask for the next
        stops the work there. What is so already, and what was merged, is left as it is. Raises Usage for an act that
        makes no sense, NotFound before anything is changed in the batch of a conversation that is not there."""
        deed = checked(self.context, deed)
        ids = list(dict.fromkeys(conversations))
        word = secrets.token_hex(8) if len(ids) > 1 else ""
        changed = 0
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            with self.context.acting() as tx:
                changed += self._batch(tx, deed, part, word, 0 if changed else len(ids))
            yield Progress(start + len(part), changed, len(ids))

    def _batch(self, tx: Tx, deed: Deed, part: Sequence[int], word: str, begins: int) -> int:
        """One batch; `begins` is the number of all conversations as long as nothing of them was changed yet: the
        summary is written before the first event, and not at all when all was so already."""
        who = tx.accounts.agent(deed.agent).id if deed.kind == "assigned" and deed.agent is not None else None
        agent, data = self.context.agent.id, {"batch": word} if word else {}
        batch = tx.conversations.batch()
        batch.load(part)
        changed = 0
        for conversation in part:
            state = batch.states[conversation]
            if state.status == "merged":
                continue
            set_ = fields(deed, state, assignee=who)
            if deed.kind == "reopened" and state.status != "open":
                set_ |= tx.conversations.clock(conversation, state)
            if changes(state, set_):
                changed += 1
                batch.change(conversation, deed.kind, set_, agent=agent, data=data)
        if changed and begins and word:
            tx.log.append("bulk", agent=agent, data={"word": word, "kind": deed.kind, "count": begins})
        batch.flush()
        return changed


def checked(context: Context, deed: Deed) -> Deed:
    """The act with its words in order. Raises Usage."""
    if deed.kind not in KINDS:
        raise Usage(_("There is no act {kind!r}.").format(kind=deed.kind))
    if deed.kind == "snoozed" and (deed.until is None or deed.until <= context.clock.now()):
        raise Usage(_("That time is already past; name one in the future."))
    if deed.kind == "tagged":
        return Deed(deed.kind, add=tuple(map(tag_word, deed.add)), remove=tuple(map(tag_word, deed.remove)))
    return deed


def tag_word(name: str) -> str:
    """A tag as it is kept: one word in small letters. Raises Usage."""
    tag = clean_line(name, limit=40).lstrip("#+-").replace(" ", "-").lower()
    if not tag:
        raise Usage(_("A tag needs at least one letter."))
    return tag


def take_back(context: Context, act: Event) -> str:
    """Take back a whole bulk act, batch by batch; what somebody changed since stays. Raises Refused when nothing of it
    is as the act left it."""
    agent, word = context.agent.id, str(act.data["word"])
    after, back, stay = act.id, 0, 0
    while True:
        with context.acting() as tx:
            events = tx.log.batch(agent, word, after=after, limit=BATCH)
            done, other = _undo(tx, events, agent)
            back, stay = back + done, stay + other
            more = len(events) == BATCH
            if not more and back:
                tx.log.append("undone", agent=agent, data={"of": act.id, "kind": act.kind})
        if not more:
            break
        after = events[-1].id
    if not back:
        raise Refused(
            _("All of these conversations were changed since; take a look first."), code="changed_since"
        )
    said = ngettext("{n} conversation is as it was.", "{n} conversations are as they were.", back).format(
        n=back
    )
    if stay:
        left = ngettext("{n} was changed since and stays.", "{n} were changed since and stay.", stay)
        said += " " + left.format(n=stay)
    return said


def _undo(tx: Tx, events: Sequence[Event], agent: int) -> tuple[int, int]:
    batch = tx.conversations.batch()
    batch.load(event.conversation_id for event in events if event.conversation_id is not None)
    done = 0
    for event in events:
        conversation = event.conversation_id
        if conversation is not None and still_holds(event, batch.states[conversation]):
            done += 1
            data = {"of": event.id, "kind": event.kind, "batch": "undone"}
            batch.change(conversation, "undone", decode(event.was), agent=agent, data=data)
    batch.flush()
    return done, len(events) - done
