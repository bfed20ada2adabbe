"""What other programs read of the desk, by command: report list, columns, export, grant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from csdesk.errors import Usage
from csdesk.i18n import _, ngettext
from csdesk.text import scrub

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


class _Scrubbed:
    """Rows are for programs; who looks at them on a terminal gets nothing in them that drives it."""

    def write(self, text: str) -> int:
        """As a stream does."""
        return sys.stdout.write(scrub(text))


def register(commands: Commands) -> None:
    """report list, columns, export, grant."""
    with commands.group("report", _("views of the store for ERP, CRM, WMS and BI")) as report:
        report.add("list", run_list, _("list the views"))
        columns = report.add("columns", run_columns, _("list the columns of a view"))
        columns.add_argument("name", metavar=_("VIEW"))
        export = report.add(
            "export", run_export, _("write the rows of a view as CSV, with --json as JSON lines")
        )
        export.add_argument("name", metavar=_("VIEW"))
        export.add_argument(
            "--to", metavar=_("FILE"), help=_("write this file; without it, to standard output")
        )
        export.add_argument(
            "--spreadsheet",
            action="store_true",
            help=_("for Excel and its like: texts that begin like a formula get an apostrophe before them"),
        )
        grant = report.add("grant", run_grant, _("print what lets a PostgreSQL role read the views alone"))
        grant.add_argument("role", metavar=_("ROLE"))


def run_list(call: Call) -> None:
    """One line a view."""
    reports, out = call.desk.reports, call.out
    if out.json:
        for view in reports.all():
            columns = [{"name": one.name, "kind": one.kind} for one in view.columns]
            out.object(
                {"view": view.name, "version": reports.version, "about": view.about, "columns": columns}
            )
        return
    out.table((_("view"), _("a row is")), ((view.name, _(view.about)) for view in reports.all()))


def run_columns(call: Call) -> None:
    """One line a column."""
    view, out = call.desk.reports.one(call.args.name), call.out
    if out.json:
        for one in view.columns:
            out.object({"name": one.name, "kind": one.kind})
        return
    words = {
        "id": _("number of a row"),
        "count": _("whole number"),
        "seconds": _("seconds"),
        "text": _("text"),
        "time": _("time in UTC"),
        "date": _("day in UTC"),
        "amount": _("decimal amount"),
        "yesno": _("true or false"),
    }
    out.table((_("column"), _("kind")), ((one.name, words[one.kind]) for one in view.columns))


def run_export(call: Call) -> None:
    """Rows and nothing else on standard output, so that it can be piped."""
    args, out, reports = call.args, call.out, call.desk.reports
    view = reports.one(args.name)
    if out.json:
        if args.to or args.spreadsheet:
            raise Usage(_("JSON lines go to standard output; leave --to and --spreadsheet out."))
        for row in reports.rows(view):
            out.object(row)
        return
    if args.to is None:
        stream = cast("TextIO", _Scrubbed()) if sys.stdout.isatty() else sys.stdout
        reports.write_csv(view, stream, spreadsheet=args.spreadsheet)
        return
    path = Path(args.to).expanduser()
    count = reports.save_csv(view, path, spreadsheet=args.spreadsheet)
    words = ngettext("{n} row written to {path}", "{n} rows written to {path}", count)
    out.say(words.format(n=count, path=path))


def run_grant(call: Call) -> None:
    """Statements for psql."""
    for line in call.desk.reports.grants(call.args.role):
        call.out.done({"sql": line}, line)
