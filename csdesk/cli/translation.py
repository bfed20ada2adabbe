"""Translation by command: a text or lines in another language, and the models that this takes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csdesk.errors import DeskError, Usage
from csdesk.i18n import _
from csdesk.modelwords import how
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.channels.download import Progress
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.ports import Translator
    from csdesk.domain.translation import Translation
    from csdesk.translation.models import Model


def register(commands: Commands) -> None:
    """translate; models list, available, install, remove."""
    translate = commands.add(
        "translate",
        run_translate,
        _("translate a text, or stdin line by line; exit code 1 when something in it is doubtful"),
    )
    translate.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="xx",
        help=_("its language; told from the text when left out"),
    )
    translate.add_argument(
        "--to",
        dest="target",
        default="",
        metavar="yy",
        help=_("the language wanted; the interface's when left out"),
    )
    translate.add_argument(
        "--keep", action="append", default=[], metavar=_("WORD"), help=_("a name or word that stays as it is")
    )
    translate.add_argument(
        "--engine",
        default="",
        metavar=_("NAME"),
        help=_("by this engine and no other: argos, apertium, libretranslate"),
    )
    translate.add_argument(
        "text", metavar=_("TEXT"), help=_("the text; - is stdin, a line in and a line out")
    )
    with commands.group("models", _("models for translation without a network")) as models:
        models.add("list", run_list, _("list the models on this machine"))
        models.add("available", run_available, _("list the models that the index offers"))
        models.add("proposed", run_proposed, _("list the pairs that customers' languages ask for"))
        install = models.add(
            "install", run_install, _("put in a model from a file, or of a pair from the index")
        )
        install.add_argument(
            "what",
            metavar=_("FILE|PAIR"),
            help=_("an Argos package, NAME.argosmodel, or a pair such as es-en"),
        )
        remove = models.add("remove", run_remove, _("remove the model of a pair"))
        remove.add_argument("pair", metavar=_("PAIR"), help=_("such as es-en"))


def run_translate(call: Call) -> int:
    """A text, or each line of stdin. A line that cannot be translated comes out as it came in."""
    args = call.args
    if args.text != "-":
        made = _translated(call, args.text, args.source)
        _show(call, made)
        return 1 if made.doubtful else 0
    code = 0
    language = args.source
    for number, line in enumerate(_lines(), 1):
        if not line.strip():
            _plain(call, line)
            continue
        try:
            made = _translated(call, line, args.source or _language(line, language))
        except DeskError as error:
            code = 1
            _unchanged(call, line, number, error)
            continue
        language = made.source_language
        _show(call, made, number)
        code = 1 if made.doubtful else code
    return code


def _lines() -> Iterator[str]:
    """Stdin as it comes, cleaned; undecodable bytes are shown as such."""
    for raw in sys.stdin.buffer:
        yield clean_line(raw.decode("utf-8", "replace"))


def _language(text: str, fallback: str) -> str:
    from csdesk.translation.detect import detect

    return detect(text, fallback)


def _translated(call: Call, text: str, source: str) -> Translation:
    from csdesk.domain.ports import TranslationError
    from csdesk.i18n import language
    from csdesk.services.composing import refusal
    from csdesk.text import clean

    text = clean(text)
    call.config  # noqa: B018 - puts the interface's language to use
    source = source or _language(text, "")
    if not source:
        raise Usage(_("The language of this text cannot be told; name it with --from."), code="no_language")
    target = call.args.target or language()
    if source == target:
        return _same(text, source)
    try:
        by = _engine(call)
        return by.translate([text], source, target, keep=call.args.keep, urgent=True)[0]
    except TranslationError as error:
        raise refusal(error) from error


def _engine(call: Call) -> Translator:
    """The engine that --engine names, else whoever the config names for the pair. Raises Usage."""
    from csdesk.config import ENGINES
    from csdesk.settings import nearest

    name, known = call.args.engine, ENGINES[:-1]
    if not name:
        return call.desk.translator
    if name not in known:
        near = nearest(name, known)
        words = (
            _("There is no engine {name}; did you mean {near}?") if near else _("There is no engine {name}.")
        )
        more = _("There are: {names}.").format(names=", ".join(known))
        raise Usage(
            f"{words.format(name=repr(clean_line(name, limit=60)), near=near)} {more}", code="no_engine"
        )
    return call.desk.router.engine(name)


def _same(text: str, language: str) -> Translation:
    from csdesk.domain.translation import Sentence, Translation

    return Translation(language, language, (Sentence(text, text, "", "same"),), "")


def _show(call: Call, made: Translation, line: int = 0) -> None:
    out = call.out
    if out.json:
        out.object(_shape(made))
    else:
        out.say(made.text)
        for at in made.doubtful:
            one = made.sentences[at]
            what = ", ".join((*one.missing, *one.added))
            words = _("{place}: {flags} {what}")
            out.warn(words.format(place=line or at + 1, flags=", ".join(one.flags), what=what).rstrip())
        if made.maker[1] and line <= 1:
            name, other = made.maker
            out.warn(_("Translated by {engine}, in place of {other}.").format(engine=name, other=other))
        if made.demo and line <= 1:
            out.warn(_("By small demonstration models, not for production."))
    sys.stdout.flush()


def _shape(made: Translation) -> dict[str, Any]:
    flags = [flag for one in made.sentences for flag in one.flags]
    return {
        "text": made.text,
        "engine": made.maker[0],
        "instead_of": made.maker[1],
        "flags": list(dict.fromkeys(flags)),
        "from": made.source_language,
        "to": made.target_language,
        "demo": made.demo,
        "doubtful": [
            {
                "source": made.sentences[at].source,
                "target": made.sentences[at].target,
                "flags": list(made.sentences[at].flags),
                "missing": list(made.sentences[at].missing),
                "added": list(made.sentences[at].added),
            }
            for at in made.doubtful
        ],
    }


def _plain(call: Call, line: str) -> None:
    if call.out.json:
        call.out.object({"text": line, "engine": "", "flags": []})
    else:
        call.out.say(line)
    sys.stdout.flush()


def _unchanged(call: Call, line: str, number: int, error: DeskError) -> None:
    if call.out.json:
        call.out.object({"text": line, "engine": "", "flags": ["untranslated"], "error": error.code})
    else:
        call.out.say(line)
        call.out.warn(_("line {line}: {reason}").format(line=number, reason=error.message))
    sys.stdout.flush()


def run_list(call: Call) -> None:
    """What is installed, and where."""
    models = call.desk.models
    found = models.installed()
    if call.out.json:
        for model in found:
            call.out.object(_model(model))
    elif found:
        rows = [
            (one.pair, one.version, f"{-(-one.size // 1_000_000)} MB", _("demonstration") if one.demo else "")
            for one in found
        ]
        call.out.table((_("pair"), _("version"), _("size"), ""), rows)
    else:
        words = _("No model is installed in {folder}. csdesk models install FILE puts one in.")
        call.out.say(words.format(folder=models.folder))


def run_available(call: Call) -> None:
    """What the index offers, and what of it is here."""
    found = call.desk.model_index.available()
    if call.out.json:
        for one in found:
            call.out.object(
                {"pair": one.pair, "version": one.version, "url": one.url, "installed": one.installed}
            )
    else:
        rows = [(one.pair, one.version, one.installed) for one in found]
        call.out.table((_("pair"), _("version"), _("installed")), rows)


def run_proposed(call: Call) -> None:
    """What customers wrote in the last 90 days, and what reads and answers it."""
    found = call.desk.shelf.needs()
    if call.out.json:
        for one in found:
            route = list(one.route.steps) if one.route else []
            demo = bool(one.route and one.route.demo)
            call.out.object({"pair": one.pair, "messages": one.messages, "incoming": one.incoming,
                             "route": route, "demo": demo})  # fmt: skip
    elif found:
        rows = [(one.pair, str(one.messages), how(one)) for one in found]
        call.out.table((_("pair"), _("messages"), ""), rows)
    else:
        call.out.say(_("Customers wrote in no language that is not read here."))


def run_install(call: Call) -> None:
    """From a file, such as one on a stick; a word like es-en that names no file is a pair of the index."""
    what = call.args.what
    file = Path(what).expanduser()
    if re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", what) and not file.exists():
        found = call.desk.model_index.install(what, _progress(call))
    else:
        found = (call.desk.models.install(file),)
    for model in found:
        call.out.done(_model(model), _("{pair} is installed.").format(pair=model.pair))
    if not found:
        call.out.say(_("{pair} is translated over English, and both models are here.").format(pair=what))


def _progress(call: Call) -> Progress:
    """A line on a terminal's stderr that grows; nothing where nobody looks."""
    if call.out.json or not sys.stderr.isatty():
        return lambda _have, _all: None

    def show(have: int, whole: int) -> None:
        of = f" / {whole // 1_000_000}" if whole else ""
        end = "\n" if have == whole else ""
        sys.stderr.write(f"\r{have // 1_000_000}{of} MB{end}")
        sys.stderr.flush()

    return show


def run_remove(call: Call) -> None:
    """All versions of a pair."""
    for model in call.desk.models.remove(call.args.pair):
        call.out.done(_model(model), _("{pair} is removed.").format(pair=model.pair))


def _model(model: Model) -> dict[str, Any]:
    return {
        "pair": model.pair,
        "version": model.version,
        "bytes": model.size,
        "demo": model.demo,
        "path": str(model.path),
    }
