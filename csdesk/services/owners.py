"""Who this process is for leases, and whether another owner on this machine still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def _started(pid: int) -> str:
    """When a process started, in the kernel's own ticks, so that a reused pid is not mistaken for it.

    '' when that cannot be known, 'ended' for one that is over and only waits for its parent to notice.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "ended" if fields[0] in "ZX" else fields[19]


def me() -> str:
    """This process as a lease owner: host, pid, start."""
    return f"{socket.gethostname()}|{os.getpid()}|{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Whether an owner is surely gone: a process of this machine that no longer runs. Others may live."""
    host, _sep, rest = owner.partition("|")
    pid, _sep, started = rest.partition("|")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(started) and _started(int(pid)) not in ("", started)
