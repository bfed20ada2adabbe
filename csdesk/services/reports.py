"""What other programs read of the desk: the views, their rows as tables and as JSON, and who may read them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from csdesk.db import report_views
from csdesk.db.migrations import VIEWS
from csdesk.db.report_views import View
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _
from csdesk.services.context import Context
from csdesk.settings import nearest
from csdesk.text import clean_line

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full width as well."""


class Reports:
    """Reads the views."""

    version = VIEWS

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def all(self) -> tuple[View, ...]:
        """The views."""
        return report_views.VIEWS

    def one(self, name: str) -> View:
        """A view by its name, with report_ or without. Raises NotFound."""
        found = report_views.by_name().get(name.strip().lower())
        if found is None:
            known = report_views.NAMES
            near = nearest(name if name.startswith("report_") else f"report_{name}", known)
            words = _("There is no view {name!r}; csdesk report list names them.")
            if near:
                words = _("There is no view {name!r}; did you mean {near}?")
            raise NotFound(words.format(name=clean_line(name, limit=60), near=near))
        return found

    def rows(self, view: View) -> Iterator[Mapping[str, Any]]:
        """Each row by the names of its columns, all of one state of the store."""
        names = [one.name for one in view.columns]
        with self.store.read() as tx:
            for row in tx.reports.rows(view):
                yield dict(zip(names, row, strict=True))

    def write_csv(self, view: View, stream: TextIO, *, spreadsheet: bool = False) -> int:
        """Write a view as CSV with a line of names; how many rows. For a `spreadsheet` a text that it would take for a
        formula gets an apostrophe before it; what other programs read is left as it is."""
        writer = csv.writer(stream, lineterminator="\r\n" if spreadsheet else "\n")
        if spreadsheet:
            stream.write("\ufeff")  # without it Excel takes the file for the machine's own code page
        writer.writerow([one.name for one in view.columns])
        texts = {one.name for one in view.columns if one.kind == "text"}
        count = 0
        for row in self.rows(view):
            cells = (
                _harmless(value) if spreadsheet and name in texts else _cell(value)
                for name, value in row.items()
            )
            writer.writerow(list(cells))
            count += 1
        return count

    def save_csv(self, view: View, path: Path, *, spreadsheet: bool = False) -> int:
        """The same into a file that only its owner reads, whole or not at all: one that is there is replaced when the
        new one is ready. Raises Refused."""
        beside = path.with_name(f".{path.name}.part")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                    count = self.write_csv(view, stream, spreadsheet=spreadsheet)
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
        except OSError as error:
            words = _("{path} cannot be written: {reason}.")
            raise Refused(words.format(path=path, reason=error.strerror or error), code="file") from error
        return count

    def grants(self, role: str) -> tuple[str, ...]:
        """The statements that let a PostgreSQL role read the views and nothing else. Raises Refused, Usage."""
        if self.store.path is not None:
            words = _("SQLite knows no roles: who may read the file {path} may read all that is in it.")
            raise Refused(words.format(path=self.store.path), code="no_roles")
        name = clean_line(role, limit=64)
        if not name or name != role or len(name.encode()) > 63:
            raise Usage(_("{role!r} is no name of a role in PostgreSQL.").format(role=role[:80]))
        return report_views.grants(name)


def _cell(value: Any) -> Any:
    """Yes and no as JSON spells them; nothing stays empty."""
    return str(value).lower() if isinstance(value, bool) else value


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
