"""How far each agent has read, and the windows of long conversations."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, func, literal, select, text

from csdesk.db.rows import EPOCH
from csdesk.db.tables import Message, Note, Outbox, Seen, table
from csdesk.db.tx import Tx
from csdesk.domain.reading import Key, Mark

_SEEN = table(Seen)
_MSG = table(Message)
_NOTE = table(Note)
_OUT = table(Outbox)
_MARK = select(_SEEN.c.message_id, _SEEN.c.note_id).where(
    _SEEN.c.conversation_id == bindparam("conversation"), _SEEN.c.agent_id == bindparam("agent")
)
# One agent may have the desk open twice; the mark that is further stays.
_PUT = text(
    "INSERT INTO seen (conversation_id, agent_id, message_id, note_id) "
    "VALUES (:conversation, :agent, :message, :note) ON CONFLICT (conversation_id, agent_id) DO UPDATE SET "
    "message_id = CASE WHEN excluded.message_id > seen.message_id THEN excluded.message_id ELSE seen.message_id END, "
    "note_id = CASE WHEN excluded.note_id > seen.note_id THEN excluded.note_id ELSE seen.note_id END"
)
_SAID = select(_MSG.c.sent_at, _MSG.c.id).where(_MSG.c.conversation_id == bindparam("conversation"))
_NOTED = select(_NOTE.c.created_at, _NOTE.c.id).where(_NOTE.c.conversation_id == bindparam("conversation"))
_CANCELLED = select(_OUT.c.message_id).where(
    _OUT.c.conversation_id == bindparam("conversation"), _OUT.c.state == literal("cancelled")
)
_TEXTS = tuple(
    select(each.c.id, each.c.text).where(each.c.id.in_(bindparam("ids", expanding=True)))
    for each in (_MSG, _NOTE)
)
_NEWEST = tuple(
    select(func.max(each.c.id)).where(each.c.conversation_id == bindparam("conversation"))
    for each in (_MSG, _NOTE)
)


class SeenMarks:
    """Queries about reading."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def mark(self, conversation: int, agent: int) -> Mark | None:
        """How far the agent has read, None where it was never opened."""
        row = self.tx.one(_MARK, {"conversation": conversation, "agent": agent})
        return None if row is None else Mark(row[0], row[1])

    def put(self, conversation: int, agent: int, mark: Mark) -> None:
        """The agent has read so far. A mark never goes back."""
        self.tx.run(
            _PUT, {"conversation": conversation, "agent": agent, "message": mark.message, "note": mark.note}
        )

    def newest(self, conversation: int) -> Mark:
        """The mark of somebody who has read everything."""
        found = [self.tx.conn.execute(query, {"conversation": conversation}).scalar() for query in _NEWEST]
        return Mark(found[0] or 0, found[1] or 0)

    def keys(self, conversation: int) -> list[Key]:
        """All entries of a conversation, oldest first, in the order of entries(); nothing of their texts is read."""
        params = {"conversation": conversation}
        gone = {row[0] for row in self.tx.rows(_CANCELLED, params)}
        found = [((row[0] or EPOCH, row[1]), "message") for row in self.tx.rows(_SAID, params)]
        found += [((row[0] or EPOCH, row[1]), "note") for row in self.tx.rows(_NOTED, params)]
        found.sort(key=lambda one: one[0])
        return [(kind, at[1]) for at, kind in found if kind == "note" or at[1] not in gone]

    def texts(self, conversation: int) -> Iterator[tuple[Key, str]]:
        """What every entry says, oldest first, a few hundred at a time: a long conversation is many megabytes."""
        keys = self.keys(conversation)
        for start in range(0, len(keys), 200):
            part = keys[start : start + 200]
            found: dict[Key, str] = {}
            for kind, query in (("message", _TEXTS[0]), ("note", _TEXTS[1])):
                ids = [id for each, id in part if each == kind]
                if ids:
                    found |= {(kind, row[0]): row[1] for row in self.tx.rows(query, {"ids": ids})}
            yield from ((key, found[key]) for key in part if key in found)
