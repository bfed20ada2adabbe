"""IMAP pull: a whole mailbox from a private Dovecot, beside mbsync from the same one. Both write what they keep."""

from __future__ import annotations

import imaplib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.intake import ROUNDS, synced
from benchmarks.mails import maildir
from benchmarks.table import Line, Result, Skipped, median
from tests.real.servers import PASSWORD, MailServers, why_not

GROUP = "IMAP pull from the same Dovecot on loopback"
USER = "support@shop.example"


def measure(size: int) -> Iterator[Line]:
    """Mails a second by wall time, process start included. csdesk also threads, folds and indexes what it pulls;
    mbsync writes files."""
    if reason := why_not():
        yield Skipped(GROUP, "IMAP pull", reason)
        return
    servers = MailServers.start()
    try:
        _fill(servers, size)
        settings = {
            "imap": f"imap://{USER}@localhost:{servers.imap}/INBOX",
            "smtp": f"smtp://localhost:{servers.smtp}",
            "password_env": "CSDESK_BENCH_PASSWORD",
        }
        own, others = [], []
        for _ in range(ROUNDS):
            own.append(synced(settings, "imap", size, {"CSDESK_BENCH_PASSWORD": PASSWORD})[0])
            if shutil.which("mbsync"):
                others.append(_mbsync(servers, size))
    finally:
        servers.stop()
    rate = size / median(own)
    yield Result(GROUP, f"csdesk, {size:,} mails, stored and indexed", rate, "mails/s")
    if not others:
        yield Skipped(GROUP, "mbsync", "mbsync is not installed")
        return
    other = size / median(others)
    yield Result(GROUP, f"mbsync, the same {size:,}, as files", other, "mails/s")
    yield Result(GROUP, "csdesk beside mbsync, by the clock", rate / other, "x")


def _fill(servers: MailServers, size: int) -> None:
    """The synthetic mails, by IMAP APPEND."""
    box = imaplib.IMAP4("127.0.0.1", servers.imap, timeout=30)
    try:
        box.login(USER, PASSWORD)
        for path in sorted((maildir(size) / "cur").iterdir(), key=lambda path: path.name):
            box.append("INBOX", "", imaplib.Time2Internaldate(path.stat().st_mtime), path.read_bytes())
    finally:
        box.logout()


def _mbsync(servers: MailServers, size: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mail").mkdir()
        rc = folder / "rc"
        rc.write_text(
            f"IMAPAccount desk\nHost 127.0.0.1\nPort {servers.imap}\nUser {USER}\nPass {PASSWORD}\n"
            "SSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount desk\n\n"
            f"MaildirStore near\nPath {folder}/mail/\nInbox {folder}/mail/inbox\n\n"
            "Channel pull\nFar :far:\nNear :near:\nSync PullNew\nCreate Near\nSyncState *\n"
        )
        env = {**os.environ, "HOME": name}
        start = time.perf_counter()
        subprocess.run(["mbsync", "-q", "-c", str(rc), "pull"], env=env, check=True, capture_output=True)
        wall = time.perf_counter() - start
        found = sum(1 for part in ("new", "cur") for _ in (folder / "mail" / "inbox" / part).iterdir())
        if found != size:
            raise RuntimeError(f"mbsync wrote {found} of {size} mails")
        return wall
