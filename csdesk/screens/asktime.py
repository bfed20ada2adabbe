"""Until when, or from when: a menu of times to come, and a line for any other."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from csdesk.i18n import _
from csdesk.screens import when
from csdesk.widgets import words

if TYPE_CHECKING:
    from csdesk.screens.desk import DeskScreen


async def ask_time(screen: DeskScreen, title: str) -> datetime | None:
    """An instant to come (aware UTC), or None when nothing was chosen or understood. The customer's morning is
    offered where the zone is known. To be awaited in a worker."""
    from csdesk.screens.prompts import Choose

    now = screen.clock.now()
    customer = screen.reader.customer
    there = words.zone(customer.timezone) if customer else None
    options: list[tuple[datetime | str, str, str]] = []
    for label, at in when.offers(now, screen.here, there):
        today = at.astimezone(screen.here).date() == now.astimezone(screen.here).date()
        options.append((at, label, words.day_or_time(at, now, screen.here) if today else stamp(at, screen)))
    options.append(("other", _("another time …"), ""))
    chosen: datetime | str | None = await screen.app.push_screen_wait(Choose(title, options))
    if isinstance(chosen, str):
        return await _other_time(screen, title)
    return chosen


async def _other_time(screen: DeskScreen, title: str) -> datetime | None:
    from csdesk.screens.prompts import AskText

    examples = _("90 min, 4 h, 2 d, 14:30, tomorrow 14:30, mon 9:00, 2026-11-25 09:00")
    text = await screen.app.push_screen_wait(AskText(title, examples))
    if not text:
        return None
    at = when.parse(text, screen.clock.now(), screen.here)
    if at is None:
        screen.say(_("{text} is not a time to come that the desk understands.").format(text=text), "soon")
    return at


def stamp(at: datetime, screen: DeskScreen) -> str:
    """Weekday, date and time in the agent's zone."""
    local = at.astimezone(screen.here)
    return _("{weekday} {date} {time}").format(
        weekday=words.weekday(local.weekday()), date=words.short_date(local), time=f"{local:%H:%M}"
    )
