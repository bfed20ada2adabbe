"""Reading a conversation: what of a long one is at hand, and how far the agent has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from csdesk.domain import reading
from csdesk.domain.conversation import Message
from csdesk.domain.find import count
from csdesk.domain.links import Link, links
from csdesk.domain.reading import WINDOW, Key, Mark, Opened
from csdesk.errors import NotFound
from csdesk.i18n import _
from csdesk.mail.fold import levels
from csdesk.services.context import Context
from csdesk.store import Tx
from csdesk.text import clean

MOST_READ, MOST_LINKS = 500, 300
TAIL = 8
"""The newest messages that are known whatever part is at hand."""


class Reading:
    """What an agent reads."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def open(self, conversation: int, *, start: int | None = None, around: Key | None = None) -> Opened:
        """A conversation, or of a long one the part from entry number `start` on, or the part around an entry;
        without either the part with the first entry that is new to the agent, or else the last one. Goes to the
        conversation it was merged into. Marks nothing. Raises NotFound."""
        agent = self.context.agent
        with self.store.read() as tx:
            conversation = tx.conversations.root(conversation)
            mark = tx.seen.mark(conversation, agent.id)
            keys = tx.seen.keys(conversation)
            if len(keys) <= WINDOW:
                return Opened(tx.inbox.thread(conversation), mark)
            if around is not None:
                if around not in keys:
                    raise NotFound(_("That message is not in this conversation any more."))
                start = keys.index(around) - WINDOW // 2
            fresh = None if start is not None else self._first_new(tx, keys, mark)
            first, end = reading.window(len(keys), start=start, first_new=fresh)
            thread = tx.inbox.thread(conversation, keys[first:end])
            last: tuple[Message, ...] = ()
            if end < len(keys):
                tail = [key for key in keys[-4 * TAIL :] if key[0] == "message"][-TAIL:]
                last = tuple(one for one in tx.messages.some(tail) if isinstance(one, Message))
        return Opened(replace(thread, earlier=first, later=len(keys) - end, last=last), mark)

    def _first_new(self, tx: Tx, keys: list[Key], mark: Mark | None) -> int | None:
        """The place of the first entry that is new to the agent."""
        if mark is None:
            return None
        fresh = [
            at for at, (kind, id) in enumerate(keys) if id > (mark.note if kind == "note" else mark.message)
        ]
        for start in range(0, len(fresh), 50):  # mostly the first is it: own words alone are passed over
            part = fresh[start : start + 50]
            found = {reading.key_of(one): one for one in tx.messages.some([keys[at] for at in part])}
            for at in part:
                one = found.get(keys[at])
                if one is not None and reading.is_new(one, mark, self.context.agent.name):
                    return at
        return None

    def looked(self, conversation: int, mark: Mark) -> None:
        """The agent has seen the conversation up to these; a mark never goes back. The conversation is read then.
        Raises NotFound."""
        with self.context.acting() as tx:
            state = tx.conversations.state(conversation)
            tx.seen.put(conversation, self.context.agent.id, mark)
            if state.unread:
                tx.conversations.change(conversation, "read", {"unread": False}, agent=self.context.agent.id)

    def levels(self, texts: Mapping[int, str]) -> dict[int, tuple[int, ...]]:
        """The quote level of each line of these texts, by the texts' keys."""
        return {key: levels(text) for key, text in texts.items()}

    def find(self, conversation: int, query: str) -> tuple[tuple[Key, int], ...]:
        """The entries in which the words occur, oldest first, with how often; quoted lines count. Case, accents, width
        and line breaks do not."""
        with self.store.read() as tx:
            return tuple(
                (key, found)
                for key, text in tx.seen.texts(conversation)
                if (found := count(clean(text), query))
            )

    def links(self, conversation: int) -> tuple[tuple[Key, Link], ...]:
        """The links of the newest messages first, each target once; at most MOST_LINKS. Those of notes too."""
        found: dict[str, tuple[Key, Link]] = {}
        with self.store.read() as tx:
            keys = list(reversed(tx.seen.keys(conversation)))[:MOST_READ]
            for entry in tx.messages.some(keys):
                for link in links(clean(entry.text)):
                    if len(found) < MOST_LINKS and (link.target not in found or link.problem):
                        found.setdefault(link.target, (reading.key_of(entry), link))
                        if link.problem and not found[link.target][1].problem:
                            found[link.target] = (reading.key_of(entry), link)
        return tuple(found.values())

    def newest(self, conversation: int) -> Mark:
        """The mark of somebody who has seen everything."""
        with self.store.read() as tx:
            return tx.seen.newest(conversation)
