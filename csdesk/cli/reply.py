"""Writing: reply, note, new, forward. A reply without --send is a draft; nothing here sends by itself."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING

from csdesk.cli.call import answers, files, read_text
from csdesk.cli.composed import composed, composed_to, show_composed
from csdesk.cli.triage import when
from csdesk.cli.words import Parser, number
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.before import Finding
    from csdesk.domain.composed import Composed
    from csdesk.domain.conversation import Draft
    from csdesk.domain.outbox import OutboxRow
    from csdesk.domain.template import Rendered

MAX_SECONDS = 600
"""A longer wait is told as an hour of the day."""


def register(commands: Commands) -> None:
    """reply, note, new, forward."""
    reply = commands.add("reply", run_reply, _("write a reply: a draft, or with --send a message"))
    reply.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    _words(reply, template=True)
    _parts(reply)
    reply.add_argument(
        "--send", action="store_true", help=_("queue it; alone, it sends the draft that is there")
    )
    leaves = reply.add_mutually_exclusive_group()
    leaves.add_argument("--now", action="store_true", help=_("with --send: no time to take it back"))
    leaves.add_argument(
        "--at",
        metavar=_("TIME"),
        help=_("with --send: when it leaves: 2h, tomorrow 9:00, monday, 2026-12-01T09:00"),
    )
    reply.add_argument(
        "--all",
        action="store_true",
        help=_("also to those who got the customer's mail beside us, in copy"),
    )
    reply.add_argument(
        "--anyway",
        action="store_true",
        help=_("with --send: also when something in it is doubtful enough to stop it"),
    )
    reply.add_argument(
        "--translate",
        action="store_true",
        help=_("the text is in your language; it leaves in the customer's, or in that of --lang"),
    )
    reply.add_argument(
        "--quote",
        action=BooleanOptionalAction,
        default=None,
        help=_("with --send: the customer's last words below; by default as the account says"),
    )
    note = commands.add("note", run_note, _("keep an internal note; it never leaves the desk"))
    note.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    _words(note, required=True)
    new = commands.add("new", run_new, _("write first: to a customer, a carrier, a warehouse"))
    new.add_argument(
        "--account", metavar="A", help=_("from which account; may be left out when there is one only")
    )
    new.add_argument("--to", required=True, metavar=_("ADDRESS"))
    new.add_argument("--subject", metavar="S", help=_("may be left out when the template has one"))
    _words(new, template=True, required=True)
    _parts(new)
    new.add_argument("--now", action="store_true", help=_("no time to take it back"))
    _translated(new)
    _anyway(new)
    forward = commands.add(
        "forward", run_forward, _("send a conversation on, with its attachments, without notes")
    )
    forward.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    forward.add_argument("--to", required=True, metavar=_("ADDRESS"))
    _words(forward)
    forward.add_argument(
        "--cc", action="append", default=[], metavar=_("ADDRESS"), help=_("in copy; repeatable")
    )
    forward.add_argument("--now", action="store_true", help=_("no time to take it back"))
    forward.add_argument("--lang", default="", metavar="xx", help=_("the language of the text"))
    _translated(forward)
    _anyway(forward)


def _translated(parser: Parser) -> None:
    parser.add_argument(
        "--translate",
        action="store_true",
        help=_("the text is in your language; it leaves in that of --lang"),
    )


def _anyway(parser: Parser) -> None:
    parser.add_argument(
        "--anyway", action="store_true", help=_("also when something in it is doubtful enough to stop it")
    )


def _words(parser: Parser, *, template: bool = False, required: bool = False) -> None:
    """Where the text comes from: exactly one of these."""
    source = parser.add_mutually_exclusive_group(required=required)
    source.add_argument("--text", metavar="T", help=_("the text"))
    source.add_argument("--file", metavar="F", help=_("a file with the text; - is stdin"))
    if template:
        source.add_argument("--template", metavar=_("NAME"), help=_("a reply template"))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="VAR=VALUE",
            help=_("what the template asks; repeatable"),
        )
        parser.add_argument(
            "--lang", default="", metavar="xx", help=_("the language of the template or the text")
        )


def _parts(parser: Parser) -> None:
    parser.add_argument(
        "--cc", action="append", default=[], metavar=_("ADDRESS"), help=_("in copy; repeatable")
    )
    parser.add_argument("--attach", action="append", default=[], metavar="F", help=_("a file; repeatable"))


def _text(call: Call) -> str | None:
    """--text or --file, None when neither was given."""
    args = call.args
    return read_text(args.file) if args.file is not None else args.text


def _filled(call: Call, conversation: int | None) -> Rendered:
    """The template filled in. Raises Refused naming what is still missing, NotFound."""
    args = call.args
    given = answers(args.set)
    rendered = call.desk.templates.render(
        args.template, conversation=conversation, language=args.lang, answers=given
    )
    if rendered.missing:
        asked = dict(call.desk.templates.asks(args.template, conversation=conversation, language=args.lang))
        what = "; ".join(f"{name} ({asked[name]})" if asked.get(name) else name for name in rendered.missing)
        words = _("Template {name} still needs: {what}. Give each with --set variable=value.")
        raise Refused(words.format(name=args.template, what=what), code="unresolved")
    return rendered


def run_reply(call: Call) -> None:
    """Keep a draft, or queue a reply."""
    from csdesk.cli import shapes
    from csdesk.domain.conversation import Draft

    args, desk = call.args, call.desk
    for option in ("now", "at", "quote", "anyway"):
        if getattr(args, option) not in (None, False) and not args.send:
            raise Usage(_("--{option} goes with --send.").format(option=option))
    at = when(args.at, call.clock.now(), call.out.where) if args.at else None
    thread = desk.inbox.thread(args.id)
    conversation = thread.merged_into or thread.id
    text, language, rev = _text(call), args.lang, None
    attached, copies = files(args.attach), tuple(args.cc)
    if args.template is not None:
        rendered = _filled(call, conversation)
        text, language = rendered.text, rendered.language
    template = args.template or ""
    kept: Composed | None = None
    translate = args.translate
    if text is None:
        draft = _kept(call, conversation)
        text, rev, language = draft.text, draft.rev, language or draft.language
        kept, translate = draft.made, translate or bool(draft.translate)
        template, copies = draft.template, copies or draft.cc
        attached = attached or draft.attachments
    if args.all:
        beside = desk.replies.recipients(conversation, everyone=True).cc
        copies = tuple(dict.fromkeys((*copies, *map(str, beside))))
    made = composed(call, conversation, text, kept, language if template else "") if translate else None
    if args.send:
        _judge(call, conversation, text, language, made)
        row = desk.replies.send(
            conversation, text, rev=rev, cc=copies, attachments=attached,
            language=language, template=template, now=args.now, at=at, quote=args.quote, made=made,
        )  # fmt: skip
        _tell(call, row)
        return
    if not text.strip():
        raise Refused(_("There is no text to keep."), code="empty")
    desk.replies.save_draft(
        Draft(
            conversation, desk.agent.id, "reply", text, thread.rev, call.clock.now(),
            cc=copies, attachments=attached, template=template, language="" if made else language,
            translate=True if made else None, made=made,
        )
    )  # fmt: skip
    if made is not None:
        show_composed(call, made)
    call.out.done(
        {
            "conversation": conversation,
            "state": "draft",
            "text": text,
            "translation": shapes.composed(made),
            "cc": list(copies),
            "attachments": list(attached),
        },
        _("Draft kept in conversation {id}; csdesk reply {id} --send sends it.").format(id=conversation),
    )


def _judge(call: Call, conversation: int, text: str, language: str, made: Composed | None) -> None:
    """Say what is doubtful about a reply. Raises Refused when it stops and nobody said --anyway."""
    found = call.desk.before.findings(
        conversation, text, language=language, chosen_language=bool(call.args.lang), made=made
    )
    _say(call, made.text if made is not None else text, found)


def _say(call: Call, text: str, found: tuple[Finding, ...]) -> None:
    """Say what is doubtful on stderr. Raises Refused when it stops and nobody said --anyway."""
    from csdesk.services.before import stop

    if not call.args.anyway and call.out.json:
        stop(found)  # the error says it, alone on stderr
    for problem in call.desk.before.loaded.problems:
        call.out.warn(problem)  # an own file with a mistake, which would else be left out unseen
    for one in found:
        line = text.count("\n", 0, one.start) + 1
        call.out.warn(_("line {line}: {reason}").format(line=line, reason=one.sentence))
    if not call.args.anyway:
        stop(found)


def _kept(call: Call, conversation: int) -> Draft:
    """The draft that is there, for --send alone. Raises Usage, NotFound."""
    if not call.args.send and not call.args.translate:
        raise Usage(_("Say what to write: --text, --file or --template."))
    draft = call.desk.replies.draft(conversation)
    if draft is None:
        words = _("Conversation {id} has no draft of yours; write with --text, --file or --template.")
        raise NotFound(words.format(id=conversation), code="no_draft")
    return draft


def _tell(call: Call, row: OutboxRow) -> None:
    """What became of a message that was handed over."""
    from csdesk.cli import shapes

    seconds = max(0, round((row.due_at - call.clock.now()).total_seconds()))
    words = _("Message {id} to {to} is queued and leaves with the next sync.")
    if seconds > MAX_SECONDS:
        words = _(
            "Message {id} to {to} is queued; it leaves at {time}. csdesk outbox undo {id} takes it back."
        )
    elif seconds:
        words = _(
            "Message {id} to {to} is queued; it leaves in {seconds} s. csdesk outbox undo {id} takes it back."
        )
    sentence = words.format(
        id=row.id, to=", ".join(row.recipients), seconds=seconds, time=call.out.time(row.due_at)
    )
    call.out.done(shapes.queued(row), sentence)


def run_note(call: Call) -> None:
    """An internal note."""
    from csdesk.cli import shapes

    note = call.desk.replies.note(call.args.id, _text(call) or "")
    words = _("Note kept in conversation {id}; it stays inside.")
    call.out.done(
        {**shapes.note(note), "conversation": note.conversation_id}, words.format(id=note.conversation_id)
    )


def run_new(call: Call) -> None:
    """A conversation that we begin."""
    args, desk = call.args, call.desk
    account = args.account or _only_account(call)
    text, subject, language = _text(call), args.subject or "", args.lang
    if args.template is not None:
        rendered = _filled(call, None)
        text, language = rendered.text, rendered.language
        subject = subject or rendered.subject
    if not subject.strip():
        raise Usage(_("A new conversation needs --subject."))
    made: Composed | None = None
    if text:
        if args.translate:
            made = composed_to(call, args.to, text, language if args.template else "")
            show_composed(call, made)
        found = desk.before.first(
            args.to, text, language=language, chosen_language=bool(args.lang), made=made
        )
        _say(call, made.text if made is not None else text, found)
    row = desk.replies.new(
        account, args.to, subject, text or "", cc=args.cc, attachments=files(args.attach),
        now=args.now, template=args.template or "", language=language, made=made,
    )  # fmt: skip
    _tell(call, row)


def _only_account(call: Call) -> str:
    accounts = call.desk.accounts.list(mail=True)
    if len(accounts) == 1:
        return accounts[0].name
    if not accounts:
        raise Refused(_("There is no account yet. Add one: csdesk account add."), code="no_account")
    names = ", ".join(account.name for account in accounts)
    raise Usage(_("Say from which account: --account, one of {names}.").format(names=names))


def run_forward(call: Call) -> None:
    """A conversation goes on to somebody else."""
    args = call.args
    text, made = _text(call) or "", None
    if text:
        if args.translate:
            made = composed_to(call, args.to, text)
            show_composed(call, made)
        found = call.desk.before.first(
            args.to, text, language=args.lang, chosen_language=bool(args.lang), made=made
        )
        _say(call, made.text if made is not None else text, found)
    _tell(call, call.desk.replies.forward(args.id, args.to, text=text, cc=args.cc, now=args.now, made=made))
