"""Tracking events as CSV, documented in docs/orders-csv.md: one row per event, gathered into parcels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from csdesk.domain.orders import SHIPMENT_STATUSES, Shipment, TrackingEvent
from csdesk.i18n import _
from csdesk.orders import fields
from csdesk.orders.carriers import carrier_of
from csdesk.orders.csvfile import CsvFile, Row
from csdesk.orders.records import Parcel, Problem
from csdesk.orders.rows import WrongRow, at_row

REQUIRED = ("number", "status", "at")
_UNDER_WAY = frozenset(("in_transit", "customs", "out_for_delivery", "ready_for_pickup", "delivered"))


def parcels(file: CsvFile) -> Iterator[Parcel | Problem]:
    """The parcels of a file, in the order in which they first appear; rows of a parcel may stand anywhere."""
    groups: dict[str, list[Row]] = {}
    for row in file.rows():
        number = row.text("number", limit=80)
        if number:
            groups.setdefault(number, []).append(row)
        else:
            yield Problem(row.line, _("column '{column}' is empty.").format(column="number"))
    for number, group in groups.items():
        try:
            yield _parcel(number, group)
        except WrongRow as error:
            sentence = _("Parcel {number} is left out: {why}.")
            yield Problem(error.line, sentence.format(number=number, why=error.sentence))


def _parcel(number: str, group: list[Row]) -> Parcel:
    for row in group:
        if row.surplus:
            raise WrongRow(row.line, _("there are more cells than columns"))
    order = _agreed(group, "order")
    carrier = _agreed(group, "carrier") or carrier_of(number)
    told = [at_row(row, _event) for row in reversed(group)]
    events = tuple(dict.fromkeys(sorted(told, key=lambda event: event.at, reverse=True)))
    expected = [at_row(row, _expected) for row in sorted(group, key=_when, reverse=True)]
    eta_from, eta_to = next((pair for pair in expected if any(pair)), (None, None))
    newest = events[0].status
    # A service stops asking some days after delivery and calls that expired; the parcel is there all the same.
    if newest == "expired" and any(event.status == "delivered" for event in events):
        newest = "delivered"
    shipped = min((event.at for event in events if event.status in _UNDER_WAY), default=None)
    return Parcel(order, Shipment(number, carrier, newest, events, eta_from, eta_to, newest, shipped))


def _agreed(group: list[Row], column: str) -> str:
    """The one value that the rows of a parcel give. Raises WrongRow where two differ."""
    said = ""
    for row in group:
        value = row.text(column, limit=80)
        if said and value and value != said:
            sentence = _("column '{column}' says '{one}' and before '{other}'")
            raise WrongRow(row.line, sentence.format(column=column, one=value, other=said))
        said = said or value
    return said


def _event(row: Row) -> TrackingEvent:
    return TrackingEvent(
        row.read("at", fields.instant),
        row.read("status", partial(fields.one_of, allowed=SHIPMENT_STATUSES)),
        row.text("text", limit=400),
        row.text("place", limit=200),
    )


def _expected(row: Row) -> tuple[datetime | None, datetime | None]:
    begin = row.read("eta_from", fields.instant) if "eta_from" in row.cells else None
    end = row.read("eta_to", fields.instant) if "eta_to" in row.cells else None
    if begin and end and end < begin:
        raise fields.WrongCell(_("column 'eta_to' is before 'eta_from'"))
    return begin, end


def _when(row: Row) -> tuple[datetime, int]:
    return at_row(row, lambda r: r.read("at", fields.instant)), row.line
