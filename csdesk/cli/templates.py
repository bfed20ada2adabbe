"""Reply templates: which there are, whether they are right, and what one says when it is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.call import answers
from csdesk.cli.words import number
from csdesk.i18n import _, language, ngettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """templates list, check, render."""
    with commands.group("templates", _("reply templates")) as templates:
        templates.add("list", run_list, _("list them"))
        templates.add("check", run_check, _("name what is wrong with them; exit code 1 when something is"))
        render = templates.add("render", run_render, _("show one filled in"))
        render.add_argument("name", metavar=_("NAME"))
        render.add_argument(
            "--conversation",
            type=number(lambda: _("a conversation")),
            metavar="ID",
            help=_("for this customer and order"),
        )
        render.add_argument("--lang", default="", metavar="xx", help=_("in this language"))
        render.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="VAR=VALUE",
            help=_("what the template asks; repeatable"),
        )


def run_list(call: Call) -> None:
    """One line a template."""
    out = call.out
    found = call.desk.templates.all()
    if out.json:
        for one in found:
            out.object(
                {
                    "name": one.name,
                    "category": one.category,
                    "stages": list(one.stages),
                    "languages": list(one.texts),
                    "titles": {language: text.title for language, text in one.texts.items()},
                    "asks": sorted(one.asks),
                }
            )
        return
    heads = (_("name"), _("category"), _("languages"), _("title"))
    out.table(
        heads,
        (
            (
                t.name,
                t.category,
                ", ".join(t.texts),
                (t.texts.get(language()) or next(iter(t.texts.values()))).title,
            )
            for t in found
        ),
    )


def run_check(call: Call) -> int:
    """Every mistake by template, file and line."""
    out = call.out
    problems = call.desk.templates.check()
    for one in problems:
        if out.json:
            out.object(
                {
                    "template": one.template,
                    "language": one.language or None,
                    "file": one.file or None,
                    "line": one.line or None,
                    "message": one.sentence,
                }
            )
        else:
            out.say(_("{template}: {sentence}").format(template=one.template, sentence=one.sentence))
    count = len(call.desk.templates.all())
    if not problems and not out.json:
        out.say(
            ngettext("{count} template is right.", "{count} templates are right.", count).format(count=count)
        )
    return 1 if problems else 0


def run_render(call: Call) -> int:
    """The text; exit code 1 when something is still missing, which stderr then names."""
    args, out = call.args, call.out
    asks = call.desk.templates.asks(args.name, conversation=args.conversation, language=args.lang)
    rendered = call.desk.templates.render(
        args.name, conversation=args.conversation, language=args.lang, answers=answers(args.set)
    )
    if out.json:
        out.object(
            {
                "name": rendered.name,
                "language": rendered.language,
                "subject": rendered.subject,
                "text": rendered.text,
                "missing": list(rendered.missing),
            }
        )
        return 1 if rendered.missing else 0
    out.say(rendered.text)
    questions = dict(asks)
    for name in rendered.missing:
        words = _("Missing: {name} ({question}); give it with --set {name}=value.")
        out.warn(words.format(name=name, question=questions.get(name, name)))
    return 1 if rendered.missing else 0
