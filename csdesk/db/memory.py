"""What people translated before, and the words of the trade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from csdesk.db.tables import Agent, Memory, MemoryKey, Term, table
from csdesk.db.tx import Tx
from csdesk.domain import memory as domain

_MEM = table(Memory)
_KEY = table(MemoryKey)
_TERM = table(Term)
_AGENT = table(Agent)
NEAREST = 40
"""Sentences that are compared letter by letter at most, those that share most keys first."""

_ALONE = 7203121
"""Who writes into the memory does so alone: what is new is found out before it is written."""

_COLUMNS = (
    _MEM.c.source_language,
    _MEM.c.target_language,
    _MEM.c.source,
    _MEM.c.target,
    func.coalesce(_AGENT.c.name, ""),
    _MEM.c.uses,
    _MEM.c.id,
)
"""In the order of domain.memory.Remembered's fields, but for the hash."""
_ALL = select(*_COLUMNS).select_from(_MEM.outerjoin(_AGENT, _AGENT.c.id == _MEM.c.agent_id))
_SAME = _ALL.add_columns(_MEM.c.hash).where(
    _MEM.c.source_language == bindparam("source"),
    _MEM.c.target_language == bindparam("target"),
    _MEM.c.hash.in_(bindparam("hashes", expanding=True)),
)
_SHARED = (
    select(_KEY.c.memory_id)
    .where(_KEY.c.pair == bindparam("pair"), _KEY.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(_KEY.c.memory_id)
    .order_by(func.count().desc(), _KEY.c.memory_id.desc())
    .limit(NEAREST)
)
_THESE = _ALL.where(_MEM.c.id.in_(bindparam("ids", expanding=True)))


class MemoryStore:
    """Reads and writes what is remembered."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def same(self, texts: Iterable[str], source: str, target: str) -> dict[str, domain.Remembered]:
        """What is remembered of exactly these sentences, by sentence."""
        by_hash: dict[str, list[str]] = {}
        for text in texts:
            by_hash.setdefault(domain.digest(text), []).append(text)
        found: dict[str, domain.Remembered] = {}
        hashes = list(by_hash)
        for start in range(0, len(hashes), 500):
            asked = {"source": source, "target": target, "hashes": hashes[start : start + 500]}
            for row in self.tx.rows(_SAME, asked):
                for text in by_hash[row[-1]]:
                    found[text] = domain.Remembered(*row[:-1])
        return found

    def near(self, text: str, source: str, target: str) -> list[domain.Remembered]:
        """Remembered sentences that may be like this one, whatever they really are."""
        asked = {"pair": f"{source}-{target}", "keys": list(domain.keys(text))}
        ids = [row[0] for row in self.tx.rows(_SHARED, asked)]
        return [domain.Remembered(*row) for row in self.tx.rows(_THESE, {"ids": ids})] if ids else []

    def used(self, ids: Sequence[int]) -> None:
        """These served once more."""
        if ids:
            self.tx.run(update(_MEM).where(_MEM.c.id.in_(list(ids))).values(uses=_MEM.c.uses + 1))

    def put(self, one: domain.Remembered, agent: int | None) -> bool:
        """Remember a sentence; what was said of it before gives way. False when it was known just so."""
        self.tx.alone(_ALONE)
        hash_ = domain.digest(one.source)
        before = self.same((one.source,), one.source_language, one.target_language).get(one.source)
        if before is not None and (before.source, before.target) == (one.source, one.target):
            return False
        insert = sqlite.insert if self.tx.sqlite else postgresql.insert
        row = insert(_MEM).values(
            source_language=one.source_language, target_language=one.target_language, hash=hash_,
            source=one.source, target=one.target, agent_id=agent, uses=one.uses, created_at=self.tx.now,
        )  # fmt: skip
        changed = {name: row.excluded[name] for name in ("source", "target", "agent_id", "created_at")}
        made = row.on_conflict_do_update(
            index_elements=["source_language", "target_language", "hash"], set_=changed
        )
        number = int(self.tx.conn.execute(made.returning(_MEM.c.id)).scalar_one())
        if before is None:
            pair = f"{one.source_language}-{one.target_language}"
            keys = [{"pair": pair, "key": key, "memory_id": number} for key in domain.keys(one.source)]
            self.tx.run(insert(_KEY).on_conflict_do_nothing(), keys)
        return True

    def put_all(self, found: Sequence[domain.Remembered]) -> int:
        """Remember many sentences that nobody here made; returns how many were not known just so. Of the same one
        twice the last holds."""
        self.tx.alone(_ALONE)
        pairs: dict[tuple[str, str], dict[str, domain.Remembered]] = {}
        for one in found:
            pairs.setdefault((one.source_language, one.target_language), {})[domain.digest(one.source)] = one
        kept = 0
        for (source, target), by_hash in pairs.items():
            before = self.same((one.source for one in by_hash.values()), source, target)
            kept += sum(self.put(one, None) for one in by_hash.values() if one.source in before)
            self._add(
                {hash_: one for hash_, one in by_hash.items() if one.source not in before},
                f"{source}-{target}",
            )
            kept += sum(one.source not in before for one in by_hash.values())
        return kept

    def _add(self, fresh: Mapping[str, domain.Remembered], pair: str) -> None:
        """Rows for sentences of a pair that are surely new."""
        numbers = self.tx.allocate(_MEM, len(fresh))
        rows = [
            {
                "id": number, "source_language": one.source_language, "target_language": one.target_language,
                "hash": hash_, "source": one.source, "target": one.target, "agent_id": None, "uses": one.uses,
                "created_at": self.tx.now,
            }
            for number, (hash_, one) in zip(numbers, fresh.items(), strict=True)
        ]  # fmt: skip
        keys = [
            {"pair": pair, "key": key, "memory_id": number}
            for number, one in zip(numbers, fresh.values(), strict=True)
            for key in domain.keys(one.source)
        ]
        if rows:
            self.tx.add_all(_MEM, rows)
            self.tx.add_all(_KEY, keys)

    def all(self, source: str = "", target: str = "") -> Iterator[domain.Remembered]:
        """All that is remembered, of one pair where that is given, by age."""
        last = 0
        query = _ALL.where(_MEM.c.id > bindparam("last"))
        if source:
            query = query.where(_MEM.c.source_language == source)
        if target:
            query = query.where(_MEM.c.target_language == target)
        query = query.order_by(_MEM.c.id).limit(1000)
        while rows := self.tx.rows(query, {"last": last}):
            yield from (domain.Remembered(*row) for row in rows)
            last = rows[-1][-1]

    def pairs(self) -> list[tuple[str, str, int]]:
        """The pairs of languages and how many sentences each has."""
        pair = (_MEM.c.source_language, _MEM.c.target_language)
        return [
            tuple(row) for row in self.tx.rows(select(*pair, func.count()).group_by(*pair).order_by(*pair))
        ]


class Terms:
    """Reads and writes the words of the trade."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def all(self, source: str = "", target: str = "") -> tuple[domain.Term, ...]:
        """All terms, or those that hold for a pair: its own and those of every pair."""
        query = select(
            _TERM.c.source_language, _TERM.c.target_language, _TERM.c.term, _TERM.c.translation, _TERM.c.status,
            _TERM.c.note,
        )  # fmt: skip
        if source:
            query = query.where(or_(_TERM.c.source_language == source, _TERM.c.source_language == ""))
        if target:
            query = query.where(or_(_TERM.c.target_language == target, _TERM.c.target_language == ""))
        order = (_TERM.c.source_language, _TERM.c.target_language, _TERM.c.term, _TERM.c.id)
        return tuple(domain.Term(*row) for row in self.tx.rows(query.order_by(*order)))

    def put(self, terms: Sequence[domain.Term]) -> None:
        """Keep these; the same term with the same translation is the same row."""
        insert = sqlite.insert if self.tx.sqlite else postgresql.insert
        for one in terms:
            row: Any = insert(_TERM).values(
                source_language=one.source_language, target_language=one.target_language, term=one.term,
                translation=one.translation, status=one.status, note=one.note,
            )  # fmt: skip
            self.tx.run(
                row.on_conflict_do_update(
                    index_elements=["source_language", "target_language", "term", "translation"],
                    set_={"status": row.excluded.status, "note": row.excluded.note},
                )
            )

    def remove(self, term: str, source: str = "", target: str = "") -> int:
        """Forget a term, of one pair where that is given; returns how many rows it had."""
        where = [_TERM.c.term == term]
        where += [_TERM.c.source_language == source] if source else []
        where += [_TERM.c.target_language == target] if target else []
        return self.tx.run(delete(_TERM).where(*where))
