"""Which conversations a command is about: their numbers, or all of a view that match a filter; and the same act on all
of them at once, with one undo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from csdesk.cli.words import Parser, number
from csdesk.errors import Refused, Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.domain.conversation import QueueRow
    from csdesk.domain.deeds import Deed

EVERY = 5000
"""After so many conversations a person is told how far it is."""


def conversation() -> Callable[[str], int]:
    """The type of an argument that is a conversation's number."""
    return number(lambda: _("a conversation"))


def choose_many(parser: Parser, *, ids: bool = True) -> None:
    """ID..., --view, --filter and --yes."""
    if ids:
        parser.add_argument("ids", type=conversation(), nargs="*", metavar="ID")
    parser.add_argument(
        "--view", metavar=_("VIEW"), help=_("all conversations of this view instead of numbers")
    )
    parser.add_argument(
        "--filter", metavar=_("WORDS"), help=_("all that match, as in queue --filter, instead of numbers")
    )
    parser.add_argument(
        "--yes", action="store_true", help=_("do it without asking, when a view or a filter chooses")
    )


def act_on(
    call: Call,
    deed: Deed,
    ids: Sequence[int],
    *,
    shown: Callable[[QueueRow], tuple[Mapping[str, Any], str]],
) -> None:
    """Do it to the conversations that the command names. One by its number is an act of its own; several are one act
    with one undo. `shown` gives the object and the sentence for each that was named. Raises Usage when both numbers
    and a view are given, or neither; Refused when nobody said yes."""
    args, inbox = call.args, call.desk.inbox
    by_view = args.view is not None or args.filter is not None
    if bool(ids) == by_view:
        raise Usage(_("Name conversations by their numbers, or choose them by --view and --filter."))
    if by_view:
        _all_matching(call, deed)
        return
    for one in ids:
        inbox.row(one)
    for _step in call.desk.bulk.run(deed, ids):
        pass
    for one in ids:
        call.out.done(*shown(inbox.row(one)))


def _all_matching(call: Call, deed: Deed) -> None:
    from csdesk import deedwords
    from csdesk.domain.views import DEFAULT_VIEW

    args, out = call.args, call.out
    from csdesk.cli.queue import chosen

    view, text = chosen(call, args.view or DEFAULT_VIEW, args.filter or "")
    ids = call.desk.inbox.ids(view, text=text)
    if ids and not args.yes:
        _confirm(deedwords.asked(deed.kind, len(ids)))
    changed, told = 0, 0
    for step in call.desk.bulk.run(deed, ids):
        changed = step.changed
        if step.done - told >= EVERY and step.done < step.total:
            told = step.done
            out.warn(_("{done} of {total}").format(done=step.done, total=step.total))
    said = " ".join(
        filter(None, (deedwords.done(deed.kind, changed), deedwords.unchanged(len(ids) - changed)))
    )
    out.done({"act": deed.kind, "chosen": len(ids), "changed": changed}, said)


def _confirm(question: str) -> None:
    """Ask on a terminal; without one the answer must have been given before. Raises Refused."""
    if not sys.stdin.isatty():
        raise Refused(_("{question} Say --yes to do it.").format(question=question), code="confirm")
    sys.stderr.write(question + " " + _("[y/N] "))
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes", _("yes")):
        raise Refused(_("Nothing was changed."), code="confirm")
