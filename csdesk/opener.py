"""Which program opens a link, and starting it: without a shell, without our terminal. Knows no screen.

Over SSH, or where there is no graphical session, nothing is opened: the browser would start on the wrong machine.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping


def program(
    configured: str, env: Mapping[str, str] | None = None, platform: str = sys.platform
) -> list[str] | None:
    """The program and its words, '%s' among them standing for the link; None where none can open it here. What is
    configured always goes first; else $BROWSER, else what the system has, the last two only on one's own machine."""
    env = os.environ if env is None else env
    if configured.strip():
        return _words(configured)
    if env.get("SSH_CONNECTION") or env.get("SSH_TTY"):
        return None
    for one in env.get("BROWSER", "").split(os.pathsep):
        words = _words(one)
        if words and shutil.which(words[0], path=env.get("PATH")):
            return words
    if platform == "darwin":
        return ["open"]
    graphical = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")
    return ["xdg-open"] if graphical and shutil.which("xdg-open", path=env.get("PATH")) else None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def start(words: list[str], target: str) -> None:
    """Start the program with the link as one word. Raises OSError when it cannot be started."""
    line = [target if word == "%s" else word for word in words]
    if line == words:
        line.append(target)
    child = subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=child.wait, daemon=True).start()  # else it would stay behind as a zombie
