"""Reading CSV as people really have it: any of four encodings, three separators, quoted newlines; row by row.

Knows nothing of orders.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO, TypeVar

from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.orders.fields import WrongCell
from csdesk.text import clean_line

T = TypeVar("T")

_CHUNK = 1 << 20
_HEADER_LIMIT = 100_000
OFTEN = 500
"""Rows between two looks of somebody who watches."""
_SEPARATORS = ",;\t"
_HIGH = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` is where it begins, from 1; `cells` its non-empty cells by column name in small
    letters, trimmed; `surplus` whether it has more cells than there are columns."""

    line: int
    cells: dict[str, str]
    surplus: bool = False

    def text(self, column: str, limit: int = 998) -> str:
        """A cell as clean text on one line; '' where it is empty or the file has no such column."""
        return clean_line(self.cells.get(column, ""), limit=limit)

    def read(self, column: str, how: Callable[[str], T], default: T | None = None) -> T:
        """A cell through one of the rules of fields.py; the default where it is empty.

        Raises WrongCell naming the column, also for an empty cell without a default.
        """
        value = self.cells.get(column, "")
        if not value:
            if default is None:
                raise WrongCell(_("column '{column}' is empty").format(column=column))
            return default
        try:
            return how(value)
        except WrongCell as error:
            raise WrongCell(_("column '{column}': {why}").format(column=column, why=error)) from error


class CsvFile:
    """A CSV file: its columns now, its rows when asked. Raises Refused when it cannot be read at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.encoding = encoding_of(path)
            with self._open() as stream:
                first = stream.readline(_HEADER_LIMIT)
        except OSError as error:
            sentence = _("{path} cannot be read: {reason}.")
            raise Refused(sentence.format(path=path, reason=error.strerror or error), code="file") from error
        if not first.strip():
            raise Refused(_("{path} has no line with column names.").format(path=path), code="columns")
        bare = re.sub('"[^"]*"', "", first)
        self.separator = max(_SEPARATORS, key=bare.count)
        header = next(self._records())[1]
        self.header, self.columns = column_names(path, header)

    @property
    def binary(self) -> bool:
        """Whether it holds what no text does, as an old .xls or a picture."""
        with self.path.open("rb") as stream:
            return not self.encoding.startswith("utf-16") and b"\0" in stream.read(4096)

    def rows(self) -> Iterator[Row]:
        """The records below the header; empty ones are left out. Raises Refused where the quoting breaks."""
        records = self._records()
        next(records)
        for line, record in records:
            cells = {n: c for n, cell in zip(self.header, record, strict=False) if n and (c := cell.strip())}
            surplus = any(cell.strip() for cell in record[len(self.header) :])
            if cells or surplus:
                yield Row(line, cells, surplus)

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors="replace", newline="")

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        line = 1
        with self._open() as stream:
            reader = csv.reader(stream, delimiter=self.separator, strict=True)
            while True:
                try:
                    record = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    sentence = _("{path}, line {line}: the quotes of a cell do not match ({detail}).")
                    detail = clean_line(str(error), limit=100)
                    said = sentence.format(path=self.path, line=line, detail=detail)
                    raise Refused(said, code="quotes") from error
                yield line, record
                line = reader.line_num + 1


class Table(Protocol):
    """What orders are read from: a CSV file, a sheet, or one of them under other column names."""

    path: Path
    header: list[str]
    columns: frozenset[str]

    def rows(self) -> Iterator[Row]:
        """The records below the header."""
        ...


class Watched:
    """A table whose reading is watched: `watch` is told the line now and then, and ends the reading by raising."""

    def __init__(self, table: Table, watch: Callable[[int], None]) -> None:
        self._table, self._watch = table, watch
        self.path, self.header, self.columns = table.path, table.header, table.columns

    def rows(self) -> Iterator[Row]:
        """The records."""
        for count, row in enumerate(self._table.rows()):
            if count % OFTEN == 0:
                self._watch(row.line)
            yield row


class Renamed:
    """A table some of whose columns are called otherwise: `names` maps ours to those of the file, or to '' where none
    is to be read."""

    def __init__(self, table: Table, names: Mapping[str, str]) -> None:
        self._table = table
        self.path = table.path
        theirs = {column: ours for ours, column in names.items() if column}
        # A column of the file that already has the name of a mapped one gives way to it.
        self.header = [theirs.get(name, "" if name in names else name) for name in table.header]
        self.columns = frozenset(name for name in self.header if name)
        self._places = dict(zip(table.header, self.header, strict=True))

    def rows(self) -> Iterator[Row]:
        """The records under our names."""
        for row in self._table.rows():
            cells = {self._places.get(name, ""): cell for name, cell in row.cells.items()}
            cells.pop("", None)
            yield Row(row.line, cells, row.surplus)


def column_names(path: Path, header: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Column names in small letters, and which there are. Raises Refused when one stands there twice."""
    names = [clean_line(name, limit=100).lower() for name in header]
    columns = frozenset(name for name in names if name)
    twice = sorted(name for name in columns if names.count(name) > 1)
    if twice:
        sentence = _("{path} has more than one column '{column}'.")
        raise Refused(sentence.format(path=path, column=twice[0]), code="columns")
    return names, columns


def lacking(file: Table, columns: Collection[str]) -> list[str]:
    """Which of these columns (in small letters) a file lacks."""
    return [name for name in columns if name not in file.columns]


def lines_of(path: Path) -> int:
    """About how many lines a file of text has. Raises OSError."""
    return sum(chunk.count(b"\n") for chunk in _chunks(path)) + 1


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its byte order mark, by the zero bytes of UTF-16, UTF-8 where it is valid,
    else GB 18030 (what Excel in China writes) or Windows-1252 (what it writes in Europe).

    The last two are told apart by how bytes above 127 stand: in Chinese they come in runs of two and more, in
    European words mostly alone. Raises OSError.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    if _valid(path, "utf-8"):
        return "utf-8"
    alone = together = 0
    for chunk in _chunks(path):
        for run in _HIGH.findall(chunk):
            if len(run) == 1:
                alone += 1
            else:
                together += len(run)
    return "gb18030" if together > 2 * alone and _valid(path, "gb18030") else "cp1252"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
