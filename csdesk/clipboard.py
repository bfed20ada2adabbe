"""Putting words on the clipboard of the terminal that shows us (OSC 52), also through tmux and screen. Pure.

A terminal says nothing back: what is told to the agent is that it was sent. The limit is xterm's, the lowest of those
that are common (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html); longer ones are cut off without a word.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

MOST_BYTES = 74_994 // 4 * 3
"""Bytes of UTF-8 that go through everywhere."""
_CHUNK = 240
"""GNU screen takes at most 256 bytes in one string."""


def fits(text: str) -> bool:
    """Whether a text goes through whole."""
    return len(text.encode("utf-8", "replace")) <= MOST_BYTES


def sequence(text: str, env: Mapping[str, str]) -> str:
    """The bytes that ask the terminal to take a text. In tmux both ways are asked: tmux's own (`set-clipboard on`) and
    the one through it (`allow-passthrough on`); where neither is set nothing happens."""
    payload = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    plain = f"\x1b]52;c;{payload}\x07"
    if env.get("TMUX"):
        return plain + "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if env.get("TERM", "").startswith("screen"):
        parts = [plain[at : at + _CHUNK] for at in range(0, len(plain), _CHUNK)]
        return "".join(f"\x1bP{part}\x1b\\" for part in parts)
    return plain
