"""Orders and parcels pushed in as JSON, one object a line, documented in docs/orders-csv.md: for programs that hand
over what they know as it happens. The rules are those of the tables; nothing is guessed here either."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from csdesk.domain.orders import Order
from csdesk.errors import Refused
from csdesk.i18n import _
from csdesk.orders import generic_csv, tracking_csv
from csdesk.orders.csvfile import Row, encoding_of
from csdesk.orders.fields import shown
from csdesk.orders.records import Entry, Parcel, Problem
from csdesk.orders.rows import WrongRow
from csdesk.settings import nearest

_HEAD = generic_csv.COLUMNS - {"item", "sku", "quantity", "price", "options", "parcel", "carrier"}
_ITEM = {
    "title": "item",
    "item": "item",
    "sku": "sku",
    "quantity": "quantity",
    "price": "price",
    "options": "options",
}
_PARCEL = {"number": "parcel", "parcel": "parcel", "carrier": "carrier"}
_TRACKED = ("parcel", "order", "carrier", "eta_from", "eta_to", "origin", "destination")
_EVENT = ("status", "at", "text", "place", "milestone", "reason", "action_required")
LONGEST = 1_000_000


class _Wrong(ValueError):
    """A line that cannot be read; its text is the sentence."""


def is_jsonl(path: Path) -> bool:
    """Whether the first sign of a file begins a JSON object. Raises OSError."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def entries(path: Path) -> Iterator[Entry]:
    """What the lines of a file hold. Raises Refused when it cannot be read at all."""
    try:
        encoding = encoding_of(path)
        with path.open(encoding=encoding, errors="replace", newline="\n") as stream:
            number = 0
            while line := stream.readline(LONGEST + 1):
                number += 1
                if len(line) > LONGEST:
                    yield Problem(
                        number, _("The line is longer than {limit} characters.").format(limit=LONGEST)
                    )
                    return
                if line.strip():
                    yield _entry(number, line)
    except OSError as error:
        sentence = _("{path} cannot be read: {reason}.")
        raise Refused(sentence.format(path=path, reason=error.strerror or error), code="file") from error


def _entry(line: int, text: str) -> Order | Parcel | Problem:
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "colno", 0)
        return Problem(line, _("This is no JSON from character {at} on.").format(at=at))
    try:
        if not isinstance(found, dict):
            raise _Wrong(_("The line is no JSON object."))
        if "parcel" in found and "number" not in found:
            return _parcel(line, found)
        return _order(line, found)
    except _Wrong as error:
        return Problem(line, str(error))
    except WrongRow as error:
        name = shown(str(found.get("number") or found.get("parcel") or "?"))
        sentence = (
            _("Parcel {number} is left out: {why}.")
            if "parcel" in found
            else _("Order {number} is left out: {why}.")
        )
        return Problem(line, sentence.format(number=name, why=error.sentence))


def _order(line: int, found: Mapping[str, Any]) -> Order:
    _known(found, {*_HEAD, "items", "parcels", "parcel", "carrier"})
    head = {name: _text(name, found[name]) for name in _HEAD & found.keys()}
    rows = [_row(one, _ITEM, "items") for one in _list(found, "items")] or [{}]
    parcels = [_row(one, _PARCEL, "parcels") for one in _list(found, "parcels")]
    if "parcel" in found:
        parcels.append(_row({k: found[k] for k in ("parcel", "carrier") if k in found}, _PARCEL, "parcel"))
    rows += [{} for _each in parcels[len(rows) :]]
    for at, parcel in enumerate(parcels):
        rows[at] = {**rows[at], **parcel}
    number = head.get("number", "")
    if not number:
        raise _Wrong(_("column '{column}' is empty.").format(column="number"))
    group = [
        Row(line, {n: c for n, c in (row | head if at == 0 else row).items() if c})
        for at, row in enumerate(rows)
    ]
    return generic_csv.build(number, group)


def _parcel(line: int, found: Mapping[str, Any]) -> Parcel:
    _known(found, {*_TRACKED, *_EVENT, "events"})
    events = _list(found, "events") or [{name: found[name] for name in _EVENT if name in found}]
    head = {name: _text(name, found[name]) for name in _TRACKED[1:] if name in found}
    rows = []
    for event in events:
        if not isinstance(event, dict):
            raise _Wrong(_("'{key}' has to be a list of objects.").format(key="events"))
        _known(event, set(_EVENT))
        rows.append({name: _text(name, _yes(name, value)) for name, value in event.items()} | head)
    number = _text("parcel", found["parcel"])
    if not number:
        raise _Wrong(_("column '{column}' is empty.").format(column="parcel"))
    return tracking_csv.build(number, [Row(line, {n: c for n, c in row.items() if c}) for row in rows])


def _yes(name: str, value: Any) -> Any:
    """The one yes or no among the names, which JSON has a word for."""
    return ("yes" if value else "no") if name == "action_required" and isinstance(value, bool) else value


def _row(found: Any, names: Mapping[str, str], key: str) -> dict[str, str]:
    if not isinstance(found, dict):
        raise _Wrong(_("'{key}' has to be a list of objects.").format(key=key))
    _known(found, set(names))
    return {names[name]: _text(name, value) for name, value in found.items()}


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    if value is not None and not isinstance(value, list):
        raise _Wrong(_("'{key}' has to be a list of objects.").format(key=key))
    return value or []


def _known(found: Mapping[str, Any], names: set[str]) -> None:
    for name in found:
        if name not in names:
            near = nearest(name, sorted(names))
            words = _("'{key}' is not known; did you mean '{near}'?") if near else _("'{key}' is not known.")
            raise _Wrong(words.format(key=shown(name), near=near))


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _Wrong(_("'{key}' has to be a text or a number.").format(key=name))
    return str(value).strip()
