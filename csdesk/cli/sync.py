"""Fetching and sending: one round, or rounds until a signal; and how the desk stands with the world."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from csdesk.errors import StoreFailure
from csdesk.i18n import _, ngettext

if TYPE_CHECKING:
    from csdesk.cli.call import Call
    from csdesk.cli.parser import Commands
    from csdesk.services.sync import SyncReport

BEYOND = 30.0
"""Seconds after the longest undo window that a sync whose screen is gone may still need to send."""
POSTING = 20.0
"""Seconds that one round may tell a webhook things."""
PATIENCE = 5.0
"""Seconds to wait when the store is locked or full, before the next try."""


def register(commands: Commands) -> None:
    """sync, status."""
    import argparse

    sync = commands.add("sync", run_sync, _("fetch and send, until a signal"))
    sync.add_argument(
        "--once", action="store_true", help=_("one round only; exit code 1 when an account failed")
    )
    sync.add_argument("--until-closed", action="store_true", help=argparse.SUPPRESS)
    commands.add("status", run_status, _("say whether mail is fetched and what waits"))


def run_sync(call: Call) -> int:
    """One round, or rounds until a signal."""
    from csdesk import log
    from csdesk.cli import shapes

    log.start("sync")
    if not call.args.once:
        _run(call)
        return 0
    report = call.desk.sync.once()
    _post(call)
    if call.out.json:
        call.out.object(shapes.sync_report(report))
    else:
        for line in [*_lines(report), *_outbox(report)] or [_("Nothing new.")]:
            call.out.say(line)
    return 1 if report.failed else 0


def _post(call: Call) -> None:
    """Tell the webhooks what happened, for a while each; how they are is told by `webhook list`."""
    if call.config.webhooks:
        import time

        for name in call.config.webhooks:
            end = time.monotonic() + POSTING
            call.desk.webhooks.deliver(name, lambda end=end: time.monotonic() < end)  # type: ignore[misc]


def _lines(report: SyncReport) -> list[str]:
    """What a round did, in words; nothing for an account in which nothing happened."""
    lines = []
    for one in report.accounts:
        if one.stored and one.orders:
            words = ngettext("{name}: {count} order changed", "{name}: {count} orders changed", one.stored)
            lines.append(words.format(name=one.name, count=one.stored))
        elif one.stored:
            words = ngettext("{name}: {count} new message", "{name}: {count} new messages", one.stored)
            lines.append(words.format(name=one.name, count=one.stored))
        if one.error:
            lines.append(_("{name}: {error}").format(name=one.name, error=one.error))
    return lines


def _outbox(report: SyncReport) -> list[str]:
    """How many messages are in each state, in one line; none when the outbox is empty."""
    from csdesk.services.checks import state_word

    counts = ", ".join(f"{state_word(state)} {count}" for state, count in report.outbox.items() if count)
    return [_("outbox: {counts}").format(counts=counts)] if counts else []


def _run(call: Call) -> None:
    """Rounds until a signal, or until the screen that started us is gone: then what is queued is still sent."""
    desk = call.desk
    stop, enough = threading.Event(), threading.Event()

    def leave(*_args: object) -> None:
        stop.set()
        enough.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)
    if call.args.until_closed:
        threading.Thread(target=_watch, args=(stop,), name="screen", daemon=True).start()
    last: dict[str, dict[str, object]] = {}
    while not stop.is_set():
        try:
            desk.sync.run(stop, on_round=lambda report: _tell(call, report, last))
        except StoreFailure as error:
            if error.code not in ("store_locked", "store_full"):
                raise
            call.out.warn(error.message)
            stop.wait(PATIENCE)
    if call.args.until_closed and not enough.is_set():
        longest = max((account.undo_seconds for account in desk.accounts.list()), default=0)
        timer = threading.Timer(longest + BEYOND, enough.set)
        timer.daemon = True
        timer.start()
        desk.sync.drain(enough)
        timer.cancel()


def _watch(stop: threading.Event) -> None:
    """The pipe from the screen closes when the screen ends, however it ends."""
    with suppress(OSError, ValueError):
        while sys.stdin.buffer.read(4096):
            pass
    stop.set()


def _tell(call: Call, report: SyncReport, last: dict[str, dict[str, object]]) -> None:
    """One line for a round that did something; a failure that goes on is told once."""
    import logging

    from csdesk.cli import shapes

    errors: dict[str, object] = {one.name: one.error for one in report.accounts if not one.busy}
    outbox: dict[str, object] = dict(report.outbox)
    news = any(one.stored for one in report.accounts) or report.woken > 0
    news = (
        news
        or errors != last.get("errors", dict.fromkeys(errors, ""))
        or outbox != last.get("outbox", outbox)
    )
    last["errors"], last["outbox"] = errors, outbox
    if not news:
        return
    line = "; ".join([*_lines(report), *_outbox(report)])
    logging.getLogger("csdesk.sync").info("%s", line)
    with suppress(OSError):
        if call.out.json:
            call.out.object(shapes.sync_report(report))
        elif line:
            call.out.say(f"{call.out.time(call.clock.now())}  {line}")
        sys.stdout.flush()


def run_status(call: Call) -> None:
    """Whether a sync runs, when mail was last fetched, who translates, what waits where."""
    from csdesk.cli import engines, shapes

    out, desk = call.out, call.desk
    status = desk.standing.status()
    views, outbox = desk.inbox.counts(), desk.outbox.counts()
    progress = desk.standing.progress()
    translators = desk.engines.all(unused=False)
    hooks = desk.webhooks.health() if call.config.webhooks else ()
    if out.json:
        out.object(
            {
                "running": status.running,
                "last_sync_at": shapes.instant(status.last_at),
                "offline": status.offline,
                "agent": desk.agent.name,
                "accounts": [shapes.account(account) for account in status.accounts],
                "progress": {name: {"done": p.done, "total": p.total} for name, p in progress.items()},
                "translators": [engines.shape(one) for one in translators],
                "webhooks": [{"name": one.name, "well": one.well, "detail": one.words} for one in hooks],
                "views": views,
                "outbox": {
                    state: outbox.get(state, 0) for state in ("sent", "failed", "uncertain", "queued")
                },
            }
        )
        return
    out.facts(
        (
            (_("agent"), desk.agent.name),
            (_("sync"), _("runs") if status.running else _("does not run")),
            (_("last sync"), out.time(status.last_at) or _("never")),
            *(
                (account.name, account.health or (_("paused") if account.paused else _("works")))
                for account in status.accounts
            ),
            *(
                (name, _("{done} of {total} mails read").format(done=p.done, total=p.total))
                for name, p in progress.items()
            ),
            *((_("webhook {name}").format(name=one.name), one.words) for one in hooks),
            *((_("translator"), f"{one.name}: {one.words}") for one in translators),
            (_("conversations"), ", ".join(f"{view} {count}" for view, count in views.items() if count)),
            (_("outbox"), ", ".join(f"{state} {count}" for state, count in outbox.items() if count)),
        )
    )
