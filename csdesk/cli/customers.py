"""Customers: the recent ones, one of them whole, editing, who may be one, merging two and parting them again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from csdesk.cli.words import number
from csdesk.errors import Refused, Usage
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.customer import Customer, CustomerRow, Move, PageKey

ORDERS = ("written", "visited")
PAGE = 200
SHOWN = 50


def register(commands: Commands) -> None:
    """customers, customer show, edit, proposals, merge."""
    recent = commands.add(
        "customers", run_recent, _("list the customers who wrote last, or whom you looked at")
    )
    recent.add_argument(
        "--order", choices=ORDERS, default="written", metavar=_("ORDER"),
        help=_("written: who wrote last; visited: whom you looked at last"),
    )  # fmt: skip
    recent.add_argument(
        "--filter",
        default="",
        metavar=_("WORDS"),
        help=_("only those with words in name or address that begin so"),
    )
    recent.add_argument(
        "--limit", type=number(lambda: _("lines")), default=SHOWN, metavar="N", help=_("at most N; 0 is all")
    )
    with commands.group("customer", _("customers")) as customer:
        card = customer.add("show", run_show, _("show a customer with conversations and orders"))
        card.add_argument("id", type=_customer(), metavar="ID")
        edit = customer.add("edit", run_edit, _("change what is known of a customer"))
        edit.add_argument("id", type=_customer(), metavar="ID")
        edit.add_argument("--name", metavar=_("NAME"), help=_("another name"))
        edit.add_argument(
            "--language", metavar=_("LANGUAGE"), help=_("a code such as es, or its name; '' for unknown")
        )
        edit.add_argument(
            "--country", metavar=_("COUNTRY"), help=_("a code such as ES, or its name; '' for unknown")
        )
        edit.add_argument(
            "--notes", metavar=_("TEXT"), help=_("notes for colleagues, in place of those of before")
        )
        edit.add_argument(
            "--tag", action="append", default=[], metavar=_("TAG"), help=_("add a tag; several times")
        )
        edit.add_argument(
            "--untag", action="append", default=[], metavar=_("TAG"), help=_("take a tag away; several times")
        )
        maybe = customer.add("proposals", run_proposals, _("list customers who may be one person"))
        maybe.add_argument(
            "id", nargs="?", type=_customer(), metavar="ID", help=_("only those like this customer")
        )
        merge = customer.add(
            "merge", run_merge, _("make two customers one: the second becomes part of the first")
        )
        merge.add_argument("id", type=_customer(), metavar="A", help=_("who stays"))
        merge.add_argument("other", type=_customer(), metavar="B", help=_("who becomes part of A"))
        how = merge.add_mutually_exclusive_group()
        how.add_argument("--preview", action="store_true", help=_("only show what would move"))
        how.add_argument("--yes", action="store_true", help=_("do not ask"))
        how.add_argument("--undo", action="store_true", help=_("take the merge of these two back"))


def _customer() -> Any:
    return number(lambda: _("a customer"))


def run_recent(call: Call) -> None:
    """One line a customer."""
    from csdesk.cli import shapes

    args, out = call.args, call.out
    rows: list[CustomerRow] = []
    after: PageKey | None = None
    while True:
        limit = min(args.limit - len(rows), PAGE) if args.limit else PAGE
        page = call.desk.customers.recent(args.order, after=after, limit=limit, text=args.filter)
        rows += page.rows
        after = page.next
        if after is None or (args.limit and len(rows) >= args.limit):
            break
    if out.json:
        for row in rows:
            out.object(
                {"id": row.id, "name": row.name, "address": row.address, "language": row.language,
                 "country": row.country, "tags": list(row.tags), "at": shapes.instant(row.at), "subject": row.subject}
            )  # fmt: skip
    elif not rows:
        out.say(_("No customer matches.") if args.filter else _("No customer yet."))
    else:
        heads = ("ID", _("when"), _("customer"), _("address"), _("country"), _("tags"), _("subject"))
        out.table(
            heads,
            ((r.id, out.time(r.at), r.name, r.address, r.country, " ".join(r.tags), r.subject) for r in rows),
        )


def run_show(call: Call) -> None:
    """A customer's card, with all orders and the newest conversations."""
    from csdesk.cli import shapes
    from csdesk.unionwords import totals_words

    desk, out = call.desk, call.out
    card = desk.customers.card(call.args.id)
    bought = desk.customers.purchases(card.id)
    if out.json:
        now = call.clock.now()
        out.object(
            {
                **shapes.customer(card),
                "earlier": [shapes.earlier(one) for one in card.earlier],
                "orders": [shapes.order(one, now) for one in bought.orders],
                "totals": {currency: shapes.money(total) for currency, total in bought.totals.items()},
            }
        )
        return
    from csdesk.actions import status_word
    from csdesk.widgets.words import money

    _facts(call, card)
    if bought.count:
        out.say()
        out.say(totals_words(bought.count, bought.totals))
        out.table(
            (_("order"), _("placed"), _("total"), _("state")),
            (
                (o.number, out.time(o.placed_at), money(o.total, o.currency), o.fulfilment)
                for o in bought.orders
            ),
        )
    out.say()
    out.table(
        (_("conversation"), _("when"), _("status"), _("subject")),
        ((e.id, out.time(e.last_message_at), status_word(e.status), e.subject) for e in card.earlier),
    )


def _facts(call: Call, card: Customer) -> None:
    out = call.out
    from csdesk.services.places import local_time

    local = local_time(card.timezone, call.clock.now())
    out.facts(
        (
            (_("customer"), f"{card.id}  {card.name}"),
            *((one.channel, one.value) for one in card.identities),
            (_("language"), card.language),
            (_("country"), card.country),
            (_("time zone"), f"{card.timezone}  {local:%H:%M}" if local else card.timezone),
            (_("since"), out.time(card.since)),
            (_("tags"), ", ".join(card.tags)),
            (_("notes"), card.notes),
        )
    )


def run_edit(call: Call) -> None:
    """Only what is given changes."""
    from csdesk.cli import shapes

    args = call.args
    fields = {
        name: value
        for name in ("name", "language", "country", "notes")
        if (value := getattr(args, name)) is not None
    }
    if not fields and not args.tag and not args.untag:
        raise Usage(_("Say what to change: --name, --language, --country, --notes, --tag or --untag."))
    if args.tag or args.untag:
        fields["tags"] = call.desk.customers.tags_with(args.id, add=args.tag, remove=args.untag)
    card = call.desk.customers.edit(args.id, **fields)
    if call.out.json:
        call.out.object(shapes.customer(card))
    else:
        _facts(call, card)


def run_proposals(call: Call) -> None:
    """A line a pair."""
    from csdesk.unionwords import why_words

    out = call.out
    found = call.desk.customers.proposals(call.args.id)
    if out.json:
        for one in found:
            out.object(
                {"keep": one.keep, "keep_name": one.keep_name, "gone": one.gone, "gone_name": one.gone_name,
                 "why": one.why, "what": one.what}
            )  # fmt: skip
    elif not found:
        out.say(_("No two customers look like one person."))
    else:
        heads = ("A", _("who stays"), "B", _("who becomes part of A"), _("why"))
        out.table(heads, ((p.keep, p.keep_name, p.gone, p.gone_name, why_words(p)) for p in found))


def run_merge(call: Call) -> None:
    """The second becomes part of the first; at a terminal a person is asked twice."""
    args, out = call.args, call.out
    if args.undo:
        sentence = call.desk.customers.part(args.id, args.other)
        out.done({"keep": args.id, "gone": args.other, "undone": True}, sentence)
        return
    move = call.desk.customers.preview(args.id, args.other)
    if args.preview:
        _preview(call, move)
        return
    if not args.yes and not out.json and sys.stdin.isatty():
        _preview(call, move)
        _ask_twice(move)
    call.desk.customers.merge(args.id, args.other)
    words = _(
        "Customer {gone} is part of {keep} now; csdesk customer merge {keep} {gone} --undo takes it back."
    )
    out.done(_moved(move), words.format(keep=args.id, gone=args.other))


def _preview(call: Call, move: Move) -> None:
    from csdesk.unionwords import move_words

    if call.out.json:
        call.out.object(_moved(move))
        return
    for sentence in move_words(move):
        call.out.say(sentence)


def _moved(move: Move) -> dict[str, Any]:
    from csdesk.domain.events import encode

    return {
        "keep": move.keep.id,
        "gone": move.gone.id,
        "identities": [one.value for one in move.gone.identities],
        "conversations": move.conversations,
        "orders": move.orders,
        "changes": encode({name: value for name, value in move.changes.items() if name != "created_at"}),
    }


def _ask_twice(move: Move) -> None:
    """Raises Refused unless the person says so twice."""
    asks = (
        _("Make {gone} part of {keep}? Write yes: ").format(gone=move.gone.name, keep=move.keep.name),
        _("Once more, the number of the customer who becomes part of the other: "),
    )
    for question, right in zip(asks, (("yes", "y"), (str(move.gone.id),)), strict=True):
        sys.stderr.write(question)
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in right:
            raise Refused(_("Nothing was merged."), code="not_confirmed")
