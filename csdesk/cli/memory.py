"""What was translated before and the words of the trade, by command: files in and out, and what is offered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.errors import NotFound, Refused
from csdesk.i18n import _, ngettext, pgettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.cli.words import Parser
    from csdesk.services.memory import Taken


def register(commands: Commands) -> None:
    """memory list, find, import, export; glossary list, import, export, remove."""
    with commands.group("memory", _("sentences that were translated before")) as memory:
        memory.add("list", run_pairs, _("how many sentences each pair of languages has"))
        find = memory.add("find", run_find, _("sentences like this one, with how alike they are"))
        find.add_argument("text", metavar=_("TEXT"))
        _pair(find, required=True)
        taken = memory.add("import", run_import_memory, _("take in a TMX file"))
        taken.add_argument("file", metavar=_("FILE"))
        given = memory.add("export", run_export_memory, _("write the memory as a new TMX file"))
        given.add_argument("file", metavar=_("FILE"))
        _pair(given)
    with commands.group("glossary", _("words of the trade: how they are said, never said, or kept")) as words:
        _pair(words.add("list", run_terms, _("list the terms")))
        taken = words.add("import", run_import_terms, _("take in a CSV or TBX file"))
        taken.add_argument("file", metavar=_("FILE"))
        _pair(taken)
        given = words.add("export", run_export_terms, _("write the terms as a new CSV or TBX file"))
        given.add_argument("file", metavar=_("FILE"))
        _pair(given)
        gone = words.add("remove", run_remove_term, _("forget a term"))
        gone.add_argument("term", metavar=_("TERM"))
        _pair(gone)


def _pair(parser: Parser, *, required: bool = False) -> None:
    parser.add_argument(
        "--from", dest="source", default="", metavar="xx", required=required, help=_("from this language")
    )
    parser.add_argument(
        "--to", dest="target", default="", metavar="yy", required=required, help=_("into this language")
    )


def run_pairs(call: Call) -> None:
    """A line a pair."""
    found = call.desk.memory.pairs()
    if call.out.json:
        for source, target, count in found:
            call.out.object({"from": source, "to": target, "sentences": count})
        return
    if not found:
        call.out.say(_("Nothing is remembered yet. csdesk memory import takes in a TMX file."))
        return
    call.out.table((pgettext("language", "from"), pgettext("language", "to"), _("sentences")), found)


def run_find(call: Call) -> None:
    """The likest first; 100 is the same sentence."""
    args, out = call.args, call.out
    found = call.desk.memory.suggest(args.text, args.source, args.target)
    for one in found:
        known = one.remembered
        if out.json:
            out.object(
                {
                    "score": one.score,
                    "same_numbers": one.numbers,
                    "source": known.source,
                    "target": known.target,
                    "agent": known.agent or None,
                    "uses": known.uses,
                }
            )
            continue
        out.say(f"{one.score} %  {known.target}")
        out.say(f"       {known.source}")
        if not one.numbers:
            out.say("       ! " + _("other numbers"))
    if not found and not out.json:
        out.say(_("Nothing like it is remembered."))


def run_import_memory(call: Call) -> None:
    """All of a file, or nothing where it cannot be read."""
    taken = call.desk.memory.import_file(Path(call.args.file).expanduser())
    _told(call, taken)


def run_import_terms(call: Call) -> None:
    """Rows that make no sense are named; exit code 1 when no row made any."""
    args = call.args
    taken = call.desk.glossary.import_file(Path(args.file).expanduser(), args.source, args.target)
    _told(call, taken)


def _told(call: Call, taken: Taken) -> None:
    reasons = [{"line": line, "reason": reason} for line, reason in taken.reasons]
    words = _("{kept} kept, {known} known already, {skipped} left out.")
    call.out.done(
        {"kept": taken.kept, "known": taken.known, "skipped": taken.skipped, "reasons": reasons},
        words.format(kept=taken.kept, known=taken.known, skipped=taken.skipped),
    )
    if not call.out.json:
        for line, reason in taken.reasons:
            call.out.warn(_("line {line}: {reason}").format(line=line, reason=reason))
    if taken.skipped and not taken.kept + taken.known:
        raise Refused(_("Nothing in {file} could be read.").format(file=call.args.file), code="nothing_read")


def run_export_memory(call: Call) -> None:
    """A new file; one that is there is never written over."""
    path = Path(call.args.file).expanduser()
    _exported(call, path, call.desk.memory.export_file(path, call.args.source, call.args.target))


def run_export_terms(call: Call) -> None:
    """A new file; one that is there is never written over."""
    path = Path(call.args.file).expanduser()
    _exported(call, path, call.desk.glossary.export_file(path, call.args.source, call.args.target))


def _exported(call: Call, path: Path, count: int) -> None:
    words = ngettext("{n} entry is in {path}.", "{n} entries are in {path}.", count)
    call.out.done({"file": str(path), "entries": count}, words.format(n=count, path=path))


def run_terms(call: Call) -> None:
    """A line a term."""
    out = call.out
    terms = call.desk.glossary.list(call.args.source, call.args.target)
    if out.json:
        for one in terms:
            out.object(
                {
                    "from": one.source_language or None,
                    "to": one.target_language or None,
                    "term": one.term,
                    "translation": one.translation or None,
                    "status": one.status,
                    "note": one.note or None,
                }
            )
        return
    if not terms:
        out.say(_("The glossary is empty. csdesk glossary import takes in a CSV or TBX file."))
        return
    words = {"approved": _("approved"), "forbidden": _("forbidden"), "keep": _("stays as it is")}
    rows = (
        (t.source_language or "*", t.target_language or "*", t.term, t.translation, words[t.status], t.note)
        for t in terms
    )
    out.table(
        (
            pgettext("language", "from"),
            pgettext("language", "to"),
            _("term"),
            _("translation"),
            _("status"),
            _("note"),
        ),
        rows,
    )


def run_remove_term(call: Call) -> None:
    """All its rows, or those of a pair."""
    args = call.args
    gone = call.desk.glossary.remove(args.term, args.source, args.target)
    if not gone:
        raise NotFound(_("The glossary has no term {term}.").format(term=args.term))
    call.out.done({"term": args.term, "removed": gone}, _("{term} is forgotten.").format(term=args.term))
