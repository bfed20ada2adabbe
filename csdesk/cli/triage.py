"""Keeping the queue short: assign, snooze, close, tag, merge, take it back; and saving attachments and originals."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.many import act_on, choose_many, conversation
from csdesk.cli.words import SIGNED, number
from csdesk.domain.deeds import Deed
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.languages import language_name
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.conversation import QueueRow

NOBODY = ("nobody", "-")


def register(commands: Commands) -> None:
    """assign, snooze, close, reopen, spam, unread, read, tag, merge, split, language, undo, attachment save,
    message save."""
    assign = commands.add("assign", run_assign, _("give conversations to an agent"))
    choose_many(assign)
    assign.add_argument("--to", required=True, metavar=_("AGENT"), help=_("an agent's name, or nobody"))
    assign.add_argument(
        "--if-unassigned", action="store_true", help=_("only if nobody has it; else exit code 4")
    )
    snooze = commands.add("snooze", run_snooze, _("put conversations away until a time"))
    choose_many(snooze)
    snooze.add_argument(
        "--until",
        required=True,
        metavar=_("TIME"),
        help="2h, 30m, 3d, tomorrow 9:00, monday, 14:30, 2026-12-01T09:00",
    )
    for name, run, help in (
        ("close", run_close, _("nothing is left to do; a new message opens it again")),
        ("reopen", run_reopen, _("back into the queue")),
        ("spam", run_spam, _("out of sight, with everything that still comes in it")),
        ("unread", run_unread, _("show it as new again")),
        ("read", run_read, _("show it as read")),
    ):
        choose_many(commands.add(name, run, help))
    tag = commands.add("tag", run_tag, _("add and remove tags: tag 42 +vip -late"))
    tag.signed = True
    tag.add_argument("words", nargs="+", metavar="ID|+TAG|-TAG")
    choose_many(tag, ids=False)
    merge = commands.add("merge", run_merge, _("move all of a conversation into another one"))
    merge.add_argument("id", type=conversation(), metavar="ID")
    merge.add_argument("--into", required=True, type=conversation(), metavar="ID")
    split = commands.add(
        "split", run_split, _("take a merge back: of this conversation, or the last one into it")
    )
    split.add_argument("id", type=conversation(), metavar="ID")
    language = commands.add(
        "language", run_language, _("choose the language in which a customer is answered")
    )
    language.add_argument("id", type=conversation(), metavar="ID")
    language.add_argument(
        "language",
        metavar="xx",
        help=_("a code such as es, or its name; - lets the customer's words tell it"),
    )
    commands.add("undo", run_undo, _("take back what you did last to a conversation"))
    with commands.group("attachment", _("files in messages")) as attachment:
        save = attachment.add("save", run_save, _("save a file; never overwrites"))
        save.add_argument("id", type=number(lambda: _("an attachment")), metavar="ID")
        save.add_argument("--to", default=".", metavar=_("FOLDER"), help=_("where to; here by default"))
    with commands.group("message", _("messages as they came and left")) as message:
        save = message.add("save", run_save_original, _("save a message's original bytes; never overwrites"))
        save.add_argument("id", type=number(lambda: _("a message")), metavar="ID")
        save.add_argument("--to", default=".", metavar=_("FOLDER"), help=_("where to; here by default"))


def run_assign(call: Call) -> None:
    """Give them to somebody, or to nobody."""
    args = call.args
    agent = None if args.to in NOBODY else args.to
    words = _("Conversation {id} is {agent}'s.") if agent else _("Conversation {id} is nobody's.")
    if args.if_unassigned:
        if len(args.ids) != 1:
            raise Usage(_("--if-unassigned goes with one conversation."))
        call.desk.inbox.assign(args.ids[0], agent, if_unassigned=True)
        call.out.done({"id": args.ids[0], "assignee": agent}, words.format(id=args.ids[0], agent=agent))
        return
    act_on(call, Deed("assigned", agent=agent), args.ids,
           shown=lambda row: ({"id": row.id, "assignee": agent}, words.format(id=row.id, agent=agent)))  # fmt: skip


def run_snooze(call: Call) -> None:
    """Put them away."""
    from csdesk.cli import shapes

    out = call.out
    until = when(call.args.until, call.clock.now(), out.where)
    words = _("Conversation {id} is snoozed until {time}.")
    act_on(
        call,
        Deed("snoozed", until=until),
        call.args.ids,
        shown=lambda row: (
            {"id": row.id, "status": row.status, "snoozed_until": shapes.instant(until)},
            words.format(id=row.id, time=out.time(until)),
        ),
    )


def when(text: str, now: datetime, where: tzinfo | None) -> datetime:
    """The instant that the words mean in the agent's zone. Raises Usage with examples."""
    from csdesk.screens.when import parse

    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is not None and len(text.strip()) > 10:
        return at if at.tzinfo else (at.replace(tzinfo=where) if where else at.astimezone())
    found = parse(text, now, where)
    if found is None:
        words = _(
            "{text!r} is no time in the future; write 2h, 30m, 3d, tomorrow 9:00, monday, 14:30 or 2026-12-01T09:00."
        )
        raise Usage(words.format(text=clean_line(text, limit=60)))
    return found


def run_close(call: Call) -> None:
    """Nothing is left to do."""
    _each(call, "closed", _("Conversation {id} is closed."))


def run_reopen(call: Call) -> None:
    """Back into the queue."""
    _each(call, "reopened", _("Conversation {id} is open."))


def run_spam(call: Call) -> None:
    """Out of sight."""
    _each(call, "spammed", _("Conversation {id} is spam."))


def run_unread(call: Call) -> None:
    """As if nobody had looked."""
    _each(call, "unread", _("Conversation {id} is unread."))


def run_read(call: Call) -> None:
    """As if somebody had looked."""
    _each(call, "read", _("Conversation {id} is read."))


def _each(call: Call, kind: str, words: str) -> None:
    """The same for several conversations; none is touched when one of them is not there."""
    act_on(call, Deed(kind), call.args.ids,
           shown=lambda row: ({"id": row.id, "status": row.status, "unread": row.unread},
                              words.format(id=row.id)))  # fmt: skip


def run_tag(call: Call) -> None:
    """+word adds, -word removes; the numbers before them are conversations."""
    words = [word.removeprefix(SIGNED) for word in call.args.words]
    numbers = [word for word in words if word.isdecimal()]
    tags = [word for word in words if not word.isdecimal()]
    for word in tags:
        if word[0] not in "+-" or len(word) < 2:
            raise Usage(
                _("Write +{tag} to add a tag or -{tag} to remove it.").format(
                    tag=clean_line(word, limit=40).lstrip("+-")
                )
            )
    if not tags:
        raise Usage(_("Say which tags: +vip adds one, -vip removes it."))
    deed = Deed(
        "tagged",
        add=tuple(word[1:] for word in tags if word[0] == "+"),
        remove=tuple(word[1:] for word in tags if word[0] == "-"),
    )
    act_on(call, deed, [conversation()(one) for one in numbers], shown=_tagged)


def _tagged(row: QueueRow) -> tuple[dict[str, object], str]:
    sentence = (
        _("Conversation {id} has the tags {tags}.") if row.tags else _("Conversation {id} has no tags.")
    )
    return {"id": row.id, "tags": list(row.tags)}, sentence.format(id=row.id, tags=", ".join(row.tags))


def run_merge(call: Call) -> None:
    """Two conversations become one."""
    args = call.args
    call.desk.inbox.merge(args.id, args.into)
    into = call.desk.inbox.thread(args.id).merged_into or args.into
    words = _("Conversation {id} goes on in {into}.")
    call.out.done({"id": args.id, "merged_into": into}, words.format(id=args.id, into=into))


def run_split(call: Call) -> None:
    """One conversation becomes two again."""
    gone, into = call.desk.inbox.split(call.args.id)
    words = _("Conversation {id} is on its own again.")
    call.out.done({"id": gone, "split_from": into}, words.format(id=gone))


def run_language(call: Call) -> None:
    """In which language the customer is answered."""
    args = call.args
    wanted = "" if args.language in NOBODY else args.language
    code = call.desk.inbox.set_language(args.id, wanted)
    words = _("Conversation {id} is answered in {language}.")
    if not wanted:
        words = _("The customer's words tell the language of conversation {id}: {language}.")
    name = language_name(code) if code else _("not known")
    call.out.done(
        {"id": args.id, "language": code, "chosen": bool(wanted)}, words.format(id=args.id, language=name)
    )


def run_undo(call: Call) -> None:
    """Take the last act back."""
    sentence = call.desk.inbox.undo()
    call.out.done({"undone": sentence}, sentence)


def run_save(call: Call) -> None:
    """A file into a folder."""
    path = call.desk.inbox.save_attachment(call.args.id, Path(call.args.to).expanduser()).absolute()
    call.out.done({"id": call.args.id, "path": str(path)}, _("Saved as {path}.").format(path=path))


def run_save_original(call: Call) -> None:
    """A message, byte for byte, into a folder."""
    path = call.desk.inbox.save_original(call.args.id, Path(call.args.to).expanduser()).absolute()
    call.out.done({"id": call.args.id, "path": str(path)}, _("Saved as {path}.").format(path=path))
