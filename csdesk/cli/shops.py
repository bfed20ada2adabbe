"""What is done to orders in their shops (note, cancel, address, extend, resend, acts), and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.domain import addresses
from csdesk.errors import DeskError, NetworkFailure
from csdesk.i18n import N_, _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.domain.rates import Rate
    from csdesk.domain.shopacts import ShopAct

STATES = {
    "queued": N_("waits for its turn"),
    "doing": N_("is being done"),
    "done": N_("done in the shop"),
    "failed": N_("not done"),
    "uncertain": N_("uncertain"),
}
KINDS = {
    "note": N_("note"),
    "cancel": N_("cancellation"),
    "address": N_("other address"),
    "extend": N_("extension"),
    "resend": N_("sent again"),
}


class Uncertain(NetworkFailure):
    """Nobody knows yet whether the shop did it."""

    code = "uncertain"


def register(orders: Commands) -> None:
    """Under `orders`."""
    note = orders.add("note", run_note, _("add a note to an order in its shop; the buyer does not see it"))
    note.add_argument("number", metavar=_("NUMBER"))
    note.add_argument("--text", required=True, metavar="T", help=_("what the note says"))
    cancel = orders.add("cancel", run_cancel, _("cancel an order in its shop, before it is sent"))
    cancel.add_argument("number", metavar=_("NUMBER"))
    cancel.add_argument("--reason", default="", metavar="T", help=_("why, for the shop"))
    cancel.add_argument("--yes", action="store_true", help=_("do not ask; it cannot be taken back"))
    address = orders.add(
        "address",
        run_address,
        _("show where an order goes, or send it to another address before it is packed"),
    )
    address.add_argument("number", metavar=_("NUMBER"))
    for part in (one for one in addresses.FIELDS if one != "country"):
        address.add_argument(f"--{part}", metavar="T", help=addresses.label(part))
    address.add_argument("--yes", action="store_true", help=_("do not ask"))
    extend = orders.add(
        "extend", run_extend, _("give the buyer more days to confirm that an order came (AliExpress)")
    )
    extend.add_argument("number", metavar=_("NUMBER"))
    extend.add_argument("--days", required=True, type=number(lambda: _("a number of days")), metavar="N",
                        help=_("how many"))  # fmt: skip
    extend.add_argument("--yes", action="store_true", help=_("do not ask; it cannot be taken back"))
    resend = orders.add(
        "resend", run_resend, _("send goods of an order again, free of charge, as a new order")
    )
    resend.add_argument("number", metavar=_("NUMBER"))
    resend.add_argument("--item", action="append", default=[], metavar="SKU=N",
                        help=_("what, and how many of it; once for each, all without it"))  # fmt: skip
    resend.add_argument("--yes", action="store_true", help=_("do not ask; it cannot be taken back"))
    acts = orders.add("acts", run_acts, _("list what was done to an order in its shop"))
    acts.add_argument("number", metavar=_("NUMBER"))
    for one in (note, cancel, address, extend, resend, acts):
        one.add_argument(
            "--account",
            default="",
            metavar=_("NAME"),
            help=_("in which shop, where several have such an order"),
        )
    drop = orders.add("drop", run_drop, _("try an act no more; `orders acts` shows its number"))
    drop.add_argument("id", type=number(lambda: _("an act")), metavar="ID")
    rate = orders.add("rate", run_rate, _("write down what a currency is worth from a day on"))
    rate.add_argument("currency", metavar=_("CURRENCY"))
    rate.add_argument("into", metavar=_("INTO"))
    rate.add_argument("worth", metavar=_("WORTH"), help=_("how much of INTO one CURRENCY is, such as 0.92"))
    rate.add_argument(
        "--on", default="", metavar=_("DAY"), help=_("from this day on, such as 2026-11-20; today")
    )
    orders.add("rates", run_rates, _("list the rates that were written down"))


def act_shape(act: ShopAct) -> dict[str, object]:
    """An act for programs."""
    from csdesk.cli.shapes import instant

    return {
        "id": act.id, "order": act.order, "number": act.number, "kind": act.kind, "fields": dict(act.fields),
        "state": act.state, "error": act.error or None, "created_at": instant(act.created_at),
        "begun_at": instant(act.begun_at),
    }  # fmt: skip


def run_note(call: Call) -> None:
    """Written down, then done at once where nobody else holds the account."""
    shops = call.desk.shops
    act = shops.note(call.desk.orders.one(call.args.number, call.args.account), call.args.text)
    _settled(call, shops.settle(act))


def run_cancel(call: Call) -> None:
    """Asks first."""
    from csdesk.errors import Usage

    shops, order = call.desk.shops, call.desk.orders.one(call.args.number, call.args.account)
    if not call.args.yes:
        raise Usage(
            _("Order {number} would be cancelled in {shop}; that cannot be taken back. Add --yes.").format(
                number=order.number, shop=order.source
            )
        )
    _settled(call, shops.settle(shops.cancel(order, call.args.reason)))


def run_address(call: Call) -> None:
    """Without a new part it only shows. Old and new stand side by side before it is done."""
    from csdesk.errors import Usage

    shops, order = call.desk.shops, call.desk.orders.one(call.args.number, call.args.account)
    old = shops.address(order)
    given = {part: said for part in addresses.FIELDS if (said := getattr(call.args, part, None)) is not None}
    if not given:
        said = addresses.in_line(old) or order.address
        why = addresses.fault(old) if old else ""
        call.out.done(
            {"number": order.number, "address": old or None, "line": said or None, "fault": why or None},
            " ".join(part for part in (said or _("The shop names no address."), why) if part),
        )
        return
    if not call.args.yes:
        new = shops.new_address(order, given)
        words = _("Order {number} would go to: {new}. Until now: {old}. Add --yes.")
        raise Usage(words.format(number=order.number, new=addresses.in_line(new), old=addresses.in_line(old)))
    _settled(call, shops.settle(shops.readdress(order, given)))


def run_extend(call: Call) -> None:
    """Asks first."""
    from csdesk.errors import Usage

    shops, order = call.desk.shops, call.desk.orders.one(call.args.number, call.args.account)
    if not call.args.yes:
        words = _("Order {number} would be extended by {days} days; that cannot be taken back. Add --yes.")
        raise Usage(words.format(number=order.number, days=call.args.days))
    _settled(call, shops.settle(shops.extend(order, call.args.days)))


def run_resend(call: Call) -> None:
    """Asks first."""
    from csdesk.errors import Usage

    shops, order = call.desk.shops, call.desk.orders.one(call.args.number, call.args.account)
    wanted: dict[str, int] = {}
    for one in call.args.item:
        name, _is, count = one.rpartition("=")
        if not name or not count.isdecimal() or len(count) > 6:
            raise Usage(_("{text} is no item and count such as MUG-B=1.").format(text=repr(one)))
        wanted[name] = int(count)
    if not call.args.yes:
        words = _("Of order {number} would be sent again, free of charge: {goods}. Add --yes.")
        raise Usage(words.format(number=order.number, goods=shops.chosen(order, wanted)[1]))
    _settled(call, shops.settle(shops.resend(order, wanted)))


def _settled(call: Call, act: ShopAct) -> None:
    """Say how it stands. Exit code 1 when the shop refused, 5 when nobody knows yet."""
    if act.state == "failed":
        raise DeskError(act.error or _("The shop did not do it."), code="refused")
    if act.state == "uncertain":
        raise Uncertain(act.error)
    words = {
        "done": _("Order {number}: done in the shop."),
        "queued": _("Order {number}: it waits for its turn; csdesk sync does it."),
        "doing": _("Order {number}: it is being done."),
    }[act.state]
    said = words.format(number=act.number)
    call.out.done(act_shape(act), f"{said} {act.error}".rstrip())


def run_acts(call: Call) -> None:
    """One line an act."""
    out, order = call.out, call.desk.orders.one(call.args.number, call.args.account)
    acts = call.desk.shops.acts_of(order)
    if out.json:
        for act in acts:
            out.object(act_shape(act))
    elif not acts:
        out.say(_("Nothing was done to order {number} from here.").format(number=order.number))
    else:
        out.table(
            ("ID", _("when"), _("what"), _("state"), ""),
            (
                (str(a.id), out.time(a.created_at), _(KINDS.get(a.kind, a.kind)), _(STATES[a.state]),
                 a.error or said_in(a))
                for a in acts
            ),
        )  # fmt: skip


def said_in(act: ShopAct) -> str:
    """What an act says, in one line."""
    if act.kind == "address":
        return addresses.in_line(act.fields)
    return (
        act.fields.get("text")
        or act.fields.get("said")
        or act.fields.get("reason")
        or act.fields.get("days")
        or ""
    )


def run_drop(call: Call) -> None:
    """A person knows better."""
    act = call.desk.shops.drop(call.args.id)
    call.out.done(act_shape(act), _("Act {id} is not tried any more.").format(id=act.id))


def rate_shape(rate: Rate) -> dict[str, object]:
    """A rate for programs."""
    return {
        "currency": rate.currency,
        "into": rate.into,
        "day": rate.day.isoformat(),
        "value": str(rate.value),
    }


def run_rate(call: Call) -> None:
    """One rate."""
    from csdesk.services.shops import rate

    args, context = call.args, call.desk.context
    today = call.clock.now().astimezone(context.here).date()
    made = rate(args.currency, args.into, args.worth, args.on, today)
    call.desk.shops.put_rates([made])
    words = _("From {day} on one {currency} is {value} {into}.")
    call.out.done(
        rate_shape(made),
        words.format(day=made.day, currency=made.currency, value=made.value, into=made.into),
    )


def run_rates(call: Call) -> None:
    """Newest first."""
    out, rates = call.out, call.desk.shops.rates()
    if out.json:
        for one in rates:
            out.object(rate_shape(one))
    elif not rates:
        out.say(_("No rate is written down. Add one: csdesk orders rate USD EUR 0.92"))
    else:
        out.table(
            (_("day"), _("currency"), _("rate"), _("into")),
            ((one.day.isoformat(), one.currency, str(one.value), one.into) for one in rates),
        )
