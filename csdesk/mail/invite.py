"""An iCalendar part as a few readable lines, for mails that say nothing else. Knows no time zone database: times
are shown as they are written."""

from __future__ import annotations

import re

_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION")
_NAME = re.compile(r"([^:;\"]{1,200})((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)
_STAMP = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$")


def to_text(calendar: str) -> str:
    """Summary, start and end, place and description of the first event; '' when there is none."""
    lines = re.sub(r"\n[ \t]", "", calendar[:200_000]).split("\n")
    found: dict[str, str] = {}
    inside = False
    for line in lines:
        split = _NAME.match(line)
        if split is None:
            continue
        name, parameters, value = split[1], split[2], split[3]
        name = name.strip().upper()
        if name == "BEGIN" and value.strip().upper() == "VEVENT":
            inside = True
        elif name == "END" and value.strip().upper() == "VEVENT":
            break
        elif inside and name in _SHOWN and name not in found:
            found[name] = _value(name, value.strip(), parameters)
    when = " - ".join(found[name] for name in ("DTSTART", "DTEND") if found.get(name))
    shown = [found.get("SUMMARY", ""), when, found.get("LOCATION", ""), found.get("DESCRIPTION", "")]
    return "\n".join(part for part in shown if part)


def _zone(name: str) -> str:
    return f" {name}" if name.startswith("(") else f" ({name})"


def _value(name: str, value: str, parameters: str) -> str:
    if name.startswith("DT"):
        stamp = _STAMP.match(value)
        if stamp is None:
            return value
        day = f"{stamp[1]}-{stamp[2]}-{stamp[3]}"
        zone = re.search(r"TZID=(?:\"([^\"]+)|([^;\":]+))", parameters, re.IGNORECASE)
        at = f" {stamp[4]}:{stamp[5]}" if stamp[4] else ""
        return day + at + (" UTC" if stamp[6] else _zone(zone[1] or zone[2]) if zone and at else "")
    return value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
