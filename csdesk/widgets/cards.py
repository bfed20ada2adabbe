"""The cards of the side panel: the customer, orders, parcels. Pure: dataclasses in, lines out."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from csdesk.actions import status_word
from csdesk.domain.customer import Customer
from csdesk.domain.orders import Order, OrderLink, Shipment
from csdesk.i18n import _, ngettext, pgettext
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, cut, cut_pieces, fit, line, one_line, spread, wrap
from csdesk.widgets.places import country

EVENTS = 3
EARLIER = 4
ITEMS = 6


def customer_card(customer: Customer, width: int, now: datetime, here: tzinfo | None) -> list[Line]:
    """Who asks: name, place and the time there now, languages, since when, earlier conversations."""
    out = [_head(_("CUSTOMER"))]
    out.append(line((f" {one_line(customer.name)}", "strong")))
    there = words.zone(customer.timezone)
    place = country(customer.country) if customer.country else _("place unknown")
    if there is None:
        out.append(line((f" {place}", "dim")))
    else:
        local = now.astimezone(there)
        out.append(spread(((f" {place}", ""),), ((f"{local:%H:%M}", ""), (" ", "")), width))
        out.append(line((f" {day_word(local)}", "dim")))
    many = ngettext("{n} conversation", "{n} conversations", customer.conversations)
    out.append(
        _pair(
            one_line(customer.language) or _("language unknown"), many.format(n=customer.conversations), width
        )
    )
    known = ngettext("{n} identity", "{n} identities", len(customer.identities))
    since = _("since {date}").format(date=words.long_date(customer.since.astimezone(here)))
    out.append(_pair(since, known.format(n=len(customer.identities)), width))
    for identity in customer.identities[:2]:
        out.append(line((f" {one_line(identity.value)}", "faint")))
    if customer.notes:
        out += [line((f" {part}", "")) for part in wrap(one_line(customer.notes), width - 2)]
    return out + _earlier(customer, width, here)


def day_word(local: datetime) -> str:
    """What time of day it is for somebody, in words that help to decide whether to write now."""
    name = words.weekday(local.weekday())
    if 8 <= local.hour < 22:
        return _("{weekday}, awake hours").format(weekday=name)
    return _("{weekday}, night there").format(weekday=name)


def _earlier(customer: Customer, width: int, here: tzinfo | None) -> list[Line]:
    if not customer.earlier:
        return []
    out = [Line(), _head(_("EARLIER"))]
    for one in customer.earlier[:EARLIER]:
        date = words.short_date(one.last_message_at.astimezone(here))
        left = ((f" {fit(date, words.date_width())} ", "faint"), (one_line(one.subject), ""))
        out.append(spread(left, ((status_word(one.status), "faint"), (" ", "")), width))
    return out


def order_card(link: OrderLink, width: int, now: datetime, here: tzinfo | None) -> list[Line]:
    """One order: its stage line, dates that press, items and money; its parcels with their last events."""
    order = link.order
    sum_ = words.money(order.total, order.currency)
    out = [spread(((f" {_('ORDER')} ", "faint"), (_number(order), "strong")), ((sum_, ""), (" ", "")), width)]
    if link.state == "suggested":
        out += [
            line((f" {part}", "soon"))
            for part in wrap(_("suggested: {reason}").format(reason=one_line(link.reason)), width - 2)
        ]
        out.append(
            line((" y ", "accent"), (_("confirm"), "dim"), ("   w ", "accent"), (_("wrong order"), "dim"))
        )
    out += _stages(order, width)
    out += _facts(order, width, now, here)
    for item in order.items[:ITEMS]:
        left = ((f" {item.quantity} × {one_line(item.title)}", ""),)
        out.append(spread(left, ((one_line(item.sku), "faint"), (" ", "")), width))
    if len(order.items) > ITEMS:
        out.append(line((" " + _("and {n} more").format(n=len(order.items) - ITEMS), "faint")))
    for shipment in order.shipments:
        out += [Line(), *_parcel(shipment, width, here)]
    return out


def _number(order: Order) -> str:
    return one_line(order.number)


def steps(order: Order) -> tuple[tuple[str, ...], int]:
    """The way of an order in words and where it stands on it. Customs is a step only for a parcel that is there."""
    shipped = order.shipments[0].status if order.shipments else ""
    names = [_("paid"), _("packed"), pgettext("order", "sent"), _("out"), _("done")]
    if shipped == "customs":
        names.insert(3, _("customs"))
    if order.fulfilment == "delivered" or shipped == "delivered":
        return tuple(names), len(names) - 1
    if shipped in ("out_for_delivery", "ready_for_pickup"):
        return tuple(names), names.index(_("out"))
    if shipped == "customs":
        return tuple(names), 3
    if order.fulfilment in ("shipped", "partial"):
        return tuple(names), 2
    return tuple(names), 0 if order.payment in ("pending", "verifying", "authorized", "failed") else 1


def _stages(order: Order, width: int) -> list[Line]:
    if order.fulfilment == "cancelled":
        return [line((" " + _("cancelled"), "faint"))]
    names, at = steps(order)
    pieces: list[Piece] = [(" ", "")]
    for number, name in enumerate(names):
        if number:
            pieces.append(("─", "done" if number <= at else "rule"))
        ink = "done" if number < at else "accent" if number == at else "faint"
        pieces.append(
            (name.upper() if number == at else name, "done" if at == len(names) - 1 == number else ink)
        )
    out = [Line(cut_pieces(tuple(pieces), width))]
    trouble = _trouble(order)
    return out + ([line((f" {trouble}", "soon"))] if trouble else [])


def _trouble(order: Order) -> str:
    """What is out of the ordinary about an order, in words."""
    after = {
        "cancel_requested": _("wants to cancel"),
        "return": _("being returned"),
        "refund": _("being refunded"),
        "dispute": _("dispute open"),
        "chargeback": _("chargeback"),
    }
    paid = {
        "failed": _("payment failed"),
        "refunded": _("refunded"),
        "part_refunded": _("partly refunded"),
        "pending": _("payment pending"),
        "verifying": _("payment being checked"),
    }
    found = [after.get(order.after_sale, ""), paid.get(order.payment, "")]
    if order.fulfilment == "on_hold":
        found.append(_("on hold"))
    return ", ".join(word for word in found if word)


def _facts(order: Order, width: int, now: datetime, here: tzinfo | None) -> list[Line]:
    out = []
    placed = words.short_date(order.placed_at.astimezone(here))
    out.append(
        _pair(_("placed {date}").format(date=placed), country(order.country) if order.country else "", width)
    )
    first = order.shipments[0] if order.shipments else None
    if first is not None and first.shipped_at is not None and first.status != "delivered":
        days = max((now - first.shipped_at).days, 0)
        out.append(
            line((" " + ngettext("{n} day on its way", "{n} days on its way", days).format(n=days), ""))
        )
    if order.protection_until is not None and order.protection in ("running", "extended"):
        left = order.protection_until - now
        ink = "burn" if left < timedelta(days=1) else "soon" if left < timedelta(days=3) else ""
        word = (
            _("protection ended")
            if left < timedelta(0)
            else _("protection ends in {span}").format(span=words.span(left))
        )
        out.append(line((f" {word}", ink)))
    return out


def parcel_status(status: str) -> Piece:
    """A parcel's status in words, with an ink that means something."""
    known: dict[str, Piece] = {
        "unregistered": (_("number not registered yet"), "dim"),
        "not_found": (_("not found by the carrier"), "soon"),
        "info_received": (_("announced, not handed over"), "dim"),
        "in_transit": (_("on its way"), ""),
        "customs": (_("at customs"), "soon"),
        "out_for_delivery": (_("out for delivery"), ""),
        "ready_for_pickup": (_("ready for pick-up"), "soon"),
        "delivery_failed": (_("delivery failed"), "burn"),
        "delivered": (_("delivered"), "done"),
        "exception": (_("trouble on the way"), "burn"),
        "returning": (_("on its way back"), "burn"),
        "returned": (_("came back"), "burn"),
        "lost": (_("lost"), "burn"),
        "expired": (_("no news any more"), "soon"),
        "cancelled": (_("cancelled"), "faint"),
    }
    return known.get(status, (one_line(status), "dim"))


def _parcel(shipment: Shipment, width: int, here: tzinfo | None) -> list[Line]:
    title = ((f" {_('PARCEL')} ", "faint"), (one_line(shipment.number), "strong"))
    word, ink = parcel_status(shipment.status)
    out = [
        Line(cut_pieces(title, width)),
        Line(cut_pieces(((f" {word}", ink), (f"  {one_line(shipment.carrier)}", "dim")), width - 1)),
    ]
    if shipment.eta_from is not None:
        out.append(line((" " + _eta(shipment, here), "")))
    for event in shipment.events[:EVENTS]:
        at = event.at.astimezone(here)
        head = f" {fit(words.short_date(at), words.date_width())} {at:%H:%M} "
        said = one_line(event.text) or parcel_status(event.status)[0]
        where = f", {one_line(event.place)}" if event.place else ""
        parts = wrap(said + where, width - line(head).width - 1)
        out.append(line((head, "faint"), (parts[0], "dim")))
        if len(parts) > 1:
            rest = cut(" ".join(parts[1:]), width - line(head).width - 1)
            out.append(line((" " * line(head).width, ""), (rest, "dim")))
    return out


def _eta(shipment: Shipment, here: tzinfo | None) -> str:
    assert shipment.eta_from is not None
    early = shipment.eta_from.astimezone(here)
    if shipment.eta_to is None or shipment.eta_to.date() == shipment.eta_from.date():
        return _("expected {date}").format(date=words.short_date(early))
    late = shipment.eta_to.astimezone(here)
    return _("expected {first} to {last}").format(first=words.short_date(early), last=words.short_date(late))


def _head(word: str) -> Line:
    return line((f" {word}", "faint"))


def _pair(left: str, right: str, width: int) -> Line:
    return spread(((f" {left}", "dim"),), ((right, "dim"), (" ", "")), width)
