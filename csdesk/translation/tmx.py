"""Translation memories as TMX 1.4, the format that translation programs exchange (LISA, Translation Memory eXchange
1.4b). Codes of formatting inside a segment are left out, its words stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

import csdesk
from csdesk.domain.memory import LONGEST, Remembered
from csdesk.domain.translated import base
from csdesk.text import clean
from csdesk.translation.xmlfile import Collector, walk

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
"""What stands in these is formatting of another program."""


@dataclass(slots=True)
class _Unit:
    source: str
    variants: list[tuple[str, str]] = field(default_factory=list)


def read(path: Path, take: Callable[[Remembered], None]) -> int:
    """Give every pair of a file to `take`; returns how many units had none (one language, nothing said, too long).
    Raises Refused."""
    reader = _Reader(take)
    walk(path, reader.start, reader.end, reader.text)
    return reader.skipped


class _Reader:
    """One walk through a file."""

    def __init__(self, take: Callable[[Remembered], None]) -> None:
        self.take = take
        self.skipped = 0
        self._collector = Collector(frozenset({"seg"}), _CODES)
        self._default = self._language = ""
        self._unit: _Unit | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._collector.start(name)
        if name == "header":
            self._default = attributes.get("srclang", "")
        elif name == "tu":
            self._unit = _Unit(attributes.get("srclang", self._default))
        elif name == "tuv":
            self._language = attributes.get("lang", "")

    def text(self, said: str) -> None:
        self._collector.text(said)

    def end(self, name: str) -> None:
        said = self._collector.end(name)
        if said is not None and self._unit is not None:
            self._unit.variants.append((base(self._language), clean(said).strip()))
        if name == "tu" and self._unit is not None:
            self._give(self._unit)
            self._unit = None

    def _give(self, unit: _Unit) -> None:
        every = unit.source.lower() == "*all*"
        fit = [(code, said) for code, said in unit.variants if code and 0 < len(said) <= LONGEST]
        if not fit:
            self.skipped += 1
            return
        own = base(unit.source)
        sources = fit if every else [one for one in fit if one[0] == own][:1] or fit[:1]
        given = False
        for source, said in sources:
            for target, other in fit:
                if target != source:
                    given = True
                    self.take(Remembered(source, target, said, other))
        self.skipped += not given


def write(out: TextIO, units: Iterable[Remembered]) -> int:
    """Write a memory; returns how many units it has."""
    version = quoteattr(csdesk.__version__)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n')
    out.write(
        f'<header creationtool="csdesk" creationtoolversion={version} segtype="sentence" o-tmf="csdesk" '
        'adminlang="en" srclang="*all*" datatype="plaintext"/>\n<body>\n'
    )
    count = 0
    for one in units:
        count += 1
        maker = f" creationid={quoteattr(clean(one.agent))}" if one.agent else ""
        source = quoteattr(one.source_language)
        out.write(
            f'<tu srclang={source} usagecount="{one.uses}"{maker}>'
            f"<tuv xml:lang={source}><seg>{escape(clean(one.source))}</seg></tuv>"
            f"<tuv xml:lang={quoteattr(one.target_language)}><seg>{escape(clean(one.target))}</seg></tuv></tu>\n"
        )
    out.write("</body>\n</tmx>\n")
    return count
