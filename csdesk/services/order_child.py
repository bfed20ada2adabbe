"""Reading and taking in a file of orders in a process of its own: two hundred thousand lines cost the screen nothing.

The process is `csdesk orders import --progress`. It is stopped by closing its input, and says itself how it ended: a
stop that came too late is no stop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from csdesk import i18n
from csdesk.domain.orderfiles import Watch
from csdesk.errors import DeskError, Refused
from csdesk.i18n import _
from csdesk.services.context import Context


def run(
    context: Context, path: Path, kind: str, names: Mapping[str, str], watch: Watch, *more: str
) -> dict[str, Any]:
    """What the command answers about a file. `watch` is told how far it is and stops it by raising, which is raised
    again once nothing of the file is there. Raises Refused with the command's own sentence."""
    maps = [f"--map={ours}={theirs}" for ours, theirs in names.items()]
    words = ["--json", "orders", "import", str(path.absolute()), f"--kind={kind}", "--progress", *maps, *more]
    environment = {
        **os.environ,
        "CSDESK_STORE": context.store.url,  # not among the words: everybody sees those, and it may hold a password
        "CSDESK_AGENT": context.agent.name,
        "CSDESK_LANG": i18n.language(),
    }
    if context.config.source is not None:
        environment["CSDESK_CONFIG"] = str(context.config.source)
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "csdesk", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
    except OSError as error:
        raise Refused(_("That failed: {error}").format(error=error.strerror or error), code="file") from error
    try:
        return _followed(child, watch)
    finally:
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        child.wait()


def _followed(child: subprocess.Popen[bytes], watch: Watch) -> dict[str, Any]:
    stopped: DeskError | None = None
    last: dict[str, Any] = {}
    assert child.stdin is not None and child.stdout is not None
    for line in child.stdout:
        told = _object(line)
        if "done" in told:
            try:
                if stopped is None:
                    watch(told["done"], told["whole"])
            except DeskError as error:
                stopped = error
                child.stdin.close()
        elif told:
            last = told
    if "error" not in last and last:
        return last
    if stopped is not None:
        raise stopped
    found = last.get("error")
    said: Mapping[str, Any] = found if isinstance(found, dict) else last
    words = said.get("message") or _("That failed: {error}").format(error=child.wait())
    raise Refused(str(words), code=str(said.get("code") or "file"))


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def pairs(found: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Lines and sentences as the command tells them."""
    return [(int(one["line"]), str(one["reason"])) for one in found]
