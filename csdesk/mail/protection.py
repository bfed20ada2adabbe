"""Signed and encrypted mail told apart: S/MIME and PGP, in MIME and in the text. Checks no signature and opens
nothing: it says what stands there, and finds the words inside a signed S/MIME envelope.

Shapes: RFC 8551 (S/MIME), RFC 5652 (CMS), RFC 3156 (PGP/MIME), RFC 9580 section 6.2 (armor).
"""

from __future__ import annotations

import re

from csdesk.i18n import _

_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_ARMOR = re.compile(r"^-----BEGIN PGP (MESSAGE|SIGNED MESSAGE)-----[ \t]*$", re.MULTILINE)
MIMES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))


def words(protection: str) -> str:
    """What a person reads about `ParsedMail.protection`; '' for ''."""
    if protection == "encrypted":
        return _("encrypted: cannot be read here")
    return _("signed") if protection == "signed" else ""


def of_text(text: str) -> str:
    """'encrypted', 'signed' or '' by the PGP armor in a text."""
    if "-----BEGIN PGP " not in text:
        return ""
    found = {match[1] for match in _ARMOR.finditer(text)}
    return "encrypted" if "MESSAGE" in found else "signed" if found else ""


def of_envelope(kind: str, data: bytes) -> str:
    """'signed' or 'encrypted' for an application/pkcs7-mime part; `kind` is its smime-type parameter."""
    kind = kind.lower()
    if kind in ("signed-data", "certs-only", "signed-receipt") or (
        kind not in ("enveloped-data", "authenveloped-data") and _SIGNED_DATA in data[:64]
    ):
        return "signed"
    return "encrypted"


def content(data: bytes) -> bytes:
    """The MIME entity inside a signed CMS envelope; b'' when there is none to be found."""
    start = data.find(_DATA)
    if not 0 <= start < 1000:
        return b""
    try:
        tag, at, _end = _element(data, start + len(_DATA))
        return _octets(data, at) if tag == 0xA0 else b""
    except IndexError:
        return b""


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """(tag, start of the content, its end or -1 when the length is open) of the BER element here."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:
        return tag, at, -1
    if length & 0x80:
        size = length & 0x7F
        if size > 5:
            raise IndexError("a length of no sense")
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise IndexError("cut off")
    return tag, at, at + length


def _octets(data: bytes, at: int) -> bytes:
    """One OCTET STRING, in one piece or in many."""
    tag, start, end = _element(data, at)
    if tag == 0x04:
        return data[start:end] if end >= 0 else b""
    if tag != 0x24:
        return b""
    pieces: list[bytes] = []
    at = start
    while end < 0 or at < end:
        tag, begin, stop = _element(data, at)
        if tag != 0x04 or stop < 0:
            break
        pieces.append(data[begin:stop])
        at = stop
    return b"".join(pieces)
