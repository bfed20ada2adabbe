"""Spelling by command: the words of a text that its language's dictionary does not know, and words of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.errors import Refused
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """spelling check, add."""
    with commands.group("spelling", _("spelling by the machine's dictionaries")) as spelling:
        check = spelling.add(
            "check", run_check, _("name the wrong words of a text; exit code 1 when there are any")
        )
        source = check.add_mutually_exclusive_group(required=True)
        source.add_argument("--text", metavar="T", help=_("the text"))
        source.add_argument("--file", metavar="F", help=_("a file with the text; - is stdin"))
        check.add_argument(
            "--lang", default="", metavar="xx", help=_("its language; told from the text when left out")
        )
        check.add_argument("--country", default="", metavar="XX", help=_("the country whose spelling it is"))
        add = spelling.add("add", run_add, _("a word that is right from now on"))
        add.add_argument("word", metavar=_("WORD"))
        add.add_argument("--lang", required=True, metavar="xx", help=_("in this language"))


def run_check(call: Call) -> int:
    """Every wrong word with its place and what may have been meant."""
    from csdesk.cli.call import read_text
    from csdesk.text import clean
    from csdesk.translation.detect import detect

    args, out, service = call.args, call.out, call.desk.spelling
    text = clean(read_text(args.file) if args.file is not None else args.text)
    language = args.lang or detect(text)
    if trouble := service.trouble(language, args.country):
        raise Refused(trouble, code="no_dictionary")
    found = service.wrong(text, language, country=args.country)
    for one in found:
        line = text.count("\n", 0, one.start) + 1
        meant = service.suggest(one.text, language, country=args.country)
        if out.json:
            out.object(
                {"word": one.text, "line": line, "start": one.start, "end": one.end, "suggested": list(meant)}
            )
        else:
            out.say(f"{line}: {one.text}   {', '.join(meant)}")
    if not found and not out.json:
        out.say(_("No word is wrong in {language}.").format(language=language))
    return 1 if found else 0


def run_add(call: Call) -> None:
    """Kept in the folder spelling beside the config file."""
    call.desk.spelling.add(call.args.word, call.args.lang)
    words = _("{word} is right in {language} from now on.")
    call.out.done(
        {"word": call.args.word, "language": call.args.lang},
        words.format(word=call.args.word, language=call.args.lang),
    )
