"""Orders and parcels: taking files in, looking one up, deciding whose it is."""

from __future__ import annotations

import argparse
import json
import os
import select
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.cli.words import number
from csdesk.errors import NotFound, Refused, Usage
from csdesk.i18n import _
from csdesk.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from csdesk.cli.call import Call
    from csdesk.cli.out import Out
    from csdesk.cli.parser import Commands
    from csdesk.domain.orderfiles import Watch
    from csdesk.domain.orders import Dispute, Order, Return, Shipment
    from csdesk.domain.rates import Rate
    from csdesk.domain.translation import Translation


TELLS = 0.1
"""Seconds between two words about how far it is."""


def register(commands: Commands) -> None:
    """orders import, show, link, reject; track."""
    with commands.group("orders", _("orders of the shops")) as orders:
        taken = orders.add("import", run_import, _("take in a file of orders or tracking events"))
        taken.add_argument(
            "file", metavar=_("FILE"), help=_("CSV, XLSX or JSON lines; - reads what is piped in")
        )
        taken.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="NAME=COLUMN",
            help=_("what a column is called in the file; remembered for files like it; repeatable"),
        )
        taken.add_argument(
            "--kind",
            default="auto",
            metavar=_("KIND"),
            help=_("shopify, generic, tracking or json; recognised by itself"),
        )
        taken.add_argument(
            "--check", action="store_true", help=_("only read it, and say what would be left out and why")
        )
        taken.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)
        show = orders.add("show", run_show, _("show an order by its number or a parcel's"))
        show.add_argument("number", metavar=_("NUMBER"))
        show.add_argument("--raw", action="store_true", help=_("what the shop itself answered, as JSON"))
        for name, run, help in (
            ("link", run_link, _("you are sure who asks: the order belongs to this conversation")),
            ("reject", run_reject, _("the order is not this customer's")),
        ):
            decided = orders.add(name, run, help)
            decided.add_argument("id", type=number(lambda: _("a conversation")), metavar="ID")
            decided.add_argument("number", metavar=_("NUMBER"))
        from csdesk.cli import shops

        shops.register(orders)
    track = commands.add("track", run_track, _("show where a parcel is, by its number or its order's"))
    track.add_argument("number", metavar=_("NUMBER"))
    track.add_argument(
        "--lang",
        default="",
        metavar="xx",
        help=_("what the carrier says in this language, translated where needed"),
    )
    track.add_argument(
        "--refresh", action="store_true", help=_("ask the carrier now, not when it is its turn")
    )


def run_import(call: Call) -> None:
    """Take a file in. Lines that cannot be read are named; exit code 1 when nothing could be."""
    out = call.out
    names = _pairs(call.args.map)
    if call.args.check:
        _check(call, names)
        return
    if call.args.file == "-":
        with tempfile.NamedTemporaryFile("wb", suffix=".orders") as piped:
            shutil.copyfileobj(sys.stdin.buffer, piped)
            piped.flush()
            try:
                report = call.desk.orders.import_file(
                    Path(piped.name), kind=call.args.kind, names=names, called="-"
                )
            except Refused as error:
                raise Refused(error.message.replace(piped.name, "-"), code=error.code) from error
    else:
        path = Path(call.args.file).expanduser()
        report = call.desk.order_files.take(
            path, kind=call.args.kind, names=names, watch=_progress(call) if call.args.progress else None
        )
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
    if report.skipped and not taken and not call.args.progress:
        raise Refused(_("Nothing in {file} could be read.").format(file=call.args.file), code="nothing_read")


def _check(call: Call, names: dict[str, str]) -> None:
    """What would be taken in, and what not."""
    out, asked = call.out, call.args
    if asked.file == "-":
        raise Usage(_("--check reads a file, not what is piped in."))
    path = str(Path(asked.file).expanduser())
    files = call.desk.order_files
    kind, chosen = asked.kind, names
    if not chosen:
        look = files.look(path, None, kind)
        kind, chosen = look.kind if not look.missing else kind, dict(look.names)
    found = files.check(path, kind, chosen, _progress(call) if asked.progress else None)
    reasons = [{"line": line, "reason": reason} for line, reason in found.reasons]
    if out.json:
        out.object({"good": found.good, "refused": found.refused, "reasons": reasons})
        return
    out.say(
        _("{good} could be taken in, {refused} would be left out.").format(
            good=found.good, refused=found.refused
        )
    )
    for line, reason in found.reasons:
        out.warn(_("line {line}: {reason}").format(line=line, reason=reason))


def _progress(call: Call) -> Watch:
    """Tells a program how far it is, some times a second, and stops where its input is closed: nobody waits then."""
    said = [0.0]

    def watch(done: int, whole: int) -> None:
        if select.select([sys.stdin], [], [], 0)[0] and not os.read(sys.stdin.fileno(), 1):
            raise Refused(_("Stopped: nothing was taken in."), code="stopped")
        now = time.monotonic()
        if now - said[0] >= TELLS or done == whole:
            said[0] = now
            call.out.object({"done": done, "whole": whole})
            sys.stdout.flush()

    return watch


def _pairs(given: list[str]) -> dict[str, str]:
    """name=column as it was given. Raises Usage."""
    found = {}
    for pair in given:
        name, sep, column = pair.partition("=")
        if not sep or not name.strip():
            words = _("Write what a column is called as name=column, not {text!r}.")
            raise Usage(words.format(text=clean_line(pair, limit=60)))
        found[name.strip()] = column.strip()
    return found


def run_show(call: Call) -> None:
    """An order."""
    from csdesk.cli import shapes
    from csdesk.domain.orders import stage

    out, now = call.out, call.clock.now()
    order = call.desk.orders.show(call.args.number)
    if call.args.raw:
        raw = call.desk.shops.payload(order)
        if not raw:
            words = _("Order {number} came from a file; no shop answered anything about it.")
            raise Refused(words.format(number=order.number), code="no_payload")
        out.object(json.loads(raw))
        return
    into, worth, rate = call.desk.shops.worth(order)
    if out.json:
        converted = {
            "shop_currency": into or order.currency,
            "shop_total": shapes.money(worth if into else order.total),
        }
        day = rate.day.isoformat() if rate else None
        out.object(
            shapes.order(order, now)
            | converted
            | {"rate": str(rate.value) if rate else None, "rate_day": day}
        )
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
            (_("in {currency}").format(currency=into), _worth(order, into, worth, rate)),
            (_("payment"), order.payment),
            (_("fulfilment"), order.fulfilment),
            (
                _("protection"),
                ""
                if order.protection == "none"
                else f"{order.protection} {out.time(order.protection_until)}",
            ),
            (_("after sale"), "" if order.after_sale == "none" else order.after_sale),
            *(
                (f"{item.quantity} x", "  ".join(filter(None, (item.title, item.options, item.sku))))
                for item in order.items
            ),
            *_cases(out, order),
        )
    )
    for parcel in order.shipments:
        out.say()
        _parcel(out, parcel)


def _worth(order: Order, into: str, worth: Decimal | None, rate: Rate | None) -> str:
    """The total in the shop's own currency, with the day of its rate; what is missing is said."""
    if not into:
        return ""
    if worth is None:
        words = _("no rate of that day or before; csdesk orders rate {currency} {into} ...")
        return words.format(currency=order.currency, into=into)
    by = _("rate of {day}").format(day=rate.day) if rate else _("by the shop")
    return f"{worth} {into}  ({by})"


def _cases(out: Out, order: Order) -> list[tuple[str, str]]:
    """Refunds, returns, disputes, tags, notes and states that nothing here stands for."""
    found = [
        (
            _("refund"),
            "  ".join(filter(None, (f"{one.amount} {order.currency}", out.time(one.at), one.reason))),
        )
        for one in order.refunds
    ]
    cases: tuple[Return | Dispute, ...] = (*order.returns, *order.disputes)
    for case in cases:
        until = _("answer by {time}").format(time=out.time(case.respond_by)) if case.respond_by else ""
        word = _("return") if case in order.returns else _("dispute")
        found.append((word, "  ".join(filter(None, (case.raw_status or case.status, case.reason, until)))))
    found.append((_("tags"), ", ".join(order.tags)))
    found += [
        (_("note"), "  ".join(filter(None, (out.time(one.at), one.author, one.text)))) for one in order.notes
    ]
    return [*found, (_("shop says"), order.raw.get("unknown", ""))]


def _parcel(out: Out, parcel: Shipment, told: Mapping[str, Translation] | None = None) -> None:
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
        made = (told or {}).get(step.text)
        said = made.text if made is not None else step.text or step.status
        out.say(f"  {out.time(step.at)}  {said}  {step.place}".rstrip())
        if made is not None:
            demo = f" ({_('demonstration model')})" if made.demo else ""
            doubt = f" [{', '.join(dict.fromkeys(flag for one in made.sentences for flag in one.flags))}]"
            out.say(f"      {step.text}  ({made.engine}{demo}){doubt if made.doubtful else ''}")


def run_track(call: Call) -> None:
    """A parcel."""
    from csdesk.cli import shapes

    parcels = call.desk.parcels
    view = parcels.view(call.args.number, refresh=call.args.refresh)
    told = _told(call, view.parcel)
    if call.out.json:
        call.out.object(shapes.shipment(view.parcel, told) | shapes.recognised(view))
        return
    _parcel(call.out, view.parcel, told)
    lane = view.usual
    call.out.facts(
        (
            (_("reason"), view.parcel.reason),
            (_("to do"), _("somebody has to act") if view.parcel.action_required else ""),
            (_("carrier says"), "  ".join(filter(None, (view.parcel.raw_status, view.parcel.raw_substatus)))),
            (
                _("usual"),
                _("{n} days, 9 of 10 within {most}").format(n=lane.median, most=lane.p90) if lane else "",
            ),
            (_("asked"), call.out.time(view.parcel.polled_at) if view.parcel.polled_at else ""),
            (_("not known"), view.error),
            (
                _("could be"),
                ", ".join(one.carrier for one in view.carriers) if not view.parcel.carrier else "",
            ),
            (_("page"), view.page),
        )
    )


def _told(call: Call, parcel: Shipment) -> Mapping[str, Translation]:
    """What the carrier says, with --lang; made now where it must be. What stays as it is gets a warning that says
    why."""
    if not call.args.lang:
        return {}
    from csdesk.cli.queue import check_language

    check_language(call.args.lang)
    texts = tuple(dict.fromkeys(step.text for step in parcel.events if step.text))
    places = {step.place for step in parcel.events if step.place}
    told, why = call.desk.translations.phrases.make(texts, call.args.lang, places=places)
    if why:
        call.out.warn(why)
    return told


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
