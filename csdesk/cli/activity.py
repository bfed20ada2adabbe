"""Looking back: what the agent did, what happened meanwhile, and taking back one act that was not the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """activity, away."""
    acts = commands.add("activity", run_activity, _("list what you did, newest first"))
    acts.add_argument(
        "--limit", type=number(lambda: _("lines")), default=50, metavar="N", help=_("at most N")
    )
    acts.add_argument(
        "--undo",
        type=number(lambda: _("an act")),
        metavar="ID",
        help=_("take back this act, though it is not the last"),
    )
    away = commands.add("away", run_away, _("what happened since your last act"))
    away.add_argument(
        "--hours", type=number(lambda: _("hours")), metavar="N", help=_("since N hours ago instead")
    )


def run_activity(call: Call) -> None:
    """One line an act. Raises NotFound and Refused where one cannot be taken back."""
    from csdesk.cli.shapes import instant
    from csdesk.lookback import act_word, many

    args, out = call.args, call.out
    if args.undo is not None:
        sentence = call.desk.activity.take_back(args.undo)
        out.done({"undone": sentence}, sentence)
        return
    acts = call.desk.activity.mine(limit=args.limit)
    if out.json:
        for act in acts:
            out.object(
                {
                    "id": act.id,
                    "at": instant(act.at),
                    "kind": act.kind,
                    "conversation": act.conversation,
                    "customer": act.who,
                    "customer_id": act.customer,
                    "subject": act.subject,
                    "undoable": act.undoable,
                    "count": act.count,
                }
            )
        return
    heads = (_("act"), _("at"), _("what"), _("conversation"), _("customer"), _("subject"))
    out.table(
        heads,
        (
            (
                str(a.id),
                out.time(a.at),
                act_word(a.kind),
                str(a.conversation or "-"),
                a.who,
                a.subject or many(a),
            )
            for a in acts
        ),
    )


def run_away(call: Call) -> None:
    """Figures, then a line a conversation, what needs you first."""
    from datetime import timedelta

    from csdesk.cli.shapes import instant
    from csdesk.lookback import away_words, missed_word

    args, out = call.args, call.out
    since = call.clock.now() - timedelta(hours=args.hours) if args.hours else None
    found = call.desk.activity.away(since)
    if out.json:
        out.object(
            {
                "since": instant(found.since) if found else None,
                "messages": found.messages if found else 0,
                "new": found.fresh if found else 0,
                "answered": found.answered if found else 0,
                "closed": found.closed if found else 0,
                "failed": found.trouble if found else 0,
                "conversations": [one.conversation for one in found.missed] if found else [],
                "more": found.more if found else False,
            }
        )
        return
    if found is None or found.quiet:
        out.say(_("Nothing happened meanwhile."))
        return
    out.say(away_words(found))
    heads = (_("conversation"), _("customer"), _("subject"), _("what"))
    out.table(heads, ((str(m.conversation), m.who, m.subject, missed_word(m)) for m in found.missed[:50]))
