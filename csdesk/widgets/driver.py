"""The terminal driver of the desk: Textual's own, made to survive a terminal that goes away."""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import IO, Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class _Deaf:
    """A file whose failures are swallowed once its terminal is gone; nobody is left to read it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        try:
            self._file.flush()
        except (OSError, ValueError):
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class DeskDriver(LinuxDriver):
    """Reports a closed terminal to the app instead of a traceback, and never blocks on writing to it."""

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._file: Any = _Deaf(sys.__stderr__ or sys.stderr)
        self._titled = self._closed = False
        self._hurry: threading.Timer | None = None

    def say_title(self, title: str) -> None:
        """Set the title (OSC 0, words already cleaned); the one of before waits on the terminal's own stack
        (XTWINOPS 22) until we leave."""
        keep = "" if self._titled else "\x1b[22;0t"
        self._titled = True
        self.write(f"{keep}\x1b]0;{title}\x07")

    def start_application_mode(self) -> None:
        """Take the terminal; not one that is gone. The kernel sends SIGCONT behind the SIGHUP, at which Textual
        would begin anew, with a thread that reads the end of a file for ever."""
        if not self._closed and not self.hung_up():
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the title back, then the screen."""
        if self._titled:
            self._titled = False
            self.write("\x1b[23;0t")
        super().stop_application_mode()

    def hurry(self, seconds: float, code: int) -> None:
        """End the process after so many seconds whatever happens, unless it has ended by then: a terminal that
        takes no more bytes would hold the last ones, and us, for ever."""
        if self._hurry is None:
            self._hurry = threading.Timer(seconds, os._exit, (code,))
            self._hurry.daemon = True
            self._hurry.start()

    def close(self) -> None:
        """The last bytes are out. A hurry goes on: what comes after the screen must not hold the process either."""
        self._closed = True
        super().close()

    def _run_input_thread(self) -> None:
        if not os.isatty(self.fileno):
            # At the end of a file that is no terminal, reading would spin for ever, and nobody could press a key.
            self._app.call_later(getattr(self._app, "leave", self._app.exit))
            return
        try:
            self.run_input_thread()
        except OSError:
            self._app.call_later(getattr(self._app, "leave", self._app.exit))

    def hung_up(self) -> bool:
        """Whether the terminal behind the keyboard has gone away (poll(2): POLLHUP, POLLERR, POLLNVAL)."""
        poll = select.poll()
        try:
            poll.register(self.fileno, 0)
            return bool(poll.poll(0))
        except (OSError, ValueError):
            return True
