"""Files of orders: a look at one before it is taken in, and taking it in, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from csdesk.domain.orderfiles import NEEDED, Checked, Column, Look, Watch, guessed
from csdesk.domain.orders import Order, Shipment
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.orders.files import JSON, checked, columns_of, header_of, lines, opened
from csdesk.orders.held import Held
from csdesk.orders.records import Entry, Parcel, Problem
from csdesk.services.context import Context
from csdesk.text import clean_line

SAMPLES, ROWS = 3, 200
"""Cells of a column that are shown, out of so many first rows."""
FIRST = 5
"""Orders that are shown as they would be read."""
TOLD = 20
"""Sentences about lines that would be refused."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. `skipped` are (line, sentence) of what could not be taken; the rest was."""

    kind: str = ""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)


class OrderFiles:
    """Looks at files and takes them in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def look(self, path: str, names: Mapping[str, str] | None = None, kind: str = "auto") -> Look:
        """A file at a glance, changing nothing. `names` says which column each field is read from; without it that is
        what was said the last time for such a file, else a guess. `kind` 'generic' reads any table by its columns.
        Raises Refused for what is no table."""
        file = Path(path)
        found, header, rows = columns_of(file, ROWS)
        if kind != "auto" and found != JSON:
            found = kind
        there = [name for name in header if name]
        remembered = False
        if found != "generic":
            names = {}
        elif names is None:
            with self.store.read() as tx:
                known = tx.shops.columns(header)
            remembered = bool(known)
            names = {ours: one for ours, one in known.items() if not one or one in there} or guessed(there)
        missing = tuple(name for name in NEEDED if not names.get(name)) if found == "generic" else ()
        first, wrong = ((), ()) if missing else self._first(file, found, names)
        return Look(
            path, found, tuple(_column(name, rows) for name in there), dict(names), missing, remembered, first, wrong,
            lines(file),
        )  # fmt: skip

    def _first(
        self, path: Path, kind: str, names: Mapping[str, str]
    ) -> tuple[tuple[Order | Shipment, ...], tuple[tuple[int, str], ...]]:
        """The first orders of a file as they would be read, and what is wrong with others before them."""
        good: list[Order | Shipment] = []
        wrong: list[tuple[int, str]] = []
        if kind == "tracking":
            return (), ()  # the rows of a parcel stand anywhere: it takes the whole file to tell one
        for entry in islice(opened(path, kind, names)[1], ROWS):
            if isinstance(entry, Problem):
                wrong.append((entry.line, entry.sentence))
            else:
                good.append(entry.shipment if isinstance(entry, Parcel) else entry)
            if len(good) >= FIRST:
                break
        return tuple(good), tuple(wrong[:TOLD])

    def check(self, path: str, kind: str, names: Mapping[str, str], watch: Watch | None = None) -> Checked:
        """Read the whole file, change nothing, and tell what would be taken in and what would not. Raises Refused, and
        whatever `watch` raises."""
        good = refused = 0
        reasons: list[tuple[int, str]] = []
        file = Path(path)
        given = self._names(file, names)[1] if kind in ("auto", "generic") else {}
        for entry in opened(file, kind, given, _watcher(file, watch))[1]:
            if not isinstance(entry, Problem):
                good += 1
                continue
            refused += 1
            if len(reasons) < TOLD:
                reasons.append((entry.line, entry.sentence))
        return Checked(good, refused, tuple(reasons))

    def check_beside(self, path: str, kind: str, names: Mapping[str, str], watch: Watch) -> Checked:
        """check() in a process of its own, for a screen that goes on meanwhile."""
        from csdesk.services.order_child import pairs, run

        said = run(self.context, Path(path), kind, names, watch, "--check")
        return Checked(int(said["good"]), int(said["refused"]), tuple(pairs(said["reasons"])))

    def take_beside(self, path: str, kind: str, names: Mapping[str, str], watch: Watch) -> ImportReport:
        """take() in a process of its own, for a screen that goes on meanwhile."""
        from csdesk.services.order_child import pairs, run

        said = run(self.context, Path(path), kind, names, watch)
        added, updated, unchanged = (int(said[name]) for name in ("added", "updated", "unchanged"))
        return ImportReport(str(said["kind"]), added, updated, unchanged, pairs(said["skipped"]))

    def take(
        self,
        path: Path,
        *,
        kind: str = "auto",
        names: Mapping[str, str] | None = None,
        called: str = "",
        watch: Watch | None = None,
    ) -> ImportReport:
        """Take in a file of orders or tracking events, all in one transaction: after a failure nothing of it is
        there. Lines that cannot be read are skipped and named. `names` tells what columns are called in the file (ours
        to theirs) and is remembered for files with the same columns; `called` is the name for the log. It is read first
        and then written down, so that others wait for the writing alone; `watch` is told of both, the lines twice, and
        may end it by raising. Raises Refused, Usage, NotFound."""
        header, given = self._names(path, names or {})
        known, found = opened(path, kind, given, _watcher(path, watch, 2))
        report = ImportReport(kind=known)
        orders, parcels = Held[Order](), Held[Parcel]()
        for entry in found:
            _keep(entry, orders, parcels, report)
        whole = orders.count + parcels.count
        done = 0
        with self.context.acting() as tx:
            tx.customers.alone()  # whose an order is must not change between looking and writing
            for some in orders.rounds():
                for what in tx.orders.upsert_all(some):
                    _count(report, what)
                done += len(some)
                _tell(watch, whole + done, 2 * whole)
            for parcel in (one for some in parcels.rounds() for one in some):
                owners = tx.orders.by_number(parcel.order) if parcel.order else []
                owner, to = (owners[0].id, owners[0].country) if owners else (None, "")
                _count(report, tx.orders.put_shipment(parcel.shipment, owner, to))
                done += 1
                if done % FIRST == 0:
                    _tell(watch, whole + done, 2 * whole)
            if given:
                tx.shops.remember_columns(header, given)
            data = {"file": called or path.name, "added": report.added, "updated": report.updated}
            tx.log.append("order_imported", agent=self.context.agent.id, data=data)
        return report

    def _names(self, path: Path, given: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
        """The columns of a file, and what they are called, as it was said now or the last time for such a file."""
        header = header_of(path)
        if given and not header:
            raise Usage(_("JSON has the names of the fields already; --map is for tables."))
        with self.store.read() as tx:
            known = tx.shops.columns(header) if header else {}
        return header, known | checked(given, header)


def _column(name: str, rows: list[dict[str, str]]) -> Column:
    cells = (clean_line(row[name], limit=60) for row in rows if name in row)
    return Column(name, tuple(islice(dict.fromkeys(cells), SAMPLES)))


def _watcher(path: Path, watch: Watch | None, times: int = 1) -> Callable[[int], None] | None:
    """What tells of lines read, of those that the file has so often."""
    if watch is None:
        return None
    whole = lines(path) * times
    return lambda line: watch(line, whole)


def _keep(entry: Entry, orders: Held[Order], parcels: Held[Parcel], report: ImportReport) -> None:
    if isinstance(entry, Order):
        orders.put(entry)
    elif isinstance(entry, Parcel):
        parcels.put(entry)
    else:
        report.skipped.append((entry.line, entry.sentence))


def _count(report: ImportReport, what: str) -> None:
    setattr(report, what, getattr(report, what) + 1)


def _tell(watch: Watch | None, done: int, whole: int) -> None:
    if watch is not None:
        watch(done, whole)
