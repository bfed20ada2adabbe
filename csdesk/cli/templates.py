"""Reply templates: which there are, whether they are right, and what one says when it is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.call import answers
from csdesk.cli.words import number
from csdesk.domain.limits import LIMITS
from csdesk.errors import Usage
from csdesk.i18n import _, language, ngettext, pgettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """templates list, check, render."""
    with commands.group("templates", _("reply templates")) as templates:
        templates.add("list", run_list, _("list them"))
        check = templates.add(
            "check", run_check, _("name what is wrong with them; exit code 1 when something is")
        )
        check.add_argument(
            "--channel",
            action="append",
            default=[],
            metavar=_("NAME"),
            help=_("for this channel's limits instead of those of the desk's accounts; repeatable"),
        )
        _own(templates)
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


def _own(templates: Commands) -> None:
    """Commands that change the person's own templates."""
    edit = templates.add("edit", run_edit, _("write one in your editor; it is kept among your own"))
    edit.add_argument("name", help=_("one there is, or a new one"), metavar=_("NAME"))
    copy = templates.add("copy", run_copy, _("begin an own one like another"))
    copy.add_argument("name", metavar=_("NAME"))
    copy.add_argument("new", metavar=_("NEW"), help=_("its name"))
    remove = templates.add(
        "remove", run_remove, _("take an own one away; the desk's of that name is back then")
    )
    remove.add_argument("name", metavar=_("NAME"))
    restore = templates.add("restore", run_restore, _("put back an own one that was taken away"))
    restore.add_argument("name", metavar=_("NAME"))


def run_edit(call: Call) -> None:
    """The template's file in an editor. What would not be read back is refused, and nothing is changed."""
    from pathlib import Path

    from csdesk.domain.template import Template, TemplateText
    from csdesk.errors import NotFound, Refused
    from csdesk.outside import edited, editor
    from csdesk.services.template_files import named
    from csdesk.templating import as_text, load_text

    service, name = call.desk.templates, named(call.args.name)
    try:
        template, before = service.opened(name)
    except NotFound:
        template, before = Template(name, {"en": TemplateText("en", "...", name.replace("_", " "))}), ""
    text = edited(as_text(template), editor(call.config.editor), suffix=".toml")
    if text is None:
        raise Refused(_("The editor ended with an error; nothing was changed."), code="editor")
    found, problems = load_text(text, Path(f"{name}.toml"))
    if found is None:
        words = "\n".join(f"{problem.line}: {problem.sentence}" for problem in problems)
        raise Refused(_("Nothing was changed: {problems}").format(problems=words), code="template")
    kept = service.save(found, before)
    for problem in service.examine(kept):
        call.out.warn(problem.sentence)
    call.out.done({"name": kept.name, "path": kept.source}, _("Kept as {path}.").format(path=kept.source))


def run_copy(call: Call) -> None:
    """Another name, the same texts."""
    made = call.desk.templates.copy(call.args.name, call.args.new)
    call.out.done({"name": made.name, "path": made.source}, _("Kept as {path}.").format(path=made.source))


def run_remove(call: Call) -> None:
    """Only own ones can be taken away."""
    name = call.args.name
    beneath = call.desk.templates.remove(name)
    words = _("{name} is taken away; csdesk templates restore {name} puts it back.")
    if beneath is not None:
        words = _("{name} is as it came again; csdesk templates restore {name} puts your own back.")
    call.out.done({"name": name, "origin": beneath.origin if beneath else None}, words.format(name=name))


def run_restore(call: Call) -> None:
    """As it was."""
    back = call.desk.templates.put_back(call.args.name)
    call.out.done({"name": back.name, "path": back.source}, _("{name} is back.").format(name=back.name))


def run_list(call: Call) -> None:
    """One line a template."""
    out = call.out
    found = call.desk.templates.all()
    uses = call.desk.templates.uses()
    if out.json:
        for one in found:
            out.object(
                {
                    "name": one.name,
                    "origin": one.origin,
                    "category": one.category,
                    "stages": list(one.stages),
                    "languages": list(one.texts),
                    "titles": {language: text.title for language, text in one.texts.items()},
                    "asks": sorted(one.asks),
                    "uses": uses[one.name].total if one.name in uses else 0,
                    "own_uses": uses[one.name].mine if one.name in uses else 0,
                }
            )
        return
    heads = (_("name"), _("whose"), _("used"), _("by you"), _("category"), _("languages"), _("title"))
    out.table(
        heads,
        (
            (
                t.name,
                origin_word(t.origin),
                str(uses[t.name].total) if t.name in uses else "",
                str(uses[t.name].mine) if t.name in uses else "",
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
    channels = tuple(call.args.channel)
    if unknown := [name for name in channels if name not in LIMITS]:
        words = _("No limits of {name} are known; there are {names}.")
        raise Usage(words.format(name=unknown[0], names=", ".join(LIMITS)))
    problems = call.desk.templates.check(channels)
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


def origin_word(origin: str) -> str:
    """Whose folder a template lies in."""
    words = {
        "desk": pgettext("template", "desk"),
        "team": pgettext("template", "team"),
        "own": pgettext("template", "own"),
    }
    return words.get(origin, origin)
