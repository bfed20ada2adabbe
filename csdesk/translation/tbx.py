"""Termbases as TBX: what is read is TBX-Basic in both its forms (ISO 30042:2008 and :2019), what is written the older
one, which every program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from csdesk.domain.memory import Term
from csdesk.domain.translated import base
from csdesk.text import clean, clean_line
from csdesk.translation.xmlfile import Collector, walk

_ENTRY = frozenset({"termEntry", "conceptEntry"})
_LANGUAGE = frozenset({"langSet", "langSec"})
_GROUP = frozenset({"tig", "ntig", "termSec"})
_FORBIDDEN = frozenset({"deprecatedTerm-admn-sts", "supersededTerm-admn-sts", "deprecated", "superseded"})
_WRITTEN = {"approved": "preferredTerm-admn-sts", "forbidden": "deprecatedTerm-admn-sts"}
_KEEP = "csdesk:keep"
"""Our own mark on an entry whose term stays as it is; other programs see a note."""


@dataclass(slots=True)
class _Entry:
    note: str = ""
    keep: bool = False
    terms: list[tuple[str, str, str]] = field(default_factory=list)
    """(language, term, status)"""


def read(path: Path, take: Callable[[Term], None], source: str = "", target: str = "") -> int:
    """Give every term of a file to `take`: for each entry the term of `source` (its first language without that) in
    every other language, or in `target`. Returns how many entries had no pair. Raises Refused."""
    reader = _Reader(take, source, target)
    walk(path, reader.start, reader.end, reader.text)
    return reader.skipped


class _Reader:
    """One walk through a file."""

    def __init__(self, take: Callable[[Term], None], source: str, target: str) -> None:
        self.take, self.source, self.target = take, source, target
        self.skipped = 0
        self._collector = Collector(frozenset({"term", "termNote", "note"}))
        self._entry: _Entry | None = None
        self._language = self._term = self._kind = ""
        self._status = "approved"

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._collector.start(name)
        if name in _ENTRY:
            self._entry, self._language = _Entry(), ""
        elif name in _LANGUAGE:
            self._language = base(attributes.get("lang", ""))
        elif name in _GROUP:
            self._term, self._status = "", "approved"
        elif name == "termNote":
            self._kind = attributes.get("type", "")

    def text(self, said: str) -> None:
        self._collector.text(said)

    def end(self, name: str) -> None:
        said, entry = self._collector.end(name), self._entry
        if entry is None:
            return
        if said is not None:
            self._told(entry, name, said)
        if name in _GROUP and self._term and self._language:
            entry.terms.append((self._language, self._term, self._status))
        elif name in _ENTRY:
            self._give(entry)
            self._entry = None

    def _told(self, entry: _Entry, name: str, said: str) -> None:
        if name == "term":
            self._term = clean_line(said, limit=200)
        elif name == "note":
            entry.keep = entry.keep or said.strip() == _KEEP
            entry.note = entry.note or ("" if said.strip() == _KEEP else clean_line(said, limit=500))
        elif self._kind == "administrativeStatus" and said.strip() in _FORBIDDEN:
            self._status = "forbidden"

    def _give(self, entry: _Entry) -> None:
        languages = [code for code, _term, _status in entry.terms]
        own = self.source or (languages[0] if languages else "")
        sources = [term for code, term, status in entry.terms if code == own and status == "approved"]
        if entry.keep:
            for term in sources:
                every = next((code for code in languages if code != own), "")
                self.take(Term("" if not every else own, every, term, "", "keep", entry.note))
            self.skipped += not sources
            return
        given = False
        for code, translation, status in entry.terms:
            if code == own or (self.target and code != self.target):
                continue
            for term in sources:
                given = True
                self.take(Term(own, code, term, translation, status, entry.note))
        self.skipped += not given


def write(out: TextIO, terms: Iterable[Term]) -> int:
    """Write terms; returns how many entries were made. A term that is kept in every language is written in 'en'."""
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<martif type="TBX-Basic" xml:lang="en">\n<martifHeader><fileDesc>'
        "<sourceDesc><p>csdesk</p></sourceDesc></fileDesc></martifHeader>\n<text><body>\n"
    )
    count = 0
    for count, one in enumerate(terms, 1):
        keep = one.status == "keep"
        notes = f"<note>{escape(clean_line(one.note))}</note>" if one.note else ""
        notes += f"<note>{_KEEP}</note>" if keep else ""
        out.write(f'<termEntry id="c{count}">{notes}{_group(one.source_language or "en", one.term, "")}')
        if not keep or one.target_language:
            out.write(_group(one.target_language, one.translation or one.term, _WRITTEN.get(one.status, "")))
        out.write("</termEntry>\n")
    out.write("</body></text>\n</martif>\n")
    return count


def _group(language: str, term: str, status: str) -> str:
    note = f'<termNote type="administrativeStatus">{status}</termNote>' if status else ""
    return f"<langSet xml:lang={quoteattr(language)}><tig><term>{escape(clean(term))}</term>{note}</tig></langSet>"
