"""One conversation as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.errors import Refused
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands

FORMATS = ("txt", "html", "mbox", "json")


def register(commands: Commands) -> None:
    """export."""
    export = commands.add("export", run_export, _("write one conversation as text, page, mailbox or JSON"))
    export.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    export.add_argument("--format", choices=FORMATS, default="txt", help=", ".join(FORMATS))
    export.add_argument(
        "--to",
        metavar=_("FOLDER"),
        help=_("write a new file into this folder; without it, to standard output"),
    )
    export.add_argument(
        "--notes",
        action="store_true",
        help=_("with the internal notes, marked as such; they are left out otherwise"),
    )


def run_export(call: Call) -> None:
    """Write it, and say what was left out."""
    args, out = call.args, call.out
    if args.to is not None:
        folder = Path(args.to).expanduser()
        path, left = call.desk.export.save(args.id, args.format, folder, notes=args.notes, here=out.where)
        out.done({"path": str(path), "notes_left_out": left}, _("Saved as {path}").format(path=path))
    else:
        made = call.desk.export.make(args.id, args.format, notes=args.notes, here=out.where)
        left = made.notes
        if out.json:
            text = made.data.decode("utf-8", "replace")
            out.object({"name": made.name, "format": args.format, "notes_left_out": left, "text": text})
            return
        if args.format == "mbox" and sys.stdout.isatty():
            raise Refused(_("A mailbox file is no text for a terminal; say --to FOLDER or redirect it."))
        sys.stdout.flush()
        sys.stdout.buffer.write(made.data)
        sys.stdout.buffer.flush()
    if left and not out.json:
        said = ngettext("{n} note was left out.", "{n} notes were left out.", left)
        out.warn(said.format(n=left))
