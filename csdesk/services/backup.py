"""A copy of a SQLite store and its files while it is in use, and back again. Never overwrites anything."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from csdesk.clock import Clock
from csdesk.db import health
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _
from csdesk.store import Store

FILES = ".files"
LOGS = ("-wal", "-shm")


def backup(store: Store, target: Path) -> Path:
    """Copy a store to `target` and its files to `target`.files; returns the path. The database comes first:
    files without a row do no harm, rows without a file do. Raises Refused."""
    if store.path is None or store.blob_dir is None:
        words = _("csdesk backup copies SQLite stores; for PostgreSQL use pg_dump and pg_restore.")
        raise Refused(words, code="not_sqlite")
    target = target.absolute()
    for path in (target, files_of(target)):
        if path.exists():
            raise Refused(_("{path} is there already; name another file.").format(path=path), code="exists")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        health.copy_into(store.engine, target)
        _copy_files(store.blob_dir, files_of(target))
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _failed(target, error) from error
        raise
    return target


def restore(source: Path, target: Path, clock: Clock, *, force: bool = False, key: str = "") -> Path | None:
    """Put a backup in the place of the store `target`; what was there is kept beside it under a dated name,
    which is returned (None when nothing was there). Raises NotFound, Refused (in_use without `force`),
    StoreFailure when the backup is no csdesk store, is damaged or comes from a newer csdesk."""
    source = source.absolute()
    if not source.is_file():
        raise NotFound(_("There is no file {path}.").format(path=source))
    if source.resolve() == target.resolve():
        raise Refused(_("{path} is the store itself; name a backup.").format(path=source))
    used = users(target)
    if used and not force:
        words = _("The store is in use by process {pids}; end csdesk first, or say --force.")
        raise Refused(words.format(pids=", ".join(map(str, used))), code="in_use")
    part = target.with_name(target.name + ".restoring")
    part_files = files_of(part)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(part, part_files)
        shutil.copyfile(source, part)
        part.chmod(0o600)
        _copy_files(files_of(source), part_files)
        _proven(part, clock, key)
        kept = _aside(target, clock.now())
        part.replace(target)
        if part_files.exists():
            part_files.replace(files_of(target))
        return kept
    except OSError as error:
        raise _failed(target, error) from error
    finally:
        _remove(part, part_files)


def files_of(path: Path) -> Path:
    """The folder of a store's files."""
    return path.with_name(path.name + FILES)


def users(path: Path) -> list[int]:
    """Processes of this machine, but not this one, that have a store's file open, as far as /proc tells."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if link.readlink() == path.resolve() and int(link.parts[2]) != os.getpid():
                found.add(int(link.parts[2]))
        except OSError:
            continue
    return sorted(found)


def _proven(path: Path, clock: Clock, key: str) -> None:
    """Open and examine a copy. Raises StoreFailure, Refused."""
    store = Store(f"sqlite:///{path}", clock, key)
    try:
        conn = store.raw()
        try:
            damages = health.damages(conn)
        finally:
            conn.close()
    finally:
        store.close()
    if damages:
        words = _("The backup is damaged ({what}); nothing was changed.")
        raise Refused(words.format(what="; ".join(damages[:3])), code="damaged")


def _aside(target: Path, now: datetime) -> Path | None:
    """Move a store with its logs and files to a name that says when."""
    if not target.exists():
        return None
    stem = f"{target.name}.before-{now:%Y%m%d-%H%M%S}"
    kept = target.with_name(stem)
    for count in range(2, 100):
        if not kept.exists():
            break
        kept = target.with_name(f"{stem}-{count}")
    for ending in (*LOGS, FILES, ""):
        path = target.with_name(target.name + ending)
        if path.exists():
            path.rename(kept.with_name(kept.name + ending))
    return kept


def _copy_files(source: Path, target: Path) -> None:
    """Copy the content-addressed files; one that is being written has no name yet."""
    if not source.is_dir():
        return
    target.mkdir(mode=0o700)
    for path in source.glob("??/*"):
        if not path.name.startswith("."):
            inner = target / path.parent.name
            inner.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(path, inner / path.name)
            (inner / path.name).chmod(0o600)


def _remove(path: Path, files: Path) -> None:
    for ending in (*LOGS, ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    if files.exists():
        shutil.rmtree(files)


def _failed(path: Path, error: OSError) -> Refused:
    words = _("{path} could not be written: {reason}.")
    return Refused(words.format(path=path, reason=error.strerror or error), code="not_written")
