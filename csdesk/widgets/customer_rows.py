"""Customers, their conversations and orders as rows whose columns begin in the same cell. Pure: dataclasses in,
lines out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from csdesk.actions import status_word
from csdesk.i18n import _
from csdesk.unionwords import address_of, totals_words, why_words
from csdesk.widgets import words
from csdesk.widgets.cards import day_word, steps
from csdesk.widgets.cells import Line, Piece, cut_pieces, fit, line, one_line, spread, wrap
from csdesk.widgets.places import country

if TYPE_CHECKING:
    from csdesk.domain.customer import Customer, CustomerRow, Earlier, Proposal, Purchases
    from csdesk.domain.orders import Order

Column = tuple[str, int]
"""A text and its width in cells; width 0 takes what is left."""


def row(*columns: tuple[str, int, str]) -> Line:
    """Columns of (text, width, ink) with a space between them; width 0 takes the rest, a negative one stands right."""
    pieces: list[Piece] = []
    for text, width, ink in columns:
        if width == 0:
            pieces.append((text, ink))
        else:
            pieces.append((fit(text, abs(width), right=width < 0) + " ", ink))
    return Line(tuple(pieces))


def _recent_widths(width: int) -> tuple[int, int, int, int]:
    """Name, address, tags, and whether the subject is shown."""
    if width < 90:
        return 22, 0, 0, 0
    if width < 140:
        return 24, 34, 0, 1
    return 30, 40, 24, 1


def recent_head(width: int) -> Line:
    """The names of the columns of recent customers."""
    name, address, tags, subject = _recent_widths(width - 3)
    pieces = [
        ("", 1, ""),
        (_("when"), 11, "faint"),
        (_("customer"), name, "faint"),
        (_("place"), 5, "faint"),
    ]
    return _with_rest(
        pieces, (_("address"), address), (_("tags"), tags), _("subject") if subject else "", "faint"
    )


def recent_line(one: CustomerRow, width: int, now: datetime, here: tzinfo | None) -> Line:
    """A recent customer."""
    name, address, tags, subject = _recent_widths(width)
    pieces = [
        (words.day_or_time(one.at, now, here), 11, "faint"),
        (one_line(one.name), name, "strong"),
        (one_line(one.country), 5, "dim"),
    ]
    told = one_line(one.subject) if subject else ""
    marks = " ".join(f"#{one_line(tag)}" for tag in one.tags)
    return _with_rest(pieces, (one_line(one.address), address), (marks, tags), told, "")


def _with_rest(
    pieces: list[tuple[str, int, str]], address: Column, tags: Column, subject: str, ink: str
) -> Line:
    """The wide columns behind the narrow ones: as many as there is room for."""
    out = [*pieces, (address[0], address[1], ink)]
    if tags[1]:
        out.append((tags[0], tags[1], ink or "dim"))
    if subject:
        out.append((subject, 0, ink or "dim"))
    return row(*out)


def pair_head(width: int) -> Line:
    """The names of the columns of pairs."""
    name = 22 if width < 100 else 32
    return row(
        ("", 1, ""),
        (_("who stays"), name, "faint"),
        (_("who becomes part of it"), name, "faint"),
        (_("why"), 0, "faint"),
    )


def pair_line(one: Proposal, width: int) -> Line:
    """Two customers who may be one."""
    name = 22 if width + 3 < 100 else 32
    keep = f"{one_line(one.keep_name)}  {one.keep}"
    gone = f"{one_line(one.gone_name)}  {one.gone}"
    return row((keep, name, "strong"), (gone, name, ""), (why_words(one), 0, "dim"))


def talk_head() -> Line:
    """The names of the columns of a customer's conversations."""
    return row(
        ("", 1, ""), (_("when"), 11, "faint"), (_("status"), 10, "faint"), (_("mails"), -5, "faint"),
        (_("subject"), 0, "faint"),
    )  # fmt: skip


def talk_line(one: Earlier, now: datetime, here: tzinfo | None) -> Line:
    """A conversation of a customer."""
    status = _("waiting") if one.waits and one.status == "open" else status_word(one.status)
    return row(
        (words.day_or_time(one.last_message_at, now, here), 11, "faint"),
        (status, 10, "soon" if one.waits else "dim"),
        (str(one.messages), -5, "dim"),
        (one_line(one.subject), 0, ""),
    )


def order_head() -> Line:
    """The names of the columns of a customer's orders."""
    return row(
        ("", 1, ""), (_("placed"), 11, "faint"), (_("order"), 14, "faint"), (_("total"), -12, "faint"),
        (_("state"), 0, "faint"),
    )  # fmt: skip


def order_line(one: Order, here: tzinfo | None) -> Line:
    """An order of a customer."""
    names, at = steps(one)
    state = _("cancelled") if one.fulfilment == "cancelled" else names[at]
    return row(
        (words.short_date(one.placed_at.astimezone(here)), 11, "faint"),
        (one_line(one.number), 14, "strong"),
        (words.money(one.total, one.currency), -12, ""),
        (state, 0, "dim"),
    )


def tabs(names: Sequence[str], chosen: int) -> Line:
    """Names of lists, one of them shown."""
    return line(*((f" {name}  ", "accent" if at == chosen else "dim") for at, name in enumerate(names)))


def tab_at(names: Sequence[str], x: int) -> int | None:
    """The number of the name under a column of the screen."""
    for at, name in enumerate(names):
        x -= line(f" {name}  ").width
        if x < 0:
            return at
    return None


def facts(
    card: Customer, bought: Purchases | None, width: int, now: datetime, here: tzinfo | None, *, few: bool
) -> list[Line]:
    """All that is known of a customer; `few` in as few lines as possible."""
    name: tuple[Piece, ...] = ((f" {one_line(card.name)}", "strong"), (f"   {card.id}", "faint"))
    marks = " ".join(f"#{one_line(tag)}" for tag in card.tags)
    out = [Line(cut_pieces(name, width))]
    if marks and not few:
        out += [line((f" {part}", "accent")) for part in wrap(marks, width - 2)]
    there = words.zone(card.timezone)
    place = country(card.country) if card.country else _("place unknown")
    local = now.astimezone(there) if there is not None else None
    when = f"{local:%H:%M} {day_word(local)}" if local is not None else _("local time unknown")
    speaks = one_line(card.language) or _("language unknown")
    since = _("since {date}").format(date=words.long_date(card.since.astimezone(here)))
    sums = totals_words(bought.count, bought.totals) if bought is not None else ""
    if few:
        out[0] = spread(name, ((marks, "accent"), (" ", "")), width)
        out.append(spread(((f" {place}", ""), (f"   {when}", "dim")), ((speaks, "dim"), (" ", "")), width))
        out.append(spread(((f" {since}", "dim"),), ((sums, ""), (" ", "")), width))
        out += [line((f" {part}", "faint")) for part in wrap(_addresses(card), width - 2)[:2]]
        return out + [line((f" {part}", "")) for part in wrap(one_line(card.notes), width - 2)[:2] if part]
    out += [
        line((f" {place}", "")),
        line((f" {when}", "dim")),
        line((f" {speaks}", "dim")),
        line((f" {since}", "dim")),
    ]
    out += [Line(), line((" " + _("ORDERS"), "faint")), line((f" {sums}", ""))]
    out += [Line(), line((" " + _("ADDRESSES"), "faint"))]
    for one in card.identities:
        via = "" if one.channel == "mail" else f"{one_line(one.channel)}  "
        out += [line((f" {part}", "")) for part in wrap(via + one_line(one.value), width - 2)]
    out += [Line(), line((" " + _("NOTES"), "faint"))]
    told = [part for paragraph in card.notes.split("\n") for part in wrap(one_line(paragraph), width - 2)]
    shown = (
        [line((f" {part}", "")) for part in told] if card.notes else [line((" " + _("none yet"), "faint"))]
    )
    return out + shown


def _addresses(card: Customer) -> str:
    return "   ".join(one_line(one.value) for one in card.identities) or address_of(card)
