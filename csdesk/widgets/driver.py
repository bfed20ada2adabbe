"""The terminal driver of the desk: Textual's own, made to survive a terminal that goes away."""

from __future__ import annotations

import select
import sys
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
        self._titled = False

    def say_title(self, title: str) -> None:
        """Set the title (OSC 0, words already cleaned); the one of before waits on the terminal's own stack
        (XTWINOPS 22) until we leave."""
        keep = "" if self._titled else "\x1b[22;0t"
        self._titled = True
        self.write(f"{keep}\x1b]0;{title}\x07")

    def stop_application_mode(self) -> None:
        """Give the title back, then the screen."""
        if self._titled:
            self._titled = False
            self.write("\x1b[23;0t")
        super().stop_application_mode()

    def _run_input_thread(self) -> None:
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
