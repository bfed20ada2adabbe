"""Is the store well? Looks only; rebuild() is the one thing that changes, and it only repeats what the log says."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from csdesk.db import health, migrations
from csdesk.i18n import _, ngettext
from csdesk.services import owners
from csdesk.services.context import Context


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a short stable name, whether it is well, and a sentence."""

    name: str
    ok: bool
    detail: str


class Doctor:
    """Examines one store."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store = context.store

    def examine(self) -> Iterator[Finding]:
        """Everything, the gravest first. Raises StoreFailure when the store cannot be opened at all."""
        conn = self.store.raw()
        try:
            damages = health.damages(conn)
            words = _("The database is whole.")
            if damages:
                words = _("The database is damaged: {what}. Stop csdesk and restore the last backup.")
            yield Finding("integrity", not damages, words.format(what="; ".join(damages[:3])))
            yield Finding("database", True, health.version(conn))
            schema = migrations.version(conn)
        finally:
            conn.close()
        yield Finding("schema", schema == migrations.LATEST, _("Schema {number}.").format(number=schema))
        yield self._files()
        yield self._modes()
        yield self._leases()

    def rebuild(self) -> int:
        """Compute every derived column and counter again from the event log; returns how many were wrong."""
        with self.store.write() as tx:
            return tx.conversations.rebuild() + tx.uses.rebuild()

    def _files(self) -> Finding:
        with self.store.read() as tx:
            total, gone = health.missing_files(tx)
        if gone:
            words = ngettext(
                "{count} attachment file is gone or cut short: {names}. Take it from a backup of its folder.",
                "{count} attachment files are gone or cut short: {names}. Take them from a backup of its folder.",
                len(gone),
            )
            return Finding(
                "files", False, words.format(count=len(gone), names=", ".join(h[:12] for h in gone[:5]))
            )
        words = ngettext(
            "{count} file beside the store, all there.", "{count} files beside the store, all there.", total
        )
        return Finding("files", True, words.format(count=total))

    def _modes(self) -> Finding:
        open_to_others = [path for path in self._private() if _others_can_read(path)]
        if not open_to_others:
            return Finding("modes", True, _("Only you can read the store's files."))
        words = _("Other people on this machine can read {paths}. Run: chmod go-rwx {paths}")
        return Finding("modes", False, words.format(paths=" ".join(str(path) for path in open_to_others)))

    def _private(self) -> list[Path]:
        if self.store.path is None:
            return []
        base = self.store.path
        beside = [base.with_name(base.name + ending) for ending in ("-wal", "-shm", ".files")]
        return [path for path in (base, *beside, base.parent / "secrets.json") if path.exists()]

    def _leases(self) -> Finding:
        with self.store.read() as tx:
            held = health.leases(tx)
        dead = [name for name, owner in held if owners.is_dead(owner)]
        if dead:
            words = _("Left behind by processes that are gone, and ended by the next sync: {names}.")
            return Finding("leases", True, words.format(names=", ".join(dead)))
        if not held:
            return Finding("leases", True, _("No sync runs."))
        return Finding(
            "leases", True, _("Held: {names}.").format(names=", ".join(name for name, _owner in held))
        )


def _others_can_read(path: Path) -> bool:
    found = path.stat()
    return found.st_uid == os.getuid() and bool(stat.S_IMODE(found.st_mode) & 0o077)
