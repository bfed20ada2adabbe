"""Notices on the desktop: the right bytes for the terminal, none where it is not known."""

from __future__ import annotations

import pytest

from csdesk.notify import kind_for, sequence


@pytest.mark.parametrize(
    ("wanted", "environment", "kind"),
    [
        ("off", {"TERM": "xterm-kitty"}, ""),
        ("auto", {"TERM": "xterm-kitty"}, "osc99"),
        ("auto", {"TERM": "foot"}, "osc777"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "osc777"),
        ("auto", {"TERM": "xterm-256color"}, ""),
        ("auto", {"TERM": "linux"}, ""),
        ("auto", {"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, ""),
        ("auto", {"TERM": "xterm-ghostty", "STY": "12.pts"}, ""),
        ("auto", {"TERM": "tmux-256color"}, ""),
        ("osc777", {"TERM": "linux"}, "osc777"),
    ],
)
def test_only_a_terminal_that_is_known_gets_a_sequence(
    wanted: str, environment: dict[str, str], kind: str
) -> None:
    """An old terminal prints what it does not know, over the queue."""
    assert kind_for(wanted, environment) == kind


@pytest.mark.parametrize("kind", ["osc9", "osc777", "osc99"])
def test_the_words_of_a_notice_cannot_end_it_early(kind: str) -> None:
    """What came after would be an order to the terminal."""
    bytes_ = sequence(kind, "csdesk", "3 wait\x07\x1b]52;c;aGk=\x07; more", {})
    assert "\x1b]52" not in bytes_ and bytes_.count("\x07") == (0 if kind == "osc99" else 1)
    assert bytes_.endswith("\x07" if kind != "osc99" else "\x1b\\")


def test_tmux_is_asked_to_hand_it_on() -> None:
    """Named on purpose, it must reach the terminal outside."""
    assert sequence("osc9", "a", "b", {"TMUX": "1"}) == "\x1bPtmux;\x1b\x1b]9;a: b\x07\x1b\\"
    assert sequence("", "a", "b", {}) == ""
