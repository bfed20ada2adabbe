"""File names from strangers made safe for any folder. Knows nothing of mail structure or disks."""

from __future__ import annotations

import re

from csdesk.text import clean_line

MAX_BYTES = 180
"""Room under the 255 bytes of most file systems for a ' (12)' and a temporary suffix."""

_SEPARATORS = re.compile(r'[/\\:*?"<>|\u2044\u2215\u29f8\uff0f\uff3c]')
_PATH = re.compile(r"^(?:[A-Za-z]:[\\/]|[\\/]|~[\\/]|\.{1,2}[\\/])")
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_JOINERS = re.compile("[\u200b-\u200d\ufe00-\ufe0f]")
_EXTENSIONS = {
    "application/pdf": "pdf", "application/zip": "zip", "application/msword": "doc", "application/rtf": "rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/json": "json", "application/xml": "xml", "application/ms-tnef": "dat",
    "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-signature": "p7s", "application/x-pkcs7-mime": "p7m", "application/ics": "ics",
    "image/jpeg": "jpg", "image/jpg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
    "image/heic": "heic", "image/bmp": "bmp", "image/tiff": "tiff", "image/svg+xml": "svg",
    "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "text/xml": "xml", "text/rfc822-headers": "txt", "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/amr": "amr",
    "video/mp4": "mp4", "video/quicktime": "mov",
}  # fmt: skip


_MIMES = {known: mime for mime, known in reversed(_EXTENSIONS.items())}


def mime(name: str) -> str:
    """The media type that the end of a file name tells; 'application/octet-stream' when it tells none."""
    return _MIMES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def extension(mime: str) -> str:
    """The usual extension of a media type, without the dot; 'bin' when unknown."""
    return _EXTENSIONS.get(mime, "bin")


def safe(name: str) -> str:
    """One file name without separators, controls, bidi marks, leading or trailing dots or spaces, device names
    of Windows, at most MAX_BYTES of UTF-8 with its extension kept; '' when nothing is left."""
    name = _JOINERS.sub("", clean_line(name, limit=1000))
    if _PATH.match(name):
        name = re.split(r"[\\/]", name)[-1]
    name = _SEPARATORS.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = "_" + name
    return _capped(name)


def _capped(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, last = name.rpartition(".")
    suffix = dot + last if stem and len(last.encode()) <= 16 else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    return stem.encode()[: MAX_BYTES - len(suffix.encode())].decode("utf-8", "ignore").rstrip(" .") + suffix


def distinct(name: str, taken: set[str]) -> str:
    """The name, or with ' (2)', ' (3)' ... before its extension when it is taken, whatever the case of its
    letters. Adds what it returns to `taken` (case-folded)."""
    stem, dot, last = name.rpartition(".")
    if not stem:
        stem, dot, last = name, "", ""
    candidate, count = name, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = f"{stem} ({count}){dot}{last}"
    taken.add(candidate.casefold())
    return candidate
