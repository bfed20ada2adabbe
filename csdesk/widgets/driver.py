"""The terminal driver of the desk: Textual's own, made to survive a terminal that goes away."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys
import termios
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
        self._titled = self._closed = self._aside = False
        self._hurry: threading.Timer | None = None

    def say_title(self, title: str) -> None:
        """Set the title (OSC 0, words already cleaned); the one of before waits on the terminal's own stack
        (XTWINOPS 22) until we leave."""
        keep = "" if self._titled else "\x1b[22;0t"
        self._titled = True
        self.write(f"{keep}\x1b]0;{title}\x07")

    def copy(self, sequence: str) -> None:
        """Hand a text to the terminal's clipboard; see csdesk.clipboard."""
        self.write(sequence)

    def picture(self, sequence: str, x: int, y: int) -> None:
        """Show a picture (csdesk.pictures) from this cell on, the first being (0, 0); the cursor comes back."""
        self.write(f"\x1b7\x1b[{y + 1};{x + 1}H{sequence}\x1b8")

    def cell_pixels(self) -> tuple[int, int]:
        """Width and height of a cell in pixels, as the terminal tells (TIOCGWINSZ); 10 by 20 where it does not."""
        try:
            rows, columns, wide, high = struct.unpack(
                "HHHH", fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, b"\0" * 8)
            )
        except OSError:
            return 10, 20
        return (wide // columns, high // rows) if wide >= columns > 0 and high >= rows > 0 else (10, 20)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Columns and rows, of the terminal itself: COLUMNS and LINES, which Textual asks first, are what it had when
        somebody exported them, and a window that grew would never be filled."""
        try:
            width, height = os.get_terminal_size(self.fileno)
        except OSError:
            return super()._get_terminal_size()
        return width or 80, height or 25

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
        self._closed = not self._aside
        super().close()

    def suspend_application_mode(self) -> None:
        """Step aside for another program (an editor, ctrl+z) and come back: that is no end."""
        self._aside = True
        try:
            super().suspend_application_mode()
        finally:
            self._aside = False

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
