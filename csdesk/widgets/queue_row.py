"""How one conversation looks in the queue: columns that start where the one above starts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.cells import cell_len

from csdesk.actions import status_word
from csdesk.i18n import _
from csdesk.text import bare
from csdesk.widgets import words
from csdesk.widgets.cells import Line, Piece, cut, fit, line, one_line

if TYPE_CHECKING:
    from csdesk.domain.conversation import QueueRow

CLOCK = 10
LANG = 5
"""Cells of the language where its name stands over it; in fewer there is only the code."""
MARK = "▌"


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells. `via` is 0 where there is no room for it."""

    who: int
    lang: int
    via: int
    about: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """The columns of a queue so wide. The clock never yields, the channel goes first."""
        rest = max(width - 3 - CLOCK - 2, 8)
        lang = LANG if rest >= 24 else 3
        via = (10 if rest >= 64 else 8) if rest >= 46 else 0
        who = min(max((rest - lang - via) * 2 // 5, 6), 22)
        return cls(who, lang, via, max(rest - who - lang - via - 1, 4))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a row needs to know besides itself: the instant, the agent's zone and name, if it left the view, if it
    is marked, the colours of the accounts by name where there are several, and the preview in the agent's language
    where that is known."""

    now: datetime
    here: tzinfo | None
    agent: str = ""
    gone: bool = False
    marked: bool = False
    accounts: Mapping[str, str] = field(default_factory=dict)
    line: str = ""


def head(columns: Columns) -> Line:
    """The names of the columns."""
    lang = fit(_("lang") if columns.lang >= LANG else "", columns.lang)
    names = [fit(_("clock"), CLOCK + 1), fit(_("who"), columns.who + 1), lang]
    names += [fit(_("via"), columns.via)] if columns.via else []
    return line(("   " + "".join(names) + _("about"), "faint"))


def first(row: QueueRow, columns: Columns, sight: Sight) -> tuple[Piece, ...]:
    """The upper line without its mark: clock, who, language, channel, about."""
    clock, ink = words.clock(row.due_at, row.waiting_since, row.last_message_at, sight.now, sight.here)
    if row.status == "snoozed" and row.snoozed_until is not None:
        clock, ink = words.day_or_time(row.snoozed_until, sight.now, sight.here), "dim"
    if sight.gone:
        clock, ink = status_word(row.status) if row.status != "open" else _("moved"), "faint"
    strong = "faint" if sight.gone else "unread" if row.unread else ""
    quiet = "faint" if sight.gone else "dim"
    about = bare(one_line(row.subject)) or _("(no subject)")
    several = row.account in sight.accounts
    word = one_line(row.account) if several else words.channel(row.channel)
    via = fit(bare(word), columns.via - 1) + " " if columns.via else ""
    hue = quiet if sight.gone else sight.accounts.get(row.account) or quiet
    return (
        ("* " if sight.marked else "  ", "mark"),
        (f"{fit(clock, CLOCK)} ", ink),
        (fit(bare(one_line(row.who)), columns.who) + " ", strong),
        (fit(one_line(row.language), columns.lang), quiet),
        (via, hue),
        (fit(about, columns.about), strong),
    )


def second(row: QueueRow, columns: Columns, sight: Sight) -> tuple[Piece, ...]:
    """The lower line: who has it, what is the matter, and how the last message begins."""
    out: list[Piece] = [(" " * (3 + CLOCK), "")]
    room = columns.who + 1 + columns.lang + columns.via + columns.about
    for word, ink in (
        *_matters(row, sight),
        (bare(one_line(sight.line or row.preview)), "faint" if sight.gone else "dim"),
    ):
        text = cut(word, room)
        if text:
            out += [(text, ink), ("  ", "")]
            room -= cell_len(text) + 2
        if room <= 2:
            break
    return tuple(out)


def _matters(row: QueueRow, sight: Sight) -> list[Piece]:
    out: list[Piece] = []
    if row.failed:
        out.append((_("not sent"), "burn"))
    if row.draft:
        out.append((_("draft"), "accent"))
    if row.assignee:
        out.append((_("mine") if row.assignee == sight.agent else one_line(row.assignee), "dim"))
    out += [(f"#{one_line(tag)}", "dim") for tag in row.tags[:3]]
    return out
