"""Care of the store: the doctor, a backup, and a backup put back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.errors import Refused
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """doctor, backup, restore."""
    doctor = commands.add(
        "doctor", run_doctor, _("check the store and the translators; exit code 1 when something is wrong")
    )
    doctor.add_argument(
        "--rebuild", action="store_true", help=_("compute states and counters again from the event log")
    )
    backup = commands.add("backup", run_backup, _("copy the store and its files while it is in use"))
    backup.add_argument("file", metavar=_("FILE"), help=_("a new file; the attachments go to FILE.files"))
    restore = commands.add(
        "restore", run_restore, _("put a backup back; the store of before is kept beside it")
    )
    restore.add_argument("file", metavar=_("FILE"))
    restore.add_argument("--force", action="store_true", help=_("even if another process has the store open"))


def run_doctor(call: Call) -> int:
    """Every finding, well or not."""
    from csdesk.services.doctor import Doctor, Finding

    out = call.out
    doctor = Doctor(call.desk.context)
    findings = list(doctor.examine())
    findings += [
        Finding(f"translator {one.name}", one.ok, one.words) for one in call.desk.engines.all(unused=False)
    ]
    if call.args.rebuild:
        wrong = doctor.rebuild()
        words = ngettext(
            "{count} value was wrong and is right now.", "{count} values were wrong and are right now.", wrong
        )
        sentence = words.format(count=wrong) if wrong else _("Everything agrees with the event log.")
        findings.append(Finding("rebuild", True, sentence))
    if out.json:
        for one in findings:
            out.object({"check": one.name, "ok": one.ok, "detail": one.detail})
    else:
        out.table(
            (_("what"), _("result"), ""),
            ((f.name, _("well") if f.ok else _("NOT WELL"), f.detail) for f in findings),
        )
    return 0 if all(one.ok for one in findings) else 1


def run_backup(call: Call) -> None:
    """A copy to a new file."""
    from csdesk.services.backup import backup

    path = backup(call.desk.store, Path(call.args.file).expanduser())
    call.out.done({"path": str(path)}, _("The store is copied to {path}.").format(path=path))


def run_restore(call: Call) -> None:
    """The copy becomes the store."""
    from csdesk.bootstrap import store_url
    from csdesk.services.backup import restore

    out = call.out
    path = call.desk.store.path
    if path is None:
        words = _("csdesk restore is for SQLite stores; for PostgreSQL use pg_restore ({store}).")
        from csdesk.cli.setup import shown_store

        raise Refused(
            words.format(store=shown_store(store_url(call.config, call.args.store))), code="not_sqlite"
        )
    kept = restore(
        Path(call.args.file).expanduser(),
        path,
        call.clock,
        force=call.args.force,
        key=os.environ.get("CSDESK_STORE_KEY", ""),
    )
    words = _("{path} is restored; the store of before is {kept}.") if kept else _("{path} is restored.")
    out.done({"path": str(path), "kept": str(kept) if kept else None}, words.format(path=path, kept=kept))
