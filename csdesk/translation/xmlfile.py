"""XML from outside, element by element: no document type's own rules, no entities, nothing fetched, no depth without
end. Knows no format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.parsers import expat

from csdesk.errors import Refused
from csdesk.i18n import _

MOST_BYTES = 512 << 20
DEEPEST = 64
LONGEST_TEXT = 100_000
"""Characters of one text that are kept."""

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class _Hostile(Exception):
    """Why a file is not read on."""


def walk(path: Path, start: Start, end: End, text: Text) -> None:
    """Tell of every element (names and attributes without their namespaces) and of the text between. Raises Refused
    with a sentence that names the line."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    depth = 0

    def opened(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _Hostile(_("its elements lie too deep in each other"))
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    def doctype(_name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise _Hostile(_("it brings rules of its own for its document type"))

    def entity(*_what: object) -> None:
        raise _Hostile(_("it declares entities"))

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = doctype, entity
    parser.ExternalEntityRefHandler = lambda *_what: 0
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _Hostile(_("it has more than {n} MB").format(n=MOST_BYTES >> 20))
        with path.open("rb") as file:
            while chunk := file.read(1 << 16):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except OSError as error:
        words = _("{path} cannot be read: {reason}.")
        raise Refused(words.format(path=path, reason=error.strerror or error), code="file") from error
    except (_Hostile, expat.ExpatError, ValueError) as error:
        reason = str(error) if isinstance(error, _Hostile) else _("it is no well-formed XML")
        words = _("{path} is not read, line {line}: {reason}.")
        said = words.format(path=path, line=parser.CurrentLineNumber, reason=reason)
        raise Refused(said, code="xml") from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class Collector:
    """Puts together the text of the elements that are asked for, without what stands in those to be left out."""

    def __init__(self, wanted: frozenset[str], left_out: frozenset[str] = frozenset()) -> None:
        self.wanted, self.left_out = wanted, left_out
        self._parts: list[str] | None = None
        self._length = self._hidden = 0

    def start(self, name: str) -> None:
        """An element begins."""
        if name in self.wanted:
            self._parts, self._length, self._hidden = [], 0, 0
        elif name in self.left_out:
            self._hidden += 1

    def text(self, said: str) -> None:
        """Text between."""
        if self._parts is not None and not self._hidden and self._length < LONGEST_TEXT:
            self._parts.append(said[: LONGEST_TEXT - self._length])
            self._length += len(said)

    def end(self, name: str) -> str | None:
        """An element ends; its text when it was one of those that are wanted."""
        if name in self.left_out:
            self._hidden = max(self._hidden - 1, 0)
        if name not in self.wanted or self._parts is None:
            return None
        said, self._parts = "".join(self._parts), None
        return said
