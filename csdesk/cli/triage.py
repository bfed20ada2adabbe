"""Keeping the queue short: assign, snooze, close, tag, merge, take it back; and saving attachments and originals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.words import SIGNED, number
from csdesk.errors import Usage
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands

NOBODY = ("nobody", "-")


def register(commands: Commands) -> None:
    """assign, snooze, close, reopen, spam, unread, tag, merge, undo, attachment save, message save."""
    assign = commands.add("assign", run_assign, _("give a conversation to an agent"))
    assign.add_argument("id", type=_conversation(), metavar="ID")
    assign.add_argument("--to", required=True, metavar=_("AGENT"), help=_("an agent's name, or nobody"))
    assign.add_argument(
        "--if-unassigned", action="store_true", help=_("only if nobody has it; else exit code 4")
    )
    snooze = commands.add("snooze", run_snooze, _("put a conversation away until a time"))
    snooze.add_argument("id", type=_conversation(), metavar="ID")
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
    ):
        several = commands.add(name, run, help)
        several.add_argument("ids", type=_conversation(), nargs="+", metavar="ID")
    tag = commands.add("tag", run_tag, _("add and remove tags: tag 42 +vip -late"))
    tag.signed = True
    tag.add_argument("id", type=_conversation(), metavar="ID")
    tag.add_argument("tags", nargs="+", metavar="+TAG|-TAG")
    merge = commands.add("merge", run_merge, _("move all of a conversation into another one"))
    merge.add_argument("id", type=_conversation(), metavar="ID")
    merge.add_argument("--into", required=True, type=_conversation(), metavar="ID")
    commands.add("undo", run_undo, _("take back what you did last to a conversation"))
    with commands.group("attachment", _("files in messages")) as attachment:
        save = attachment.add("save", run_save, _("save a file; never overwrites"))
        save.add_argument("id", type=number(lambda: _("an attachment")), metavar="ID")
        save.add_argument("--to", default=".", metavar=_("FOLDER"), help=_("where to; here by default"))
    with commands.group("message", _("messages as they came and left")) as message:
        save = message.add("save", run_save_original, _("save a message's original bytes; never overwrites"))
        save.add_argument("id", type=number(lambda: _("a message")), metavar="ID")
        save.add_argument("--to", default=".", metavar=_("FOLDER"), help=_("where to; here by default"))


def _conversation() -> Callable[[str], int]:
    return number(lambda: _("a conversation"))


def run_assign(call: Call) -> None:
    """Give it to somebody, or to nobody."""
    args = call.args
    agent = None if args.to in NOBODY else args.to
    call.desk.inbox.assign(args.id, agent, if_unassigned=args.if_unassigned)
    words = _("Conversation {id} is {agent}'s.") if agent else _("Conversation {id} is nobody's.")
    call.out.done({"id": args.id, "assignee": agent}, words.format(id=args.id, agent=agent))


def run_snooze(call: Call) -> None:
    """Put it away."""
    from csdesk.cli import shapes

    args, out = call.args, call.out
    until = when(args.until, call.clock.now(), out.where)
    call.desk.inbox.snooze(args.id, until)
    call.out.done(
        {"id": args.id, "status": "snoozed", "snoozed_until": shapes.instant(until)},
        _("Conversation {id} is snoozed until {time}.").format(id=args.id, time=out.time(until)),
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
    _each(call, call.desk.inbox.close, "closed", _("Conversation {id} is closed."))


def run_reopen(call: Call) -> None:
    """Back into the queue."""
    _each(call, call.desk.inbox.reopen, "open", _("Conversation {id} is open."))


def run_spam(call: Call) -> None:
    """Out of sight."""
    _each(call, call.desk.inbox.spam, "spam", _("Conversation {id} is spam."))


def run_unread(call: Call) -> None:
    """As if nobody had looked."""
    _each(call, call.desk.inbox.mark_unread, None, _("Conversation {id} is unread."))


def _each(call: Call, act: Callable[[int], None], status: str | None, words: str) -> None:
    """The same for several conversations; none is touched when one of them is not there."""
    for conversation in call.args.ids:
        call.desk.inbox.row(conversation)
    for conversation in call.args.ids:
        act(conversation)
        row = call.desk.inbox.row(conversation)
        call.out.done(
            {"id": conversation, "status": status or row.status, "unread": row.unread},
            words.format(id=conversation),
        )


def run_tag(call: Call) -> None:
    """+word adds, -word removes."""
    words = [word.removeprefix(SIGNED) for word in call.args.tags]
    for word in words:
        if word[0] not in "+-" or len(word) < 2:
            raise Usage(
                _("Write +{tag} to add a tag or -{tag} to remove it.").format(
                    tag=clean_line(word, limit=40).lstrip("+-")
                )
            )
    tags = call.desk.inbox.tag(
        call.args.id,
        add=[word[1:] for word in words if word[0] == "+"],
        remove=[word[1:] for word in words if word[0] == "-"],
    )
    sentence = _("Conversation {id} has the tags {tags}.") if tags else _("Conversation {id} has no tags.")
    call.out.done(
        {"id": call.args.id, "tags": list(tags)}, sentence.format(id=call.args.id, tags=", ".join(tags))
    )


def run_merge(call: Call) -> None:
    """Two conversations become one."""
    args = call.args
    call.desk.inbox.merge(args.id, args.into)
    into = call.desk.inbox.thread(args.id).merged_into or args.into
    words = _("Conversation {id} goes on in {into}.")
    call.out.done({"id": args.id, "merged_into": into}, words.format(id=args.id, into=into))


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
