"""What was translated before, and the words of the trade: files in and out, and what is offered for a sentence."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from csdesk.domain.memory import LONGEST, STATUSES, Match, Remembered, Term, matches
from csdesk.domain.translated import base
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.orders.csvfile import CsvFile, Row, lacking
from csdesk.services.context import Context
from csdesk.text import clean
from csdesk.translation import tbx, tmx

AT_ONCE = 500
COLUMNS = ("source_language", "target_language", "term", "translation", "status", "note")


@dataclass(slots=True)
class Taken:
    """What became of a file: rows kept, rows that were known just so, and what was left out, as (line, why) where a
    line can be named."""

    kept: int = 0
    known: int = 0
    skipped: int = 0
    reasons: tuple[tuple[int, str], ...] = ()


class Memory:
    """The translation memory, for one acting agent."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def suggest(self, text: str, source: str, target: str, limit: int = 5) -> tuple[Match, ...]:
        """What somebody made of this sentence or of one like it, the likest first. Only to be shown: nothing that is
        not the same sentence is ever put in place by itself."""
        with self.store.read() as tx:
            same = tx.memory.same([text], base(source), base(target)).values()
            near = tx.memory.near(text, base(source), base(target))
        return matches(text, [*same, *(one for one in near if one not in same)], limit)

    def remember(self, source_text: str, target_text: str, source: str, target: str) -> bool:
        """Keep a sentence as the acting agent translated it. False when it was known just so, or says nothing."""
        pair = (clean(source_text).strip(), clean(target_text).strip())
        if not all(pair) or max(map(len, pair)) > LONGEST:
            return False
        agent = self.context.agent
        with self.store.write() as tx:
            return tx.memory.put(Remembered(base(source), base(target), *pair, agent.name), agent.id)

    def pairs(self) -> list[tuple[str, str, int]]:
        """The pairs of languages and how many sentences each has."""
        with self.store.read() as tx:
            return tx.memory.pairs()

    def import_file(self, path: Path) -> Taken:
        """Take a TMX file in; a sentence that is there already is replaced. Raises Refused; then nothing is taken."""
        found: list[Remembered] = []
        taken = Taken(skipped=tmx.read(path, found.append))
        agent = self.context.agent
        for start in range(0, len(found), AT_ONCE):
            part = found[start : start + AT_ONCE]
            with self.store.write() as tx:
                kept = tx.memory.put_all(part)
            taken.kept += kept
            taken.known += len(part) - kept
        with self.store.write() as tx:
            tx.log.append("memory_imported", agent=agent.id, data={"kept": taken.kept})
        return taken

    def export_file(self, path: Path, source: str = "", target: str = "") -> int:
        """Write the memory, or that of a pair, as a new TMX file, 0600; returns how many sentences. Raises Refused."""

        def write(out: TextIO) -> int:
            with self.store.read() as tx:
                return tmx.write(out, tx.memory.all(base(source), base(target)))

        return written(path, write)


class Glossary:
    """The words of the trade, for one acting agent."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def list(self, source: str = "", target: str = "") -> tuple[Term, ...]:
        """All terms, or those that hold for a pair."""
        with self.store.read() as tx:
            return tx.terms.all(base(source), base(target))

    def remove(self, term: str, source: str = "", target: str = "") -> int:
        """Forget a term, in one pair where that is given; returns how many rows it had."""
        agent = self.context.agent
        with self.store.write() as tx:
            gone = tx.terms.remove(term, base(source), base(target))
            if gone:
                tx.log.append("glossary_changed", agent=agent.id, data={"removed": term})
        return gone

    def import_file(self, path: Path, source: str = "", target: str = "") -> Taken:
        """Take a CSV or TBX file in. `source` and `target` are the pair of rows that name none. Raises Refused, Usage;
        then nothing is taken."""
        found: list[Term] = []
        reasons: list[tuple[int, str]] = []
        skipped = 0
        kind = path.suffix.lower()
        if kind == ".tbx":
            skipped = tbx.read(path, found.append, base(source), base(target))
        elif kind in (".csv", ".tsv", ".txt"):
            _read_csv(path, base(source), base(target), found, reasons)
        else:
            raise Usage(_("A glossary is a .csv or a .tbx file, not {path}.").format(path=path))
        unique = {(one.source_language, one.target_language, one.term, one.translation): one for one in found}
        agent = self.context.agent
        with self.store.write() as tx:
            known = set(tx.terms.all())
            fresh = [one for one in unique.values() if one not in known]
            tx.terms.put(fresh)
            tx.log.append("glossary_changed", agent=agent.id, data={"kept": len(fresh)})
        return Taken(len(fresh), len(found) - len(fresh), skipped + len(reasons), tuple(reasons))

    def export_file(self, path: Path, source: str = "", target: str = "") -> int:
        """Write the terms, or those of a pair, as a new file, 0600, CSV (with a byte order mark, for spreadsheets) or
        TBX by its name; returns how many. Raises Refused, Usage."""
        terms = self.list(source, target)
        kind = path.suffix.lower()
        if kind == ".tbx":
            return written(path, lambda out: tbx.write(out, terms))
        if kind == ".csv":
            return written(path, lambda out: _write_csv(out, terms))
        raise Usage(_("A glossary is a .csv or a .tbx file, not {path}.").format(path=path))


def _read_csv(
    path: Path, source: str, target: str, found: list[Term], reasons: list[tuple[int, str]]
) -> None:
    file = CsvFile(path)
    if missing := lacking(file, ("term",)):
        words = _("{path} lacks columns of a glossary: {columns}.")
        raise Refused(words.format(path=path, columns=", ".join(missing)), code="columns")
    for row in file.rows():
        term = _term(row, source, target)
        if isinstance(term, str):
            reasons.append((row.line, term))
        else:
            found.append(term)


def _term(row: Row, source: str, target: str) -> Term | str:
    """A row as a term, or why it is none. What a spreadsheet must not take for a formula was written with a quote."""
    word, other = (_unquoted(row.text(name, 200)) for name in ("term", "translation"))
    status = row.text("status").lower() or ("approved" if other else "keep")
    one = base(row.text("source_language")) or source
    two = base(row.text("target_language")) or target
    if status not in STATUSES:
        return _("{status} is none of {all}").format(status=status, all=", ".join(STATUSES))
    if not word:
        return _("it has no term")
    if status == "keep":
        return Term(one, two, word, "", status, row.text("note", 500))
    if not one or not two:
        return _("its languages are not named; say --from and --to")
    if not other:
        return _("it has no translation")
    return Term(one, two, word, other, status, row.text("note", 500))


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def _cell(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value


def _write_csv(out: TextIO, terms: tuple[Term, ...]) -> int:
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in terms:
        writer.writerow([_cell(clean(getattr(one, name))) for name in COLUMNS])
    return len(terms)


def written(path: Path, write: Callable[[TextIO], int]) -> int:
    """Write a new file, whole or not at all, 0600; returns what `write` does. Raises Refused when it is there or
    cannot be written."""
    if path.exists():
        raise Refused(_("{path} is there already; name another file.").format(path=path), code="exists")
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            count = write(out)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        words = _("{path} could not be written: {reason}.")
        said = words.format(path=path, reason=error.strerror or error)
        raise Refused(said, code="not_saved") from error
    return count
