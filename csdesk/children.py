"""Processes of the desk's own that are talked to over pipes."""

from __future__ import annotations

import subprocess
from contextlib import suppress


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, whatever it does, close the pipes and wait until it is gone."""
    with suppress(OSError):
        process.kill()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            if stream is not None:
                stream.close()
    process.wait()
