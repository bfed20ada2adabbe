"""The door for order files: which kind a file is, and everything it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from csdesk.domain.orders import Order
from csdesk.errors import Refused, Usage
from csdesk.i18n import _
from csdesk.orders import generic_csv, shopify_csv, tracking_csv
from csdesk.orders.csvfile import CsvFile, lacking
from csdesk.orders.records import Entry, OrdersFile, Parcel, Problem

_REQUIRED = {
    "shopify": shopify_csv.REQUIRED,
    "generic": generic_csv.REQUIRED,
    "tracking": tracking_csv.REQUIRED,
}
KINDS = tuple(_REQUIRED)


def sniff(path: Path) -> str:
    """The kind of an order file by its columns: one of KINDS.

    Raises Refused where it is none of them, with the columns that the nearest kind would still need.
    """
    return _kind(CsvFile(path))


def entries(path: Path, kind: str = "auto") -> Iterator[Entry]:
    """What a file holds, one after the other, without keeping it: orders, or parcels, and problems.

    Raises Usage for an unknown kind and Refused for a file that is none or breaks off within a quoted cell; that
    may be after some entries, so who writes them down does it in one transaction.
    """
    return _entries(*_opened(path, kind))


def read_orders(path: Path, kind: str = "auto") -> OrdersFile:
    """A whole file at once. Raises as entries() does, and then nothing of the file is handed out."""
    file, known = _opened(path, kind)
    found = list(_entries(file, known))
    return OrdersFile(
        known,
        tuple(entry for entry in found if isinstance(entry, Order)),
        tuple(entry for entry in found if isinstance(entry, Parcel)),
        tuple(entry for entry in found if isinstance(entry, Problem)),
    )


def _opened(path: Path, kind: str) -> tuple[CsvFile, str]:
    if kind not in ("auto", *KINDS):
        sentence = _("There is no kind '{kind}' of order file; there are {kinds}.")
        raise Usage(sentence.format(kind=kind, kinds=", ".join(("auto", *KINDS))))
    file = CsvFile(path)
    known = _kind(file) if kind == "auto" else kind
    missing = lacking(file, _REQUIRED[known])
    if missing:
        sentence = _("{path} lacks columns of a {kind} file: {columns}.")
        said = sentence.format(path=path, kind=known, columns=", ".join(missing))
        raise Refused(said, code="columns")
    return file, known


def _entries(file: CsvFile, kind: str) -> Iterator[Entry]:
    if kind == "tracking":
        yield from tracking_csv.parcels(file)
    else:
        yield from (shopify_csv if kind == "shopify" else generic_csv).orders(file)


def _kind(file: CsvFile) -> str:
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
        path=file.path, kind=nearest, columns=", ".join(missing[nearest]), kinds=", ".join(KINDS)
    )
    raise Refused(said, code="columns")
