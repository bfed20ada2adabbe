"""Files in a plain text as uuencode, the way mailers sent them before MIME. Knows text only."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,250})$", re.MULTILINE)
MAX_FILES = 50


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and those as (name, bytes). A block that is damaged stays text."""
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    at = 0
    while len(files) < MAX_FILES and (found := _BEGIN.search(text, at)) is not None:
        stop = text.find("\nend", found.end())
        data = _decoded(text[found.end() + 1 : stop]) if stop >= 0 else None
        if data is None:
            kept.append(text[at : found.end()])
            at = found.end()
            continue
        kept.append(text[at : found.start()])
        files.append((found[1].strip(), data))
        at = stop + len("\nend")
    return "".join([*kept, text[at:]]), files


def _decoded(block: str) -> bytes | None:
    try:
        lines = [binascii.a2b_uu(line.encode("ascii") + b"\n") for line in block.split("\n") if line.strip()]
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return b"".join(lines) if lines else None
