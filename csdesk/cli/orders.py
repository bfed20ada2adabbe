"""Orders and parcels: taking files in, looking one up, deciding whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.errors import NotFound, Refused
from csdesk.i18n import _

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.out import Out
    from csdesk.cli.parser import Commands
    from csdesk.domain.orders import Shipment


def register(commands: Commands) -> None:
    """orders import, show, link, reject; track."""
    with commands.group("orders", _("orders of the shops")) as orders:
        taken = orders.add("import", run_import, _("take in a file of orders or tracking events"))
        taken.add_argument("file", metavar=_("FILE"))
        taken.add_argument(
            "--kind",
            default="auto",
            metavar=_("KIND"),
            help=_("shopify, generic or tracking; recognised by itself"),
        )
        show = orders.add("show", run_show, _("show an order by its number or a parcel's"))
        show.add_argument("number", metavar=_("NUMBER"))
        for name, run, help in (
            ("link", run_link, _("you are sure who asks: the order belongs to this conversation")),
            ("reject", run_reject, _("the order is not this customer's")),
        ):
            decided = orders.add(name, run, help)
            decided.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
            decided.add_argument("number", metavar=_("NUMBER"))
    track = commands.add("track", run_track, _("show where a parcel is, by its number or its order's"))
    track.add_argument("number", metavar=_("NUMBER"))


def run_import(call: Call) -> None:
    """Take a file in. Lines that cannot be read are named; exit code 1 when nothing could be."""
    out = call.out
    report = call.desk.orders.import_file(Path(call.args.file).expanduser(), kind=call.args.kind)
    taken = report.added + report.updated + report.unchanged
    if out.json:
        skipped = [{"line": line, "reason": reason} for line, reason in report.skipped]
        out.object(
            {
                "kind": report.kind,
                "added": report.added,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "skipped": skipped,
            }
        )
    else:
        words = _("{kind}: {added} added, {updated} updated, {unchanged} unchanged, {skipped} lines skipped.")
        out.say(
            words.format(
                kind=report.kind, added=report.added, updated=report.updated,
                unchanged=report.unchanged, skipped=len(report.skipped),
            )
        )  # fmt: skip
        for line, reason in report.skipped:
            out.warn(_("line {line}: {reason}").format(line=line, reason=reason))
    if report.skipped and not taken:
        raise Refused(_("Nothing in {file} could be read.").format(file=call.args.file), code="nothing_read")


def run_show(call: Call) -> None:
    """An order."""
    from csdesk.cli import shapes
    from csdesk.domain.orders import stage

    out, now = call.out, call.clock.now()
    order = call.desk.orders.show(call.args.number)
    if out.json:
        out.object(shapes.order(order, now))
        return
    out.facts(
        (
            (_("order"), order.number),
            (_("source"), order.source),
            (_("stage"), stage(order, now)),
            (_("placed"), out.time(order.placed_at)),
            (_("customer"), f"{order.customer_name}  {order.email}".strip()),
            (_("place"), f"{order.city}  {order.country}".strip()),
            (_("total"), f"{order.total} {order.currency}"),
            (_("payment"), order.payment),
            (_("fulfilment"), order.fulfilment),
            (
                _("protection"),
                ""
                if order.protection == "none"
                else f"{order.protection} {out.time(order.protection_until)}",
            ),
            (_("after sale"), "" if order.after_sale == "none" else order.after_sale),
            *((f"{item.quantity} x", f"{item.title}  {item.sku}".rstrip()) for item in order.items),
        )
    )
    for parcel in order.shipments:
        out.say()
        _parcel(out, parcel)


def _parcel(out: Out, parcel: Shipment) -> None:
    eta = " - ".join(dict.fromkeys(out.time(at) for at in (parcel.eta_from, parcel.eta_to) if at))
    out.facts(
        (
            (_("parcel"), parcel.number),
            (_("carrier"), parcel.carrier),
            (_("status"), parcel.status),
            (_("expected"), eta),
        )
    )
    for step in parcel.events:
        out.say(f"  {out.time(step.at)}  {step.text or step.status}  {step.place}".rstrip())


def run_track(call: Call) -> None:
    """A parcel."""
    from csdesk.cli import shapes

    parcel = call.desk.orders.track(call.args.number)
    if call.out.json:
        call.out.object(shapes.shipment(parcel))
    else:
        _parcel(call.out, parcel)


def run_link(call: Call) -> None:
    """The agent made sure who asks."""
    _decide(call, "linked", _("Order {number} is linked to conversation {id}."))


def run_reject(call: Call) -> None:
    """Not this customer's."""
    _decide(call, "rejected", _("Order {number} no longer stands beside conversation {id}."))


def _decide(call: Call, state: str, words: str) -> None:
    orders = call.desk.orders
    order = orders.show(call.args.number)
    if not order.id:
        raise NotFound(_("No order or parcel {number} is known.").format(number=call.args.number))
    (orders.confirm if state == "linked" else orders.reject)(call.args.id, order.id)
    call.out.done(
        {"conversation": call.args.id, "order": order.id, "number": order.number, "link": state},
        words.format(number=order.number, id=call.args.id),
    )
