"""Calling the agent back to the desk: the terminal's title, its bell, a notice on the desktop.

A night has few sounds in it: bell and notices keep apart from each other in time, keep the person's quiet hours, and
a desktop notice comes only while another window has the keyboard.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from csdesk import notify
from csdesk.i18n import _, ngettext
from csdesk.quiet import span, within
from csdesk.text import clean_line
from csdesk.widgets import words

if TYPE_CHECKING:
    from textual.app import App

    from csdesk.clock import Clock
    from csdesk.config import Config
    from csdesk.screens.desk import DeskScreen

BELLS_APART = timedelta(seconds=10)
NOTICES_APART = timedelta(minutes=1)


class Alerts:
    """Decides what is heard and seen when customers wait."""

    def __init__(
        self, app: App[None], config: Config, clock: Clock, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.app, self.config, self.clock, self.environment = app, config, clock, environment
        self.here = words.zone(config.timezone)
        self.quiet = [found for text in config.quiet_hours if (found := span(text))]
        self.kind = notify.kind_for(config.notify, environment)
        self._rang: datetime | None = None
        self._noticed: datetime | None = None

    def tell(self, event: DeskScreen.Waiting) -> None:
        """The counts changed: say so where it is wanted."""
        if self.config.title:
            self._title(
                _("csdesk: {n} waiting, {burning} burning").format(n=event.count, burning=event.burning)
            )
        calls = event.more if self.config.bell != "burning" else event.hotter
        now = self.clock.now()
        if not calls or within(now.astimezone(self.here).time(), self.quiet):
            return
        if self.config.bell != "off" and _apart(self._rang, now, BELLS_APART):
            self._rang = now
            self.app.bell()
        if self.kind and not self.app.app_focus and _apart(self._noticed, now, NOTICES_APART):
            self._noticed = now
            self._notice(event.count, event.burning)

    def _title(self, title: str) -> None:
        say = getattr(self.app._driver, "say_title", None)
        if say is not None:
            say(clean_line(title, limit=80))

    def _notice(self, waiting: int, burning: int) -> None:
        body = ngettext("{n} customer waits", "{n} customers wait", waiting).format(n=waiting)
        if burning:
            body += ", " + _("{n} burning").format(n=burning)
        driver = self.app._driver
        if driver is not None:
            driver.write(notify.sequence(self.kind, "csdesk", body, self.environment))


def _apart(last: datetime | None, now: datetime, least: timedelta) -> bool:
    """Whether enough time passed; a clock that was set back counts as enough."""
    return last is None or now < last or now - last >= least
