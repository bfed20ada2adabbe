"""The bytes of copying: nothing before it is asked for, and then only what was meant."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from tests.ui.test_terminal import Terminal, terminal

__all__ = ["terminal"]
OSC = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def test_copying_sends_the_words_once_and_only_when_asked(terminal: Callable[..., Terminal]) -> None:
    """Lost otherwise: what the agent had on the clipboard, or the customer's words on somebody else's."""
    screen = terminal(TMUX="", SSH_CONNECTION="1 2 3 4")
    out = screen.start() + screen.key(b"\r", 0.8)
    out += screen.key(b"Y", 0.8)
    assert not OSC.search(out)
    out = screen.key(b"2", 0.6)
    assert [base64.b64decode(one) for one in OSC.findall(out)] == [b"#1042"]


def test_in_tmux_the_words_go_both_ways(terminal: Callable[..., Terminal]) -> None:
    screen = terminal(TMUX="/tmp/tmux-0/default,1,0")
    screen.start()
    screen.key(b"\r", 0.8)
    screen.key(b"Y", 0.8)
    out = screen.key(b"2", 0.6)
    payload = base64.b64encode(b"#1042")
    assert out.count(payload) == 2
    assert b"\x1bPtmux;\x1b\x1b]52;c;" + payload + b"\x07\x1b\\" in out
