"""The quiet lines around the panes: header, views, pane head, card line, footer. Each redraws only when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from textual import events
from textual.message import Message
from textual.strip import Strip

from csdesk.actions import Action, key_word
from csdesk.domain.conversation import Thread
from csdesk.domain.customer import Customer
from csdesk.domain.orders import OrderLink
from csdesk.i18n import _
from csdesk.text import clean
from csdesk.widgets import queue_row, words
from csdesk.widgets.cards import parcel_status, steps
from csdesk.widgets.cells import Line, Piece, cut_pieces, line, one_line, spread
from csdesk.widgets.lines import LineView
from csdesk.widgets.places import country
from csdesk.widgets.thread_lines import waiting_word


class Bar(LineView, can_focus=False):
    """A few fixed lines."""

    def __init__(
        self, *, id: str | None = None, classes: str | None = None, draw: Callable[[], None] | None = None
    ) -> None:
        """`draw` says what is to be shown, by set_line(); it is asked at every other width."""
        super().__init__(id=id, classes=classes)
        self._draw = draw
        self._drawing = False

    def set_line(self, *lines: Line) -> None:
        """Show these lines; nothing is sent to the terminal when they are what is shown already."""
        if tuple(self.lines) != lines:
            self.lines = lines
            if not self._drawing:
                self.refresh()

    def draw(self) -> None:
        """Draw anew, where what is shown has changed."""
        self._laid_out_for = self.size.width
        if self._draw is not None:
            self._draw()

    def relayout(self) -> None:
        """Another width: drawn again by whoever knows what to say."""
        self.draw()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The first frame has its words already: they are asked for when the line is drawn for a new width."""
        if self._laid_out_for != self.size.width:
            self._drawing = True
            try:
                self.draw()
            finally:
                self._drawing = False
        return super().render_line(y)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the header says. Counts are by view name, with 'burning' and 'soon'."""

    shop: str = ""
    agent: str = ""
    counts: Mapping[str, int] | None = None
    synced_at: datetime | None = None
    running: bool = False
    offline: bool = False
    outbox: int = 0
    languages: tuple[str, ...] = ()
    trouble: str = ""


class HeaderBar(Bar):
    """Shop and agent, what burns, whether mail flows, and the time."""

    def say(self, standing: Standing, now: datetime, here: tzinfo | None, zone_name: str) -> None:
        """Show how things stand."""
        width = self.size.width
        local = now.astimezone(here)
        who = " · ".join(part for part in (one_line(standing.shop), one_line(standing.agent)) if part)
        left: tuple[Piece, ...] = ((" csdesk", "accent"), (f"  {who}" if who and width >= 100 else "", ""))
        counts = _counts(standing.counts, full=width >= 100)
        right: list[Piece] = [(_sync_word(standing, now), "soon" if standing.offline else "dim")]
        if standing.outbox:
            right.append(("   " + _("outbox {n}").format(n=standing.outbox), ""))
        if width >= 130 and standing.languages:
            right.append(("   " + " ".join(standing.languages), "dim"))
        right.append((f"   {local:%H:%M}", ""))
        if width >= 130:
            right.append((f" {words.zone_word(zone_name, now, here)}", "dim"))
        right.append((" ", ""))
        if standing.trouble:
            right = (
                [(one_line(standing.trouble), "burn"), (" ", "")]
                if width < 100
                else [(one_line(standing.trouble), "burn"), *right[-3:]]
            )
        self.set_line(_three(left, counts, tuple(right), width))


def _three(left: tuple[Piece, ...], middle: tuple[Piece, ...], right: tuple[Piece, ...], width: int) -> Line:
    """Left, middle and right on one line; the middle starts where a third of the room is free before it."""
    used = line(*left).width
    need = line(*middle).width + line(*right).width
    gap = max((width - used - need) // 3, 3)
    return spread((*left, (" " * gap, ""), *middle), right, width, ground="bar")


def _counts(counts: Mapping[str, int] | None, *, full: bool) -> tuple[Piece, ...]:
    if counts is None:
        return ((_("opening the store"), "dim"),)
    burning, soon = counts.get("burning", 0), counts.get("soon", 0)
    out: list[Piece] = [(_("{n} burning").format(n=burning), "burn" if burning else "dim")]
    if full:
        out.append(("   " + _("{n} soon").format(n=soon), "soon" if soon else "dim"))
    out.append(("   " + _("{n} open").format(n=counts.get("open", 0)), ""))
    if full:
        out.append(("   " + _("{n} mine").format(n=counts.get("mine", 0)), ""))
    return tuple(out)


def _sync_word(standing: Standing, now: datetime) -> str:
    if standing.offline:
        return _("offline")
    return words.ago(standing.synced_at, now)


def view_word(view: str) -> str:
    """The name of a view."""
    known = {
        "mine": _("Mine"), "unassigned": _("Unassigned"), "open": _("Open"), "waiting": _("Waiting"),
        "snoozed": _("Snoozed"), "closed": _("Closed"), "failed": _("Failed"), "spam": _("Spam"), "all": _("All"),
        "lists": _("Lists"),
    }  # fmt: skip
    return known.get(view, view)


class ViewTabs(Bar):
    """The views of the queue with their counters."""

    @dataclass
    class Picked(Message):
        """A view was clicked."""

        view: str

    def say(self, views: Iterable[str], chosen: str, counts: Mapping[str, int] | None, new: int) -> None:
        """Show the views; `new` conversations came that are not in the list yet."""
        right: tuple[Piece, ...] = ((_("{n} new").format(n=new), "accent"), (" ", "")) if new else ()
        room = self.size.width - 1 - line(*right).width
        order = list(views)
        shown: list[Piece] = []
        mine: Piece = ("", "")
        for view in order:
            count = (counts or {}).get(view)
            text = f" {view_word(view)}" + (f" {count}" if count is not None else "") + " "
            ink = "strong" if view == chosen else "burn" if view == "failed" and count else "dim"
            mine = (text, ink) if view == chosen else mine
            shown.append((text, ink))
        while line(*shown).width > room and len(shown) > 1:
            shown.pop()
            if mine not in shown:
                shown[-1] = mine
        self._spans = [(text, ink) for text, ink in shown]
        self._order = order
        self.set_line(spread(tuple(shown), right, self.size.width), Line((("─" * self.size.width, "rule"),)))

    def on_click(self, event: events.Click) -> None:
        """A click chooses the view under it."""
        x = event.x
        for text, _ink in getattr(self, "_spans", ()):
            x -= line(text).width
            if x < 0:
                for view in self._order:
                    if text.strip().startswith(view_word(view)):
                        self.post_message(self.Picked(view))
                        return


class ColumnHead(Bar):
    """The names of the queue's columns."""

    def say(self) -> None:
        """Show them over the columns as wide as they are now."""
        self.set_line(queue_row.head(queue_row.Columns.of(self.size.width)))


class PaneHead(Bar):
    """Two lines over the conversation: who, in which language, over what; about what, and how long it waits."""

    def say(self, thread: Thread | None, now: datetime) -> None:
        """Show whose conversation is below."""
        width = self.size.width
        if thread is None:
            self.set_line(Line(ground="chosen"), Line(ground="chosen"))
            return
        via = f"{one_line(thread.language)}  {words.channel(thread.channel)}  {one_line(thread.account_address)}"
        has = one_line(thread.assignee) if thread.assignee else _("nobody has it")
        top = spread(
            ((f" {one_line(thread.who)}", "strong"), (f"   {via}", "dim")),
            ((has, "dim"), (" ", "")),
            width,
            ground="chosen",
        )
        text, ink = waiting_word(thread, now)
        tags: Piece = ("  " + " ".join(f"#{one_line(tag)}" for tag in thread.tags), "dim")
        about = one_line(thread.subject) or _("(no subject)")
        below = spread(
            ((f" {about}", ""), tags if thread.tags else ("", "")),
            ((text, ink), (" ", "")),
            width,
            ground="chosen",
        )
        self.set_line(top, below)


class CardLine(Bar):
    """The side panel in one line, for terminals that show one pane at a time."""

    def say(
        self, thread: Thread | None, customer: Customer | None, orders: tuple[OrderLink, ...], now: datetime
    ) -> None:
        """Show who asks and how the first order stands."""
        width = self.size.width
        if thread is None:
            self.set_line(Line(ground="chosen"))
            return
        text, ink = waiting_word(thread, now)
        left: list[Piece] = [(f" {one_line(thread.who)}", "strong")]
        left.append((f"  {one_line(thread.language)}  {words.channel(thread.channel)}  ", "dim"))
        left.append((text, ink))
        linked = [link.order for link in orders if link.state == "linked"]
        if linked:
            left.append((f"   {one_line(linked[0].number)} ", ""))
            names, at = steps(linked[0])
            left.append((names[at].upper(), "accent"))
            if linked[0].shipments and (word := parcel_status(linked[0].shipments[0].status))[1] == "burn":
                left.append((f"  {word[0]}", "burn"))
        right: tuple[Piece, ...] = ()
        there = words.zone(customer.timezone) if customer is not None else None
        if customer is not None and there is not None:
            place = country(customer.country) if customer.country else ""
            right = ((f"{place} {now.astimezone(there):%H:%M} ", "dim"),)
        self.set_line(spread(tuple(left), right, width, ground="chosen"))


class FooterBar(Bar):
    """What just happened, and the keys that matter in this pane now."""

    def say(self, notice: Piece | None, actions: Iterable[Action], reasons: Mapping[str, str | None]) -> None:
        """Show a notice, where there is one, and as many keys as fit behind it."""
        width = self.size.width
        keys: list[Piece] = []
        for action in actions:
            if action.keys:
                off = reasons.get(action.id) is not None
                keys += [
                    (f" {key_word(action.keys[0])}", "faint" if off else "accent"),
                    (f" {action.label}  ", "faint" if off else "dim"),
                ]
        if notice is None:
            self.set_line(Line(_whole(keys, width), ground="bar"))
            return
        text, ink = notice
        said = clean(text).replace("\n", " ")
        shown = cut_pieces(((f" {said}   ", ink),), width)
        self.set_line(Line((*shown, *_whole(keys, width - line(*shown).width)), ground="bar"))


def _whole(keys: list[Piece], width: int) -> tuple[Piece, ...]:
    """As many whole pairs of key and label as fit."""
    out: list[Piece] = []
    for key, label in zip(keys[::2], keys[1::2], strict=True):
        width -= line(key, label).width
        if width < 0:
            break
        out += [key, label]
    return tuple(out)
