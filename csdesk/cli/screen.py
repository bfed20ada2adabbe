"""The screen: the desk itself, with a background sync beside it, and the sample shop."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from csdesk.errors import DeskError, Usage
from csdesk.i18n import _, ngettext
from csdesk.terminal import can_run_full_screen
from csdesk.text import clean_line

if TYPE_CHECKING:
    import subprocess
    import threading

    from csdesk.bootstrap import Desk
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.cli.words import Parser

SMALLEST, LARGEST = 1, 1000
USUAL = (160, 45)
LEAVING = 5.0
"""Seconds that the sample shop's own sync may take to notice that it is over."""


def register(commands: Commands) -> None:
    """demo."""
    demo: Parser = commands.add("demo", run_demo, _("open the sample shop on a throw-away copy"))
    demo.add_argument(
        "--dump", action="store_true", help=_("print the screen as text and leave; needs no terminal")
    )
    demo.add_argument(
        "--size", metavar="WxH", type=size, help=_("columns and rows of the dump, such as 160x45")
    )
    demo.add_argument("--keys", default="", metavar='"j enter"', help=_("keys to press before the dump"))


def size(text: str) -> tuple[int, int]:
    """160x45 as (160, 45). Raises Usage."""
    found = re.fullmatch(r"(\d{1,4})[xX*](\d{1,4})", text.strip())
    pair = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(SMALLEST <= side <= LARGEST for side in pair):
        words = _("{text!r} is no size; write columns and rows as 160x45.")
        raise Usage(words.format(text=clean_line(text, limit=40)))
    return pair


def run_desk(call: Call) -> int:
    """Open the desk. Raises Usage where there is no terminal for it."""
    _need_terminal()
    config = call.config
    from csdesk.app import DeskApp

    helper = Helper(call)
    app = DeskApp(helper.open, config=config, clock=call.clock, remember=True)
    try:
        app.run()
    finally:
        with suppress(OSError, DeskError):  # the terminal may be gone, and so may the store
            helper.say_farewell()
        helper.let_go()
        if app.rescued is not None:
            call.out.say(
                _(
                    "What you were writing could not be kept in the store. It lies in {path} until the next start "
                    "takes it in."
                ).format(path=app.rescued)
            )
    return app.return_code or 0


def _need_terminal() -> None:
    reason = can_run_full_screen(os.environ, sys.stdin, sys.stdout)
    if reason:
        raise Usage(reason, code="no_terminal")


class Helper:
    """The background sync that a screen starts: a process of its own session, tied to the screen by a pipe. When
    the pipe closes, however the screen ended, it sends what is queued and leaves."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._child: subprocess.Popen[bytes] | None = None

    def open(self) -> Desk:
        """The desk, opened on a worker thread after the first frame; starts the sync when nobody syncs yet."""
        from csdesk import log

        log.start()
        desk = self._call.desk
        if self._call.config.sync.autostart and self._child is None and not self._somebody_syncs():
            self._child = self._start(desk)
        return desk

    def _somebody_syncs(self) -> bool:
        from csdesk.services import owners

        with self._call.desk.store.read() as tx:
            holder = tx.leases.holder("sync")
        return bool(holder) and not owners.is_dead(holder)

    def _start(self, desk: Desk) -> subprocess.Popen[bytes] | None:
        import subprocess

        # By the environment, because a store's URL may carry a password and arguments are seen by everybody.
        environment = {**os.environ, "CSDESK_STORE": desk.store_url}
        if self._call.args.config:
            environment["CSDESK_CONFIG"] = str(Path(self._call.args.config).expanduser().absolute())
        with suppress(OSError):
            return subprocess.Popen(
                [sys.executable, "-m", "csdesk", "sync", "--until-closed"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=environment,
            )
        return None

    def say_farewell(self) -> None:
        """What is still to be sent, and who sends it."""
        if "desk" not in self._call.__dict__:
            return
        desk = self._call.desk
        waiting = desk.outbox.list(states=("queued", "sending"))
        if not waiting:
            return
        now = self._call.clock.now()
        seconds = max(
            0, round((max(row.next_attempt_at or row.due_at for row in waiting) - now).total_seconds())
        )
        sent = self._child is not None or self._somebody_syncs()
        if sent:
            words = ngettext(
                "{count} message is still to be sent; it leaves in {seconds} s in the background.",
                "{count} messages are still to be sent; the last leaves in {seconds} s in the background.",
                len(waiting),
            )
        else:
            words = ngettext(
                "{count} message is still to be sent; csdesk sync --once sends it.",
                "{count} messages are still to be sent; csdesk sync --once sends them.",
                len(waiting),
            )
        self._call.out.say(words.format(count=len(waiting), seconds=seconds))
        sys.stdout.flush()

    def let_go(self) -> None:
        """Close the pipe. The child is not waited for: it ends by itself."""
        if self._child is not None and self._child.stdin is not None:
            with suppress(OSError):
                self._child.stdin.close()
            self._child.returncode = 0  # ours no longer


def run_demo(call: Call) -> int:
    """The sample shop in a folder that is gone afterwards."""
    args = call.args
    if (args.size or args.keys) and not args.dump:
        raise Usage(_("--size and --keys go with --dump."))
    if not args.dump:
        _need_terminal()
    import tempfile

    with tempfile.TemporaryDirectory(prefix="csdesk-demo-") as folder:
        if args.dump:
            sys.stdout.write(_dump(call, Path(folder)))
            return 0
        return _play(call, Path(folder))


def _dump(call: Call, folder: Path) -> str:
    import asyncio

    from csdesk.app import DeskApp
    from csdesk.demo.load import load
    from csdesk.dump import dump

    desk = load(folder, call.config, call.clock)
    try:
        return asyncio.run(
            dump(
                lambda: DeskApp(lambda: desk, config=desk.config, clock=desk.clock),
                call.args.size or USUAL,
                call.args.keys.split(),
            )
        )
    finally:
        desk.close()


def _play(call: Call, folder: Path) -> int:
    """The screen, and a thread that plays the sync so that what is sent leaves."""
    import threading

    from csdesk import log
    from csdesk.app import DeskApp
    from csdesk.demo.load import load

    log.start()
    stop = threading.Event()
    opened: list[Desk] = []
    threads: list[threading.Thread] = []

    def open_desk() -> Desk:
        desk = load(folder, call.config, call.clock)
        opened.append(desk)
        threads.append(threading.Thread(target=_sync, args=(desk, stop), name="sync", daemon=True))
        threads[0].start()
        return desk

    app = DeskApp(open_desk, config=call.config, clock=call.clock)
    try:
        app.run()
    finally:
        stop.set()
        for thread in threads:
            thread.join(LEAVING)
        for desk in opened:
            desk.close()
    return app.return_code or 0


def _sync(desk: Desk, stop: threading.Event) -> None:
    with suppress(DeskError):
        desk.sync.run(stop)
