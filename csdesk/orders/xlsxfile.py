"""The first sheet of an Excel workbook as a table, row by row, with the face of a CsvFile. Formulas count as what they
were last computed to; nothing else of the workbook is read."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.orders.csvfile import Row, column_names
from csdesk.text import clean_line

MOST = 1_000_000_000
"""Bytes that a workbook may unfold to."""


def is_xlsx(path: Path) -> bool:
    """Whether a file is a zip archive with a workbook in it. Raises OSError."""
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return False
    return zipfile.is_zipfile(path)


class XlsxFile:
    """A workbook: its columns now, its rows when asked. Raises Refused when it cannot be read at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as packed:
                size = sum(one.file_size for one in packed.infolist())
        except (OSError, zipfile.BadZipFile) as error:
            raise self._unreadable(error) from error
        if size > MOST:
            raise Refused(_("{path} unfolds to too much.").format(path=path), code="file")
        records = self._records()
        first = next(records, None)
        if first is None or not any(first[1]):
            raise Refused(_("{path} has no line with column names.").format(path=path), code="columns")
        self.header, self.columns = column_names(path, first[1])

    def rows(self) -> Iterator[Row]:
        """The rows below the header; empty ones are left out."""
        records = self._records()
        next(records, None)
        for line, record in records:
            cells = {n: c for n, c in zip(self.header, record, strict=False) if n and c}
            surplus = any(record[len(self.header) :])
            if cells or surplus:
                yield Row(line, cells, surplus)

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells as text) of the first sheet."""
        import openpyxl

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions that it does not know
                book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some programs write wrong ones
                for line, record in enumerate(sheet.iter_rows(values_only=True), 1):
                    yield line, [_cell(value) for value in record]
            finally:
                book.close()
        except (
            KeyError,
            ValueError,
            TypeError,
            IndexError,
            OSError,
            SyntaxError,
            zipfile.BadZipFile,
        ) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> Refused:
        sentence = _("{path} cannot be read: {reason}.")
        reason = getattr(error, "strerror", None) or clean_line(str(error), limit=100)
        return Refused(sentence.format(path=self.path, reason=reason), code="file")


def _cell(value: Any) -> str:
    """A cell as it would stand in a CSV file: dates as ISO 8601, numbers with a point and without the noise of binary
    fractions."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return str(value).strip()
