"""Stored translations of what carriers say of parcels: by text and language, whatever parcel it was said of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.shop_tables import PhraseTranslation
from csdesk.db.tables import Conversation, Order, Shipment, table
from csdesk.db.translations import packed, unpacked
from csdesk.db.tx import Tx
from csdesk.domain.translation import Translation

_MADE = table(PhraseTranslation)
_SHIP = table(Shipment)
_ORD = table(Order)
_CONV = table(Conversation)
PARCELS = 300
"""Among so many parcels, the newest of customers who wait for something, is looked for what is not translated yet."""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one parcel, newest first; the places that were named with it; the conversations beside which it
    stands."""

    texts: tuple[str, ...]
    places: tuple[str, ...]
    talks: tuple[int, ...]


class Phrases:
    """Reads and writes translations of single texts."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def of(self, texts: Collection[str], language: str) -> dict[str, Translation]:
        """What is translated of these texts into a language, by text."""
        by_hash = {_hash(one): one for one in texts}
        wanted = list(by_hash)
        found: dict[str, Translation] = {}
        for start in range(0, len(wanted), 500):
            query = select(_MADE).where(
                _MADE.c.language == language, _MADE.c.hash.in_(wanted[start : start + 500])
            )
            for row in self.tx.rows(query):
                sentences = tuple(unpacked(one) for one in row.sentences)
                found[by_hash[row.hash]] = Translation(
                    row.source_language, row.language, sentences, row.engine, row.demo
                )
        return found

    def put(self, text: str, made: Translation) -> bool:
        """Keep a translation. False when there is one already; only that of a demonstration model gives way to a
        better one."""
        insert = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = insert(_MADE).values(
            language=made.target_language, hash=_hash(text), source=text, source_language=made.source_language,
            engine=made.engine, demo=made.demo, sentences=[packed(one) for one in made.sentences],
            created_at=self.tx.now,
        )  # fmt: skip
        fresh = {name: row.excluded[name] for name in ("source_language", "engine", "demo", "sentences",
                                                       "created_at")}  # fmt: skip
        query = row.on_conflict_do_update(
            index_elements=["language", "hash"], set_=fresh, where=_MADE.c.demo & ~row.excluded.demo
        ).returning(_MADE.c.hash)
        return self.tx.conn.execute(query).first() is not None

    def tell(self, conversations: Collection[int], language: str) -> None:
        """Let the screens that show these conversations know that more is translated."""
        data = {"language": language}
        rows = [
            self.tx.log.row("translated", conversation=one, agent=None, data=data)
            for one in sorted(conversations)
        ]
        if rows:
            self.tx.log.append_all(rows)

    def said(self) -> list[Told]:
        """What was said of parcels of customers whose conversations are not closed, the newest parcels first."""
        query = (
            select(_SHIP.c.id, _SHIP.c.events, _CONV.c.id)
            .join(_ORD, _ORD.c.id == _SHIP.c.order_id)
            .join(_CONV, _CONV.c.customer_id == _ORD.c.customer_id)
            .where(_CONV.c.status.in_(("open", "waiting", "snoozed")))
            .order_by(_SHIP.c.id.desc())
            .limit(PARCELS)
        )
        events: dict[int, Sequence[Sequence[Any]]] = {}
        talks: dict[int, list[int]] = {}
        for parcel, happened, talk in self.tx.rows(query):
            events[parcel] = happened
            talks.setdefault(parcel, []).append(talk)
        return [
            Told(_unlike(events[one], _TEXT), _unlike(events[one], _PLACE), tuple(talks[one]))
            for one in events
        ]


_TEXT, _PLACE = 2, 3
"""Where they stand in a stored event (see db.orders)."""


def _unlike(events: Sequence[Sequence[Any]], at: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one[at]) for one in events if one[at]))
