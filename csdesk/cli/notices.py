"""Writing first by command: which notices are due, making drafts of them, skipping, and letting rules send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands


def register(commands: Commands) -> None:
    """notices list, show, draft, skip, unskip, rules, on, off; exceptions; whereis."""
    troubles = commands.add(
        "exceptions", run_exceptions, _("orders and parcels that somebody should look at")
    )
    troubles.add_argument(
        "--draft", metavar=_("NUMBER"), help=_("write to the customer of this order about it, as a draft")
    )
    troubles.add_argument(
        "--kind", default="", metavar=_("KIND"), help=_("which trouble, where it has several")
    )
    where = commands.add(
        "whereis", run_whereis, _("answer where the parcel is, as a draft in a conversation")
    )
    where.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
    with commands.group("notices", _("what customers are told before they ask")) as notices:
        listed = notices.add("list", run_list, _("the notices that are due"))
        listed.add_argument(
            "--blocked", action="store_true", help=_("those that are due and must not be written, and why")
        )
        for name, run, help in (
            ("show", run_show, _("what a notice would say")),
            ("draft", run_draft, _("make a draft of a notice, in the customer's language")),
            ("skip", run_skip, _("not this time; it is not proposed again")),
            ("unskip", run_unskip, _("propose one again that was skipped")),
        ):
            one = notices.add(name, run, help)
            one.add_argument("number", metavar=_("NUMBER"), help=_("the order's number"))
            one.add_argument("rule", metavar=_("RULE"))
        notices.add(
            "rules", run_rules, _("the rules, where they send by themselves, and what markets forbid")
        )
        for name, run, help in (
            ("on", run_on, _("let a rule's notices leave by themselves, in the customer's daytime")),
            ("off", run_off, _("only propose them again")),
        ):
            switch = notices.add(name, run, help)
            switch.add_argument("rule", metavar=_("RULE"))
            switch.add_argument("--account", required=True, metavar=_("NAME"))


def run_list(call: Call) -> None:
    """One line a notice."""
    from csdesk.cli.shapes import instant
    from csdesk.noticewords import blocked_word, rule_word

    out = call.out
    found = call.desk.notices.list(blocked=call.args.blocked)
    if out.json:
        for one in found:
            proposal = one.proposal
            out.object(
                {
                    "order": proposal.order.number,
                    "source": proposal.order.source,
                    "rule": proposal.rule.name,
                    "template": proposal.rule.template,
                    "due": instant(proposal.due),
                    "customer": one.who,
                    "account": one.account,
                    "language": one.language,
                    "conversation": proposal.conversation,
                    "daytime": one.daytime,
                    "blocked": proposal.blocked or None,
                    "reason": blocked_word(proposal) or None,
                    "policy": proposal.policy.source if proposal.policy else None,
                }
            )
        return
    if call.args.blocked:
        heads: tuple[str, ...] = (_("order"), _("rule"), _("customer"), _("why not"))
        out.table(
            heads,
            (
                (one.proposal.order.number, one.proposal.rule.name, one.who, blocked_word(one.proposal))
                for one in found
            ),
        )
        return
    heads = (_("order"), _("rule"), _("what"), _("language"), _("there"), _("due since"), _("customer"))
    out.table(
        heads,
        (
            (
                one.proposal.order.number,
                one.proposal.rule.name,
                rule_word(one.proposal.rule.name),
                one.language,
                f"{one.there:%H:%M}" if one.there else "",
                out.time(one.proposal.due),
                one.who,
            )
            for one in found
        ),
    )


def run_show(call: Call) -> None:
    """The text."""
    text = call.desk.notices.preview(call.args.number, call.args.rule)
    if call.out.json:
        call.out.object(
            {
                "template": text.name,
                "language": text.language,
                "subject": text.subject,
                "text": text.text,
                "missing": list(text.missing),
            }
        )
        return
    call.out.say(text.subject)
    call.out.say()
    call.out.say(text.text)


def run_draft(call: Call) -> None:
    """A draft, where its conversation is."""
    conversation = call.desk.notices.draft(call.args.number, call.args.rule)
    call.out.done(
        {"order": call.args.number, "rule": call.args.rule, "conversation": conversation, "state": "drafted"},
        _("The notice is your draft in conversation {id}.").format(id=conversation),
    )


def run_skip(call: Call) -> None:
    """Not this time."""
    call.desk.notices.skip(call.args.number, call.args.rule)
    call.out.done(
        {"order": call.args.number, "rule": call.args.rule, "state": "skipped"},
        _("Order {number}: {rule} is skipped.").format(number=call.args.number, rule=call.args.rule),
    )


def run_unskip(call: Call) -> None:
    """Once more."""
    call.desk.notices.unskip(call.args.number, call.args.rule)
    call.out.done(
        {"order": call.args.number, "rule": call.args.rule, "state": "proposed"},
        _("Order {number}: {rule} is proposed again.").format(number=call.args.number, rule=call.args.rule),
    )


def run_rules(call: Call) -> None:
    """Rules, then policies."""
    from csdesk.noticewords import event_word, rule_word

    out, rules, policies = call.out, call.desk.notices.rules(), call.desk.notices.policies()
    if out.json:
        for one in rules:
            rule = one.rule
            out.object(
                {
                    "rule": rule.name,
                    "topic": rule.topic,
                    "stages": list(rule.stages),
                    "event": rule.event,
                    "after_days": rule.after,
                    "before_days": rule.before,
                    "lanes": list(rule.lanes),
                    "channels": list(rule.channels),
                    "template": rule.template,
                    "hours": rule.hours,
                    "by_itself": rule.by_itself,
                    "on": list(one.on),
                }
            )
        for policy in policies:
            out.object(
                {
                    "policy": policy.channel,
                    "since": policy.since.isoformat() if policy.since else None,
                    "verified": policy.verified,
                    "forbids": list(policy.forbids),
                    "relay": policy.relay,
                    "source": policy.source,
                }
            )
        return
    heads = (_("rule"), _("what"), _("days"), _("after"), _("template"), _("hours there"), _("by itself"))
    out.table(
        heads,
        (
            (
                one.rule.name,
                rule_word(one.rule.name),
                f"{one.rule.after:g} - {one.rule.before:g}",
                event_word(one.rule.event),
                one.rule.template,
                one.rule.hours,
                ", ".join(one.on) or (_("no") if one.rule.by_itself else _("never")),
            )
            for one in rules
        ),
    )
    out.say()
    out.table(
        (_("channel"), _("since"), _("forbidden"), _("source")),
        (
            (
                p.channel,
                str(p.since or ""),
                ", ".join(p.forbids) if p.verified else _("all, not verified"),
                p.source,
            )
            for p in policies
        ),
    )


def run_on(call: Call) -> None:
    """They leave by themselves."""
    _switch(
        call, True, _("{rule}: notices leave by themselves through {account}, in the customer's daytime.")
    )


def run_off(call: Call) -> None:
    """They are proposed only."""
    _switch(call, False, _("{rule}: notices are only proposed for {account}."))


def _switch(call: Call, on: bool, words: str) -> None:
    rule, account = call.args.rule, call.args.account
    call.desk.notices.switch(rule, account, on=on)
    call.out.done({"rule": rule, "account": account, "on": on}, words.format(rule=rule, account=account))


def run_exceptions(call: Call) -> None:
    """One line a trouble, the most urgent first; or a draft about one."""
    from csdesk.cli.shapes import instant
    from csdesk.troublewords import act_for, trouble_word

    out, asked = call.out, call.args
    if asked.draft:
        conversation = call.desk.troubles.draft(asked.draft, asked.kind)
        words = _("It is your draft in conversation {id}.")
        out.done({"order": asked.draft, "conversation": conversation}, words.format(id=conversation))
        return
    found = [one for one in call.desk.troubles.list() if asked.kind in ("", one.trouble.kind)]
    if out.json:
        for one in found:
            trouble = one.trouble
            out.object(
                {
                    "kind": trouble.kind,
                    "order": trouble.order.number,
                    "source": trouble.order.source,
                    "parcel": trouble.parcel.number if trouble.parcel else None,
                    "status": trouble.parcel.status if trouble.parcel else None,
                    "until": instant(trouble.until),
                    "days_late": trouble.late,
                    "total": str(trouble.order.total),
                    "currency": trouble.order.currency,
                    "customer": one.who,
                    "conversation": one.conversation,
                    "template": trouble.template,
                    "act": act_for(trouble.kind),
                }
            )
        return
    heads = (_("order"), _("what"), _("until"), _("total"), _("customer"), _("template"), _("to do"))
    out.table(
        heads,
        (
            (
                one.trouble.order.number,
                trouble_word(one.trouble.kind),
                out.time(one.trouble.until),
                f"{one.trouble.order.total} {one.trouble.order.currency}",
                one.who,
                one.trouble.template,
                act_for(one.trouble.kind),
            )
            for one in found
        ),
    )


def run_whereis(call: Call) -> None:
    """A draft; nothing of an order that is only suggested."""
    made = call.desk.whereabouts.draft(call.args.id)
    words = (
        _("Draft made from order {order} in {language}.")
        if made.order
        else _("No order is surely this customer's: the draft tells nothing and asks who is writing.")
    )
    call.out.done(
        {
            "conversation": made.conversation,
            "asks": made.asks,
            "template": made.template,
            "order": made.order or None,
            "language": made.text.language,
            "missing": list(made.text.missing),
            "text": made.text.text,
        },
        words.format(order=made.order, language=made.text.language),
    )
