"""The cards of the side panel: the customer, orders, parcels. Pure: dataclasses in, lines out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from csdesk.actions import status_word
from csdesk.domain.addresses import in_line
from csdesk.domain.parcels import DONE, days_on_way
from csdesk.i18n import _, ngettext, pgettext
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, cut, cut_pieces, fit, line, one_line, spread, wrap
from csdesk.widgets.places import country

if TYPE_CHECKING:
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import Dispute, Order, OrderLink, Return, Shipment, TrackingEvent
    from csdesk.domain.translation import Translation

NOTHING: Mapping[str, Translation] = MappingProxyType({})
EVENTS = 3
EARLIER = 4
ITEMS = 6
CASES = 3
NOTES = 3
NOTE_LINES = 3
_LAST_MILE = ("out_for_delivery", "ready_for_pickup", "delivery_failed")
_FAILED = ("delivery_failed", "returning", "returned", "lost", "exception")


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


def order_card(
    link: OrderLink,
    width: int,
    now: datetime,
    here: tzinfo | None,
    told: Mapping[str, Translation] = NOTHING,
    way: str = "translation",
) -> list[Line]:
    """One order: its stage line, dates that press, items and money; its parcels with their last events. `told` is what
    carriers said in the reader's language, by what they said; `way` one of translated.WAYS."""
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
    out += _worth(link, width)
    if replaced := order.raw.get("replaces", ""):
        said = _("sends goods of {number} again").format(number=one_line(replaced))
        out.append(Line(cut_pieces(((f" {said}", "soon"),), width)))
    out += _stages(order, width)
    out += _facts(link, width, now, here)
    for item in order.items[:ITEMS]:
        left = ((f" {item.quantity} × {one_line(item.title)}", ""),)
        out.append(spread(left, ((one_line(item.sku), "faint"), (" ", "")), width))
        if item.options:
            out.append(Line(cut_pieces(((f"   {one_line(item.options)}", "faint"),), width)))
    if len(order.items) > ITEMS:
        out.append(line((" " + _("and {n} more").format(n=len(order.items) - ITEMS), "faint")))
    out += _cases(order, width, now, here)
    out += _notes(link, width, here)
    for shipment in order.shipments:
        out += [Line(), *_parcel(shipment, width, now, here, told, way)]
    return out


def _worth(link: OrderLink, width: int) -> list[Line]:
    """The total in the shop's own currency; where no rate is known, that it cannot be compared."""
    if not link.into:
        return []
    if link.worth is None:
        said = _("no rate of {currency} in {into}: the total cannot be compared")
        told = said.format(currency=one_line(link.order.currency), into=one_line(link.into))
        return [line((f" {part}", "soon")) for part in wrap(told, width - 2)]
    how = _("rate of {day}").format(day=f"{link.rated:%Y-%m-%d}") if link.rated else _("by the shop")
    sum_ = words.money(link.worth, link.into)
    return [spread(((f" {how}", "faint"),), ((sum_, "dim"), (" ", "")), width)]


def _cases(order: Order, width: int, now: datetime, here: tzinfo | None) -> list[Line]:
    """Money that went back, goods that come back, cases with the date by which to answer; states nobody here knows."""
    out = []
    for refund in order.refunds[-CASES:]:
        sum_ = words.money(refund.amount, order.currency)
        out.append(_pair(_("refunded {sum}").format(sum=sum_), one_line(refund.reason), width))
    cases: tuple[Return | Dispute, ...] = (*order.returns, *order.disputes)
    for case in [one for one in cases if one.status == "open"][:CASES]:
        word = _("return") if case in order.returns else _("dispute")
        out.append(_pair(f"{word} {one_line(case.raw_status)}", one_line(case.reason), width))
        if case.respond_by is not None:
            left = case.respond_by - now
            ink = "burn" if left < timedelta(days=1) else "soon"
            at = words.short_date(case.respond_by.astimezone(here))
            out.append(line((" " + _("answer by {date}").format(date=at), ink)))
    if unknown := order.raw.get("unknown", ""):
        out += [
            line((f" {part}", "soon"))
            for part in wrap(_("the shop says {words}").format(words=one_line(unknown)), width - 2)
        ]
    if order.tags:
        out.append(Line(cut_pieces(((" " + one_line(", ".join(order.tags)), "faint"),), width)))
    return out


def act_state(state: str) -> Piece:
    """How far an act in a shop came, with an ink that means something."""
    known: dict[str, Piece] = {
        "queued": (_("waits for its turn"), "soon"),
        "doing": (_("is being done"), "soon"),
        "done": (_("done in the shop"), "done"),
        "failed": (_("not done"), "burn"),
        "uncertain": (_("uncertain, the shop is asked"), "burn"),
    }
    return known.get(state, (one_line(state), "dim"))


def _notes(link: OrderLink, width: int, here: tzinfo | None) -> list[Line]:
    """The newest notes that the shop has, and what was done from here."""
    out = []
    known = {one.text for one in link.order.notes}
    for note in link.order.notes[:NOTES]:
        at = f"{words.short_date(note.at.astimezone(here))} " if note.at else ""
        out += [line((f" {part}", "dim")) for part in wrap(at + one_line(note.text), width - 2)[:NOTE_LINES]]
    for act in link.acts[-NOTES:]:
        if act.state == "done" and act.fields.get("text", "") in known:
            continue
        word, ink = act_state(act.state)
        label = {
            "cancel": _("cancellation"),
            "address": _("other address"),
            "extend": _("extension"),
            "resend": _("sent again"),
        }.get(act.kind, _("note for the shop"))
        out.append(Line(cut_pieces(((f" {label}: ", "dim"), (word, ink)), width)))
        said = one_line(
            act.error or act.fields.get("text", "") or act.fields.get("said", "") or in_line(act.fields)
        )
        out += [line((f" {part}", "dim")) for part in wrap(said, width - 2)[:NOTE_LINES] if part]
    return out


def _number(order: Order) -> str:
    return one_line(order.number)


def steps(order: Order, *, long: bool = False) -> tuple[tuple[str, ...], int]:
    """The way of an order in words and where it stands on it. Customs is a step only for a parcel that came there;
    `long` names the last two steps in full."""
    parcel = order.shipments[0] if order.shipments else None
    shipped = parcel.status if parcel else ""
    names = [_("paid"), _("packed"), pgettext("order", "sent"), _("last mile") if long else _("out")]
    names.append(_("delivered") if long else _("done"))
    customs = parcel is not None and (
        shipped == "customs" or any(event.status == "customs" for event in parcel.events)
    )
    if customs:
        names.insert(3, _("customs"))
    if order.fulfilment == "delivered" or shipped == "delivered":
        return tuple(names), len(names) - 1
    if shipped in _LAST_MILE:
        return tuple(names), len(names) - 2
    if shipped == "customs":
        return tuple(names), 3
    if order.fulfilment in ("shipped", "partial"):
        return tuple(names), 2
    return tuple(names), 0 if order.payment in ("pending", "verifying", "authorized", "failed") else 1


def _stages(order: Order, width: int) -> list[Line]:
    if order.fulfilment == "cancelled":
        return [line((" " + _("cancelled"), "faint"))]
    names, at = steps(order, long=True)
    if line(("─".join(names), "")).width + 1 > width:
        names, at = steps(order)
    pieces: list[Piece] = [(" ", "")]
    failed = order.shipments and order.shipments[0].status in _FAILED
    for number, name in enumerate(names):
        if number:
            pieces.append(("─", "done" if number <= at else "rule"))
        ink = "done" if number < at else ("burn" if failed else "accent") if number == at else "faint"
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
    return words.joined(word for word in found if word)


def _facts(link: OrderLink, width: int, now: datetime, here: tzinfo | None) -> list[Line]:
    out, order = [], link.order
    placed = words.short_date(order.placed_at.astimezone(here))
    out.append(
        _pair(_("placed {date}").format(date=placed), country(order.country) if order.country else "", width)
    )
    if order.shipments:
        out += _on_its_way(order.shipments[0], link, width, now)
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


def _on_its_way(parcel: Shipment, link: OrderLink, width: int, now: datetime) -> list[Line]:
    """For how long, against the time that parcels on this lane usually take; amber once it is among the slowest."""
    days = days_on_way(parcel, now)
    if days is None or parcel.status == "delivered":
        return []
    said = ngettext("{n} day on its way", "{n} days on its way", days).format(n=days)
    usual = link.usual.get(parcel.number)
    if usual is None:
        return [line((f" {said}", ""))]
    ink = "soon" if days > usual.p90 else ""
    told = _("usually {n}, 9 of 10 within {most}").format(n=usual.median, most=usual.p90)
    return [line((f" {part}", ink)) for part in wrap(words.joined((said, told)), width - 2)]


def reason_word(reason: str) -> str:
    """Why a parcel stands still."""
    return {
        "customs_docs": _("papers or numbers are missing at customs"),
        "customs_hold": _("held by customs"),
        "address": _("the address is not right"),
        "refused": _("the recipient refused it"),
        "damage": _("it is damaged"),
        "weather": _("the weather delays it"),
        "processing": _("the carrier is late with it"),
        "unclaimed": _("nobody was there or fetched it"),
    }.get(reason, "")


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


def _parcel(
    shipment: Shipment,
    width: int,
    now: datetime,
    here: tzinfo | None,
    told: Mapping[str, Translation],
    way: str,
) -> list[Line]:
    title = ((f" {_('PARCEL')} ", "faint"), (one_line(shipment.number), "strong"))
    word, ink = parcel_status(shipment.status)
    out = [
        Line(cut_pieces(title, width)),
        Line(cut_pieces(((f" {word}", ink), (f"  {one_line(shipment.carrier)}", "dim")), width - 1)),
    ]
    why = reason_word(shipment.reason)
    if shipment.action_required:
        why = _("somebody has to act: {why}").format(why=why) if why else _("somebody has to act")
    out += [line((f" {part}", "soon")) for part in wrap(why, width - 2) if part]
    if shipment.eta_from is not None and shipment.status not in DONE:
        out.append(line((" " + _eta(shipment, here), "")))
    shown = shipment.events[:EVENTS]
    for event in shown:
        out += _event(event, width, here, told.get(event.text), way)
    out += _made_by([told[one.text] for one in shown if one.text in told], width, way)
    if shipment.polled_at is not None:
        ago = words.span(max(now - shipment.polled_at, timedelta(0)))
        out.append(line((" " + _("asked {span} ago").format(span=ago), "faint")))
    return out


def _event(
    event: TrackingEvent, width: int, here: tzinfo | None, made: Translation | None, way: str
) -> list[Line]:
    """What a carrier said, in two lines at most for each of what was said and its translation."""
    at = event.at.astimezone(here)
    head = f" {fit(words.short_date(at), words.date_width())} {at:%H:%M} "
    room = width - line(head).width
    original = one_line(event.text) or parcel_status(event.status)[0]
    said = [(original, "dim")]
    if made is not None and way != "original":
        # What may have lost a number never stands alone.
        doubt = "soon" if made.doubtful else "dim"
        both = way == "both" or bool(made.doubtful)
        said = [(one_line(made.text), doubt), *([(original, "faint")] if both else [])]
    out = []
    for number, (text, ink) in enumerate(said):
        parts = wrap(_at(text, "" if number else one_line(event.place), event.text), room - 1)
        out.append(line((head if not number else " " * line(head).width, "faint"), (parts[0], ink)))
        if len(parts) > 1:
            out.append(line((" " * line(head).width, ""), (cut(" ".join(parts[1:]), room - 1), ink)))
    return out


def _made_by(made: list[Translation], width: int, way: str) -> list[Line]:
    """Who translated what the carrier said."""
    if not made:
        return []
    if way == "original":
        return [line((" " + cut(_("as the carrier wrote it"), width - 2), "faint"))]
    from csdesk.widgets.thread_translation import engine_word

    makers = dict.fromkeys(engine_word(one) for one in made)
    return [line((f" {part}", "faint")) for one in makers for part in wrap(one_line(one), width - 2)]


def _at(said: str, place: str, text: str) -> str:
    """What happened where. What the carrier wrote keeps the carrier's comma."""
    if not place:
        return said
    return f"{said}, {place}" if text else words.joined((said, place))


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
