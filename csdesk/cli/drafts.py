"""Drafts by command: what you are writing, what you threw away, and having that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """drafts list, restore."""
    with commands.group("drafts", _("what you are writing")) as drafts:
        drafts.add("list", run_list, _("list your drafts, and those you threw away in the last thirty days"))
        restore = drafts.add("restore", run_restore, _("have one back that was thrown away"))
        restore.add_argument("id", type=number(lambda: _("a thrown away draft")), metavar="ID")


def run_list(call: Call) -> None:
    """One line a draft; only what was thrown away has a number."""
    from csdesk.cli.shapes import instant

    out = call.out
    found = call.desk.drafts.all()
    if out.json:
        for one in found:
            out.object(
                {
                    "id": one.id,
                    "conversation": one.conversation_id,
                    "state": "draft" if one.id is None else "discarded",
                    "mode": one.mode,
                    "at": instant(one.at),
                    "customer": one.who,
                    "subject": one.subject,
                    "text": one.text,
                }
            )
        return
    heads = (_("thrown away"), _("conversation"), _("what"), _("at"), _("customer"), _("text"))
    out.table(
        heads,
        (
            (
                "" if one.id is None else str(one.id),
                str(one.conversation_id),
                _("note") if one.mode == "note" else _("reply"),
                out.time(one.at),
                one.who,
                one.text[:60],
            )
            for one in found
        ),
    )


def run_restore(call: Call) -> None:
    """It is a draft again. Raises NotFound."""
    draft = call.desk.drafts.restore(call.args.id)
    call.out.done(
        {"conversation": draft.conversation_id, "mode": draft.mode, "text": draft.text},
        _("It is a draft of conversation {id} again.").format(id=draft.conversation_id),
    )
