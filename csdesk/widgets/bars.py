"""The quiet lines around the panes: header, views, pane head, card line, footer. Each redraws only when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from csdesk.actions import Action, key_word
from csdesk.i18n import _
from csdesk.text import clean
from csdesk.widgets import queue_row, words
from csdesk.widgets.cells import Line, Piece, cut, cut_pieces, line, one_line, spread
from csdesk.widgets.lines import LineView

if TYPE_CHECKING:
    from csdesk.domain.conversation import Thread
    from csdesk.domain.customer import Customer
    from csdesk.domain.orders import OrderLink


NAME_CELLS = 8
"""The desk's name at the left end of the header."""


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
    fetched: tuple[int, int] | None = None
    """Mails read of mails there are, while a first fetch goes on."""


class HeaderBar(Bar):
    """Shop and agent, what burns, whether mail flows, and the time."""

    class Asked(Message):
        """The name of the desk was clicked."""

    def on_click(self, event: events.Click) -> None:
        """A click on the name asks for all that can be done."""
        if event.x < NAME_CELLS:
            self.post_message(self.Asked())

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
            tail = right[-3:] if width >= 100 else [(" ", "")]
            room = width - NAME_CELLS - 3 - sum(cell_len(text) for text, _ink in tail)
            right = [(cut(one_line(standing.trouble), max(room, 0)), "burn"), *tail]
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
    if standing.fetched is not None:
        done, total = standing.fetched
        return _("reading mail, {percent} %").format(percent=min(done * 100 // max(total, 1), 99))
    return words.ago(standing.synced_at, now)


def view_word(view: str) -> str:
    """The name of a view."""
    known = {
        "mine": _("Mine"), "unassigned": _("Unassigned"), "open": _("Open"), "waiting": _("Waiting"),
        "snoozed": _("Snoozed"), "closed": _("Closed"), "failed": _("Failed"), "spam": _("Spam"), "all": _("All"),
        "lists": _("Lists"), "drafts": _("Drafts"),
    }  # fmt: skip
    return known.get(view, view)


class ViewTabs(Bar):
    """The views of the queue with their counters."""

    class Picked(Message):
        """A view was clicked."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def say(
        self, views: Iterable[str], chosen: str, counts: Mapping[str, int] | None, new: int, marked: int = 0
    ) -> None:
        """Show the views; `new` conversations came that are not in the list yet, `marked` are marked."""
        right: tuple[Piece, ...] = ((_("{n} new").format(n=new), "accent"), (" ", "")) if new else ()
        if marked:
            right = ((_("{n} marked").format(n=marked), "accent"), ("  ", ""), *right)
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

    def places(self) -> list[tuple[int, str]]:
        """Where each view that is shown begins, in cells."""
        at, out = 0, []
        for text, _ink in getattr(self, "_spans", ()):
            view = next((one for one in self._order if text.strip().startswith(view_word(one))), None)
            if view is not None:
                out.append((at, view))
            at += line(text).width
        return out

    def on_click(self, event: events.Click) -> None:
        """A click chooses the view under it."""
        under = [view for at, view in self.places() if at <= event.x]
        if under and event.y == 0:
            self.post_message(self.Picked(under[-1]))


class ColumnHead(Bar):
    """The names of the queue's columns."""

    def say(self) -> None:
        """Show them over the columns as wide as they are now, beside the place of the scroll bar."""
        self.set_line(queue_row.head(queue_row.Columns.of(self.size.width - 1)))


class PaneHead(Bar):
    """Two lines over the conversation: who, in which language, over what; about what, and how long it waits."""

    def say(self, thread: Thread | None, now: datetime, *, pinned: bool = False) -> None:
        """Show whose conversation is below, and that it is `pinned`."""
        width = self.size.width
        if thread is None:
            self.set_line(Line(ground="chosen"), Line(ground="chosen"))
            return
        from csdesk.widgets.thread_lines import waiting_word

        via = f"{one_line(thread.language)}  {words.channel(thread.channel)}  {one_line(thread.account_address)}"
        has = one_line(thread.assignee) if thread.assignee else _("nobody has it")
        top = spread(
            (
                (" " + _("PINNED") + " " if pinned else "", "accent"),
                (f" {one_line(thread.who)}", "strong"),
                (f"   {via}", "dim"),
            ),
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
        from csdesk.widgets.cards import parcel_status, steps
        from csdesk.widgets.places import country
        from csdesk.widgets.thread_lines import waiting_word

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
    """What just happened, and the keys that matter in this pane now; a click on one does it."""

    class Picked(Message):
        """The key of this action was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def on_click(self, event: events.Click) -> None:
        """A click on a key or its label is that key."""
        for start, end, action in (self.lines[event.y].data or ()) if event.y < len(self.lines) else ():
            if start <= event.x < end:
                self.post_message(self.Picked(action))

    def say(self, notice: Piece | None, actions: Iterable[Action], reasons: Mapping[str, str | None]) -> None:
        """Show a notice, where there is one, and as many keys as fit behind it."""
        keys: list[Piece] = []
        shown = [action for action in actions if action.keys]
        for action in shown:
            off = reasons.get(action.id) is not None
            keys += [
                (f" {key_word(action.keys[0])}", "faint" if off else "accent"),
                (f" {action.label}  ", "faint" if off else "dim"),
            ]
        before: tuple[Piece, ...] = ()
        if notice is not None:
            said = clean(notice[0]).replace("\n", " ")
            before = cut_pieces(((f" {said}   ", notice[1]),), self.size.width)
        helps = bool(shown) and shown[-1].id == "place.help"
        fit = _whole(keys, self.size.width - line(*before).width, last=helps)
        known = dict(zip(zip(keys[::2], keys[1::2], strict=True), (one.id for one in shown), strict=True))
        pairs = list(zip(fit[::2], fit[1::2], strict=True))
        self._lay(_placed(before, [(*pair, known[pair]) for pair in pairs]))

    def offer(self, first: Piece, pieces: list[Piece], ids: list[str]) -> None:
        """Show all that may follow a first key, in as many lines as it takes: pairs of key and label, and the actions
        they are."""
        before: tuple[Piece, ...] = (first, (" ", ""))
        blank = (" " * line(*before).width, "")
        rows: list[list[tuple[Piece, Piece, str]]] = [[]]
        room = left = self.size.width - line(blank).width
        for key, label, action in zip(pieces[::2], pieces[1::2], ids, strict=True):
            left -= line(key, label).width
            if left < 0 and rows[-1]:
                rows.append([])
                left = room - line(key, label).width
            rows[-1].append((key, label, action))
        self._lay(*(_placed(before if row is rows[0] else (blank,), row) for row in rows))

    def _lay(self, *lines: Line) -> None:
        if self.styles.height is None or self.styles.height.value != len(lines):
            self.styles.height = len(lines)
        self.set_line(*lines)


def _placed(before: tuple[Piece, ...], keys: list[tuple[Piece, Piece, str]]) -> Line:
    """A line of keys, with the cells in which each action stands."""
    at = line(*before).width
    pieces, places = list(before), []
    for key, label, action in keys:
        end = at + line(key, label).width
        places.append((at, end, action))
        pieces += [key, label]
        at = end
    return Line(tuple(pieces), "bar", tuple(places))


def _whole(keys: list[Piece], width: int, *, last: bool = False) -> tuple[Piece, ...]:
    """As many whole pairs of key and label as fit; with `last` the last pair has its place before those in between."""
    end = tuple(keys[-2:]) if last else ()
    room = width - line(*end).width
    if room < 0:
        end, room = (), width
    out: list[Piece] = []
    for key, label in zip(keys[::2], keys[1::2], strict=True):
        if end and len(out) + 2 == len(keys):
            break
        room -= line(key, label).width
        if room < 0:
            break
        out += [key, label]
    return (*out, *end)


class KeyBar(Bar):
    """The lowest line of a screen over the desk: keys and what they do. The last of them, the way back, is always
    there."""

    def __init__(self, *, classes: str = "foot") -> None:
        super().__init__(classes=classes, draw=self._show)
        self._pairs: tuple[tuple[str, str], ...] = ()

    def say(self, *pairs: tuple[str, str]) -> None:
        """Show these keys with their words, as many as fit."""
        self._pairs = pairs
        self.draw()

    def _show(self) -> None:
        pieces = [
            piece for key, word in self._pairs for piece in ((f" {key}", "accent"), (f" {word}  ", "dim"))
        ]
        self.set_line(Line(_whole(pieces, self.size.width, last=True), ground="bar"))
