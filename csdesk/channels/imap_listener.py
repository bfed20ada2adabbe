"""Waiting for mail on one folder, on a connection of its own: IDLE, renewed, or NOOP where there is none.

IDLE dies silently behind routers that forget connections, so it is renewed within nine minutes; servers may end
it after 29 (RFC 2177). What came while there was no connection is told by nobody, so every new one counts as
news.
"""

from __future__ import annotations

import threading
import time

from csdesk.channels.imap_access import ImapAccess
from csdesk.channels.imap_idle import Idle
from csdesk.channels.imap_session import ImapSession
from csdesk.domain.ports import ChannelError

RENEW_SECONDS = 8.5 * 60
NOOP_SECONDS = 60.0
_SLICE = 0.5
_TOO_SHORT = 1.0


class Listener:
    """One account's ear. For one thread."""

    def __init__(self, access: ImapAccess) -> None:
        self._access = access
        self._session: ImapSession | None = None
        self._idle: Idle | None = None

    def listen(self, stop: threading.Event, timeout: float) -> bool:
        """See Listening.listen. A connection that was lost is made anew at once; when that fails, it raises."""
        deadline = time.monotonic() + timeout
        if self._session is None:
            return self._connect()
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            try:
                news = self._wait(self._session, stop, left)
            except ChannelError:
                self.close()
                return self._connect()
            if news:
                return True
        return False

    def close(self) -> None:
        """Hang up."""
        session, self._session, self._idle = self._session, None, None
        if session is not None:
            session.drop()

    def _connect(self) -> bool:
        session = self._access.signed_in()
        try:
            session.examine(self._access.folders[0])
            if "IDLE" in session.capabilities:
                self._idle = session.idle()
        except ChannelError:
            session.close()
            raise
        self._session = session
        return True

    def _wait(self, session: ImapSession, stop: threading.Event, seconds: float) -> bool:
        """Listen for a while, at most until IDLE is to be renewed or NOOP is due."""
        if self._idle is None:
            stop.wait(min(seconds, NOOP_SECONDS))
            return not stop.is_set() and session.news_by_noop()
        with session.idling():
            idle = self._idle
            news, idle.news = idle.wait(min(seconds, _SLICE)), False
            if not news and self._due(idle):
                self._renew(session, idle)
            return news

    def _due(self, idle: Idle) -> bool:
        return idle.ended or time.monotonic() - idle.started >= RENEW_SECONDS

    def _renew(self, session: ImapSession, idle: Idle) -> None:
        idle.end()
        if time.monotonic() - idle.started < _TOO_SHORT:
            # A server that ends every IDLE at once is asked now and then instead.
            self._idle = None
            return
        fresh = session.idle(exists=idle.exists)
        fresh.news = fresh.news or idle.news  # told between our DONE and the new IDLE
        self._idle = fresh
