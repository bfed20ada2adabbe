"""Stored translations: of messages, and of the line by which a conversation stands in the queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.tables import Conversation, Message, MessageTranslation, PreviewTranslation, table
from csdesk.db.tx import Tx
from csdesk.domain.translation import Sentence, Translation

_MADE = table(MessageTranslation)
_LINE = table(PreviewTranslation)
_MSG = table(Message)
_CONV = table(Conversation)
NEWEST = 2000
"""Among so many of the newest messages is looked for what is not translated yet: a desk of a million messages is not
walked through after every round."""

_OF = select(_MADE).where(
    _MADE.c.message_id.in_(bindparam("ids", expanding=True)), _MADE.c.language == bindparam("language")
)
_LINES = select(_LINE.c.conversation_id, _LINE.c.preview, _LINE.c.text).where(
    _LINE.c.conversation_id.in_(bindparam("ids", expanding=True)), _LINE.c.language == bindparam("language")
)
_LAST = select(func.max(_MSG.c.id))
_WAITING = (
    select(_MSG.c.id, _MSG.c.language)
    .join(_CONV, _CONV.c.id == _MSG.c.conversation_id)
    .where(
        _MSG.c.id > bindparam("after"),
        _MSG.c.direction == "in",
        _MSG.c.language.in_(bindparam("sources", expanding=True)),
        _CONV.c.status.in_(("open", "snoozed")),
        ~exists(
            select(_MADE.c.message_id).where(
                _MADE.c.message_id == _MSG.c.id, _MADE.c.language.in_(bindparam("into", expanding=True))
            )
        ),
    )
    .order_by(_MSG.c.id.desc())
    .limit(bindparam("limit"))
)
_WRITTEN = (
    select(_MSG.c.language, func.count())
    .where(
        _MSG.c.id > bindparam("after"),
        _MSG.c.direction == "in",
        _MSG.c.automatic == "",
        _MSG.c.sent_at >= bindparam("since"),
    )
    .group_by(_MSG.c.language)
)
_SPOKEN = select(_MSG.c.language).where(_MSG.c.id > bindparam("after"), _MSG.c.direction == "in").distinct()
_NEWEST_OF = (
    select(_MSG.c.conversation_id, func.max(_MSG.c.id))
    .where(_MSG.c.conversation_id.in_(bindparam("ids", expanding=True)))
    .group_by(_MSG.c.conversation_id)
)


class Translations:
    """Reads and writes translations. Languages are codes of domain.translation."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def of(self, messages: Collection[int], language: str) -> dict[int, Translation]:
        """What is translated of these messages into a language, by message."""
        found: dict[int, Translation] = {}
        wanted = list(messages)
        for start in range(0, len(wanted), 500):
            asked = {"ids": wanted[start : start + 500], "language": language}
            for row in self.tx.rows(_OF, asked):
                sentences = tuple(unpacked(one) for one in row.sentences)
                found[row.message_id] = Translation(
                    row.source_language, row.language, sentences, row.engine, row.demo
                )
        return found

    def put(self, message: int, conversation: int, made: Translation) -> bool:
        """Keep a translation, with an event that tells the screens. False when there is one already; only that of a
        demonstration model gives way to a better one."""
        insert = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = insert(_MADE).values(
            message_id=message, language=made.target_language, source_language=made.source_language,
            engine=made.engine, demo=made.demo, sentences=[packed(one) for one in made.sentences],
            created_at=self.tx.now,
        )  # fmt: skip
        fresh = {name: row.excluded[name] for name in ("source_language", "engine", "demo", "sentences",
                                                       "created_at")}  # fmt: skip
        made_now = row.on_conflict_do_update(
            index_elements=["message_id", "language"], set_=fresh, where=_MADE.c.demo & ~row.excluded.demo
        ).returning(_MADE.c.message_id)
        changed = self.tx.conn.execute(made_now).first() is not None
        if changed:
            data = {"message": message, "language": made.target_language}
            self.tx.log.append("translated", conversation=conversation, data=data)
        return changed

    def put_line(self, conversation: int, language: str, preview: str, text: str) -> None:
        """The translation of a conversation's line in the queue, for as long as that is this preview."""
        insert = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = insert(_LINE).values(
            conversation_id=conversation, language=language, preview=preview, text=text
        )
        self.tx.run(
            row.on_conflict_do_update(
                index_elements=["conversation_id", "language"],
                set_={"preview": row.excluded.preview, "text": row.excluded.text},
            )
        )

    def lines(self, previews: Mapping[int, str], language: str) -> dict[int, str]:
        """The translated lines of these conversations whose preview is still the one that was translated."""
        ids = list(previews)
        found: dict[int, str] = {}
        for start in range(0, len(ids), 500):
            for conversation, preview, text in self.tx.rows(
                _LINES, {"ids": ids[start : start + 500], "language": language}
            ):
                if previews[conversation] == preview:
                    found[conversation] = text
        return found

    def spoken(self) -> set[str]:
        """The languages in which customers wrote of late."""
        return {row[0] for row in self.tx.rows(_SPOKEN, {"after": self._after()})}

    def written(self, since: datetime) -> dict[str, int]:
        """How many messages customers wrote in each language since an instant, among the newest ten times NEWEST."""
        asked = {"after": self._after(10 * NEWEST), "since": since}
        return {row[0]: row[1] for row in self.tx.rows(_WRITTEN, asked)}

    def waiting(self, sources: Collection[str], into: Collection[str], limit: int) -> list[tuple[int, str]]:
        """Messages of customers in these languages that are in none of `into` yet, of conversations that are worked
        on: (message, its language), the newest first."""
        asked = {"after": self._after(), "sources": sorted(sources), "into": list(into), "limit": limit}
        return [(row[0], row[1]) for row in self.tx.rows(_WAITING, asked)]

    def _after(self, newest: int = NEWEST) -> int:
        return int(self.tx.conn.execute(_LAST).scalar() or 0) - newest

    def newest_of(self, conversations: Sequence[int]) -> dict[int, int]:
        """The newest message of each of these conversations."""
        rows = self.tx.rows(_NEWEST_OF, {"ids": list(conversations)})
        return {row[0]: row[1] for row in rows}


def packed(one: Sentence) -> list[Any]:
    """A sentence as it is stored."""
    return [one.source, one.target, one.gap, one.origin, one.score, one.ways, list(one.flags), list(one.missing),
            list(one.added)]  # fmt: skip


def unpacked(stored: Sequence[Any]) -> Sentence:
    """A stored sentence."""
    source, target, gap, origin, score, ways, flags, missing, added = stored
    return Sentence(source, target, gap, origin, score, ways, tuple(flags), tuple(missing), tuple(added))
