"""Notices on the desktop, through the terminal: which escape sequence a terminal takes, and its bytes.

The sequences: OSC 9 (iTerm2), OSC 777;notify (rxvt-unicode, foot, WezTerm, Ghostty), OSC 99 (kitty, "Desktop
notifications" of its protocol extensions). A terminal that does not know one ignores it, save for old ones that print
it: so nothing is sent unless the terminal is known or the person named the sequence. Nothing of a customer's text ever
goes into one: notices show on locked screens.
"""

from __future__ import annotations

from collections.abc import Mapping

from csdesk.text import clean_line

_BY_PROGRAM = {
    "iterm.app": "osc9",
    "wezterm": "osc777",
    "ghostty": "osc777",
    "kitty": "osc99",
    "rio": "osc777",
}
_BY_TERM = {"xterm-kitty": "osc99", "foot": "osc777", "foot-extra": "osc777", "xterm-ghostty": "osc777",
            "wezterm": "osc777", "rxvt-unicode": "osc777", "rxvt-unicode-256color": "osc777"}  # fmt: skip


def kind_for(wanted: str, environment: Mapping[str, str]) -> str:
    """The sequence to use: osc9, osc777, osc99, or '' for none. With 'auto', none inside tmux and screen: they keep
    such sequences to themselves, and what stands outside cannot be known."""
    if wanted in ("osc9", "osc777", "osc99"):
        return wanted
    if wanted != "auto" or _inside(environment):
        return ""
    by_program = _BY_PROGRAM.get(environment.get("TERM_PROGRAM", "").lower(), "")
    return by_program or _BY_TERM.get(environment.get("TERM", ""), "")


def sequence(kind: str, title: str, body: str, environment: Mapping[str, str]) -> str:
    """The bytes of one notice, wrapped so that tmux hands them on (its allow-passthrough must be on); '' for no
    kind."""
    title = clean_line(title, limit=60).replace(";", ",")
    body = clean_line(body, limit=120).replace(";", ",")
    match kind:
        case "osc9":
            bare = f"\x1b]9;{title}: {body}\x07"
        case "osc777":
            bare = f"\x1b]777;notify;{title};{body}\x07"
        case "osc99":
            bare = f"\x1b]99;i=csdesk:d=0;{title}\x1b\\\x1b]99;i=csdesk:p=body;{body}\x1b\\"
        case _:
            return ""
    if environment.get("TMUX"):
        return "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return bare


def _inside(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("TMUX") or environment.get("STY")) or environment.get("TERM", "").startswith(
        ("tmux", "screen")
    )
