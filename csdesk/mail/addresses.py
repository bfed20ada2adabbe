"""Address fields as Address values. Splits first and decodes names after, so an encoded comma or bracket in a
name can never make a second address."""

from __future__ import annotations

import re

from csdesk.domain.mail import Address
from csdesk.mail import headers
from csdesk.text import clean, clean_line

MAX_ADDRESSES = 500
NAME_LIMIT = 200
_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,120}@[A-Za-z0-9.-]{1,180}")
_BETWEEN = re.compile(r"[\s<>()\",;:\\]+")
_SIMPLE = re.compile(r"^\s*(?:\"?([^\"<>,;()\\:@]*?)\"?\s*)<([^\s<>\",;:()@]+@[^\s<>\",;:()@]+)>\s*$")
_COMMENT = re.compile(r"\(((?:[^()\\]|\\.)*)\)")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_OUTER_QUOTES = "\"'“”"


def parse(values: list[str], hint: str = "") -> tuple[Address, ...]:
    """Every address of these fields, in order, each address once. What holds no address is left out."""
    out: dict[str, Address] = {}
    for value in values:
        value = headers.unfold(value)
        simple = _SIMPLE.match(value) if value.isascii() and len(value) < 500 else None
        found = [Address(_address(simple[2]), _name(simple[1], ""))] if simple else _several(value, hint)
        for address in found:
            if address.address and address.address not in out:
                out[address.address] = address
                if len(out) >= MAX_ADDRESSES:
                    return tuple(out.values())
    return tuple(out.values())


def first(values: list[str], hint: str = "") -> Address:
    """The first address; when there is none, a name that shows what was written, with an empty address."""
    found = parse(values, hint)
    if found:
        return found[0]
    for value in values:
        name = headers.line(value, hint, NAME_LIMIT)
        if name and not name.endswith((":;", ": ;")):  # an empty group names nobody
            return Address("", name)
    return Address("")


def plain(values: list[str]) -> tuple[str, ...]:
    """The bare lower-case addresses of fields such as Delivered-To."""
    return tuple(address.address for address in parse(values))


def _several(value: str, hint: str) -> list[Address]:
    value = headers.raw_text(value, hint)
    found = [_one(piece, hint) for piece in _split(value)]
    if not any(address.address for address in found) and "=?" in value:
        # Some mailers encode the whole field, the address included.
        found = [_one(piece, hint) for piece in _split(headers.text(value, hint))]
    return found


def _split(value: str) -> list[str]:
    """Cut at commas and semicolons outside quotes, comments and angle brackets; group names are dropped."""
    pieces: list[str] = []
    start = at = depth = 0
    quoted = angled = False
    while at < len(value):
        char = value[at]
        if char == "\\":
            at += 1
        elif char == '"':
            quoted = not quoted
        elif quoted:
            pass
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth:
            pass
        elif char == "<":
            angled = True
        elif char == ">":
            angled = False
        elif char in ",;，；" and not angled:
            pieces.append(value[start:at])
            start = at + 1
            if len(pieces) > MAX_ADDRESSES:
                return pieces
        elif char == ":" and not angled and "@" not in value[start:at] and "=?" not in value[start:at]:
            start = at + 1
        at += 1
    pieces.append(value[start:])
    if quoted and len(pieces) == 1 and value.count('"') % 2:
        return _split(value.replace('"', ""))  # an unbalanced quote: read it without
    return pieces


def _one(piece: str, hint: str) -> Address:
    """One mailbox: `Name <a@b>`, `a@b (Name)`, `a@b`, and what people make of them."""
    piece = piece.strip()
    opening = piece.rfind("<")
    if opening >= 0:
        closing = piece.find(">", opening)
        inside = piece[opening + 1 : closing if closing > 0 else None]
        address = _address(inside)
        name = piece[:opening]
        if address:
            return Address(address, _name(name or (piece[closing + 1 :] if closing > 0 else ""), hint))
    comment = _COMMENT.search(piece)
    words = _BETWEEN.split(_COMMENT.sub(" ", piece))
    bare = next((word for word in words if word.count("@") == 1), "")
    if not bare:
        return Address("", _name(piece, hint))
    return Address(_address(bare), _name(comment[1] if comment else "", hint))


def _address(value: str) -> str:
    """A usable lower-case address or ''. One with controls, bidi marks or white space inside is no address:
    dropping them would make it somebody else's."""
    if _PLAIN.fullmatch(value):
        return value.lower()
    value = value.strip().strip("'\"").removeprefix("mailto:").strip().lower()
    if value.startswith('"') or value.count("@") != 1 or len(value) > 320 or clean(value) != value:
        return ""
    local, domain = value.split("@")
    usable = bool(local and domain) and not any(char.isspace() or char in '<>()",;:\\' for char in value)
    return value if usable else ""


def _name(value: str, hint: str) -> str:
    """The display name, decoded and cleaned; '' when it only repeats an address."""
    value = value.strip()
    if "\\" in value:
        value = _QUOTED_PAIR.sub(r"\1", value)
    if not value:
        return ""
    if "=?" in value or not value.isascii():
        value = headers.text(value.replace('"', ""), hint)
    return clean_line(value, limit=NAME_LIMIT).strip(_OUTER_QUOTES).strip()
