"""The outbox: what waits, what failed, and what a person has to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.domain.outbox import TRANSITIONS
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.outbox import OutboxRow

SHOWN = 100


def register(commands: Commands) -> None:
    """outbox list, retry, resolve, undo."""
    with commands.group("outbox", _("messages handed over for sending")) as outbox:
        listed = outbox.add("list", run_list, _("list them, newest first"))
        listed.add_argument(
            "--state",
            action="append",
            default=[],
            choices=tuple(TRANSITIONS),
            metavar=_("STATE"),
            help=_("only these, repeatable: {states}").format(states=", ".join(TRANSITIONS)),
        )
        for name, run, help in (
            ("retry", run_retry, _("try a failed message again, or a waiting one now")),
            ("resolve", run_resolve, _("say what became of an uncertain or failed message")),
            ("undo", run_undo, _("take a queued message back into a draft")),
        ):
            parser = outbox.add(name, run, help)
            parser.add_argument("id", type=number(lambda: _("a message in the outbox")), metavar="ID")
            if name == "resolve":
                decision = parser.add_mutually_exclusive_group(required=True)
                for word, meaning in (
                    ("sent", _("it arrived; nothing is sent")),
                    ("resend", _("it did not arrive; send it again")),
                    ("drop", _("do not send it; its text becomes a draft")),
                ):
                    decision.add_argument(
                        f"--{word}", dest="decision", action="store_const", const=word, help=meaning
                    )


def run_list(call: Call) -> None:
    """One line a message."""
    from csdesk.cli import shapes
    from csdesk.services.checks import state_word

    out = call.out
    rows = call.desk.outbox.list(states=tuple(call.args.state), limit=None if out.json else SHOWN)
    if out.json:
        for row in rows:
            out.object(shapes.outbox_row(row))
        return
    if not rows:
        out.say(_("The outbox is empty."))
        return
    heads = ("ID", _("conversation"), _("state"), _("to"), _("subject"), _("leaves"), _("what happened"))
    out.table(
        heads,
        (
            (
                row.id,
                f"#{row.conversation_id}",
                state_word(row.state),
                ", ".join(row.recipients),
                row.subject,
                out.time(row.next_attempt_at or row.due_at) if row.state == "queued" else "-",
                row.error or "-",
            )
            for row in rows
        ),
    )


def run_retry(call: Call) -> None:
    """Try again now."""
    _tell(call, call.desk.outbox.retry(call.args.id))


def run_resolve(call: Call) -> None:
    """A person's decision."""
    _tell(call, call.desk.outbox.resolve(call.args.id, call.args.decision))


def _tell(call: Call, row: OutboxRow) -> None:
    from csdesk.cli import shapes
    from csdesk.services.checks import state_word

    words = _("Message {id} is {state} now.")
    call.out.done(shapes.outbox_row(row), words.format(id=row.id, state=state_word(row.state)))


def run_undo(call: Call) -> None:
    """Back into a draft."""
    draft = call.desk.replies.undo_send(call.args.id)
    words = _("Message {id} was taken back; its text is the draft of conversation {conversation}.")
    call.out.done(
        {"id": call.args.id, "state": "cancelled", "conversation": draft.conversation_id, "text": draft.text},
        words.format(id=call.args.id, conversation=draft.conversation_id),
    )
