"""The door for order files: which kind a file is, and everything it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from csdesk.domain.orders import Order
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.orders import generic_csv, jsonlines, shopify_csv, tracking_csv
from csdesk.orders.csvfile import OFTEN, CsvFile, Renamed, Table, Watched, lacking, lines_of
from csdesk.orders.records import Entry, OrdersFile, Parcel, Problem
from csdesk.orders.xlsxfile import XlsxFile, is_xlsx
from csdesk.text import clean_line

_REQUIRED = {
    "shopify": shopify_csv.REQUIRED,
    "generic": generic_csv.REQUIRED,
    "tracking": tracking_csv.REQUIRED,
}
JSON = "json"
KINDS = (*_REQUIRED, JSON)
Names = Mapping[str, str]
"""What the columns of a file are called: ours to theirs, both in small letters."""


def sniff(path: Path) -> str:
    """The kind of an order file by its first line: one of KINDS.

    Raises Refused where it is none of them, with the columns that the nearest kind would still need.
    """
    return JSON if _is_json(path) else _kind(_table(path))


def entries(path: Path, kind: str = "auto", names: Names | None = None) -> Iterator[Entry]:
    """What a file holds, one after the other, without keeping it: orders, or parcels, and problems.

    Raises Usage for an unknown kind and Refused for a file that is none or breaks off within a quoted cell; that
    may be after some entries, so who writes them down does it in one transaction.
    """
    return opened(path, kind, names)[1]


def opened(
    path: Path, kind: str = "auto", names: Names | None = None, watch: Callable[[int], None] | None = None
) -> tuple[str, Iterator[Entry]]:
    """(the kind of a file, its entries). `watch` is told now and then at which line the reading is, and ends it by
    raising."""
    if kind not in ("auto", *KINDS):
        sentence = _("There is no kind '{kind}' of order file; there are {kinds}.")
        raise Usage(sentence.format(kind=kind, kinds=", ".join(("auto", *KINDS))))
    if kind == JSON or (kind == "auto" and _is_json(path)):
        return JSON, _watched(jsonlines.entries(path), watch)
    file = _table(path, names)
    known = _kind(file) if kind == "auto" else kind
    missing = lacking(file, _REQUIRED[known])
    if missing:
        sentence = _("{path} lacks columns of a {kind} file: {columns}.")
        said = sentence.format(path=path, kind=known, columns=", ".join(missing))
        raise Refused(f"{said} {_hint(file)}", code="columns")
    return known, _entries(file if watch is None else Watched(file, watch), known)


def _watched(found: Iterator[Entry], watch: Callable[[int], None] | None) -> Iterator[Entry]:
    for count, entry in enumerate(found, 1):
        if watch is not None and count % OFTEN == 1:
            watch(count)
        yield entry


def read_orders(path: Path, kind: str = "auto", names: Names | None = None) -> OrdersFile:
    """A whole file at once. Raises as entries() does, and then nothing of the file is handed out."""
    known, each = opened(path, kind, names)
    found = list(each)
    return OrdersFile(
        known,
        tuple(entry for entry in found if isinstance(entry, Order)),
        tuple(entry for entry in found if isinstance(entry, Parcel)),
        tuple(entry for entry in found if isinstance(entry, Problem)),
    )


def columns_of(path: Path, rows: int) -> tuple[str, list[str], list[dict[str, str]]]:
    """(the kind as the columns are called now, or 'generic' where they are none of ours; the columns in small letters;
    the cells of so many first rows). Raises Refused for what is no table at all."""
    if _is_json(path):
        return JSON, [], []
    file = _table(path)
    if isinstance(file, CsvFile) and file.binary:
        words = _("{path} is no table that can be read; save it as CSV or XLSX.")
        raise Refused(words.format(path=path), code="columns")
    if len(file.columns) < 2:
        words = _("{path} is no table: its first line has one column only.")
        raise Refused(words.format(path=path), code="columns")
    kind = next((one for one, columns in _REQUIRED.items() if not lacking(file, columns)), "generic")
    return kind, file.header, [row.cells for row in islice(file.rows(), rows)]


def lines(path: Path) -> int:
    """About how many lines a file has; 0 for a workbook, which does not say."""
    try:
        return 0 if is_xlsx(path) else lines_of(path)
    except OSError:
        return 0


def header_of(path: Path) -> list[str]:
    """The column names of a table in small letters; [] for a file of JSON lines. Raises Refused."""
    return [] if _is_json(path) else _table(path).header


def checked(names: Names, header: list[str]) -> dict[str, str]:
    """Names as they were given, in small letters. Raises Usage for a column that neither side has."""
    out = {}
    for ours, theirs in names.items():
        mine, column = ours.strip().lower(), clean_line(theirs, limit=100).lower()
        if mine not in generic_csv.COLUMNS:
            words = _("There is no column '{column}' to map to; there are {columns}.")
            columns = ", ".join((*generic_csv.REQUIRED, *generic_csv.OPTIONAL))
            raise Usage(words.format(column=clean_line(ours, limit=40), columns=columns))
        if column and column not in header:
            words = _("The file has no column '{column}'; it has: {columns}.")
            raise Usage(words.format(column=column, columns=", ".join(filter(None, header))))
        out[mine] = column
    return out


def _is_json(path: Path) -> bool:
    try:
        return jsonlines.is_jsonl(path)
    except OSError as error:
        sentence = _("{path} cannot be read: {reason}.")
        raise Refused(sentence.format(path=path, reason=error.strerror or error), code="file") from error


def _table(path: Path, names: Names | None = None) -> Table:
    file: Table = XlsxFile(path) if is_xlsx(path) else CsvFile(path)
    return Renamed(file, names) if names else file


def _entries(file: Table, kind: str) -> Iterator[Entry]:
    if kind == "tracking":
        yield from tracking_csv.parcels(file)
    else:
        yield from (shopify_csv if kind == "shopify" else generic_csv).orders(file)


def _kind(file: Table) -> str:
    missing = {kind: lacking(file, columns) for kind, columns in _REQUIRED.items()}
    for kind, columns in missing.items():
        if not columns:
            return kind
    nearest = min(missing, key=lambda kind: len(missing[kind]) / len(_REQUIRED[kind]))
    if len(missing[nearest]) == len(_REQUIRED[nearest]):
        sentence = _("{path} is no order file: its first line has none of the columns of {kinds}.")
    else:
        sentence = _("{path} looks like a {kind} file but lacks the columns: {columns}.")
    said = sentence.format(
        path=file.path, kind=nearest, columns=", ".join(missing[nearest]), kinds=", ".join(_REQUIRED)
    )
    raise Refused(f"{said} {_hint(file)}", code="columns")


def _hint(file: Table) -> str:
    """What to do about columns with other names."""
    words = _(
        'Say what they are called there, such as --map "number={column}"; it is remembered. It has: {columns}.'
    )
    there = [name for name in file.header if name]
    return words.format(column=there[0] if there else "", columns=", ".join(there[:40]))
