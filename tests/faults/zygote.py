"""A process that has imported everything and forks a fresh worker on demand, so that 150 real SIGKILLs do not
cost 150 Python starts. Run as `python -m tests.faults.zygote`; one JSON line in, one pid out."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from csdesk.bootstrap import open_desk
from csdesk.channels import imap, maildir, registry, smtp  # noqa: F401 - as above
from csdesk.cli import run, sync
from csdesk.domain.conversation import Draft
from csdesk.services import ingest, reply, search  # noqa: F401 - as above
from csdesk.store import Store
from csdesk.translation.detect import detect


def main() -> None:
    """Fork a worker for every line on stdin; ends with its input."""
    detect("Its model is read once, which takes longer than a whole round of fetching.")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers, the kernel clears them away
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _work(order)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _work(order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    append = os.O_CREAT | os.O_WRONLY | os.O_APPEND
    null = os.open(os.devnull, os.O_RDONLY)
    said, told = (os.open(order[name], append, 0o600) for name in ("said", "told"))
    for number, target in ((0, null), (1, said), (2, told)):
        os.dup2(target, number)
    os.environ.update(order["env"])
    if order["limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], resource.RLIM_INFINITY))
    if order["patience"]:
        (Store.__init__.__kwdefaults__ or {})["patience"] = sync.PATIENCE = order["patience"]
    code = 1
    try:
        code = {"command": _command, "draft": _draft}[order["task"]](*order["args"])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if order["code"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            Path(order["code"]).write_text(str(code), "ascii")
        os._exit(code)


def _command(*args: str) -> int:
    """A command of csdesk, as its entry point runs it."""
    return run.main(args)


def _draft(url: str, conversation: int, journal: str) -> int:
    """Type into a draft and keep it after every word; the journal says what was typed when (monotonic clock)."""
    desk = open_desk(store=url)
    agent = desk.agent.id
    with Path(journal).open("a", encoding="utf-8", buffering=1) as log:
        count = 0
        while True:
            count += 1
            text = " ".join(f"word{n}" for n in range(1, count + 1))
            log.write(f"{time.monotonic():.6f} {count}\n")
            desk.replies.save_draft(Draft(conversation, agent, "reply", text, 1, desk.clock.now()))
            time.sleep(0.005)


if __name__ == "__main__":
    main()
