"""Files in a plain text as uuencode, the way mailers sent them before MIME. Knows text only."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,249})")
MAX_FILES = 50


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those as (name, bytes). A block that is damaged stays text."""
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    held: list[str] = []
    name = ""
    data = bytearray()
    for line in text.split("\n"):
        found = _BEGIN.fullmatch(line) if line.startswith("begin ") else None
        if found is not None and len(files) < MAX_FILES:
            kept += held
            held, name = [line], found[1].strip()
            data.clear()
        elif not held:
            kept.append(line)
        elif line == "end" and data:
            files.append((name, bytes(data)))
            held = []
        else:
            held.append(line)
            decoded = _line(line)
            if decoded is None:
                kept += held
                held = []
            else:
                data += decoded
    return "\n".join(kept + held), files


def _line(line: str) -> bytes | None:
    """The bytes of one line; None for one that is none."""
    if not line.strip():
        return b""
    try:
        return binascii.a2b_uu(line.encode("ascii") + b"\n") if len(line) <= 100 else None
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
