"""Bytes by their SHA-256: small ones in the database, large ones in files beside it (SQLite), or all in the
database (PostgreSQL, where several machines share one store)."""

from __future__ import annotations

import hashlib
import os
import zlib
from contextlib import suppress
from pathlib import Path

from sqlalchemy import bindparam, select, text

from csdesk.db.tables import Blob, table
from csdesk.db.tx import Tx
from csdesk.errors import NotFound, StoreFailure
from csdesk.i18n import _

INLINE_BYTES = 64 * 1024
_BLOB = table(Blob)
_THERE = select(_BLOB.c.hash).where(_BLOB.c.hash.in_(bindparam("hashes", expanding=True)))
_SMALL = 4096
# Two transactions may keep the same bytes at once (a file sent to two of our mailboxes): one row is enough.
_PUT = text("INSERT INTO blob (hash, size, data) VALUES (:hash, :size, :data) ON CONFLICT (hash) DO NOTHING")


class Blobs:
    """Content-addressed bytes. Putting the same bytes twice keeps one copy."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def put(self, data: bytes) -> str:
        """Keep these bytes; returns their hash. A file is on the disk before the row that names it."""
        return self.put_all([data])[0]

    def put_all(self, items: list[bytes]) -> list[str]:
        """Keep many; returns their hashes in the same order."""
        hashes = [hashlib.sha256(data).hexdigest() for data in items]
        fresh = dict(zip(hashes, items, strict=True))
        found = self.tx.rows(_THERE, {"hashes": list(fresh)})
        for row in found:
            del fresh[row[0]]
        rows = []
        for name, data in sorted(fresh.items()):
            inside = self.tx.blob_dir is None or len(data) <= INLINE_BYTES
            if not inside:
                self._write(name, data)
            rows.append({"hash": name, "size": len(data), "data": _packed(data) if inside else None})
        if rows:
            self.tx.run(_PUT, rows)
        return hashes

    def get(self, name: str) -> bytes:
        """The bytes of a hash. Raises NotFound, StoreFailure when the file is gone or altered."""
        row = self.tx.one(select(_BLOB.c.data).where(_BLOB.c.hash == name))
        if row is None:
            raise NotFound(_("The store has no file {name}.").format(name=name[:12]))
        if row[0] is not None:
            return _unpacked(name, row[0])
        try:
            data = self._path(name).read_bytes()
        except OSError as error:
            raise StoreFailure(
                _("The file {path} of this store cannot be read: {reason}.").format(
                    path=self._path(name), reason=error.strerror
                )
            ) from error
        if hashlib.sha256(data).hexdigest() != name:
            raise StoreFailure(_("The file {path} of this store was altered.").format(path=self._path(name)))
        return data

    def _path(self, name: str) -> Path:
        assert self.tx.blob_dir is not None
        return self.tx.blob_dir / name[:2] / name

    def _write(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if path.exists():
            return
        part = path.with_name(f".{name}.{os.getpid()}.part")
        try:
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise StoreFailure(
                _("A file of {size} bytes could not be kept: {reason}.").format(
                    size=len(data), reason=error.strerror
                ),
                code="store_full",
            ) from error


def _packed(data: bytes) -> bytes:
    """In the zlib format. For a few kilobytes most of the time goes into making the window ready, so they get a small
    one."""
    if len(data) > _SMALL:
        return zlib.compress(data, 1)
    packer = zlib.compressobj(1, zlib.DEFLATED, 12, 5)
    return packer.compress(data) + packer.flush()


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        plain = zlib.decompress(data)
    except zlib.error:
        plain = b""
    if hashlib.sha256(plain).hexdigest() != name:
        raise StoreFailure(_("The file {name} in this store was altered.").format(name=name[:12]))
    return plain


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut only when its folder was synced as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
