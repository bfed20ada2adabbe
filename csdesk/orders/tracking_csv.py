"""Tracking events as CSV, documented in docs/orders-csv.md: one row per event, gathered into parcels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from csdesk.domain.orders import SHIPMENT_STATUSES, Shipment, TrackingEvent
from csdesk.domain.parcels import MILESTONES, REASONS
from csdesk.i18n import _
from csdesk.orders import fields
from csdesk.orders.carriers import carrier_of
from csdesk.orders.csvfile import Row, Table
from csdesk.orders.records import Parcel, Problem
from csdesk.orders.rows import WrongRow, at_row

REQUIRED = ("number", "status", "at")
_UNDER_WAY = frozenset(("in_transit", "customs", "out_for_delivery", "ready_for_pickup", "delivered"))


def parcels(file: Table) -> Iterator[Parcel | Problem]:
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
            yield build(number, group)
        except WrongRow as error:
            sentence = _("Parcel {number} is left out: {why}.")
            yield Problem(error.line, sentence.format(number=number, why=error.sentence))


def build(number: str, group: list[Row]) -> Parcel:
    """One parcel from its rows. Raises WrongRow."""
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
    origin, destination = _country(group, "origin"), _country(group, "destination")
    reason, action = _standing(max(group, key=_when))
    parcel = Shipment(
        number, carrier, newest, events, eta_from, eta_to, newest, shipped, reason, action,
        "own" if eta_from else "", "", origin, destination,
    )  # fmt: skip
    return Parcel(order, parcel)


def _country(group: list[Row], column: str) -> str:
    """The one country that the rows of a parcel name, as ISO 3166 code. Raises WrongRow."""
    said = _agreed(group, column).upper()
    if said and not (len(said) == 2 and said.isascii() and said.isalpha()):
        sentence = _("column '{column}': '{value}' is no country of two letters, such as ES")
        raise WrongRow(group[0].line, sentence.format(column=column, value=said))
    return said


def _standing(newest: Row) -> tuple[str, bool]:
    """Why it stands where it does, and whether somebody has to do something; by the newest row alone."""

    def read(row: Row) -> tuple[str, bool]:
        reason = row.read("reason", partial(fields.one_of, allowed=REASONS), "")
        return reason, row.read(
            "action_required", partial(fields.one_of, allowed=("yes", "no")), "no"
        ) == "yes"

    return at_row(newest, read)


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
        row.read("milestone", partial(fields.one_of, allowed=MILESTONES), ""),
    )


def _expected(row: Row) -> tuple[datetime | None, datetime | None]:
    begin = row.read("eta_from", fields.instant) if "eta_from" in row.cells else None
    end = row.read("eta_to", fields.instant) if "eta_to" in row.cells else None
    if begin and end and end < begin:
        raise fields.WrongCell(_("column 'eta_to' is before 'eta_from'"))
    return begin, end


def _when(row: Row) -> tuple[datetime, int]:
    return at_row(row, lambda r: r.read("at", fields.instant)), row.line
